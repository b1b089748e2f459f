"""Composite index 综合指数 (环办监测〔2018〕19号).

Single index = concentration / Grade II limit, composite index = their (weighted) sum, smaller is
better. With concentrations rounded first, every index is a fraction with one small denominator
(3360 for the 2012 limits): whole-number arithmetic in float64 is exact, and so is the rounding,
because a division that is a decimal half comes out as that half.

Order of rounding. ``single_index``: concentrations, then each single index to two decimals, then
their sum. It gives 63 of 64 published sets of six concentrations with their index, the 27 of
``data/official/index_sets.csv`` all. ``concentrations_first`` leaves single indices
unrounded, ``index_only`` rounds nothing before the sum.
"""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from operator import mul, truediv

import numpy as np
import numpy.typing as npt
import pandas as pd

from airrank.errors import InputError
from airrank.rules.primary import joint_names
from airrank.rules.rounding import scaled_half_even
from airrank.rules.scheme import (
    WEIGHT_DECIMALS,
    Scheme,
    Weights,
    exact_weights,
    published_decimals,
    scheme_of,
)
from airrank.rules.standards import POLLUTANTS, Edition, get_edition
from airrank.words import Listed

FloatArray = npt.NDArray[np.float64]

ROUNDINGS = ("single_index", "concentrations_first", "index_only")
"""Orders of rounding, see the module's text."""
ROUNDING = "single_index"
"""The order used where none is named."""
SINGLE_DECIMALS = 2
"""Decimals of a published single index."""
NOT_AVAILABLE = -1
"""What :func:`index_array` gives where a statistic is missing."""

_MAX_DECIMALS = 6
_INT32_MAX = np.iinfo(np.int32).max
_NEAR = 2.0**-46  # what a sum of six products in float64 errs by at most, and more
_SIMPLE = 10**6  # statistics of published daily values have smaller denominators than this


def composite_index(
    statistics: pd.DataFrame,
    *,
    edition: str | Edition,
    weights: Weights | None = None,
    decimals: int = 2,
    rounding: str = ROUNDING,
    on: dt.date | None = None,
) -> pd.DataFrame:
    """Composite index of each city with single indices and shares (环办监测〔2018〕19号).

    Parameters
    ----------
    statistics : DataFrame by city
        The six pollutants' period statistics [µg/m³, co mg/m³], as of :func:`period_statistics`.
    edition : str or Edition
        The edition whose limits divide; ``auto`` needs `on`.
    weights : str, mapping or sequence, optional
        Weights of the single indices: a named set (``pm25-3_o3-2_no2-2``), by pollutant, or six in
        the order of ``POLLUTANTS``; all ones by default, as the rule has it.
    decimals : int, default 2
        Published decimals of the index.
    rounding : {"single_index", "concentrations_first", "index_only"}
        What is rounded before the sum: concentrations to the published decimals and then single
        indices to two; concentrations alone; nothing.
    on : date, optional
        Last day of the period: decides ``auto`` and the published decimals (PM2.5 has one since
        2025-01-01). Without it those of the day the edition came into force.

    Returns
    -------
    DataFrame, same index
        ``index``, rounded, NaN if a statistic is missing; ``single_<pollutant>``, unweighted, and
        rounded under ``single_index`` only; ``share_<pollutant>`` (分担率), part of the sum of the
        weighted single indices, the six add to 1;
        ``primary``, the largest single index, joint ones as ``pm25,pm10``; and ``valid`` and
        ``flags`` where `statistics` has them.

    Raises
    ------
    InputError
        If a column is missing, a statistic is below zero or infinite, or an option is unknown.

    Examples
    --------
    >>> year = pd.DataFrame(dict(pm25=[35.0], pm10=70.0, so2=60.0, no2=40.0, co=4.0, o3_8h=160.0))
    >>> composite_index(year, edition="2012")["index"].tolist()
    [6.0]
    """
    values = _statistics(statistics)
    standard = get_edition(edition, on)
    scaled = index_array(
        values, standard, weights=weights, decimals=decimals, rounding=rounding, on=on
    )
    scheme = scheme_of(standard, exact_weights(weights), published_decimals(standard, on))
    missing = scaled == NOT_AVAILABLE
    np.copyto(values, np.nan, where=missing[:, None])
    single, parts = _parts(values, scheme, rounding)
    with np.errstate(invalid="ignore"):
        shares = parts / parts.sum(axis=1, keepdims=True)
    columns = {
        "index": np.where(missing, np.nan, scaled / 10.0**decimals),
        **{f"single_{pollutant}": single[:, i] for i, pollutant in enumerate(POLLUTANTS)},
        **{f"share_{pollutant}": shares[:, i] for i, pollutant in enumerate(POLLUTANTS)},
        "primary": joint_names(single == single.max(axis=1, keepdims=True)),
        **{name: statistics[name] for name in ("valid", "flags") if name in statistics.columns},
    }
    return pd.DataFrame(columns, index=statistics.index)


