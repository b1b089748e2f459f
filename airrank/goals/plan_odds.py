"""The odds of a plan: goals of several years, each by its own year's draws, alone and together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from airrank.errors import InsufficientDataError
from airrank.forecasting.chance import chance
from airrank.forecasting.outlook import Outlook
from airrank.goals.aims import Aims
from airrank.goals.chances import Chances
from airrank.goals.plan import BY_PLACE, Goal, rank_goal
from airrank.periods import Period
from airrank.words import Text

YEARS = 3
"""Years looked at without a plan: this one and the next two."""
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Aim:
    """A goal in one of the years in which it is due."""

    period: Period
    goal: Goal


def plan_periods(aims: Aims, this_year: int) -> tuple[Period, ...]:
    """Give the years of the city's plan; without one this year and the next two."""
    plan = aims.given or aims.plan
    first, last = plan.years if plan else (this_year, this_year + YEARS - 1)
    return tuple(Period.of_year(year) for year in range(first, last + 1))


def plan_aims(
    aims: Aims, periods: Iterable[Period], given: Sequence[int], to_date: int | None
) -> tuple[tuple[Aim, ...], Text | None]:
    """Give the goals of some periods, and what to tell of where they come from.

    Those of the city's plan that observations decide, each in every year in which it is due; else
    the ranks that the user named, or the round ones next to the city's place, in every period.

    Parameters
    ----------
    aims : Aims
    periods : iterable of Period
    given : sequence of int
        Ranks that the user named; they count alone.
    to_date : int, optional
        The city's rank to date.
    """
    asked = tuple(periods)
    plan = aims.given or aims.plan
    if plan is not None and aims.ranking_list.find(plan.city) != aims.city:
        raise plan.is_not_of(aims.city, "--goal")
    if plan is not None and not given and plan.panel == aims.ranking_list.name:
        found = tuple(
            Aim(period, goal)
            for period in asked
            if period.kind == "year"
            for goal in plan.due(period.end.year)
            if goal.assessed == "computed"
            and goal.indicator not in BY_PLACE
            and not (goal.place or goal.one_reading)
        )
        if found:
            return found, None
    ranks, note = aims.ranks(asked[0], to_date, given)
    goals = (Aim(p, rank_goal(rank, p.end.year)) for p in asked for rank in ranks)
    return tuple(goals), note


@dataclass(frozen=True, eq=False)
class PlanOdds:
    """The odds of some goals of one city in an outlook.

    Attributes
    ----------
    outlook : Outlook
    city : str
        Short name.
    aims : tuple of Aim
    """

    outlook: Outlook
    city: str
    aims: tuple[Aim, ...]

    @cached_property
    def chances(self) -> Mapping[Period, Chances]:
        """The goals' chances by period, from the same draws."""
        return {
            period: Chances(made.history, made, self.city)
            for period, made in self.outlook.forecasts.items()
        }

    def reached(self, aim: Aim) -> Bools | None:
        """Say in which draws a goal is met in its year; None where it cannot be told."""
        try:
            return self.chances[aim.period].reached(aim.goal)
        except InsufficientDataError:
            return None

    def probability(self, aim: Aim) -> float | None:
        """Give the probability of a goal; None where it cannot be told."""
        reached = self.reached(aim)
        final = self.outlook.forecasts[aim.period].final
        return None if reached is None else float(chance(reached, final=final))

    def median(self, aim: Aim) -> float | None:
        """Give the median of the figure that a goal is about."""
        if self.reached(aim) is None:
            return None
        return self.chances[aim.period].median(aim.goal)

    def joint(self, aims: Iterable[Aim]) -> float | None:
        """Give the probability that goals are met together, each in its own year.

        Of alternatives one is enough. None without a goal, or where one cannot be told.
        """
        chosen = tuple(aims)
        met = self._all(chosen)
        final = all(self.outlook.forecasts[aim.period].final for aim in chosen)
        return None if met is None else float(chance(met, final=final))

    def _all(self, aims: Iterable[Aim]) -> Bools | None:
        found: dict[tuple[Period, str, str], Bools] = {}
        for aim in aims:
            reached, goal = self.reached(aim), aim.goal
            if reached is None:
                return None
            key = (aim.period, goal.any_of, "" if goal.any_of else goal.id)
            found[key] = reached | found.get(key, False)
        return np.asarray(np.logical_and.reduce(list(found.values()))) if found else None

    def ranks_before(self, aim: Aim) -> tuple[Aim, ...]:
        """Give the rank goals of the last earlier period that has some; of several the hardest."""
        ranks = [a for a in self.aims if a.goal.indicator == "rank"]
        earlier = [a.period for a in ranks if a.period.end < aim.period.start]
        last = max(earlier, key=lambda period: period.end, default=None)
        same = [a for a in ranks if a.period == last]
        if aim.goal.indicator != "rank" or not same:
            return ()
        duties = [a for a in same if a.goal.duty] or same
        return (min(duties, key=lambda a: a.goal.values[0]),)

    def given_before(self, aim: Aim) -> float | None:
        """Give the odds of a rank goal in the futures that reach the one before; None if none."""
        before = self.ranks_before(aim)
        condition, reached = self._all(before), self.reached(aim)
        if condition is None or reached is None or not condition.any():
            return None
        final = self.outlook.forecasts[aim.period].final
        return float(chance(reached[condition], final=final))

    @property
    def settled(self) -> bool:
        """Whether nothing is left to forecast in any period that has a goal."""
        return all(self.outlook.forecasts[aim.period].final for aim in self.aims)

    @property
    def duties(self) -> tuple[Aim, ...]:
        """The goals that must be met."""
        return tuple(aim for aim in self.aims if aim.goal.duty)

    def together(self) -> Iterator[tuple[str, tuple[Aim, ...], float | None]]:
        """Give the odds of all rank goals, of all duties, and of all goals with aspirations."""
        ranks = tuple(aim for aim in self.aims if aim.goal.indicator == "rank")
        for name, chosen in (("ranks", ranks), ("duties", self.duties), ("all", self.aims)):
            yield name, chosen, self.joint(chosen)
