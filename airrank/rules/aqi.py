"""Air quality index of a day (HJ 633-2012; HJ 633-2026 from 2026-03-01).

Concentrations are rounded to the published decimals first; of these there are few, so each
pollutant's IAQI is a table made with integers once per edition. Floating point would give 56 for
CO 2.2 mg/m³, which is 55.
"""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from itertools import pairwise
from typing import Any, overload

import numpy as np
import numpy.typing as npt
import pandas as pd
from pandas.api.extensions import ExtensionArray
from pandas.arrays import IntegerArray

from airrank.errors import InputError
from airrank.rules.daily import calendar_days, concentrations, dust_days
from airrank.rules.primary import joint_names
from airrank.rules.rounding import scaled_half_even
from airrank.rules.standards import POLLUTANTS, Edition, get_edition
from airrank.words import Listed

IndexArray = npt.NDArray[np.int16]

NOT_AVAILABLE = -1
"""What the array kernels give where an IAQI or AQI is not available."""
GOOD_AQI = 100
HEAVY_AQI = 200
CATEGORIES = ("优", "良", "轻度污染", "中度污染", "重度污染", "严重污染")
"""Classes of the levels 1 to 6 (HJ 633, table 2)."""
_LEVEL_BOUNDS = (NOT_AVAILABLE, 50, 100, 150, 200, 300)
_PRIMARY_ABOVE = 50
_IS_PARTICLE = np.isin(POLLUTANTS, ("pm25", "pm10"))


@overload
def iaqi(
    pollutant: str, concentration: pd.Series[Any], *, edition: str | Edition = "2012"
) -> pd.Series[Any]: ...
@overload
def iaqi(
    pollutant: str,
    concentration: npt.NDArray[Any] | list[Any] | tuple[Any, ...] | ExtensionArray,
    *,
    edition: str | Edition = "2012",
) -> IntegerArray: ...
@overload
def iaqi(
    pollutant: str, concentration: float | None, *, edition: str | Edition = "2012"
) -> int: ...
def iaqi(pollutant: str, concentration: Any, *, edition: str | Edition = "2012") -> Any:
    """Individual air quality index (HJ 633-2012 and HJ 633-2026, table 1).

    The concentration is rounded half to even to the published decimals; the index is linear
    between the nodes and rounded up. Above the last node it stays at that node's: 500, and 300 for
    the 8-h ozone, above whose 800 µg/m³ HJ 633-2012 refers to the 1-h index.

    Parameters
    ----------
    pollutant : str
        One of ``POLLUTANTS``.
    concentration : float, or a 1-d array, list or Series of them [µg/m³, co mg/m³]
        Daily mean, for ``o3_8h`` the daily maximum 8-h mean; NaN, None and NA are missing.
    edition : str or Edition, default "2012"
        The edition of the standards.

    Returns
    -------
    int, IntegerArray (Int64), or Series of Int64 with the same index
        <NA> where the concentration is missing.

    Raises
    ------
    InputError
        If the pollutant or edition is unknown, or a concentration is not a number, infinite or
        below zero.

    Examples
    --------
    >>> iaqi("co", 2.2), iaqi("pm25", 75), iaqi("pm25", 75, edition="2026-transition")
    (55, 100, 114)
    >>> iaqi("o3_8h", [160, None, 161]).tolist()
    [100, <NA>, 101]
    """
    if pollutant not in POLLUTANTS:
        raise InputError(
            "Unknown pollutant {pollutant!r}: expected {pollutants}.",
            pollutant=pollutant,
            pollutants=Listed(POLLUTANTS),
        )
    values = _numbers(concentration)
    bad = (values < 0) | np.isinf(values)
    if bad.any():
        found = values[bad].flat[0]
        if values.ndim:
            raise InputError(
                "{pollutant}: expected concentrations not below zero, found {found} at position "
                "{position}. Leave invalid values empty.",
                pollutant=pollutant,
                found=found,
                position=int(np.argmax(bad)),
            )
        raise InputError(
            "{pollutant}: expected a concentration not below zero, found {found}. Leave invalid "
            "values empty.",
            pollutant=pollutant,
            found=found,
        )
    indices = _iaqi_of(values, POLLUTANTS.index(pollutant), get_edition(edition))
    if values.ndim == 0:
        return pd.NA if indices == NOT_AVAILABLE else int(indices)
    if isinstance(concentration, pd.Series):
        name = concentration.name
        return pd.Series(_nullable(indices), index=concentration.index, name=name)
    return _nullable(indices)


