"""Briefing: everything a report says about one forecast, gathered once for all its forms."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from airrank.errors import InputError, InsufficientDataError
from airrank.forecasting.files import Week
from airrank.forecasting.record import WEEK, Record
from airrank.forecasting.result import Forecast
from airrank.goals.assess import assess
from airrank.goals.assessment import Assessment
from airrank.goals.odds import Curve, rank_curve
from airrank.goals.plan import load_plan
from airrank.goals.requirements import Requirements, air_goals, requirements
from airrank.inputs import Source
from airrank.periods import Period
from airrank.plots.labels import named
from airrank.ranking_table import standings
from airrank.report.evidence import evidence_makers, read_backtest
from airrank.report.wording_report import word
from airrank.request import Request
from airrank.verification.backtest import Backtest
from airrank.wording import Lang, probability_text

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Maker = Callable[[], "tuple[Figure, pd.DataFrame]"]
HEADLINE = 40
"""Characters that the conclusion may have."""


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
    outlay : Outlay, optional
        What the goals take; None when the year is over.
    assessment : Assessment, optional
    week_before : Series, optional
        ``rank`` and ``index`` to date seven days earlier, as stored then if they were.
    record : Record, optional
        The target year's stored forecasts of earlier weeks.
    previous_page : str, optional
        Relative address of the page of the week before, if there is one.
    backtest : Backtest, optional
        How good such forecasts were in past years.
    """

    source: Source
    forecast: Forecast
    city: str
    goal: int | None
    requirements: Requirements | None
    assessment: Assessment | None
    week_before: pd.Series | None
    record: Record | None = None
    previous_page: str | None = None
    backtest: Backtest | None = None

    def headline(self, lang: Lang) -> str:
        """Give the conclusion in one sentence of at most 40 characters."""
        forecast, city = self.forecast, named(self.forecast, self.city, lang)
        row = forecast.of_city(self.city)
        if forecast.final:
            key, values = "headline_final", {"year": forecast.period.end.year}
            rank = row["rank_median"]
        elif self.goal is None or np.isnan(row["ytd_rank"]):
            key, values, rank = "headline_plain", {}, row["rank_median"]
        else:
            chance = forecast.probability(self.city, self.goal)
            key, rank = "headline", row["ytd_rank"]
            values = {"goal": self.goal, "probability": probability_text(chance)}  # type: ignore[dict-item]
        said = word(key, lang, city=city, rank=int(rank), **values)
        if len(said) > HEADLINE and key == "headline":
            said = word("headline_short", lang, **values)
        said = said.replace("= >", ">").replace("= <", "<")
        return said if len(said) <= HEADLINE else said[: HEADLINE - 1] + "…"

    def curves(self) -> dict[int, Curve]:
        """Give P(goal | remaining PM2.5 mean) for each goal, where it can be told."""
        found = {}
        for goal in self.forecast.goals if self.requirements else ():
            try:
                found[goal] = rank_curve(self.source.panel, self.forecast, self.city, goal, "pm25")
            except InputError:  # too few draws
                continue
        return found


