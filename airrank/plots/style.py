"""How every figure looks: fonts with Chinese glyphs, colours, footer, reproducible files."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.figure import Figure

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
FORMATS = ("png", "svg", "pdf")


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
        "font.size": 10.5,
        "axes.titlesize": 13,
        "axes.titlelocation": "left",
        "axes.titlepad": 12,
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
        "text.color": INK,
        "figure.dpi": 100,
        "figure.facecolor": "white",
        "savefig.dpi": 160,
        "svg.hashsalt": "airrank",
        "svg.fonttype": "path",
        "pdf.fonttype": 42,
    }
    with mpl.rc_context(settings):
        yield


def new_figure(width: float = 9.0, height: float = 5.4) -> Figure:
    """Make a figure [inch] that needs no screen and no global state."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), layout="constrained")
    FigureCanvasAgg(figure)
    return figure


def day_number(day: date) -> float:
    """Give a day as the number by which matplotlib places it on an axis."""
    from matplotlib.dates import date2num

    return float(date2num(day))  # type: ignore[no-untyped-call]


def footer(figure: Figure, text: str) -> None:
    """Say under the figure what the data is and how the numbers were made."""
    figure.supxlabel(text, x=0.01, ha="left", fontsize=8, color=MUTED)


def spread(positions: list[float], gap: float) -> list[float]:
    """Move label positions apart to at least ``gap``, in their order and as little as needed.

    Examples
    --------
    >>> spread([1.0, 1.2, 9.0], 1.0)
    [0.6, 1.6, 9.0]
    """
    order = sorted(range(len(positions)), key=positions.__getitem__)
    groups: list[tuple[float, int]] = []  # (centre, members)
    for i in order:
        centre, members = positions[i], 1
        while groups and centre - groups[-1][0] < gap * (members + groups[-1][1]) / 2:
            other, count = groups.pop()
            centre = (centre * members + other * count) / (members + count)
            members += count
        groups.append((centre, members))
    placed = [c + gap * (i - (n - 1) / 2) for c, n in groups for i in range(n)]
    result = [0.0] * len(positions)
    for i, position in zip(order, placed, strict=True):
        result[i] = round(position, 9)
    return result


def save(figure: Figure, path: Path) -> None:
    """Write a figure so that the same figure gives the same bytes."""
    metadata: dict[str, dict[str, Any]] = {
        ".png": {"Software": None},
        ".svg": {"Date": None, "Creator": "airrank"},
        ".pdf": {"CreationDate": None, "Creator": "airrank", "Producer": None},
    }
    with styled():
        figure.savefig(path, metadata=metadata[path.suffix.lower()])
