"""Long lines of a figure, broken so that they fit."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from airrank.showable import is_wide

if TYPE_CHECKING:
    from airrank.words import Text

WIDE, NARROW = 1.0, 0.53
"""Width of a Chinese and of a Latin character [em]."""


def folded(words: Text | str, width: float, size: float, *, evenly: bool = False) -> str:
    r"""Break a long line after blanks and Chinese commas so that it fits, but beside no number.

    Parameters
    ----------
    words : Text or str
    width : float
        Of the room [inch].
    size : float
        Of the font [point].
    evenly : bool
        Whether the lines, as many as it takes, are to be about as long, for a title whose last
        word must not stand alone.

    Examples
    --------
    >>> folded("as of Sunday; provisional", 1.0, 8)
    'as of Sunday;\nprovisional'
    >>> folded("cities around the rank now and at the end", 2.4, 8, evenly=True)
    'cities around the rank\nnow and at the end'
    """
    found = re.findall(r".*?(?:[；，：、]|(?<!\d)\s+(?![\d%])|$)", str(words), re.DOTALL)
    parts = [part for part in found if part]
    room = 72 * width / size
    lines = _lines_of(parts, room)
    while evenly and len(lines) > 1:
        narrower = _lines_of(parts, max(map(_ems, lines)) - NARROW / 2)
        if len(narrower) > len(lines) or narrower == lines:  # longer, or of unbreakable words
            break
        lines = narrower
    return "\n".join(lines)


def _lines_of(parts: Sequence[str], room: float) -> list[str]:
    lines = [""]
    for part in parts:
        if lines[-1] and _ems(lines[-1] + part.rstrip()) > room:
            lines.append("")
        lines[-1] += part
    return [line.rstrip() for line in lines]


def _ems(words: str) -> float:
    return sum(WIDE if is_wide(c) else NARROW for c in words)
