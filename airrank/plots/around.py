"""The cities around a rank: index now and interval at the end."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from airrank.amounts import Place
from airrank.goals.rivals import AROUND, rivals
from airrank.plots import style
from airrank.plots.labels import end_of, status
from airrank.words import Chance, Percent, Text, worded

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from airrank.forecasting.result import Forecast


def around_table(forecast: Forecast, city: str, rank: int) -> pd.DataFrame:
    """Give our city and those up to five places from a goal rank, cleanest first.

    Cities on one rank stand in the order of the list to date, as in every table.

    Returns
    -------
    DataFrame
        By city: ``rank`` and ``index`` to date, ``index_median, index_lo80, index_hi80`` at the
        end, ``p_ahead`` (P(we end ahead); empty for us).
    """
    name = forecast.ranking_list.resolve(city).name
    near = rivals(forecast, name, rank)
    close = near.index[(near["rank"].astype(float) - rank).abs() <= AROUND]
    chosen = [str(other) for other in forecast.year_to_date.index if other in {*close, name}]
    summary = forecast.summary().loc[chosen]
    table = summary[["ytd_rank", "ytd_index", "index_median", "index_lo80", "index_hi80"]].rename(
        columns={"ytd_rank": "rank", "ytd_index": "index"}
    )
    table["p_ahead"] = near["p_ahead"].reindex(chosen).astype(float)
    return table


def around_figure(forecast: Forecast, city: str, *, rank: int) -> tuple[Figure, pd.DataFrame]:
    """Draw where the cities around a goal rank stand and where they may end.

    Gives the figure and :func:`around_table`.
    """
    name = forecast.ranking_list.resolve(city).name
    table, end = around_table(forecast, name, rank), end_of(forecast)
    tied = forecast.year_to_date["tied"]
    title = Text("Cities around rank {rank}: now and at {end}", rank=rank, end=end)
    with style.sheet(title, status(forecast), aside=0.9) as figure:
        (axes,) = figure.axes
        for row, (other, values) in enumerate(table.iterrows()):
            colour = style.VERMILION if other == name else style.BLUE
            low, high = values["index_lo80"], values["index_hi80"]
            axes.plot([low, high], [row, row], color=colour, lw=7, alpha=0.3, solid_capstyle="butt")
            axes.plot([values["index_median"]] * 2, [row - 0.28, row + 0.28], color=colour, lw=2.2)
            axes.plot(values["index"], row, "o", color=style.INK, ms=6)
            if other != name:
                axes.annotate(
                    worded(Chance(values["p_ahead"], forecast.final)),
                    (1.02, row),
                    xycoords=("axes fraction", "data"),
                    va="center",
                )
        axes.annotate(
            str(Text("P(we end\nahead)")),
            (1.02, -0.75),
            xycoords=("axes fraction", "data"),
            va="bottom",
            color=style.MUTED,
            linespacing=1.4,
            annotation_clip=False,
        )
        labels = [
            str(
                Text(
                    "{rank}  {city}",
                    rank=Place(values["rank"], tied[str(o)]),
                    city=forecast.ranking_list.resolve(str(o)),
                )
            )
            for o, values in table.iterrows()
        ]
        axes.set_yticks(range(len(table)), labels)
        for tick, other in zip(axes.get_yticklabels(), table.index, strict=True):
            tick.set_color(style.VERMILION if other == name else style.INK)
        axes.set_ylim(len(table) - 0.4, -0.6)
        axes.grid(axis="y", visible=False)
        axes.set_xlabel(
            str(
                Text(
                    "index (lower is better); dot: now, bar: {level} at {end}, tick: median",
                    level=Percent(80),
                    end=end,
                )
            )
        )
    return figure, table
