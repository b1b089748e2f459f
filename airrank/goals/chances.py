"""A year that is not over: probabilities from the joint draws, and what arithmetic settles."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from airrank.errors import InsufficientDataError
from airrank.forecasting.chance import chance, quantiles
from airrank.forecasting.result import Forecast
from airrank.goals.control import highest_mean, remaining_control_value
from airrank.goals.days import (
    DayCounts,
    counts_so_far,
    day_edition,
    days_so_far,
    simulate_counts,
)
from airrank.goals.plan import RATIOS, Goal
from airrank.goals.values import both_ways, other_dust, published_decimals
from airrank.goals.verdicts import (
    COMPARE,
    INSUFFICIENT,
    LOST,
    MET,
    NOT_MET,
    OPEN,
    SAFE,
    Verdict,
    count_bound,
)
from airrank.panel import Panel
from airrank.rules import round_half_even
from airrank.rules.choices import mode_of_days
from airrank.rules.evaluation import PERCENTILES
from airrank.rules.standards import POLLUTANTS
from airrank.words import Text

Bools = NDArray[np.bool_]


@dataclass(eq=False)
class Chances:
    """The goals' chances in one forecast, all from the same draws.

    Attributes
    ----------
    panel : Panel
    forecast : Forecast
    city : str
        Short name.
    """

    panel: Panel
    forecast: Forecast
    city: str
    _reached: dict[str, Bools] = field(default_factory=dict)

    @cached_property
    def counts(self) -> DayCounts:
        """Good and heavy days in every draw."""
        return simulate_counts(self.panel, self.forecast, self.city)

    def decimals(self, goal: Goal) -> int | None:
        """Give the decimals of the reading used, as for a finished year."""
        return published_decimals(goal, self.forecast.rules, self.forecast.period)

    def draws(self, goal: Goal) -> NDArray[np.float64]:
        """Give the goal's figure in every draw, rounded as the reading says."""
        if goal.indicator == "rank":
            column = self.forecast.cities.index(self.city)
            return self.forecast.rank_draws[:, column].astype(float)
        if goal.indicator in POLLUTANTS:
            column = POLLUTANTS.index(goal.indicator)
            values: Any = self.forecast.statistics(self.city).to_numpy()[:, column]
            return np.asarray(round_half_even(values, self.decimals(goal) or 0))
        counts = self.counts
        days = counts.good if goal.indicator == "good_day_ratio" else counts.heavy
        return np.asarray(round_half_even(100.0 * days / counts.of, self.decimals(goal) or 0))

    def median(self, goal: Goal) -> float:
        """Give the median of a goal's figure: one of those drawn, as there is no rank 101.5."""
        return float(quantiles(self.draws(goal), 50))

    def reached(self, goal: Goal) -> Bools:
        """Say in which draws the goal is met."""
        if goal.id not in self._reached:
            compare = COMPARE[goal.comparison]
            self._reached[goal.id] = compare(self.draws(goal), float(goal.values[0]))
        return self._reached[goal.id]

    def joint(self, goals: Iterable[Goal]) -> float | None:
        """Give the probability that all goals are met together, of alternatives one.

        None without any goal.
        """
        reached: dict[tuple[str, str], Bools] = {}
        for goal in goals:
            key = (goal.any_of, "" if goal.any_of else goal.id)
            reached[key] = self.reached(goal) | reached.get(key, False)
        return float(chance(np.logical_and.reduce(list(reached.values())))) if reached else None

    def judge(self, goal: Goal) -> Verdict:
        """Give the probability of a goal, and whether arithmetic has settled it already."""
        try:
            reached = self.reached(goal)
        except InsufficientDataError as error:
            return Verdict(goal, INSUFFICIENT, source="forecast", reason=error.text)
        verdict, reason = self._settled(goal)
        if verdict != OPEN:
            reached = np.full(len(reached), verdict == SAFE)
        final = self.forecast.final  # a month that is over, in a year that is not
        if final:
            verdict, reason = MET if reached.all() else NOT_MET, None
        return Verdict(
            goal,
            verdict,
            figure=self.median(goal),
            probability=None if final else float(chance(reached)),
            reading=Text(
                "as of {as_of}; figure is the forecast's median", as_of=self.forecast.as_of
            ),
            source="forecast",
            reason=reason,
            caveats=(*self.forecast.caveats, *self._days_both_ways(goal)),
        )

    def _days_both_ways(self, goal: Goal) -> tuple[Text, ...]:
        """Say how many good or heavy days there were so far with dust kept and deducted."""
        forecast, period = self.forecast, self.forecast.period
        if goal.indicator not in RATIOS:
            return ()
        elapsed = period.to_date(forecast.as_of)
        if elapsed is None:
            return ()
        part = self.panel.between(elapsed.start, elapsed.end)
        other = other_dust(part, forecast.rules.dust)
        if other is None:
            return ()
        place, ways = RATIOS.index(goal.indicator), {}
        counted = mode_of_days(forecast.rules.dust)
        for mode in dict.fromkeys((counted, forecast.rules.dust, other)):
            so_far = days_so_far(part, self.city, forecast.period, forecast.as_of, mode)
            counts = counts_so_far(so_far, day_edition(forecast))
            ways[mode] = (counts[place], counts[2])
        return (both_ways(goal.indicator, ways),)

    def _settled(self, goal: Goal) -> tuple[str, Text | None]:
        if goal.indicator in RATIOS:
            return settled_days(goal, self.counts, self.decimals(goal))
        if goal.indicator in POLLUTANTS and goal.indicator not in PERCENTILES:
            return self._settled_mean(goal)
        return OPEN, None

    def _settled_mean(self, goal: Goal) -> tuple[str, Text | None]:
        """Say that a mean is lost where even zero on all remaining days is too much."""
        if goal.comparison not in {"lt", "le"}:
            return OPEN, None
        forecast = self.forecast
        so_far = days_so_far(
            self.panel, self.city, forecast.period, forecast.as_of, forecast.rules.dust
        )
        k = POLLUTANTS.index(goal.indicator)
        days = int(so_far.valid[k])
        if not so_far.remaining or not days:
            return OPEN, None
        highest = highest_mean(goal, self.decimals(goal))
        value = remaining_control_value(
            highest, float(so_far.mean()[k]), days, days + so_far.remaining
        )
        if value < 0:
            return LOST, Text(
                "even zero on every remaining day would leave the year above the target"
            )
        return OPEN, None


