"""Rank and index of the period by year, with the goals and this year's forecast."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from airrank.errors import InsufficientDataError
from airrank.plots import style
from airrank.plots.labels import status
from airrank.plots.place import beside, edge_labels
from airrank.words import Text, number

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from airrank.forecasting.result import Forecast
    from airrank.panel import Panel

RANK = Text("rank (1 at the top)")


def history_table(forecast: Forecast, city: str, panel: Panel) -> pd.DataFrame:
    """Give the rank and index of past years and the forecast of this one.

    Returns
    -------
    DataFrame
        By year: ``rank, rank_lo80, rank_hi80, index, index_lo80, index_hi80``; the intervals are
        those of the forecast, in past years empty.
    """
    name = forecast.ranking_list.resolve(city).name
    rows: dict[int, dict[str, float]] = {}
    history, period = panel.until(forecast.as_of), forecast.period
    past = period.year_earlier()
    while past.start >= history.first_day:
        try:
            row: Any = forecast.standings(past).loc[name]
        except InsufficientDataError:
            row = {"valid": False}
        if bool(row["valid"]) and past.end <= forecast.as_of:
            rows[past.end.year] = {key: float(row[key]) for key in ("rank", "index")}
        past = past.year_earlier()
    rows = dict(sorted(rows.items()))
    ours = forecast.of_city(name)
    rows[period.end.year] = {
        f"{key}{end}": ours[f"{key}{end or '_median'}"]
        for key in ("rank", "index")
        for end in ("", "_lo80", "_hi80")
    }
    columns = list(rows[period.end.year])
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis("year")


def history_figure(forecast: Forecast, city: str, *, panel: Panel) -> tuple[Figure, pd.DataFrame]:
    """Draw the years side by side; give the figure and :func:`history_table`."""
    table = history_table(forecast, city, panel)
    title = Text("{city}: rank and index by year", city=forecast.ranking_list.resolve(city))
    with style.sheet(title, status(forecast), (style.SIZE[0], 5.0), (3, 2)) as figure:
        above, below = figure.axes
        _series(above, table, "rank", forecast, 0)
        _series(below, table, "index", forecast, 2)
        shown = [*table[["rank", "rank_lo80", "rank_hi80"]].to_numpy().ravel(), *forecast.goals]
        style.rank_axis(above, shown, len(forecast.cities))
        for goal in forecast.goals:
            above.axhline(goal, color=style.VERMILION, lw=1, ls=style.DASHED, zorder=1.5)
        goals = [
            (float(goal), Text("top {goal}", goal=goal), style.VERMILION) for goal in forecast.goals
        ]
        edge_labels(above, goals)
        index = table[["index", "index_lo80", "index_hi80"]].to_numpy(dtype=float)
        low, high = float(np.nanmin(index)), float(np.nanmax(index))
        room = max(0.1, 0.3 * (high - low))  # from 0 a year's change would not be seen
        below.set_ylim(max(0.0, low - room), high + room)
        known = table.index if forecast.final else table.index[:-1]
        years = [
            str(y) if y in known else str(Text("{year}\nforecast", year=y)) for y in table.index
        ]
        below.set_xticks(list(table.index), years)
        below.set_xlim(table.index[0] - 0.5, table.index[-1] + 0.5)
        above.set_ylabel(str(RANK))
        below.set_ylabel(str(Text("index (lower is better)")))
    return figure, table


def _series(axes: Axes, table: pd.DataFrame, key: str, forecast: Forecast, decimals: int) -> None:
    year, final = forecast.period.end.year, forecast.final
    past = table if final else table[table.index < year]
    axes.plot(past.index, past[key], "o-", color=style.INK, lw=1.8)
    if not final:
        row: Any = table.loc[year]
        ends = [float(row[f"{key}_lo80"]), float(row[f"{key}_hi80"])]
        axes.plot([year, year], ends, color=style.BLUE, lw=8, alpha=0.3, solid_capstyle="butt")
        axes.plot(year, row[key], "o", color=style.BLUE, ms=8)
    for when, value in table[key].items():
        colour = style.BLUE if when == year and not final else style.INK
        beside(axes, number(value, decimals), (float(str(when)), value), colour)
    axes.grid(axis="x", visible=False)
