"""The gap: a city's rank over the year so far, the fan to year end, and the goals."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pandas as pd

from airrank.forecasting.path import rank_fan, ranks_to_date
from airrank.plots import style
from airrank.plots.labels import named, status, text
from airrank.wording import Lang, probability_text

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from airrank.forecasting.result import Forecast
    from airrank.panel import Panel


def gap_figure(
    forecast: Forecast, panel: Panel, city: str, *, lang: Lang = "zh"
) -> tuple[Figure, pd.DataFrame]:
    """Draw the gap figure of a forecast for one of its cities.

    Returns
    -------
    figure : Figure
    table : DataFrame
        By day: the ``rank`` to date; after the last observed day its ``median, lo50, hi50, …``.
    """
    name, year = forecast.ranking_list.resolve(city).name, forecast.period.end.year
    ranks, fan = ranks_to_date(panel, forecast, name), rank_fan(panel, forecast, name)
    observed = ranks.dropna()
    key = "gap_title_final" if forecast.final else "gap_title"
    title = text(key, lang, city=named(forecast, city, lang), year=year)
    bands = "" if fan.empty else text("gap_foot", lang)
    with style.sheet(title, bands + status(forecast, lang)) as figure:
        (axes,) = figure.axes
        if len(fan) and len(observed):
            _fan(axes, observed, fan)
        axes.plot(observed.index, observed, color=style.INK, lw=2)
        style.month_axis(axes, year, lang)
        # The first days' ranks jump about; they must not flatten what follows.
        settled = observed[observed.index >= pd.Timestamp(year, 2, 1)]
        shown = [*(settled if len(settled) > 4 else observed), *fan.to_numpy().ravel()]
        style.rank_axis(axes, [*shown, *forecast.goals], len(forecast.cities))
        for goal in forecast.goals:
            axes.axhline(goal, color=style.VERMILION, lw=1.1, ls=style.DASHED)
        style.edge_labels(axes, _labels(forecast, name, observed, fan, lang), 0.05)
        if len(observed):
            rank = float(observed.iloc[-1])
            words = "" if forecast.final else text("now", lang, rank=f"{rank:.0f}")
            rising = bool(observed.iloc[-5:].mean() < rank)
            style.mark_now(axes, observed.index[-1], rank, words, below=rising)
        axes.set_ylabel(text("gap_axis", lang))
    return figure, pd.concat([ranks.rename("rank").to_frame(), fan]).rename_axis("date")


def _fan(axes: Axes, observed: pd.Series[float], fan: pd.DataFrame) -> None:
    start = pd.DataFrame(observed.iloc[-1], index=[observed.index[-1]], columns=fan.columns)
    way = pd.concat([start, fan])
    for level, colour in style.FAN.items():
        axes.fill_between(way.index, way[f"lo{level}"], way[f"hi{level}"], color=colour, lw=0)
    axes.plot(way.index, way["median"], color=style.BLUE, lw=1.6)


def _labels(
    forecast: Forecast, city: str, observed: pd.Series[float], fan: pd.DataFrame, lang: Lang
) -> Iterator[style.Label]:
    """Say at the right edge what becomes, or became, of the goals, and of the rank."""
    for goal in sorted(forecast.goals):
        chance, key = forecast.probability(city, goal), "goal_line"
        if forecast.final:
            key = "goal_line_met" if chance > 0.5 else "goal_line_missed"
        words = text(key, lang, goal=goal, probability=probability_text(chance))
        yield float(goal), words, style.VERMILION
    if forecast.final and len(observed):
        rank = float(observed.iloc[-1])
        yield rank, text("year_end_final", lang, rank=f"{rank:.0f}"), style.INK
    elif len(fan):
        median = float(fan["median"].iloc[-1])
        yield median, text("year_end_median", lang, rank=f"{median:.0f}"), style.BLUE
