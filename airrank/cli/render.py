"""Printing: tables for people, JSON for scripts, a bar on a terminal."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from airrank.amounts import Place
from airrank.cli import screen
from airrank.goals.place import place_in_words, with_city
from airrank.own_json import to_json
from airrank.ranking_table import dust_facts
from airrank.rules import round_half_even
from airrank.rules.ranking import ties
from airrank.rules.standards import POLLUTANTS
from airrank.terms import POLLUTANT_NAMES, STATISTICS, settings_text
from airrank.words import (
    MISSING,
    Listed,
    Percent,
    Sayable,
    Text,
    number,
    worded,
)

if TYPE_CHECKING:
    from pathlib import Path

    from rich.table import Table

    from airrank.cities import City, RankingList
    from airrank.forecasting.result import Forecast
    from airrank.inputs import Source
    from airrank.periods import Period
    from airrank.rules.choices import Rules


def print_json(content: dict[str, Any]) -> None:
    """Print JSON to standard output."""
    screen.echo(to_json(content), nl=False)


class Progress:
    """A bar on a terminal's standard error, nothing elsewhere."""

    def __init__(self, title: Text) -> None:
        self.title = title

    def __enter__(self) -> Progress:
        """Show it."""
        self.bar: Any = None
        if sys.stderr.isatty():
            from rich.progress import Progress as Bar

            self.bar = Bar(console=screen.console(stderr=True), transient=True)
            self.bar.start()
            self.task = self.bar.add_task(str(self.title), total=None)
        return self

    def update(self, done: int, total: int) -> None:
        """Move it."""
        if self.bar is not None:
            self.bar.update(self.task, completed=done, total=total)

    def __exit__(self, *_: object) -> None:
        """Take it away."""
        if self.bar is not None:
            self.bar.stop()


def show(*parts: Any) -> None:
    """Print tables and lines to standard output, wide enough when it is no terminal."""
    from rich.markup import escape

    printer = screen.console()
    for part in parts:
        printer.print(escape(str(part)) if isinstance(part, Sayable) else part)


def wrote(folder: Path, names: Iterable[str]) -> None:
    """Say on standard error which files were written where."""
    screen.echo(Text("{folder}: {files}", folder=folder, files=Listed(names)), err=True)


def heading(text: Text) -> str:
    """Give a heading in bold."""
    from rich.markup import escape

    return f"[bold]{escape(str(text))}[/bold]"


def of_data(source: Source) -> Text:
    """Say which data a result is of."""
    return Text("data: {data}", data=source.description)


def fits(grid: Table) -> bool:
    """Say whether a table can be shown without folding its cells."""
    printer = screen.console()
    unbound = printer.options.update(width=10_000)
    return printer.measure(grid, options=unbound).maximum <= printer.width


def print_standings(
    table: pd.DataFrame,
    period: Period,
    rules: Rules,
    source: Source,
    *,
    top: int | None,
    city: City | None,
    goals: Sequence[int] = (),
) -> None:
    """Print a ranking table: all columns where the terminal is wide enough, else the main ones.

    The city asked for is always among its rows, marked, and the last line is about it.
    """
    table = table.assign(change_tied=ties(table["change_rank"]))
    whole, table = table, with_city(table, top, city.name if city else None)
    decimals = rules.on(period).period_decimals(period.end)
    names = source.panel.ranking_list
    notes = [
        Text("(%) share of index"),
        Text(
            "index y/y: against the same period a year earlier, - is better, ranked by the change"
        ),
    ]
    marked = city.name if city else None
    grid = _standings_grid(table, decimals, names, marked, short=False)
    if not fits(grid):
        grid = _standings_grid(table, decimals, names, marked, short=True)
        notes = [
            Text(
                "narrow window: without shares, y/y and primary; widen it, or write a file with "
                "--out"
            )
        ]
    by_rule = [names.resolve(city) for city in table.index[table["placed_last"]]]
    if by_rule:
        notes.append(
            Text("placed last by rule, not by the index: {cities}", cities=Listed(by_rule))
        )
    if "rank_weighted" in table:
        notes.append(
            Text(
                "rank, weighted: PM2.5 counts 3, O3 and NO2 2, others 1, as one third party "
                "transcribes HJ 663-2026; neither order is taken for the truth"
            )
        )
    if (short := too_little(whole, period)) is not None:
        show(short)
    show(heading(Text("Ranking: {panel}, {period}", panel=names.title, period=period)), grid)
    show(Text("= tied;  places: + is better"), *notes, of_data(source))
    show_reading(source, period, rules)
    if city is not None:
        show(place_in_words(whole, city, goals))


def too_little(table: pd.DataFrame, period: Period) -> Text | None:
    """Say that most cities of a ranking lack the days that the period needs; None if they do not.

    Where odds and verdicts are refused the ranking shows what is known, and says so.
    """
    short = int((~table["valid"].astype(bool)).sum())
    if 2 * short < len(table):
        return None
    return Text(
        "insufficient data: {short} of {n} cities have fewer valid days than {period} needs; shown "
        "is what is known",
        short=short,
        n=len(table),
        period=period,
    )


