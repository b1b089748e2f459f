"""The index of a year of which only PM2.5 and PM10 are known: each city's own shift.

Particles make some 60 % of the composite index. In logarithms, each relative to the mean of the
cities,

    index = slope · particles + shift,    particles = PM2.5/35 + PM10/70,

where a city's shift tells how clean its gases are for its particles. It is known for the years and
half-years whose six pollutants are known, and drifts: the difference of two of a city's shifts
grows with the time between them. So it is a stationary process in time, the same for all cities,
whose covariance falls off exponentially: spread · exp(−years/memory). A shift of another year is
predicted by simple kriging, the nearer years counting more, and falls back to the mean city the
farther away it is. Half-years are put on the level of whole years by each city's own mean
difference, and what is left of that difference is their noise. The slope is fitted by generalised
least squares under the same covariance.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar

FloatArray = NDArray[np.float64]

LIMITS = {"pm25": 35.0, "pm10": 70.0}
"""Grade II limits of the edition of 2012, which all years known were ranked by [µg/m³]."""
MIDDLE_OF_YEAR, MIDDLE_OF_HALF = 0.5, 0.25
ROUNDS = 6
"""Slope and covariance depend on each other; after four rounds neither moves."""
MEMORY = (0.5, 60.0)
"""Between which the memory is looked for [years]."""


@dataclass(frozen=True, eq=False)
class ShiftModel:
    """Shifts of the cities, and how they drift.

    Attributes
    ----------
    cities : tuple of str
    slope : float
        Relative change of the index for one of the particles.
    moments : ndarray, shape [known]
        Middle of each year or half-year known [years].
    shifts : ndarray, shape [known, city]
        Logarithms, relative to the mean city.
    noise : ndarray, shape [known]
        Variance of what a half-year errs by; 0 for years.
    spread : float
        Variance of the shifts between cities.
    memory : float
        Time over which a shift keeps e⁻¹ of itself [years].
    """

    cities: tuple[str, ...]
    slope: float
    moments: FloatArray
    shifts: FloatArray
    noise: FloatArray
    spread: float
    memory: float

    def predict(self, year: int, particles: FloatArray) -> tuple[FloatArray, float]:
        """Predict the logarithm of the index of a whole year.

        Parameters
        ----------
        year : int
        particles : ndarray, shape [city]
            Logarithm of the particles' part, see :func:`particle_part`.

        Returns
        -------
        mean : ndarray, shape [city]
        deviation : float
            Standard deviation of each city's prediction.
        """
        covariance = _covariance(self.moments, self.spread, self.memory) + np.diag(self.noise)
        away = np.abs(self.moments - (year + MIDDLE_OF_YEAR))
        with_target = self.spread * np.exp(-away / self.memory)
        weights = np.linalg.solve(covariance, with_target)
        left = self.spread - weights @ with_target
        return self.slope * _centred(particles) + weights @ self.shifts, float(np.sqrt(left))


def particle_part(table: pd.DataFrame) -> FloatArray:
    """Give the logarithm of the particles' part of the index, PM2.5/35 + PM10/70."""
    part = sum(table[name].to_numpy(dtype=float) / limit for name, limit in LIMITS.items())
    return np.asarray(np.log(part))


def fit(years: Mapping[int, pd.DataFrame], halves: Mapping[int, pd.DataFrame]) -> ShiftModel:
    """Fit the shifts to years, and to first halves of years, whose index is known.

    Parameters
    ----------
    years, halves : mapping of int to DataFrame by city
        ``index``, ``pm25`` and ``pm10`` [µg/m³] of whole years and of January to June. At least two
        years must be in both: they tell what a half-year lacks.

    Returns
    -------
    ShiftModel
        Of the cities that every table knows.
    """
    tables = [t[["index", *LIMITS]].dropna() for t in (*years.values(), *halves.values())]
    cities = tuple(c for c in tables[0].index if all(c in t.index for t in tables))
    index = {
        k: {y: _index(t.loc[list(cities)]) for y, t in g.items()} for k, g in _named(years, halves)
    }
    part = {
        k: {y: _part(t.loc[list(cities)]) for y, t in g.items()} for k, g in _named(years, halves)
    }
    both = [year for year in years if year in halves]
    late = [year for year in halves if year not in years]
    moments = np.array([y + MIDDLE_OF_YEAR for y in years] + [y + MIDDLE_OF_HALF for y in late])
    level_of_index, level_of_part = (
        np.mean([known["year"][y] - known["half"][y] for y in both], axis=0)
        for known in (index, part)
    )
    indices, parts = (
        np.array([*known["year"].values(), *(known["half"][y] + level for y in late)])
        for known, level in ((index, level_of_index), (part, level_of_part))
    )
    is_half = np.arange(len(moments)) >= len(years)
    slope = 1.0
    for _ in range(ROUNDS):
        apart = np.array(
            [
                index["year"][y] - index["half"][y] - slope * (part["year"][y] - part["half"][y])
                for y in both
            ]
        )
        noise = np.where(is_half, apart.var(axis=0, ddof=1).mean(), 0.0)
        shifts = indices - slope * parts
        spread = float(np.mean((shifts**2).mean(axis=1) - noise))
        memory = _memory(moments, shifts, noise, spread)
        inverse = np.linalg.inv(_covariance(moments, spread, memory) + np.diag(noise))
        slope = float(np.sum(parts * (inverse @ indices)) / np.sum(parts * (inverse @ parts)))
    return ShiftModel(cities, slope, moments, indices - slope * parts, noise, spread, memory)


def _named(
    years: Mapping[int, pd.DataFrame], halves: Mapping[int, pd.DataFrame]
) -> tuple[tuple[str, Mapping[int, pd.DataFrame]], ...]:
    return ("year", years), ("half", halves)


def _index(table: pd.DataFrame) -> FloatArray:
    return _centred(np.log(table["index"].to_numpy(dtype=float)))


def _part(table: pd.DataFrame) -> FloatArray:
    return _centred(particle_part(table))


def _centred(values: FloatArray) -> FloatArray:
    return np.asarray(values - values.mean())


def _covariance(moments: FloatArray, spread: float, memory: float) -> FloatArray:
    away = np.abs(moments[:, None] - moments)
    return np.asarray(spread * np.exp(-away / memory))


def _memory(moments: FloatArray, shifts: FloatArray, noise: FloatArray, spread: float) -> float:
    """Fit the memory to the mean squared difference of shifts by the time between them."""
    one, other = np.triu_indices(len(moments), 1)
    away = np.abs(moments[one] - moments[other])
    squared = ((shifts[one] - shifts[other]) ** 2).mean(axis=1) - noise[one] - noise[other]

    def misfit(memory: float) -> float:
        return float(np.sum((2 * spread * (1 - np.exp(-away / memory)) - squared) ** 2))

    return float(minimize_scalar(misfit, bounds=MEMORY, method="bounded").x)
