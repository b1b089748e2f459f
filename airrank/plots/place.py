"""Where words stand in a figure: beside their point, off the lines, off each other and inside."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, permutations, product
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.text import Annotation
    from matplotlib.transforms import Bbox

    from airrank.words import Sayable, Text

    Option = tuple["Place", Bbox, float]

Label = tuple[float, "Text | str", str]
"""Where on the vertical axis it belongs, the words, the colour."""
PATCH = {"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 1}
"""Behind words that may lie on a line."""
BESIDE = "beside"
"""Marks words whose side :func:`settle` chooses, with the largest distance."""
SIDES = ((0, 1), (0, -1), (1, 0), (-1, 0), (1, 1), (-1, 1), (1, -1), (-1, -1))
DISTANCES = (7, 15, 24, 34)
"""From a point to its words [point]."""
FAR = 24
"""Distance from which a line joins the words to their point [point]."""
OUTSIDE, ON_WORDS, ON_LINE, ON_DOT = 100, 30, 5, 2.0
"""How bad a place is: outside the axes, on other words, on a line, on a dot of a scatter plot."""
CLOSE, ON_DOT_CLOSE = 3.0, 0.8
"""Of words that must be close to their point: how far off [point] is as bad as 1, and a dot."""
GAP = 2
"""Between words, and from them to a line [pixel]: the patch behind words is a little larger."""
DOT = 3
"""About half the size of such a dot [pixel]."""
ALIGN: dict[int, tuple[Any, Any]] = {
    -1: ("right", "top"),
    0: ("center", "center"),
    1: ("left", "bottom"),
}
TURNS = 4
"""How often words are put anew, two by two, the others being where they are."""
Place = tuple[int, tuple[int, int]]
"""Distance and side."""
LINE = 12.5
"""Height of a line of a label [point]."""


def beside(
    axes: Axes,
    words: Sayable | str,
    at: tuple[Any, float],
    colour: str,
    *,
    within: int = DISTANCES[-1],
    **look: Any,
) -> Annotation:
    """Write words beside a point, on the side that :func:`settle` finds free.

    Parameters
    ----------
    axes : Axes
    words : Sayable or str
    at : tuple
        The point, in the units of the axes.
    colour : str
    within : int
        Largest distance [point]: where words belong may matter more than what they cover.
    **look
        Of the text.
    """
    note = axes.annotate(
        str(words),
        at,
        xytext=_offset(DISTANCES[0], SIDES[0]),
        textcoords="offset points",
        ha=ALIGN[SIDES[0][0]][0],
        va=ALIGN[SIDES[0][1]][1],
        color=colour,
        gid=f"{BESIDE} {within}",
        arrowprops={"arrowstyle": "-", "lw": 0.6, "color": colour, "shrinkB": 3},
        **{"zorder": 5, "bbox": PATCH, **look},
    )
    note.set_in_layout(False)  # it ends up inside the axes
    return note


def settle(figure: Figure) -> None:
    """Put all words written :func:`beside` points where they cover no line and no other words.

    Sides and distances are tried in order, near ones first; where none is free the least bad is
    taken. Words that came first then make room for those that came after them.
    """
    from matplotlib.text import Annotation

    notes = [
        note
        for note in figure.findobj(Annotation)
        if isinstance(note, Annotation) and (note.get_gid() or "").startswith(BESIDE)
    ]
    if not notes:
        return
    canvas: Any = figure.canvas
    for note in notes:
        note.update_positions(canvas.get_renderer())
    found: list[Any] = list({note.axes: None for note in notes})
    for axes in found:
        ours = [note for note in notes if note.axes is axes]
        around = _Around.of(axes, ours)
        options = [_options(note, around) for note in ours]
        for note, place in zip(ours, _together(options), strict=True):
            note.xyann = _offset(*place)
            note.set_horizontalalignment(ALIGN[place[1][0]][0])
            note.set_verticalalignment(ALIGN[place[1][1]][1])
            assert note.arrow_patch is not None
            note.arrow_patch.set_visible(place[0] >= FAR)


@dataclass(frozen=True, eq=False)
class _Around:
    """What words in some axes must not lie on [pixel].

    Attributes
    ----------
    room : Bbox
        Of the axes.
    words : ndarray, shape [box, 4]
        Other words and the legend.
    lines : list of Path and float
        With half the width.
    reach : ndarray, shape [line, 4]
        The box of each line with its width.
    dots : ndarray, shape [dot, 2]
        Of scatter plots.
    """

    room: Any
    words: NDArray[np.float64]
    lines: list[tuple[Any, float]]
    reach: NDArray[np.float64]
    dots: NDArray[np.float64]

    @classmethod
    def of(cls, axes: Axes, notes: Sequence[Annotation]) -> _Around:
        """Measure the axes; the notes are what is yet to be placed."""
        words = [_extent(text) for text in axes.texts if text.get_text() and text not in notes]
        legend = axes.get_legend()
        if legend is not None:
            words.append(legend.get_window_extent())
        lines, reach = [], []
        for path, half in _lines(axes):
            known = path.vertices[np.isfinite(path.vertices).all(axis=1)]
            if len(known):
                lines.append((path, half))
                reach.append([*known.min(axis=0) - half, *known.max(axis=0) + half])
        boxes, reaches = (np.reshape(some, (-1, 4)) for some in ([b.extents for b in words], reach))
        return cls(axes.bbox, boxes, lines, reaches, _dots(axes))

    def cost(self, box: Bbox, on_dot: float) -> float:
        """Say how bad a place is."""
        low, high = box.padded(DOT).get_points()
        inside = bool((low >= self.room.min).all() and (high <= self.room.max).all())
        words = int(_touching(box.padded(GAP), self.words).sum())
        crossed = 0
        for n in np.flatnonzero(_touching(box.padded(GAP), self.reach)):
            path, half = self.lines[n]
            crossed += bool(path.intersects_bbox(box.padded(half + GAP), False))
        dots = on_dot * _covered(box, self.dots)
        return OUTSIDE * (not inside) + ON_WORDS * words + ON_LINE * crossed + dots


def _touching(box: Bbox, boxes: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Tell which boxes (left, bottom, right, top) touch one."""
    left, bottom, right, top = box.extents
    return np.asarray(
        (boxes[:, 0] <= right)
        & (left <= boxes[:, 2])
        & (boxes[:, 1] <= top)
        & (bottom <= boxes[:, 3])
    )


