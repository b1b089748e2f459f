"""The gap: a city's rank over the year so far, the fan to year end, and the goals."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import pandas as pd

from airrank.forecasting.path import rank_fan, ranks_to_date
from airrank.plots import style
from airrank.plots.labels import status, text
from airrank.plots.style import day_number
from airrank.wording import Lang, label, probability_text

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from airrank.forecasting.result import Forecast
    from airrank.panel import Panel


EARLY = 2
"""Last month in which a label does not yet fit left of its day."""


@dataclass(frozen=True)
class GapData:
    """What the figure shows.

    Attributes
    ----------
    observed : Series
        Year-to-date rank by day, NaN where data are insufficient.
    fan : DataFrame
        Index: days after the last observed one; columns ``median, lo50, hi50, … hi95`` of rank.
    goals : dict
        Probability at year end of each goal rank.
    """

    city: str
    year: int
    observed: pd.Series[float]
    fan: pd.DataFrame
    goals: dict[int, float]
    footer: str
    final: bool = False

    def table(self) -> pd.DataFrame:
        """Give the numbers of the figure in one frame by day."""
        observed = self.observed.rename("rank").to_frame()
        return pd.concat([observed, self.fan]).rename_axis("date")


def gap_figure(
    forecast: Forecast, panel: Panel, city: str, *, lang: Lang = "zh"
) -> tuple[Figure, pd.DataFrame]:
    """Draw the gap figure of a forecast for one of its cities.

    Returns
    -------
    figure : Figure
    table : DataFrame
        The numbers behind it, by day.
    """
    unit = forecast.ranking_list.resolve(city)
    data = GapData(
        city=unit.called(lang),
        year=forecast.target_year,
        observed=ranks_to_date(panel, forecast, unit.name),
        fan=rank_fan(panel, forecast, unit.name),
        goals={goal: forecast.probability(unit.name, goal) for goal in forecast.goals},
        footer=status(forecast, lang),
        final=forecast.final,
    )
    return plot_gap(data, lang=lang)


def plot_gap(data: GapData, *, lang: Lang = "zh") -> tuple[Figure, pd.DataFrame]:
    """Draw the gap figure.

    Returns
    -------
    figure : Figure
    table : DataFrame
        The numbers behind it.
    """
    with style.styled():
        figure = style.new_figure()
        axes = figure.add_subplot()
        _fan(axes, data)
        observed = data.observed.dropna()
        axes.plot(observed.index, observed, color=style.INK, lw=2)
        if len(observed):
            axes.plot(
                observed.index[-1], observed.iloc[-1], "o", color=style.INK, ms=5, clip_on=False
            )
        months = [date(data.year, month, 1) for month in range(1, 13)]
        names = [f"{m.month}月" if lang == "zh" else f"{m:%b}" for m in months]
        axes.set_xticks([day_number(m) for m in months], names)
        end = date(data.year, 12, 31)
        axes.set_xlim(day_number(months[0]), day_number(end))
        _rank_axis(axes, data)
        _labels(axes, data, lang, end)
        axes.set_ylabel(label("gap_axis", lang))
        title = "gap_title_final" if data.final else "gap_title"
        axes.set_title(text(title, lang, city=data.city, year=data.year))
        style.footer(figure, data.footer)
    return figure, data.table()


def _fan(axes: Axes, data: GapData) -> None:
    observed = data.observed.dropna()
    if data.fan.empty or observed.empty:
        return
    start = pd.DataFrame(
        float(observed.iloc[-1]), index=[observed.index[-1]], columns=data.fan.columns
    )
    fan = pd.concat([start, data.fan])
    for level, colour in style.FAN.items():
        axes.fill_between(fan.index, fan[f"lo{level}"], fan[f"hi{level}"], color=colour, lw=0)
    axes.plot(fan.index, fan["median"], color=style.BLUE, lw=1.6)


def _rank_axis(axes: Axes, data: GapData) -> None:
    """Rank 1 belongs at the top; leave a tenth of the range free on both sides."""
    from matplotlib.ticker import MaxNLocator

    observed = data.observed.dropna()
    # The first days' ranks jump about; they must not flatten what follows.
    settled = observed[observed.index >= pd.Timestamp(data.year, 2, 1)]
    shown = [*(settled if len(settled) > 4 else observed), *data.fan.to_numpy().ravel()]
    shown += list(data.goals)
    low, high = (min(shown), max(shown)) if shown else (1.0, 10.0)
    margin = max(4.0, 0.1 * (high - low))
    axes.set_ylim(high + margin, max(0.0, low - margin))
    axes.yaxis.set_major_locator(MaxNLocator(integer=True))


def _labels(axes: Axes, data: GapData, lang: Lang, end: date) -> None:
    """Label goals and year end at the right edge, moved apart where they would overlap."""
    texts: list[tuple[float, str, str]] = []
    for goal, probability in sorted(data.goals.items()):
        axes.axhline(goal, color=style.VERMILION, lw=1.1, ls=(0, (5, 3)))
        key = "goal_line"
        if data.final:
            key = "goal_line_met" if probability > 0.5 else "goal_line_missed"
        words = text(key, lang, goal=goal, probability=probability_text(probability))
        texts.append((float(goal), words, style.VERMILION))
    observed = data.observed.dropna()
    if data.final and len(observed):
        words = text("year_end_final", lang, rank=f"{observed.iloc[-1]:.0f}")
        texts.append((float(observed.iloc[-1]), words, style.INK))
    elif len(data.fan):
        median = float(data.fan["median"].iloc[-1])
        words = text("year_end_median", lang, rank=f"{median:.0f}")
        texts.append((median, words, style.BLUE))
    low, high = sorted(axes.get_ylim())
    places = style.spread([t[0] for t in texts], (high - low) * 0.05)
    for (rank, words, colour), place in zip(texts, places, strict=True):
        axes.annotate(
            words,
            (day_number(end), rank),
            xytext=(1.02, (high - place) / (high - low)),
            textcoords="axes fraction",
            va="center",
            color=colour,
            fontsize=10,
            annotation_clip=False,
        )
    if len(observed) and not data.final:
        last = observed.index[-1]
        early = last.month <= EARLY
        axes.annotate(
            label("now", lang, rank=f"{observed.iloc[-1]:.0f}"),
            (day_number(last), float(observed.iloc[-1])),
            # On the side where the line of the last weeks is not.
            xytext=(
                6 if early else -6,
                -18 if observed.iloc[-5:].mean() < observed.iloc[-1] else 10,
            ),
            textcoords="offset points",
            ha="left" if early else "right",
            bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 1},
        )
