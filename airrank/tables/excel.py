"""Excel's workbooks, old and new, as sheets of cells.

The library gives no word of cells with an error or with a formula that no program has calculated:
both come as empty. They are looked up in the file itself, and so are hidden rows and columns; of
old files (.xls) nothing is known of these.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from xml.etree import ElementTree

from python_calamine import (
    CalamineError,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from airrank.errors import InputError
from airrank.ingest.limits import LONGEST_CELL, MOST_COLUMNS, MOST_ROWS, refuse_bomb, refuse_rows
from airrank.tables.sheets import Cell, NotCalculated, Range, Sheet, column_letter

_CELL = re.compile(rb"<(?:\w+:)?c\s([^>]*?)(?:/>|>(.*?)</(?:\w+:)?c>)", re.DOTALL)
_PLACE = re.compile(rb'\br="([A-Z]{1,3})(\d{1,7})"')
_TYPE = re.compile(rb'\bt="(\w+)"')
_VALUE = re.compile(rb"<(?:\w+:)?v(?:\s[^>]*)?>([^<]*)</")
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s>/]")
_RECALCULATED = re.compile(rb'fullCalcOnLoad="(?:1|true)"')
_ROW = re.compile(rb"<(?:\w+:)?row\s([^>]*)>")
_COLUMN = re.compile(rb"<(?:\w+:)?col\s([^>]*)>")
_HIDDEN = re.compile(rb'\bhidden="(?:1|true)"')
_NUMBERS = {key: re.compile(rb'\b%s="(\d{1,7})"' % key) for key in (b"r", b"min", b"max")}
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
"""Name of the stream in which an .xlsx with a password lies: its file looks like an old one."""
_ODD = re.compile(rb't="e"|<(?:\w+:)?f[\s>/]')
Places = dict[tuple[int, int], Cell]


@dataclass(frozen=True)
class _Marks:
    """What a sheet's part of the file says that the library does not: rows and columns from 0."""

    odd: Places
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()


def read_excel(content: bytes, origin: str) -> list[Sheet]:
    """Read all sheets of a workbook; dates come as dates.

    Raises
    ------
    InputError
        If it is damaged, protected, of another kind, or has cells beyond the limits.
    """
    if not content.startswith(b"PK") and _ENCRYPTED in content:
        raise _locked(origin)
    try:
        marks = _marks(content, origin) if content.startswith(b"PK") else {}
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        return [
            _sheet(book, meta.name, meta.visible == SheetVisibleEnum.Visible, marks, origin)
            for meta in book.sheets_metadata
            if meta.typ == SheetTypeEnum.WorkSheet
        ]
    except InputError:
        raise
    except PasswordError as error:
        raise _locked(origin) from error
    except (CalamineError, zipfile.BadZipFile, ElementTree.ParseError, *_STUMBLES) as error:
        raise _damaged(origin, error) from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # the library's own, not an Exception
            raise
        raise _damaged(origin, error) from error


_STUMBLES = (
    OSError, ValueError, LookupError, RuntimeError, TypeError, EOFError, NotImplementedError,
    OverflowError, MemoryError, zlib.error, struct.error,
)  # fmt: skip


def _locked(origin: str) -> InputError:
    return InputError(
        "{origin} is protected by a password; save a copy without one.", origin=origin
    )


def _damaged(origin: str, error: BaseException) -> InputError:
    return InputError(
        "cannot read {origin} as Excel: {kind}: {error}. Save it again.",
        origin=origin,
        kind=type(error).__name__,
        error=error,
    )


def _sheet(
    book: CalamineWorkbook, name: str, visible: bool, marks: dict[str, _Marks], origin: str
) -> Sheet:
    sheet = book.get_sheet_by_name(name)
    refuse_rows(sheet.total_height + 1, MOST_ROWS, origin)
    if sheet.total_width + 1 > MOST_COLUMNS:
        raise _too_wide(origin, name)
    rows: list[list[Cell]] = [
        [_plain(cell, origin) for cell in row] for row in sheet.to_python(skip_empty_area=False)
    ]
    own = marks.get(name, _Marks({}))
    for (row, column), cell in own.odd.items():
        rows.extend([] for _ in range(row + 1 - len(rows)))
        rows[row].extend([None] * (column + 1 - len(rows[row])))
        rows[row][column] = cell
    merged: tuple[Range, ...] = tuple(
        (*first, *last) for first, last in (sheet.merged_cell_ranges or ())
    )
    return Sheet(
        name,
        rows,
        merged,
        visible,
        hidden_rows=tuple(
            row + 1 for row in sorted(own.hidden_rows) if _any_of(rows[row : row + 1])
        ),
        hidden_columns=tuple(
            column_letter(column)
            for column in sorted(own.hidden_columns)
            if _any_of(row[column : column + 1] for row in rows)
        ),
    )


