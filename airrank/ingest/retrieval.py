"""What a source is, and what is kept of every answer: the words ingest and store share."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

import pandas as pd

from airrank.ingest.limits import BEIJING
from airrank.tables.account import Account


@dataclass(frozen=True)
class Entry:
    """One answer of a source, as the journal keeps it.

    Attributes
    ----------
    source, key : str
        The source, and what it was asked for: a day, a city code, a file's hash.
    retrieved_at : datetime
        UTC; later than that of every earlier entry of the source.
    sha256 : str or None
        Hash of the raw answer; None where the source said that there is nothing.
    origin : str
        Address or path.
    first, last : date
        Days the answer can tell of, Beijing time.
    extra : mapping of str to str
        What reading the answer again needs beyond its bytes.
    """

    source: str
    key: str
    retrieved_at: dt.datetime
    sha256: str | None
    origin: str
    first: dt.date
    last: dt.date
    extra: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Job:
    """One thing to ask a source for."""

    key: str
    label: str
    first: dt.date
    last: dt.date


@dataclass(frozen=True)
class Fetched:
    """An answer that passed the source's checks.

    ``attached`` are further contents to keep; ``key`` is what the answer is of, where only reading
    it tells; ``account`` tells how a table was read.
    """

    content: bytes
    extra: Mapping[str, str] = field(default_factory=dict)
    attached: tuple[bytes, ...] = ()
    first: dt.date | None = None
    last: dt.date | None = None
    key: str | None = None
    account: Account | None = None


History = Mapping[str, Entry]
"""The latest answer with content to each key; where there never was one, the latest without."""
ReadRaw = Callable[[str], bytes]
"""Gives a raw answer by its hash."""
Interpret = Callable[[Entry, History, ReadRaw], list[pd.DataFrame]]
"""City-days an entry establishes, given the answers up to it; one record a city and day.

A row without values and flags says that the source gives nothing for that city-day.
"""


class Source(Protocol):
    """A place to ask for city-days."""

    @property
    def name(self) -> str:
        """Under which its records are kept."""
        ...

    @property
    def origin(self) -> str:
        """Address or path, for people."""
        ...

    def plan(self, history: History, now: dt.datetime) -> list[Job]:
        """Give what is still to ask, in order."""
        ...

    def fetch(self, job: Job) -> Fetched | None:
        """Ask; None where the source says that there is nothing. Raises SourceError."""
        ...


def end_of(day: dt.date) -> dt.datetime:
    """Give the moment a Beijing calendar day ends."""
    return dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), BEIJING)


def today(now: dt.datetime) -> dt.date:
    """Give the Beijing calendar day of a moment."""
    return now.astimezone(BEIJING).date()
