"""The composite index of drawn statistics, by the kernels that rank real ones."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from airrank.periods import Period
from airrank.rules.choices import Rules
from airrank.rules.composite import index_array


def period_index(
    statistics: NDArray[np.floating], period: Period, rules: Rules
) -> NDArray[np.int32]:
    """Composite index of statistics of a period, in whole hundredths so that equal ones are equal.

    Parameters
    ----------
    statistics : ndarray, shape [..., city, pollutant]
        Unrounded period statistics [µg/m³, co in mg/m³].
    period : Period
    rules : Rules

    Returns
    -------
    ndarray of int32, shape [..., city]
        Index [1/100]; -1 where not available.
    """
    return index_array(
        statistics,
        rules.on(period),
        weights=rules.weights,
        rounding=rules.rounding,
        on=period.end,
    )


def hundredths(index: NDArray[np.float64]) -> NDArray[np.float64]:
    """Give drawn or told indices as whole hundredths, so that equal ones are equal; NaN stays."""
    return np.asarray(np.rint(index * 100))
