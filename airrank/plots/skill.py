"""Skill by lead: each model against the best baseline of the day, month by month to year end."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from airrank.forecasting.skill import by_lead
from airrank.plots import style
from airrank.wording import Lang

if TYPE_CHECKING:
    from matplotlib.figure import Figure

COLOURS = {
    "remainder": style.BLUE,
    "ytd": style.VERMILION,
    "ytd_last_remainder": style.GREEN,
    "last_year": style.ORANGE,
    "ratio": style.PINK,
    "climatology": style.MUTED,
}
FLOOR = -0.6
"""Skill below which the axis is cut: there, models are of no interest."""
WORDS = {
    "title": ("相对当日最佳基准的技巧(RPS)", "Skill against the best baseline of the day (RPS)"),
    "x": ("距年末月数", "months to year end"),
    "y": ("技巧:1 - RPS / 最佳基准(越高越好)", "1 - RPS / best baseline (higher is better)"),
    "footer": (
        "{years}年,{origins}个起报日;基准按自身历史误差给出分布;虚线=最佳基准",
        "{years}, {origins} origins; baselines dressed with their own past errors; "
        "0 is the best of them at each origin",
    ),
}


def skill_figure(scores: pd.DataFrame, *, lang: Lang = "zh") -> tuple[Figure, pd.DataFrame]:
    """Draw skill against the months left, a line per model.

    Returns
    -------
    figure : Figure
    table : DataFrame
        Months left × model.
    """
    word = {key: both[lang == "en"] for key, both in WORDS.items()}
    table = by_lead(scores).sort_index(ascending=False)
    with style.styled():
        figure = style.new_figure(9.0, 5.0)
        axes = figure.add_subplot()
        axes.axhline(0, color=style.MUTED, lw=1, ls="--")
        order = sorted(table.columns, key=lambda name: (name != "remainder", str(name)))
        for name in order:
            shown = table[name].where(table[name] >= FLOOR)
            if shown.isna().all():
                continue
            wide = 2.4 if name == "remainder" else 1.2
            axes.plot(
                table.index,
                shown,
                marker="o",
                ms=4,
                lw=wide,
                color=COLOURS.get(str(name), style.INK),
                label=str(name),
            )
        axes.invert_xaxis()
        axes.set_xlabel(word["x"])
        axes.set_ylabel(word["y"])
        axes.set_title(word["title"])
        axes.legend(frameon=False, loc="center left", bbox_to_anchor=(1.0, 0.5))
        years = ", ".join(map(str, sorted(scores["target_year"].unique())))
        style.footer(figure, word["footer"].format(years=years, origins=scores["as_of"].nunique()))
    return figure, table
