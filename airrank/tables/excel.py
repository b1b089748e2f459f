"""Excel's workbooks, old and new, as sheets of cells.

The library gives no word of cells with an error or with a formula that no program has calculated:
both come as empty. They are looked up in the file itself.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
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
from airrank.tables.sheets import Cell, NotCalculated, Range, Sheet

_CELL = re.compile(rb"<(?:\w+:)?c\s([^>]*?)(?:/>|>(.*?)</(?:\w+:)?c>)", re.DOTALL)
_PLACE = re.compile(rb'\br="([A-Z]{1,3})(\d{1,7})"')
_TYPE = re.compile(rb'\bt="(\w+)"')
_VALUE = re.compile(rb"<(?:\w+:)?v(?:\s[^>]*)?>([^<]*)</")
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s>/]")
_RECALCULATED = re.compile(rb'fullCalcOnLoad="(?:1|true)"')
_ODD = re.compile(rb't="e"|<(?:\w+:)?f[\s>/]')
Places = dict[tuple[int, int], Cell]


def read_excel(content: bytes, origin: str) -> list[Sheet]:
    """Read all sheets of a workbook; dates come as dates.

    Raises
    ------
    InputError
        If it is damaged, protected, of another kind, or has cells beyond the limits.
    """
    try:
        odd = _odd_cells(content, origin) if content.startswith(b"PK") else {}
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        return [
            _sheet(book, meta.name, meta.visible == SheetVisibleEnum.Visible, odd, origin)
            for meta in book.sheets_metadata
            if meta.typ == SheetTypeEnum.WorkSheet
        ]
    except InputError:
        raise
    except PasswordError as error:
        raise InputError(
            "{origin} is protected by a password; save a copy without one.", origin=origin
        ) from error
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


def _damaged(origin: str, error: BaseException) -> InputError:
    return InputError(
        "cannot read {origin} as Excel: {kind}: {error}. Save it again.",
        origin=origin,
        kind=type(error).__name__,
        error=error,
    )


def _sheet(
    book: CalamineWorkbook, name: str, visible: bool, odd: dict[str, Places], origin: str
) -> Sheet:
    sheet = book.get_sheet_by_name(name)
    refuse_rows(sheet.total_height + 1, MOST_ROWS, origin)
    if sheet.total_width + 1 > MOST_COLUMNS:
        raise _too_wide(origin, name)
    rows: list[list[Cell]] = [
        [_plain(cell, origin) for cell in row] for row in sheet.to_python(skip_empty_area=False)
    ]
    for (row, column), cell in odd.get(name, {}).items():
        rows.extend([] for _ in range(row + 1 - len(rows)))
        rows[row].extend([None] * (column + 1 - len(rows[row])))
        rows[row][column] = cell
    merged: tuple[Range, ...] = tuple(
        (*first, *last) for first, last in (sheet.merged_cell_ranges or ())
    )
    return Sheet(name, rows, merged, visible)


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
    return cell  # type: ignore[return-value]


def _odd_cells(content: bytes, origin: str) -> dict[str, Places]:
    """Give by sheet the cells with an error or without their result; refuse cells far out."""
    refuse_bomb(content, origin)
    found: dict[str, Places] = {}
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
            found[sheet] = places
    return found


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
