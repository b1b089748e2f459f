"""Simulated days of one city that agree with a forecast's draws: for good and heavy days.

A forecast draws the whole year's six statistics. Days that agree with a draw are made from the
city's own past: the remainder of a past year, each pollutant scaled so that the year's statistic
becomes the drawn one. So day counts belong to the same draws as the ranks, and their joint
probabilities are coherent.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from airrank.dust import PARTICLES
from airrank.errors import InsufficientDataError
from airrank.forecasting.result import Forecast
from airrank.panel import Panel
from airrank.periods import Period
from airrank.rules.aqi import aqi_array, good_day, heavy_day, iaqi_array
from airrank.rules.choices import mode_of_days
from airrank.rules.evaluation import PERCENTILES, required_days
from airrank.rules.percentiles import percentile_array
from airrank.rules.standards import POLLUTANTS
from airrank.simulation.unknown_days import unknown_days

Floats = NDArray[np.float64]
MIN_COVERAGE = 0.8
"""Share of a past remainder's values that must be known to serve as a pattern."""
SCALES = np.linspace(0.3, 3.0, 55)
"""Factors tried for the percentiles of CO and O3."""
CHUNK_VALUES = 6_000_000


@dataclass(frozen=True, eq=False)
class DaysSoFar:
    """One city's days of a period up to ``as_of``, and how many are to come.

    Attributes
    ----------
    values : ndarray, shape [day, pollutant]
        Daily values [µg/m³, co in mg/m³]; NaN where missing. Where dust is deducted, particles of
        dust days are missing too.
    dust : ndarray of bool, shape [day]
        Days deducted.
    remaining : int
        Calendar days of the period after ``as_of``.
    gap : ndarray of int, shape [pollutant]
        Missing values so far that a forecast draws.
    """

    values: Floats
    dust: NDArray[np.bool_]
    remaining: int
    gap: NDArray[np.intp] = field(default_factory=lambda: np.zeros(len(POLLUTANTS), dtype=np.intp))

    @property
    def valid(self) -> NDArray[np.intp]:
        """Valid daily values so far, by pollutant."""
        return np.asarray((~np.isnan(self.values)).sum(axis=0))

    def share_left(self, pollutant: str) -> float:
        """Give the share of the period's valid days that are to come; 1 for a percentile."""
        if pollutant in PERCENTILES:
            return 1.0
        k = POLLUTANTS.index(pollutant)
        left = self.remaining + int(self.gap[k])
        return left / max(1, int(self.valid[k]) + left)

    def mean(self) -> Floats:
        """Mean so far by pollutant; NaN without any value."""
        count = self.valid
        total = np.nansum(self.values, axis=0)
        mean = np.divide(total, count, out=np.full(len(count), np.nan), where=count > 0)
        return np.asarray(mean, dtype=np.float64)


def days_so_far(
    panel: Panel, city: str, period: Period, as_of: date, dust: str = "keep"
) -> DaysSoFar:
    """Take a city's days of a period up to ``as_of`` out of a panel."""
    elapsed, ahead = period.to_date(as_of), period.after(as_of)
    remaining = 0 if ahead is None else ahead.days
    if elapsed is None:
        return DaysSoFar(np.empty((0, len(POLLUTANTS))), np.empty(0, dtype=np.bool_), remaining)
    column = panel.cities.index(city)
    part = panel.between(elapsed.start, elapsed.end).without_dust(dust)
    unknown = unknown_days(panel.until(as_of).without_dust(dust), elapsed.start, elapsed.end)
    gap = unknown[:, column].sum(axis=0)
    return DaysSoFar(part.values[:, column], part.dust[:, column], remaining, gap)


