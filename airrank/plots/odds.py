"""Odds of the rank goals as a function of the remaining PM2.5 mean."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from airrank.goals.odds import rank_curves, rest_of_year
from airrank.plots import style
from airrank.plots.labels import status
from airrank.plots.place import Label, edge_labels, spread
from airrank.words import Text, number

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from airrank.forecasting.result import Forecast
    from airrank.panel import Panel

LINES = (style.BLUE, style.VERMILION, style.GREEN, style.PINK)
LABEL = 0.22
"""Width of the label of an even point, as a share of the axis."""
DASHES = ("-", (0, (6, 2)), (0, (2, 1.5)), (0, (6, 2, 1, 2)))


def odds_figure(forecast: Forecast, city: str, *, panel: Panel) -> tuple[Figure, pd.DataFrame]:
    """Draw P(goal | remaining mean) for each goal of the forecast.

    Returns
    -------
    figure : Figure
    table : DataFrame
        By the remaining mean ``x`` [µg/m³]: ``p_rank_le_<goal>``.
    """
    name = forecast.ranking_list.resolve(city).name
    means = rest_of_year(panel, forecast, name, "pm25")
    goals = forecast.goals
    curves = dict(zip(goals, rank_curves(panel, forecast, name, goals, "pm25"), strict=True))
    table = pd.DataFrame({f"p_rank_le_{g}": curve.probability for g, curve in curves.items()})
    grid = next(iter(curves.values())).x if curves else np.array([])
    table.index = pd.Index(grid, name="x")
    title = Text(
        "{city}: odds of the goals by the remaining PM2.5 mean",
        city=forecast.ranking_list.resolve(city),
    )
    with style.sheet(title, status(forecast)) as figure:
        (axes,) = figure.axes
        low, high = np.quantile(means, [0.005, 0.995])
        counts, edges = np.histogram(means, 40, (low, high))
        axes.stairs(18 * counts / counts.max(), edges, color=style.GRID, fill=True)
        axes.axhline(50, color=style.MUTED, lw=0.8, ls=(0, (1, 2)))
        ends: dict[int, tuple[float, str]] = {}
        even: list[tuple[float, str]] = []
        for (goal, curve), colour, dash in zip(curves.items(), LINES, DASHES, strict=False):
            axes.plot(curve.x, 100 * curve.probability, color=colour, ls=dash, lw=2.2)
            ends[goal] = (100 * float(curve.probability[-1]), colour)
            if curve.even is not None:
                even.append((curve.even, colour))
        if len(grid):
            low, high = grid[0], grid[-1]
        axes.set_xlim(float(low), float(high))
        axes.set_ylim(0, 118 if even else 102)
        axes.set_yticks(range(0, 101, 20))
        _even_points(axes, even)
        edge_labels(axes, _in_order(ends))
        days = (forecast.period.end - forecast.as_of).days
        axes.set_xlabel(
            str(Text("PM2.5 mean of the {days} remaining days [µg/m³] (grey: as drawn)", days=days))
        )
        axes.set_ylabel(str(Text("probability [%]")))
    return figure, table


def _in_order(ends: dict[int, tuple[float, str]]) -> Iterator[Label]:
    """Name the goals at their curves' ends, a harder one never above an easier one."""
    place = 0.0
    for goal, (end, colour) in sorted(ends.items()):
        place = max(place, end)
        yield place, Text("top {goal}", goal=goal), colour


def _even_points(axes: Axes, even: list[tuple[float, str]]) -> None:
    """Mark where odds are even, and say at which means: in a line above all curves."""
    low, high = axes.get_xlim()
    gap = LABEL * (high - low)
    places = spread([x for x, _ in even], gap, (low, high))
    for (x, colour), place in zip(even, places, strict=True):
        axes.plot(x, 50, "o", color=colour, ms=6)
        axes.plot([x, x, place], [50, 103, 108], color=colour, lw=0.8, ls=":")
        words = str(Text("even at {x}", x=number(x)))
        axes.text(place, 109, words, color=colour, ha="center", va="bottom")
