"""Single indices by pollutant, against last year and the median of the list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from airrank.errors import InsufficientDataError
from airrank.periods import Period
from airrank.plots import style
from airrank.plots.labels import status
from airrank.rules.standards import POLLUTANTS
from airrank.terms import STATISTICS
from airrank.words import Percent, Text, number, worded

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from airrank.forecasting.result import Forecast
    from airrank.panel import Panel

SINGLE = Text("single index (the six add up to the index)")
SHARES = {
    "now": Text("this year"),
    "last_year": Text("last year"),
    "median": Text("median of the {n}"),
}
"""What the columns of :func:`shares_table` are called."""


def shares_table(forecast: Forecast, city: str, panel: Panel) -> pd.DataFrame:
    """Give the single indices of the period to date.

    Returns
    -------
    DataFrame
        By pollutant: ``now, share, last_year, median``; ``last_year`` is NaN without data.
    """
    name = forecast.ranking_list.resolve(city).name
    columns = [f"single_{p}" for p in POLLUTANTS]
    now = forecast.year_to_date
    before: Any = np.full(len(POLLUTANTS), np.nan)
    last = min(forecast.as_of, forecast.period.end)
    period = Period(forecast.period.start, last).year_earlier()
    if period.start >= panel.first_day:
        try:
            earlier = forecast.standings(period)
            before = earlier.loc[name, columns].to_numpy(dtype=float)
        except InsufficientDataError:
            pass
    return pd.DataFrame(
        {
            "now": now.loc[name, columns].to_numpy(dtype=float),
            "share": now.loc[name, [f"share_{p}" for p in POLLUTANTS]].to_numpy(dtype=float),
            "last_year": before,
            "median": now[columns].median().to_numpy(dtype=float),
        },
        index=pd.Index(POLLUTANTS, name="pollutant"),
    )


def shares_figure(forecast: Forecast, city: str, *, panel: Panel) -> tuple[Figure, pd.DataFrame]:
    """Draw what makes up the index; give the figure and :func:`shares_table`."""
    table = shares_table(forecast, city, panel)
    ordered = table.sort_values("now", ascending=False)
    title = Text(
        "{city}: single indices by pollutant, to {as_of}",
        city=forecast.ranking_list.resolve(city),
        as_of=forecast.as_of,
    )
    with style.sheet(title, status(forecast)) as figure:
        (axes,) = figure.axes
        rows = np.arange(len(ordered))
        # Two lanes: this year's bar with its value, below it the marks to compare it with.
        bars, lane = rows - 0.13, rows + 0.2
        axes.barh(bars, ordered["now"], height=0.4, color=style.SKY, label=str(SHARES["now"]))
        marks = [
            ("last_year", "D", style.VERMILION),
            ("median", "|", style.INK),
        ]
        for column, marker, colour in marks:
            if ordered[column].isna().all():
                continue
            words = str(SHARES[column].with_values(n=len(forecast.cities)))
            size = 11 if marker == "|" else 6
            axes.plot(ordered[column], lane, marker, color=colour, ms=size, mew=2, label=words)
        right = float(np.nanmax(ordered[["now", "last_year", "median"]].to_numpy()))
        for bar, (_, value) in zip(bars, ordered.iterrows(), strict=True):
            if np.isfinite(value["share"]):
                words = str(
                    Text(
                        "{value}  ({share})",
                        value=number(value["now"], 2),
                        share=Percent(100 * value["share"]),
                    )
                )
                axes.text(value["now"] + 0.015 * right, bar, words, va="center")
        axes.legend(loc="lower right", frameon=False)
        axes.set_yticks(rows, [worded(STATISTICS[str(p)]) for p in ordered.index])
        for tick in axes.get_yticklabels():
            tick.set_color(style.INK)
        axes.set_ylim(len(ordered) - 0.5, -0.5)
        axes.set_xlim(0, 1.18 * right)
        axes.grid(axis="y", visible=False)
        axes.set_xlabel(str(Text("{axis}; %: share of the index", axis=SINGLE)))
    return figure, table
