"""What ``airrank control`` prints: the report's tables, odds, places and months."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from rich.markup import escape
from rich.table import Table

from airrank.cli import render
from airrank.cli.wording_cli import say
from airrank.goals.rivals import must_pass
from airrank.plots.labels import named
from airrank.report import tables
from airrank.wording import label, number, probability_text

if TYPE_CHECKING:
    import pandas as pd

    from airrank.goals.control import DayMargin
    from airrank.goals.plan import Goal
    from airrank.goals.requirements import Requirements
    from airrank.wording import Lang


def _grid(title: str, head: list[str], rows: list[list[str]], left: tuple[int, ...]) -> Table:
    grid = Table(title=escape(title), header_style="bold", title_justify="left")
    for place, name in enumerate(head):
        grid.add_column(name, justify="left" if place in left else "right")
    for row in rows:
        grid.add_row(*map(escape, row))
    return grid


def _of_report(table: tables.Table) -> Table:
    return _grid(table.title, list(table.head), [list(row) for row in table.rows], table.left)


def print_requirements(result: Requirements, goals: Mapping[str, Goal], lang: Lang) -> None:
    """Print what the goals take.

    Parameters
    ----------
    result : Outlay
    goals : dict
        The plan's goals by id, for their titles.
    lang : str
    """
    forecast = result.forecast
    city = named(forecast, result.city, lang)
    head = say("head", lang, city=city, year=forecast.period.end.year, as_of=forecast.as_of)
    render.show(f"[bold]{escape(head)}[/bold]", _of_report(tables.control_of(result, lang)))
    render.show(tables.control_note(result, lang))
    for margin in result.margins:
        render.show(escape(_days(margin, goals[margin.goal], lang)))
    render.show(_odds(result.odds, lang), say("even_note", lang), _places(result.places, lang))
    for rank in result.rivals:
        n = must_pass(forecast, result.city, rank)
        render.show(_of_report(tables.rivals_of(result, rank, lang)))
        render.show(say("must_pass", lang, rank=rank, n=n))
    render.show_settings(forecast.settings, forecast.caveats, lang)


def _days(margin: DayMargin, goal: Goal, lang: Lang) -> str:
    title = goal.title_zh if lang == "zh" else goal.title_en
    return say("days_to_spare", lang, **{**vars(margin), "goal": title})


def _odds(table: pd.DataFrame, lang: Lang) -> Table:
    rows = []
    for row in table.to_dict(orient="records"):
        decimals = 1 if row["pollutant"] == "co" else 0
        values = [row[key] for key in ("expected", "even_given", "even_alone")]
        rows.append(
            [
                str(row["rank"]),
                label(row["pollutant"], lang),
                probability_text(row["probability"]),
                *(number(value, decimals) for value in values),
            ]
        )
    keys = ("goal_rank", "pollutant", "chance", "expected", "even_given", "even_alone")
    head = [say(key, lang) for key in keys]
    return _grid(say("odds", lang), head, rows, left=(1,))


def _places(table: pd.DataFrame, lang: Lang) -> Table:
    rows = []
    for pollutant, row in table.iterrows():
        unit = "mg/m³" if pollutant == "co" else "µg/m³"
        rows.append(
            [
                label(str(pollutant), lang),
                f"{row['unit']:g} {unit}",
                number(row["places"], 2),
                number(row["index"], 3),
                number(row["places_per_percent"], 2),
                number(row["index_per_percent"], 3),
            ]
        )
    keys = ("pollutant", "unit", "places_unit", "index_unit", "places_percent", "index_percent")
    head = [say(key, lang) for key in keys]
    return _grid(say("gains", lang), head, rows, left=(0,))


def months(table: pd.DataFrame, year: int, lang: Lang) -> Table:
    """Arrange the months of a year replayed, see :func:`airrank.goals.requirements.replay`."""
    goals = [name.removeprefix("p_rank_le_") for name in table.columns if name.startswith("p_")]
    head = [label("as_of", lang), label("ytd_rank", lang)]
    for goal in goals:
        head += [label("goal", lang, goal=goal), say("even_pm25", lang, goal=goal)]
    head += [say(key, lang) for key in ("pm25_so_far", "pm25_rest", "final_rank")]
    rows = []
    for day, row in table.iterrows():
        cells = [str(day), number(row["rank_to_date"])]
        for goal in goals:
            cells.append(probability_text(row[f"p_rank_le_{goal}"]))
            cells.append(number(row[f"pm25_even_{goal}"]))
        cells += [number(row[key]) for key in ("pm25_so_far", "pm25_rest", "final_rank")]
        rows.append(cells)
    return _grid(say("replay", lang, year=year), head, rows, left=(0,))


def print_what_if(scale: str | None, chances: list[dict[str, Any]], lang: Lang) -> None:
    """Print the odds before and after a change."""
    for row in chances:
        shown = {key: probability_text(row[key]) for key in ("before", "after")}
        render.show(escape(say("what_if", lang, scale=scale, rank=row["rank"], **shown)))
