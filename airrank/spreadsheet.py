"""Texts that a spreadsheet program would run: kept out of names, defused in files."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from airrank.whole import write_whole

if TYPE_CHECKING:
    import pandas as pd

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""First characters of a formula; Chinese editions take the full-width ones too."""
_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?(?:e[+-]?\d+)?", re.IGNORECASE)
_TEXTS = ("object", "str")
"""Beginnings of the names of pandas' types that hold texts."""


def runs(text: str) -> bool:
    """Tell whether a spreadsheet program would take a text for a formula.

    Examples
    --------
    >>> runs("=1+1"), runs("-2+3"), runs("-2.5"), runs("遂平县")
    (True, True, False, False)
    """
    return text.startswith(FORMULA) and not _NUMBER.fullmatch(text)


def defused(value: Any) -> Any:
    """Give a text so that it is shown, not run, by an apostrophe before it; others as they are.

    Examples
    --------
    >>> defused("@SUM(1)"), defused(-2.5)
    ("'@SUM(1)", -2.5)
    """
    return f"'{value}" if isinstance(value, str) and runs(value) else value


def write_csv(table: pd.DataFrame, path: Path) -> None:
    """Write a table as UTF-8 CSV that spreadsheet programs read correctly and never run."""
    safe = table.copy()
    for place, kind in enumerate(table.dtypes):
        if str(kind).startswith(_TEXTS):
            safe.isetitem(place, table.iloc[:, place].map(defused).array)
    if str(table.index.dtype).startswith(_TEXTS):
        safe = safe.rename(index=defused)
    write_whole(path, "\ufeff" + safe.to_csv(lineterminator="\n"))
