"""How every figure looks: fonts with Chinese glyphs, colours, title and footer, axes, labels."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from functools import cache
from math import isnan
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from airrank.plots.folding import folded
from airrank.plots.labels import MONTHS
from airrank.plots.place import settle
from airrank.whole import write_whole
from airrank.words import Text

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from airrank.periods import Period

# Okabe and Ito (2008), safe for colour-blind readers; blue and vermilion differ in grey print.
INK, MUTED, GRID = "#1b1f24", "#5f6b7a", "#d9dee5"
BLUE, VERMILION, GREEN, ORANGE, SKY, PINK = (
    "#0072b2",
    "#d55e00",
    "#009e73",
    "#e69f00",
    "#56b4e9",
    "#cc79a7",
)
FAN = {95: "#dcebf5", 80: "#b3d3e8", 50: "#7fb4d6"}
DASHED = (0, (5, 3))
SIZE = (5.1, 4.3)
"""Width and height [inch] at which words can be read on a sheet of A4 and on a phone alike."""
TITLE, SMALL = 12.0, 10.0
"""Font sizes [point]. A phone of 390 pixels shows a figure of that width with a pixel a point, and
letters smaller than ten pixels cannot be read."""
SHORT = 62
"""Days of a period that is named by weeks, not by months."""
MONTHS_NAMED = 6
"""Months whose names have room beside each other."""


@cache
def font_family() -> str:
    """Register the Chinese font once per process and give its family name."""
    from matplotlib import font_manager
    from pylopdf_fonts_zh_cn import sans_path

    font_manager.fontManager.addfont(str(sans_path()))
    return font_manager.FontProperties(fname=str(sans_path())).get_name()


@contextmanager
def styled() -> Iterator[None]:
    """Draw in airrank's style, without touching the settings of the caller's session."""
    import matplotlib as mpl

    settings: Any = {
        "font.family": [font_family(), "DejaVu Sans"],
        "font.size": SMALL,
        "axes.titlesize": TITLE,
        "axes.titlelocation": "left",
        "axes.titlepad": 10,
        "axes.titley": 1.0,  # no ticks are above: looking for them takes a twentieth of drawing
        "axes.edgecolor": MUTED,
        "axes.labelcolor": INK,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.grid": True,
        "grid.color": GRID,
        "grid.linewidth": 0.6,
        "axes.axisbelow": True,
        "axes.unicode_minus": False,
        "text.parse_math": False,  # a name with two $ is a name, not a formula
        "xtick.color": MUTED,
        "ytick.color": MUTED,
        "xtick.labelsize": SMALL,
        "ytick.labelsize": SMALL,
        "text.color": INK,
        "figure.autolayout": False,
        "figure.constrained_layout.use": False,
        "figure.dpi": 100,
        "figure.facecolor": "white",
        "savefig.dpi": 200,
        "svg.hashsalt": "airrank",
        "svg.fonttype": "path",
        "pdf.fonttype": 42,
    }
    with mpl.rc_context(settings):
        yield


def new_figure(width: float = SIZE[0], height: float = SIZE[1]) -> Figure:
    """Make a figure [inch] that needs no screen and no global state."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), layout="constrained")
    FigureCanvasAgg(figure)
    return figure


@contextmanager
def sheet(
    title: Text | str,
    foot: Text | str,
    size: tuple[float, float] = SIZE,
    heights: tuple[float, ...] = (1.0,),
    aside: float = 0.0,
) -> Iterator[Figure]:
    """Open a figure with its axes, title and footer, and draw in airrank's style.

    Parameters
    ----------
    title : Text or str
        Above the first axes.
    foot : Text or str
        Under the figure: what the data is and how the numbers were made.
    size : tuple of float
        Width and height [inch].
    heights : tuple of float
        Relative heights of the axes below each other.
    aside : float
        Room that something else takes at the title's right [inch].
    """
    with styled():
        figure = new_figure(*size)
        grid = figure.subplots(len(heights), sharex=True, squeeze=False, height_ratios=heights)
        grid[0, 0].set_title(folded(title, size[0] - 0.6 - aside, TITLE, evenly=True))
        footer(figure, foot)
        yield figure
        lay_out(figure)
        settle(figure)


