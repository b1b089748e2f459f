"""What no line is broken within: a number and its sign or unit, a day, a goal and its odds."""

from __future__ import annotations

import re
from typing import Any

from airrank.words import worded

NO_BREAK = "\u00a0"
_BLANK = re.compile(r" (?=%|[µm]g/m³)|(?<=\btop) (?=\d)|(?<=[<≤≥>]) (?=\d)")
_ODDS = re.compile(rf"(\btop{NO_BREAK}\d+) (?=[<>]?\d+{NO_BREAK}%)")
WHOLE = re.compile(
    r"[A-Za-z0-9.]+(?:[-–][A-Za-z0-9.]+)+"  # 2017-09-24, O3-8h-90, 94–110
    r"|[<≤≥>]\s?\d[\d.]*%?"
    r"|前\d+名(?:[<>]?\d+%)?"
)
"""What has no blank and yet would be broken, at a hyphen or between Chinese letters."""


def bound(value: Any) -> str:
    """Word a value, with blanks that break no line where a number has its sign, unit or odds.

    Examples
    --------
    >>> bound("top 110 92 %, below 36 µg/m³").replace(NO_BREAK, "_")
    'top_110_92_%, below 36_µg/m³'
    """
    return _ODDS.sub(rf"\1{NO_BREAK}", _BLANK.sub(NO_BREAK, worded(value)))
