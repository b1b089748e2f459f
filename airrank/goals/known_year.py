"""Where a goal's value comes from: reported, official, observed, archived, or an estimate."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from airrank.cities import City, RankingList
from airrank.errors import AirrankError
from airrank.goals.annual import archive_values, official_values
from airrank.goals.chances import Chances
from airrank.goals.counties import grade_2_value, places_value
from airrank.goals.plan import BY_PLACE, Goal
from airrank.goals.public_year import PublicYear, judge_estimate
from airrank.goals.reported import Reported
from airrank.goals.values import observed_values
from airrank.goals.verdicts import Value, Verdict, judge
from airrank.panel import Panel
from airrank.rules.choices import Rules
from airrank.words import Text

FINISHED, RUNNING, UNOBSERVED = "finished", "running", "no observations"
AHEAD = "ahead"
FORECAST = (RUNNING, AHEAD)
"""States of a year whose goals get odds."""


@dataclass
class KnownYear:
    """All that is known of a city's year, and the verdicts it allows.

    Attributes
    ----------
    panel : Panel
    unit : City
    year : int
    state : str
        ``finished``, ``running``, ``ahead`` or ``no observations``.
    rules : Rules
    reported : Reported
        The actual figures.
    counties : DataFrame, optional
        City-days of counties and districts.
    chances : Chances, optional
        Of a year that is running or ahead.
    trouble : AirrankError, optional
        Why there is no outlook.
    public : PublicYear, optional
        What is publicly known of the year, once it is over.
    county_list : RankingList, optional
        The counties among which places are counted; all of ``counties`` without it.
    """

    panel: Panel
    unit: City
    year: int
    state: str
    rules: Rules
    reported: Reported
    counties: pd.DataFrame | None
    chances: Chances | None = None
    trouble: AirrankError | None = None
    public: PublicYear | None = None
    county_list: RankingList | None = None

    @property
    def ranked(self) -> bool:
        """Whether observations of the finished year give the city's rank."""
        rank = self._observed.get("rank") if self.state == FINISHED else None
        return rank is not None and rank.usable

    def needs_forecast(self, goal: Goal) -> bool:
        """Whether a goal is to be forecast: observations decide it, and no actual figure does."""
        computed = goal.assessed == "computed" and goal.indicator not in BY_PLACE
        told = self._told(goal)
        return self.state in FORECAST and computed and (told is None or not told.usable)

    def judge(self, goal: Goal) -> Verdict:
        """Judge a goal by the first source that suffices; of those that do not, tell the first."""
        if self.chances is not None and self.needs_forecast(goal):
            return self.chances.judge(goal)
        stated, archived = (table.get(goal.indicator) for table in self._annual)
        if goal.place:
            stated = archived = None
        values = (self._told(goal), stated, self._computed(goal), archived)
        found = [value for value in values if value is not None]
        usable = [value for value in found if value.usable]
        if goal.indicator == "rank" and not usable and self.public and self.public.estimate:
            return judge_estimate(goal, self.public.estimate, self.unit.name)
        best = (usable or found or [Value(None, "", reason=self._missing(goal))])[0]
        return judge(goal, best)

    def _told(self, goal: Goal) -> Value | None:
        return self.reported.find(goal, self.unit.names(), self.year)

    @cached_property
    def _annual(self) -> tuple[dict[str, Value], dict[str, Value]]:
        """Give the official values and the archive's, of a year that is over."""
        if self.public is None:
            return {}, {}
        names = tuple(self.unit.names())
        return official_values(names, self.year), archive_values(names, self.year)

    @cached_property
    def _observed(self) -> dict[str, Value]:
        return observed_values(self.panel, self.unit.name, self.year, self.rules)

    def _computed(self, goal: Goal) -> Value | None:
        if goal.assessed != "computed":
            return None
        if goal.indicator not in BY_PLACE:
            return self._observed.get(goal.indicator) if self.state == FINISHED else None
        if self.counties is None:
            return None
        if goal.indicator == "grade_2":
            return grade_2_value(self.counties, goal.place, self.year, self.rules)
        assert goal.baseline is not None  # the plan was checked on load
        return places_value(
            self.counties, goal.place, self.year, goal.baseline, self.rules, self.county_list
        )

    def _missing(self, goal: Goal) -> Text:
        """Say what is missing, in words that a document may hold too: no options."""
        facts: dict[str, Any] = {"goal": goal.id, "place": goal.place, "year": self.year}
        if goal.assessed != "computed":
            return Text("not reported (row {goal} of the reported figures)", **facts)
        if goal.indicator in BY_PLACE:
            return Text("needs records of {place}, or row {goal} of the reported figures", **facts)
        if self.state in FORECAST:
            return Text(
                "the data is too little for a forecast ({trouble}); needs more observations, or "
                "row {goal} of the reported figures",
                trouble=self.trouble,
                **facts,
            )
        if goal.indicator == "rank":
            return Text(
                "needs observations of all {number} cities in {year}, or row {goal} of the "
                "reported figures",
                number=len(self.panel.cities),
                **facts,
            )
        return Text(
            "needs observations of {city} in {year}, or row {goal} of the reported figures",
            city=self.unit,
            **facts,
        )
