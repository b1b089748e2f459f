"""City-days as arrays [pollutant, day, city], and what a value is compared with.

Comparisons look only at the same day and at days before it: a record is judged the same on the day
it comes in and years later, and no judgement leaks the future into a forecast.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from airrank.cities import all_cities
from airrank.distance import distances_km
from airrank.rules.standards import POLLUTANTS

FloatArray = NDArray[np.float64]
Place = tuple[float, float]
"""Longitude and latitude [° east, ° north]."""

FORTNIGHT = 14
"""Days before a day that make up its past fortnight."""
MIN_PAST_DAYS = 5
NEIGHBOURS = 8
MIN_NEIGHBOURS = 3
REACH_KM = 500.0
"""A neighbour is one of the eight nearest cities, no further than this."""


@dataclass(frozen=True, eq=False)
class DayTable:
    """Values of all cities on consecutive days.

    Attributes
    ----------
    values : ndarray, shape [pollutant, day, city] [µg/m³, co in mg/m³]
        In the order of ``POLLUTANTS``; NaN where missing.
    neighbours : ndarray of int, shape [city, neighbour]
        Positions of each city's neighbours; -1 where there are fewer.
    """

    values: FloatArray
    neighbours: NDArray[np.intp]

    def of(self, pollutant: str) -> FloatArray:
        """Values of one pollutant, shape [day, city]."""
        values: FloatArray = self.values[POLLUTANTS.index(pollutant)]
        return values

    def past_fortnight(self, pollutant: str) -> FloatArray:
        """Median of each city's 14 days before, at least 5 of them valid; shape [day, city]."""
        past = pd.DataFrame(self.of(pollutant)).shift(1)
        medians: FloatArray = past.rolling(FORTNIGHT, min_periods=MIN_PAST_DAYS).median().to_numpy()
        return medians

    def nearby(self, pollutant: str) -> FloatArray:
        """Median of the neighbours' same day, at least 3 of them valid; shape [day, city]."""
        padded = np.pad(self.of(pollutant), ((0, 0), (0, 1)), constant_values=np.nan)
        return _median(padded[:, self.neighbours], MIN_NEIGHBOURS)

    def days_unchanged(self, pollutant: str) -> NDArray[np.intp]:
        """Give for how many days in a row, this one included, a value has stood."""
        values = self.of(pollutant)
        day = np.arange(len(values))[:, None]
        changed = np.ones(values.shape, dtype=bool)
        changed[1:] = values[1:] != values[:-1]
        started = np.maximum.accumulate(np.where(changed, day, 0), axis=0)
        return np.where(np.isnan(values), 0, day - started + 1)


def known_places() -> dict[str, Place]:
    """Give the places of the cities of ``data/cities.csv``, by short name."""
    return {c.name: (c.lon, c.lat) for c in all_cities() if c.lon is not None and c.lat is not None}


def find_neighbours(cities: Sequence[str], places: Mapping[str, Place]) -> NDArray[np.intp]:
    """Find each city's neighbours by great-circle distance.

    Parameters
    ----------
    cities : sequence of str
        The order of the result.
    places : mapping of str to (float, float)
        Longitude and latitude [°]; a city without a place has no neighbours.

    Returns
    -------
    ndarray of int, shape [city, 8]
        Positions in `cities`, the nearest first; -1 where fewer lie within :data:`REACH_KM`.
    """
    unknown = (np.nan, np.nan)
    lon, lat = np.array([places.get(name, unknown) for name in cities]).reshape(-1, 2).T
    distance = distances_km(lon, lat)
    np.fill_diagonal(distance, np.inf)
    distance[np.isnan(distance)] = np.inf
    nearest = np.argsort(distance, axis=1, kind="stable")[:, :NEIGHBOURS]
    near = np.take_along_axis(distance, nearest, axis=1) <= REACH_KM
    missing = NEIGHBOURS - nearest.shape[1]
    return np.pad(np.where(near, nearest, -1), ((0, 0), (0, missing)), constant_values=-1)


def _median(values: FloatArray, least: int) -> FloatArray:
    """Median over the last axis; NaN where fewer than `least` values are valid."""
    ordered = np.sort(values, axis=-1)  # NaN last
    count = (~np.isnan(values)).sum(axis=-1)
    low = np.take_along_axis(ordered, np.maximum(count - 1, 0)[..., None] // 2, axis=-1)
    high = np.take_along_axis(ordered, np.maximum(count, 1)[..., None] // 2, axis=-1)
    middle = np.where(count[..., None] > 1, (low + high) / 2, low)[..., 0]
    return np.where(count >= least, middle, np.nan)
