"""Briefing: a forecast and all that is known about it, gathered once for the outline."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any

import pandas as pd

from airrank.errors import InputError, InsufficientDataError
from airrank.forecasting.record import WEEK, Record
from airrank.forecasting.result import Forecast
from airrank.goals.assess import assess
from airrank.goals.assessment import Assessment
from airrank.goals.change import OddsChange
from airrank.goals.counterfactuals import Counterfactuals
from airrank.goals.movement import Movement
from airrank.goals.plan import grade_two_goal
from airrank.goals.plan_odds import PlanOdds
from airrank.goals.requirements import Requirements, air_goals, requirements
from airrank.inputs import Source
from airrank.periods import Period
from airrank.report.compared import Compared
from airrank.report.evidence import read_backtest
from airrank.report.why import Worlds, change_of
from airrank.request import Request
from airrank.verification.backtest import Backtest


@dataclass(frozen=True, eq=False)
class Briefing:
    """A forecast and what it means for one city.

    Attributes
    ----------
    source : Source
    forecast : Forecast
    city : str
        Short name.
    goal : int, optional
        The rank that the conclusion is about.
    requirements : Requirements, optional
        What the goals take; None when the year is over.
    assessment : Assessment, optional
    compared : Compared
        The period to date against the year before, and its last whole month, of all cities.
    week_before : Series, optional
        ``rank`` and ``index`` to date seven days earlier, as stored then if they were.
    record : Record, optional
        The target year's stored forecasts of earlier weeks.
    previous_page : str, optional
        Relative address of the page of the week before, if there is one.
    one_of_several : bool
        Whether the page lies beside those of other cities, under an overview.
    backtest : Backtest, optional
        How good such forecasts were in past years.
    outlook : PlanOdds, optional
        Of the years of the plan, while they run.
    left_out : bool
        Whether the plan's air goals are left out, because they are of the year.
    request : Request, optional
        What was asked for.
    worlds : Counterfactuals, optional
        What lies between the forecast of a week ago and this one, for any city.
    """

    source: Source
    forecast: Forecast
    city: str
    goal: int | None
    requirements: Requirements | None
    assessment: Assessment | None
    compared: Compared
    week_before: pd.Series | None
    record: Record | None = None
    previous_page: str | None = None
    one_of_several: bool = False
    backtest: Backtest | None = None
    outlook: PlanOdds | None = None
    left_out: bool = False
    request: Request | None = None
    worlds: Counterfactuals | None = None

    @cached_property
    def change(self) -> OddsChange | None:
        """Why the odds changed since the forecast of a week ago; drawn when first asked for."""
        return change_of(self.request, self.worlds, self.forecast) if self.request else None

    @cached_property
    def movement(self) -> tuple[Movement, pd.DataFrame] | None:
        """Why the index changed on the year before, and the city's parts as they are shown."""
        movement = self.compared.movement
        shown = movement.rounded(self.city) if movement else None
        return None if movement is None or shown is None else (movement, shown)


def brief(request: Request) -> Briefing:
    """Load the data, make the forecast and gather its briefing.

    Raises
    ------
    InputError, StoreError, InsufficientDataError
        If the data, the list, the city, the plan or the backtest cannot be used.
    """
    source = request.load()
    refuse_ahead(request.span(source), request.day(source))
    evidence = evidence_of(request, source)
    return make_briefing(request, source, request.forecast(source), evidence)


def refuse_ahead(period: Period, day: date) -> None:
    """Refuse a period that has not begun, before its forecast is made.

    Raises
    ------
    InputError
        If it begins after the day: a briefing tells of its days so far.
    """
    if day < period.start:
        raise InputError(
            "{period} has not begun on {day}, so there is nothing to report of it yet; see "
            "`airrank forecast` or `airrank outlook`, or choose a running period",
            period=period,
            day=day,
        )


def evidence_of(request: Request, source: Source) -> Backtest | None:
    """Read the backtest that the settings name; before the forecast, which takes longer."""
    ranking_list = source.panel.ranking_list
    return read_backtest(request.backtest, ranking_list) if request.backtest else None


