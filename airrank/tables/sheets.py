"""From the bytes of a table to grids of cells, whatever format and encoding it has."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from airrank.errors import InputError

Cell = str | float | bool | dt.date | dt.time | dt.timedelta | None
"""``dt.datetime`` is a ``dt.date``; None is an empty cell."""
Range = tuple[int, int, int, int]
"""First row, first column, last row and last column of merged cells, from 0."""
BINARY = ("PK", "\xd0\xcf\x11\xe0")
"""How Excel's files begin: a zip (.xlsx, .xlsm), an OLE container (.xls, WPS's .et)."""


class NotCalculated(str):
    """What stands for a formula whose result was never written into the file."""

    __slots__ = ()


@dataclass(frozen=True)
class Sheet:
    """One grid of cells.

    Attributes
    ----------
    name : str
        Of the sheet; empty for a text.
    rows : list of list of cell
        Row 1 of the file first; rows may differ in length.
    merged : tuple of range
        Merged cells; their content stands in the first of them.
    visible : bool
    comma : bool
        Whether a comma within a number can only be a decimal comma.
    hidden_rows : tuple of int
        Rows with content that the program does not show, from 1.
    hidden_columns : tuple of str
        Letters of columns with content that it does not show.
    """

    name: str
    rows: list[list[Cell]]
    merged: tuple[Range, ...] = ()
    visible: bool = True
    comma: bool = False
    hidden_rows: tuple[int, ...] = ()
    hidden_columns: tuple[str, ...] = ()

    def filled(self) -> list[list[Cell]]:
        """Give the rows, every merged cell with the content of the first of its range."""
        rows = [list(row) for row in self.rows]
        for top, left, bottom, right in self.merged:
            if top >= len(rows) or left >= len(rows[top]) or rows[top][left] is None:
                continue
            for row in rows[top : bottom + 1]:
                last = min(right + 1, max(len(row), len(rows[top])))
                row.extend([None] * (last - len(row)))
                for place in range(left, last):
                    row[place] = rows[top][left]
        return rows

    def covered(self) -> set[tuple[int, int]]:
        """Give the places that only a merged cell's range fills, without the first of each."""
        return {
            (row, column)
            for top, left, bottom, right in self.merged
            for row in range(top, min(bottom + 1, len(self.rows)))
            for column in range(left, min(right + 1, len(self.rows[row])))
            if (row, column) != (top, left)
        }


def column_letter(place: int) -> str:
    """Give the name that spreadsheets have for a column.

    Examples
    --------
    >>> column_letter(0), column_letter(25), column_letter(26)
    ('A', 'Z', 'AA')
    """
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def open_sheets(content: bytes, name: str, origin: str) -> list[Sheet]:
    """Open a table: Excel's formats as such, everything else as text.

    The content decides, not the end of the name: many systems hand out text as ``.xls``.

    Parameters
    ----------
    content : bytes
    name, origin : str
        The file's name, and what to call it in an error.

    Raises
    ------
    InputError
        If it is no table, damaged, protected, or beyond the limits of :mod:`airrank.ingest.limits`.
    """
    read: Callable[[bytes, str], list[Sheet]]
    beginning = content[:4].decode("latin-1")
    suffix = Path(name).suffix.lower()
    if beginning.startswith(BINARY):
        from airrank.tables.excel import read_excel as read
    elif suffix in {".xlsx", ".xlsm"}:
        raise InputError(
            "cannot read {origin} as Excel: it does not begin as such a file. Save it again.",
            origin=origin,
        )
    elif suffix in {".csv", ".tsv", ".txt", ".tab", ".xls", ".et", ""}:
        from airrank.tables.text import read_text_table as read
    else:
        raise InputError(
            "{origin}: expected .csv or .xlsx (also .xls, .et, .tsv, .txt), found {suffix!r}",
            origin=origin,
            suffix=suffix,
        )
    return read(content, origin)
