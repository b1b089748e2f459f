"""The days to come: whole weeks of past years, with the level of the forecast.

A *template* is one possible course of the remaining days for all cities and pollutants together:
week-long blocks of real past days from the same season, each day relative to its own month's level,
set on the forecast levels and scaled to a power mean of one over the remainder.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from airrank.cities import RankingList
from airrank.simulation.bands import distances
from airrank.simulation.blocks import (
    POWERS,
    Days,
    FloatArray,
    block_keys,
    mean_of_known,
    observed_blocks,
)

WEEK = 7
SHIFT, WIDE_SHIFT = 7, 15
"""Days by which a week may move within the season; wider where no year has it."""
MARGIN = WIDE_SHIFT
"""Days of the neighbouring years that a calendar year is widened by."""
REACH, FAR = 200.0, 0.2
"""How far neighbours tell of a city's day [km], and the weight of the mean of all cities."""
MIN_CITIES = 0.3
"""Share of cities with values below which a past day is no model for a day to come."""


@dataclass(frozen=True)
class DayShapes:
    """Past days relative to their block's level.

    Attributes
    ----------
    relative : ndarray of float32, shape [day, city, pollutant]
        Value / level; gaps hold the mean of the neighbours that day.
    usable : ndarray of bool, shape [day]
    days : ndarray of datetime64[D], shape [day]
    near : ndarray of float32, shape [city, city]
        Weights of a city's neighbours.
    """

    relative: NDArray[np.float32]
    usable: NDArray[np.bool_]
    days: Days
    near: NDArray[np.float32]

    @classmethod
    def of(cls, values: FloatArray, days: Days, ranking_list: RankingList) -> DayShapes:
        """Divide daily values by the level of their month; gaps are as the neighbours were."""
        blocks = observed_blocks(values, days, half=False)
        common = mean_of_known(blocks.levels, axis=1)
        usual = mean_of_known(blocks.levels - common[:, None], axis=0)
        known = np.isfinite(blocks.levels)
        levels = np.where(known, blocks.levels, common[:, None] + usual)
        place = np.searchsorted(blocks.key, block_keys(days, half=False))
        place = np.minimum(place, len(blocks.key) - 1)
        relative = values / np.exp(levels[place])
        usable = np.isfinite(values).mean(axis=(1, 2)) > MIN_CITIES
        gappy = np.flatnonzero(np.isnan(relative).any(axis=(1, 2)))
        near = np.exp(-distances(ranking_list) / REACH)
        np.fill_diagonal(near, 0.0)
        shapes = cls(relative.astype(np.float32), usable, days, near.astype(np.float32))
        around = shapes.around(gappy)
        own = shapes.relative[gappy]
        shapes.relative[gappy] = np.where(np.isnan(own), around, own)
        return shapes

    def around(self, rows: NDArray[np.intp]) -> NDArray[np.float32]:
        """Mean of the neighbours on some days, [day, city, pollutant]; one where none is known."""
        relative = self.relative[rows]
        known = np.isfinite(relative)
        flat = np.where(known, relative, 0.0).swapaxes(0, 1).reshape(len(self.near), -1)
        count = known.swapaxes(0, 1).reshape(len(self.near), -1).astype(np.float32)
        everywhere = flat.sum(axis=0) / np.maximum(count.sum(axis=0), 1.0)
        everywhere = np.where(count.any(axis=0), everywhere, 1.0)
        mean = (self.near @ flat + FAR * everywhere) / (self.near @ count + FAR)
        return mean.reshape(len(self.near), len(rows), len(POWERS)).swapaxes(0, 1)

    def sample(self, coming: Days, templates: int, rng: np.random.Generator) -> NDArray[np.intp]:
        """Choose a past day for each coming day, shape [template, day], week by week."""
        calendar = self._calendar()
        ordinal = _day_of_year(coming)
        choices: dict[int, list[NDArray[np.intp]]] = {}
        chosen = np.empty((templates, len(coming)), dtype=np.intp)
        for template in range(templates):
            first = WEEK - int(rng.integers(WEEK))
            if first not in choices:
                ends = [*range(first, len(coming), WEEK), len(coming)]
                weeks = pairwise([0, *ends])
                choices[first] = [self._choices(calendar, ordinal[slice(*week)]) for week in weeks]
            of_weeks = choices[first]
            picked = rng.integers([len(weeks) for weeks in of_weeks])
            chosen[template] = np.concatenate(
                [weeks[k] for weeks, k in zip(of_weeks, picked, strict=True)]
            )
        return chosen

    def themselves(self, days: Days, chosen: NDArray[np.intp]) -> NDArray[np.intp]:
        """Let past days that some cities have stand for themselves in those that lack them."""
        place = (days - self.days[0]).astype(np.intp)
        inside = (place >= 0) & (place < len(self.days))
        own = inside & self.usable[np.clip(place, 0, len(self.days) - 1)]
        return np.where(own, place, chosen)

    def _choices(self, calendar: NDArray[np.intp], week: NDArray[np.intp]) -> NDArray[np.intp]:
        """Past weeks that can stand for a coming one, [choice, day]: same season, any year."""
        for reach in (SHIFT, WIDE_SHIFT):
            shifts = np.arange(-reach, reach + 1)
            weeks = calendar[:, MARGIN + shifts[:, None] + week].reshape(-1, len(week))
            complete = np.asarray(weeks[np.all(weeks >= 0, axis=1)])
            if len(complete):
                return complete
        usable = np.flatnonzero(self.usable)  # no past season here: any past days in a row
        starts = np.arange(len(usable))
        return np.asarray(usable[(starts[:, None] + np.arange(len(week))) % len(usable)])

    def _calendar(self) -> NDArray[np.intp]:
        """Where each past year has each day of the year: [year, day], -1 where it has none."""
        year = self.days.astype("datetime64[Y]").astype(int)
        calendar = np.full((int(year[-1] - year[0]) + 1, 366 + 2 * MARGIN), -1, dtype=np.intp)
        usable = np.flatnonzero(self.usable)
        for row in range(len(calendar)):
            january = np.datetime64(int(year[0]) + row, "Y").astype("datetime64[D]")
            offset = (self.days[usable] - january).astype(int) + MARGIN
            inside = (offset >= 0) & (offset < calendar.shape[1])
            calendar[row, offset[inside]] = usable[inside]
        return calendar