def brief(request: Request) -> Briefing:
    """Load the data, make the forecast and gather its briefing.

    Raises
    ------
    InputError, StoreError, InsufficientDataError
        If the data, the list, the city, the plan or the backtest cannot be used.
    """
    source = request.load()
    evidence = evidence_of(request, source)
    return make_briefing(request, source, request.forecast(source), evidence)


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
    """
    document = load_plan(request.plan)
    unit = forecast.ranking_list.home(request.city).name
    home = forecast.ranking_list.find(document.city)
    ours = home is not None and home.name == unit
    goals = air_goals(document, forecast.period.end.year) if ours else ()
    wanted: list[str | int] = [*forecast.goals, *(goal.id for goal in goals)]
    rules = forecast.rules
    judged = None
    if wanted:
        judged = assess(
            source.observations,
            year=forecast.period.end.year,
            plan=document,
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
    if not forecast.final:
        effort = requirements(source.panel, forecast, unit, forecast.goals, goals)
    due = [
        int(goal.values[0])
        for goal in document.goals
        if ours and goal.indicator == "rank" and goal.due(forecast.period.end.year)
    ]
    first = [goal for goal in due if goal in forecast.goals] or list(forecast.goals)
    return Briefing(
        source=replace(source, panel=source.panel.until(forecast.as_of)),
        forecast=forecast,
        city=unit,
        goal=first[0] if first else None,
        requirements=effort,
        assessment=judged,
        week_before=_week_before(source, forecast, unit, record),
        record=record.of_period(forecast.period) if record else None,
        previous_page=previous_page,
        backtest=backtest,
    )


def _week_before(
    source: Source, forecast: Forecast, city: str, record: Record | None
) -> pd.Series | None:
    earlier = forecast.as_of - WEEK
    if earlier < forecast.period.start:
        return None
    for week in record.weeks if record else ():
        if week.as_of == earlier:
            said: Any = week.summary.loc[city, ["ytd_rank", "ytd_index"]]
            return None if said.isna().any() else said.set_axis(["rank", "index"])
    period = Period(forecast.period.start, earlier)
    try:
        table = standings(source.panel.until(earlier), period, forecast.rules)
    except InsufficientDataError:
        return None
    row: Any = table.loc[city, ["rank", "index"]]
    return None if row.isna().any() else row


def _final_rank(briefing: Briefing) -> int | None:
    forecast = briefing.forecast
    return int(forecast.of_city(briefing.city)["rank_median"]) if forecast.final else None


def figure_makers(briefing: Briefing, lang: Lang) -> dict[str, Maker]:
    """Give every figure of a briefing that its data allows, to be drawn when called."""
    from airrank.plots.calendar import calendar_figure
    from airrank.plots.gap import gap_figure
    from airrank.plots.history import history_figure
    from airrank.plots.map import map_figure
    from airrank.plots.odds import odds_figure
    from airrank.plots.odds_over_time import odds_over_time_figure
    from airrank.plots.pm25 import pm25_figure
    from airrank.plots.ranks import rank_figure
    from airrank.plots.rivals import rivals_figure
    from airrank.plots.shares import shares_figure

    forecast, panel, city = briefing.forecast, briefing.source.panel, briefing.city
    curves = briefing.curves()
    makers: dict[str, Maker] = {"gap": lambda: gap_figure(forecast, panel, city, lang=lang)}
    if not forecast.final:
        makers["ranks"] = lambda: rank_figure(forecast, city, lang=lang)
    if not forecast.final and briefing.goal is not None:
        goal = briefing.goal
        makers["rivals"] = lambda: rivals_figure(forecast, city, goal, lang=lang)
    makers["shares"] = lambda: shares_figure(forecast, panel, city, lang=lang)
    makers["calendar"] = lambda: calendar_figure(forecast, panel, city, lang=lang)
    control: Any = briefing.requirements.control.loc["pm25"] if briefing.requirements else None
    even = None
    if briefing.goal in curves:
        at = curves[briefing.goal].even
        even = (briefing.goal, at) if at is not None else None
    makers["pm25"] = lambda: pm25_figure(
        forecast, panel, city, control=control, even=even, lang=lang
    )
    if curves:
        makers["odds"] = lambda: odds_figure(forecast, panel, city, lang=lang)
    makers["map"] = lambda: map_figure(forecast, city, lang=lang)
    if forecast.year_to_date["places_gained"].notna().any():
        makers["change"] = lambda: map_figure(forecast, city, change=True, lang=lang)
    if briefing.record and briefing.record.weeks and forecast.goals:
        weeks = (*briefing.record.weeks, Week.of(forecast, city))
        whole = Record(weeks, briefing.record.troubles)
        makers["track"] = lambda: odds_over_time_figure(
            whole, panel, city, forecast.goals, outcome=_final_rank(briefing), lang=lang
        )
    makers["history"] = lambda: history_figure(forecast, panel, city, lang=lang)
    return makers | (evidence_makers(briefing.backtest, lang) if briefing.backtest else {})
