"""The workbook: the briefing's tables for Excel and WPS, a sheet each."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import openpyxl
import pandas as pd
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from airrank.report.archive import write_settled
from airrank.report.outline import Outline
from airrank.report.section import WORKBOOK
from airrank.report.slides import CHANCES
from airrank.report.tables import Table, facts_table
from airrank.spreadsheet import runs
from airrank.words import Chance, Lang, Percent, speaking, worded

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

_NOT_IN_A_NAME = re.compile(r"[\[\]:*?/\\]")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


def write_workbook(outline: Outline, path: Path, *, lang: Lang | None = None) -> None:
    """Write the tables; numbers as numbers, and no text that acts as a formula."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    with speaking(lang):
        for section in outline.shown_in(WORKBOOK):
            table = section.table or facts_table(section.title, section.facts)
            if table.rows:
                name = _NOT_IN_A_NAME.sub(" ", str(table.title))[:31]
                write_sheet(book.create_sheet(name), table)
        first = book.worksheets[0]
        first.insert_rows(1)
        _put(first, 1, 1, outline.headline)
    buffer = io.BytesIO()
    book.save(buffer)
    write_settled(buffer.getvalue(), path)


def write_sheet(sheet: Worksheet, table: Table) -> None:
    """Write a table into a sheet, in the reader's language."""
    start = 1
    if table.head:
        for column, text in enumerate(table.head, start=1):
            _put(sheet, 1, column, text).font = Font(bold=True)
        sheet.freeze_panes, start = "A2", 2
    for number, row in enumerate(table.rows, start):
        for column, value in enumerate(row, start=1):
            _put(sheet, number, column, value)
    for number, note in enumerate(table.notes, start + len(table.rows) + 1):
        _put(sheet, number, 1, note)
    for column, texts in enumerate(zip(*filter(None, [table.head, *table.cells]), strict=True), 1):
        width = min(60, max(map(_wide, texts)) + 2)
        sheet.column_dimensions[get_column_letter(column)].width = width


def _wide(text: str) -> float:
    """Estimate how wide a text is, in the digits by which columns are measured."""
    return sum(2.0 if ord(char) > 0x2E7F else 1.1 for char in text)


def _plain(value: Any) -> tuple[float, str] | None:
    """Give the number of a cell and the format it is shown in; None if it holds none."""
    inner = value.probability if isinstance(value, Chance) else getattr(value, "value", None)
    if inner is None or pd.isna(inner):
        return None
    if isinstance(value, Chance):
        return float(inner), CHANCES
    decimals = getattr(value, "decimals", 0)
    shape = "0." + "0" * decimals if decimals else "0"
    if isinstance(value, Percent):
        return float(inner) / 100, f"{shape}%"
    return float(inner), f"+{shape};-{shape};{shape}" if getattr(value, "signed", False) else shape


def _put(sheet: Worksheet, row: int, column: int, value: Any) -> Any:
    """Write a number as a number in its format, anything else as text, never evaluated."""
    cell: Any = sheet.cell(row, column)
    if (found := _plain(value)) is not None:
        cell.value, cell.number_format = found
        return cell
    text = worded(value)
    cell.value = _CONTROL.sub("", text)
    cell.data_type = "s"
    cell.quotePrefix = runs(text)
    return cell
