"""Checks of a city-day table: what the rules need, or an error that names column and row."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from airrank.errors import InputError
from airrank.rules.standards import POLLUTANTS
from airrank.words import Listed, Text

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]
DayArray = npt.NDArray[np.datetime64]

DUST_MODES = ("keep", "deduct")

_SHORTEST_DAY = len("2017-9-4")  # pandas takes 2017 and 2017-09 for their first days


def require_columns(daily: pd.DataFrame, *names: str) -> None:
    """Raise InputError unless `daily` is a frame with every named column, once."""
    if not isinstance(daily, pd.DataFrame):
        raise InputError(
            "Expected a pandas DataFrame of city-days, found {kind}.", kind=type(daily).__name__
        )
    for name in names:
        found = int((daily.columns == name).sum())
        if found != 1:
            raise InputError(
                "Expected one column {name!r}, found {found} among {columns}. Add it, empty if "
                "it was not measured.",
                name=name,
                found=found,
                columns=Listed(daily.columns),
            )


def as_date(value: Any, what: Text) -> dt.date:
    """Read a calendar day from a date, a Timestamp or ISO text (2017-09-24)."""
    refused = InputError(
        "Expected a calendar day as {what} (2017-09-24), found {value!r}.", what=what, value=value
    )
    short = isinstance(value, str) and len(value.strip()) < _SHORTEST_DAY
    if short or isinstance(value, (int, float)):
        raise refused
    try:
        moment = pd.Timestamp(value)
    except (ValueError, TypeError):
        raise refused from None
    if not isinstance(moment, pd.Timestamp) or moment.tzinfo or moment != moment.normalize():
        raise refused
    return moment.date()


def calendar_days(daily: pd.DataFrame) -> DayArray:
    """Return the column ``date`` as datetime64[D], shape (row,)."""
    require_columns(daily, "date")
    column = daily["date"]
    expected = Text("a calendar day (2017-09-24)")
    numeric = pd.api.types.is_numeric_dtype(column.dtype)
    _refuse_first(daily, "date", np.full(len(daily), numeric), expected)
    if not pd.api.types.is_datetime64_any_dtype(column.dtype):
        column = column.where(column.astype("str").str.strip().str.len() >= _SHORTEST_DAY)
    parsed: Any = pd.to_datetime(column, errors="coerce", format="ISO8601")
    if parsed.dt.tz is not None:
        raise InputError(
            "Column 'date': expected calendar days of Beijing without a time zone, found "
            "{dtype}. Use .dt.tz_convert('Asia/Shanghai').dt.tz_localize(None).",
            dtype=column.dtype,
        )
    bad = parsed.isna() | (parsed != parsed.dt.normalize())
    _refuse_first(daily, "date", bad.to_numpy(), expected)
    days: DayArray = parsed.to_numpy().astype("datetime64[D]")
    return days


def concentrations(daily: pd.DataFrame) -> FloatArray:
    """Return the six pollutants' columns, shape (row, 6) [µg/m³, co mg/m³]; NaN where missing."""
    require_columns(daily, *POLLUTANTS)
    values = np.empty((len(daily), len(POLLUTANTS)))
    for i, pollutant in enumerate(POLLUTANTS):
        values[:, i] = pd.to_numeric(daily[pollutant], errors="coerce")
        unreadable = np.isnan(values[:, i]) & daily[pollutant].notna().to_numpy()
        bad = unreadable | (values[:, i] < 0) | np.isinf(values[:, i])
        _refuse_first(daily, pollutant, bad, Text("a number not below zero, or an empty cell"))
    return values


def dust_days(daily: pd.DataFrame, dust: str) -> BoolArray:
    """Return which rows lose PM10 and PM2.5 in the dust mode, shape (row,)."""
    if dust not in DUST_MODES:
        raise InputError(
            "Unknown dust mode {dust!r}: expected one of {dust_modes}.",
            dust=dust,
            dust_modes=Listed(DUST_MODES),
        )
    if dust == "keep":
        return np.zeros(len(daily), dtype=bool)
    require_columns(daily, "dust")
    column = daily["dust"]
    _refuse_first(daily, "dust", ~column.isin([True, False]).to_numpy(), Text("true or false"))
    return column.to_numpy(dtype=bool)


def _refuse_first(daily: pd.DataFrame, column: str, bad: BoolArray, expected: Text) -> None:
    if not bad.any():
        return
    row = int(np.argmax(bad))
    found = daily[column].iloc[[row]].tolist()[0]
    raise InputError(
        "Column {column!r}, row {index!r}: expected {expected}, found {found!r}. Correct the "
        "value ({bad} of {number} rows need it).",
        column=column,
        index=daily.index[row],
        expected=expected,
        found=found,
        bad=int(bad.sum()),
        number=len(daily),
    )
