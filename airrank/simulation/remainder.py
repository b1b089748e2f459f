"""The remainder model: joint draws of a year's statistics from what is known so far.

A draw is a level for every city and pollutant (prediction plus correlated error) and a template of
days; together with the observed days they give the period statistics of the whole year, the means
as means and the percentiles as order statistics of all its days.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from airrank.panel import Panel
from airrank.rules.evaluation import statistics_array
from airrank.rules.reference_state import reference_factors
from airrank.rules.standards import POLLUTANTS
from airrank.simulation.bands import error_field_root
from airrank.simulation.blocks import Days
from airrank.simulation.days import DayShapes, template_days
from airrank.simulation.levels import LevelForecast, LevelModel, Parameters
from airrank.simulation.order_statistics import Float32, Union, top_sorted

PERCENTILES = {POLLUTANTS.index("co"): 95, POLLUTANTS.index("o3_8h"): 90}
"""Pollutants judged by a percentile [%] (HJ 663); the others by their mean."""
TEMPLATES = 160
TAIL = 4.0
"""Degrees of freedom of the level errors: heavy tails, an own scale per city and draw."""
LEAST_SPREAD = np.float32(0.1)
"""Bounds the scale of an error at 3.2 times the usual (one draw in 200): in millions of draws an
unbounded one brings air that never was."""
MOSTLY_KNOWN = 0.6
"""Share of the surroundings' values that must be known, in every year, for them to count."""
CELLS = 170_000
"""Draws × cities computed at a time: bounds the memory."""


def informative(history: Panel) -> bool:
    """Whether a history has surroundings that tell of its own cities.

    They do if in every year they are known on most of the days on which the own cities are: cities
    whose records broke off would stand for a past that is over.
    """
    if history.surroundings is None:
        return False
    own, around = (~np.isnan(panel.values) for panel in (history, history.surroundings))
    days = np.asarray(own.any(axis=(1, 2)))
    year = history.days[days].astype("datetime64[Y]").astype(int)
    share = pd.Series(around[days].mean(axis=(1, 2))).groupby(year).mean()
    return bool((share >= MOSTLY_KNOWN).all())


@dataclass(frozen=True)
class Draws:
    """Some joint draws.

    Attributes
    ----------
    statistics : ndarray of float32, shape [draw, city, pollutant]
        Unrounded statistics of the whole period [µg/m³, co in mg/m³].
    levels : ndarray of float32, shape [draw, city, pollutant]
        Power means of the remaining days; NaN when none remain.
    templates : ndarray of int, shape [draw]
        Which template of days each draw uses.
    """

    statistics: Float32
    levels: Float32
    templates: NDArray[np.intp]


class RemainderModel:
    """Fitted to a panel's history; draws any period that begins before the history ends.

    Parameters
    ----------
    history : Panel
        Everything known up to and including the day of the forecast, without the values that a
        dust mode deducts; the coming days are drawn as the history was. Levels are predicted
        together with those of its surroundings.
    parameters : sequence of Parameters, optional
        Of an earlier fit, for months and half months; estimated from the history without them.
    """

    name = "remainder"

    def __init__(self, history: Panel, parameters: Sequence[Parameters] | None = None) -> None:
        self.history = history
        seen = history.with_surroundings() if informative(history) else history
        factors = reference_factors(history.days)
        comparable = seen.values * (factors / factors[-1])[:, None]
        # Thousands of small matrices: several threads get in each other's way (ten times slower).
        with threadpool_limits(1, user_api="blas"):
            self.monthly, self.half_monthly = (
                LevelModel(comparable, seen.days, seen.ranking_list, half=half, parameters=known)
                for half, known in zip((False, True), parameters or (None, None), strict=True)
            )
        self.around = len(seen.cities) - len(history.cities)
        self.field = error_field_root(history.ranking_list).astype(np.float32)
        self.shapes = DayShapes.of(comparable[:, : len(history.cities)], history.days)

    @property
    def parameters(self) -> tuple[Parameters, Parameters]:
        """What was estimated, for months and half months."""
        return self.monthly.parameters, self.half_monthly.parameters

    def remainder(self, start: date, end: date) -> Remainder:
        """Prepare the draws of the period from ``start`` to ``end``."""
        return Remainder(self, np.datetime64(start, "D"), np.datetime64(end, "D"))