def index_array(
    statistics: npt.ArrayLike,
    edition: str | Edition,
    *,
    weights: Weights | None = None,
    decimals: int = 2,
    rounding: str = ROUNDING,
    on: dt.date | None = None,
) -> npt.NDArray[np.int32]:
    """Composite index of many cities and draws at once, in units of its last decimal.

    The kernel of :func:`composite_index`, with its options and the same results.

    Parameters
    ----------
    statistics : array of float64, shape (..., 6) [µg/m³, co mg/m³]
        Statistics not below zero in the order of ``POLLUTANTS``; NaN where missing.
    edition, weights, decimals, rounding, on
        As of :func:`composite_index`.

    Returns
    -------
    array of int32, shape (...) [10**-decimals]
        The rounded index: 6.53 at 2 decimals is 653. -1 where a statistic is missing.

    Raises
    ------
    InputError
        If an option is unknown.

    Examples
    --------
    >>> index_array([35, 70, 60, 40, 4, 160], "2012").item()
    600
    """
    if rounding not in ROUNDINGS:
        raise InputError(
            "Unknown rounding {rounding!r}: expected one of {roundings}.",
            rounding=rounding,
            roundings=Listed(ROUNDINGS),
        )
    if decimals not in range(_MAX_DECIMALS + 1):
        raise InputError(
            "Expected 0 to {max_decimals} decimals of the index, found {decimals}.",
            max_decimals=_MAX_DECIMALS,
            decimals=decimals,
        )
    standard = get_edition(edition, on)
    scheme = scheme_of(standard, exact_weights(weights), published_decimals(standard, on))
    array = np.asarray(statistics, dtype=np.float64)
    if rounding == "index_only":
        index = _round_unrounded(array, scheme, decimals)
    else:
        published = _in_published_units(array.reshape(-1, len(POLLUTANTS)), scheme)
        if rounding == "single_index":
            total = scheme.centiweights @ _single_units(published, scheme)
            denominator = 10.0 ** (SINGLE_DECIMALS + WEIGHT_DECIMALS)
        else:
            total, denominator = scheme.multipliers @ published, float(scheme.denominator)
        index = np.rint(total * 10.0**decimals / denominator).reshape(array.shape[:-1])
    index = np.where(np.isnan(index), NOT_AVAILABLE, index)
    if index.size and index.max() > _INT32_MAX:
        raise InputError(
            "Found an index of {index:g}, too large for {decimals} decimals. Check the units of "
            "the statistics: µg/m³, co mg/m³.",
            index=index.max() / 10**decimals,
            decimals=decimals,
        )
    return np.asarray(index, dtype=np.int32)


def round_statistics(
    statistics: pd.DataFrame, edition: str | Edition, *, on: dt.date | None = None
) -> pd.DataFrame:
    """Round the six statistics to the published decimals (GB/T 8170), other columns kept.

    Exact for the statistics of :func:`period_statistics`. Parameters, and the decimals, are as of
    :func:`composite_index`.
    """
    standard = get_edition(edition, on)
    decimals = published_decimals(standard, on)
    result = statistics.copy()
    values = _statistics(statistics)
    for i, pollutant in enumerate(POLLUTANTS):
        result[pollutant] = scaled_half_even(values[:, i], decimals[i]) / 10.0 ** decimals[i]
    return result