def iaqi_array(values: npt.ArrayLike, edition: str | Edition) -> IndexArray:
    """Individual indices of many days at once, the kernel of :func:`aqi` (HJ 633, table 1).

    Parameters
    ----------
    values : array of float64, shape (..., 6) [µg/m³, co mg/m³]
        Daily values not below zero in the order of ``POLLUTANTS``; NaN where missing.
    edition : str or Edition
        The edition of the standards, not ``auto``.

    Returns
    -------
    array of int16, shape (..., 6)
        0 to 500; -1 where missing.
    """
    array = np.asarray(values)
    standard = get_edition(edition)
    result = np.empty(array.shape, dtype=np.int16)
    for i in range(len(POLLUTANTS)):
        result[..., i] = _iaqi_of(array[..., i], i, standard)
    return result


def aqi_array(iaqis: npt.NDArray[np.integer[Any]], due: npt.ArrayLike = True) -> IndexArray:
    """AQI of many days at once: the largest IAQI, if it is available (HJ 633-2026).

    Parameters
    ----------
    iaqis : array of int, shape (..., 6)
        Individual indices; -1 where missing.
    due : array of bool, broadcast to (..., 6), default True
        Pollutants without which an AQI up to 100 is not available.

    Returns
    -------
    array of int16, shape (...)
        -1 where not available: a pollutant that is due is missing and the others do not exceed
        100, or all are missing.
    """
    largest: IndexArray = iaqis.max(axis=-1).astype(np.int16)
    lacking = ((iaqis < 0) & np.asarray(due)).any(axis=-1)
    return np.where(lacking & (largest <= GOOD_AQI), np.int16(NOT_AVAILABLE), largest)


def aqi(
    daily: pd.DataFrame, *, edition: str | Edition = "auto", dust: str = "keep"
) -> pd.DataFrame:
    """AQI, level, class and primary pollutant of each city-day (HJ 633-2012, HJ 633-2026).

    A day that lacks pollutants has an AQI only if the others exceed 100 (HJ 633-2026, applied to
    both editions). Some stations no longer monitor SO2 and CO: their days up to 100 have none.

    Parameters
    ----------
    daily : DataFrame
        City-days with the six pollutants' columns [µg/m³, co mg/m³]; ``date`` for ``auto``, boolean
        ``dust`` for ``deduct``.
    edition : str or Edition, default "auto"
        ``auto`` is the edition in force on each day.
    dust : {"keep", "deduct"}
        ``deduct`` recomputes the AQI of dust days without PM10 and PM2.5.

    Returns
    -------
    DataFrame, same index
        ``date`` and ``city`` where the input has them; ``aqi`` (Int64); ``level`` (Int64, 1 to 6);
        ``category`` (ordered categorical, 优 to 严重污染); ``primary``, the pollutants with the
        largest IAQI above 50, joint ones as ``pm25,pm10``; ``iaqi_<pollutant>`` (Int64).

    Raises
    ------
    InputError
        If a column is missing or a cell is not a number (date, dust flag), naming column and row.

    Examples
    --------
    >>> day = dict(date="2017-01-01", pm25=75, pm10=150, so2=9, no2=30, co=1, o3_8h=50)
    >>> print(aqi(pd.DataFrame([day]))[["aqi", "level", "category", "primary"]].to_string())
       aqi  level category    primary
    0  100      2        良  pm25,pm10
    """
    values = concentrations(daily)
    deducted = dust_days(daily, dust)[:, None] & _IS_PARTICLE
    np.copyto(values, np.nan, where=deducted)
    iaqis = _iaqi_by_day(daily, values, edition)
    overall = aqi_array(iaqis, ~deducted)
    level = level_array(overall)
    result = daily[[name for name in ("date", "city") if name in daily.columns]].copy()
    result["aqi"] = _nullable(overall)
    result["level"] = _nullable(np.where(level == 0, NOT_AVAILABLE, level))
    result["category"] = pd.Categorical.from_codes(
        level - 1, categories=pd.Index(CATEGORIES), ordered=True
    )
    result["primary"] = _primary(iaqis, overall)
    for i, pollutant in enumerate(POLLUTANTS):
        result[f"iaqi_{pollutant}"] = _nullable(iaqis[:, i])
    return result


