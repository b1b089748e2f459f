"""Statistics of a period and their validity (HJ 663-2013).

Month, quarter, January to a month and year all use the same statistics over all days of the
period: the mean of SO2, NO2, PM10 and PM2.5, the 95th percentile of CO, the 90th of the 8-h ozone.

Daily values are taken as whole millionths of their unit, summed exactly and divided once. So each
statistic is the float64 nearest to the true rational value, and :func:`round_half_even` of it is
the exact rounding: a decimal half of up to 15 digits prints as itself, and no other mean or
percentile of some thousand such values comes within a float64's spacing of a half.
"""

from __future__ import annotations

import datetime as dt
from itertools import compress
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from airrank.errors import InputError
from airrank.rules.daily import (
    BoolArray,
    DayArray,
    FloatArray,
    as_date,
    calendar_days,
    concentrations,
    dust_days,
    require_columns,
)
from airrank.rules.percentiles import MICRO, percentile_array
from airrank.rules.standards import POLLUTANTS
from airrank.words import Text

PERCENTILES = {"co": 95, "o3_8h": 90}
"""Percentile of the pollutants whose statistic is not the mean [%] (HJ 663-2013, table 1)."""
YEAR_DAYS_REQUIRED, MONTH_DAYS_REQUIRED, FEBRUARY_DAYS_REQUIRED = 324, 27, 25
"""Daily values a year, a month and February need (GB 3095-2012, table 4)."""

_PARTICLES = ("pm25", "pm10")


def period_statistics(
    daily: pd.DataFrame, start: Any, end: Any, *, dust: str = "keep"
) -> pd.DataFrame:
    """Six statistics of each city over a period, with their validity (HJ 663-2013).

    Parameters
    ----------
    daily : DataFrame
        City-days with ``date``, ``city`` and the six pollutants [µg/m³, co mg/m³], one row per city
        and day, empty where missing; boolean ``dust`` for ``deduct``. Rows outside the period are
        not looked at but for their date and city.
    start, end : date or ISO text
        First and last day of the period, both included.
    dust : {"keep", "deduct"}
        ``deduct`` leaves PM10 and PM2.5 of dust days out. Validity counts the days measured, the
        deducted ones too: the deduction does not make a year incomplete. [open]

    Returns
    -------
    DataFrame by city, in the order of the names
        The six pollutants' unrounded statistics [µg/m³, co mg/m³], NaN without any value;
        ``<pollutant>_days``, the daily values used; ``days`` of the period; ``required_days``;
        ``dust_days`` deducted; ``valid``, whether all six have enough days; ``flags``, empty or
        ``insufficient data: pm25,co``.

    Raises
    ------
    InputError
        If a column is missing, a cell cannot be used, a city has a day twice, or the period ends
        before it starts.

    Examples
    --------
    >>> days = pd.date_range("2017-09-01", "2017-09-30")
    >>> daily = pd.DataFrame(
    ...     dict(date=days, city="驻马店", pm25=40, pm10=80, so2=9, no2=30, co=1.0, o3_8h=150)
    ... )
    >>> daily.loc[:3, "co"] = np.nan
    >>> table = period_statistics(daily, "2017-09-01", "2017-09-30").reset_index()
    >>> print(table[["city", "pm25", "co", "co_days", "required_days", "flags"]].to_string())
      city  pm25   co  co_days  required_days                  flags
    0  驻马店  40.0  1.0       26             27  insufficient data: co
    """
    first, last = as_date(start, Text("start")), as_date(end, Text("end"))
    required = required_days(first, last)
    cities, values, deducted = _panel(daily, first, last, dust)
    measured = _count(values)
    if dust == "deduct":
        particles = np.isin(POLLUTANTS, _PARTICLES)
        np.copyto(values, np.nan, where=deducted[..., None] & particles)
    statistics, used = statistics_array(values), _count(values)
    lacking = (measured < required) | (used == 0)
    columns = {
        **{pollutant: statistics[:, i] for i, pollutant in enumerate(POLLUTANTS)},
        **{f"{pollutant}_days": used[:, i] for i, pollutant in enumerate(POLLUTANTS)},
        "days": (last - first).days + 1,
        "required_days": required,
        "dust_days": deducted.sum(axis=0),
        "valid": ~lacking.any(axis=1),
        "flags": [_flag(row) for row in lacking],
    }
    return pd.DataFrame(columns, index=cities)


