"""The national platform's history of a city's last 14 days (中国环境监测总站, air.cnemc.cn)."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from airrank.cities import City, registry
from airrank.errors import InputError
from airrank.ingest.aggregate import DECIMALS
from airrank.ingest.foreign_json import Each, parse_json
from airrank.ingest.hour_files import MISSING_TEXTS
from airrank.ingest.limits import BEIJING, FIRST_YEAR, LARGEST_VALUE, LAST_YEAR
from airrank.ingest.retrieval import Entry, Fetched, History, Job, ReadRaw, today
from airrank.ingest.transport import Transport
from airrank.rules.rounding import round_half_even
from airrank.rules.standards import POLLUTANTS
from airrank.words import Listed, Text

DEFAULT_URL = "https://air.cnemc.cn:18007/HourChangesPublish/GetCityDayAqiHistoryByCondition"
HEADERS = {"Referer": "https://air.cnemc.cn:18007/", "X-Requested-With": "XMLHttpRequest"}
PACE = (1.5, 3.0)
WINDOW = 14
"""Days the platform keeps."""
WARN_AFTER = 10
LONGEST_SPAN = dt.timedelta(days=366)
"""An answer over more days is not the platform's history."""
FIELDS = {
    "pm25": "PM2_5_24h",
    "pm10": "PM10_24h",
    "so2": "SO2_24h",
    "no2": "NO2_24h",
    "co": "CO_24h",
    "o3_8h": "O3_8h_24h",
    "aqi": "AQI",
}
_MS = re.compile(r"/Date\((-?\d+)(?:[+-]\d{4})?\)/")
DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Cnemc:
    """A request a city; a city whose stored answer holds yesterday is not asked again."""

    transport: Transport
    cities: Sequence[City]
    origin: str = DEFAULT_URL
    again: str = ""
    name: str = "cnemc"

    def plan(self, history: History, now: dt.datetime) -> list[Job]:
        """Give the cities still to ask."""
        yesterday = today(now) - DAY
        span = (today(now) - WINDOW * DAY, yesterday)
        return [
            Job(city.code, f"{city.name} {city.code}", *span)
            for city in self.cities
            if self.again or city.code not in history or history[city.code].last < yesterday
        ]

    def fetch(self, job: Job) -> Fetched | None:
        """Ask for one city's days."""

        def check(content: bytes) -> Fetched:
            days = [row["date"] for row in parse_answer(content, job.key)]
            return Fetched(content, first=min(days), last=max(days))

        return self.transport.ask(
            self.origin, check, method="POST", data={"citycode": job.key}, headers=HEADERS
        )


def parse_answer(content: bytes, code: str) -> list[dict[str, Any]]:
    """Read an answer: the days of one city, in no particular order.

    Raises
    ------
    InputError
        If it is not a list of that city's days with all fields, by code and by name.
    """
    answer = parse_json(content, Text("the answer about city {code}", code=code), Each(dict))
    if not answer:
        raise InputError("city {code}: expected a list of days, found none", code=code)
    rows: dict[dt.date, dict[str, Any]] = {}
    for item in answer:
        row = _row(item, code)
        other = rows.setdefault(row["date"], row)
        if other != row and not _same(other, row):
            raise InputError(
                "city {code}: two different records of {date}", code=code, date=row["date"]
            )
    if max(rows) - min(rows) > LONGEST_SPAN:
        raise InputError(
            "city {code}: expected the last {window} days, found {rows} to {rows_2}",
            code=code,
            window=WINDOW,
            rows=min(rows),
            rows_2=max(rows),
        )
    return list(rows.values())


def _row(item: Any, code: str) -> dict[str, Any]:
    needed = ("TimePoint", "CityCode", "Area", *FIELDS.values())
    lacking = [name for name in needed if name not in item]
    if lacking:
        raise InputError("city {code}: a day lacks {lacking}", code=code, lacking=Listed(lacking))
    if str(item["CityCode"]) != code:
        raise InputError(
            "city {code}: the answer is of city {CityCode}", code=code, CityCode=item["CityCode"]
        )
    area = str(item["Area"]).strip()
    named = registry().find(area)
    if named is None or named.code != code:
        asked = registry().find(code)
        raise InputError(
            "city {code}, Area: expected {asked}, found {area!r}; is it the answer about another "
            "city?",
            code=code,
            asked=code if asked is None else asked.name,
            area=area,
        )
    row = {"date": parse_time(str(item["TimePoint"])), "city": named.name}
    return row | {name: _number(item[field], field, code) for name, field in FIELDS.items()}


def parse_time(text: str) -> dt.date:
    """Read ``2026-10-09T00:00:00`` or ``/Date(ms)/`` as a Beijing day.

    Examples
    --------
    >>> parse_time("/Date(1791475200000)/")
    datetime.date(2026, 10, 9)
    """
    match = _MS.fullmatch(text.strip())
    try:
        if match:
            day = dt.datetime.fromtimestamp(int(match[1]) / 1000, BEIJING).date()
        else:
            day = dt.datetime.fromisoformat(text.strip().replace("/", "-")).date()
    except (ValueError, OverflowError, OSError) as error:
        raise InputError("TimePoint: expected a day, found {text!r}", text=text) from error
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise InputError("TimePoint: expected a day, found {text!r}", text=text)
    return day


def _number(value: Any, field: str, code: str) -> float:
    text = "" if value is None else str(value).strip()
    if text in MISSING_TEXTS:
        return math.nan
    try:
        number = float(text)
    except ValueError:
        number = math.inf
    if not abs(number) <= LARGEST_VALUE:
        raise InputError(
            "city {code}, {field}: expected a number or nothing, found {value!r}",
            code=code,
            field=field,
            value=value,
        )
    return number


def _same(a: dict[str, Any], b: dict[str, Any]) -> bool:
    return all(a[k] == b[k] or (a[k] != a[k] and b[k] != b[k]) for k in a)


def interpret(entry: Entry, history: History, read_raw: ReadRaw) -> list[pd.DataFrame]:  # noqa: ARG001
    """Give the city-days of an answer; days that had not ended are left out.

    A day between the answer's first and last that it does not name is claimed as empty.
    """
    if entry.sha256 is None:
        return []
    rows = [
        row
        for row in parse_answer(read_raw(entry.sha256), entry.key)
        if row["date"] < today(entry.retrieved_at)
    ]
    if not rows:
        return []
    frame = pd.DataFrame(rows).set_index("date").sort_index()
    index = pd.date_range(frame.index[0], frame.index[-1], unit="s", name="date")
    frame.index = pd.DatetimeIndex(frame.index).as_unit("s")
    city = frame["city"].iloc[0]
    frame = frame.reindex(index).reset_index().assign(city=city)
    for name in POLLUTANTS:
        frame[name] = round_half_even(frame[name].to_numpy(), DECIMALS[name])
    return [frame.assign(raw=entry.sha256)]
