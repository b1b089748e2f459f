"""What ``airrank control`` prints: the report's tables, odds, places and months."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from airrank.amounts import Number
from airrank.cli import render
from airrank.goals.rivals import must_pass
from airrank.report import tables
from airrank.report.prose import Change
from airrank.report.table import Table
from airrank.report.terminal import grid
from airrank.terms import POLLUTANT_NAMES, STATISTICS, UNITS
from airrank.words import Chance, Listed, Text

if TYPE_CHECKING:
    import pandas as pd

    from airrank.goals.control import DayMargin
    from airrank.goals.plan import Goal
    from airrank.goals.requirements import Requirements


def print_requirements(result: Requirements, goals: Mapping[str, Goal]) -> None:
    """Print what the goals take.

    Parameters
    ----------
    result : Requirements
    goals : dict
        The plan's goals by id, for their titles.
    """
    forecast = result.forecast
    city = forecast.ranking_list.resolve(result.city)
    head = Text(
        "{city}, {period}, as of {as_of}", city=city, period=forecast.period, as_of=forecast.as_of
    )
    control = tables.control_table(result)
    render.show(render.heading(head), grid(control), *control.notes)
    for margin in result.margins:
        render.show(_days(margin, goals[margin.goal]))
    note = Text(
        "expected and even: mean of the remaining days, for CO and O3 the year's percentile; "
        "–: nowhere even in the drawn range"
    )
    render.show(grid(_odds(result.odds)), note, grid(_places(result.places)))
    for rank in result.rivals:
        n = must_pass(forecast, result.city, rank)
        render.show(grid(tables.around_table(result, rank)))
        render.show(Text("cities to pass for rank {rank}: {n}", rank=rank, n=n))
    render.show_settings(forecast.settings, forecast.caveats)


def _days(margin: DayMargin, goal: Goal) -> Text:
    facts = {**vars(margin), "goal": goal.title}
    return Text(
        "{goal}: {so_far} days so far, bound {bound} of {of}; {affordable} of the {remaining} "
        "remaining days to spare",
        **facts,
    )


def _odds(table: pd.DataFrame) -> Table:
    rows = []
    for row in table.to_dict(orient="records"):
        decimals = 1 if row["pollutant"] == "co" else 0
        values = (row[key] for key in ("expected", "even_given", "even_alone"))
        told = (row["rank"], STATISTICS[row["pollutant"]], Chance(row["probability"]))
        rows.append((*told, *(Number(value, decimals) for value in values)))
    head = (
        Text("goal rank"),
        Text("pollutant"),
        Text("probability"),
        Text("expected"),
        Text("even, same weather"),
        Text("even, our city alone"),
    )
    title = Text("Remainder at which the odds of each rank are even")
    return Table(title, head, tuple(rows), left=(1,))


def _places(table: pd.DataFrame) -> Table:
    rows = []
    for pollutant, row in table.iterrows():
        rows.append(
            (
                STATISTICS[str(pollutant)],
                Text("{amount} {unit}", amount=f"{row['unit']:g}", unit=UNITS[str(pollutant)]),
                Number(row["places"], 2),
                Number(row["index"], 3),
                Number(row["places_per_percent"], 2),
                Number(row["index_per_percent"], 3),
            )
        )
    head = (
        Text("pollutant"),
        Text("less by"),
        Text("places"),
        Text("index lower by"),
        Text("places per 1 %"),
        Text("index per 1 %"),
    )
    return Table(Text("Places that a little less buys, our city alone"), head, tuple(rows))


def print_months(table: pd.DataFrame, year: int) -> None:
    """Print the months of a year replayed, see :func:`airrank.goals.requirements.replay`."""
    goals = [name.removeprefix("p_rank_le_") for name in table.columns if name.startswith("p_")]
    head = [Text("as of"), Text("rank, year to date")]
    for goal in goals:
        head += [render.within(int(goal)), Text("even PM2.5 ({goal})", goal=goal)]
    head += [Text("PM2.5 so far"), Text("PM2.5 of the rest"), Text("final rank")]
    rows = []
    for day, row in table.iterrows():
        cells: list[Any] = [day, Number(row["rank_to_date"])]
        for goal in goals:
            cells += [Chance(row[f"p_rank_le_{goal}"]), Number(row[f"pm25_even_{goal}"])]
        cells += [Number(row[key]) for key in ("pm25_so_far", "pm25_rest", "final_rank")]
        rows.append(tuple(cells))
    title = Text("{year} replayed month by month", year=year)
    render.show(grid(Table(title, tuple(head), tuple(rows))))


def print_what_if(changes: Mapping[str, float], chances: list[dict[str, Any]]) -> None:
    """Print the odds before and after a change."""
    said = Listed(
        Text(
            "{pollutant} {change}",
            pollutant=POLLUTANT_NAMES[key],
            change=Change(100 * (factor - 1)),
        )
        for key, factor in changes.items()
    )
    for row in chances:
        told = Text(
            "{scale}: P(top {rank}) {before} → {after}",
            scale=said,
            rank=row["rank"],
            before=Chance(row["before"]),
            after=Chance(row["after"]),
        )
        render.show(told)
