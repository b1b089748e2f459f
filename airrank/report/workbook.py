"""The workbook: the report's tables for Excel and WPS."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from airrank.errors import InputError
from airrank.report import tables
from airrank.report.archive import write_settled
from airrank.report.briefing import Briefing
from airrank.report.tables import Table
from airrank.report.wording_report import word
from airrank.spreadsheet import runs
from airrank.wording import Lang

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?")
_NOT_IN_A_NAME = re.compile(r"[\[\]:*?/\\]")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


def write_workbook(briefing: Briefing, path: Path, *, lang: Lang = "zh") -> None:
    """Write the tables, a sheet each; numbers as numbers, and no text that acts as a formula.

    Raises
    ------
    InputError
        If openpyxl is not installed.
    """
    try:
        import openpyxl
    except ImportError as error:
        raise InputError("--xlsx needs openpyxl: pip install 'airrank[excel]'") from error
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    found = [
        tables.status_table(briefing, lang),
        tables.goals_table(briefing, lang),
        tables.control_table(briefing, lang),
        tables.rivals_table(briefing, lang),
        tables.cities_table(briefing, lang),
    ]
    for table in found:
        if table is not None and table.rows:
            _sheet(book.create_sheet(_NOT_IN_A_NAME.sub(" ", table.title)[:31]), table)
    first = book.worksheets[0]
    first.insert_rows(1)
    _put(first, 1, 1, briefing.headline(lang))
    first.title = word("status", lang)[:31]
    buffer = io.BytesIO()
    book.save(buffer)
    write_settled(buffer.getvalue(), path)


def _sheet(sheet: Worksheet, table: Table) -> None:
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    for row, cells in enumerate([table.head, *table.rows], start=1):
        for column, text in enumerate(cells, start=1):
            cell = _put(sheet, row, column, text)
            if row == 1:
                cell.font = Font(bold=True)
    for column in range(1, len(table.head) + 1):
        longest = max(_wide(row[column - 1]) for row in [table.head, *table.rows])
        sheet.column_dimensions[get_column_letter(column)].width = min(60, longest + 2)
    if table.head[0]:
        sheet.freeze_panes = "A2"


def _wide(text: str) -> float:
    """Estimate how wide a text is, in the digits by which columns are measured."""
    return sum(2.0 if ord(char) > 0x2E7F else 1.1 for char in text)


def _put(sheet: Worksheet, row: int, column: int, text: str) -> Any:
    """Write a number as a number, anything else as text that is never evaluated."""
    cell: Any = sheet.cell(row, column)
    if _NUMBER.fullmatch(text):
        cell.value = float(text)
        return cell
    cell.value = _CONTROL.sub("", text)
    cell.data_type = "s"
    cell.quotePrefix = runs(text)
    return cell
