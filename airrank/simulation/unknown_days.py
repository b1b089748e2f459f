"""Which days of a period are unknown: those to come, and gaps."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from airrank.dust import PARTICLES
from airrank.panel import Panel
from airrank.rules.evaluation import required_days, statistics_array
from airrank.rules.standards import POLLUTANTS
from airrank.simulation.blocks import POWERS, Days, FloatArray
from airrank.simulation.days import DayShapes, scaled, template_days
from airrank.simulation.order_statistics import Float32
from airrank.simulation.stretch import Stretch

if TYPE_CHECKING:
    from airrank.simulation.period_draws import Draws
    from airrank.simulation.remainder import RemainderModel

TEMPLATES = 160
"""Courses of days from which the draws take theirs."""
LONG = 184
"""Days, all ahead, beyond which half as many courses serve."""


def unknown_days(history: Panel, start: date, end: date) -> NDArray[np.bool_]:
    """Tell the unknown values of a period, [day, city, pollutant].

    Every day after the history is unknown. Of the days before, a city's missing values of a
    pollutant are if they are more than leave the period so far valid by HJ 663: single missing
    days count as known, as they do in the ranking. Deducted dust days are no gaps.

    Parameters
    ----------
    history : Panel
        What is known, without the values that a dust mode deducts.
    start, end : date
        Of the period.
    """
    part = history.between(start, end)
    unknown: NDArray[np.bool_] = np.isnan(part.values) & ~(part.dust[..., None] & PARTICLES)
    past = int((part.days <= history.days[-1]).sum())
    if past:
        allowed = past - required_days(start, min(end, history.last_day))
        unknown[:past] &= unknown[:past].sum(axis=0) > allowed
    unknown[past:] = True
    return unknown


def year_of(days: Days) -> int:
    """Give the calendar year of the first of some days."""
    return int(str(days[0])[:4])


@dataclass(frozen=True, eq=False)
class Part:
    """The unknown days of a period within one stretch of the calendar.

    Attributes
    ----------
    stretch : Stretch
    unknown : ndarray of bool, shape [day of the stretch, city, pollutant]
    levels : ndarray, shape [block, city, pollutant]
        Of each block's unknown days.
    """

    stretch: Stretch
    unknown: NDArray[np.bool_]
    levels: FloatArray

    @classmethod
    def of(cls, stretch: Stretch, unknown: NDArray[np.bool_], shapes: DayShapes) -> Part:
        """Take a stretch's levels; in a gap, for its days' weather as the neighbours had it."""
        levels = stretch.levels[:, : unknown.shape[1]]
        if stretch.past:
            levels = levels + _weather(stretch, unknown, shapes)
        return cls(stretch, unknown, levels)

    @property
    def weights(self) -> FloatArray:
        """Unknown days by block and what they weigh in a level, [block, city, pollutant]."""
        return np.asarray(np.exp(self.levels * POWERS) * self.stretch.count(self.unknown))

    @property
    def days(self) -> NDArray[np.bool_]:
        """Which of the stretch's days are unknown for some city."""
        return np.asarray(self.unknown.any(axis=(1, 2)))

    @property
    def blocks(self) -> NDArray[np.bool_]:
        """Which of its blocks have such days."""
        return self.stretch.count(self.days) > 0

    @property
    def year(self) -> int:
        """Calendar year."""
        return year_of(self.stretch.days)


def _weather(stretch: Stretch, unknown: NDArray[np.bool_], shapes: DayShapes) -> FloatArray:
    """Log of the neighbours' days in a gap against the days that the block's level is of."""
    rows = (stretch.days - shapes.days[0]).astype(np.intp)
    some = np.flatnonzero((rows >= 0) & (rows < len(shapes.days)))
    some = some[shapes.usable[rows[some]]]
    powered = np.ones(unknown.shape)
    powered[some] = shapes.around(rows[some]) ** POWERS
    counts = np.zeros(unknown.shape, dtype=bool)
    counts[some] = True
    own = ~stretch.open[-1, :, : unknown.shape[1], None][stretch.block_of_day]

    def level(days: NDArray[np.bool_]) -> FloatArray:
        count = stretch.count(days)
        total = stretch.total(np.where(days, powered, 0.0))
        return np.asarray(np.log(np.where(count > 0, total, 1.0) / np.maximum(count, 1)))

    here = stretch.count(unknown & counts) > 0
    difference = (level(unknown & counts) - level(counts & ~(unknown & own))) / POWERS
    return np.where(here, difference, 0.0)


