"""The level that all cities share: its prediction, and how surely.

It moves every city alike, so that ranks hardly feel it; the intervals of the index do.
"""

from __future__ import annotations

import numpy as np

from airrank.simulation.blocks import FloatArray

VARIANCES = np.array([0.2, 0.02, 0.15, 0.005, 0.004, 0.003, 0.006])
"""By component, in the order of ``COMPONENTS``: prior knowledge of their proportions."""
WEIGHT = 24.0
"""Weight of those variances' size against what a pollutant's past says [blocks]."""
TREND = -0.04
"""Prior trend [1/year]: air in China has become cleaner by some 4 % a year."""
INDEPENDENCE = 24.0
"""Weight of pollutants that do not move together against what the past says [blocks]."""


def predict_shared(
    shared: FloatArray,
    past: FloatArray,
    cross: FloatArray,
    coming: FloatArray,
    times: tuple[FloatArray, FloatArray],
) -> tuple[FloatArray, FloatArray]:
    """Predict the shared level of coming blocks.

    The prior variances keep their proportions; each pollutant's size is what its past says, with
    the prior counted as so many blocks.

    Parameters
    ----------
    shared : ndarray, shape [block, pollutant]
        Of the known blocks, see :func:`airrank.simulation.blocks.split_common`.
    past, cross, coming : ndarray
        Unit covariances of the known blocks with themselves [7, block, block], of the coming with
        the known ones [6, coming block, block] and of the coming ones [7, coming, coming].
    times : pair of ndarray
        Middle of the known and of the coming blocks [year].

    Returns
    -------
    predicted : ndarray, shape [coming block, pollutant]
    error : ndarray, shape [pollutant, coming block, coming block]
        Its error covariance.
    """
    known, ahead = times
    trend = TREND * known[:, None]
    covariance = np.tensordot(VARIANCES, past, 1)
    towards = np.tensordot(VARIANCES[:-1], cross, 1)
    base = (shared - trend).mean(axis=0)
    away = shared - trend - base
    explained = np.linalg.solve(covariance, away)
    predicted = base + TREND * ahead[:, None] + towards @ explained
    error = np.tensordot(VARIANCES, coming, 1)
    error = error - towards @ np.linalg.solve(covariance, towards.T)
    found = np.einsum("bp,bp->p", away, explained)
    scale = (WEIGHT + found) / (WEIGHT + len(away))
    return predicted, scale[:, None, None] * error


def correlation_root(shared: FloatArray, time: FloatArray) -> FloatArray:
    """Root of how the pollutants' shared levels move together, shrunk to independence.

    Parameters
    ----------
    shared : ndarray, shape [block, pollutant]
    time : ndarray, shape [block]
        Middle of the blocks [year].

    Returns
    -------
    ndarray, shape [pollutant, pollutant]
    """
    month = np.round(time * 12).astype(int) % 12
    seasonal = np.stack(
        [shared[month == m].mean(axis=0) if (month == m).any() else shared[0] for m in range(12)]
    )
    changes = shared - seasonal[month]
    scale = changes.std(axis=0) + 1e-9
    correlation = (changes / scale).T @ (changes / scale) / len(changes)
    weight = len(changes) / (len(changes) + INDEPENDENCE)
    shrunk = weight * correlation + (1 - weight) * np.eye(len(scale))
    np.fill_diagonal(shrunk, 1.0)
    return np.linalg.cholesky(shrunk + 1e-9 * np.eye(len(scale)))
