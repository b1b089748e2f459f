"""Lists of dust days (沙尘影响日), imported to be deducted."""

from __future__ import annotations

import datetime as dt
import re
from functools import partial

import pandas as pd

from airrank.cities import all_cities, registry
from airrank.errors import InputError, UnknownCityError
from airrank.ingest.tables import TableFile
from airrank.tables.account import Account
from airrank.tables.cells import TRUTH, plain, read_day
from airrank.tables.records import Record, read_records
from airrank.words import Listed, Text

HEADINGS = {
    "DATE": "date", "日期": "date", "START": "start", "开始": "start", "开始日期": "start",
    "起始日期": "start", "END": "end", "结束": "end", "结束日期": "end", "CITY": "city",
    "城市": "city", "PROVINCE": "province", "省份": "province", "省": "province",
    "REGION": "region", "区域": "region", "地区": "region", "DUST": "dust", "沙尘": "dust",
}  # fmt: skip
LONGEST = 31
"""Days of one row; a longer stretch of dust is a mistake in a date."""
FIRST_YEAR = 2013
"""Before it no city reported hourly values to the national platform."""
EXPECTED = Text(
    "date (日期), or start and end (开始, 结束), and city (城市), province (省份) or region (区域)"
)
_SEPARATORS = re.compile(r"[、,，;；/]")


def parse_dust_list(
    content: bytes, name: str, origin: str, *, account: Account | None = None
) -> pd.DataFrame:
    """Read a list of dust days.

    It has ``date`` or ``start, end``, and ``city``, ``province`` or ``region``. A row may say with
    ``dust`` (沙尘) false that an earlier list was wrong there.

    Parameters
    ----------
    content, name, origin, account
        As for :func:`~airrank.tables.records.read_records`.

    Returns
    -------
    DataFrame
        ``date``, ``city`` (short name) and ``dust``; one row a city and day.

    Raises
    ------
    InputError
        If a column is missing, or a day, city, province or region cannot be used; with its row.
    """
    found = read_records(content, name, origin, HEADINGS, _enough, EXPECTED, account=account)
    if not found.rows:
        raise InputError("{origin} holds no row", origin=origin)
    rows: list[tuple[pd.Timestamp, str, bool]] = []
    for record in found.rows:
        where = Text("{origin}, {place}", origin=origin, place=record.place)
        days, dust = _days(record, where), _truth(record, where)
        rows += [(day, city, dust) for city in _cities(record, where) for day in days]
    frame = pd.DataFrame(rows, columns=["date", "city", "dust"])
    frame = frame.drop_duplicates(ignore_index=True)
    twice = frame.duplicated(["date", "city"])
    if twice.any():
        first = frame[twice].iloc[0]
        raise InputError(
            "{origin}: {city}, {day:%Y-%m-%d} is said to have dust and to have none; keep one",
            origin=origin,
            city=first.city,
            day=first.date,
        )
    return frame.astype({"date": "datetime64[s]", "city": "str"})


DustList = partial(TableFile, "dust", parse_dust_list)
"""The source that is one list of dust days."""


def _enough(columns: frozenset[str]) -> bool:
    dated = ("date" in columns) != ({"start", "end"} <= columns)
    return dated and bool(columns & {"city", "province", "region"})


def _days(record: Record, where: Text) -> list[pd.Timestamp]:
    if "date" in record.cells:
        return [_day(record, "date", where)]
    first, last = _day(record, "start", where), _day(record, "end", where)
    if not 0 <= (last - first).days < LONGEST:
        raise InputError(
            "{where}: from {first:%Y-%m-%d} to {last:%Y-%m-%d}; expected an end not before the "
            "start and at most {most} days. Correct the dates, or give each stretch its row.",
            where=where,
            first=first,
            last=last,
            most=LONGEST,
        )
    return list(pd.date_range(first, last))


def _day(record: Record, column: str, where: Text) -> pd.Timestamp:
    day = read_day(record.cells.get(column))
    if not isinstance(day, dt.date) or day.year < FIRST_YEAR:
        raise InputError(
            "{where}, column {column!r}: expected a day from {first} on, such as 2023-03-22, "
            "found {found!r}",
            where=where,
            column=column,
            first=FIRST_YEAR,
            found=record.text(column),
        )
    return pd.Timestamp(day)


def _truth(record: Record, where: Text) -> bool:
    cell = record.cells.get("dust")
    text = str(cell).lower() if isinstance(cell, bool) else plain(cell).lower()
    if not text:
        return True
    if text not in TRUTH:
        raise InputError(
            "{where}, column 'dust': expected true or false (是, 否), found {found!r}",
            where=where,
            found=text,
        )
    return TRUTH[text]


def _cities(record: Record, where: Text) -> list[str]:
    """Name the cities of a row: those listed, else all of its provinces, else of its regions."""
    for column in ("city", "province", "region"):
        text = record.text(column)
        names = [part.strip() for part in _SEPARATORS.split(text) if part.strip()]
        if names:
            return [city for name in names for city in _meant(column, name, where)]
    raise InputError("{where}: expected a city, province or region, found none", where=where)


def _meant(column: str, name: str, where: Text) -> list[str]:
    if column == "city":
        try:
            return [registry().resolve(name).name]
        except UnknownCityError as error:
            raise InputError(
                "{where}: {error} Leave out rows of cities that are not ranked.",
                where=where,
                error=error.text,
            ) from error
    short = re.sub(r"(省|市|壮族自治区|回族自治区|维吾尔自治区|自治区)$", "", name)
    found = [c.name for c in all_cities() if getattr(c, column) in {name, short}]
    if not found:
        known = dict.fromkeys(getattr(c, column) for c in all_cities())
        raise InputError(
            "{where}: no {column} {name!r} with a ranked city; expected one of {known}",
            where=where,
            column=column,
            name=name,
            known=Listed(known),
        )
    return found