def month_axis(axes: Axes, period: Period, *, before: float = 0.0) -> None:
    """Let the horizontal axis run over a period, ``before`` days free at its left.

    Months are named, or the weeks of a short period.
    """
    starts = months_of(period)
    words: list[Text] = [MONTHS[day.month - 1] for day in starts]
    if (days := (period.end - period.start).days) < SHORT:
        starts = [period.start + timedelta(days=n) for n in range(0, days + 1, 7)]
        named = [{"day": day.day, "month": MONTHS[day.month - 1]} for day in starts]
        words = [Text("{day} {month}").with_values(**values) for values in named]
    every = 1 + (len(starts) - 1) // MONTHS_NAMED
    names = ["" if n % every else str(word) for n, word in enumerate(words)]
    axes.set_xticks([day_number(day) for day in starts], names)
    axes.set_xlim(day_number(period.start) - before, day_number(period.end))


def months_of(period: Period) -> list[date]:
    """Give the first day of each month that a period has days in."""
    found = [period.start.replace(day=1)]
    while (following := (found[-1] + timedelta(days=31)).replace(day=1)) <= period.end:
        found.append(following)
    return found


def settled(table: pd.DataFrame, period: Period, days: int) -> pd.DataFrame:
    """Leave out a period's first days, which jump about and must not flatten what follows."""
    later = table[table.index >= pd.Timestamp(period.start + timedelta(days=days))]
    return later if len(later) > 4 else table


def rank_axis(axes: Axes, shown: Iterable[float], cities: int) -> None:
    """Put rank 1 at the top, some room around the ranks shown, and no rank that is none."""
    from matplotlib.ticker import MaxNLocator

    known = [rank for rank in shown if not isnan(rank)] or [1.0, 10.0]
    margin = max(4.0, 0.12 * (max(known) - min(known)))
    axes.set_ylim(min(cities + 0.6, max(known) + margin), max(0.4, min(known) - margin))
    axes.yaxis.set_major_locator(MaxNLocator(integer=True, steps=[1, 2, 5, 10]))


def fan(axes: Axes, start: pd.Series[float], coming: pd.DataFrame, width: float) -> None:
    """Draw a fan and its median from where a rank stands.

    Parameters
    ----------
    axes : Axes
    start : Series
        The rank on its day; nothing where none is known yet.
    coming : DataFrame
        By day: ``median, lo50, hi50, lo80, …``.
    width : float
        Of the line of the median [point].
    """
    now = pd.DataFrame(dict.fromkeys(coming.columns, start))
    way = pd.concat([now, coming]) if len(start) else coming
    for level, colour in FAN.items():
        axes.fill_between(way.index, way[f"lo{level}"], way[f"hi{level}"], color=colour, lw=0)
    axes.plot(way.index, way["median"], color=BLUE, lw=width)


def day_number(day: date) -> float:
    """Give a day as the number by which matplotlib places it on an axis."""
    from matplotlib.dates import date2num

    return float(date2num(day))  # type: ignore[no-untyped-call]


def footer(figure: Figure, text: Text | str) -> None:
    """Say under the figure what the data is and how the numbers were made."""
    words = folded(text, figure.get_figwidth() - 0.1, SMALL)
    figure.supxlabel(words, x=0.01, ha="left", fontsize=SMALL, color=MUTED)


def lay_out(figure: Figure) -> None:
    """Lay a figure out, once for all formats: anew it would move a little."""
    engine = figure.get_layout_engine()
    if engine is not None:
        engine.execute(figure)
        figure.set_layout_engine(None)  # with "none" every format would draw it once more
    for axes in figure.axes:
        axes.apply_aspect()  # else words are placed as if the axes still filled their room


def as_file(figure: Figure, kind: str) -> bytes:
    """Give a figure as ``png``, ``svg`` or ``pdf``: the same figure, the same bytes."""
    metadata: dict[str, dict[str, Any]] = {
        "png": {"Software": None},
        "svg": {"Date": None, "Creator": "airrank"},
        "pdf": {"CreationDate": None, "Creator": "airrank", "Producer": None},
    }
    # Of figures the quickest compression makes files as small as the usual one.
    more: Any = {"pil_kwargs": {"compress_level": 1}} if kind == "png" else {}
    drawn = io.BytesIO()
    with styled():
        figure.savefig(drawn, format=kind, metadata=metadata[kind], **more)
    return drawn.getvalue()


def save(figure: Figure, path: Path) -> None:
    """Write a figure in the format that the file's name ends with, see :func:`as_file`."""
    write_whole(path, as_file(figure, path.suffix.lower().removeprefix(".")))
