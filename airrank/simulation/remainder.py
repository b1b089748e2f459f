"""The remainder model: joint draws of periods' statistics from what is known so far.

A draw is a level for every city and pollutant (prediction plus correlated error) and a template of
days; together with the observed days they give the statistics of a whole period, the means as
means and the percentiles as order statistics of all its days. Drawn are the *unknown* days: those
to come, and gaps. Several periods are drawn together, from the same futures.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from airrank.panel import Panel
from airrank.rules.reference_state import reference_factors
from airrank.simulation.bands import error_field_root
from airrank.simulation.blocks import FloatArray, observed_blocks
from airrank.simulation.correction import Correction, Learner, rest_level
from airrank.simulation.days import DayShapes
from airrank.simulation.joint_errors import ErrorDraws, ErrorTree
from airrank.simulation.levels import LevelModel, Parameters
from airrank.simulation.period_draws import Draws, PeriodDraws
from airrank.simulation.stretch import Stretch
from airrank.simulation.unknown_days import TEMPLATES, Remainder, year_of

TAIL = 4.0
"""Degrees of freedom of the level errors: heavy tails, an own scale per city and draw."""
LEAST_SPREAD = np.float32(0.1)
"""Bounds the scale of an error at 3.2 times the usual (one draw in 200): in millions of draws an
unbounded one brings air that never was."""
MOSTLY_KNOWN = 0.6
"""Share of the surroundings' values that must be known, in every year, for them to count."""
LOOKING_BACK = 1100
"""Latest days that the correction looks at."""
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


