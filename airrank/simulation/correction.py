"""What the model gets wrong alike every year: a learned correction of the rest of the year.

The Gaussian model predicts each city and pollutant from its own band and mix; what the changes of
other pollutants and of neighbours tell of the coming months it cannot see, nor that falls and rises
do not tell the same: air that got better may stay so, a bad spell of weather passes. A ridge
regression on features and their absolute values learns it from pseudo-forecasts of past years: at
the ends of January to September the rest of the year was predicted from what came before, and is
known by now. Everything is in deviations from the cities' mean. The correction counts by half,
comes in over January and fades out from October on, when little is left to correct, and is off when
its latest year is more than two years back.

For the years ahead the same features have coefficients of their own, learned where at least half a
year was left: what is missed then is rather where cities stand than the weather of an autumn.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from airrank.cities import RankingList
from airrank.errors import InputError
from airrank.simulation.bands import BANDWIDTHS, distances
from airrank.simulation.blocks import (
    FLOOR,
    POWERS,
    Days,
    FloatArray,
    finite_array,
    mean_of_known,
    observed_blocks,
)
from airrank.simulation.levels import LevelModel, Parameters
from airrank.simulation.stretch import Stretch
from airrank.simulation.unknown_days import year_of

STRENGTH = 0.5
"""Share of the correction that is applied to the rest of the year, and to the year after."""
CARRIED = 0.5
"""Share of what is applied to that year that holds in each further one."""
FULL, NONE = 92, 31
"""Days left from which the correction counts in full, and up to which not at all."""
YEAR, FIRST = 365, 31
"""Days of a year, and those known of it from which the correction counts in full: it learned from
months' ends, and a few days of January are not like them."""
LATEST = 2
"""Years after which a correction is not used."""
DIRECT, PENALTY, PENALTY_OTHER = 17, 300.0, 1000.0
"""The first so many features tell of the city's or its neighbours' same pollutant. Penalty of their
squared coefficients, standardised, against one squared error; and that of all other features."""
MONTHS = range(1, 10)
"""Months at whose ends past years serve as lessons."""
LEAST_LEFT = 184
"""Days left from which a lesson also serves the years ahead: up to the end of June."""
YEARS = 4
"""Latest years that are learned from."""
LEAST_HISTORY, FULL_HISTORY = 180, 365
"""Days of history that a lesson needs; and those without which it serves only if there are no
others: before there is a past year, the model misses other things than later."""
LEAST_CITIES = 100
"""Cities below which there is nothing to learn from."""
ENOUGH = 0.6
"""Share of a window's days that must be known."""
FEATURES = 70
"""Half of them are absolute values of the others."""
LARGEST = 50.0
"""Coefficients beyond were not learned: the penalty keeps them small (the bundled 0.6 at most)."""


@dataclass(frozen=True, eq=False)
class Correction:
    """A fitted correction.

    Attributes
    ----------
    coefficients : ndarray, shape [pollutant, feature]
    ahead : ndarray, shape [pollutant, feature]
        The same for the years ahead.
    latest : int
        Latest year it learned from.
    """

    coefficients: FloatArray
    ahead: FloatArray
    latest: int

    def content(self) -> dict[str, Any]:
        """Give what a file keeps of it."""
        return {
            "coefficients": self.coefficients.tolist(),
            "ahead": self.ahead.tolist(),
            "latest": self.latest,
        }

    @classmethod
    def read(cls, content: dict[str, Any] | None) -> Correction | None:
        """Read what a file keeps; None where nothing was learned."""
        if content is None:
            return None
        both = {}
        for key in ("coefficients", "ahead"):
            name = f"correction.{key}"
            both[key] = finite_array(content[key], name, (len(POWERS), FEATURES))
            if np.abs(both[key]).max() > LARGEST:
                raise InputError(
                    "{name} are not all within ±{largest}", name=name, largest=f"{LARGEST:g}"
                )
        return cls(**both, latest=int(content["latest"]))

    def of(self, features: FloatArray, year: int, left: int, ahead: int = 0) -> FloatArray:
        """Give what to add to the level of the rest of a year, [city, pollutant].

        Parameters
        ----------
        features : ndarray, shape [city, pollutant, feature]
        year : int
        left : int
            Days to come of it.
        ahead : int
            Instead of the rest of the year: of the year so many years later. That needs no rest
            worth correcting, so it goes on until December.
        """
        first, all_of = (0, NONE) if ahead else (NONE, FULL)
        coefficients = self.ahead if ahead else self.coefficients
        strength = STRENGTH * CARRIED ** max(ahead - 1, 0)
        fade = float(np.clip((left - first) / (all_of - first), 0.0, 1.0))
        fade *= float(np.clip((YEAR - left) / FIRST, 0.0, 1.0))
        if year - self.latest > LATEST:
            fade = 0.0
        return np.asarray(strength * fade * np.einsum("cpf,pf->cp", features, coefficients))


