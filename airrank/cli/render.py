"""Printing: tables for people, JSON for scripts, a bar on a terminal."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from airrank.ranking_table import dust_facts
from airrank.rules import round_half_even
from airrank.rules.ranking import ties
from airrank.rules.standards import POLLUTANTS
from airrank.wording import Lang, label, line, number, probability_text, settings_text

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from airrank.cities import RankingList
    from airrank.forecasting.result import Forecast
    from airrank.inputs import Source
    from airrank.periods import Period
    from airrank.rules.choices import Rules


def plain(value: Any) -> Any:
    """Turn numpy and pandas values into what JSON knows; missing becomes null."""
    if isinstance(value, dict):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [plain(v) for v in value]
    if value is None or value is pd.NA or (isinstance(value, float) and math.isnan(value)):
        return None
    if isinstance(value, np.generic):
        return plain(value.item())
    return value


def print_json(content: dict[str, Any]) -> None:
    """Print JSON to standard output."""
    sys.stdout.write(to_json(content))


def to_json(content: dict[str, Any]) -> str:
    """Give readable JSON with its keys in the order written."""
    return json.dumps(plain(content), ensure_ascii=False, indent=2, allow_nan=False) + "\n"


class Progress:
    """A bar on a terminal's standard error, nothing elsewhere."""

    def __init__(self, title: str) -> None:
        self.title = title

    def __enter__(self) -> Progress:
        """Show it."""
        self.bar: Any = None
        if sys.stderr.isatty():
            from rich.console import Console
            from rich.progress import Progress as Bar

            self.bar = Bar(console=Console(stderr=True), transient=True)
            self.bar.start()
            self.task = self.bar.add_task(self.title, total=None)
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
    console = _console()
    for part in parts:
        console.print(part)


def _console() -> Console:
    from rich.console import Console

    console = Console(highlight=False, soft_wrap=False)
    if not console.is_terminal:
        console = Console(highlight=False, width=160)
    console.on_broken_pipe = _reader_left  # type: ignore[method-assign]
    return console


def fits(grid: Table) -> bool:
    """Say whether a table can be shown without folding its cells."""
    console = _console()
    unbound = console.options.update(width=10_000)
    return console.measure(grid, options=unbound).maximum <= console.width


def _reader_left() -> None:
    """Leave it to the command line: rich would end with exit status 1."""
    raise BrokenPipeError


def print_standings(
    table: pd.DataFrame,
    period: Period,
    rules: Rules,
    source: Source,
    *,
    lang: Lang,
    top: int | None,
    marked: str | None,
) -> None:
    """Print a ranking table: all columns where the terminal is wide enough, else the main ones."""
    from rich.markup import escape

    table = table.assign(change_tied=ties(table["change_rank"]))
    if top:
        table = table.head(top)
    decimals = rules.on(period).period_decimals(period.end)
    names = source.panel.ranking_list
    title = names.title_zh if lang == "zh" else names.title_en
    heading = label("standings_title", lang, panel=title, period=period)
    notes = [f"(%) {label('share', lang)}", label("index_change_note", lang)]
    grid = _standings_grid(table, decimals, names, lang, marked, short=False)
    if not fits(grid):
        grid = _standings_grid(table, decimals, names, lang, marked, short=True)
        notes = [label("standings_short", lang)]
    facts, caveat = dust_facts(source.panel, period, rules)
    show(f"[bold]{escape(heading)}[/bold]", grid)
    show(
        f"= {label('tied', lang)};  {label('change_note', lang)}",
        *notes,
        escape(line("data", source.described(lang), lang)),
        line("settings", settings_text(rules.as_dict(period) | facts, lang), lang),
    )
    if caveat is not None:
        show(line("caveats", caveat, lang))


