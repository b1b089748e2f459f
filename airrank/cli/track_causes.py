"""The largest weekly changes of a track record, and what they came from."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from airrank.cli import render, screen
from airrank.columns import write_table
from airrank.errors import AirrankError
from airrank.words import Text, worded

if TYPE_CHECKING:
    from airrank.cities import City
    from airrank.forecasting.record import Record
    from airrank.goals.change import GoalChange, OddsChange
    from airrank.panel import Panel
    from airrank.request import Request

LARGEST = 5
"""Weeks whose change is split into its causes."""
CAUSES_CSV = "causes.csv"
NOISE = Text("{cause}, standard error")


def largest_changes(
    record: Record, panel: Panel, request: Request, city: City, goals: tuple[int, ...]
) -> list[OddsChange]:
    """Split the largest changes from one stored week to the next, of any goal, the largest first.

    Only the forecasts of these weeks are made anew, with the draws and seed of the request.
    """
    from airrank.forecasting.run import forecast_panel
    from airrank.goals.change import odds_change
    from airrank.goals.counterfactuals import Counterfactuals, Earlier

    pairs = [pair for pair in pairwise(record.weeks) if pair[0].period == pair[1].period]

    def size(pair: Any) -> float:
        then, now = ([week.probability(city.name, goal) for goal in goals] for week in pair)
        return max((abs(b - a) for a, b in zip(then, now, strict=True)), default=0.0)

    found = []
    for before, week in sorted(pairs, key=size, reverse=True)[:LARGEST]:
        try:
            now = forecast_panel(
                panel,
                week.as_of,
                period=week.period,
                draws=request.draws,
                seed=request.seed,
                rules=request.rules,
                goals=goals,
            )
            worlds = Counterfactuals(now, Earlier(before.as_of, now.history, before))
            found.append(odds_change(worlds, city, goals))
        except AirrankError as error:
            screen.echo(str(error), err=True)
    return found


def most(change: OddsChange) -> GoalChange:
    """Give the goal whose odds changed most."""
    return max(change.goals, key=lambda one: abs(one.now - one.then))


def write_causes(changes: list[OddsChange], place: Path, *, as_json: bool = False) -> str:
    """Write the parts of every goal as CSV: for people, or as the code has it with ``--json``."""
    import pandas as pd

    from airrank.goals.change import CAUSES

    names = {"then": Text("probability the week before"), "now": Text("probability now"), **CAUSES}
    names |= {f"noise_{key}": NOISE.with_values(cause=name) for key, name in CAUSES.items()}
    tables = {}
    for change in changes:
        table = change.to_frame()
        if not as_json:
            table.index = pd.Index([worded(one.name) for one in change.goals], name="goal")
            table = table.rename(columns={key: worded(name) for key, name in names.items()})
        tables[change.since, change.as_of] = table
    whole = pd.concat(tables, names=["since", "as_of"]).reset_index()
    write_table(whole.set_index("since"), place / CAUSES_CSV, as_json=as_json)
    return CAUSES_CSV


def print_causes(changes: list[OddsChange]) -> None:
    """Print the goal that changed most of each week, and its parts."""
    from airrank.report.table import Table
    from airrank.report.terminal import grid

    head = (
        *(Text("as of"), Text("goal"), Text("week before"), Text("now")),
        Text("causes [percentage points]"),
    )
    rows = []
    for change in changes:
        one = most(change)
        then, now = one.chances
        rows.append((str(change.as_of), one.name, then, now, one.told))
    title = Text("largest weekly changes and their causes")
    render.show(grid(Table(title, head, tuple(rows), left=(4,))))
