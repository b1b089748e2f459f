"""The city-day format: names, types and contents of its columns, checked.

Columns ``date, city, pm25, pm10, so2, no2, co, o3_8h`` [µg/m³, co in mg/m³]; optional ``aqi``,
``dust``, ``source``, ``flags``, ``retrieved_at``, ``dust_retrieved_at`` (when a list said so) and
``<pollutant>_kind``. Missing values are empty. Other columns are ignored, other contents refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
from pandas.api.types import is_object_dtype

from airrank.errors import InputError
from airrank.ingest.limits import BEIJING, FIRST_YEAR, LARGEST_VALUE, LAST_YEAR
from airrank.rules.standards import POLLUTANTS
from airrank.showable import unshowable
from airrank.tables.account import Place
from airrank.tables.cells import TRUTH
from airrank.words import Listed, Text

REQUIRED = ("date", "city", *POLLUTANTS)
KINDS = ("observed", "estimated")
_YEARS = {"first": FIRST_YEAR, "last": LAST_YEAR}
OPTIONAL = ("aqi", "dust", "source", "flags", "retrieved_at", "dust_retrieved_at",
            *(f"{p}_kind" for p in POLLUTANTS))  # fmt: skip


def check_city_days(
    frame: pd.DataFrame,
    origin: str = "the observations",
    *,
    places: Sequence[Place] | None = None,
) -> pd.DataFrame:
    """Check a frame against the city-day format and give it with proper types.

    Parameters
    ----------
    frame : DataFrame
        One row per city and day; versions of one record may differ in ``retrieved_at``.
    origin : str
        What to call the data in an error.
    places : sequence of Place, optional
        What an error calls each row; their numbers, from 1, without it.

    Returns
    -------
    DataFrame
        The known columns: ``date`` as midnight of the Beijing calendar day, pollutants as float,
        ``dust`` as bool, ``retrieved_at`` as UTC time, the rest as text.

    Raises
    ------
    InputError
        Names the column, the row, and what was expected.
    """
    if not isinstance(frame, pd.DataFrame):
        raise InputError(
            "{origin}: expected a DataFrame of city-days, found {found}",
            origin=origin,
            found=repr(frame)[:80],
        )
    missing = [column for column in REQUIRED if column not in frame.columns]
    if missing:
        raise InputError(
            "{origin}: no column {missing}; the city-day format has {columns}. Found {found}",
            origin=origin,
            missing=Listed(missing),
            columns=Listed(REQUIRED),
            found=Listed(frame.columns),
        )
    if not frame.columns.is_unique:
        name = frame.columns[frame.columns.duplicated()][0]
        raise InputError(
            "{origin}: the column {name!r} occurs twice; keep one", origin=origin, name=name
        )
    if frame.empty:
        raise InputError("{origin} holds no row", origin=origin)
    checker = _Checker(frame, origin, places)
    table = {"date": checker.dates(), "city": checker.text("city")}
    for pollutant in POLLUTANTS:
        table[pollutant] = checker.concentrations(pollutant)
    for column in OPTIONAL:
        if column in frame.columns:
            table[column] = checker.optional(column)
    result = pd.DataFrame(table).reset_index(drop=True)
    keys = [c for c in ("date", "city", "source", "retrieved_at") if c in result.columns]
    twice = result.duplicated(keys)
    if twice.any():
        row = int(np.flatnonzero(twice)[0])
        raise InputError(
            "{origin}, {place}: {city} has a second record for {day:%Y-%m-%d}; keep one, or tell "
            "versions apart by 'retrieved_at'",
            origin=origin,
            place=checker.place(row),
            city=result.city[row],
            day=result.date[row],
        )
    return result


class _Checker:
    """Turns columns into their types, or says which row stands in the way."""

    def __init__(self, frame: pd.DataFrame, origin: str, places: Sequence[Place] | None) -> None:
        known = [column for column in (*REQUIRED, *OPTIONAL) if column in frame.columns]
        self.frame = frame.copy()
        self.origin, self.places = origin, places
        for column in known:
            if is_object_dtype(frame[column]):  # read as written
                try:
                    texts = frame[column].astype("str")
                except UnicodeDecodeError as error:
                    raise InputError(
                        "{origin}, column {column!r}: expected UTF-8 text, found bytes: {error}",
                        origin=origin,
                        column=column,
                        error=error,
                    ) from error
                self.frame[column] = texts.where(frame[column].notna())

    def place(self, row: int, column: str = "") -> Place:
        """Name a row, or a cell of it."""
        own = self.places[row] if self.places is not None else Place("", row + 1)
        return replace(own, column=column)

    def refuse(self, column: str, wrong: pd.Series, expected: Text) -> None:
        """Raise for the first row where ``wrong`` is true."""
        if not wrong.any():
            return
        row = int(np.flatnonzero(wrong.to_numpy())[0])
        raise InputError(
            "{origin}, {place}: expected {expected}, found {found!r} ({n} such rows)",
            origin=self.origin,
            place=self.place(row, column),
            expected=expected,
            found=self.frame[column].iloc[row],
            n=int(wrong.sum()),
        )

    def text(self, column: str) -> pd.Series:
        """Give a column of names, one in every row."""
        values = self.frame[column].astype("str").str.strip()
        wrong = self.frame[column].isna() | (values == "")
        self.refuse(column, wrong, Text("a name"))
        strange = {name for name in values.unique() if unshowable(name)}
        self.refuse(column, values.isin(strange), Text("a name without control characters"))
        return values

    def dates(self) -> pd.Series:
        """Give the calendar days, one in every row."""
        column = self.frame["date"]
        if isinstance(column.dtype, pd.DatetimeTZDtype):
            column = column.dt.tz_convert(BEIJING).dt.tz_localize(None)
        if not pd.api.types.is_datetime64_any_dtype(column):
            text = column.astype("str").str.strip().where(column.notna())
            text = text.where(text.str.len() >= len("2017-9-4"))  # 2017 and 2017-09 are no days
            column = pd.to_datetime(text, format="ISO8601", errors="coerce", utc=True)
            column = column.dt.tz_localize(None)
        values = column
        self.refuse("date", values.isna(), Text("a calendar day such as 2017-09-24"))
        near = values.dt.year.between(FIRST_YEAR, LAST_YEAR)
        self.refuse("date", ~near, Text("a day of the years {first} to {last}", **_YEARS))
        self.refuse("date", values != values.dt.normalize(), Text("a calendar day without a time"))
        return values.astype("datetime64[s]")

    def numbers(self, column: str) -> pd.Series:
        """Give a column of numbers or nothing."""
        values = pd.to_numeric(self.frame[column], errors="coerce").astype("float64")
        wrong = (values.isna() & self.frame[column].notna()) | np.isinf(values)
        self.refuse(column, wrong, Text("a number, or nothing where the value is missing"))
        return values

    def concentrations(self, column: str) -> pd.Series:
        """Give a column of numbers from zero up, or nothing."""
        values = self.numbers(column)
        self.refuse(column, values < 0, Text("a concentration of at least 0, or nothing"))
        most = Text("at most {most:.0f}, or nothing", most=LARGEST_VALUE)
        self.refuse(column, values > LARGEST_VALUE, most)
        return values

    def moments(self, column: str) -> pd.Series:
        """Give moments or nothing; without an offset they are Beijing time, like the days."""
        raw = self.frame[column]
        if not pd.api.types.is_datetime64_any_dtype(raw):
            text = raw.astype("str").str.strip()
            text = text.where(text.str.len() != len("2017-09-25"), text + "T00:00")
            with_offset = text.str.contains(r"[T ]\d.*(?:Z|[+-]\d\d:?\d\d)$", na=False)
            text = text.where(with_offset, text + "+08:00").where(raw.notna())
            times = pd.to_datetime(text, format="ISO8601", errors="coerce", utc=True)
            self.refuse(
                column, times.isna() & raw.notna(), Text("a time such as 2017-09-25T01:30+08:00")
            )
        elif raw.dt.tz is None:
            times = raw.dt.tz_localize(BEIJING).dt.tz_convert("UTC")
        else:
            times = raw.dt.tz_convert("UTC")
        near = times.dt.year.between(FIRST_YEAR, LAST_YEAR) | raw.isna()
        self.refuse(column, ~near, Text("a time of the years {first} to {last}", **_YEARS))
        return times.astype("datetime64[us, UTC]")

    def optional(self, column: str) -> pd.Series:
        """Give one of the optional columns, in its type."""
        if column == "aqi":
            return self.numbers(column)
        raw = self.frame[column]
        if column == "dust":
            truth = raw.astype("str").str.lower().map(TRUTH)
            truth = truth.where(raw.notna(), other=False)
            self.refuse(column, truth.isna(), Text("true or false (是, 否), or nothing"))
            return truth.astype(bool)
        if column in {"retrieved_at", "dust_retrieved_at"}:
            return self.moments(column)
        if column.endswith("_kind"):
            self.refuse(column, raw.notna() & ~raw.isin(KINDS), Text("observed or estimated"))
        return raw.astype("str").where(raw.notna())
