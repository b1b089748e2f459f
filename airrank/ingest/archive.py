"""The archive of hour files, over HTTP or from a folder or zip: which days to ask, what they give.

``quotsoft.net/air`` is a third party's copy of the national real-time platform, kept by a private
person without any promise. Ask slowly, and name it where its values are passed on.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from airrank.errors import InputError, SourceError
from airrank.ingest.aggregate import UnitDays, city_day_frame, daily_values, plausible_hours
from airrank.ingest.day_sources import find_day_sources
from airrank.ingest.hour_files import HOURLY_TYPES, DayFile, align, read_day_file
from airrank.ingest.retrieval import Entry, Fetched, History, Job, ReadRaw, end_of, today
from airrank.ingest.stations import Stations
from airrank.ingest.transport import Transport
from airrank.words import Listed, Text

DEFAULT_URL = "https://quotsoft.net/air/data/china_cities_{YYYYMMDD}.csv"
ATTRIBUTION = Text("hour files of quotsoft.net/air, a third party's copy of the real-time platform")
SETTLED = dt.timedelta(hours=24)
"""A complete file fetched this long after its day ended is not asked for again."""
GIVEN_UP = dt.timedelta(days=7)
"""A file that lacks hours, or is missing, is asked for again until this long after its day."""
LEAST_CITIES = 0.95
LEAST_STATIONS = 0.5
DAY = dt.timedelta(days=1)
WEEK_AROUND = dt.timedelta(days=3)
"""A station measures a pollutant on a day if it has a valid hour no further from it than this."""

ReadDay = Callable[[dt.date, Callable[[bytes], Fetched]], Fetched | None]


@dataclass(frozen=True)
class Archive:
    """Hour files, a day a request; see :func:`over_http` and :func:`from_places`.

    ``expected`` are the columns a file should have, of which it must have a share of ``least``;
    ``again`` asks once more for settled days: ``"gaps"`` for missing ones, ``"all"`` for all. A day
    is settled once its file holds all 24 hours, or is too old to change.
    """

    origin: str
    read_day: ReadDay
    since: dt.date
    until: dt.date
    expected: frozenset[str]
    stations: Stations | None = None
    again: str = ""

    @property
    def name(self) -> str:
        """``archive``, or ``sites`` for a column per station."""
        return "archive" if self.stations is None else "sites"

    def plan(self, history: History, now: dt.datetime) -> list[Job]:
        """Give the days to ask for: one more than wanted, for the last day's 24:00."""
        return [
            Job(str(day), str(day), day - DAY, day)
            for day in self.days(now)
            if not self._settled(history.get(str(day)), day)
        ]

    def days(self, now: dt.datetime) -> list[dt.date]:
        """Give the days wanted and the one after, as far as they have begun."""
        last = min(self.until + DAY, today(now))
        return [self.since + k * DAY for k in range(max((last - self.since).days + 1, 0))]

    def fetch(self, job: Job) -> Fetched | None:
        """Get one day's file; None where there is none."""
        day, least = job.last, LEAST_CITIES if self.stations is None else LEAST_STATIONS

        def check(content: bytes) -> Fetched:
            hours = check_hour_file(content, day, self.expected, least)
            extra = {"last_hour": str(max(hours)), "hours": str(len(hours))}
            if self.stations is None:
                return Fetched(content, extra)
            listed = self.stations.content
            return Fetched(content, extra | {"stations": self.stations.sha256}, (listed,))

        return self.read_day(day, check)

    def _settled(self, entry: Entry | None, day: dt.date) -> bool:
        if entry is None or self.again == "all" or "clock" in entry.extra:  # its time was mended
            return False
        age = entry.retrieved_at - end_of(day)
        if entry.sha256 is None:
            return self.again != "gaps" and entry.origin == self.origin and age >= GIVEN_UP
        hours = entry.extra.get("hours")  # stores of 0.1 know the last one only
        whole = entry.extra.get("last_hour") == "23" if hours is None else hours == "24"
        return age >= (SETTLED if whole else GIVEN_UP)


def over_http(
    url: str,
    transport: Transport,
    since: dt.date,
    until: dt.date,
    expected: frozenset[str],
    *,
    stations: Stations | None = None,
    again: str = "",
) -> Archive:
    """Give the archive behind an address such as :data:`DEFAULT_URL`.

    Raises
    ------
    InputError
        If the address has no place for the day.
    """
    if "{YYYYMMDD}" not in url:
        raise InputError("--url {url}: expected {{YYYYMMDD}} where the day stands", url=url)

    def read_day(day: dt.date, check: Callable[[bytes], Fetched]) -> Fetched | None:
        address = url.replace("{YYYYMMDD}", f"{day:%Y%m%d}").replace("{YYYY}", f"{day:%Y}")
        return transport.ask(address, check)

    return Archive(url, read_day, since, until, expected, stations, again)


