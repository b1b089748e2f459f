"""PM2.5 from 1 January to date, with the last years and what the rest of the year may bring."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from airrank.goals.control import implied_target
from airrank.periods import Period
from airrank.plots import style
from airrank.plots.labels import named, status, text
from airrank.plots.style import day_number
from airrank.rules.standards import POLLUTANTS
from airrank.wording import Lang

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from airrank.forecasting.result import Forecast
    from airrank.panel import Panel

YEARS_BEFORE = 3
COVERAGE = 0.9


def pm25_table(forecast: Forecast, panel: Panel, city: str) -> pd.DataFrame:
    """Give the running means [µg/m³] by day of the target year, a column per year."""
    name = forecast.ranking_list.resolve(city).name
    k, column = POLLUTANTS.index("pm25"), panel.cities.index(name)
    year, table = forecast.period.end.year, {}
    for past in range(year - YEARS_BEFORE, year + 1):
        end = forecast.as_of if past == year else Period.of_year(past).end
        if date(past, 1, 1) < panel.first_day:
            continue
        part = panel.between(date(past, 1, 1), end).without_dust(forecast.rules.dust)
        values = pd.Series(part.values[:, column, k])
        if values.notna().mean() < COVERAGE:
            continue
        mean = values.expanding().mean()
        days = pd.date_range(date(year, 1, 1), periods=len(mean))
        table[past] = pd.Series(mean.to_numpy(), index=days)
    frame = pd.DataFrame(table)
    return frame[frame.index <= pd.Timestamp(forecast.period.end)].rename_axis("date")


def pm25_figure(
    forecast: Forecast,
    panel: Panel,
    city: str,
    *,
    control: pd.Series | None = None,
    even: tuple[int, float] | None = None,
    lang: Lang = "zh",
) -> tuple[Figure, pd.DataFrame]:
    """Draw the running mean of PM2.5.

    Parameters
    ----------
    forecast, panel, city
    control : Series, optional
        Row ``pm25`` of :func:`airrank.goals.control.control_table`: the plan's target.
    even : tuple of int and float, optional
        A goal rank and the remaining mean [µg/m³] at which its odds are even.
    lang : str

    Returns
    -------
    figure : Figure
    table : DataFrame
        See :func:`pm25_table`.
    """
    table, year = pm25_table(forecast, panel, city), forecast.period.end.year
    title = text("pm25_title", lang, city=named(forecast, city, lang))
    with style.sheet(title, status(forecast, lang)) as figure:
        (axes,) = figure.axes
        labels: list[style.Label] = []
        past: list[Any] = [column for column in table.columns if int(column) != year]
        for past_year in past:
            colour = style.MUTED if past_year == year - 1 else "#9aa5b1"
            axes.plot(table.index, table[past_year], color=colour, lw=1.1)
            last = float(table[past_year].dropna().iloc[-1])
            words = text("pm25_now", lang, year=past_year, value=f"{last:.0f}")
            labels.append((last, words, colour))
        if year in table:
            now = table[year].dropna()
            axes.plot(now.index, now, color=style.INK, lw=2.2)
            labels += _ways(axes, forecast, float(now.iloc[-1]), control, even, lang)
        if control is not None:
            axes.axhline(control["bound"], color=style.VERMILION, lw=1, ls=style.DASHED)
            words = text("pm25_target", lang, target=f"{control['target']:g}")
            labels.append((float(control["bound"]), words, style.VERMILION))
        # The first days' means jump about; they must not flatten what follows.
        settled = table[table.index >= pd.Timestamp(year, 1, 15)]
        shown = np.nanmax((settled if len(settled) else table).to_numpy())
        axes.set_ylim(0, 1.08 * max([float(shown), *(place for place, _, _ in labels)]))
        style.month_axis(axes, year, lang)
        style.edge_labels(axes, labels)
        axes.set_ylabel(text("pm25_y", lang))
    return figure, table


def _ways(
    axes: Axes,
    forecast: Forecast,
    now: float,
    control: pd.Series | None,
    even: tuple[int, float] | None,
    lang: Lang,
) -> Iterator[style.Label]:
    """Draw the ways from today's mean to year end; give their labels."""
    year, day = forecast.period.end.year, day_number(forecast.as_of)
    words = text("pm25_now", lang, year=year, value=f"{now:.0f}")
    if forecast.final:
        yield now, words, style.INK
        return
    early = forecast.as_of.month <= style.EARLY
    style.mark_now(axes, forecast.as_of, now, words, below=not early)
    ways = []
    if even is not None:
        words = text("pm25_even", lang, mean=f"{even[1]:.0f}", rank=even[0])
        ways.append((even[1], words, style.BLUE))
    if control is not None and control["control"] >= 0:
        words = text("pm25_control", lang, mean=f"{control['control']:.0f}")
        ways.append((float(control["control"]), words, style.VERMILION))
    elif control is not None and control["control"] < 0:
        words = text("pm25_lost", lang, target=f"{control['target']:g}")
        axes.annotate(
            words, (0.02, 0.04), xycoords="axes fraction", color=style.VERMILION, fontsize=9.5
        )
    done = forecast.as_of.timetuple().tm_yday
    steps = np.arange((forecast.period.end - forecast.as_of).days + 1)
    for mean, words, colour in ways:
        course = [implied_target(now, done, done + int(k), mean) for k in steps]
        axes.plot(day + steps, course, color=colour, lw=1.6, ls=(0, (3, 2)))
        yield course[-1], words, colour
