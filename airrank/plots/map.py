"""Map of the ranking list's cities by rank or by places gained; no tiles, no network."""

from __future__ import annotations

from math import cos, radians
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from airrank.amounts import Number
from airrank.plots import style
from airrank.plots.labels import status
from airrank.plots.place import DISTANCES, beside
from airrank.words import Listed, Name, Text

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from airrank.forecasting.result import Forecast


RANKS = ("#08519c", "#4292c6", "#9ecae1", "#fdae6b", "#d9621a", "#7f2704")
"""Of the classes of ranks, first to last; no yellow, which in China stands for a fair day."""
CLASS_AT_GOAL = 0.06
"""Width of the classes next to the goal, as a share of the list."""
LARGE = 20
"""Places from which a change is a large one."""
DOT: dict[str, Any] = {"s": 34, "edgecolor": style.INK, "lw": 0.4}


def map_figure(forecast: Forecast, city: str) -> tuple[Figure, pd.DataFrame]:
    """Draw the cities at their coordinates by rank to date.

    Returns
    -------
    figure : Figure
        Our city is named on it, and the first and last three.
    table : DataFrame
        By city: ``lon, lat`` [°], ``rank`` to date and ``places_gained``.
    """
    title = Text("{list}: rank in {period} to {as_of}")
    return _drawn(forecast, city, "rank", title)


def change_figure(forecast: Forecast, city: str) -> tuple[Figure, pd.DataFrame]:
    """Draw the cities by places gained on the same days of last year, as :func:`map_figure`."""
    title = Text("{list}: places gained on last year, to {as_of}")
    return _drawn(forecast, city, "places_gained", title)


def _drawn(forecast: Forecast, city: str, column: str, title: Text) -> tuple[Figure, pd.DataFrame]:
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
    with style.sheet(title, status(forecast), (style.SIZE[0], 5.2)) as figure:
        (axes,) = figure.axes
        if shown.empty:
            words = Text("the list gives no coordinates, or there are no ranks to compare")
            axes.text(0.5, 0.5, str(words), ha="center", transform=axes.transAxes)
            axes.set_axis_off()
            return figure, table
        if change:
            _by_change(axes, shown)
        else:
            _by_rank(axes, shown, classes(forecast, name))
        axes.legend(loc="lower left", frameon=False, handletextpad=0.1, borderpad=0.0)
        _provinces(axes, shown, forecast)
        _names(axes, shown, name, forecast, change=change)
        axes.set_aspect(1 / cos(radians(float(shown["lat"].mean()))), anchor="N")
        axes.margins(0.06)
        axes.xaxis.set_major_formatter("{x:.0f}°E")
        axes.yaxis.set_major_formatter("{x:.0f}°N")
    return figure, table


def classes(forecast: Forecast, city: str) -> list[tuple[int, int, str]]:
    """Give classes of ranks, first, last and colour: three up to a goal and three behind it.

    The classes next to the goal are narrow, so that the places that count are told apart. Of
    several goals the one nearest to the city's rank to date is taken; without one, half the list.
    """
    n = len(forecast.cities)
    rank: Any = forecast.year_to_date["rank"].astype(float)[city]
    goal = min(forecast.goals, key=lambda one: abs(one - rank), default=n // 2)
    near = max(1, round(n * CLASS_AT_GOAL))
    ends = [(goal - near) // 2, goal - near, goal, goal + near, (goal + near + n) // 2, n]
    ends = [min(n, max(0, end)) for end in ends]
    parts = zip([0, *ends], ends, RANKS, strict=False)
    return [(before + 1, end, colour) for before, end, colour in parts if end > before]


def _by_rank(axes: Axes, shown: pd.DataFrame, parts: list[tuple[int, int, str]]) -> None:
    """Draw a colour a class: blue to the goal, brown behind it."""
    for first, last, colour in parts:
        part = shown[shown["rank"].between(first, last)]
        words = str(Text("rank {first}–{last}", first=first, last=last))
        axes.scatter(part["lon"], part["lat"], color=colour, label=words, **DOT)


def _by_change(axes: Axes, shown: pd.DataFrame) -> None:
    """Draw the direction of the change as the marker, for readers without colours, and its size."""
    gained, far = shown["places_gained"], LARGE
    looks = (
        ("^", RANKS[0], gained > far, Text("up more than {n}", n=far)),
        ("^", RANKS[2], (gained > 0) & (gained <= far), Text("up 1–{n}", n=far)),
        ("o", "white", gained == 0, Text("unchanged")),
        ("v", RANKS[3], (gained < 0) & (gained >= -far), Text("down 1–{n}", n=far)),
        ("v", RANKS[5], gained < -far, Text("down more than {n}", n=far)),
    )
    for marker, colour, chosen, words in looks:
        part = shown[chosen]
        axes.scatter(part["lon"], part["lat"], color=colour, marker=marker, label=str(words), **DOT)


def _provinces(axes: Axes, shown: pd.DataFrame, forecast: Forecast) -> None:
    """Name each province in the middle of its cities: the map has no outlines to go by.

    What is a single city may be named farther off, with a line to it.
    """
    from matplotlib.patheffects import withStroke

    cities = [forecast.ranking_list.resolve(str(name)) for name in shown.index]
    by_province = shown[["lon", "lat"]].groupby([city.province for city in cities])
    places, several = by_province.mean(), by_province.size() > 1
    names = {city.province: Name(city.province, city.province_en) for city in cities}
    for province, (lon, lat) in zip(places.index, places.to_numpy(), strict=True):
        if not province:
            continue
        if not several[province]:  # unseen, it keeps the names of others off the city
            axes.plot(lon, lat, "o", ms=8, alpha=0)
        beside(
            axes,
            str(names[str(province)]).replace(" ", "\n"),
            (lon, lat),
            style.INK,
            within=DISTANCES[1] if several[province] else DISTANCES[2],
            zorder=4,
            bbox=None,
            linespacing=1.0,
            multialignment="center",
            path_effects=[withStroke(linewidth=2, foreground="white")],
        )


def _names(axes: Axes, shown: pd.DataFrame, ours: str, forecast: Forecast, *, change: bool) -> None:
    """Name our city on the map, and the first and last three below it, clear of all cities."""
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
        axes.set_xlabel(str(ends), x=0.0, ha="left", linespacing=1.4)
