"""How the odds of each goal moved week by week, as the stored forecasts said them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from airrank.forecasting.record import NEAR, WEEK, Record, record_table
from airrank.plots import style
from airrank.plots.labels import named, status_line, text
from airrank.plots.odds import DASHES, LINES
from airrank.plots.style import day_number
from airrank.wording import Lang, probability_text

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from airrank.panel import Panel


def odds_over_time_figure(
    record: Record,
    panel: Panel,
    city: str,
    goals: Sequence[int],
    *,
    outcome: int | None = None,
    lang: Lang = "zh",
) -> tuple[Figure, pd.DataFrame]:
    """Draw the odds of each goal over the weeks of one target year.

    Parameters
    ----------
    record : Record
        Of one target year, at least one week.
    panel : Panel
        Of the same ranking list; names the city.
    city : str
    goals : sequence of int
        Ranks; at most as many as there are line styles are drawn.
    outcome : int, optional
        The final rank, once known.
    lang : str

    Returns
    -------
    figure : Figure
    table : DataFrame
        See :func:`airrank.forecasting.record.record_table`.
    """
    name = panel.ranking_list.resolve(city).name
    table = record_table(record, name, goals)
    last = record.weeks[-1]
    year = last.year
    with style.styled():
        figure = style.new_figure(9.0, 5.2)
        axes = figure.add_subplot()
        odds = 100 * table[[f"p_rank_le_{goal}" for goal in goals]]
        odds.columns = list(goals)
        axes.axhline(50, color=style.MUTED, lw=0.8, ls=(0, (1, 2)))
        for goal, colour, dash in zip(goals, LINES, DASHES, strict=False):
            line = _broken(odds[goal])
            axes.plot(
                line.index, line, color=colour, ls=dash, lw=2.2, marker="o", ms=3.5, clip_on=False
            )
        _labels(axes, odds.iloc[-1], last.final, outcome, lang)
        months = [date(year, month, 1) for month in range(1, 13)]
        shown = [f"{m.month}月" if lang == "zh" else f"{m:%b}" for m in months]
        axes.set_xticks([day_number(m) for m in months], shown)
        axes.set_xlim(day_number(months[0]) - 3, day_number(date(year, 12, 31)))
        axes.set_ylim(-3, 103)
        axes.set_ylabel(text("odds_y", lang))
        key = "track_title" if outcome is None else "track_title_known"
        shown_city = named(panel, name, lang)
        axes.set_title(text(key, lang, city=shown_city, year=year, rank=outcome))
        weeks = text("track_weeks", lang, n=len(table))
        line_ = status_line(last.content["settings"], last.as_of, lang)
        style.footer(figure, f"{weeks}{line_}")
    return figure, table


def _broken(series: pd.Series[float]) -> pd.Series[float]:
    """Put a gap where a week is missing, so that the line does not run across it."""
    days = list(series.index)
    gaps = [one + WEEK for one, other in pairwise(days) if other - one > WEEK + NEAR]
    whole = pd.concat([series, pd.Series(np.nan, index=gaps)]).sort_index()
    whole.index = pd.Index([day_number(day) for day in whole.index])
    return whole


def _labels(
    axes: Axes, last: pd.Series[float], final: bool, outcome: int | None, lang: Lang
) -> None:
    """Name each line at the right edge with its last odds and, if known, what came of it."""
    places = style.spread([float(p) for p in last], 7.0 if outcome is None else 11.0)
    for (goal, p), place, colour in zip(last.items(), places, LINES, strict=False):
        rank: Any = goal
        said = probability_text(float(p) / 100, final=final)
        words = text("track_line", lang, goal=rank, probability=said)
        if outcome is not None:
            met = outcome <= rank
            words += "\n" + text("track_met" if met else "track_missed", lang)
            axes.plot(
                1.0,
                100.0 if met else 0.0,
                marker="o" if met else "X",
                ms=9,
                color=colour,
                transform=axes.get_yaxis_transform(),
                clip_on=False,
                zorder=5,
            )
        axes.annotate(
            words,
            (1.03, place),
            xycoords=("axes fraction", "data"),
            va="center",
            color=colour,
            linespacing=1.15,
            annotation_clip=False,
        )