def level_array(index: npt.NDArray[Any]) -> npt.NDArray[np.intp]:
    """Give the levels 1 to 6 of an array of :func:`aqi_array`; 0 where not available.

    HJ 633, table 2.

    Examples
    --------
    >>> level_array(np.array([-1, 50, 51, 300, 301])).tolist()
    [0, 1, 2, 5, 6]
    """
    return np.searchsorted(_LEVEL_BOUNDS, index)


def good_day(aqi: Any) -> Any:
    """Whether a day is good (优良天): AQI up to 100 (HJ 633, table 2).

    Takes a number, nullable array or Series, or an array of :func:`aqi_array`, where -1 is no good
    day; <NA> stays <NA>.

    Examples
    --------
    >>> good_day(pd.Series([100, 101, None], dtype="Int64")).tolist()
    [True, False, <NA>]
    """
    return (aqi >= 0) & (aqi <= GOOD_AQI)


def heavy_day(aqi: Any) -> Any:
    """Whether a day is heavy or worse (重度及以上): AQI above 200 (HJ 633, table 2).

    Takes what :func:`good_day` takes.

    Examples
    --------
    >>> heavy_day(200), heavy_day(201)
    (False, True)
    """
    return aqi > HEAVY_AQI


def _iaqi_by_day(
    daily: pd.DataFrame, values: npt.NDArray[np.float64], edition: str | Edition
) -> IndexArray:
    if edition != "auto":
        return iaqi_array(values, edition)
    days, day_of_row = np.unique(calendar_days(daily), return_inverse=True)
    in_force = np.array([get_edition("auto", day) for day in days.tolist()])
    result = np.empty(values.shape, dtype=np.int16)
    for standard in dict.fromkeys(in_force):
        rows = (in_force == standard)[day_of_row]
        result[rows] = iaqi_array(values[rows], standard)
    return result


def _primary(iaqis: IndexArray, overall: IndexArray) -> npt.NDArray[np.object_]:
    """Join the names of the largest IAQIs, None up to an AQI of 50."""
    largest = (iaqis == overall[:, None]) & (overall > _PRIMARY_ABOVE)[:, None]
    return joint_names(largest)


def _iaqi_of(values: npt.NDArray[np.float64], pollutant: int, edition: Edition) -> IndexArray:
    """IAQI of one pollutant from its table; -1 where missing."""
    table = _iaqi_table(edition, POLLUTANTS[pollutant])
    scaled = scaled_half_even(values, edition.decimals[POLLUTANTS[pollutant]])
    position = np.fmin(scaled, len(table) - 1).astype(np.intp)  # the last where missing
    return np.where(np.isnan(scaled), np.int16(NOT_AVAILABLE), table[position])


@cache
def _iaqi_table(edition: Edition, pollutant: str) -> IndexArray:
    """IAQI of every published concentration up to the last node, in units of the last decimal."""
    scale = 10 ** edition.decimals[pollutant]
    nodes = [Fraction(str(node)) * scale for node in edition.iaqi_nodes[pollutant]]
    table = []
    segments = pairwise(zip(nodes, edition.iaqi_levels, strict=False))
    (low, base), (high, top) = next(segments)
    for concentration in range(int(nodes[-1]) + 1):
        if concentration > high:
            (low, base), (high, top) = next(segments)
        table.append(base - (base - top) * (concentration - low) // (high - low))
    return np.array(table, dtype=np.int16)


def _numbers(concentration: Any) -> npt.NDArray[np.float64]:
    try:
        array = np.asarray(concentration)
        values = np.asarray(np.where(pd.isna(array), np.nan, array), dtype=np.float64)
    except (TypeError, ValueError):
        raise InputError(
            "Expected concentrations as numbers, found {concentration!r}.",
            concentration=concentration,
        ) from None
    if values.ndim > 1:
        raise InputError(
            "Expected a number or a 1-d array of concentrations, found shape {shape}. Use "
            "iaqi_array for arrays of days, cities and pollutants.",
            shape=values.shape,
        )
    return values


def _nullable(indices: npt.NDArray[np.integer[Any]]) -> IntegerArray:
    return IntegerArray(indices.astype(np.int64), indices == NOT_AVAILABLE)
