"""Calendar of the days so far in the six national AQI colours (HJ 633, table 2)."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from airrank.goals.days import aqi_so_far, day_edition, days_so_far
from airrank.plots import style
from airrank.plots.labels import MONTHS, status
from airrank.rules.aqi import good_day, heavy_day, level_array
from airrank.rules.choices import mode_of_days
from airrank.words import Text, counted

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from airrank.forecasting.result import Forecast
    from airrank.panel import Panel

COLOURS = ("#00e400", "#ffff00", "#ff7e00", "#ff0000", "#99004c", "#7e0023")
"""优 to 严重污染, as HJ 633 prescribes them."""
DARK_FROM = 4
"""Levels from which text on the colour is white."""
WHITE = "#fefefe"
"""Of that text: the page darkens the white of paper, and the AQI colours stay as they are."""
LEVELS = (
    Text("excellent {days} d"),
    Text("good {days} d"),
    Text("light {days} d"),
    Text("moderate {days} d"),
    Text("heavy {days} d"),
    Text("severe {days} d"),
)
HALF = 16
"""Days on a line: a month has two, so that the numbers can be read on a phone."""
MONTH = 2.3
"""Lines from one month to the next: two and a gap."""
LINE, ROUND = 0.18, 2.1
"""Height of a line, and of all else [inch]."""
LEGEND = 0.46
"""From the axes to the legend, which has the days' numbers above it [inch]."""
HATCH = "/////"
"""Of a day without data."""
DUST_EDGE = 1.6
"""Width of the line around a dust day [point]."""


def calendar_table(forecast: Forecast, city: str, panel: Panel) -> pd.DataFrame:
    """Give the AQI and level of each day so far.

    Returns
    -------
    DataFrame
        By day: ``aqi`` and ``level`` (1 to 6), both <NA> where there is none; ``good, heavy``;
        ``dust``, whether the ranking's index leaves the day's particles out.
    """
    name = forecast.ranking_list.resolve(city).name
    mode, period, as_of = forecast.rules.dust, forecast.period, forecast.as_of
    so_far = days_so_far(panel, name, period, as_of, mode_of_days(mode))
    index = aqi_so_far(so_far, day_edition(forecast))
    days = pd.date_range(period.start, min(as_of, period.end), name="date")
    table = pd.DataFrame({"aqi": index, "level": level_array(index)}, index=days).astype("Int64")
    table[index < 0] = pd.NA
    table["good"], table["heavy"] = good_day(index), heavy_day(index)
    table["dust"] = days_so_far(panel, name, period, as_of, mode).dust
    return table


def calendar_figure(forecast: Forecast, city: str, *, panel: Panel) -> tuple[Figure, pd.DataFrame]:
    """Draw the calendar, the AQI in every cell so that it reads in grey too.

    Gives the figure and :func:`calendar_table`.
    """
    from matplotlib.transforms import ScaledTranslation

    table, period = calendar_table(forecast, city, panel), forecast.period
    last = min(forecast.as_of, period.end)
    months = [first for first in style.months_of(period) if first <= last]
    title = Text(
        "{city}: AQI of {period}: {good} good days, {heavy} heavy or worse",
        city=forecast.ranking_list.resolve(city),
        period=period,
        good=int(table["good"].sum()),
        heavy=int(table["heavy"].sum()),
    )
    tall = MONTH * len(months)
    size = (style.SIZE[0], ROUND + LINE * tall)
    with style.sheet(title, status(forecast), size) as figure:
        (axes,) = figure.axes
        _cells(axes, table, months)
        axes.set_xlim(0.5, HALF + 0.5)
        axes.set_ylim(tall - 0.45, -0.55)
        named = [1, 5, 10, 15]
        axes.set_xticks(named, [f"{day}\n{day + HALF}" for day in named])
        names = [str(MONTHS[first.month - 1]) for first in months]
        axes.set_yticks([MONTH * n for n in range(len(months))], names)
        axes.grid(visible=False)
        axes.tick_params(length=0)
        for side in ("left", "bottom"):
            axes.spines[side].set_visible(False)
        counts = table["level"].value_counts()
        for level, colour in enumerate(COLOURS, start=1):
            words = str(LEVELS[level - 1].with_values(days=int(counts.get(level, 0))))
            look: dict[str, Any] = {"s": 70, "color": colour, "edgecolor": style.MUTED, "lw": 0.5}
            axes.scatter([], [], marker="s", label=words, **look)
        without, dust = int(table["level"].isna().sum()), int(table["dust"].sum())
        look = {"marker": "s", "s": 70, "facecolor": "white"}
        if without:
            words = str(counted("{n} day without data", "{n} days without data", without))
            axes.scatter([], [], label=words, hatch=HATCH, edgecolor=style.MUTED, lw=0.5, **look)
        if dust:
            words = str(counted("{n} dust day deducted", "{n} dust days deducted", dust))
            axes.scatter([], [], label=words, edgecolor=style.INK, lw=DUST_EDGE, **look)
        # In inches: the layout finds the axes' height by the room that the legend needs.
        below = ScaledTranslation(0, -LEGEND, figure.dpi_scale_trans)
        axes.legend(
            loc="upper center",
            bbox_to_anchor=(0.46, 0.0),
            bbox_transform=axes.transAxes + below,
            ncols=3,
            frameon=False,
            handletextpad=0.3,
            columnspacing=1.0,
        )
    return figure, table


def _cells(axes: Axes, table: pd.DataFrame, months: list[date]) -> None:
    """Draw the cells of a look together: one by one they take longer than all else of a figure."""
    from matplotlib.collections import PolyCollection

    days = pd.DatetimeIndex(table.index)
    second = days.day > HALF
    lines = [MONTH * months.index(day.date().replace(day=1)) for day in days] + second
    centres = np.column_stack([(days.day - 1) % HALF + 1, lines]).astype(float)
    corners = centres[:, None] + np.array(
        [(-0.45, -0.44), (0.45, -0.44), (0.45, 0.44), (-0.45, 0.44)]
    )
    level = table["level"].astype(float).to_numpy()
    known, dust = ~np.isnan(level), table["dust"].to_numpy(bool)
    colours = np.array([COLOURS[int(one) - 1] if one > 0 else "white" for one in level])
    looks: tuple[tuple[Any, dict[str, Any]], ...] = (
        (known & ~dust, {"edgecolors": style.GRID, "linewidths": 0.5}),
        (~known, {"edgecolors": style.MUTED, "linewidths": 0.5, "hatch": HATCH}),
        (known & dust, {"edgecolors": style.INK, "linewidths": DUST_EDGE, "zorder": 2}),
    )
    for chosen, look in looks:
        if not chosen.any():
            continue
        cells = PolyCollection(corners[chosen], facecolors=colours[chosen], **look)
        cells.set_in_layout(False)  # they are inside the axes
        axes.add_collection(cells, autolim=False)
    for (day, line), one, index in zip(
        centres[known], level[known], table["aqi"][known], strict=True
    ):
        ink = WHITE if one >= DARK_FROM else "black"
        words = axes.text(day, line, str(index), ha="center", va="center", color=ink)
        words.set_in_layout(False)
