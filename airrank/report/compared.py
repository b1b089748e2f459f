"""What a document compares: the period to date with the year before, and its last whole month."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from airrank.changes import changes
from airrank.errors import InsufficientDataError
from airrank.goals.movement import Movement, index_movement
from airrank.panel import Panel
from airrank.periods import Period, month_ends
from airrank.rules.choices import Rules
from airrank.rules.standards import POLLUTANTS

if TYPE_CHECKING:
    from airrank.forecasting.result import Forecast

PAST_YEARS = 3
"""Years before that say when a pollutant is high."""
SEASON = 28
"""Days in a row that are told as the highest."""


@dataclass(frozen=True)
class HighWeeks:
    """Days to come in which a pollutant was highest over past years.

    ``mean`` is that of these days, ``usual`` that of all days to come [µg/m³, co in mg/m³].
    """

    days: Period
    mean: float
    usual: float


@dataclass(frozen=True, eq=False)
class Compared:
    """Comparisons of all cities, each made once when first asked for.

    Attributes
    ----------
    panel : Panel
        Observations up to the day of the forecast.
    period : Period
        The whole period, of which ``so_far`` is known.
    so_far : Period
    rules : Rules
    """

    panel: Panel
    period: Period
    so_far: Period
    rules: Rules

    @classmethod
    def of(cls, panel: Panel, forecast: Forecast) -> Compared:
        """Compare what a forecast knows."""
        whole = forecast.period
        so_far = whole.to_date(forecast.as_of) or whole
        return cls(panel.until(forecast.as_of), whole, so_far, forecast.rules)

    @cached_property
    def to_date(self) -> pd.DataFrame | None:
        """The period to date, see :func:`airrank.changes.changes`; None without enough data."""
        return self._changes(self.so_far)

    @cached_property
    def month(self) -> Period | None:
        """The last whole month of a longer period."""
        if self.period.kind == "month":
            return None
        ends = list(month_ends(self.so_far.start, self.so_far.end + timedelta(days=1)))
        return Period.of_month(ends[-1].year, ends[-1].month) if ends else None

    @cached_property
    def of_month(self) -> pd.DataFrame | None:
        """The last whole month against the month before and the year before."""
        return None if self.month is None else self._changes(self.month)

    @cached_property
    def year(self) -> tuple[Period, pd.DataFrame] | None:
        """The year to date, where the period is a part of it."""
        start = self.so_far.start.replace(month=1, day=1)
        whole = Period(start, self.so_far.end)
        if self.so_far.start == start:
            return None
        table = self._changes(whole)
        return None if table is None else (whole, table)

    @cached_property
    def movement(self) -> Movement | None:
        """What the change of the index on the year before is made of.

        Both years by one edition and one state of the gases; the published index is the sum.
        """
        try:
            return index_movement(self.panel, self.so_far, self.rules)
        except InsufficientDataError:
            return None

    def high_weeks(self, city: str, pollutant: str) -> HighWeeks | None:
        """Find the weeks to come in which a pollutant was highest over past years.

        Single weeks of so few years tell of their weather; four in a row tell of the season. None
        where less than twice as many are to come, or no past year knows them.
        """
        rest = self.period.after(self.so_far.end)
        if rest is None or rest.days < 2 * SEASON:
            return None
        column, k = self.panel.cities.index(city), POLLUTANTS.index(pollutant)
        years = []
        for past in map(rest.years_earlier, range(1, PAST_YEARS + 1)):
            if self.panel.first_day <= past.start and past.end <= self.so_far.end:
                days = self.panel.between(past.start, past.end).values[: rest.days, column, k]
                years.append(pd.Series(days))
        if not years:
            return None
        usual = pd.concat(years, axis=1).mean(axis=1)
        means = usual.rolling(SEASON, min_periods=SEASON // 2).mean()[SEASON - 1 :]
        if means.isna().all():
            return None
        last = rest.start + timedelta(days=SEASON - 1 + int(np.nanargmax(means)))
        weeks = Period(last - timedelta(days=SEASON - 1), last)
        return HighWeeks(weeks, float(means.max()), float(usual.mean()))

    def _changes(self, period: Period) -> pd.DataFrame | None:
        try:
            return changes(self.panel, period, self.rules)
        except InsufficientDataError:
            return None
