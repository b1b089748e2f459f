"""A clock that is or was wrong: noticed before it does harm, and mended afterwards.

A moment of retrieval later than now would hide an answer from every forecast until then. Whether
this machine's clock is behind or an earlier one was ahead only a person can say, unless the data
themselves are of days this clock has not seen the end of.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

from airrank.errors import StoreError
from airrank.ingest.retrieval import Entry, end_of, today
from airrank.store import journal
from airrank.store.base import Changes, Store

TOLERANCE = dt.timedelta(hours=1)
"""Clocks of two machines that share a store may differ by this."""
SECOND = dt.timedelta(seconds=1)


def ahead(entries: Sequence[Entry], now: dt.datetime) -> list[Entry]:
    """Give the answers of a source that were retrieved later than now, by their journal."""
    return [entry for entry in entries if entry.retrieved_at > now + TOLERANCE]


def refuse_ahead(entries: Sequence[Entry], now: dt.datetime) -> None:
    """Refuse to add to a journal whose last answer seems to come from the future.

    A clock that is behind for certain, because the journal holds answers of days it has not seen
    the end of, is no reason: order is kept.

    Raises
    ------
    StoreError
        If the last answer is dated later than now.
    """
    late = ahead(entries, now)
    seen = [e.last for e in entries if e.sha256 is not None and e.last < today(e.retrieved_at)]
    if late and not any(end_of(day) > now for day in seen):
        raise StoreError(
            "the last answer of {source} is dated {then}, later than now by this machine's clock "
            "({now}): one of the two clocks is or was wrong. If this one is right, mend the store "
            "with airrank update --mend-clock; if not, set it right.",
            source=late[-1].source,
            then=late[-1].retrieved_at.isoformat(timespec="seconds"),
            now=now.isoformat(timespec="seconds"),
        )


def mend(store: Store, source: str, now: dt.datetime) -> tuple[int, Changes]:
    """Count the answers dated later than now as retrieved now, and make the records anew.

    Now is the latest moment they can have come: no forecast then knows them too early. The journal
    as it was is kept beside the new one, and what an answer said of its time in ``extra``.

    Parameters
    ----------
    store : Store
        Held for writing.
    source : str
    now : datetime
        The right time, UTC.

    Returns
    -------
    int
        Answers whose time was mended; where there are none nothing is touched.
    Changes
        The versions built.
    """
    entries = store.entries(source)
    wrong = len(ahead(entries, now))
    if not wrong:
        return 0, Changes()
    right, last = entries[:-wrong], entries[-wrong - 1].retrieved_at if entries[:-wrong] else None
    moment = now if last is None else max(now, last + SECOND)
    for k, entry in enumerate(entries[-wrong:]):
        said = {"clock": entry.retrieved_at.isoformat()} | dict(entry.extra)
        at = moment + k * dt.timedelta(microseconds=1)
        right.append(replace(entry, retrieved_at=at, extra=said))
    store.forget_records(source)
    journal.rewrite(store.root, source, right, now)
    return wrong, store.apply(source)
