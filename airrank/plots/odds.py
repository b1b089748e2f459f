"""Odds of the rank goals as a function of the remaining PM2.5 mean."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from airrank.goals.odds import Curve, rank_curve, rest_of_year
from airrank.plots import style
from airrank.plots.labels import status
from airrank.words import Text

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from airrank.forecasting.result import Forecast
    from airrank.panel import Panel

LINES = (style.BLUE, style.VERMILION, style.GREEN, style.PINK)
LABEL = 0.12
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
    curves = {g: rank_curve(panel, forecast, name, g, "pm25") for g in forecast.goals}
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
        ends: list[style.Label] = []
        for (goal, curve), colour, dash in zip(curves.items(), LINES, DASHES, strict=False):
            axes.plot(curve.x, 100 * curve.probability, color=colour, ls=dash, lw=2.2)
            words = Text("top {goal}", goal=goal)
            ends.append((100 * float(curve.probability[-1]), words, colour))
            if curve.even is not None:
                axes.plot(curve.even, 50, "o", color=colour, ms=6)
                axes.annotate(
                    str(Text("even at {x}", x=f"{curve.even:.0f}")),
                    (curve.even, 50),
                    xytext=(6, 6 + 15 * label_level(curve.even, curves, grid)),
                    textcoords="offset points",
                    color=colour,
                    bbox=style.PATCH,
                )
        if len(grid):
            low, high = grid[0], grid[-1]
        axes.set_xlim(float(low), float(high))
        axes.set_ylim(0, 102)
        style.edge_labels(axes, ends)
        days = (forecast.period.end - forecast.as_of).days
        axes.set_xlabel(
            str(Text("PM2.5 mean of the {days} remaining days [µg/m³] (grey: as drawn)", days=days))
        )
        axes.set_ylabel(str(Text("probability [%]")))
    return figure, table


def label_level(even: float, curves: Mapping[int, Curve], grid: NDArray[np.float64]) -> int:
    """Give the line on which an even point's label stands clear of those close to its right."""
    right = sorted(c.even for c in curves.values() if c.even is not None and c.even > even)
    level, at = 0, even
    for other in right:
        if other - at > LABEL * (grid[-1] - grid[0]):
            break
        level, at = level + 1, other
    return level
