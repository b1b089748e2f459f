"""Mean PM2.5 of the period to date, with the last years and what the rest of the year may bring."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from airrank.goals.control import implied_target
from airrank.plots import style
from airrank.plots.folding import folded
from airrank.plots.labels import status
from airrank.plots.place import Label, beside, edge_labels
from airrank.plots.style import day_number
from airrank.rules.standards import POLLUTANTS
from airrank.words import Text, number

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from airrank.forecasting.result import Forecast
    from airrank.panel import Panel

YEARS_BEFORE = 3
COVERAGE = 0.9


def pm25_table(forecast: Forecast, city: str, panel: Panel) -> pd.DataFrame:
    """Give the running means [µg/m³] by day of the period, a column per year.

    The running year's is that of its known days, however few; earlier ones are shown where nearly
    all days are known.
    """
    name = forecast.ranking_list.resolve(city).name
    k, column = POLLUTANTS.index("pm25"), panel.cities.index(name)
    period, table = forecast.period, {}
    spans = [replace(period, end=forecast.as_of), period.year_earlier()]
    while len(spans) <= YEARS_BEFORE:
        spans.append(spans[-1].year_earlier())
    for span in reversed(spans):
        running = span is spans[0]
        if span.start < panel.first_day and not running:
            continue
        part = panel.between(span.start, span.end).without_dust(forecast.rules.dust)
        values = pd.Series(part.values[:, column, k])
        if values.notna().mean() < (0.0 if running else COVERAGE) or values.isna().all():
            continue
        mean = values.expanding().mean()
        days = pd.date_range(period.start, periods=len(mean))
        year = period.end.year if running else span.end.year
        table[year] = pd.Series(mean.to_numpy(), index=days)
    frame = pd.DataFrame(table, index=None if table else pd.DatetimeIndex([]))
    return frame[frame.index <= pd.Timestamp(period.end)].rename_axis("date")


def pm25_figure(
    forecast: Forecast,
    city: str,
    *,
    panel: Panel,
    control: pd.Series | None = None,
    even: tuple[int, float] | None = None,
) -> tuple[Figure, pd.DataFrame]:
    """Draw the running mean of PM2.5.

    Parameters
    ----------
    forecast, city, panel
    control : Series, optional
        Row ``pm25`` of :func:`airrank.goals.control.control_table`: the plan's target.
    even : tuple of int and float, optional
        A goal rank and the remaining mean [µg/m³] at which its odds are even.

    Returns
    -------
    figure : Figure
    table : DataFrame
        See :func:`pm25_table`.
    """
    table, period = pm25_table(forecast, city, panel), forecast.period
    title, year = (
        Text("{city}: mean PM2.5 to date", city=forecast.ranking_list.resolve(city)),
        period.end.year,
    )
    with style.sheet(title, status(forecast)) as figure:
        (axes,) = figure.axes
        labels: list[Label] = []
        past: list[Any] = [column for column in table.columns if int(column) != year]
        for past_year in past:
            colour = style.MUTED if past_year == year - 1 else "#9aa5b1"
            axes.plot(table.index, table[past_year], color=colour, lw=1.1)
            last = float(table[past_year].dropna().iloc[-1])
            words = Text("{year}: {value}", year=str(past_year), value=number(last))
            labels.append((last, words, colour))
        if year in table:
            now = table[year].dropna()
            axes.plot(now.index, now, color=style.INK, lw=2.2)
            labels += _ways(axes, forecast, float(now.iloc[-1]), control, even)
        if control is not None:
            axes.axhline(control["bound"], color=style.VERMILION, lw=1, ls=style.DASHED)
            words = Text("target {target}", target=f"{control['target']:g}")
            labels.append((float(control["bound"]), words, style.VERMILION))
        shown = np.nan_to_num(style.settled(table, period, 14).to_numpy(dtype=float))
        now_at = table[year].dropna().iloc[-1:] if year in table else ()
        places = [1.0, shown.max(initial=0.0), *now_at, *(place for place, _, _ in labels)]
        axes.set_ylim(0, 1.08 * max(map(float, places)))
        style.month_axis(axes, period)
        edge_labels(axes, labels)
        axes.set_ylabel(str(Text("mean to date [µg/m³] (from 0)")))
    return figure, table


def _ways(
    axes: Axes,
    forecast: Forecast,
    now: float,
    control: pd.Series | None,
    even: tuple[int, float] | None,
) -> Iterator[Label]:
    """Draw the ways from today's mean to the end; give their labels."""
    period, day = forecast.period, day_number(forecast.as_of)
    words = Text("{year}: {value}", year=str(period.end.year), value=number(now))
    if forecast.final:
        yield now, words, style.INK
        return
    axes.plot(day, now, "o", color=style.INK, ms=5, clip_on=False)
    beside(axes, words, (day, now), style.INK)
    ways = []
    if even is not None:
        words = Text(
            "rest at {mean}: even odds\nof the top {rank}", mean=number(even[1]), rank=even[0]
        )
        ways.append((even[1], words, style.BLUE))
    if control is not None and control["control"] >= 0:
        words = Text("rest at {mean}:\ntarget met", mean=number(control["control"]))
        ways.append((float(control["control"]), words, style.VERMILION))
    elif control is not None and control["control"] < 0:
        words = Text(
            "even 0 on every remaining day misses the target {target}",
            target=f"{control['target']:g}",
        )
        axes.annotate(
            folded(words, 2.6, style.SMALL),
            (0.02, 0.04),
            xycoords="axes fraction",
            color=style.VERMILION,
        )
    done = (forecast.as_of - period.start).days + 1
    steps = np.arange((period.end - forecast.as_of).days + 1)
    for mean, words, colour in ways:
        course = [implied_target(now, done, done + int(k), mean) for k in steps]
        axes.plot(day + steps, course, color=colour, lw=1.6, ls=(0, (3, 2)))
        yield course[-1], words, colour