class RemainderModel:
    """Fitted to a panel's history; draws any periods, running, ahead or over.

    Parameters
    ----------
    history : Panel
        Everything known up to and including the day of the forecast, without the values that a
        dust mode deducts; the coming days are drawn as the history was. Levels are predicted
        together with those of its surroundings.
    parameters : sequence of Parameters, optional
        Of an earlier fit, for months and half months; estimated from the history without them.
    templates : int
        Courses of days to draw from; fewer cost less where many periods are asked for.
    """

    name = "remainder"

    def __init__(
        self,
        history: Panel,
        parameters: Sequence[Parameters] | None = None,
        *,
        templates: int = TEMPLATES,
    ) -> None:
        self.history, self.templates = history, templates
        seen = history.with_surroundings() if informative(history) else history
        factors = reference_factors(history.days)
        comparable = seen.values * (factors / factors[-1])[:, None]
        # Thousands of small matrices: several threads get in each other's way (ten times slower).
        with threadpool_limits(1, user_api="blas"):
            self.monthly, self.half_monthly = (
                LevelModel(
                    observed_blocks(comparable, seen.days, half=half),
                    seen.ranking_list,
                    half=half,
                    parameters=known,
                )
                for half, known in zip((False, True), parameters or (None, None), strict=True)
            )
            self.correction = (
                parameters[0].correction
                if parameters
                else Learner(comparable, seen.days, seen.ranking_list).fit(self.monthly.parameters)
            )
        latest = slice(-LOOKING_BACK, None)
        self._learner = Learner(comparable[latest], seen.days[latest], seen.ranking_list)
        self.around = len(seen.cities) - len(history.cities)
        self.field = error_field_root(history.ranking_list).astype(np.float32)
        self.shapes = DayShapes.of(
            comparable[:, : len(history.cities)], history.days, history.ranking_list
        )
        self._stretches: dict[tuple[int, bool], tuple[Stretch, Stretch]] = {}
        self._chosen: dict[tuple[int, int, bool, int], NDArray[np.intp]] = {}

    @property
    def parameters(self) -> tuple[Parameters, Parameters]:
        """What was estimated, for months (with the correction) and half months."""
        months = replace(self.monthly.parameters, correction=self.correction)
        return months, self.half_monthly.parameters

    def stretches(self, year: int, *, past: bool) -> tuple[Stretch, Stretch]:
        """Give a year's days up to the end of the history, or after it, in months and halves."""
        if (year, past) not in self._stretches:
            months, halves = (
                self._stretch(model, year, past=past) for model in (self.monthly, self.half_monthly)
            )
            if self.correction and not past:
                more = self._more(self.correction, year)
                months, halves = (
                    replace(one, levels=one.levels + more) for one in (months, halves)
                )
            self._stretches[year, past] = (months, halves)
        return self._stretches[year, past]

    def chosen(self, stretch: Stretch, year: int, seed: int, templates: int) -> NDArray[np.intp]:
        """Choose past days for a year's days of each template, [template, day of the stretch].

        The first of many templates are those of few.
        """
        key = seed, year, stretch.past, templates
        if key not in self._chosen:
            rng = np.random.default_rng([seed, 1, year, stretch.past])
            days = self.shapes.sample(stretch.days, templates, rng)
            if stretch.past:
                days = self.shapes.themselves(stretch.days, days)
            self._chosen[key] = days
        return self._chosen[key]

    def _stretch(self, model: LevelModel, year: int, *, past: bool) -> Stretch:
        """Predict a year's days up to the end of the history, or after it."""
        january, after = (np.datetime64(f"{y}-01-01", "D") for y in (year, year + 1))
        last = self.history.days[-1]
        days = np.arange(
            january if past else max(january, last + 1), min(after, last + 1) if past else after
        )
        factors = reference_factors(np.concatenate([[last], days]))
        return model.stretch(days, np.log(factors[0] / factors[1:]), past=past)

    def _more(self, correction: Correction, year: int) -> FloatArray | float:
        """Give what the correction adds to the levels of a year's days to come."""
        last = self.history.days[-1]
        running = year_of(self.history.days[-1:])
        left = int((np.datetime64(f"{running}-12-31", "D") - last).astype(int))
        if left == 0:
            return 0.0
        return correction.of(self._features, running, left, ahead=year - running)

    @cached_property
    def _features(self) -> FloatArray:
        """What is known of the rest of the running year."""
        running = year_of(self.history.days[-1:])
        rest = rest_level(self._stretch(self.monthly, running, past=False))
        return self._learner.features(len(self._learner.days), rest)

    def remainder(self, start: date, end: date) -> Remainder:
        """Prepare the draws of the period from ``start`` to ``end``."""
        with threadpool_limits(1, user_api="blas"):
            return Remainder(self, start, end)

    def joint_draws(
        self, periods: Sequence[Remainder], number: int, seed: int
    ) -> Iterator[tuple[int, Draws]]:
        """Draw several periods from the same futures, in chunks.

        The draws of a period do not depend on which others are asked for.

        Parameters
        ----------
        periods : sequence of Remainder
            Of this model.
        number : int
            Draws in all.
        seed : int

        Yields
        ------
        which : int
            The period's place among those asked for.
        draws : Draws
            Its next ones; each chunk of every period before the next chunk of any, so that what
            is used up at once is not kept.
        """
        cities = len(self.history.cities)
        first_year = year_of(self.history.days[-1:] + 1)
        years = range(first_year, max([first_year, *(p.end.year for p in periods)]) + 1)
        tree = ErrorTree(self.monthly, {y: self.stretches(y, past=False)[0] for y in years}, cities)
        errors = ErrorDraws(tree, self.field, seed)
        prepared = [PeriodDraws(period, tree, seed) for period in periods]
        chunk = max(50, CELLS // cities)
        for first in range(0, number, chunk):
            size = min(chunk, number - first)
            spread = errors.random(2).standard_gamma(TAIL / 2, ((size + 1) // 2, cities))
            spread = np.maximum(spread.astype(np.float32), LEAST_SPREAD)
            errors.begin(np.sqrt(np.float32(TAIL / 2 - 1) / spread))
            templates = errors.random(3).integers(0, self.templates, size)
            for which, unknown in enumerate(prepared):
                yield which, unknown.draw(errors, templates)
