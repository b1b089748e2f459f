"""Where words stand in a figure: beside their point, off the lines, off each other and inside."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import product
from typing import TYPE_CHECKING, Any
from unicodedata import east_asian_width

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.text import Annotation
    from matplotlib.transforms import Bbox

    from airrank.words import Text

Label = tuple[float, "Text | str", str]
"""Where on the vertical axis it belongs, the words, the colour."""
PATCH = {"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 1}
"""Behind words that may lie on a line."""
BESIDE = "beside"
"""Marks words whose side :func:`settle` chooses."""
SIDES = ((0, 1), (0, -1), (1, 0), (-1, 0), (1, 1), (-1, 1), (1, -1), (-1, -1))
DISTANCES = (7, 15, 24, 34)
"""From a point to its words [point]."""
OUTSIDE, ON_WORDS, ON_LINE, ON_DOT = 100, 30, 5, 2
"""How bad a place is: outside the axes, on other words, on a line, on a dot of a scatter plot."""
DOT = 3
"""About half the size of such a dot [pixel]."""
ALIGN = {-1: ("right", "top"), 0: ("center", "center"), 1: ("left", "bottom")}
LINE = 12.5
"""Height of a line of a label [point]."""
WIDE, NARROW = 1.0, 0.53
"""Width of a Chinese and of a Latin character [em], for folding."""


def beside(
    axes: Axes, words: Text | str, at: tuple[Any, float], colour: str, **look: Any
) -> Annotation:
    """Write words beside a point, on the side that :func:`settle` finds free.

    Parameters
    ----------
    axes : Axes
    words : Text or str
    at : tuple
        The point, in the units of the axes.
    colour : str
    **look
        Of the text.
    """
    note = axes.annotate(
        str(words),
        at,
        xytext=(0, DISTANCES[0]),
        textcoords="offset points",
        color=colour,
        gid=BESIDE,
        **{"zorder": 5, "bbox": PATCH, **look},
    )
    note.set_in_layout(False)  # it ends up inside the axes
    return note


def settle(figure: Figure) -> None:
    """Put all words written :func:`beside` points where they cover no line and no other words.

    Sides and distances are tried in order, near ones first; where none is free the least bad is
    taken.
    """
    from matplotlib.text import Annotation

    notes = [
        note
        for note in figure.findobj(Annotation)
        if isinstance(note, Annotation) and note.get_gid() == BESIDE
    ]
    if not notes:
        return
    figure.draw_without_rendering()  # lays out the axes
    for number, note in enumerate(notes):
        axes: Any = note.axes
        taken = [
            text.get_window_extent()
            for text in axes.texts
            if text is not note and text not in notes[number:] and text.get_text()
        ]
        lines, dots = list(_lines(axes)), _dots(axes)
        best, least = (DISTANCES[0], SIDES[0]), float("inf")
        for place in product(DISTANCES, SIDES):
            away = DISTANCES.index(place[0])
            if away >= least:
                break
            _move(note, *place)
            cost = away + _cost(note.get_window_extent(), axes.bbox, taken, lines, dots)
            if cost < least:
                best, least = place, cost
        _move(note, *best)


def _move(note: Annotation, distance: float, side: tuple[int, int]) -> None:
    across, up = side
    slant = 0.75 if across and up else 1.0
    note.xyann = (across * distance * slant, up * distance * slant)
    note.set_horizontalalignment(ALIGN[across][0])
    note.set_verticalalignment(ALIGN[up][1])


def _lines(axes: Axes) -> Iterator[tuple[Any, float]]:
    """Give everything drawn with a line, as a path on the canvas, with half its width [pixel]."""
    from matplotlib.collections import LineCollection

    figure: Any = axes.figure
    pixel = figure.dpi / 72
    for line in axes.lines:
        if len(line.get_xydata()):
            drawn: Any = line.get_linewidth() if line.get_linestyle() != "None" else 0
            mark: Any = line.get_markersize() if line.get_marker() not in {"None", ""} else 0
            path = line.get_transform().transform_path(line.get_path())
            yield path, max(drawn, mark) / 2 * pixel
    for many in axes.collections:
        if isinstance(many, LineCollection):
            for path in many.get_paths():
                yield many.get_transform().transform_path(path), many.get_linewidth()[0] / 2 * pixel


def _dots(axes: Axes) -> NDArray[np.float64]:
    """Give where the dots of scatter plots are on the canvas [pixel], shape [dot, 2]."""
    from matplotlib.collections import PathCollection

    many = [one for one in axes.collections if isinstance(one, PathCollection)]
    found = [
        one.get_offset_transform().transform(np.ma.filled(one.get_offsets(), np.nan))
        for one in many
        if len(np.asarray(one.get_offsets()))
    ]
    return np.concatenate([np.empty((0, 2)), *found])


def _cost(
    box: Bbox,
    room: Bbox,
    taken: Iterable[Bbox],
    lines: Iterable[tuple[Any, float]],
    dots: NDArray[np.float64],
) -> int:
    inside = room.x0 <= box.x0 and box.x1 <= room.x1 and room.y0 <= box.y0 and box.y1 <= room.y1
    words = sum(bool(box.overlaps(other)) for other in taken)
    crossed = sum(bool(path.intersects_bbox(box.padded(half), False)) for path, half in lines)
    wide = box.padded(DOT)
    covered = int(((dots > wide.min) & (dots < wide.max)).all(axis=1).sum())
    return OUTSIDE * (not inside) + ON_WORDS * words + ON_LINE * crossed + ON_DOT * covered


def edge_labels(axes: Axes, labels: Iterable[Label], *, x: float = 1.015) -> None:
    """Write labels at the right edge: in their order, none on another, none below or above.

    Parameters
    ----------
    axes : Axes
    labels : iterable of Label
    x : float
        Share of the width at which they begin.
    """
    chosen, (low, high) = list(labels), sorted(axes.get_ylim())
    if not chosen:
        return
    figure: Any = axes.figure
    rows = axes.get_subplotspec()
    share = 1.0 if rows is None else rows.get_position(figure).height
    height = 72 * figure.get_figheight() * (share if share < 0.7 else 0.72)
    most = max(str(words).count("\n") for _, words, _ in chosen) + 1
    gap = min(LINE * most / height, 1 / len(chosen)) * (high - low)
    places = within(spread([place for place, _, _ in chosen], gap), gap, (low, high))
    for (_, words, colour), place in zip(chosen, places, strict=True):
        axes.annotate(
            str(words),
            (x, place),
            xycoords=("axes fraction", "data"),
            va="center",
            color=colour,
            fontsize=9,
            linespacing=1.15,
            annotation_clip=False,
        )


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


def within(positions: list[float], gap: float, room: tuple[float, float]) -> list[float]:
    """Move positions that are ``gap`` apart so that each has half of it on both sides in a room.

    Examples
    --------
    >>> within([-3.0, -2.0, 9.8], 1.0, (0.0, 10.0))
    [0.5, 1.5, 9.5]
    """
    order = np.argsort(positions, kind="stable")
    steps, ordered = gap * np.arange(len(order)), np.asarray(positions)[order]
    ordered = np.minimum(ordered, room[1] - gap / 2 - steps[::-1])
    ordered = np.maximum(ordered, room[0] + gap / 2 + steps)
    result = np.empty(len(order))
    result[order] = ordered
    return [round(float(one), 9) for one in result]


def folded(words: Text | str, width: float, size: float) -> str:
    r"""Break a long line after blanks and Chinese commas so that it fits.

    Parameters
    ----------
    words : Text or str
    width : float
        Of the room [inch].
    size : float
        Of the font [point].

    Examples
    --------
    >>> folded("as of Sunday; provisional", 1.0, 8)
    'as of Sunday;\nprovisional'
    """
    lines, room = [""], 72 * width / size
    for part in re.findall(r".*?(?:[；，：、]|\s+|$)", str(words), re.DOTALL):
        if lines[-1] and _ems(lines[-1] + part.rstrip()) > room:
            lines.append("")
        lines[-1] += part
    return "\n".join(line.rstrip() for line in lines)


def _ems(words: str) -> float:
    return sum(WIDE if east_asian_width(c) in "WF" else NARROW for c in words)
