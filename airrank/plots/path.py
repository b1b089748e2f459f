"""The path: a city's rank over the period so far, the fan to its end, and the goals."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pandas as pd

from airrank.forecasting.path import rank_fan, ranks_to_date
from airrank.plots import style
from airrank.plots.labels import end_of, status
from airrank.plots.place import Label, beside, edge_labels
from airrank.words import Chance, Text, number

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from airrank.forecasting.result import Forecast
    from airrank.panel import Panel

AXIS = Text("rank to date (1 = cleanest, at the top)")


def path_figure(forecast: Forecast, city: str, *, panel: Panel) -> tuple[Figure, pd.DataFrame]:
    """Draw the path of one city's rank.

    Returns
    -------
    figure : Figure
    table : DataFrame
        By day: the ``rank`` to date; after the last observed day its ``median, lo50, hi50, …``.
    """
    name, period = forecast.ranking_list.resolve(city).name, forecast.period
    ranks, fan = ranks_to_date(panel, forecast, name), rank_fan(forecast, name)
    observed = ranks.dropna()
    known: dict[str, Any] = {"city": forecast.ranking_list.resolve(city), "period": period}
    title = Text("{city}: rank to date in {period} and forecast to {end}", **known)
    foot = Text(
        "bands: 50/80/95 % of the forecast; dashed: goals and their odds; {status}",
        status=status(forecast),
    )
    if forecast.final:
        title = Text("{city}: rank over {period}", **known)
    with style.sheet(
        title.with_values(end=end_of(forecast)), status(forecast) if fan.empty else foot
    ) as figure:
        (axes,) = figure.axes
        if len(fan):
            style.fan(axes, observed.iloc[-1:], fan, 1.6)
        axes.plot(observed.index, observed, color=style.INK, lw=2)
        style.month_axis(axes, period)
        shown = [*observed, *fan.to_numpy().ravel(), *forecast.goals]
        style.rank_axis(axes, shown, len(forecast.cities))
        for goal in forecast.goals:
            axes.axhline(goal, color=style.VERMILION, lw=1.1, ls=style.DASHED)
        edge_labels(axes, _labels(forecast, name, observed, fan))
        if len(observed):
            rank = float(observed.iloc[-1])
            day = style.day_number(observed.index[-1])
            axes.plot(day, rank, "o", color=style.INK, ms=5, clip_on=False)
            if not forecast.final:
                beside(axes, Text("now {rank}", rank=number(rank)), (day, rank), style.INK)
        axes.set_ylabel(str(AXIS))
    return figure, pd.concat([ranks.rename("rank").to_frame(), fan]).rename_axis("date")


def _labels(
    forecast: Forecast, city: str, observed: pd.Series[float], fan: pd.DataFrame
) -> Iterator[Label]:
    """Say at the right edge what becomes, or became, of the goals, and of the rank."""
    for goal in sorted(forecast.goals):
        chance = forecast.probability(city, goal)
        words = Text("top {goal}  {chance}", goal=goal, chance=Chance(chance))
        if forecast.final and chance > 0.5:
            words = Text("top {goal}  reached", goal=goal)
        elif forecast.final:
            words = Text("top {goal}  missed", goal=goal)
        yield float(goal), words, style.VERMILION
    if forecast.final and len(observed):
        rank = float(observed.iloc[-1])
        yield rank, Text("final rank {rank}", rank=number(rank)), style.INK
    elif len(fan):
        median = float(fan["median"].iloc[-1])
        words = Text("median {rank}", rank=number(median))
        yield median, words, style.BLUE
