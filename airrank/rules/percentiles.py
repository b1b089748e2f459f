"""Percentiles of daily values (HJ 663-2013, annex A)."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from airrank.errors import InputError

FloatArray = npt.NDArray[np.float64]

MICRO = 1e6
"""Daily values are taken as whole millionths of their unit, so that sums are exact."""


def percentile(values: Any, q: float) -> float:
    """Percentile of daily values (HJ 663-2013, annex A).

    The values are sorted in rising order; with k = 1 + (n - 1) q / 100 and s the whole part of k
    the percentile is X(s) + (X(s+1) - X(s)) (k - s). Exact: floats stand for the decimals they
    print as, and the result is the float64 nearest to the true value.

    Parameters
    ----------
    values : 1-d array, list or Series of numbers [any unit]
        Daily values; NaN, None and NA are left out.
    q : float [%]
        The percentile, 0 to 100: 95 for CO, 90 for the 8-h ozone.

    Returns
    -------
    float [unit of the values]
        The unrounded percentile.

    Raises
    ------
    InputError
        If no value is left, a value is not a finite number, or `q` lies outside 0 to 100.

    Examples
    --------
    >>> percentile([1.0, 2.0, 3.0, 4.0, None], 90)
    3.7
    """
    fraction = _fraction(q)
    try:
        ordered = np.sort(pd.Series(values).dropna().to_numpy(dtype=np.float64))
    except (TypeError, ValueError):
        raise InputError(
            "Expected daily values as numbers, found {values!r}.", values=values
        ) from None
    if not ordered.size or not np.isfinite(ordered).all():
        raise InputError(
            "Expected at least one finite daily value and no infinite one for a percentile, found "
            "{values} values, {infinite} of them infinite. Check the period and data.",
            values=ordered.size,
            infinite=int(np.isinf(ordered).sum()),
        )
    lower_rank, weight = divmod((ordered.size - 1) * fraction, 1)
    lower, upper = (
        Fraction(Decimal(repr(float(ordered[min(int(lower_rank) + step, ordered.size - 1)]))))
        for step in (0, 1)
    )
    return float(lower + (upper - lower) * weight)


def percentile_array(values: npt.ArrayLike, q: float) -> FloatArray:
    """Percentiles along the first axis, the kernel for panels and draws (HJ 663, annex A).

    Parameters
    ----------
    values : array of float64, shape (day, ...) [any unit]
        Daily values of up to six decimals; NaN where missing.
    q : float [%]
        The percentile, 0 to 100.

    Returns
    -------
    array of float64, shape (...) [unit of the values]
        The float64 nearest to the true value; NaN where no day has a value.

    Raises
    ------
    InputError
        If `q` lies outside 0 to 100.
    """
    fraction = _fraction(q)
    series = np.moveaxis(np.asarray(values, dtype=np.float64), 0, -1).copy()
    if series.shape[-1] == 0:
        return np.full(series.shape[:-1], np.nan)
    count = np.count_nonzero(~np.isnan(series), axis=-1)
    steps, base = fraction.numerator, fraction.denominator
    last = count - 1  # -1 where no day has a value: the last of them, NaN
    lower_rank, weight = np.divmod(last * steps, base)
    upper_rank = np.minimum(lower_rank + 1, last)
    if count.size and count.min() == series.shape[-1]:
        series.partition([int(lower_rank.flat[0]), int(upper_rank.flat[0])])
    else:
        series.sort()  # NaN last
    lower = np.rint(_at(series, lower_rank) * MICRO)
    upper = np.rint(_at(series, upper_rank) * MICRO)
    result: FloatArray = (lower * base + (upper - lower) * weight) / (base * MICRO)
    return result


def _at(series: FloatArray, position: npt.NDArray[np.intp]) -> FloatArray:
    taken: FloatArray = np.take_along_axis(series, position[..., None], axis=-1)[..., 0]
    return taken


def _fraction(q: float) -> Fraction:
    fraction = Fraction(str(q)) / 100 if np.isfinite(q) else Fraction(-1)
    if not 0 <= fraction <= 1:
        raise InputError("Expected a percentile from 0 to 100 [%], found {q}.", q=q)
    return fraction