def _options(note: Annotation, around: _Around) -> list[Option]:
    """Give where words may stand, in order, and how bad that is whatever the other notes do."""
    figure: Any = note.figure
    within = int(str(note.get_gid()).split()[-1])
    found = []
    for place, box in _places(_extent(note), figure.dpi / 72):
        if place[0] > within:
            break
        away: float = DISTANCES.index(place[0])
        on_dot = ON_DOT
        if within < DISTANCES[-1]:
            away, on_dot = _shift(note, box) / CLOSE, ON_DOT_CLOSE
        found.append((place, box, away + around.cost(box, on_dot)))
    return found


def _together(options: Sequence[Sequence[Option]]) -> list[Place]:
    """Choose a place for each: one after the other, then one by one and two by two anew."""
    costs = [np.array([cost for _, _, cost in some]) for some in options]
    boxes = [np.array([box.padded(GAP / 2).extents for _, box, _ in some]) for some in options]
    n = len(options)
    clash: dict[tuple[int, int], NDArray[np.float64]] = {
        (i, j): np.where(_overlap(boxes[i], boxes[j]), float(ON_WORDS), 0.0)
        for i, j in permutations(range(n), 2)
    }
    chosen: list[int] = []
    for i in range(n):
        chosen.append(int(np.argmin(_given(i, range(i), costs, clash, chosen))))
    for _ in range(TURNS):
        before = list(chosen)
        for i, j in combinations(range(n), 2):
            others = [k for k in range(n) if k not in (i, j)]
            one = _given(i, others, costs, clash, chosen)
            two = _given(j, others, costs, clash, chosen)
            both = one[:, None] + two[None, :] + clash[i, j]
            if both.min() < both[chosen[i], chosen[j]]:
                place = np.unravel_index(int(np.argmin(both)), both.shape)
                chosen[i], chosen[j] = map(int, place)
        if chosen == before:
            break
    return [some[k][0] for some, k in zip(options, chosen, strict=True)]


def _given(
    i: int,
    others: Iterable[int],
    costs: Sequence[NDArray[np.float64]],
    clash: Mapping[tuple[int, int], NDArray[np.float64]],
    chosen: Sequence[int],
) -> NDArray[np.float64]:
    """Give how bad each place of one is, the others standing where they do."""
    return sum((clash[i, j][:, chosen[j]] for j in others), start=costs[i])


