"""Lists that people make: rows of named columns, found below whatever stands above them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from airrank.errors import InputError
from airrank.ingest.limits import LARGEST_LIST, read_bytes
from airrank.tables.account import Account, Place, tell
from airrank.tables.cells import is_missing, is_remark, is_total, plain
from airrank.tables.sheets import Cell, NotCalculated, Sheet, column_letter, open_sheets
from airrank.words import Text

_LONG = 40
"""Characters of a text that alone in its row is a remark."""
_ROWS_LOOKED_AT = 50


@dataclass(frozen=True)
class Record:
    """One row: its place, and its cells by the names of their columns; missing ones are None."""

    place: Place
    cells: Mapping[str, Cell]

    def text(self, name: str) -> str:
        """Give a cell as text, empty where it is missing or the column is."""
        return plain(self.cells.get(name))


@dataclass(frozen=True)
class Records:
    """A list: the columns it has, by name, and its rows."""

    columns: frozenset[str]
    rows: Sequence[Record]


def plain_heading(heading: object) -> str:
    """Give a heading without case, width, punctuation and what stands in brackets.

    Examples
    --------
    >>> plain_heading("PM₂.₅（μg/m³）"), plain_heading("O3_8h"), plain_heading(" 日 期 ")
    ('PM25', 'O38H', '日期')
    """
    text = unicodedata.normalize("NFKC", str(heading)).split("(")[0].upper()
    return re.sub(r"[\s._\-/]|浓度", "", text)


def read_list(
    path: Path,
    names: Mapping[str, str],
    enough: Callable[[frozenset[str]], bool],
    expected: Text,
) -> Records:
    """Read a list from a file, as :func:`read_records` does, and tell what was left out."""
    account = Account(str(path))
    content = read_bytes(path, LARGEST_LIST)
    found = read_records(content, path.name, str(path), names, enough, expected, account=account)
    tell(account.close())
    return found


def read_records(
    content: bytes,
    name: str,
    origin: str,
    names: Mapping[str, str],
    enough: Callable[[frozenset[str]], bool],
    expected: Text,
    *,
    account: Account | None = None,
) -> Records:
    """Read a list in any of the formats of :func:`~airrank.tables.sheets.open_sheets`.

    Every visible sheet with such a list counts; titles, remarks and totals are left out and told.

    Parameters
    ----------
    content, name, origin
        As for :func:`~airrank.tables.sheets.open_sheets`.
    names : mapping of str to str
        Headings, as :func:`plain_heading` gives them, and the columns they mean.
    enough : callable
        Whether columns make up such a list.
    expected : Text
        What to say they should be.
    account : Account, optional
        What is told is added to it.

    Raises
    ------
    InputError
        If there is no such list, or a column is there twice.
    """
    account = Account(origin) if account is None else account
    sheets = open_sheets(content, name, origin)
    reader = _Lists(names, enough, expected, origin, account, alone=len(sheets) == 1)
    columns: set[str] = set()
    rows: list[Record] = []
    for sheet in sheets:
        found = reader.read(sheet)
        if found is not None:
            columns |= found.columns
            rows += found.rows
    if not columns:
        raise reader.refusal(sheets)
    account.rows = len(rows)
    return Records(frozenset(columns), rows)


@dataclass(frozen=True)
class _Lists:
    names: Mapping[str, str]
    enough: Callable[[frozenset[str]], bool]
    expected: Text
    origin: str
    account: Account
    alone: bool

    def read(self, sheet: Sheet) -> Records | None:
        """Read the list of one sheet, if it has one."""
        place = Place("" if self.alone else sheet.name)
        if not sheet.visible:
            self.account.note("sheet", Text("not read: it is hidden"), Place(sheet.name))
            self.account.sheets.append({"name": sheet.name, "read": False})
            return None
        rows = sheet.filled()
        top = next((k for k, row in enumerate(rows[:_ROWS_LOOKED_AT]) if self._is_heading(row)), -1)
        if top < 0:
            if rows and not self.alone:
                self.account.note("sheet", Text("not read: no such list"), Place(sheet.name))
            self.account.sheets.append({"name": sheet.name, "read": False})
            return None
        known = self._known(rows[top])
        if len(set(known.values())) < len(known):
            raise self.refusal([sheet], top)
        for above in rows[:top]:
            text = next((plain(cell) for cell in above if cell is not None), "")
            if text:
                told = Text("title: {text}", text=text[:_LONG])
                self.account.note("title", told, place if place.sheet else None)
        self.account.note_hidden(sheet, place.sheet)
        self._columns(sheet, rows[top], known)
        width = len(rows[top])
        kept: list[Record] = []
        for number, row in enumerate(rows[top + 1 :], start=top + 2):
            here = Place(place.sheet, number)
            cells = self._cells(row, known, width, here)
            if cells is not None:
                kept.append(Record(here, cells))
        self.account.sheets.append(
            {"name": sheet.name, "read": True, "rows": len(kept), "heading_rows": [top + 1]}
        )
        return Records(frozenset(known.values()), kept)

    def _known(self, row: Sequence[Cell]) -> dict[int, str]:
        headings = {k: plain_heading(cell) for k, cell in enumerate(row) if isinstance(cell, str)}
        return {k: self.names[text] for k, text in headings.items() if text in self.names}

    def _is_heading(self, row: Sequence[Cell]) -> bool:
        return self.enough(frozenset(self._known(row).values()))

    def _columns(self, sheet: Sheet, row: Sequence[Cell], known: Mapping[int, str]) -> None:
        self.account.columns += [
            {"sheet": sheet.name, "column": column_letter(k), "heading": plain(cell),
             "used_as": known.get(k)}
            for k, cell in enumerate(row) if cell is not None
        ]  # fmt: skip

    def _cells(
        self, row: Sequence[Cell], known: Mapping[int, str], width: int, place: Place
    ) -> dict[str, Cell] | None:
        """Give a row's cells by name; None for a row that is no record, which is told."""
        filled = [plain(cell) for cell in row if cell is not None]
        if not filled:
            return None
        only = filled[0] if len(set(filled)) == 1 else ""
        if is_remark(filled[0]) or len(only) > _LONG:
            self.account.note("note", Text("left out: {text}", text=filled[0][:60]), place)
            return None
        if is_total(filled[0]):
            self.account.note("total", Text("rows that sum up others left out"), place)
            return None
        self._refuse_surplus(row, width, place)
        cells = {name: row[k] if k < len(row) else None for k, name in known.items()}
        for name, cell in cells.items():
            if isinstance(cell, NotCalculated):
                raise InputError(
                    "{origin}, {place}: a formula that was never calculated: open the file in "
                    "Excel, save it, and try again",
                    origin=self.origin,
                    place=Place(place.sheet, place.row, name),
                )
            if cell is not None and is_missing(plain(cell)):
                cells[name] = None
        return cells

    def _refuse_surplus(self, row: Sequence[Cell], width: int, place: Place) -> None:
        """Refuse a cell beyond the last heading: the others may be shifted."""
        beyond = next((plain(cell) for cell in row[width:] if cell is not None), None)
        if beyond is not None:
            raise InputError(
                "{origin}, {place}: expected {width} cells, found also {found!r}; put a text that "
                "holds a comma in quotes",
                origin=self.origin,
                place=place,
                width=width,
                found=beyond,
            )

    def refusal(self, sheets: Sequence[Sheet], top: int = 0) -> InputError:
        """Say what was expected, and which headings there are."""
        row = next((s.rows[top] for s in sheets if s.visible and len(s.rows) > top), [])
        found = ", ".join(plain(cell)[:_LONG] for cell in row if cell is not None)
        return InputError(
            "{origin}: expected {expected}, each once; found {found}",
            origin=self.origin,
            expected=self.expected,
            found=found or Text("nothing"),
        )
