"""Blocks: the months (or halves of months) in which the model sees the past.

A block's *level* is the logarithm of the power mean of its days. The power is 1 where the year is
judged by a mean, and larger for CO and O3, whose 95th and 90th percentiles live among high days.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from airrank.errors import InputError

FloatArray = NDArray[np.float64]
Days = NDArray[np.datetime64]

POWERS = np.array([1.0, 1.0, 1.0, 1.0, 3.0, 4.0])
"""Power of each pollutant's level, in the order of ``POLLUTANTS``."""
MIN_SHARE = 0.4
"""Share of a block's days with values below which its level counts as missing."""
MIN_CITIES = 0.3
"""Share of cities and pollutants with a level below which a block is not used."""
FLOOR = 1e-3
"""Smallest daily value [µg/m³, co in mg/m³] of which a logarithm is taken."""


@dataclass(frozen=True)
class Blocks:
    """Levels by block.

    Attributes
    ----------
    key : ndarray of int, shape [block]
        Month (or half month) counted from 1970.
    time : ndarray, shape [block]
        Middle of the block [year].
    size : ndarray, shape [block]
        Days of the block.
    levels : ndarray, shape [block, city, pollutant]
        Logarithm of the power mean [log µg/m³, co log mg/m³]; NaN where missing.
    """

    key: NDArray[np.int64]
    time: FloatArray
    size: FloatArray
    levels: FloatArray

    def before(self, month: np.datetime64) -> Blocks:
        """Give the months before that of a day."""
        part = self.key < month.astype("datetime64[M]").astype(np.int64)
        return Blocks(self.key[part], self.time[part], self.size[part], self.levels[part])


def block_keys(days: Days, *, half: bool) -> NDArray[np.int64]:
    """Give the month of each day counted from 1970, or with ``half`` the half month."""
    months = days.astype("datetime64[M]")
    key = months.astype(np.int64)
    if half:
        key = key * 2 + ((days - months).astype(np.int64) >= 15)
    return key


def years(days: Days) -> FloatArray:
    """Give days as years since 2000 [year]."""
    since: FloatArray = (days - np.datetime64("2000-01-01")).astype(float) / 365.25
    return since


def block_times(days: Days, *, half: bool) -> tuple[NDArray[np.int64], FloatArray, FloatArray]:
    """Give key, middle [year] and size [day] of the blocks that days fall into."""
    key, inverse, size = np.unique(
        block_keys(days, half=half), return_inverse=True, return_counts=True
    )
    time = np.bincount(inverse, weights=years(days)) / size
    return key, time, size.astype(float)


def observed_blocks(values: FloatArray, days: Days, *, half: bool) -> Blocks:
    """Condense daily values [day, city, pollutant] into blocks; thin blocks are left out."""
    key, time, size = block_times(days, half=half)
    starts = np.searchsorted(block_keys(days, half=half), key)
    known = ~np.isnan(values)
    powered = np.where(known, np.maximum(values, FLOOR), 0.0) ** POWERS
    count = np.add.reduceat(known, starts, axis=0, dtype=float)
    enough = count >= np.maximum(1.0, MIN_SHARE * size)[:, None, None]
    mean = np.add.reduceat(powered, starts, axis=0) / np.maximum(count, 1.0)
    levels = np.full(mean.shape, np.nan)
    np.log(mean, out=levels, where=enough)
    levels /= POWERS
    used = np.isfinite(levels).mean(axis=(1, 2)) > MIN_CITIES
    return Blocks(key[used], time[used], size[used], levels[used])


def split_common(levels: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Split levels into what all cities share and each city's deviation.

    The shared part is estimated together with the cities' means, so that it does not jump when
    the set of reporting cities changes.

    Returns
    -------
    common : ndarray, shape [block, pollutant]
    deviations : ndarray, shape [block, city, pollutant]
    """
    common = mean_of_known(levels, axis=1)
    for _ in range(5):
        city = mean_of_known(levels - common[:, None], axis=0)
        common = mean_of_known(levels - city, axis=1)
    return common, levels - common[:, None]


def finite_array(content: Any, name: str, shape: tuple[int, ...]) -> FloatArray:
    """Read an array of finite numbers from a file's content.

    Raises
    ------
    InputError
        If it is none of that shape.
    """
    array = np.asarray(content, dtype=float)
    if array.shape != shape or not np.isfinite(array).all():
        raise InputError(
            "{name} is no array of {shape} finite numbers",
            name=name,
            shape="×".join(map(str, shape)),
        )
    return array


def mean_of_known(values: FloatArray, axis: int) -> FloatArray:
    """Mean along an axis over known values; 0 where none is known."""
    known = np.isfinite(values)
    total = np.where(known, values, 0.0).sum(axis=axis)
    mean: FloatArray = total / np.maximum(known.sum(axis=axis), 1)
    return mean