def past_remainders(panel: Panel, city: str, period: Period, as_of: date) -> dict[int, Floats]:
    """Give the same last days of the period in past years, gaps filled between neighbours.

    Returns
    -------
    dict
        By year of the last day: array [day, pollutant] of as many days as remain now. Years that
        lack more than a fifth of a pollutant's values are left out.
    """
    ahead, column = period.after(as_of), panel.cities.index(city)
    result: dict[int, Floats] = {}
    if ahead is None:
        return result
    for ago in range(period.end.year - panel.first_day.year, 0, -1):
        end = period.years_earlier(ago).end
        start = end - timedelta(days=ahead.days - 1)
        if start < panel.first_day or end > as_of:
            continue
        values = panel.between(start, end).values[:, column].copy()
        known = ~np.isnan(values)
        if (known.mean(axis=0) < MIN_COVERAGE).any():
            continue
        days = np.arange(len(values))
        for k in range(len(POLLUTANTS)):
            values[:, k] = np.interp(days, days[known[:, k]], values[known[:, k], k])
        result[end.year] = values
    return result


def remainder_means(forecast: Forecast, so_far: DaysSoFar, city: str) -> Floats:
    """Give each draw's mean over the remaining days, shape [draw, pollutant] [µg/m³].

    From the identity of RULES section 7, T·D = YTD·d + x·(D − d), with the valid days so far as d.
    Columns of CO and O3, whose statistic is a percentile, are NaN; so are all on the last day.
    """
    full = forecast.statistics(city).to_numpy()
    done, left = so_far.valid, so_far.remaining + so_far.gap
    result = np.full(full.shape, np.nan)
    if so_far.remaining:
        spent = np.nan_to_num(so_far.mean()) * done
        result = np.maximum((full * (done + left) - spent) / left, 0.0)
    for pollutant in PERCENTILES:
        result[:, POLLUTANTS.index(pollutant)] = np.nan
    return result