class Windows:
    """Levels of any days of a history, as logarithms of power means.

    Parameters
    ----------
    values : ndarray, shape [day, city, pollutant]
        Comparable over time; NaN where missing.
    """

    def __init__(self, values: FloatArray) -> None:
        known = ~np.isnan(values)
        powered = np.where(known, np.maximum(values, FLOOR), 0.0) ** POWERS
        zero = np.zeros((1, *values.shape[1:]))
        self.total = np.concatenate([zero, np.cumsum(powered, axis=0)])
        self.count = np.concatenate([zero, np.cumsum(known, axis=0)])

    def level(self, first: int, after: int) -> FloatArray:
        """Give the level of the rows from ``first`` to before ``after``, [city, pollutant]."""
        if first < 0 or after <= first:
            return np.full(self.total.shape[1:], np.nan)
        count = self.count[after] - self.count[first]
        mean = (self.total[after] - self.total[first]) / np.maximum(count, 1.0)
        enough = count >= ENOUGH * (after - first)
        return np.asarray(np.log(np.where(enough, mean, np.nan)) / POWERS)


class Lesson(NamedTuple):
    """A past month's end: what was known, and what the prediction of the rest of the year missed.

    Attributes
    ----------
    year : int
    left : int
        Days of the rest of the year.
    features : ndarray, shape [city, pollutant, feature]
    missed : ndarray, shape [city, pollutant]
        True minus predicted level; NaN where it is not known.
    """

    year: int
    left: int
    features: FloatArray
    missed: FloatArray


