"""Errors of levels, and how one follows from others that are drawn already."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations_with_replacement

import numpy as np
from numpy.typing import NDArray

from airrank.simulation.blocks import POWERS, FloatArray
from airrank.simulation.levels import LevelModel
from airrank.simulation.stretch import CommonShare, Share

Float32 = NDArray[np.float32]
FLOOR = 1e-12
"""Added to the variances of what an error is conditioned on: safe against none at all."""


@dataclass(frozen=True, eq=False)
class Errors:
    """Errors of a level in some draws, before they are widened.

    Attributes
    ----------
    own : ndarray, shape [city, draw, pollutant]
    common : ndarray, shape [draw, pollutant]
        Of what all cities share.
    """

    own: Float32
    common: Float32


@dataclass(frozen=True, eq=False)
class Conditional:
    """How an error follows from others, and what is new in it.

    Attributes
    ----------
    gain : ndarray, shape [city, 6, 6 · other]
    root : ndarray, shape [city, 6, 6]
    common_gain : ndarray, shape [6, other]
    common_spread : ndarray, shape [6]
    """

    gain: Float32
    root: Float32
    common_gain: Float32
    common_spread: Float32

    @classmethod
    def of(
        cls,
        model: LevelModel,
        shares: Sequence[Sequence[Share]],
        common: Sequence[Sequence[CommonShare]],
        noise: FloatArray | float = 0.0,
    ) -> Conditional:
        """Condition the first of some shares on the others; ``noise`` is added to its variance."""
        number = len(POWERS)
        joint = np.block(of_all_pairs(model.covariance, shares))
        joint[:, :number, :number] += noise
        towards = joint[:, number:, :number]
        others = joint[:, number:, number:] + FLOOR * np.eye(joint.shape[1] - number)
        gain = np.linalg.solve(others, towards).transpose(0, 2, 1)
        shared = np.array(of_all_pairs(model.common_covariance, common))
        shared = shared.transpose(2, 0, 1)
        others = shared[:, 1:, 1:] + FLOOR * np.eye(len(common) - 1)
        common_gain = np.linalg.solve(others, shared[:, 1:, :1])[..., 0]
        left = shared[:, 0, 0] - (common_gain * shared[:, 1:, 0]).sum(axis=1)
        return cls(
            gain.astype(np.float32),
            _root(joint[:, :number, :number] - gain @ towards).astype(np.float32),
            common_gain.astype(np.float32),
            np.sqrt(np.maximum(left, 0.0)).astype(np.float32),
        )

    def draw(self, others: Sequence[Errors], new: Errors) -> Errors:
        """Combine other errors with what is new, standard normal [city, draw, pollutant]."""
        own: Float32 = np.asarray(new.own @ self.root.transpose(0, 2, 1), dtype=np.float32)
        common: Float32 = new.common * self.common_spread
        if others:
            before = np.concatenate([other.own for other in others], axis=2)
            own += before @ self.gain.transpose(0, 2, 1)
            for other, gain in zip(others, self.common_gain.T, strict=True):
                common += other.common * gain
        return Errors(own, common)


def of_all_pairs(
    covariance: Callable[[Share, Share], FloatArray], shares: Sequence[Sequence[Share]]
) -> list[list[FloatArray]]:
    """Covariances of all pairs of shares, each pair computed once."""
    found: dict[tuple[int, int], FloatArray] = {}
    for first, second in combinations_with_replacement(range(len(shares)), 2):
        one = _total(covariance, shares[first], shares[second])
        found[second, first] = one.swapaxes(1, 2) if one.ndim == 3 else one
        found[first, second] = one
    return [[found[i, j] for j in range(len(shares))] for i in range(len(shares))]


def _total(
    covariance: Callable[[Share, Share], FloatArray],
    first: Sequence[Share],
    second: Sequence[Share],
) -> FloatArray:
    return np.asarray(sum(covariance(a, b) for a in first for b in second))


def _root(covariance: FloatArray) -> FloatArray:
    """Root of covariances [city, 6, 6], of which some may be singular."""
    values, vectors = np.linalg.eigh(covariance)
    return np.asarray(vectors * np.sqrt(np.maximum(values, 0.0))[:, None])