class Remainder:
    """The days from the end of the history to the end of a period."""

    def __init__(self, model: RemainderModel, start: np.datetime64, end: np.datetime64) -> None:
        self.model = model
        days = model.history.days
        self.observed = model.history.values[days >= start]
        self.coming: Days = np.arange(days[-1] + 1, end + 1)
        self.forecast = self._levels() if len(self.coming) else None

    def _levels(self) -> LevelForecast:
        """Average the predictions of months and half months; errors and seasons are the months'."""
        factors = reference_factors(np.concatenate([self.model.history.days[-1:], self.coming]))
        rise = np.log(factors[0] / factors[1:])
        forecast = self.model.monthly.forecast(self.coming, rise)
        other = self.model.half_monthly.forecast(self.coming, rise)
        forecast.level[:] = (forecast.level + other.level) / 2
        return forecast.of_first(self.observed.shape[1])

    def _sample(self, seed: int) -> NDArray[np.intp]:
        rng = np.random.default_rng([seed, 1])
        return self.model.shapes.sample(self.coming, TEMPLATES, rng)

    def draws(self, number: int, seed: int) -> Iterator[Draws]:
        """Give joint draws in chunks; the same seed gives the same draws.

        Parameters
        ----------
        number : int
            Draws in all.
        seed : int
        """
        if self.forecast is None:
            yield self._certain(number)
            return
        percentiles = _Percentiles(self, self.forecast, self._sample(seed))
        rng = np.random.default_rng([seed, 2])
        chunk = max(50, CELLS // self.observed.shape[1])
        for first in range(0, number, chunk):
            levels = self._draw_levels(self.forecast, min(chunk, number - first), rng)
            templates = rng.integers(0, TEMPLATES, len(levels))
            yield Draws(self._statistics(levels, templates, percentiles), levels, templates)

    def _certain(self, number: int) -> Draws:
        """Nothing remains: every draw is the outcome."""
        statistics = statistics_array(self.observed).astype(np.float32)
        shape = (number, *statistics.shape)
        return Draws(
            np.broadcast_to(statistics, shape),
            np.full(shape, np.nan, dtype=np.float32),
            np.zeros(number, dtype=np.intp),
        )

    def _draw_levels(self, forecast: LevelForecast, size: int, rng: np.random.Generator) -> Float32:
        """Levels of some draws; errors come in pairs of opposite sign (antithetic variates).

        Pairs leave every distribution as it is but centre the sample, so that the median rank of
        1,000 draws is as steady as that of several thousand independent ones (Hammersley and
        Morton 1956).
        """
        cities, pollutants = forecast.level.shape
        pairs = (size + 1) // 2
        shared = rng.standard_normal((pairs, pollutants), np.float32) @ forecast.common_root.T
        errors = rng.standard_normal((pollutants, pairs, cities), np.float32) @ self.model.field.T
        spread = rng.standard_gamma(TAIL / 2, (pairs, cities)).astype(np.float32)
        spread = np.maximum(spread, LEAST_SPREAD)
        errors *= np.sqrt((TAIL / 2 - 1) / spread)
        away = np.matmul(errors.transpose(2, 1, 0), forecast.root.transpose(0, 2, 1))
        away = away.transpose(1, 0, 2) + shared[:, None]
        logs = np.concatenate([forecast.level + away, forecast.level - away])[:size]
        return np.asarray(np.exp(logs), dtype=np.float32)

    def _statistics(
        self, levels: Float32, templates: NDArray[np.intp], percentiles: _Percentiles
    ) -> Float32:
        known = np.isfinite(self.observed)
        count = known.sum(axis=0)
        total = np.where(known, self.observed, 0.0).sum(axis=0)
        left = len(self.coming)
        mean = (total + left * levels) / (count + left)
        statistics: Float32 = mean.astype(np.float32)
        for pollutant in PERCENTILES:
            statistics[..., pollutant] = percentiles.draw(
                pollutant, levels[..., pollutant], templates
            )
        return statistics

    def course(self, city: int, draws: Draws, seed: int) -> Float32:
        """Give the daily values of one city in each draw, [draw, day, pollutant].

        Parameters
        ----------
        city : int
            Its column in the panel.
        draws : Draws
            As :meth:`draws` gave them with the same seed.
        seed : int

        Returns
        -------
        ndarray of float32
            Coming days [µg/m³, co in mg/m³].
        """
        shape = (len(draws.levels), len(self.coming), len(POLLUTANTS))
        result = np.empty(shape, dtype=np.float32)
        if self.forecast is None:
            return result
        used, of_draw = np.unique(draws.templates, return_inverse=True)
        chosen, own = self._sample(seed)[used], slice(city, city + 1)
        for pollutant in range(len(POLLUTANTS)):
            days = template_days(self.model.shapes, self.forecast, chosen, pollutant, own)
            scale = draws.levels[:, city, pollutant, None]
            result[..., pollutant] = np.concatenate([*days])[of_draw] * scale
        return result


class _Percentiles:
    """The percentile statistics of the period, from sorted observed and template days."""

    def __init__(
        self, remainder: Remainder, forecast: LevelForecast, chosen: NDArray[np.intp]
    ) -> None:
        observed = remainder.observed
        self.parts = {}
        for pollutant, percent in PERCENTILES.items():
            values = observed[..., pollutant].T
            total = np.isfinite(values).sum(axis=1) + len(remainder.coming)
            # HJ 663 annex A: position from below, exact in hundredths.
            position = (total - 1) * percent
            below = position // 100
            k = (total - below).astype(np.intp)
            fraction = ((position % 100) / 100).astype(np.float32)
            size = int(k.max())
            seen = np.where(np.isfinite(values), values, -np.inf).astype(np.float32)
            courses = template_days(remainder.model.shapes, forecast, chosen, pollutant)
            templates = np.stack([top_sorted(days, min(size, days.shape[1])) for days in courses])
            self.parts[pollutant] = (Union.of(top_sorted(seen, size), templates, k), fraction)

    def draw(self, pollutant: int, scale: Float32, chosen: NDArray[np.intp]) -> Float32:
        """Interpolate between the two order statistics that enclose the percentile."""
        union, fraction = self.parts[pollutant]
        lower, upper = union.largest(chosen, np.ascontiguousarray(scale))
        return np.asarray(lower + fraction * (upper - lower), dtype=np.float32)
