"""Why it changed: the odds since the last forecast, and the index on the year before."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

from airrank.amounts import Number
from airrank.errors import AirrankError
from airrank.forecasting.files import Week
from airrank.forecasting.record import NEAR, WEEK, Record
from airrank.forecasting.result import Forecast
from airrank.goals.attribution import PARTS
from airrank.goals.change import CAUSES, GoalChange, OddsChange, odds_change
from airrank.goals.counterfactuals import Counterfactuals, Earlier
from airrank.goals.plan import Goal
from airrank.goals.requirements import air_goals_in
from airrank.inputs import Source
from airrank.panel import Panel
from airrank.report.table import Table
from airrank.request import Request
from airrank.terms import POLLUTANT_NAMES
from airrank.words import Listed, Text

if TYPE_CHECKING:
    from airrank.report.briefing import Briefing

REVISIONS = ("own_revisions", "other_revisions")


class Worlds:
    """What lies between the forecast of a week ago and one of now, made once for all cities.

    Parameters
    ----------
    request : Request
    source : Source
        What the forecast was made from.
    forecast : Forecast
        May be of no city yet.
    """

    def __init__(self, request: Request, source: Source, forecast: Forecast) -> None:
        self.request, self.source, self.forecast = request, source, forecast
        self._made: dict[str, Counterfactuals | None] = {}

    def since(self, record: Record | None) -> Counterfactuals | None:
        """Get ready to compare with the forecast of a week ago, for any city.

        That is the stored forecast of about seven days earlier where there is one, else it is made
        anew from what was known then. Nothing is drawn before it is asked for. Weeks of several
        cities stored by one run are one forecast. None where it cannot be made, or nothing was left
        to forecast then.
        """
        forecast = self.forecast
        due = forecast.as_of - WEEK
        weeks = record.of_period(forecast.period).weeks if record else ()
        week = min(weeks, key=lambda one: abs(one.as_of - due), default=None)
        if week is not None and abs(week.as_of - due) > NEAR:
            week = None
        day = week.as_of if week else due
        if day >= forecast.period.end:
            return None
        which = week.made_by if week else ""
        if which not in self._made:
            self._made[which] = self._compared(day, week)
        return self._made[which]

    def _compared(self, day: date, week: Week | None) -> Counterfactuals | None:
        try:
            known = _known_then(self.request, self.source, day)
            return Counterfactuals(self.forecast, Earlier(day, known, week))
        except AirrankError:  # the data do not reach back so far
            return None


def _known_then(request: Request, source: Source, day: date) -> Panel:
    """Give the panel as it was known on a day, where the source tells when it was retrieved."""
    if not (source.of_store or "retrieved_at" in source.observations):
        return source.panel
    return replace(request, as_of=day).load().panel


def change_of(
    request: Request, worlds: Counterfactuals | None, forecast: Forecast
) -> OddsChange | None:
    """Split the change of the odds of a request's city; None where it cannot be told."""
    if worlds is None:
        return None
    more = air_goals_in(request.aims.plan, forecast.period)
    goals: tuple[int | Goal, ...] = (*forecast.goals, *more)
    try:
        return odds_change(worlds, request.unit, goals) if goals else None
    except AirrankError:  # too little was known then
        return None


def odds_table(change: OddsChange) -> Table:
    """Give each goal's odds then and now, and the parts in points; empty columns are left out."""
    none = {cause for cause in REVISIONS if not any(one.parts[cause] for one in change.goals)}
    if not change.changed_settings:
        none |= {cause for cause in ("settings",) if not any(g.parts[cause] for g in change.goals)}
    causes = [cause for cause in PARTS if cause not in none]
    head = [Text("goal"), Text("on {day}", day=change.since), Text("now")]
    rows = [
        (one.name, *one.chances, *(_points(one, cause) for cause in causes)) for one in change.goals
    ]
    return Table(
        Text("Why the odds changed [percentage points]"),
        (*head, *(CAUSES[cause] for cause in causes)),
        tuple(rows),
        notes=tuple(_notes(change)),
    )