def make_briefing(
    request: Request,
    source: Source,
    forecast: Forecast,
    backtest: Backtest | None = None,
    *,
    record: Record | None = None,
    previous_page: str | None = None,
    one_of_several: bool = False,
    compared: Compared | None = None,
    worlds: Worlds | None = None,
) -> Briefing:
    """Gather a briefing.

    Parameters
    ----------
    request : Request
        Of which city it is, and whose plan; the plan's air goals give targets, but not to a city
        that is not the plan's.
    source : Source
        What the forecast was made from.
    forecast : Forecast
    backtest : Backtest, optional
        How good such forecasts were.
    record : Record, optional
        Stored forecasts of earlier weeks.
    previous_page : str, optional
    one_of_several : bool
    compared : Compared, optional
        As gathered for another city.
    worlds : Worlds, optional
        As gathered for another city.
    """
    plan, unit = request.aims.plan, request.unit.name
    rules, year = forecast.rules, forecast.period.end.year
    if plan is None:  # every city has the standard
        limit = rules.on(forecast.period).index_limits["pm25"]
        plan = replace(request.aims.no_plan(year), goals=(grade_two_goal(year, limit),))
    of_year = air_goals(plan, year)
    yearly = forecast.period.kind == "year"
    goals = of_year if yearly else ()  # a month's draws decide no goal of the year
    wanted: list[str | int] = [*forecast.goals, *(goal.id for goal in goals)]
    judged = None
    if wanted:
        judged = assess(
            source.panel,
            year,
            plan=plan,
            goals=wanted,
            city=unit,
            panel=request.panel,
            as_of=forecast.as_of,
            as_known_at=source.as_known_at,
            edition=rules.edition,
            dust=rules.dust,
            rounding=rules.rounding,
            forecast=forecast,
        )
    effort = None
    if not (forecast.over or forecast.ahead):
        effort = requirements(source.panel, forecast, unit, forecast.goals, goals)
    due = [
        int(goal.values[0]) for goal in plan.goals if goal.indicator == "rank" and goal.due(year)
    ]
    first = [goal for goal in due if goal in forecast.goals] or list(forecast.goals)
    return Briefing(
        source=replace(source, panel=source.panel.until(forecast.as_of)),
        forecast=forecast,
        city=unit,
        goal=first[0] if first else None,
        requirements=effort,
        assessment=judged,
        compared=compared or Compared.of(source.panel, forecast),
        week_before=_week_before(forecast, unit, record),
        record=record.of_period(forecast.period) if record else None,
        previous_page=previous_page,
        one_of_several=one_of_several,
        backtest=backtest,
        outlook=_outlook(request, source, forecast),
        left_out=bool(of_year) and not yearly,
        request=request,
        worlds=(worlds or Worlds(request, source, forecast)).since(record),
    )


def _outlook(request: Request, source: Source, forecast: Forecast) -> PlanOdds | None:
    """Look at the years of a plan while they run; None where one of them cannot be told."""
    plan, year = request.aims.plan, forecast.as_of.year
    if plan is None or not plan.years[0] <= year <= plan.years[1]:
        return None
    if forecast.period != Period.of_year(year) or plan.years[0] == plan.years[1]:
        return None
    try:
        odds, _ = replace(request, as_of=forecast.as_of, goals=()).outlook(source)
    except InsufficientDataError:
        return None
    return odds


def _week_before(forecast: Forecast, city: str, record: Record | None) -> pd.Series | None:
    earlier = forecast.as_of - WEEK
    if not forecast.period.start <= earlier < forecast.period.end:
        return None
    for week in record.weeks if record else ():
        if week.as_of == earlier:
            said: Any = week.summary.loc[city, ["ytd_rank", "ytd_index"]]
            return None if said.isna().any() else said.set_axis(["rank", "index"])
    period = Period(forecast.period.start, earlier)
    try:
        table = forecast.standings(period)
    except InsufficientDataError:
        return None
    row: Any = table.loc[city, ["rank", "index"]]
    return None if row.isna().any() else row