def _standings_grid(
    table: pd.DataFrame,
    decimals: Mapping[str, int],
    names: RankingList,
    marked: str | None,
    *,
    short: bool,
) -> Table:
    """Arrange a ranking table; the short form has no shares, y/y changes and primary pollutants."""
    from rich import box
    from rich.markup import escape
    from rich.table import Table

    grid = Table(header_style="bold")
    if short:
        grid = Table(
            header_style="bold",
            box=box.SIMPLE_HEAD,
            show_edge=False,
            pad_edge=False,
            padding=(0, 1, 0, 0),
        )
    more = () if short else (Text("index y/y (rank)"),)
    weighted = "rank_weighted" in table
    if weighted:
        more = (Text("rank, weighted"), *more)
    dusty = "rank_dust_kept" in table
    kept = (Text("dust kept"),) if dusty else ()
    for head in (Text("rank"), *kept, Text("city"), Text("index"), Text("places"), *more):
        grid.add_column(str(head), justify="left" if head == Text("city") else "right")
    for pollutant in POLLUTANTS:
        grid.add_column(str(STATISTICS[pollutant]), justify="right")
    if not short:
        grid.add_column(str(Text("primary")))
    of_name = {unit.name: unit for unit in names.cities}
    for city, row in table.iterrows():
        shown: Any = of_name[str(city)]
        if not row["valid"]:
            shown = Text("{city} (insufficient data)", city=shown)
        cells = [
            worded(Place(row["rank"], row["tied"])),
            *([number(row["rank_dust_kept"])] if dusty else []),
            escape(worded(shown)),
            number(row["index"], 2),
            number(row["places_gained"], signed=True),
        ]
        if weighted:
            cells.append(number(row["rank_weighted"]))
        if not short:
            cells.append(_change(row["index_change"], row["change_rank"], row["change_tied"]))
        for pollutant in POLLUTANTS:
            share = row[f"share_{pollutant}"]
            percent = "" if short or pd.isna(share) else f" ({Percent(share * 100)})"
            cells.append(number(row[pollutant], decimals[pollutant]) + percent)
        if not short:
            cells.append(_primary(row["primary"]))
        grid.add_row(*cells, style="bold reverse" if city == marked else None)
    return grid


def _change(percent: Any, rank: Any, tied: Any) -> str:
    if pd.isna(percent):
        return MISSING
    shown = Percent(float(round_half_even(float(percent), 1)), 1, signed=True)
    return f"{shown} ({worded(Place(rank, tied))})"


def _primary(keys: Any) -> str:
    if keys is None or pd.isna(keys):
        return MISSING
    return str(Listed(POLLUTANT_NAMES[key] for key in str(keys).split(",")))


def ranking_json(
    kind: str,
    table: pd.DataFrame,
    period: Period,
    rules: Rules,
    source: Source,
    *notes: Text | None,
) -> dict[str, Any]:
    """Give a table by city as JSON content, under what it is of and how the rules were read."""
    facts, caveat = dust_facts(source.panel, period, rules)
    return {
        "schema": f"airrank/{kind}/1",
        "panel": source.panel.ranking_list.name,
        "period": {"start": str(period.start), "end": str(period.end)},
        "reading": rules.as_dict(period) | facts,
        "data": source.description,
        "caveats": [note for note in (*notes, caveat) if note is not None],
        "cities": [{"city": c, **row} for c, row in table.to_dict(orient="index").items()],
    }


def show_reading(source: Source, period: Period, rules: Rules) -> None:
    """Print how the rules were read for a period, and what to know of its dust days."""
    facts, caveat = dust_facts(source.panel, period, rules)
    show_settings(rules.as_dict(period) | facts, [] if caveat is None else [caveat])


def print_forecast(forecast: Forecast, city: str, source: Source) -> None:
    """Print the forecast of one city."""
    from airrank.forecasting.result import INTERVALS
    from airrank.report.table import facts_table
    from airrank.report.tables import headline_facts
    from airrank.report.terminal import grid

    names = forecast.ranking_list
    facts = list(headline_facts(forecast, city, levels=INTERVALS))
    title = Text("{city}: forecast of the final rank of {period}, {panel}, as of {as_of}")
    if forecast.final:
        title = Text("{city}: final rank of {period}, {panel}, as of {as_of}")
    title = title.with_values(
        city=names.resolve(city),
        period=forecast.period,
        panel=names.title,
        as_of=forecast.as_of,
    )
    show(heading(title), grid(facts_table(title, facts)), of_data(source))
    show_settings(forecast.settings, forecast.caveats)


def interval(level: int) -> Text:
    """Name an interval of ranks."""
    return Text("{level} interval", level=Percent(level))


def within(goal: int) -> Text:
    """Name the probability of a goal."""
    return Text("P(rank ≤ {goal})", goal=goal)


def show_settings(settings: Mapping[str, object], caveats: Iterable[Sayable]) -> None:
    """Print how a result was made and what to know of it."""
    show(Text("settings: {settings}", settings=settings_text(settings)))
    for caveat in dict.fromkeys(caveats):
        show(Text("caveats: {caveat}", caveat=caveat))
