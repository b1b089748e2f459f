"""An update: ask a source for what is missing, keep every answer, bring the records up to date."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field

from airrank.errors import SourceError
from airrank.ingest.retrieval import Entry, Job, Source
from airrank.store import journal
from airrank.store.base import Changes, Revision, Store
from airrank.store.clock import refuse_ahead
from airrank.tables.account import Account
from airrank.words import Text

CHECKPOINT = 60
"""Answers after which records are brought up to date; answers are safe at once."""
TOO_MANY = 5
"""Failures in a row after which the source is left in peace."""

Clock = Callable[[], dt.datetime]
Report = Callable[[int, int, str], None]
"""Called with answers so far, answers wanted, and what comes next."""


def utc_now() -> dt.datetime:
    """Give the moment, in UTC."""
    return dt.datetime.now(dt.UTC)


@dataclass
class Summary:
    """What an update did.

    ``failed`` are what was not got, with reasons; ``vanished`` what the source once gave and says
    it no longer has (our copy stays); ``revisions`` are changed values with the old and the new;
    ``account`` tells how a table was read; ``stopped`` says why the rest was not asked for,
    ``interrupted`` that a person stopped it.
    """

    source: str
    origin: str
    wanted: int = 0
    fetched: int = 0
    unchanged: int = 0
    absent: list[str] = field(default_factory=list)
    vanished: list[str] = field(default_factory=list)
    failed: list[tuple[str, str]] = field(default_factory=list)
    new: int = 0
    new_days: int = 0
    revised: int = 0
    retracted: int = 0
    revisions: list[Revision] = field(default_factory=list)
    account: Account | None = None
    stopped: str = ""
    interrupted: bool = False

    @property
    def complete(self) -> bool:
        """Whether everything wanted was asked for and answered."""
        return not self.failed and not self.stopped

    def count(self, changes: Changes) -> None:
        """Add what an application of the journal changed."""
        self.new += changes.new
        self.new_days += len(changes.days)
        self.revised += changes.revised
        self.retracted += changes.retracted
        self.revisions += changes.revisions


def plan(store: Store, source: Source, now: dt.datetime) -> list[Job]:
    """Give what an update would ask for now."""
    return source.plan(journal.history(store.entries(source.name)), now)


def update(
    store: Store,
    source: Source,
    *,
    clock: Clock = utc_now,
    report: Report | None = None,
    wait: float = 0.0,
) -> Summary:
    """Fetch what is missing; Ctrl-C ends it cleanly and the next update goes on from there.

    Parameters
    ----------
    store : Store
        Made if there is none.
    source : Source
    clock : callable
        Gives the moment, in UTC.
    report : callable, optional
        Told of progress.
    wait : float
        How long to wait for another writer [s].

    Raises
    ------
    StoreError
        If the store is damaged or held by another process, or a clock is or was wrong.
    """
    summary = Summary(source.name, source.origin)
    with store.writing(wait):
        entries = store.entries(source.name)
        refuse_ahead(entries, clock())
        jobs = source.plan(journal.history(entries), clock())
        summary.wanted = len(jobs)
        try:
            _fetch_all(store, source, jobs, entries, summary, clock, report)
        except KeyboardInterrupt:
            summary.interrupted = True
            summary.stopped = str(Text("stopped from the keyboard"))
        summary.count(store.apply(source.name))
    return summary


def _fetch_all(
    store: Store,
    source: Source,
    jobs: list[Job],
    entries: list[Entry],
    summary: Summary,
    clock: Clock,
    report: Report | None,
) -> None:
    known = journal.history(entries)
    latest, in_a_row = entries[-1] if entries else None, 0
    for done, job in enumerate(jobs):
        if report is not None:
            report(done, len(jobs), job.label)
        try:
            fetched = source.fetch(job)
        except SourceError as error:
            summary.failed.append((job.label, str(error)))
            in_a_row += 1
            if in_a_row >= TOO_MANY:
                summary.stopped = str(
                    Text(
                        "{n} failures in a row: the source seems to be down",
                        n=TOO_MANY,
                    )
                )
                return
            continue
        in_a_row = 0
        old = known.get(job.key if fetched is None else fetched.key or job.key)
        if fetched is None and old is not None and old.sha256 is not None:
            summary.vanished.append(job.label)
            continue
        latest = store.add(source.name, job, fetched, source.origin, clock(), latest)
        journal.remember(known, latest)
        if fetched is None:
            summary.absent.append(job.label)
        else:
            summary.fetched += 1
            summary.account = fetched.account
            summary.unchanged += old is not None and old.sha256 == latest.sha256
        if (done + 1) % CHECKPOINT == 0:
            summary.count(store.apply(source.name))
    if report is not None:
        report(len(jobs), len(jobs), "")