def _any_of(rows: Iterable[list[Cell]]) -> bool:
    """Tell whether some cell has content."""
    return any(cell is not None for row in rows for cell in row)


def _plain(cell: object, origin: str) -> Cell:
    if isinstance(cell, str):
        if len(cell) > LONGEST_CELL:
            raise InputError(
                "{origin}: a cell of {n} characters; a cell has at most {most}.",
                origin=origin,
                n=len(cell),
                most=LONGEST_CELL,
            )
        return cell.strip() or None
    return cell  # type: ignore[return-value]  # calamine gives nothing but cells


def _marks(content: bytes, origin: str) -> dict[str, _Marks]:
    """Give by sheet what the library does not tell; refuse cells far out."""
    refuse_bomb(content, origin)
    found: dict[str, _Marks] = {}
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = set(archive.namelist())
        if "xl/workbook.xml" not in names:
            raise InputError(
                "{origin} is no Excel workbook of the kinds that are read; save it as .xlsx",
                origin=origin,
            )
        recalculated = bool(_RECALCULATED.search(archive.read("xl/workbook.xml")))
        for sheet, part in _parts(archive):
            if part not in names:
                continue
            xml = archive.read(part)
            with_content = bool(_ODD.search(xml))
            places: Places = {}
            for row, column, attributes, inner in _cells(xml):
                if row >= MOST_ROWS or column >= MOST_COLUMNS:
                    raise _too_wide(origin, sheet)
                if with_content and (cell := _odd(attributes, inner, recalculated)):
                    places[row, column] = cell
            found[sheet] = _Marks(places, *_hidden(xml))
    return found


def _hidden(xml: bytes) -> tuple[frozenset[int], frozenset[int]]:
    """Give the rows and the columns that are not shown, from 0."""
    rows, columns = set(), set[int]()
    for match in _ROW.finditer(xml):
        if _HIDDEN.search(match[1]) and (number := _NUMBERS[b"r"].search(match[1])):
            rows.add(int(number[1]) - 1)
    for match in _COLUMN.finditer(xml):
        ends = [_NUMBERS[key].search(match[1]) for key in (b"min", b"max")]
        if _HIDDEN.search(match[1]) and ends[0] and ends[1]:
            columns |= set(range(int(ends[0][1]) - 1, min(int(ends[1][1]), MOST_COLUMNS)))
    return frozenset(rows), frozenset(columns)


def _cells(xml: bytes) -> Iterator[tuple[int, int, bytes, bytes]]:
    """Give row, column, attributes and content of the cells that have content."""
    for match in _CELL.finditer(xml):
        attributes, inner = match[1], match[2]
        place = _PLACE.search(attributes) if inner else None
        if place is not None:
            column = 0
            for letter in place[1]:
                column = column * 26 + letter - 64
            yield int(place[2]) - 1, column - 1, attributes, inner


def _odd(attributes: bytes, inner: bytes, recalculated: bool) -> Cell:
    """Give an error's text, or the mark of a formula without a result, else nothing."""
    kind, value = _TYPE.search(attributes), _VALUE.search(inner)
    text = value[1].decode("utf-8", "replace").strip() if value else ""
    if kind and kind[1] == b"e":
        return text or "#N/A"
    blank = {"", "0"} if recalculated else {""}
    if (kind is None or kind[1] == b"n") and text in blank and _FORMULA.search(inner):
        return NotCalculated("=")
    return None


def _parts(archive: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    """Give each sheet's name and the part of the zip that holds it."""
    targets = {
        link.get("Id"): link.get("Target", "")
        for link in ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    }
    for node in ElementTree.fromstring(archive.read("xl/workbook.xml")).iter():
        if node.tag.rpartition("}")[2] == "sheet":
            own = next((v for k, v in node.attrib.items() if k.endswith("}id")), "")
            target = targets.get(own, "")
            yield node.get("name", ""), target.lstrip("/") if target[:1] == "/" else f"xl/{target}"


def _too_wide(origin: str, sheet: str) -> InputError:
    return InputError(
        "{origin}, sheet {sheet!r} has cells beyond column {columns} or row {rows}, the most that "
        "are read. Delete what stands far out, or split the table.",
        origin=origin,
        sheet=sheet,
        columns=MOST_COLUMNS,
        rows=MOST_ROWS,
    )