def settled_days(goal: Goal, counts: DayCounts, decimals: int | None) -> tuple[str, Text | None]:
    """Say whether a share of days is settled whatever the remaining days bring.

    Two heavy days in a year that allows one are out of reach at any date; a share of good days is
    safe once the days had suffice, lost once all remaining days would not.
    """
    bound = count_bound(goal, counts.of, decimals)
    so_far = counts.good_so_far if goal.indicator == "good_day_ratio" else counts.heavy_so_far
    most = so_far + counts.remaining
    if bound is None:
        return LOST, Text("no number of days reaches it")
    if goal.comparison in {"lt", "le"}:
        if so_far > bound:
            return LOST, Text(
                "{so_far} days so far, at most {bound} of {of} allowed",
                so_far=so_far,
                bound=bound,
                of=counts.of,
            )
        if most <= bound:
            return SAFE, Text(
                "at most {most} days possible, {bound} of {of} allowed",
                most=most,
                bound=bound,
                of=counts.of,
            )
    else:
        if most < bound:
            return LOST, Text(
                "at most {most} days possible, {bound} of {of} needed",
                most=most,
                bound=bound,
                of=counts.of,
            )
        if so_far >= bound:
            return SAFE, Text(
                "{so_far} days so far, {bound} of {of} needed",
                so_far=so_far,
                bound=bound,
                of=counts.of,
            )
    return OPEN, None
