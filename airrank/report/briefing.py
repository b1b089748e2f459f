"""Briefing: everything a report says about one forecast, gathered once for all its forms."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from airrank.errors import InputError, InsufficientDataError
from airrank.forecasting.result import Forecast
from airrank.goals.assess import assess
from airrank.goals.assessment import Assessment
from airrank.goals.odds import Curve, rank_curve
from airrank.goals.outlay import Outlay, air_goals, outlay
from airrank.goals.plan import DEFAULT_PLAN, Plan, load_plan
from airrank.inputs import Source
from airrank.periods import Period
from airrank.plots.labels import named
from airrank.report.wording_report import word
from airrank.standings import standings
from airrank.wording import Lang, probability_text

if TYPE_CHECKING:
    from matplotlib.figure import Figure

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
        ``rank`` and ``index`` to date seven days earlier.
    """

    source: Source
    forecast: Forecast
    city: str
    goal: int | None
    outlay: Outlay | None
    assessment: Assessment | None
    week_before: pd.Series | None

    def headline(self, lang: Lang) -> str:
        """Give the conclusion in one sentence of at most 40 characters."""
        forecast, city = self.forecast, named(self.forecast, self.city, lang)
        row = forecast.of_city(self.city)
        if forecast.final:
            key, values = "headline_final", {"year": forecast.target_year}
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
        return said if len(said) <= HEADLINE else said[: HEADLINE - 1] + "…"

    def curves(self) -> dict[int, Curve]:
        """Give P(goal | remaining PM2.5 mean) for each goal, where it can be told."""
        found = {}
        for goal in self.forecast.goals if self.outlay else ():
            try:
                found[goal] = rank_curve(self.source.panel, self.forecast, self.city, goal, "pm25")
            except InputError:  # too few draws
                continue
        return found


def make_briefing(
    source: Source,
    observations: pd.DataFrame,
    forecast: Forecast,
    city: str,
    *,
    panel: str | Path = "168",
    plan: str | Path | Plan = DEFAULT_PLAN,
) -> Briefing:
    """Gather a briefing.

    Parameters
    ----------
    source : Source
        The panel that the forecast was made from.
    observations : DataFrame
        The city-days behind it.
    forecast : Forecast
    city : str
        In any of its spellings.
    panel : str or Path
        Name or file of the ranking list.
    plan : str, Path or Plan
        Its air goals give targets; left out for a city that is not the plan's.
    """
    document = plan if isinstance(plan, Plan) else load_plan(plan)
    unit = forecast.ranking_list.resolve(city).name
    home = forecast.ranking_list.find(document.city)
    ours = home is not None and home.name == unit
    goals = air_goals(document, forecast.target_year) if ours else ()
    wanted: list[str | int] = [*forecast.goals, *(goal.id for goal in goals)]
    reading = forecast.reading
    judged = None
    if wanted:
        judged = assess(
            observations,
            year=forecast.target_year,
            plan=document,
            goals=wanted,
            city=unit,
            panel=panel,
            as_of=forecast.as_of,
            edition=reading.edition,
            dust=reading.dust,
            rounding=reading.rounding,
            forecast=forecast,
        )
    effort = None
    if not forecast.final:
        effort = outlay(source.panel, forecast, unit, forecast.goals, goals)
    due = [
        int(goal.values[0])
        for goal in document.goals
        if ours and goal.indicator == "rank" and goal.due(forecast.target_year)
    ]
    first = [goal for goal in due if goal in forecast.goals] or list(forecast.goals)
    return Briefing(
        source=replace(source, panel=source.panel.until(forecast.as_of)),
        forecast=forecast,
        city=unit,
        goal=first[0] if first else None,
        outlay=effort,
        assessment=judged,
        week_before=_week_before(source, forecast, unit),
    )


def _week_before(source: Source, forecast: Forecast, city: str) -> pd.Series | None:
    earlier = forecast.as_of - timedelta(days=7)
    if earlier.year != forecast.target_year:
        return None
    period = Period(date(forecast.target_year, 1, 1), earlier)
    try:
        table = standings(source.panel.until(earlier), period, forecast.reading)
    except InsufficientDataError:
        return None
    row: Any = table.loc[city, ["rank", "index"]]
    return None if row.isna().any() else row


Maker = Callable[[], "tuple[Figure, pd.DataFrame]"]


def figure_makers(briefing: Briefing, lang: Lang) -> dict[str, Maker]:
    """Give every figure of a briefing that its data allows, to be drawn when called."""
    from airrank.plots.calendar import calendar_figure
    from airrank.plots.gap import gap_figure
    from airrank.plots.history import history_figure
    from airrank.plots.map import map_figure
    from airrank.plots.odds import odds_figure
    from airrank.plots.pm25 import pm25_figure
    from airrank.plots.ranks import rank_figure
    from airrank.plots.rivals import rivals_figure
    from airrank.plots.shares import shares_figure

    forecast, panel, city = briefing.forecast, briefing.source.panel, briefing.city
    curves = briefing.curves()
    makers: dict[str, Maker] = {
        "gap": lambda: gap_figure(forecast, panel, city, lang=lang),
        "ranks": lambda: rank_figure(forecast, city, lang=lang),
    }
    if briefing.goal is not None:
        goal = briefing.goal
        makers["rivals"] = lambda: rivals_figure(forecast, city, goal, lang=lang)
    makers["shares"] = lambda: shares_figure(forecast, panel, city, lang=lang)
    makers["calendar"] = lambda: calendar_figure(forecast, panel, city, lang=lang)
    control: Any = briefing.outlay.control.loc["pm25"] if briefing.outlay else None
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
    makers["history"] = lambda: history_figure(forecast, panel, city, lang=lang)
    return makers
