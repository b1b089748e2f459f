"""Map of the ranking list's cities by rank or by places gained; no tiles, no network."""

from __future__ import annotations

from math import cos, radians
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from airrank.amounts import Number
from airrank.plots import style
from airrank.plots.labels import status
from airrank.words import Listed, Text

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from airrank.forecasting.result import Forecast


def map_figure(forecast: Forecast, city: str) -> tuple[Figure, pd.DataFrame]:
    """Draw the cities at their coordinates by rank to date.

    Returns
    -------
    figure : Figure
        Our city is named on it, and the first and last three.
    table : DataFrame
        By city: ``lon, lat`` [°], ``rank`` to date and ``places_gained``.
    """
    bar = Text("rank (1 at the top)")
    title = Text("{list}: rank in {period} to {as_of}")
    return _drawn(forecast, city, "rank", title, bar)


def change_figure(forecast: Forecast, city: str) -> tuple[Figure, pd.DataFrame]:
    """Draw the cities by places gained on the same days of last year, as :func:`map_figure`."""
    bar = Text("places gained (+ is better)")
    title = Text("{list}: places gained on last year, to {as_of}")
    return _drawn(forecast, city, "places_gained", title, bar)


def _drawn(
    forecast: Forecast, city: str, column: str, title: Text, bar_title: Text
) -> tuple[Figure, pd.DataFrame]:
    name, change = forecast.ranking_list.resolve(city).name, column == "places_gained"
    units = forecast.ranking_list.cities
    now = forecast.year_to_date
    table = pd.DataFrame(
        {"lon": [c.lon for c in units], "lat": [c.lat for c in units]},
        index=pd.Index([c.name for c in units], name="city"),
        dtype=float,
    )
    for key in ("rank", "places_gained"):
        table[key] = now[key].astype("Float64").reindex(table.index).astype(float)
    shown = table.dropna(subset=["lon", "lat", column])
    title = title.with_values(
        list=forecast.ranking_list.title, period=forecast.period, as_of=forecast.as_of
    )
    with style.sheet(title, status(forecast), (9.0, 6.2)) as figure:
        (axes,) = figure.axes
        if shown.empty:
            words = Text("the list gives no coordinates, or there are no ranks to compare")
            axes.text(0.5, 0.5, str(words), ha="center", transform=axes.transAxes)
            axes.set_axis_off()
            return figure, table
        limit = float(shown[column].abs().quantile(0.95)) or 1.0
        scale: dict[str, Any] = (
            {"cmap": "PuOr", "vmin": -limit, "vmax": limit}
            if change
            else {"cmap": "cividis_r", "vmin": 1, "vmax": len(forecast.cities)}
        )
        look: dict[str, Any] = {"s": 42, "edgecolor": style.INK, "lw": 0.4, **scale}
        for marker, part in _marked(shown, change=change).items():
            points = axes.scatter(part["lon"], part["lat"], c=part[column], marker=marker, **look)
        ends = "both" if change else "neither"
        bar = figure.colorbar(points, ax=axes, shrink=0.75, pad=0.02, extend=ends)
        bar.set_label(str(bar_title))
        bar.outline.set_visible(False)
        if change:
            _shapes(axes)
        else:
            bar.ax.invert_yaxis()
        _names(axes, shown, name, forecast, change=change)
        axes.set_aspect(1 / cos(radians(float(shown["lat"].mean()))))
        axes.margins(0.06)
        axes.set_xlabel(str(Text("longitude [°E]")))
        axes.set_ylabel(str(Text("latitude [°N]")))
    return figure, table


def _marked(shown: pd.DataFrame, *, change: bool) -> dict[str, pd.DataFrame]:
    """Give the cities by marker: the direction of a change must be seen without colours."""
    if not change:
        return {"o": shown}
    sign = np.sign(shown["places_gained"])
    parts = {"^": shown[sign > 0], "v": shown[sign < 0], "o": shown[sign == 0]}
    return {marker: part for marker, part in parts.items() if len(part)}


def _shapes(axes: Axes) -> None:
    """Say what the markers mean."""
    shapes = {"^": Text("places gained"), "v": Text("places lost"), "o": Text("unchanged")}
    for marker, words in shapes.items():
        axes.plot([], [], marker, mfc="white", mec=style.INK, mew=0.8, ms=7, label=str(words))
    axes.legend(loc="lower left", frameon=False, fontsize=9)


def _names(axes: Axes, shown: pd.DataFrame, ours: str, forecast: Forecast, *, change: bool) -> None:
    """Name our city on the map, and the first and last three in a corner where they fit."""
    column = "places_gained" if change else "rank"
    at: Any = shown.to_dict(orient="index")

    def words(other: str) -> Text:
        city, value = forecast.ranking_list.resolve(other), at[other][column]
        if change:
            return Text("{city} {places}", city=city, places=Number(value, signed=True))
        return Text("{city} {rank}", city=city, rank=Number(value))

    if ours in shown.index:
        lon, lat = float(at[ours]["lon"]), float(at[ours]["lat"])
        axes.plot(lon, lat, "o", ms=13, mfc="none", mec=style.VERMILION, mew=2)
        west = float(shown["lon"].min())
        width, height = (max(1.0, float(np.ptp(shown[key]))) for key in ("lon", "lat"))
        x = west + 0.025 * width if lon - west > 0.25 * width else lon + 0.05 * width
        axes.annotate(
            str(words(ours)),
            (lon, lat),
            (x, lat + 0.06 * height),
            color=style.VERMILION,
            va="center",
            ha="left",
            arrowprops={"arrowstyle": "-", "color": style.VERMILION, "shrinkB": 7},
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 1.5},
            zorder=5,
        )
    ordered = shown.sort_values(column, kind="stable", ascending=not change)
    if len(ordered) >= 8:
        first, last = (
            Listed(words(str(other)) for other in part.index)
            for part in (ordered.head(3), ordered.tail(3)[:: -1 if change else 1])
        )
        ends = Text("first: {first}\nlast: {last}", first=first, last=last)
        if change:
            ends = Text("most gained: {first}\nmost lost: {last}", first=first, last=last)
        axes.annotate(
            str(ends),
            (0.01, 0.99),
            xycoords="axes fraction",
            va="top",
            fontsize=8.5,
            linespacing=1.4,
            color=style.MUTED,
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 1.5},
        )