def _day_of_year(days: Days) -> NDArray[np.intp]:
    return np.asarray(days - days.astype("datetime64[Y]")).astype(np.intp)


def template_days(
    shapes: DayShapes,
    rise: NDArray[np.float32],
    chosen: NDArray[np.intp],
    pollutant: int,
    unknown: NDArray[np.bool_] | None = None,
    cities: slice = slice(None),
) -> Iterator[tuple[NDArray[np.float32], FloatArray]]:
    """Give each template's days of one pollutant [city, day], and their power mean [city, 1].

    Divided by it they have a power mean of one, see :func:`scaled`.

    Parameters
    ----------
    shapes : DayShapes
    rise : ndarray, shape [day, city]
        Level of each day's block against that of all the days together.
    chosen : ndarray of int, shape [template, day]
    pollutant : int
    unknown : ndarray of bool, shape [day, city], optional
        The days that count for a city; the others are -inf. All count without it.
    cities : slice
        Which columns of the past days ``rise`` is of.
    """
    power = int(POWERS[pollutant])
    relative = shapes.relative[:, cities, pollutant]
    powered = np.ascontiguousarray(relative).astype(float) ** power
    weight = rise.astype(float) ** power
    if unknown is None:
        weight /= len(weight)
    else:
        weight = np.where(unknown, weight, 0.0) / np.maximum(unknown.sum(axis=0), 1)
    relative, rise = np.ascontiguousarray(relative.T), np.ascontiguousarray(rise.T)
    for days in chosen:
        course = relative.take(days, axis=1) * rise
        if unknown is not None:
            course[~unknown.T] = -np.inf
        mean = np.einsum("dc,dc->c", powered[days], weight)[:, None]
        yield course, np.maximum(mean ** (1.0 / power), 1e-12)


def scaled(days: NDArray[np.float32], mean: FloatArray) -> NDArray[np.float32]:
    """Divide days, or the highest of them, by their power mean."""
    return (days / mean).astype(np.float32)