def _overlap(one: NDArray[np.float64], other: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Tell which boxes (left, bottom, right, top) of two rows of them overlap, each with each."""
    a, b = one[:, None], other[None, :]
    apart = (a[..., :2] >= b[..., 2:]) | (b[..., :2] >= a[..., 2:])
    return ~np.asarray(apart.any(axis=-1))


def _extent(words: Any) -> Bbox:
    """Give the box of words alone, without the line to their point."""
    from matplotlib.text import Text as Words

    return Words.get_window_extent(words)


def _places(start: Bbox, point: float) -> Iterator[tuple[Place, Bbox]]:
    """Give where words may stand, and their box there [pixel], from that of the first place.

    A box keeps its size: it is moved, not measured again.
    """
    from matplotlib.transforms import Bbox

    size = np.array([start.width, start.height])

    def corner(distance: int, side: tuple[int, int]) -> NDArray[np.float64]:
        """Give the lower left corner, from the point that is written about."""
        aligned = (np.sign(side) - 1) / 2 * size
        moved: NDArray[np.float64] = np.array(_offset(distance, side)) * point + aligned
        return moved

    origin = start.min - corner(DISTANCES[0], SIDES[0])
    for distance, side in product(DISTANCES, SIDES):
        low = origin + corner(distance, side)
        yield (distance, side), Bbox([low, low + size])


def _shift(note: Annotation, box: Bbox) -> float:
    """Give how far the middle of words is from their point [point]."""
    axes: Any = note.axes
    x, y = axes.transData.transform(note.xy)
    far = np.hypot((box.x0 + box.x1) / 2 - x, (box.y0 + box.y1) / 2 - y)
    return float(far * 72 / axes.figure.dpi)


def _offset(distance: float, side: tuple[int, int]) -> tuple[float, float]:
    across, up = side
    slant = 0.75 if across and up else 1.0
    return across * distance * slant, up * distance * slant


def _lines(axes: Axes) -> Iterator[tuple[Any, float]]:
    """Give everything drawn with a line, as a path on the canvas, with half its width [pixel]."""
    from matplotlib.collections import LineCollection
    from matplotlib.path import Path
    from matplotlib.text import Annotation

    figure: Any = axes.figure
    pixel = figure.dpi / 72
    for line in axes.lines:
        if np.size(line.get_xydata()):
            drawn: Any = line.get_linewidth() if line.get_linestyle() != "None" else 0
            mark: Any = line.get_markersize() if line.get_marker() not in {"None", ""} else 0
            path = line.get_transform().transform_path(line.get_path())
            yield path, max(drawn, mark) / 2 * pixel
    for many in axes.collections:
        if isinstance(many, LineCollection):
            half = float(np.max(many.get_linewidth())) / 2 * pixel
            for path in many.get_paths():
                yield many.get_transform().transform_path(path), half
    for text in axes.texts:  # the line from words to what they name
        if isinstance(text, Annotation) and not (text.get_gid() or "").startswith(BESIDE):
            if text.arrow_patch is None:
                continue
            box, to = _extent(text), np.asarray(axes.transData.transform(text.xy), float)
            start = (box.x1 if to[0] > box.x1 else box.x0, (box.y0 + box.y1) / 2)
            yield Path(np.array([start, to])), pixel / 2


def _dots(axes: Axes) -> NDArray[np.float64]:
    """Give where the dots of scatter plots are on the canvas [pixel], shape [dot, 2]."""
    from matplotlib.collections import PathCollection

    found = [
        one.get_offset_transform().transform(np.ma.filled(one.get_offsets(), np.nan))
        for one in axes.collections
        if isinstance(one, PathCollection) and np.size(one.get_offsets())
    ]
    return np.concatenate([np.empty((0, 2)), *found])


def _covered(box: Bbox, dots: NDArray[np.float64]) -> int:
    """Count the dots under words."""
    wide = box.padded(DOT)
    return int(((dots > wide.min) & (dots < wide.max)).all(axis=1).sum())


def edge_labels(axes: Axes, labels: Iterable[Label], *, x: float = 1.025) -> None:
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
    height = 72 * figure.get_figheight() * (share if share < 0.7 else 0.66)
    lines = [str(words).count("\n") + 1 for _, words, _ in chosen]
    line = min(LINE / height, 1 / sum(lines)) * (high - low)
    sizes = [line * count for count in lines]
    places = spread([place for place, _, _ in chosen], sizes, (low, high))
    for (_, words, colour), place in zip(chosen, places, strict=True):
        axes.annotate(
            str(words),
            (x, place),
            xycoords=("axes fraction", "data"),
            va="center",
            color=colour,
            linespacing=1.15,
            annotation_clip=False,
        )


def spread(
    positions: Sequence[float],
    sizes: float | Sequence[float],
    room: tuple[float, float] | None = None,
) -> list[float]:
    """Move labels apart so that none overlaps, in their order and as little as needed.

    Parameters
    ----------
    positions : sequence of float
        Where the middles of the labels belong.
    sizes : float or sequence of float
        How much room each takes.
    room : tuple of float, optional
        Bounds that no label may pass; of too many labels some still do.

    Examples
    --------
    >>> spread([1.0, 1.2, 9.0], 1.0)
    [0.6, 1.6, 9.0]
    >>> spread([1.0, 1.2, 9.8], [1.0, 2.0, 1.0], (0.5, 10.0))
    [1.0, 2.5, 9.5]
    """
    order = np.argsort(positions, kind="stable")
    size = np.broadcast_to(sizes, len(order))[order]
    offset = np.concatenate([[0.0], np.cumsum((size[:-1] + size[1:]) / 2)])[: len(order)]
    groups: list[tuple[float, int]] = []  # (mean place of the first label, members)
    for place in np.asarray(positions)[order] - offset:
        mean, members = float(place), 1
        while groups and mean < groups[-1][0]:
            other, count = groups.pop()
            mean = (mean * members + other * count) / (members + count)
            members += count
        groups.append((mean, members))
    first = np.repeat([mean for mean, _ in groups], [n for _, n in groups])
    if room is not None and len(order):
        first = np.maximum(first, room[0] + size[0] / 2)
        first = np.minimum(first, room[1] - size[-1] / 2 - offset[-1])
    result = np.empty(len(order))
    result[order] = first + offset
    return [round(float(one), 9) for one in result]