class Remainder:
    """What is unknown of a period.

    Attributes
    ----------
    unknown : ndarray of bool, shape [day, city, pollutant]
        The period's unknown values.
    observed : ndarray, shape [day, city, pollutant]
        The period's days that are over, NaN where missing [µg/m³, co in mg/m³].
    coming : ndarray of datetime64[D]
        Its days to come.
    exact : ndarray, shape [city, pollutant]
        Statistics of what is known.
    level : ndarray, shape [city, pollutant]
        Logarithm of the predicted power mean of the unknown days.
    """

    def __init__(self, model: RemainderModel, start: date, end: date) -> None:
        self.model, self.start, self.end = model, start, end
        part = model.history.between(start, end)
        self.days = part.days
        over = self.days <= model.history.days[-1]
        self.coming = self.days[~over]
        self.observed = part.values[over]
        self.unknown = unknown_days(model.history, start, end)
        nothing = np.full(part.values.shape[1:], np.nan)
        self.exact = statistics_array(self.observed) if over.any() else nothing
        both = [self._parts(past=past) for past in (True, False)]
        self.parts, self.halves = ([part[k] for side in both for part in side] for k in (0, 1))
        self.level = self._level() if self.parts else np.zeros(part.values.shape[1:])

    @property
    def certain(self) -> bool:
        """Whether nothing is unknown: every draw is the outcome."""
        return not self.parts

    def _parts(self, *, past: bool) -> list[tuple[Part, Part]]:
        """Cut the unknown days into calendar years, in months and half months."""
        over = self.days <= self.model.history.days[-1]
        concerned = self.unknown.any(axis=(1, 2)) & (over == past)
        years = self.days.astype("datetime64[Y]").astype(int) + 1970
        parts = []
        for year in np.unique(years[concerned]):
            both = self.model.stretches(int(year), past=past)
            stretch = both[0]
            unknown = np.zeros((len(stretch.days), *self.unknown.shape[1:]), dtype=bool)
            here = concerned & (years == year)
            unknown[(self.days[here] - stretch.days[0]).astype(int)] = self.unknown[here]
            whole, half = (Part.of(one, unknown, self.model.shapes) for one in both)
            parts.append((whole, half))
        return parts

    def _level(self) -> FloatArray:
        """Average the predictions of months and half months."""
        levels, count = [], self.unknown.sum(axis=0)
        for parts in (self.parts, self.halves):
            total = np.sum([part.weights.sum(axis=0) for part in parts], axis=0)
            levels.append(np.log(np.where(count, total, 1.0) / np.maximum(count, 1)) / POWERS)
        return np.asarray((levels[0] + levels[1]) / 2)

    @property
    def templates(self) -> int:
        """How many courses of days it is drawn from.

        Half of the model's for more than half a year ahead, where each course costs most: the
        simulation's noise in a median rank grows by 4 to 7 % (models/README.md).
        """
        long = len(self.coming) == len(self.days) > LONG
        return -(-self.model.templates // 2) if long else self.model.templates

    def chosen(self, seed: int) -> NDArray[np.intp]:
        """Choose the days of each template, [template, unknown day]."""
        chosen = [
            self.model.chosen(part.stretch, part.year, seed, self.templates)[:, part.days]
            for part in self.parts
        ]
        return np.concatenate(chosen, axis=1)

    def rise(self, pollutant: int, cities: slice = slice(None)) -> Float32:
        """Level of each unknown day's block against that of all, [unknown day, city]."""
        rows = []
        for part in self.parts:
            rise = np.exp(part.levels[..., pollutant] - self.level[:, pollutant])[:, cities]
            rows.append(rise[part.stretch.block_of_day[part.days]])
        return np.concatenate(rows).astype(np.float32)

    def counting(self, pollutant: int, cities: slice = slice(None)) -> NDArray[np.bool_] | None:
        """Tell for which cities an unknown day is unknown [unknown day, city]; None if for all."""
        some = self.unknown[self.unknown.any(axis=(1, 2))][:, cities, pollutant]
        return None if some.all() else some

    def draws(self, number: int, seed: int) -> Iterator[Draws]:
        """Give joint draws in chunks; the same seed gives the same draws.

        Parameters
        ----------
        number : int
            Draws in all.
        seed : int
        """
        for _, chunk in self.model.joint_draws([self], number, seed):
            yield chunk

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
            All days of the period [µg/m³, co in mg/m³]; NaN where they are known.
        """
        shape = (len(draws.levels), len(self.days), len(POLLUTANTS))
        result = np.full(shape, np.nan, dtype=np.float32)
        if self.certain:
            return result
        used, of_draw = np.unique(draws.templates, return_inverse=True)
        chosen, own = self.chosen(seed)[used], slice(city, city + 1)
        drawn = np.flatnonzero(self.unknown.any(axis=(1, 2)))
        for pollutant in range(len(POLLUTANTS)):
            rise, counting = self.rise(pollutant, own), self.counting(pollutant, own)
            days = template_days(self.model.shapes, rise, chosen, pollutant, counting, own)
            scale = draws.levels[:, city, pollutant, None]
            values = np.concatenate([scaled(*one) for one in days])[of_draw] * scale
            result[:, drawn, pollutant] = np.where(np.isfinite(values), values, np.nan)
        return result
