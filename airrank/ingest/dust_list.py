"""Lists of dust days (沙尘影响日), imported to be deducted."""

from __future__ import annotations

import re
from functools import partial

import pandas as pd

from airrank.cities import all_cities, registry
from airrank.errors import InputError, UnknownCityError
from airrank.ingest.city_day import TRUTH
from airrank.ingest.tables import TableFile, known_columns, plain_day, read_cells

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
FIRST_ROW = 2
_SEPARATORS = re.compile(r"[、,，;；/]")


def parse_dust_list(content: bytes, name: str, origin: str) -> pd.DataFrame:
    """Read a list of dust days.

    It has ``date`` or ``start, end``, and ``city``, ``province`` or ``region``. A row may say with
    ``dust`` (沙尘) false that an earlier list was wrong there.

    Parameters
    ----------
    content, name, origin
        As for :func:`~airrank.ingest.tables.read_cells`.

    Returns
    -------
    DataFrame
        ``date``, ``city`` (short name) and ``dust``; one row a city and day.

    Raises
    ------
    InputError
        If a column is missing, or a day, city, province or region cannot be used; with its row.
    """
    cells = read_cells(content, name, origin)
    table = known_columns(cells, HEADINGS)
    whose = [c for c in ("city", "province", "region") if c in table]
    if table.columns.has_duplicates or not whose or not _dated(table):
        raise InputError(
            f"{origin}: expected date (日期), or start and end (开始, 结束), each once, and city "
            f"(城市), province (省份) or region (区域); found {', '.join(map(str, cells.columns))}"
        )
    if table.empty:
        raise InputError(f"{origin} holds no row")
    rows: list[tuple[pd.Timestamp, str, bool]] = []
    for number, cells_of in enumerate(table.to_dict(orient="records"), start=FIRST_ROW):
        where, row = f"{origin}, row {number}", {str(k): v for k, v in cells_of.items()}
        days, dust = _days(row, where), _truth(row.get("dust"), where)
        rows += [(day, city, dust) for city in _cities(row, where) for day in days]
    frame = pd.DataFrame(rows, columns=["date", "city", "dust"])
    frame = frame.drop_duplicates(ignore_index=True)
    twice = frame.duplicated(["date", "city"])
    if twice.any():
        first = frame[twice].iloc[0]
        raise InputError(
            f"{origin}: {first.city}, {first.date:%Y-%m-%d} is said to have dust and to have none; "
            "keep one"
        )
    return frame.astype({"date": "datetime64[s]", "city": "str"})


DustList = partial(TableFile, "dust", parse_dust_list)
"""The source that is one list of dust days."""


def _dated(table: pd.DataFrame) -> bool:
    return ("date" in table) != ({"start", "end"} <= set(table))


def _days(row: dict[str, object], where: str) -> list[pd.Timestamp]:
    if "date" in row:
        return [_day(row["date"], "date", where)]
    first, last = _day(row["start"], "start", where), _day(row["end"], "end", where)
    if not 0 <= (last - first).days < LONGEST:
        raise InputError(
            f"{where}: from {first:%Y-%m-%d} to {last:%Y-%m-%d}; expected an end not before the "
            f"start and at most {LONGEST} days. Correct the dates, or give each stretch its row."
        )
    return list(pd.date_range(first, last))


def _day(value: object, column: str, where: str) -> pd.Timestamp:
    day = pd.to_datetime(str(plain_day(value)), format="%Y-%m-%d", errors="coerce")
    if pd.isna(day) or day.year < FIRST_YEAR:
        raise InputError(
            f"{where}, column {column!r}: expected a day from {FIRST_YEAR} on, such as 2023-03-22, "
            f"found {value!r}"
        )
    return day


def _truth(value: object, where: str) -> bool:
    if pd.isna(value):  # type: ignore[call-overload]
        return True
    text = str(value).lower()
    if text not in TRUTH:
        raise InputError(
            f"{where}, column 'dust': expected true or false (是, 否), found {value!r}"
        )
    return TRUTH[text]


def _cities(row: dict[str, object], where: str) -> list[str]:
    """Name the cities of a row: those listed, else all of its provinces, else of its regions."""
    for column in ("city", "province", "region"):
        text = row.get(column)
        if text is None or pd.isna(text):  # type: ignore[call-overload]
            continue
        names = [part.strip() for part in _SEPARATORS.split(str(text)) if part.strip()]
        if names:
            return [city for name in names for city in _meant(column, name, where)]
    raise InputError(f"{where}: expected a city, province or region, found none")


def _meant(column: str, name: str, where: str) -> list[str]:
    if column == "city":
        try:
            return [registry().resolve(name).name]
        except UnknownCityError as error:
            raise InputError(
                f"{where}: {error} Leave out rows of cities that are not ranked."
            ) from error
    short = re.sub(r"(省|市|壮族自治区|回族自治区|维吾尔自治区|自治区)$", "", name)
    found = [c.name for c in all_cities() if getattr(c, column) in {name, short}]
    if not found:
        known = dict.fromkeys(getattr(c, column) for c in all_cities())
        raise InputError(
            f"{where}: no {column} {name!r} with a ranked city; expected one of {', '.join(known)}"
        )
    return found
