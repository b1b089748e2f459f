"""Rank distribution at the period's end, with the goals."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from airrank.plots import style
from airrank.plots.labels import end_of, status
from airrank.plots.place import spread
from airrank.words import Chance, Text

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from airrank.forecasting.result import Forecast


def ranks_figure(forecast: Forecast, city: str) -> tuple[Figure, pd.DataFrame]:
    """Draw the probability of every rank at the end and of each goal.

    Returns
    -------
    figure : Figure
    table : DataFrame
        By rank: ``probability`` and ``cumulative``.
    """
    name = forecast.ranking_list.resolve(city).name
    chances = forecast.rank_distribution.loc[name]
    table = pd.DataFrame({"probability": chances, "cumulative": chances.cumsum()})
    shown = 100 * chances.to_numpy()
    # A single stray draw must not squeeze the rest: 2 in 1000 at each end may lie outside.
    below = np.searchsorted(table["cumulative"], [0.002, 0.998]) + 1
    low, high = min([below[0], *forecast.goals]), max([below[1], *forecast.goals])
    margin = max(2, (high - low) // 20)
    title = Text(
        "{city}: distribution of the final rank of {period}",
        city=forecast.ranking_list.resolve(city),
        period=forecast.period,
    )
    with style.sheet(title, status(forecast)) as figure:
        (axes,) = figure.axes
        best = max(forecast.goals, default=0)
        colours = [style.BLUE if rank <= best else style.SKY for rank in table.index]
        axes.bar(table.index, shown, width=0.85, color=colours)
        axes.set_xlim(max(0.4, low - margin), min(len(shown) + 0.6, high + margin))
        top = float(shown.max())
        axes.set_yticks([tick for tick in axes.get_yticks() if tick <= min(100, 1.3 * top)])
        axes.set_ylim(0, 1.3 * top)
        edges = [goal + 0.5 for goal in forecast.goals]
        left, right = axes.get_xlim()
        gap = 0.14 * (right - left)
        places = spread(edges, gap, (left, right))
        for goal, edge, place in zip(forecast.goals, edges, places, strict=True):
            axes.plot([edge, edge], [0, 1.1 * top], color=style.VERMILION, lw=1.2, ls=style.DASHED)
            axes.plot([edge, place], [1.1 * top, 1.14 * top], color=style.VERMILION, lw=0.8)
            chance = Chance(forecast.probability(name, goal), forecast.final)
            words = str(Text("top {goal}\n{chance}", goal=goal, chance=chance))
            axes.text(
                place,
                1.15 * top,
                words,
                color=style.VERMILION,
                ha="center",
                va="bottom",
            )
        axes.grid(axis="x", visible=False)
        axes.set_xlabel(str(rank_axis_title(forecast)))
        axes.set_ylabel(str(Text("probability [%]")))
    return figure, table


def rank_axis_title(forecast: Forecast) -> Text:
    """Say what the axis of final ranks shows, and which side is better."""
    return Text("rank at {end} (1 = cleanest, at the left)", end=end_of(forecast))
