"""Tables of ``airrank rank --changes`` and ``--days``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
from rich.markup import escape
from rich.table import Table

from airrank.changes import CLASSES, DETERIORATION_KINDS, changes, day_counts, shares_of_days
from airrank.cli import render
from airrank.ranking_table import dust_facts
from airrank.rules.standards import POLLUTANTS
from airrank.spreadsheet import write_csv
from airrank.terms import POLLUTANT_NAMES, STATISTICS
from airrank.words import Text, number, worded

if TYPE_CHECKING:
    from airrank.inputs import Source
    from airrank.periods import Period
    from airrank.rules.choices import Rules

CLASS_NAMES = {
    "excellent": Text("excellent"),
    "good": Text("good"),
    "light": Text("light"),
    "moderate": Text("moderate"),
    "heavy": Text("heavy"),
    "severe": Text("severe"),
}


def tell(
    kind: str,
    source: Source,
    period: Period,
    rules: Rules,
    *,
    out: Path | None,
    as_json: bool,
    top: int | None,
    marked: str | None,
) -> None:
    """Make a table of a kind, ``changes`` or ``days``; write it, print it or both."""
    table = changes(source.panel, period, rules)
    if kind == "days":
        table = day_counts(source.panel, period, rules).loc[table.index]
    if out is not None:
        write_csv(table, out / f"{kind}_{period}.csv".replace("..", "_"))
    if as_json:
        render.print_json(_json(kind, table, period, rules, source))
        return
    shown = table.head(top) if top else table
    decimals = rules.on(period).period_decimals(period.end)
    heads, rows = (
        (_days_heads(), _days_rows(shown))
        if kind == "days"
        else (_change_heads(shown, period), _change_rows(shown, period, decimals))
    )
    names = source.panel.ranking_list
    grid = Table(header_style="bold", show_lines=kind == "changes")
    for place, head in enumerate([Text("city"), *heads]):
        grid.add_column(escape(worded(head)), justify="right" if place else "left")
    for city, cells in zip(shown.index, rows, strict=True):
        style = "bold reverse" if city == marked else None
        grid.add_row(escape(worded(names.resolve(str(city)))), *cells, style=style)
    title = (
        Text("Days by class: {panel}, {period}", panel=names.title, period=period)
        if kind == "days"
        else Text("Changes: {panel}, {period}", panel=names.title, period=period)
    )
    render.show(render.heading(title), grid, *_notes(kind, period), render.of_data(source))
    facts, caveat = dust_facts(source.panel, period, rules)
    render.show_settings(rules.as_dict(period) | facts, [] if caveat is None else [caveat])


def _notes(kind: str, period: Period) -> list[Text]:
    if kind == "days":
        return [
            Text(
                "by pollutant: days above 50 of which it is the primary one, in brackets those "
                "above 100; dust kept"
            ),
            Text("a day with joint primary pollutants counts for each"),
        ]
    notes = [
        Text(
            "below each figure: against the same period a year earlier / the period before [%], "
            "of shares of days in percentage points; - is less"
        )
    ]
    if period.kind in DETERIORATION_KINDS:
        notes.append(
            Text(
                "rank of worsening: among the cities that do not meet all six Grade II limits, 1 "
                "worsened most (rule of 2017; whether it still holds is open)"
            )
        )
    return notes


def _change_heads(table: pd.DataFrame, period: Period) -> list[Any]:
    heads: list[Any] = [Text("rank"), Text("index")]
    if "ytd_rank" in table:
        heads += [Text("rank, year to date"), Text("index, year to date")]
    heads += [Text("rank of change")]
    if period.kind in DETERIORATION_KINDS:
        heads += [Text("rank of worsening")]
    heads += [STATISTICS[pollutant] for pollutant in POLLUTANTS]
    return [*heads, Text("good days %"), Text("heavy days %")]


def _change_rows(table: pd.DataFrame, period: Period, decimals: dict[str, int]) -> list[list[str]]:
    rows = []
    for row in table.to_dict(orient="records"):
        cells = [number(row["rank"]), _with_changes(row, "index", 2)]
        if "ytd_rank" in row:
            cells += [number(row["ytd_rank"]), _with_changes(row, "ytd_index", 2)]
        cells.append(number(row["change_rank"]))
        if period.kind in DETERIORATION_KINDS:
            cells.append(number(row["deterioration_rank"]))
        cells += [_with_changes(row, p, decimals[p]) for p in POLLUTANTS]
        cells += [_with_changes(row, name, 1) for name in ("good_days", "heavy_days")]
        rows.append(cells)
    return rows


def _with_changes(row: dict[Any, Any], name: str, decimals: int) -> str:
    """Give a figure with its 同比 and, where there is one, its 环比."""
    places = 1 if name.endswith(("index", "days")) else 0
    known = [row[f"{name}{kind}"] for kind in ("_yoy", "_mom") if f"{name}{kind}" in row]
    told = [number(value, places, signed=True) for value in known if not pd.isna(value)]
    if len(told) < len(known) and any(not pd.isna(value) for value in known[1:]):
        told = [number(value, places, signed=True) for value in known]
    figure = number(row[name], decimals)
    return f"{figure}\n{'/'.join(told)}" if told else figure


def _days_heads() -> list[Any]:
    names = [POLLUTANT_NAMES[pollutant] for pollutant in POLLUTANTS]
    return [Text("days"), *CLASS_NAMES.values(), Text("good days %"), *names, Text("exceeding")]


def _days_rows(table: pd.DataFrame) -> list[list[str]]:
    good = shares_of_days(table)["good_days"].tolist()
    rows = []
    for row, share in zip(table.to_dict(orient="records"), good, strict=True):
        cells = [str(row["days"]), *(str(row[name]) for name in CLASSES), number(share, 1)]
        cells += [f"{row[f'primary_{p}']} ({row[f'exceeding_{p}']})" for p in POLLUTANTS]
        rows.append([*cells, str(row["exceeding"])])
    return rows


def _json(
    kind: str, table: pd.DataFrame, period: Period, rules: Rules, source: Source
) -> dict[str, Any]:
    cities = [{"city": city, **row} for city, row in table.to_dict(orient="index").items()]
    return {
        "schema": f"airrank/{kind}/1",
        "panel": source.panel.ranking_list.name,
        "period": {"start": str(period.start), "end": str(period.end)},
        "reading": rules.as_dict(period),
        "data": source.description,
        "cities": cities,
    }
