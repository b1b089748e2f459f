"""Annual rank and index by year, with the goals and this year's forecast."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from airrank.errors import InsufficientDataError
from airrank.periods import Period
from airrank.plots import style
from airrank.plots.labels import named, status, text
from airrank.ranking_table import standings
from airrank.wording import Lang

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from airrank.forecasting.result import Forecast
    from airrank.panel import Panel


def history_table(forecast: Forecast, panel: Panel, city: str) -> pd.DataFrame:
    """Give the rank and index of past years and the forecast of this one.

    Returns
    -------
    DataFrame
        By year: ``rank, rank_lo80, rank_hi80, index, index_lo80, index_hi80``; the intervals are
        those of the forecast, in past years empty.
    """
    name = forecast.ranking_list.resolve(city).name
    rows: dict[int, dict[str, float]] = {}
    history = panel.until(forecast.as_of)
    for year in range(history.first_day.year, forecast.target_year):
        if date(year, 1, 1) < history.first_day:
            continue
        try:
            period = Period(date(year, 1, 1), date(year, 12, 31))
            row: Any = standings(history, period, forecast.reading).loc[name]
        except InsufficientDataError:
            continue
        if bool(row["valid"]):
            rows[year] = {key: float(row[key]) for key in ("rank", "index")}
    ours = forecast.of_city(name)
    rows[forecast.target_year] = {
        f"{key}{end}": ours[f"{key}{end or '_median'}"]
        for key in ("rank", "index")
        for end in ("", "_lo80", "_hi80")
    }
    columns = [f"{key}{end}" for key in ("rank", "index") for end in ("", "_lo80", "_hi80")]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis("year")


def history_figure(
    forecast: Forecast, panel: Panel, city: str, *, lang: Lang = "zh"
) -> tuple[Figure, pd.DataFrame]:
    """Draw the years side by side.

    Returns
    -------
    figure : Figure
    table : DataFrame
        See :func:`history_table`.
    """
    table = history_table(forecast, panel, city)
    with style.styled():
        figure = style.new_figure(9.0, 5.6)
        above, below = figure.subplots(2, 1, sharex=True, height_ratios=[3, 2])
        _series(above, table, "rank", forecast, "{:.0f}")
        _series(below, table, "index", forecast, "{:.2f}")
        shown = [*table[["rank", "rank_lo80", "rank_hi80"]].to_numpy().ravel(), *forecast.goals]
        margin = max(6.0, 0.15 * float(np.nanmax(shown) - np.nanmin(shown)))
        above.set_ylim(float(np.nanmax(shown)) + margin, max(0.0, float(np.nanmin(shown)) - margin))
        low, high = sorted(above.get_ylim())
        places = style.spread([float(g) for g in forecast.goals], (high - low) * 0.085)
        for goal, place in zip(forecast.goals, places, strict=True):
            above.axhline(goal, color=style.VERMILION, lw=1, ls=(0, (5, 3)), zorder=1.5)
            above.annotate(
                text("history_goal", lang, goal=goal),
                (1.015, place),
                xycoords=("axes fraction", "data"),
                va="center",
                color=style.VERMILION,
                fontsize=9.5,
                annotation_clip=False,
            )
        tops = table[["index", "index_hi80"]].to_numpy()
        below.set_ylim(0, 1.25 * float(np.nanmax(tops)))
        known = table.index if forecast.final else table.index[:-1]
        years = [
            text("history_year", lang, year=y) if y not in known else str(y) for y in table.index
        ]
        below.set_xticks(list(table.index), years)
        below.set_xlim(table.index[0] - 0.5, table.index[-1] + 0.5)
        above.set_ylabel(text("history_rank", lang))
        below.set_ylabel(text("history_index", lang))
        above.set_title(text("history_title", lang, city=named(forecast, city, lang)))
        style.footer(figure, status(forecast, lang))
    return figure, table


def _series(axes: Axes, table: pd.DataFrame, key: str, forecast: Forecast, shape: str) -> None:
    year, final = forecast.target_year, forecast.final
    past = table if final else table[table.index < year]
    axes.plot(past.index, past[key], "o-", color=style.INK, lw=1.8)
    if not final:
        row: Any = table.loc[year]
        ends = [float(row[f"{key}_lo80"]), float(row[f"{key}_hi80"])]
        axes.plot([year, year], ends, color=style.BLUE, lw=8, alpha=0.3, solid_capstyle="butt")
        axes.plot(year, row[key], "o", color=style.BLUE, ms=8)
    for when, value in table[key].items():
        axes.annotate(
            shape.format(value),
            (float(str(when)), value),
            xytext=(0 if when != year else 10, 8),
            textcoords="offset points",
            ha="left" if when == year else "center",
            color=style.BLUE if when == year and not final else style.INK,
            bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.85, "pad": 1},
        )
    axes.grid(axis="x", visible=False)
