"""Skill by lead: each model against the best baseline of the day, month by month to year end."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from airrank.plots import style
from airrank.plots.place import PATCH, Label, edge_labels
from airrank.terms import MODELS as MODEL_NAMES
from airrank.verification.skill import by_lead
from airrank.words import Text

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

LOOKS = {
    "remainder": (style.BLUE, "o"),
    "ytd": (style.VERMILION, "s"),
    "ytd_last_remainder": (style.GREEN, "^"),
    "last_year": (style.ORANGE, "D"),
    "ratio": (style.PINK, "v"),
    "climatology": (style.MUTED, "X"),
    "hindsight": (style.INK, "*"),
}
"""Colour and mark of each model: marks tell them apart in grey."""
FLOOR = -0.6
"""Skill below which the axis is cut: there, models are of no interest."""


def skill_figure(scores: pd.DataFrame) -> tuple[Figure, pd.DataFrame]:
    """Draw skill against the months left, a line per model.

    Returns
    -------
    figure : Figure
    table : DataFrame
        Months left × model.
    """
    table = by_lead(scores).sort_index(ascending=False)
    years = ", ".join(map(str, sorted(scores["period"].unique())))
    origins = scores["as_of"].nunique()
    title = Text("How much better than the best baseline, by time to year end")
    foot = Text(
        "backtest of {years}, {origins} origins; baselines dressed with their own past errors; "
        "cut off below {floor}",
        years=years,
        origins=origins,
        floor=FLOOR,
    )
    with style.sheet(title, foot) as figure:
        (axes,) = figure.axes
        axes.axhline(0, color=style.MUTED, lw=1, ls="--")
        for name in table.columns:
            colour, marker = LOOKS[str(name)]
            ours = name == "remainder"
            wide, front = (2.6, 3) if ours else (1.2, 2)
            axes.plot(
                table.index, table[name], marker=marker, ms=5, lw=wide, color=colour, zorder=front
            )
        top = max(0.1, float(table.max().max()))
        axes.set_ylim(FLOOR, top + 0.1)
        axes.set_xlim(table.index.max() + 0.4, table.index.min() - 0.15)
        axes.set_xticks(list(table.index))
        _names(axes, table)
        axes.set_xlabel(str(Text("time to year end [months]")))
        axes.set_ylabel(str(Text("1 − RPS / best baseline (higher is better)")))
    return figure, table


def _names(axes: Axes, table: pd.DataFrame) -> None:
    """Name the lines at the right edge, or where they leave the axes at the bottom."""
    edge: list[Label] = []
    for name in table.columns:
        colour, words = LOOKS[str(name)][0], MODEL_NAMES[str(name)]
        inside = table.index[table[name] >= FLOOR]
        if len(inside) and inside[-1] == table.index[-1]:
            edge.append((float(table[name].iloc[-1]), words, colour))
        elif len(inside):
            axes.annotate(
                str(words),
                (inside[-1], float(table.loc[inside[-1], name])),
                xytext=(8, 2),
                textcoords="offset points",
                va="center",
                color=colour,
                bbox=PATCH,
            )
    edge_labels(axes, edge)
