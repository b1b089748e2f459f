"""How the odds of each goal moved week by week, as the stored forecasts said them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from airrank.forecasting.record import NEAR, WEEK, Record, record_table
from airrank.plots import style
from airrank.plots.labels import status_line
from airrank.plots.odds import DASHES, LINES
from airrank.plots.place import Label, edge_labels
from airrank.plots.style import day_number
from airrank.words import Chance, Text, counted

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

    Returns
    -------
    figure : Figure
    table : DataFrame
        See :func:`airrank.forecasting.record.record_table`.
    """
    name = panel.ranking_list.resolve(city).name
    table = record_table(record, name, goals)
    last = record.weeks[-1]
    known: dict[str, Any] = {"city": panel.ranking_list.resolve(name), "period": last.period}
    title = Text("{city}: odds of the {period} goals, week by week", **known)
    if outcome is not None:
        title = Text(
            "{city}: odds of the {period} goals, week by week; final rank {rank}",
            rank=outcome,
            **known,
        )
    foot = counted(
        "{n} weekly forecast; the last {status}",
        "{n} weekly forecasts; the last {status}",
        len(table),
        status=status_line(last.content["settings"], last.as_of),
    )
    with style.sheet(title, foot) as figure:
        (axes,) = figure.axes
        odds = 100 * table[[f"p_rank_le_{goal}" for goal in goals]]
        odds.columns = list(goals)
        axes.axhline(50, color=style.MUTED, lw=0.8, ls=(0, (1, 2)))
        look: dict[str, Any] = {"lw": 2.2, "marker": "o", "ms": 3.5, "clip_on": False}
        for goal, colour, dash in zip(goals, LINES, DASHES, strict=False):
            line = _broken(odds[goal])
            axes.plot(line.index, line, color=colour, ls=dash, **look)
        style.month_axis(axes, last.period, before=3)
        axes.set_ylim(-3, 103)
        _labels(axes, odds.iloc[-1], last.final, outcome)
        axes.set_ylabel(str(Text("probability [%]")))
    return figure, table


def _broken(series: pd.Series[float]) -> pd.Series[float]:
    """Put a gap where a week is missing, so that the line does not run across it."""
    days = list(series.index)
    gaps = [one + WEEK for one, other in pairwise(days) if other - one > WEEK + NEAR]
    whole = pd.concat([series, pd.Series(np.nan, index=gaps)]).sort_index()
    whole.index = pd.Index([day_number(day) for day in whole.index])
    return whole


def _labels(axes: Axes, last: pd.Series[float], final: bool, outcome: int | None) -> None:
    """Name each line at the right edge with its last odds and, if known, what came of it."""
    labels: list[Label] = []
    for place, ((goal, p), colour) in enumerate(zip(last.items(), LINES, strict=False)):
        rank: Any = goal
        known = {"goal": rank, "chance": Chance(float(p) / 100, final)}
        words = Text("top {goal}  {chance}", **known)
        if outcome is not None:
            met = outcome <= rank
            words = (
                Text("top {goal}  {chance}\nmet", **known)
                if met
                else Text("top {goal}  {chance}\nnot met", **known)
            )
            axes.plot(
                1.0 + 0.015 * place,  # beside each other: all may be reached
                100.0 if met else 0.0,
                marker="o" if met else "X",
                ms=9,
                color=colour,
                transform=axes.get_yaxis_transform(),
                clip_on=False,
                zorder=5,
            )
        labels.append((float(p), words, colour))
    edge_labels(axes, labels, x=1.015 if outcome is None else 1.02 + 0.015 * len(labels))
