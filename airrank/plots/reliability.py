"""Reliability: how often a goal was reached, against the probability given before."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from airrank.forecasting.skill import reliability
from airrank.plots import style
from airrank.wording import Lang

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from airrank.forecasting.backtest import Backtest

WORDS = {
    "title": ("达标概率的可靠性:{model}", "Reliability of P(rank ≤ goal): {model}"),
    "x": ("预测概率", "forecast probability"),
    "y": ("实际达标比例", "share of cases that reached the goal"),
    "perfect": ("完全可靠", "perfectly reliable"),
    "footer": (
        "{years}年,{origins}个起报日,目标名次{goals};圆点面积与数字为例数;同年各例相互关联",
        "{years}, {origins} origins, goals {goals}; dot area and numbers: cases, "
        "which depend on each other within a year",
    ),
}


def reliability_figure(
    result: Backtest, model: str, *, lang: Lang = "zh"
) -> tuple[Figure, pd.DataFrame]:
    """Draw the reliability diagram of a model's goal probabilities.

    Returns
    -------
    figure : Figure
    table : DataFrame
        As of :func:`airrank.forecasting.skill.reliability`.
    """
    word = {key: both[lang == "en"] for key, both in WORDS.items()}
    table = reliability(result, model)
    with style.styled():
        figure = style.new_figure(6.4, 6.4)
        axes = figure.add_subplot()
        axes.plot([0, 1], [0, 1], color=style.MUTED, lw=1, ls="--", label=word["perfect"])
        axes.plot(table["forecast"], table["observed"], color=style.BLUE, lw=1.4)
        size = 20 + 400 * table["count"] / table["count"].max()
        axes.scatter(table["forecast"], table["observed"], s=size, color=style.BLUE, alpha=0.8)
        for row in table.itertuples():
            axes.annotate(
                str(row.count),
                (row.forecast, row.observed),
                textcoords="offset points",
                xytext=(10, -12),
                fontsize=8,
                color=style.MUTED,
            )
        axes.set(xlim=(-0.04, 1.08), ylim=(-0.04, 1.08), xlabel=word["x"], ylabel=word["y"])
        axes.set_aspect("equal")
        axes.set_title(word["title"].format(model=model))
        axes.legend(frameon=False, loc="upper left")
        years = sorted(result.scores["target_year"].unique())
        text = word["footer"].format(
            years=", ".join(map(str, years)),
            origins=result.scores["as_of"].nunique(),
            goals="/".join(map(str, result.goals)),
        )
        style.footer(figure, text)
    return figure, table
