"""Shares of draws as probabilities, never certain before a period's end; and their quantiles."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray


def chance(reached: NDArray[np.bool_], *, final: bool = False) -> NDArray[np.float64]:
    """Give the probability of what some draws reach, (k + ½)/(n + 1) for k of n.

    The mean of the share's posterior after Jeffreys' prior (Brown, Cai and DasGupta 2001,
    https://doi.org/10.1214/ss/1009213286): no number of draws makes a coming day certain.

    Parameters
    ----------
    reached : ndarray of bool, shape [draw, ...]
    final : bool
        Whether nothing is left to forecast: then the share is exact, 0 or 1.

    Returns
    -------
    ndarray, shape [...]
        Without draws NaN.

    Examples
    --------
    >>> all_of_them = np.array([True, True, True, True])
    >>> float(chance(all_of_them)), float(chance(all_of_them, final=True))
    (0.9, 1.0)
    """
    return share_as_chance(np.asarray(reached).sum(axis=0), len(reached), final=final)


def quantiles(draws: NDArray[Any], percents: float | Sequence[float]) -> NDArray[Any]:
    """Give quantiles over draws [%]: each is a drawn value, never a number between two of them.

    Parameters
    ----------
    draws : ndarray, shape [draw, ...]
    percents : float or sequence of float

    Returns
    -------
    ndarray, shape [quantile, ...]
        Of one percentage, shape [...].

    Examples
    --------
    >>> quantiles(np.array([3, 1, 2, 4]), [50, 90]).tolist()
    [2, 4]
    """
    return np.asarray(np.percentile(draws, percents, axis=0, method="inverted_cdf"))


def share_as_chance(k: Any, n: int, *, final: bool = False) -> NDArray[np.float64]:
    """Give the probability of what ``k`` of ``n`` draws reach, as of :func:`chance`."""
    if not n:
        return np.full(np.shape(k), np.nan)
    counted = np.asarray(k, dtype=np.float64)
    return counted / n if final else (counted + 0.5) / (n + 1)
