"""Variance components in time: what of a city's deviation lasts, returns each year, or fades.

A deviation is a sum of independent Gaussian processes (Rasmussen and Williams 2006, chapter 4): a
lasting level, a drift over years, a season that returns, a season that changes, two persistences
that fade within months and weeks, and noise. Their sizes are estimated from all units together (168
cities are 168 replicates), so that even one past year tells them apart; a prior carries what data
cannot.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cho_factor, cho_solve
from scipy.optimize import minimize

from airrank.simulation.blocks import FloatArray

COMPONENTS = ("level", "drift", "season", "changing season", "slow", "fast", "noise")
DRIFT, SEASON_CHANGE, SLOW, FAST = 3.0, 3.0, 0.35, 0.07
"""Times after which the correlation of a component falls to 1/e [year]."""
SEASON_LENGTH = 1.2
"""Length scale of the periodic kernel; large: a smooth season."""
PRIOR_SD = 3.0
"""Standard deviation of the prior of each component's log variance."""
NOISE_DAYS = 33.0
"""A block of 30 days has noise of size one; days are autocorrelated, hence not 30 / n exactly."""
MAX_PATTERNS = 4
"""The largest groups of units that miss the same blocks serve the estimation."""


@dataclass(frozen=True)
class Series:
    """One mix of pollutants in one band: independent series of all cities, of one covariance.

    Attributes
    ----------
    values : ndarray, shape [block, city]
        With zero mean; NaN where missing.
    variances : ndarray, shape [7]
        Of the components, in the order of ``COMPONENTS``.
    unmix : ndarray, shape [pollutant]
        What one unit of the series adds to each pollutant's deviation.
    """

    values: FloatArray
    variances: FloatArray
    unmix: FloatArray

    def covariance(self, units: FloatArray) -> FloatArray:
        """Covariance from the unit covariances of all components, or of all but noise."""
        return np.tensordot(self.variances[: len(units)], units, 1)


def kernels(first: FloatArray, second: FloatArray) -> FloatArray:
    """Give the unit covariances of all components but noise, [6, first, second]; times in years."""
    lag = np.abs(first[:, None] - second[None])
    season = np.exp(-2.0 * np.sin(np.pi * lag) ** 2 / SEASON_LENGTH**2)
    return np.stack(
        [
            np.ones_like(lag),
            np.exp(-lag / DRIFT),
            season,
            season * np.exp(-lag / SEASON_CHANGE),
            np.exp(-lag / SLOW),
            np.exp(-lag / FAST),
        ]
    )


def noise_size(days: FloatArray) -> FloatArray:
    """Relative noise variance of blocks of so many days."""
    return NOISE_DAYS / (days + 3.0)


def with_noise(lasting: FloatArray, days: FloatArray) -> FloatArray:
    """Append the noise of blocks to the unit covariances: [7, block, block]."""
    return np.concatenate([lasting, np.diag(noise_size(days))[None]])


def same_gaps(known: NDArray[np.bool_]) -> Iterator[tuple[NDArray[np.bool_], NDArray[np.intp]]]:
    """Group units by which blocks they have.

    Yields
    ------
    blocks : ndarray of bool, shape [block]
    units : ndarray of int
        The columns of ``known`` [block, unit] that look like ``blocks``.
    """
    for units in _groups(known.tobytes(), known.shape):
        yield known[:, units[0]], units


@lru_cache(maxsize=64)
def _groups(known: bytes, shape: tuple[int, int]) -> tuple[NDArray[np.intp], ...]:
    """Find the equal columns; asked again and again, as all mixes of a band have the same gaps."""
    packed = np.packbits(np.frombuffer(known, dtype=bool).reshape(shape), axis=0).T
    _, group = np.unique(packed, axis=0, return_inverse=True)
    return tuple(np.flatnonzero(group.ravel() == n) for n in range(int(group.max()) + 1))


def fit_variances(series: FloatArray, units: FloatArray, prior: FloatArray) -> FloatArray:
    """Estimate the components' variances, pooled over units (maximum a posteriori).

    Parameters
    ----------
    series : ndarray, shape [block, unit]
        Deviations with zero mean; NaN where missing.
    units : ndarray, shape [7, block, block]
        Unit covariances of the components.
    prior : ndarray, shape [7]
        Prior means of the variances.

    Returns
    -------
    ndarray, shape [7]
    """
    known = np.isfinite(series)
    groups = []
    for blocks, members in sorted(same_gaps(known), key=lambda g: -len(g[1]))[:MAX_PATTERNS]:
        if blocks.sum() >= 2:
            part = series[np.ix_(blocks, members)]
            groups.append((units[:, blocks][:, :, blocks], part @ part.T, len(members)))
    start = np.log(prior)

    def negative_log_posterior(theta: FloatArray) -> tuple[float, FloatArray]:
        variances = np.exp(theta)
        away = (theta - start) / PRIOR_SD
        value, gradient = 0.5 * float(away @ away), away / PRIOR_SD
        for unit, scatter, members in groups:
            factor = cho_factor(np.tensordot(variances, unit, 1), lower=True, check_finite=False)
            inverse = cho_solve(factor, np.eye(len(scatter)), check_finite=False)
            explained = inverse @ scatter
            value += members * float(np.log(np.diag(factor[0])).sum())
            value += 0.5 * float(np.trace(explained))
            slope = 0.5 * (members * inverse - explained @ inverse)
            gradient = gradient + variances * np.tensordot(unit, slope, 2)
        return value, gradient

    found = minimize(
        negative_log_posterior,
        start,
        jac=True,
        method="L-BFGS-B",
        bounds=[(-14.0, 3.0)] * len(start),
        options={"maxiter": 40, "ftol": 1e-6},
    )
    variances: FloatArray = np.exp(found.x)
    return variances
