"""Printing: tables for people, JSON for scripts, CSV files."""

from __future__ import annotations

import json
import math
import sys
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from airrank.ranking_table import dust_facts
from airrank.rules import round_half_even
from airrank.rules.ranking import ties
from airrank.rules.standards import POLLUTANTS
from airrank.wording import Lang, label, probability_text

if TYPE_CHECKING:
    from rich.table import Table

    from airrank.forecasting.result import Forecast
    from airrank.inputs import Source
    from airrank.periods import Period
    from airrank.ranking_table import Reading


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
    from rich.console import Console

    console = Console(highlight=False, soft_wrap=False)
    if not console.is_terminal:
        console = Console(highlight=False, width=160)
    console.on_broken_pipe = _reader_left  # type: ignore[method-assign]
    for part in parts:
        console.print(part)


def _reader_left() -> None:
    """Leave it to the command line: rich would end with exit status 1."""
    raise BrokenPipeError


def number(value: Any, decimals: int = 0) -> str:
    """Give a number as shown, a dash if missing."""
    return "–" if value is None or pd.isna(value) else f"{value:.{decimals}f}"


def signed(value: Any) -> str:
    """Give a whole number with its sign, a dash if missing."""
    return "–" if value is None or pd.isna(value) else f"{int(value):+d}" if value else "0"


def print_standings(
    table: pd.DataFrame,
    period: Period,
    reading: Reading,
    source: Source,
    *,
    lang: Lang,
    top: int | None,
    marked: str | None,
) -> None:
    """Print a ranking table."""
    from rich.markup import escape
    from rich.table import Table

    name = source.panel.ranking_list
    title = name.title_zh if lang == "zh" else name.title_en
    heading = label("standings_title", lang, panel=title, period=period)
    grid = Table(title=escape(heading), header_style="bold")
    for key in ("rank", "city", "index", "change", "index_change", *POLLUTANTS, "primary"):
        grid.add_column(label(key, lang), justify="left" if key in {"city", "primary"} else "right")
    decimals = reading.on(period).period_decimals(period.end)
    english = {c.name: c.name_en or c.name for c in name.cities}
    table = table.assign(change_tied=ties(table["change_rank"]))
    for city, row in (table.head(top) if top else table).iterrows():
        shown = str(city) if lang == "zh" else english[str(city)]
        if not row["valid"]:
            shown += f" ({label('insufficient', lang)})"
        place = number(row["rank"]) + ("=" if row["tied"] > 1 else "")
        cells = [place, escape(shown), number(row["index"], 2), signed(row["places_gained"])]
        cells.append(_change(row["index_change"], row["change_rank"], row["change_tied"]))
        for pollutant in POLLUTANTS:
            share = row[f"share_{pollutant}"]
            percent = "" if pd.isna(share) else f" ({share * 100:.0f} %)"
            cells.append(number(row[pollutant], decimals[pollutant]) + percent)
        cells.append(_primary(row["primary"], lang))
        grid.add_row(*cells, style="bold reverse" if city == marked else None)
    facts, caveat = dust_facts(source.panel, period, reading)
    chosen = reading.as_dict(period) | facts
    show(grid)
    show(
        f"= {label('tied', lang)};  (%) {label('share', lang)};  {label('change_note', lang)}",
        label("index_change_note", lang),
        f"{label('data', lang)}: {escape(source.description)}",
        f"{label('settings', lang)}: "
        + ", ".join(f"{key} {value}" for key, value in chosen.items()),
    )
    if caveat is not None:
        show(f"{label('caveats', lang)}: {caveat.text(lang)}")


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
    table: pd.DataFrame, period: Period, reading: Reading, source: Source
) -> dict[str, Any]:
    """Give a ranking table as JSON content."""
    facts, caveat = dust_facts(source.panel, period, reading)
    cities = [{"city": city, **row} for city, row in table.to_dict(orient="index").items()]
    return {
        "schema": "airrank/standings/1",
        "panel": source.panel.ranking_list.name,
        "period": {"start": str(period.start), "end": str(period.end)},
        "reading": reading.as_dict(period) | facts,
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
    shown = city if lang == "zh" else name.resolve(city).name_en or city
    heading = label(
        "forecast_title",
        lang,
        city=shown,
        year=forecast.target_year,
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
    show(f"{label('data', lang)}: {escape(source.description)}")
    show(f"{label('settings', lang)}: {forecast.describe_settings()}")
    for caveat in forecast.caveats:
        show(f"{label('caveats', lang)}: {caveat.text(lang)}")