def _points(change: GoalChange, cause: str) -> Any:
    points = change.shown(cause)
    return Text("{points} *", points=points) if change.by_chance(cause) else points


def _notes(change: OddsChange) -> Iterator[Text]:
    """Say what a part means, and which may be chance."""
    yield Text("Time gone by: the week had gone as expected; less of the period is open.")
    if any(one.by_chance(cause) for one in change.goals for cause in CAUSES):
        yield Text("* within chance of the simulation")


def main_change(change: OddsChange | None, goal: int | None) -> GoalChange | None:
    """Give the change of the goal that the conclusion is about."""
    goals = change.goals if change else ()
    return next((one for one in goals if one.goal == goal), None)


def largest_cause(change: OddsChange | None, goal: int | None) -> Iterator[Text]:
    """Say in one sentence how the odds of the main goal changed, and through what most."""
    one = main_change(change, goal)
    if change is None or one is None:
        return
    then, now = one.chances
    said = {"since": change.since, "goal": one.name, "then": then, "now": now}
    if not round(100 * abs(one.now - one.then)) or one.largest is None:
        if now.final:  # what came of it is said elsewhere
            return
        text = Text("Since {since} the probability of the {goal} has hardly changed ({now}).")
        yield text.with_values(**said)
        return
    text = Text(
        "Since {since} the probability of the {goal} has risen from {then} to {now}; the largest "
        "part is {cause} ({points} points)."
    )
    if one.now < one.then:
        text = Text(
            "Since {since} the probability of the {goal} has fallen from {then} to {now}; the "
            "largest part is {cause} ({points} points)."
        )
    yield text.with_values(**said, cause=CAUSES[one.largest], points=one.shown(one.largest))


def index_table(briefing: Briefing) -> Table | None:
    """Give the change of the index on the year before by pollutant and band."""
    if briefing.movement is None:
        return None
    movement, parts = briefing.movement
    head = (
        Text("pollutant"),
        Text("shared by {n} cities", n=movement.compared),
        Text("region"),
        Text("the city alone"),
        Text("together"),
    )
    rows = [
        (
            POLLUTANT_NAMES.get(str(key), Text("index")),
            *(Number(value, 2, signed=True) for value in row),
        )
        for key, row in zip(parts.index, parts.to_numpy(), strict=True)
    ]
    title = Text("Change of the index on the same days a year earlier")
    return Table(title, head, tuple(rows))


def index_words(briefing: Briefing) -> Iterator[Text]:
    """Say the change of the index on the year before, and its bands."""
    if briefing.movement is None:
        return
    _, parts = briefing.movement
    whole: Any = parts.loc["total"]
    bands = Listed(
        Text("{band} {points}", band=name, points=Number(whole[key], 2, signed=True))
        for key, name in (
            ("country", Text("country")),
            ("region", Text("region")),
            ("city", Text("the city alone")),
        )
    )
    yield Text(
        "Index {change} on the year before: {bands}.",
        change=Number(whole["total"], 2, signed=True),
        bands=bands,
    )


def change_json(briefing: Briefing) -> dict[str, Any]:
    """Give both as JSON content, the parts as they are and as they are shown."""
    city, period, index = briefing.city, briefing.compared.so_far, None
    if briefing.movement is not None:
        movement, shown = briefing.movement
        exact: Any = movement.of_city(city)
        index = {
            "period": str(period),
            "year_earlier": str(period.year_earlier()),
            "cities": movement.compared,
            "parts": exact.to_dict(orient="index"),
            "shown": shown.to_dict(orient="index"),
        }
    return {
        "schema": "airrank/change/1",
        "city": city,
        "odds": briefing.change.as_dict() if briefing.change else None,
        "index": index,
    }
