"""Reliability: how often a goal was reached, against the probability given before."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from airrank.plots import style
from airrank.terms import MODELS as MODEL_NAMES
from airrank.verification.skill import reliability
from airrank.words import Text

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from airrank.verification.backtest import Backtest


def reliability_figure(result: Backtest, model: str) -> tuple[Figure, pd.DataFrame]:
    """Draw the reliability diagram of a model's goal probabilities.

    Returns
    -------
    figure : Figure
    table : DataFrame
        As of :func:`airrank.verification.skill.reliability`.
    """
    table = reliability(result, model)
    told, came = 100 * table["forecast"], 100 * table["observed"]
    years = sorted(result.scores["period"].unique())
    foot = Text(
        "backtest of {years}, {origins} origins, goals {goals}; dot area and number: cases, "
        "not independent within a year",
        years=", ".join(map(str, years)),
        origins=result.scores["as_of"].nunique(),
        goals="/".join(map(str, result.goals)),
    )
    title = Text("Odds of the goals, told and come true: {model}", model=MODEL_NAMES[model])
    with style.sheet(title, foot, (style.SIZE[0], 5.6)) as figure:
        (axes,) = figure.axes
        axes.plot([0, 100], [0, 100], color=style.MUTED, lw=1, ls="--")
        axes.annotate(
            str(Text("dashed: perfectly reliable")),
            (0.98, 0.03),
            xycoords="axes fraction",
            ha="right",
            color=style.MUTED,
        )
        axes.plot(told, came, color=style.BLUE, lw=1.4)
        size = 20 + 400 * table["count"] / table["count"].max()
        axes.scatter(told, came, s=size, color=style.BLUE, alpha=0.8)
        for x, y, count in zip(told, came, table["count"], strict=True):
            # On the side away from the line of perfect reliability, at its ends inwards.
            above = y > x if 10 < x < 90 else x >= 90
            axes.annotate(
                str(count),
                (x, y),
                textcoords="offset points",
                xytext=(-8, 7) if above else (8, -7),
                ha="right" if above else "left",
                va="bottom" if above else "top",
                color=style.INK,
            )
        axes.set(xlim=(-6, 108), ylim=(-6, 108))
        axes.set_xlabel(str(Text("probability told [%]")))
        axes.set_ylabel(str(Text("share that reached the goal [%]")))
        axes.set_aspect("equal")
    return figure, table
