"""Map of the ranking list's cities by rank or by places gained; no tiles, no network."""

from __future__ import annotations

from math import cos, radians
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from airrank.plots import style
from airrank.plots.labels import listed, named, status, text
from airrank.wording import Lang

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from airrank.forecasting.result import Forecast


def map_figure(
    forecast: Forecast, city: str, *, change: bool = False, lang: Lang = "zh"
) -> tuple[Figure, pd.DataFrame]:
    """Draw the cities at their coordinates.

    Parameters
    ----------
    forecast : Forecast
    city : str
        Named on the map, with the first and last three.
    change : bool
        Colour by places gained on the same days of last year instead of the rank.
    lang : str

    Returns
    -------
    figure : Figure
    table : DataFrame
        By city: ``lon, lat`` [°], ``rank`` to date and ``places_gained``.
    """
    name = forecast.ranking_list.resolve(city).name
    units = forecast.ranking_list.cities
    now = forecast.year_to_date
    table = pd.DataFrame(
        {"lon": [c.lon for c in units], "lat": [c.lat for c in units]},
        index=pd.Index([c.name for c in units], name="city"),
        dtype=float,
    )
    for column in ("rank", "places_gained"):
        table[column] = now[column].astype("Float64").reindex(table.index).astype(float)
    column = "places_gained" if change else "rank"
    shown = table.dropna(subset=["lon", "lat", column])
    title = text(
        "map_change_title" if change else "map_title",
        lang,
        panel=listed(forecast, lang),
        year=forecast.period.end.year,
        as_of=forecast.as_of,
    )
    with style.sheet(title, status(forecast, lang), (9.0, 6.2)) as figure:
        (axes,) = figure.axes
        if len(shown):
            limit = float(shown[column].abs().quantile(0.95)) or 1.0
            scale: dict[str, Any] = (
                {"cmap": "PuOr", "vmin": -limit, "vmax": limit}
                if change
                else {"cmap": "cividis_r", "vmin": 1, "vmax": len(forecast.cities)}
            )
            for marker, part in _marked(shown, change=change).items():
                points = axes.scatter(
                    part["lon"],
                    part["lat"],
                    c=part[column],
                    s=42,
                    marker=marker,
                    edgecolor=style.INK,
                    lw=0.4,
                    **scale,
                )
            ends = "both" if change else "neither"
            bar = figure.colorbar(points, ax=axes, shrink=0.75, pad=0.02, extend=ends)
            bar.set_label(text("map_change_bar" if change else "map_bar", lang))
            bar.outline.set_visible(False)
            if not change:
                bar.ax.invert_yaxis()
            else:
                _shapes(axes, lang)
            _names(axes, shown, name, forecast, lang, change=change)
            axes.set_aspect(1 / cos(radians(float(shown["lat"].mean()))))
            axes.margins(0.06)
            axes.set_xlabel(text("map_x", lang))
            axes.set_ylabel(text("map_y", lang))
        else:
            axes.text(0.5, 0.5, text("map_none", lang), ha="center", transform=axes.transAxes)
            axes.set_axis_off()
    return figure, table


def _marked(shown: pd.DataFrame, *, change: bool) -> dict[str, pd.DataFrame]:
    """Give the cities by marker: the direction of a change must be seen without colours."""
    if not change:
        return {"o": shown}
    sign = np.sign(shown["places_gained"])
    parts = {"^": shown[sign > 0], "v": shown[sign < 0], "o": shown[sign == 0]}
    return {marker: part for marker, part in parts.items() if len(part)}


def _shapes(axes: Axes, lang: Lang) -> None:
    """Say what the markers mean."""
    for marker, key in (("^", "map_gained"), ("v", "map_lost"), ("o", "map_same")):
        axes.plot([], [], marker, mfc="white", mec=style.INK, mew=0.8, ms=7, label=text(key, lang))
    axes.legend(loc="lower left", frameon=False, fontsize=9)


def _names(
    axes: Axes, shown: pd.DataFrame, ours: str, forecast: Forecast, lang: Lang, *, change: bool
) -> None:
    """Name our city on the map, and the first and last three in a corner where they fit."""
    column = "places_gained" if change else "rank"
    at: Any = shown.to_dict(orient="index")

    def words(other: str) -> str:
        value = int(at[other][column])
        key = "map_city_change" if change else "map_city"
        return text(key, lang, city=named(forecast, other, lang), value=value)

    if ours in shown.index:
        lon, lat = float(at[ours]["lon"]), float(at[ours]["lat"])
        axes.plot(lon, lat, "o", ms=13, mfc="none", mec=style.VERMILION, mew=2)
        west = float(shown["lon"].min())
        width, height = (max(1.0, float(np.ptp(shown[key]))) for key in ("lon", "lat"))
        x = west + 0.025 * width if lon - west > 0.25 * width else lon + 0.05 * width
        axes.annotate(
            words(ours),
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
        separator = "、" if lang == "zh" else ", "
        first, last = (
            separator.join(words(str(o)) for o in part.index)
            for part in (ordered.head(3), ordered.tail(3)[:: -1 if change else 1])
        )
        axes.annotate(
            text("map_change_ends" if change else "map_ends", lang, first=first, last=last),
            (0.01, 0.99),
            xycoords="axes fraction",
            va="top",
            fontsize=8.5,
            linespacing=1.4,
            color=style.MUTED,
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 1.5},
        )