def from_places(
    places: Sequence[Path],
    since: dt.date | None,
    until: dt.date | None,
    expected: frozenset[str],
    *,
    stations: Stations | None = None,
    again: str = "",
) -> Archive:
    """Give the archive in folders and zips; by default all their days.

    Raises
    ------
    InputError
        If there is no hour file.
    """
    found = find_day_sources(places, kind="cities" if stations is None else "sites")
    by_day = {source.date: source for source in found}

    def read_day(day: dt.date, check: Callable[[bytes], Fetched]) -> Fetched | None:
        if day not in by_day:
            return None
        origin = by_day[day].origin
        try:
            return check(by_day[day].read())
        except InputError as error:
            told = error.text
            if origin not in str(told):
                told = Text("{origin}: {error}", origin=origin, error=told)
            raise SourceError(told) from error

    origin = ", ".join(str(place.resolve()) for place in places)
    first, last = since or min(by_day), until or max(by_day)
    return Archive(origin, read_day, first, last, expected, stations, again)


def check_hour_file(
    content: bytes, day: dt.date, expected: frozenset[str], least: float
) -> set[int]:
    """Refuse what is not a whole hour file of a day; give its hours.

    Raises
    ------
    InputError
        If it cannot be read, breaks off within a row, lacks a pollutant in an hour it has, or
        lacks too many of the expected columns.
    """
    origin = f"china_…_{day:%Y%m%d}.csv"
    if content[:512].lstrip().startswith(b"<"):
        raise InputError("{origin}: a web page instead of a CSV file", origin=origin)
    file = read_day_file(content, day, origin)
    seen: dict[int, set[bytes]] = {}
    for line in content.split(b"\n")[1:]:
        if line.strip():
            _, text, kind, _ = line.split(b",", 3)
            seen.setdefault(int(text), set()).add(kind)
    if not seen:
        raise InputError("{origin}: a heading without a row", origin=origin)
    for hour, kinds in seen.items():
        lacking = [name for name in HOURLY_TYPES if name.encode() not in kinds]
        if lacking:
            raise InputError(
                "{origin}: hour {hour} has no row of {lacking}",
                origin=origin,
                hour=hour,
                lacking=Listed(lacking),
            )
    missing = expected - set(file.units)
    if len(missing) > (1 - least) * len(expected):
        raise InputError(
            "{origin}: {number} of {number_2} expected columns are missing, among them "
            "{missing}; is it another list of cities?",
            origin=origin,
            number=len(missing),
            number_2=len(expected),
            missing=Listed(sorted(missing)[:5]),
        )
    return set(seen)


def interpret(entry: Entry, history: History, read_raw: ReadRaw) -> list[pd.DataFrame]:
    """Give the city-days an hour file completes or changes: its day and the day before.

    A day is given once the answer for the next is known, even "not there": its last hour stands in
    the next file. Of files per station also the days whose week the file belongs to, because which
    stations measure what is read off the files from :data:`WEEK_AROUND` before to as long after a
    day, of those at hand by then.
    """
    reach = WEEK_AROUND.days if entry.source == "sites" else 0
    frames = []
    for offset in range(-max(reach, 1), reach + 1):
        day = entry.last + offset * DAY
        own, after = history.get(str(day)), history.get(str(day + DAY))
        if own is None or own.sha256 is None or after is None:
            continue
        values = _daily(own.sha256, after.sha256, day, read_raw)
        if "stations" in own.extra:
            listed = _listed(own.extra["stations"], read_raw)
            week = (history.get(str(day + k * DAY)) for k in range(-reach, reach + 1))
            values = listed.city_days(values, _measured(values, week, read_raw))
        raw = own.sha256 + (f" {after.sha256}" if after.sha256 else "")
        frames.append(_all_units(values, entry.source).assign(raw=raw))
    return frames


def _measured(day: UnitDays, files: Iterable[Entry | None], read_raw: ReadRaw) -> NDArray[np.bool_]:
    """Tell which of a day's stations have a valid hour of which pollutant in any of some files."""
    measured = day.valid_hours > 0
    for file in files:
        if file is not None and file.sha256 is not None:
            units, seen = _seen(file.sha256, file.last, read_raw)
            measured |= (
                seen if units == day.units else align(seen.astype(float), units, day.units) > 0
            )
    return measured


def _all_units(values: UnitDays, source: str) -> pd.DataFrame:
    """City-days of every unit of the file, also of those it gives nothing for."""
    frame = city_day_frame([values], source)
    absent = sorted(set(values.units) - set(frame["city"]))
    if not absent:
        return frame
    date = pd.Series([values.date] * len(absent), dtype="datetime64[s]")
    rest = pd.DataFrame({"date": date, "city": absent}).reindex(columns=frame.columns)
    return pd.concat([frame, rest.astype(frame.dtypes)], ignore_index=True)


@lru_cache(maxsize=16)
def _daily(own: str, after: str | None, day: dt.date, read_raw: ReadRaw) -> UnitDays:
    following = None if after is None else _parse(after, day + DAY, read_raw)
    return daily_values(_parse(own, day, read_raw), following)


@lru_cache(maxsize=16)
def _seen(
    sha256: str, day: dt.date, read_raw: ReadRaw
) -> tuple[tuple[str, ...], NDArray[np.bool_]]:
    file = _parse(sha256, day, read_raw)
    return file.units, np.any(plausible_hours(file), axis=-1)


@lru_cache(maxsize=16)
def _parse(sha256: str, day: dt.date, read_raw: ReadRaw) -> DayFile:
    return read_day_file(read_raw(sha256), day, f"hour file of {day}")


@lru_cache(maxsize=4)
def _listed(sha256: str, read_raw: ReadRaw) -> Stations:
    return Stations.parse(read_raw(sha256))