def _standings_grid(
    table: pd.DataFrame,
    decimals: Mapping[str, int],
    names: RankingList,
    lang: Lang,
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
    left = {"city", "primary"}
    more = ("index_change", *POLLUTANTS, "primary")
    for key in ("rank", "city", "index", "change", *(POLLUTANTS if short else more)):
        grid.add_column(label(key, lang), justify="left" if key in left else "right")
    called = {unit.name: unit.called(lang) for unit in names.cities}
    for city, row in table.iterrows():
        shown = called[str(city)]
        if not row["valid"]:
            shown += f" ({label('insufficient', lang)})"
        place = number(row["rank"]) + ("=" if row["tied"] > 1 else "")
        cells = [
            place,
            escape(shown),
            number(row["index"], 2),
            number(row["places_gained"], signed=True),
        ]
        if not short:
            cells.append(_change(row["index_change"], row["change_rank"], row["change_tied"]))
        for pollutant in POLLUTANTS:
            share = row[f"share_{pollutant}"]
            percent = "" if short or pd.isna(share) else f" ({share * 100:.0f} %)"
            cells.append(number(row[pollutant], decimals[pollutant]) + percent)
        if not short:
            cells.append(_primary(row["primary"], lang))
        grid.add_row(*cells, style="bold reverse" if city == marked else None)
    return grid


def _change(percent: Any, rank: Any, tied: Any) -> str:
    if pd.isna(percent):
        return "–"
    shown = round_half_even(float(percent), 1)
    return f"{shown:{'+' if shown else ''}.1f} % ({rank}{'=' if tied > 1 else ''})"


def _primary(keys: Any, lang: Lang) -> str:
    if keys is None or pd.isna(keys):
        return "–"
    return ", ".join(label(key, lang).split("-")[0] for key in str(keys).split(","))


def standings_json(
    table: pd.DataFrame, period: Period, rules: Rules, source: Source
) -> dict[str, Any]:
    """Give a ranking table as JSON content."""
    facts, caveat = dust_facts(source.panel, period, rules)
    cities = [{"city": city, **row} for city, row in table.to_dict(orient="index").items()]
    return {
        "schema": "airrank/standings/1",
        "panel": source.panel.ranking_list.name,
        "period": {"start": str(period.start), "end": str(period.end)},
        "reading": rules.as_dict(period) | facts,
        "data": source.description,
        "caveats": [] if caveat is None else [caveat],
        "cities": cities,
    }


def print_forecast(forecast: Forecast, city: str, source: Source, *, lang: Lang) -> None:
    """Print the forecast of one city."""
    from rich.markup import escape
    from rich.table import Table

    row = forecast.of_city(city)
    name = forecast.ranking_list
    title = name.title_zh if lang == "zh" else name.title_en
    shown = name.resolve(city).called(lang)
    heading = label(
        "forecast_title",
        lang,
        city=shown,
        year=forecast.period.end.year,
        panel=title,
        as_of=forecast.as_of,
    )
    grid: Table = Table(show_header=False)
    tied = forecast.year_to_date["tied"].get(city, 1)
    ytd = number(row["ytd_rank"]) + (f" ({label('tied', lang)})" if tied > 1 else "")
    grid.add_row(label("ytd_rank", lang), ytd)
    grid.add_row(label("ytd_index", lang), number(row["ytd_index"], 2))
    grid.add_row(label("median", lang), number(row["rank_median"]))
    for level in (50, 80, 95):
        lo, hi = row[f"rank_lo{level}"], row[f"rank_hi{level}"]
        grid.add_row(label("interval", lang, level=level), f"{lo:.0f} – {hi:.0f}")
    for goal in forecast.goals:
        grid.add_row(
            label("goal", lang, goal=goal),
            f"[bold]{probability_text(row[f'p_rank_le_{goal}'], final=forecast.final)}[/bold]",
        )
    show(f"[bold]{escape(heading)}[/bold]", grid)
    show(escape(line("data", source.described(lang), lang)))
    show_settings(forecast.settings, forecast.caveats, lang)


def show_settings(settings: Mapping[str, object], caveats: Iterable[str], lang: Lang) -> None:
    """Print how a result was made and what to know of it."""
    from rich.markup import escape

    show(escape(line("settings", settings_text(settings, lang), lang)))
    for caveat in dict.fromkeys(caveats):
        show(escape(line("caveats", caveat, lang)))
