"""Rivals: index now and year-end interval of the ten cities around a goal."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from airrank.goals.rivals import rivals
from airrank.plots import style
from airrank.plots.labels import named, status, text
from airrank.wording import Lang, probability_text

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from airrank.forecasting.result import Forecast

SHOWN = 10


def rivals_table(forecast: Forecast, city: str, rank: int) -> pd.DataFrame:
    """Give our city and the ten nearest to a goal rank, cleanest first.

    Returns
    -------
    DataFrame
        By city: ``rank`` and ``index`` to date, ``index_median, index_lo80, index_hi80`` at year
        end, ``p_ahead`` (P(we end ahead); empty for us).
    """
    name = forecast.ranking_list.resolve(city).name
    near = rivals(forecast, name, rank)
    order = (near["rank"].astype(float) - rank).abs().sort_values(kind="stable").index[:SHOWN]
    chosen = [*order, name]
    summary = forecast.summary().loc[chosen]
    table = summary[["ytd_rank", "ytd_index", "index_median", "index_lo80", "index_hi80"]].rename(
        columns={"ytd_rank": "rank", "ytd_index": "index"}
    )
    table["p_ahead"] = near["p_ahead"].reindex(chosen).astype(float)
    return table.sort_values(["rank", "index_median"], kind="stable")


def rivals_figure(
    forecast: Forecast, city: str, rank: int, *, lang: Lang = "zh"
) -> tuple[Figure, pd.DataFrame]:
    """Draw where the cities around a goal rank stand and where they may end.

    Gives the figure and :func:`rivals_table`.
    """
    name = forecast.ranking_list.resolve(city).name
    table = rivals_table(forecast, name, rank)
    title = text("rivals_title", lang, rank=rank)
    with style.sheet(title, status(forecast, lang), (9.0, 5.6)) as figure:
        (axes,) = figure.axes
        for row, (other, values) in enumerate(table.iterrows()):
            colour = style.VERMILION if other == name else style.BLUE
            low, high = values["index_lo80"], values["index_hi80"]
            axes.plot([low, high], [row, row], color=colour, lw=7, alpha=0.3, solid_capstyle="butt")
            axes.plot([values["index_median"]] * 2, [row - 0.28, row + 0.28], color=colour, lw=2.2)
            axes.plot(values["index"], row, "o", color=style.INK, ms=6)
            if other != name:
                axes.annotate(
                    probability_text(float(values["p_ahead"]), final=forecast.final),
                    (1.02, row),
                    xycoords=("axes fraction", "data"),
                    va="center",
                )
        axes.annotate(
            text("rivals_ahead", lang),
            (1.02, -0.75),
            xycoords=("axes fraction", "data"),
            va="bottom",
            color=style.MUTED,
            fontsize=9.5,
            linespacing=1.4,
            annotation_clip=False,
        )
        labels = [
            text("rivals_name", lang, rank=int(values["rank"]), city=named(forecast, str(o), lang))
            for o, values in table.iterrows()
        ]
        axes.set_yticks(range(len(table)), labels)
        for tick, other in zip(axes.get_yticklabels(), table.index, strict=True):
            tick.set_color(style.VERMILION if other == name else style.INK)
        axes.set_ylim(len(table) - 0.4, -0.6)
        axes.grid(axis="y", visible=False)
        axes.set_xlabel(text("rivals_x", lang))
    return figure, table
