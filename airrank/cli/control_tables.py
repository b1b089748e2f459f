"""What ``airrank control`` prints: the report's tables, odds, places and months."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from rich.markup import escape
from rich.table import Table

from airrank.cli import render
from airrank.goals.rivals import must_pass
from airrank.plots.labels import named
from airrank.report import tables
from airrank.report.wording_report import word
from airrank.wording import label, probability_text

if TYPE_CHECKING:
    import pandas as pd

    from airrank.goals.control import DayMargin
    from airrank.goals.outlay import Outlay
    from airrank.goals.plan import Goal
    from airrank.wording import Lang

TEXTS = {
    "head": ("{city}：{year}年剩余日要求（截至{as_of}）", "{city} {year}, as of {as_of}"),
    "odds": ("各排名目标的均势值", "Remainder at which the odds of each rank are even"),
    "places": (
        "每降低一个单位可进位次（仅本市）",
        "Places that a little less buys, our city alone",
    ),
    "replay": ("{year}年逐月回放", "{year} replayed month by month"),
    "days": (
        "{goal}：已有{so_far}天，全年界限{bound}天（共{of}天），剩余{remaining}天中余量{affordable}天",
        "{goal}: {so_far} days so far, bound {bound} of {of}; {affordable} of the {remaining} "
        "remaining days to spare",
    ),
    "must_pass": ("进入前{rank}名还需超越{n}个城市", "cities to pass for rank {rank}: {n}"),
    "what_if": (
        "若{scale}：进入前{rank}名的概率 {before} → {after}",
        "{scale}: P(rank ≤ {rank}) {before} → {after}",
    ),
    "rank": ("目标名次", "goal rank"),
    "probability": ("概率", "probability"),
    "expected": ("预计", "expected"),
    "even_given": ("均势值（同天气）", "even, same weather"),
    "even_alone": ("均势值（仅本市）", "even, our city alone"),
    "even_note": (
        "预计与均势值为余期平均浓度，CO、O3为全年百分位数；–：模拟范围内无均势",
        "expected and even: mean of the remaining days, for CO and O3 the year's percentile; "
        "–: nowhere even in the drawn range",
    ),
    "unit": ("减少", "less by"),
    "places_unit": ("进位", "places"),
    "index_unit": ("指数下降", "index lower by"),
    "places_percent": ("减1 %进位", "places per 1 %"),
    "index_percent": ("减1 %指数下降", "index per 1 %"),
    "final_rank": ("最终排名", "final rank"),
    "even_pm25": ("均势PM2.5（前{goal}名）", "even PM2.5 ({goal})"),
    "pm25_so_far": ("PM2.5至今", "PM2.5 so far"),
    "pm25_rest": ("PM2.5其余", "PM2.5 of the rest"),
}


def _text(key: str, lang: Lang, **values: object) -> str:
    return TEXTS[key][0 if lang == "zh" else 1].format(**values)


def _grid(title: str, head: list[str], rows: list[list[str]], left: tuple[int, ...]) -> Table:
    grid = Table(title=escape(title), header_style="bold", title_justify="left")
    for place, name in enumerate(head):
        grid.add_column(name, justify="left" if place in left else "right")
    for row in rows:
        grid.add_row(*map(escape, row))
    return grid


def _of_report(table: tables.Table) -> Table:
    return _grid(table.title, list(table.head), [list(row) for row in table.rows], table.left)


def print_outlay(result: Outlay, goals: Mapping[str, Goal], lang: Lang) -> None:
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
    head = _text("head", lang, city=city, year=forecast.target_year, as_of=forecast.as_of)
    render.show(f"[bold]{escape(head)}[/bold]", _of_report(tables.control_of(result, lang)))
    left = int(result.control["days_remaining"].iloc[0])
    render.show(word("control_note", lang, days=left))
    for margin in result.margins:
        render.show(escape(_days(margin, goals[margin.goal], lang)))
    render.show(_odds(result.odds, lang), _text("even_note", lang), _places(result.places, lang))
    for rank in result.rivals:
        n = must_pass(forecast, result.city, rank)
        render.show(_of_report(tables.rivals_of(result, rank, lang)))
        render.show(_text("must_pass", lang, rank=rank, n=n))
    render.show_settings(forecast.settings, forecast.caveats, lang)


def _days(margin: DayMargin, goal: Goal, lang: Lang) -> str:
    title = goal.title_zh if lang == "zh" else goal.title_en
    return _text("days", lang, **{**vars(margin), "goal": title})


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
                *(render.number(value, decimals) for value in values),
            ]
        )
    keys = ("rank", "pollutant", "probability", "expected", "even_given", "even_alone")
    head = [word(key, lang) if key == "pollutant" else _text(key, lang) for key in keys]
    return _grid(_text("odds", lang), head, rows, left=(1,))


def _places(table: pd.DataFrame, lang: Lang) -> Table:
    rows = []
    for pollutant, row in table.iterrows():
        unit = "mg/m³" if pollutant == "co" else "µg/m³"
        rows.append(
            [
                label(str(pollutant), lang),
                f"{row['unit']:g} {unit}",
                render.number(row["places"], 2),
                render.number(row["index"], 3),
                render.number(row["places_per_percent"], 2),
                render.number(row["index_per_percent"], 3),
            ]
        )
    keys = ("unit", "places_unit", "index_unit", "places_percent", "index_percent")
    head = [word("pollutant", lang), *(_text(key, lang) for key in keys)]
    return _grid(_text("places", lang), head, rows, left=(0,))


def months(table: pd.DataFrame, year: int, lang: Lang) -> Table:
    """Arrange the months of a year replayed, see :func:`airrank.goals.outlay.replay`."""
    goals = [name.removeprefix("p_rank_le_") for name in table.columns if name.startswith("p_")]
    head = [label("as_of", lang), label("ytd_rank", lang)]
    for goal in goals:
        head += [label("goal", lang, goal=goal), _text("even_pm25", lang, goal=goal)]
    head += [_text(key, lang) for key in ("pm25_so_far", "pm25_rest", "final_rank")]
    rows = []
    for day, row in table.iterrows():
        cells = [str(day), render.number(row["rank_to_date"])]
        for goal in goals:
            cells.append(probability_text(row[f"p_rank_le_{goal}"]))
            cells.append(render.number(row[f"pm25_even_{goal}"]))
        cells += [render.number(row[key]) for key in ("pm25_so_far", "pm25_rest", "final_rank")]
        rows.append(cells)
    return _grid(_text("replay", lang, year=year), head, rows, left=(0,))


def print_what_if(scale: str | None, chances: list[dict[str, Any]], lang: Lang) -> None:
    """Print the odds before and after a change."""
    for row in chances:
        shown = {key: probability_text(row[key]) for key in ("before", "after")}
        render.show(escape(_text("what_if", lang, scale=scale, rank=row["rank"], **shown)))
