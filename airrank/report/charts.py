"""Native charts of the deck, drawn from the tables behind the figures."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from airrank.goals.verdicts import VERDICTS
from airrank.plots.history import RANK
from airrank.plots.path import AXIS
from airrank.plots.ranks import rank_axis_title
from airrank.plots.shares import SHARES, SINGLE
from airrank.report import slides
from airrank.report.outline import Outline
from airrank.report.section import Section
from airrank.report.slides import HEIGHT, MARGIN, WIDTH
from airrank.terms import STATISTICS
from airrank.words import Chance, Percent, Text, number, worded

EVERY = 5
"""Ranks of which one is named below the distribution, a multiple of it first."""
BOX = (MARGIN, 1.5, WIDTH - 2 * MARGIN, HEIGHT - 2.15)


@dataclass(frozen=True)
class Drawn:
    """What a chart leaves to say, and where it ends [inch]."""

    axis: Text | None = None
    bottom: float = HEIGHT


def _shown(chance: float | None) -> float | None:
    """Round a probability as everywhere else, since office programs round a half up.

    What is nearly certain stays as it is: its format says so.
    """
    if chance is None or np.isnan(chance) or not 0.01 <= chance <= 0.99:
        return chance
    return float(number(100 * chance)) / 100


def _odds(slide: Any, _outline: Outline, section: Section) -> Drawn:
    """Draw the odds of the goals as bars; nothing where they are known."""
    if not section.facts:
        return Drawn(bottom=1.35)
    chances = {str(fact.name): _shown(fact.chance) for fact in section.facts}
    chart = slides.add_chart(
        slide,
        "BAR_CLUSTERED",
        list(chances),
        {str(Text("probability")): list(chances.values())},
        (MARGIN, 1.15, WIDTH - 2 * MARGIN, 1.8),
        number_format=slides.per_cent(),
        labels=slides.chances(),  # nothing is certain yet
    )
    chart.value_axis.minimum_scale, chart.value_axis.maximum_scale = 0, 1
    chart.category_axis.reverse_order = True
    chart.value_axis.visible = False
    chart.value_axis.has_major_gridlines = False
    return Drawn(bottom=3.05)


def _path(slide: Any, outline: Outline, section: Section) -> Drawn:
    _, table = section.figures["path"]()
    table, period = table.copy(), outline.forecast.period
    observed = table["rank"].dropna()
    if len(observed):  # a line joins what is not observed
        for column in table.columns.intersection(["median", "lo80", "hi80"]):
            table.loc[observed.index[-1], column] = observed.iloc[-1]
    level = Percent(80)
    names = {
        "rank": Text("observed"),
        "median": Text("forecast (median)"),
        "lo80": Text("{level} interval, best", level=level),
        "hi80": Text("{level} interval, worst", level=level),
    }
    lines = {str(words): table[key] for key, words in names.items() if key in table}
    days = [day.date() for day in pd.DatetimeIndex(table.index)]
    chart = _ranks(slide, outline, days, lines)
    slides.time_axis(chart, period)
    if len(observed) == 1:  # no line joins a single point
        slides.mark_points(chart)
    _rank_scale(chart, pd.DataFrame(lines), outline.forecast.goals)
    return Drawn(AXIS)


def _history(slide: Any, outline: Outline, section: Section) -> Drawn:
    _, table = section.figures["history"]()
    years = [str(year) for year in table.index]
    chart = _ranks(slide, outline, years, {str(Text("rank")): table["rank"]}, "LINE_MARKERS")
    _rank_scale(chart, table[["rank"]], outline.forecast.goals)
    return Drawn(RANK)


def _ranks(
    slide: Any,
    outline: Outline,
    categories: Any,
    lines: Mapping[str, pd.Series],
    kind: str = "LINE",
) -> Any:
    """Draw ranks, 1 at the top, and the goals as dashed lines."""
    from pptx.enum.chart import XL_AXIS_CROSSES, XL_TICK_LABEL_POSITION

    forecast = outline.forecast
    series: dict[str, list[float | None]] = {
        name: [None if np.isnan(v) else float(v) for v in values.astype(float)]
        for name, values in lines.items()
    }
    for goal in forecast.goals:
        p = forecast.probability(outline.city, goal)
        chance: Any = Chance(p)
        if forecast.final:
            chance = VERDICTS["met" if p == 1 else "not met"]
        name = str(Text("top {goal} {chance}", goal=goal, chance=chance))
        series[name] = [float(goal)] * len(categories)
    chart = slides.add_chart(
        slide,
        kind,
        categories,
        series,
        BOX,
        number_format="0;;",  # there is no rank 0
        colours=(slides.INK, slides.BLUE, slides.SKY, slides.SKY),
        dashed=len(forecast.goals),
    )
    axis = chart.value_axis
    axis.reverse_order, axis.crosses = True, XL_AXIS_CROSSES.MAXIMUM
    chart.category_axis.tick_label_position = XL_TICK_LABEL_POSITION.HIGH
    return chart


def _rank_scale(chart: Any, table: pd.DataFrame, goals: Sequence[int]) -> None:
    ranks = [*table.to_numpy(float).ravel(), *goals]
    axis = chart.value_axis
    axis.minimum_scale = max(0, 10 * np.floor((np.nanmin(ranks) - 3) / 10))
    axis.maximum_scale = 10 * np.ceil((np.nanmax(ranks) + 3) / 10)


def _distribution(slide: Any, outline: Outline, section: Section) -> Drawn:
    _, table = section.figures["ranks"]()
    below = np.searchsorted(table["cumulative"], [0.002, 0.998])
    first = max(0, below[0] - 1)
    part = table.iloc[max(0, first - int(table.index[first]) % EVERY) : below[1] + 2]
    chart = slides.add_chart(
        slide,
        "COLUMN_CLUSTERED",
        [int(rank) for rank in part.index],
        {str(Text("probability")): [float(p) for p in part["probability"]]},
        BOX,
        number_format=slides.per_cent(),
    )
    slides.count_axis(chart, EVERY)
    chart.plots[0].gap_width = 15
    if part["probability"].max() > 0.8:  # else there would be 120 %
        chart.value_axis.maximum_scale = 1
    return Drawn(rank_axis_title(outline.forecast))


def _shares(slide: Any, outline: Outline, section: Section) -> Drawn:
    _, table = section.figures["shares"]()
    n = len(outline.forecast.cities)
    series = {
        str(words.with_values(n=n)): [
            None if np.isnan(v) else float(number(v, 2)) for v in table[column]
        ]
        for column, words in SHARES.items()
        if table[column].notna().any()
    }
    names = [worded(STATISTICS[str(p)]) for p in table.index]
    kind, two = "COLUMN_CLUSTERED", "0.00"
    slides.add_chart(slide, kind, names, series, BOX, number_format=two, labels=two)
    return Drawn(SINGLE)


CHARTS: dict[str, Callable[[Any, Outline, Section], Drawn]] = {
    "goals": _odds,
    "path": _path,
    "history": _history,
    "ranks": _distribution,
    "shares": _shares,
}
"""By section or figure; what is not here a slide shows as its table."""