class Learner:
    """Features and outcomes of the rest of a year.

    Parameters
    ----------
    values : ndarray, shape [day, city, pollutant]
        Comparable over time, up to the day of the forecast; NaN where missing.
    days : ndarray of datetime64[D], shape [day]
    ranking_list : RankingList
    """

    def __init__(self, values: FloatArray, days: Days, ranking_list: RankingList) -> None:
        self.values, self.days, self.ranking_list = values, days, ranking_list
        self.windows = Windows(values)
        apart = distances(ranking_list)
        near = [np.exp(-0.5 * (apart / reach) ** 2) for reach in BANDWIDTHS]
        self.near = [weights / weights.sum(axis=1, keepdims=True) for weights in near]

    def row(self, day: np.datetime64) -> int:
        """Give the row of a day, perhaps outside."""
        return int((day - self.days[0]).astype(int))

    def features(self, after: int, level: FloatArray) -> FloatArray:
        """Give what is known before row ``after`` of the rest of its year.

        Parameters
        ----------
        after : int
            Row of the first day to come.
        level : ndarray, shape [city, pollutant]
            Predicted.

        Returns
        -------
        ndarray, shape [city, pollutant, feature]
        """
        day = self.days[0] + after
        january = self.row(day.astype("datetime64[Y]").astype("datetime64[D]"))
        december = self.row((day.astype("datetime64[Y]") + 1).astype("datetime64[D]"))
        spans = [(january, after), (after - 30, after), (after - 90, after)]
        now = [self._away(self.windows.level(*span)) for span in spans]
        before = [self._away(self.windows.level(a - 365, b - 365)) for a, b in spans]
        predicted = self._away(level)
        rest = self._away(self.windows.level(after - 365, december - 365)) - predicted
        changes = [a - b for a, b in zip(now, before, strict=True)]
        year = self._away(self.windows.level(after - 365, after))
        year = year - self._away(self.windows.level(after - 730, after - 365))
        stands = [a - predicted for a in now]
        own = [predicted, rest, *changes, year, *stands]
        own = [np.nan_to_num(one) for one in own]
        around = [near @ own[k] for near in self.near for k in (1, 2, 4, 8)]
        shape = predicted.shape
        crossed = [
            np.broadcast_to(own[k][:, None, other], shape)
            for k in (2, 4, 0)
            for other in range(shape[1])
        ]
        features = np.stack([*own, *around, *crossed], axis=2)
        return np.concatenate([features, self._away(np.abs(features))], axis=2)

    def _away(self, level: FloatArray) -> FloatArray:
        """Take the cities' mean off."""
        return np.asarray(level - mean_of_known(level, axis=0))

    def lessons(self, parameters: Parameters) -> list[Lesson]:
        """Give the past months' ends to learn from."""
        found: list[Lesson] = []
        short: list[Lesson] = []
        blocks = observed_blocks(self.values, self.days, half=False)
        running = year_of(self.days[-1:] + 1)
        for year in range(max(year_of(self.days), running - YEARS), running):
            december = self.row(np.datetime64(f"{year + 1}-01-01", "D"))
            for month in MONTHS:
                after = self.row(np.datetime64(f"{year}-{month + 1:02d}-01", "D"))
                if after < LEAST_HISTORY:
                    continue
                truth = self.windows.level(after, december)
                if np.isfinite(truth).all(axis=1).sum() < LEAST_CITIES:
                    continue
                model = LevelModel(
                    blocks.before(self.days[0] + after),
                    self.ranking_list,
                    half=False,
                    parameters=parameters,
                )
                coming = self.days[after:december]
                level = rest_level(model.stretch(coming, np.zeros((len(coming), len(POWERS)))))
                level = np.where(np.isfinite(truth), level, np.nan)
                missed = self._away(truth) - self._away(level)
                some = found if after >= FULL_HISTORY else short
                some.append(Lesson(year, len(coming), self.features(after, level), missed))
        return found or short

    def fit(self, parameters: Parameters) -> Correction | None:
        """Learn from all past years; None where they are too few."""
        if self.values.shape[1] < LEAST_CITIES:
            return None
        lessons = self.lessons(parameters)
        if not lessons:
            return None
        long = [lesson for lesson in lessons if lesson.left >= LEAST_LEFT]
        latest = max(lesson.year for lesson in lessons)
        return Correction(_ridge(lessons), _ridge(long or lessons), latest)


def _ridge(lessons: Sequence[Lesson]) -> FloatArray:
    """Regress what was missed on the features, [pollutant, feature]."""
    features = np.concatenate([lesson.features for lesson in lessons])
    missed = np.concatenate([lesson.missed for lesson in lessons])
    penalty = np.where(np.arange(FEATURES) < DIRECT, PENALTY, PENALTY_OTHER)
    coefficients = np.zeros((len(POWERS), FEATURES))
    for k in range(len(POWERS)):
        known = np.isfinite(missed[:, k]) & np.isfinite(features[:, k]).all(axis=1)
        x, y = features[known, k], missed[known, k]
        size = x.std(axis=0) + 1e-9
        x = x / size
        square = x.T @ x + np.diag(penalty)
        coefficients[k] = np.linalg.solve(square, x.T @ y) / size
    return coefficients


def rest_level(stretch: Stretch) -> FloatArray:
    """Give the level of all a stretch's days together, [city, pollutant]."""
    weights = np.exp(stretch.levels * POWERS) * stretch.size[:, None, None]
    return np.asarray(np.log(weights.sum(axis=0) / stretch.size.sum()) / POWERS)