def statistics_array(values: npt.ArrayLike) -> FloatArray:
    """Statistics along the first axis, the kernel for panels and draws (HJ 663-2013).

    Parameters
    ----------
    values : array of float64, shape (day, ..., 6) [µg/m³, co mg/m³]
        Daily values of up to six decimals in the order of ``POLLUTANTS``; NaN where missing.

    Returns
    -------
    array of float64, shape (..., 6) [µg/m³, co mg/m³]
        Unrounded statistics; NaN without any value. Validity is not judged here.
    """
    array = np.asarray(values, dtype=np.float64)
    result = np.empty(array.shape[1:])
    for i, pollutant in enumerate(POLLUTANTS):
        series = array[..., i]
        if pollutant in PERCENTILES:
            result[..., i] = percentile_array(series, PERCENTILES[pollutant])
        else:
            result[..., i] = _mean(series)
    return result


def required_days(start: dt.date, end: dt.date) -> int:
    """Daily values a period needs: year 324, month 27, February 25 (GB 3095-2012, table 4).

    For other periods the standard is silent: the year's share of days, 324 of 365, rounded to the
    nearest day. [open]

    Raises
    ------
    InputError
        If the period ends before it starts.

    Examples
    --------
    >>> required_days(dt.date(2017, 1, 1), dt.date(2017, 9, 24))
    237
    """
    days = (end - start).days + 1
    if days < 1:
        raise InputError(
            "The period ends on {end}, before it starts on {start}. Swap them.",
            end=end,
            start=start,
        )
    after = end + dt.timedelta(days=1)
    if start.day == 1 and after.day == 1:
        if (after.year, after.month) == (start.year + 1, start.month) and start.month == 1:
            return YEAR_DAYS_REQUIRED
        if (end.year, end.month) == (start.year, start.month):
            return FEBRUARY_DAYS_REQUIRED if start.month == 2 else MONTH_DAYS_REQUIRED
    return (2 * YEAR_DAYS_REQUIRED * days + 365) // (2 * 365)


def _panel(
    daily: pd.DataFrame, first: dt.date, last: dt.date, dust: str
) -> tuple[pd.Index[Any], FloatArray, BoolArray]:
    """Arrange the period's rows as values (day, city, 6) and deducted days (day, city)."""
    days = calendar_days(daily)
    require_columns(daily, "city")
    city, cities = pd.factorize(daily["city"], sort=True)
    if (city < 0).any():
        row = daily.index[int(np.argmax(city < 0))]
        raise InputError(
            "Column 'city', row {row!r}: expected a city's name, found none. Fill it.", row=row
        )
    inside = (days >= np.datetime64(first)) & (days <= np.datetime64(last))
    rows, day, city = daily[inside], days[inside], city[inside]
    offset = (day - np.datetime64(first)).astype(np.intp)
    shape = ((last - first).days + 1, len(cities))
    _refuse_twins(rows, day, np.ravel_multi_index((offset, city), shape))
    values = np.full((*shape, len(POLLUTANTS)), np.nan)
    values[offset, city] = concentrations(rows)
    deducted = np.zeros(shape, dtype=bool)
    deducted[offset, city] = dust_days(rows, dust)
    return pd.Index(cities, name="city"), values, deducted


def _refuse_twins(rows: pd.DataFrame, day: DayArray, place: npt.NDArray[np.intp]) -> None:
    order = np.argsort(place, stable=True)
    twins = np.flatnonzero(np.diff(place[order]) == 0)
    if twins.size:
        former, latter = order[twins[0]], order[twins[0] + 1]
        raise InputError(
            "Rows {first!r} and {second!r} are both of {city} on {day}: expected one row per "
            "city and day. Remove the duplicates ({twins} in the period).",
            first=rows.index[former],
            second=rows.index[latter],
            city=rows["city"].iloc[former],
            day=day[former],
            twins=twins.size,
        )


def _mean(series: FloatArray) -> FloatArray:
    """Mean along the first axis: whole millionths, whose sums are exact, divided once."""
    micro = np.rint(series * MICRO)
    present = ~np.isnan(micro)
    count = np.count_nonzero(present, axis=0)
    micro[~present] = 0.0
    with np.errstate(invalid="ignore"):
        mean: FloatArray = micro.sum(axis=0) / (count * MICRO)
    return mean


def _count(values: FloatArray) -> npt.NDArray[np.intp]:
    return np.asarray(np.count_nonzero(~np.isnan(values), axis=0))


def _flag(lacking: BoolArray) -> str:
    names = ",".join(compress(POLLUTANTS, lacking))
    return f"insufficient data: {names}" if names else ""