class DaySimulator:
    """Days of one city for every draw of a forecast.

    Parameters
    ----------
    panel : Panel
        Observations; nothing after the forecast's ``as_of`` is used.
    forecast : Forecast
    city : str
        Short name.

    Raises
    ------
    InsufficientDataError
        If the city has no past remainder to serve as a pattern.
    """

    def __init__(self, panel: Panel, forecast: Forecast, city: str) -> None:
        self.history, self.forecast, self.city = panel.until(forecast.as_of), forecast, city
        dust = forecast.rules.dust
        self.so_far = days_so_far(self.history, city, forecast.period, forecast.as_of, dust)
        self.counted = days_so_far(
            self.history, city, forecast.period, forecast.as_of, mode_of_days(dust)
        )
        patterns = past_remainders(
            self.history.without_dust(dust), city, forecast.period, forecast.as_of
        )
        if self.so_far.remaining and not patterns:
            raise InsufficientDataError(
                "no past year of {city} has the days after {day} nearly complete; good "
                "and heavy days to come cannot be simulated",
                city=city,
                day=f"{forecast.as_of:%m-%d}",
            )
        self.patterns = patterns
        self._storms = {} if mode_of_days(dust) == dust else self._past_dust(dust)
        draws = len(forecast.rank_draws)
        seed: Any = forecast.settings.get("seed", 0)
        order = np.random.default_rng([int(seed), 5]).permutation(draws)
        self.pattern_of = order % max(1, len(self.patterns))
        self._factors = self._find_factors() if self.patterns else np.ones((draws, 6))

    def _past_dust(self, mode: str) -> dict[int, Floats]:
        """Give the particles of the patterns' deducted days as they were; NaN on all others."""
        column, deducted = self.history.cities.index(self.city), self.history.deducting(mode)
        found = {}
        for year, pattern in self.patterns.items():
            period = self.forecast.period
            end = period.years_earlier(period.end.year - year).end
            part = deducted.between(end - timedelta(days=len(pattern) - 1), end)
            storm = part.dust[:, column, None] & PARTICLES
            found[year] = np.where(storm, part.values[:, column], np.nan)
        return found

    def with_dust(self, part: slice, days: Floats) -> Floats:
        """Put the dust of past years on the days of some draws, where days count with it.

        A draw leaves dust out where the ranking does; good and heavy days keep it. Each draw has
        the dust days of the year that is its pattern.
        """
        if not self._storms:
            return days
        storms = np.stack(list(self._storms.values()))[self.pattern_of[part]]
        return np.where(np.isnan(storms), days, storms)

    def _find_factors(self) -> Floats:
        full = self.forecast.statistics(self.city).to_numpy()
        means = remainder_means(self.forecast, self.so_far, self.city)
        factors = np.ones_like(full)
        for number, pattern in enumerate(self.patterns.values()):
            rows = self.pattern_of == number
            for k, pollutant in enumerate(POLLUTANTS):
                if pollutant in PERCENTILES:
                    reached = self._percentile_by_scale(pattern[:, k], k)
                    factors[rows, k] = np.interp(full[rows, k], reached, SCALES)
                else:
                    factors[rows, k] = means[rows, k] / max(float(pattern[:, k].mean()), 1e-6)
        return factors

    def _percentile_by_scale(self, pattern: Floats, k: int) -> Floats:
        """Give the year's percentile for each factor; strictly rising, for interpolation."""
        before = self.so_far.values[:, k]
        before = before[~np.isnan(before)]
        year = np.concatenate(
            [np.repeat(before[:, None], len(SCALES), axis=1), pattern[:, None] * SCALES]
        )
        reached = percentile_array(year, PERCENTILES[POLLUTANTS[k]])
        # Where the remainder cannot move the percentile, a tiny slope at factor 1 decides.
        return np.asarray(reached + 1e-9 * (SCALES - 1.0))

    def chunks(self, limit: int | None = None) -> Iterator[tuple[slice, Floats]]:
        """Give the remaining days, shape [draw, day, pollutant], some draws at a time."""
        draws = len(self.pattern_of) if limit is None else min(limit, len(self.pattern_of))
        left = self.so_far.remaining
        step = max(1, CHUNK_VALUES // max(1, left * len(POLLUTANTS)))
        for start in range(0, draws, step):
            part = slice(start, min(start + step, draws))
            if left == 0:
                yield part, np.empty((part.stop - start, 0, len(POLLUTANTS)))
                continue
            patterns = np.stack(list(self.patterns.values()))[self.pattern_of[part]]
            yield part, patterns * self._factors[part, None, :]


@dataclass(frozen=True, eq=False)
class DayCounts:
    """Good and heavy days of the whole period in each draw, and so far.

    ``of`` is the number of days with an AQI if every remaining day has one.
    """

    good: NDArray[np.intp]
    heavy: NDArray[np.intp]
    good_so_far: int
    heavy_so_far: int
    valid_so_far: int
    remaining: int

    @property
    def of(self) -> int:
        """Days with an AQI in the whole period."""
        return self.valid_so_far + self.remaining


def aqi_so_far(so_far: DaysSoFar, edition: str) -> NDArray[np.int16]:
    """Give the AQI of each day so far; below zero where there is none (HJ 633)."""
    return aqi_array(iaqi_array(so_far.values, edition), ~(so_far.dust[:, None] & PARTICLES))


def counts_so_far(so_far: DaysSoFar, edition: str) -> tuple[int, int, int]:
    """Count good days, heavy days, and days with an AQI so far (HJ 633)."""
    index = aqi_so_far(so_far, edition)
    return int(good_day(index).sum()), int(heavy_day(index).sum()), int((index >= 0).sum())


def simulate_counts(panel: Panel, forecast: Forecast, city: str) -> DayCounts:
    """Count good and heavy days of the period in every draw."""
    simulator = DaySimulator(panel, forecast, city)
    edition = day_edition(forecast)
    good, heavy, valid = counts_so_far(simulator.counted, edition)
    period = forecast.period
    needed = required_days(period.start, period.end)
    if forecast.over and valid < needed and not forecast.final:
        raise InsufficientDataError(
            "only {valid} of the {needed} days that {period} needs have an AQI; its good and heavy "
            "days cannot be told",
            valid=valid,
            needed=needed,
            period=period,
        )
    result = np.empty((2, len(forecast.rank_draws)), dtype=np.intp)
    for part, values in simulator.chunks():
        index = aqi_array(iaqi_array(simulator.with_dust(part, values), edition))
        result[0, part] = good + good_day(index).sum(axis=1)
        result[1, part] = heavy + heavy_day(index).sum(axis=1)
    return DayCounts(result[0], result[1], good, heavy, valid, simulator.so_far.remaining)


def day_edition(forecast: Forecast) -> str:
    """Give the edition whose AQI counts the days: the one in force at its end under ``auto``."""
    return forecast.rules.on(forecast.period).name