def _in_published_units(statistics: FloatArray, scheme: Scheme) -> FloatArray:
    """Round concentrations [city, pollutant] to whole units of their last published decimal.

    Returns
    -------
    ndarray, shape [pollutant, city]
        One row a pollutant: long rows are several times quicker than rows of six.
    """
    result = np.array(statistics.T, order="C")
    for row, places in zip(result, scheme.decimals, strict=True):
        row[...] = scaled_half_even(row, places)
    return result


def _single_units(published: FloatArray, scheme: Scheme) -> FloatArray:
    """Round single indices [pollutant, city] of concentrations in whole units to such units.

    A quotient of whole numbers that is a half comes out as that half, see the module's text.
    """
    scaled = published * (scheme.single_multipliers * 10.0**SINGLE_DECIMALS)[:, None]
    scaled /= scheme.denominator
    return np.rint(scaled, out=scaled)


def _round_unrounded(statistics: FloatArray, scheme: Scheme, decimals: int) -> FloatArray:
    """Round the index of unrounded statistics; what may be a half is decided with fractions."""
    factors = list(map(truediv, scheme.weights, scheme.limits))
    scaled: FloatArray = np.atleast_1d(statistics @ np.array(factors, dtype=float) * 10.0**decimals)
    index = np.rint(scaled)
    doubtful = np.abs(scaled - np.floor(scaled) - 0.5) <= scaled * _NEAR
    if doubtful.any():
        index[doubtful] = [
            round(10**decimals * sum(map(mul, factors, map(_true_value, row))))
            for row in np.atleast_2d(statistics)[doubtful].tolist()
        ]
    return index.reshape(statistics.shape[:-1])


def _true_value(statistic: float) -> Fraction:
    """Return the mean or percentile a float64 stands for: the simplest fraction nearest to it."""
    simple = Fraction(statistic).limit_denominator(_SIMPLE)
    return simple if float(simple) == statistic else Fraction(repr(statistic))


def _parts(values: FloatArray, scheme: Scheme, rounding: str) -> tuple[FloatArray, FloatArray]:
    """Single indices, and the weighted parts of the index in any unit."""
    if rounding == "concentrations_first":
        published = _in_published_units(values, scheme).T
        single = published * scheme.single_multipliers / scheme.denominator
        return single, published * scheme.multipliers
    if rounding == "single_index":
        units = _single_units(_in_published_units(values, scheme), scheme).T
        return units / 10.0**SINGLE_DECIMALS, units * scheme.centiweights
    single = values / np.array(scheme.limits, dtype=float)
    return single, single * np.array(scheme.weights, dtype=float)


def _statistics(statistics: pd.DataFrame) -> FloatArray:
    """Return a copy of the six columns, shape (city, 6), checked."""
    if not isinstance(statistics, pd.DataFrame):
        raise InputError(
            "Expected a DataFrame of statistics by city, found {kind}.",
            kind=type(statistics).__name__,
        )
    absent = [p for p in POLLUTANTS if p not in statistics.columns]
    if absent:
        raise InputError(
            "Expected the statistics' columns {pollutants}, found no {absent}. An index of "
            "fewer than six pollutants is not comparable.",
            pollutants=Listed(POLLUTANTS),
            absent=Listed(absent),
        )
    values = np.empty((len(statistics), len(POLLUTANTS)))
    try:
        for i, pollutant in enumerate(POLLUTANTS):
            values[:, i] = statistics[pollutant].fillna(np.nan)
    except (TypeError, ValueError) as error:
        raise InputError("Expected the six statistics as numbers: {error}.", error=error) from error
    bad = (values < 0) | np.isinf(values)
    if bad.any():
        row, column = np.argwhere(bad)[0]
        raise InputError(
            "{city!r}, {pollutant}: expected a statistic not below zero, found {value}. "
            "Correct it or leave it empty.",
            city=statistics.index[row],
            pollutant=POLLUTANTS[column],
            value=values[row, column],
        )
    return values
