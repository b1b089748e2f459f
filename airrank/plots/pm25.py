"""PM2.5 from 1 January to date, with the last years and what the rest of the year may bring."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from airrank.goals.control import implied_target
from airrank.plots import style
from airrank.plots.gap import EARLY
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
    year, table = forecast.target_year, {}
    for past in range(year - YEARS_BEFORE, year + 1):
        end = forecast.as_of if past == year else date(past, 12, 31)
        if date(past, 1, 1) < panel.first_day:
            continue
        part = panel.between(date(past, 1, 1), end).without_dust(forecast.reading.dust)
        values = pd.Series(part.values[:, column, k])
        if values.notna().mean() < COVERAGE:
            continue
        mean = values.expanding().mean()
        days = pd.date_range(date(year, 1, 1), periods=len(mean))
        table[past] = pd.Series(mean.to_numpy(), index=days)
    frame = pd.DataFrame(table)
    return frame[frame.index <= pd.Timestamp(year, 12, 31)].rename_axis("date")


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
    table = pm25_table(forecast, panel, city)
    year, end = forecast.target_year, date(forecast.target_year, 12, 31)
    with style.styled():
        figure = style.new_figure()
        axes = figure.add_subplot()
        texts: list[tuple[float, str, str]] = []
        past: list[Any] = [column for column in table.columns if int(column) != year]
        for past_year in past:
            colour = style.MUTED if past_year == year - 1 else "#9aa5b1"
            axes.plot(table.index, table[past_year], color=colour, lw=1.1)
            last = float(table[past_year].dropna().iloc[-1])
            texts.append(
                (last, text("pm25_now", lang, year=past_year, value=f"{last:.0f}"), colour)
            )
        if year in table:
            now = table[year].dropna()
            axes.plot(now.index, now, color=style.INK, lw=2.2)
            texts += _ways(axes, forecast, float(now.iloc[-1]), control, even, lang)
        months = [date(year, month, 1) for month in range(1, 13)]
        names = [f"{m.month}月" if lang == "zh" else f"{m:%b}" for m in months]
        axes.set_xticks([day_number(m) for m in months], names)
        axes.set_xlim(day_number(months[0]), day_number(end))
        settled = table[table.index >= pd.Timestamp(year, 1, 15)]
        shown = settled if len(settled) else table
        axes.set_ylim(0, 1.08 * float(np.nanmax(shown.to_numpy())))
        if control is not None:
            axes.axhline(control["bound"], color=style.VERMILION, lw=1, ls=(0, (5, 3)))
            words = text("pm25_target", lang, target=f"{control['target']:g}")
            texts.append((float(control["bound"]), words, style.VERMILION))
        _edge_labels(axes, texts)
        axes.set_ylabel(text("pm25_y", lang))
        axes.set_title(text("pm25_title", lang, city=named(forecast, city, lang)))
        style.footer(figure, status(forecast, lang))
    return figure, table


def _ways(
    axes: Axes,
    forecast: Forecast,
    now: float,
    control: pd.Series | None,
    even: tuple[int, float] | None,
    lang: Lang,
) -> list[tuple[float, str, str]]:
    """Draw the ways from today's mean to year end; give their labels."""
    year, day = forecast.target_year, day_number(forecast.as_of)
    early = forecast.as_of.month <= EARLY
    axes.plot(day, now, "o", color=style.INK, ms=5, clip_on=False)
    axes.annotate(
        text("pm25_now", lang, year=year, value=f"{now:.0f}"),
        (day, now),
        xytext=(6 if early else -4, 8 if early else -14),
        textcoords="offset points",
        ha="left" if early else "right",
        bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 1},
    )
    texts = []
    left = (date(year, 12, 31) - forecast.as_of).days
    days = day - day_number(date(year, 1, 1)) + 1
    ways = []
    if even is not None and left:
        words = text("pm25_even", lang, mean=f"{even[1]:.0f}", rank=even[0])
        ways.append((even[1], words, style.BLUE))
    if control is not None and left and np.isfinite(control["control"]):
        if control["control"] >= 0:
            words = text("pm25_control", lang, mean=f"{control['control']:.0f}")
            ways.append((float(control["control"]), words, style.VERMILION))
        else:
            words = text("pm25_lost", lang, target=f"{control['target']:g}")
            axes.annotate(
                words, (0.02, 0.04), xycoords="axes fraction", color=style.VERMILION, fontsize=9.5
            )
    for mean, words, colour in ways:
        steps = np.arange(left + 1)
        course = [implied_target(now, int(days), int(days + k), mean) if k else now for k in steps]
        axes.plot(day + steps, course, color=colour, lw=1.6, ls=(0, (3, 2)))
        texts.append((course[-1], words, colour))
    return texts


def _edge_labels(axes: Axes, texts: list[tuple[float, str, str]]) -> None:
    low, high = axes.get_ylim()
    places = style.spread([t[0] for t in texts], (high - low) * 0.062)
    for (_, words, colour), place in zip(texts, places, strict=True):
        axes.annotate(
            words,
            (1.015, place),
            xycoords=("axes fraction", "data"),
            va="center",
            color=colour,
            fontsize=9.5,
            annotation_clip=False,
        )
