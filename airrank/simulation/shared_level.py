"""The level that all cities share: its prediction, and how surely.

It moves every city alike, so that ranks hardly feel it; the intervals of the index do.
"""

from __future__ import annotations

from dataclasses import dataclass

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


@dataclass(frozen=True, eq=False)
class SharedLevel:
    """The shared level of the known blocks, ready to be predicted at other times.

    The prior variances keep their proportions; each pollutant's size is what its past says, with
    the prior counted as so many blocks.

    Attributes
    ----------
    base : ndarray, shape [pollutant]
        Mean without the trend.
    covariance : ndarray, shape [block, block]
        Of the known blocks, at the prior's size.
    explained : ndarray, shape [block, pollutant]
        Weights of the blocks in a prediction.
    scale : ndarray, shape [pollutant]
        Size of the variances against the prior.
    """

    base: FloatArray
    covariance: FloatArray
    explained: FloatArray
    scale: FloatArray

    @classmethod
    def of(cls, shared: FloatArray, past: FloatArray, time: FloatArray) -> SharedLevel:
        """Take in the known blocks.

        Parameters
        ----------
        shared : ndarray, shape [block, pollutant]
            See :func:`airrank.simulation.blocks.split_common`.
        past : ndarray, shape [7, block, block]
            Unit covariances of the blocks.
        time : ndarray, shape [block]
            Their middle [year].
        """
        trend = TREND * time[:, None]
        covariance = np.tensordot(VARIANCES, past, 1)
        base = (shared - trend).mean(axis=0)
        away = shared - trend - base
        explained = np.linalg.solve(covariance, away)
        found = np.einsum("bp,bp->p", away, explained)
        return cls(base, covariance, explained, (WEIGHT + found) / (WEIGHT + len(away)))

    def predict(self, cross: FloatArray, time: FloatArray) -> FloatArray:
        """Predict other blocks [block, pollutant] from their unit covariances with the known."""
        predicted: FloatArray = self.base + TREND * time[:, None]
        return predicted + np.tensordot(VARIANCES[:-1], cross, 1) @ self.explained

    def error(self, first: FloatArray, second: FloatArray, between: FloatArray) -> FloatArray:
        """Give the covariance of the errors of two sets of blocks, [pollutant, first, second].

        Parameters
        ----------
        first, second : ndarray, shape [6, block, known block]
            Their unit covariances with the known blocks.
        between : ndarray, shape [6 or 7, first, second]
            Their unit covariances with each other; with noise for one set with itself.
        """
        towards, other = (np.tensordot(VARIANCES[:-1], cross, 1) for cross in (first, second))
        ahead = np.tensordot(VARIANCES[: len(between)], between, 1)
        error = ahead - towards @ np.linalg.solve(self.covariance, other.T)
        return np.asarray(self.scale[:, None, None] * error)


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
    shrunk = weight * correlation
    np.fill_diagonal(shrunk, 1.0)
    return np.linalg.cholesky(shrunk + 1e-9 * np.eye(len(scale)))
