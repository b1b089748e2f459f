"""Aims: whose place is looked at, in which list, and which ranks it is to reach.

What a user does not say comes from a plan: the one of the city asked for, else the first that comes
with airrank. No city is measured by the plan of another.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from airrank.cities import City, RankingList, load_ranking_list
from airrank.errors import InputError, UnknownCityError
from airrank.goals.plan import Goal, Plan, load_plan
from airrank.periods import Period
from airrank.rules.standards import shipped_tables
from airrank.words import Listed, Text

STEP = 10
"""Ranks between two round ones, for a city without a plan."""
NAMED = 20
"""First and last cities of the national list that the ministry names in its monthly reports."""
LONG = 5 * NAMED
"""Cities of a list from which on its first and last ones are named."""


@dataclass(frozen=True)
class Aims:
    """A city, its list and its plan.

    Attributes
    ----------
    city : City
    ranking_list : RankingList
    plan : Plan, optional
        The city's own; None where there is none.
    given : Plan, optional
        The plan that the user named, whoever's it is.
    """

    city: City
    ranking_list: RankingList
    plan: Plan | None = None
    given: Plan | None = None

    @classmethod
    def of(
        cls,
        city: str | None = None,
        *,
        panel: str | Path | RankingList | None = None,
        plan: str | Path | Plan | None = None,
    ) -> Aims:
        """Find what is meant, from as much as was said.

        Parameters
        ----------
        city : str, optional
            In any of its spellings; without it the plan's, else the list's first.
        panel : str, Path or RankingList, optional
            Ranking list; without it the plan's.
        plan : str, Path or Plan, optional
            See :func:`airrank.goals.plan.load_plan`; without it the city's own, if one comes with
            airrank.

        Raises
        ------
        InputError
            If there is no such list or plan, or the list has no such city.
        """
        known = [load_plan(name) for name in shipped_tables("plans")]
        document = plan if isinstance(plan, Plan) else known[0] if plan is None else load_plan(plan)
        names = panel if isinstance(panel, RankingList) else _list_of(document, panel)
        home = names.find(document.city)
        if plan is not None and home is None and city is None:
            raise UnknownCityError(
                "plan {plan}: its city {city!r} is not in the ranking list {list}; correct it "
                "there, or give --city or --panel",
                plan=document.name,
                city=document.city,
                list=names.name,
            )
        unit = names.resolve(city) if city is not None else home or names.cities[0]
        own = [other for other in (document, *known) if names.find(other.city) == unit]
        return cls(unit, names, own[0] if own else None, None if plan is None else document)

    def goals(self, year: int) -> tuple[Goal, ...]:
        """Give the rank goals of the plan, those due in a year first; none for another list."""
        if self.plan is None or self.plan.panel != self.ranking_list.name:
            return ()
        found = [goal for goal in self.plan.goals if goal.indicator == "rank" and not goal.place]
        return tuple(sorted(found, key=lambda goal: not goal.due(year)))

    def ranks(
        self,
        period: Period,
        to_date: int | None,
        given: Sequence[int] = (),
        before: int | None = None,
    ) -> tuple[tuple[int, ...], Text | None]:
        """Give the ranks to reach in a period, and what to tell of where they come from.

        Parameters
        ----------
        period : Period
        to_date : int, optional
            The city's rank to date.
        given : sequence of int
            Ranks that the user named; they count alone.
        before : int, optional
            The city's rank of the same period a year earlier.

        Raises
        ------
        InputError
            If a rank is none of the list.
        """
        if given:
            self.ranking_list.check_ranks(given)
            return tuple(dict.fromkeys(given)), None
        planned = []
        if period.kind == "year":
            planned = [int(goal.values[0]) for goal in self.goals(period.end.year)]
        if planned:
            return tuple(dict.fromkeys(planned)), None
        around = telling_ranks(to_date, len(self.ranking_list), before)
        if not around:
            return (), None
        note = Text(
            "no goals of {city} for {period} are known: shown are the ranks that matter at its "
            "place, {ranks}",
            city=self.city,
            period=period,
            ranks=Listed(around),
        )
        return around, note

    def lacks_goals(self, year: int) -> bool:
        """Whether no plan of the city has a goal due in a year."""
        own = self.plan if self.given is None else self.given
        mine = own is not None and self.ranking_list.find(own.city) == self.city
        return not (mine and own is not None and own.due(year))

    def no_plan(self, year: int) -> Plan:
        """Give a plan without goals, for ranks that the user names."""
        title = Text("no plan").in_words
        return Plan(
            name="",
            title_zh=title("zh"),
            title_en=title("en"),
            document="",
            city=self.city.name,
            panel=self.ranking_list.name,
            years=(year, year),
            goals=(),
            left_out=(),
        )

    def own_plan(self) -> Plan:
        """Give the city's plan.

        Raises
        ------
        InputError
            If it has none.
        """
        if self.plan is None:
            raise InputError(
                "no plan of {city} comes with airrank; give --plan a plan of {city}, or ranks "
                "with --goals 110,105,100",
                city=self.city,
            )
        return self.plan


def _list_of(document: Plan, panel: str | Path | None) -> RankingList:
    """Load the list that the user named, else the plan's."""
    if panel is not None:
        return load_ranking_list(panel)
    try:
        return load_ranking_list(document.panel)
    except InputError as error:
        raise InputError(
            "plan {plan}, key 'panel': {error}", plan=document.name, error=error
        ) from error


def place_of(table: pd.DataFrame, city: str) -> int | None:
    """Give a city's rank in a table of standings; None where it has none."""
    place: Any = table["rank"].get(city)
    return None if place is None or pd.isna(place) else int(place)


def telling_ranks(place: int | None, number: int, before: int | None = None) -> tuple[int, ...]:
    """Give the ranks that matter to a city at a place, the one to speak of first at the head.

    A city without goals of its own is asked first whether it is among the first or the last 20:
    the ministry names both every month. So a city not far behind the first 20, or within them, is
    told of rank 20, and one near or among the last 20 of the rank just before them. Then come the
    round rank just ahead, the one that it is within and could lose, and the place of the year
    before.

    Parameters
    ----------
    place : int, optional
        The city's rank to date; without it nothing matters more than anything else.
    number : int
        Cities of the list.
    before : int, optional
        Its rank of the year before.

    Examples
    --------
    >>> telling_ranks(54, 168, 61), telling_ranks(12, 168), telling_ranks(7, 168, 5)
    ((50, 60, 61), (20, 10), (10, 20, 5))
    >>> telling_ranks(160, 168, 158), telling_ranks(12, 17)
    ((148, 150, 160, 158), (10,))
    """
    if place is None:
        return ()
    ahead = (place - 1) // STEP * STEP
    found = [ahead, ahead + STEP]
    if number >= LONG:
        if place > number - 2 * NAMED:
            found.insert(0, number - NAMED)
        elif place <= 2 * NAMED:
            found.insert(0 if place > STEP else 2, NAMED)
    if before is not None:
        found.append(before)
    return tuple(dict.fromkeys(rank for rank in found if 1 <= rank < number))
