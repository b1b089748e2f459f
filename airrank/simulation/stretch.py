"""Stretches of the calendar, in blocks, with what is known or predicted of their levels."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from airrank.simulation.blocks import Days, FloatArray

Gains = list[tuple[NDArray[np.intp], NDArray[np.floating], FloatArray]]
Share = tuple["Stretch", FloatArray]
"""A weighted mean of a stretch's blocks: its days and the weights [block, city, pollutant]."""
CommonShare = tuple["Stretch", FloatArray]
"""The same of the level that all cities share, weights [block, pollutant]."""


@dataclass(frozen=True, eq=False)
class Stretch:
    """Days of one calendar year, either to come or of the past, and the levels of their blocks.

    A block of the past is predicted for the cities that lack it; for the others it is known.

    Attributes
    ----------
    days : ndarray of datetime64[D], shape [day]
    past : bool
    block_of_day : ndarray of int, shape [day]
    month : ndarray of int, shape [block]
        Calendar month, 1 to 12.
    time, size : ndarray, shape [block]
        Middle [year] and days of the block.
    levels : ndarray, shape [block, city, pollutant]
        Logarithm of the power mean, predicted or known.
    cross : ndarray, shape [6, block, known block]
        Unit covariances with the known blocks.
    gains : tuple
        For each series (units, gain, towards) by units that miss the same blocks.
    open : ndarray of bool, shape [series, block, city]
        Where the level is predicted.
    open_common : ndarray of bool, shape [block]
        The same of the level that all cities share.
    """

    days: Days
    past: bool
    block_of_day: NDArray[np.intp]
    month: NDArray[np.int64]
    time: FloatArray
    size: FloatArray
    levels: FloatArray
    cross: FloatArray
    gains: tuple[Gains, ...]
    open: NDArray[np.bool_]
    open_common: NDArray[np.bool_]

    def count(self, days: NDArray[np.bool_]) -> FloatArray:
        """Count days by block [block, …] from a mask [day, …]."""
        return self.total(days)

    def total(self, days: NDArray[np.bool_] | FloatArray) -> FloatArray:
        """Add up days by block, [block, …] from [day, …]."""
        starts = np.searchsorted(self.block_of_day, np.arange(len(self.time)))
        return np.add.reduceat(days, starts, axis=0, dtype=float)
