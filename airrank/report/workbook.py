"""The workbook: the briefing's tables for Excel and WPS, a sheet each, ready to sort and print."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from airrank.amounts import Interval, Number, Place
from airrank.report.archive import write_settled
from airrank.report.outline import Outline
from airrank.report.section import WORKBOOK
from airrank.report.slides import BOLD, CHANCES
from airrank.report.table import Fact, Table
from airrank.showable import is_wide
from airrank.spreadsheet import runs
from airrank.words import Chance, Lang, Percent, Text, language, number, worded

_NOT_IN_A_NAME = re.compile(r"[\[\]:*?/\\]")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
LONGEST = 31
"""Characters that the name of a sheet may have."""
OURS, HEAD = (PatternFill("solid", fgColor=colour) for colour in ("FFE699", "E7EDF3"))
MARGIN = 0.4
"""Of a printed page at either side [inch]."""
DAYS: Mapping[Lang, str] = {"zh": 'yyyy"年"m"月"d"日"', "en": "yyyy-mm-dd"}
LETTERS: Mapping[str, Any] = {"name": "Calibri", "family": 2, "scheme": "minor"}
"""The font of all cells: a bold one that names none is another font in some programs."""
TWO_LINES = 32.0
"""Height of a row of headings [point]."""
ONE_LINE = 16.0
"""Width of a heading that is not broken into lines."""


def write_workbook(outline: Outline, path: Path) -> None:
    """Write the tables; numbers as numbers, and no text that acts as a formula."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for section in outline.shown_in(WORKBOOK):
        table = section.table or _facts(section.title, section.facts)
        if table.rows:
            sheet = book.create_sheet(sheet_name(str(table.title)))
            first = len(book.worksheets) == 1
            write_sheet(sheet, table, outline.headline if first else table.title)
    buffer = io.BytesIO()
    book.save(buffer)
    write_settled(buffer.getvalue(), path)


def sheet_name(title: str) -> str:
    """Give a title as a sheet may be called; one too long ends with a whole word.

    Examples
    --------
    >>> sheet_name("Control values of the remaining days"), sheet_name("第110名前后位次城市")
    ('Control values of the remaining', '第110名前后位次城市')
    """
    name = _NOT_IN_A_NAME.sub(" ", title)
    if len(name) <= LONGEST:
        return name
    return (name[: LONGEST + 1].rpartition(" ")[0] or name)[:LONGEST]


def write_sheet(sheet: Any, table: Table, title: Any = None) -> None:
    """Write a table into a sheet, in the reader's language, below its title and its notes."""
    _put(sheet, 1, 1, title or table.title).font = Font(bold=True, size=13, **LETTERS)
    for row, note in enumerate(table.notes, start=2):
        _put(sheet, row, 1, note)
    table, start = _apart(table), 2 + len(table.notes)
    if table.head:
        for column, text in enumerate(table.head, start=1):
            cell = _put(sheet, start, column, text)
            cell.font, cell.fill = Font(bold=True, **LETTERS), HEAD
            side = "left" if column - 1 in table.left else "right"
            cell.alignment = _aligned(side, column, wrap_text=True, vertical="center")
        sheet.row_dimensions[start].height = TWO_LINES
        sheet.print_title_rows = f"1:{start}"
        start += 1
        sheet.freeze_panes = sheet.cell(start, 1 + (1 + table.left[0] if table.left else 0))
    for row, values in enumerate(table.rows, start):
        for column, value in enumerate(values, start=1):
            cell = _put(sheet, row, column, value)
            side = "left" if column - 1 in table.left else "right"
            cell.alignment = _aligned(side, column)
            if row - start == table.marked:
                cell.fill, cell.font = OURS, Font(bold=True, **LETTERS)
    last = get_column_letter(len(table.rows[0]))
    if table.head:
        sheet.auto_filter.ref = f"A{start - 1}:{last}{start + len(table.rows) - 1}"
    for column, width in enumerate(_widths(table), start=1):
        sheet.column_dimensions[get_column_letter(column)].width = width
    _set_up_print(sheet)


def _aligned(side: str, column: int, **more: Any) -> Alignment:
    """Align a cell; a text keeps away from the numbers at its left."""
    return Alignment(horizontal=side, indent=int(side == "left" and column > 1), **more)


def _facts(title: Text, facts: Sequence[Fact]) -> Table:
    """Give facts as a table, the ends of an interval in columns of their own."""
    rows: list[tuple[Any, ...]] = []
    for fact in facts:
        value: Any = fact.value
        low: Any = ""
        high: Any = ""
        if isinstance(value, Interval):
            value, low, high = "", Number(value.low), Number(value.high)
        rows.append((fact.name, value, low, high, fact.note))
    head = (Text("item"), Text("value"), Text("lower bound"), Text("upper bound"), Text("remark"))
    return Table(title, head, tuple(rows), left=(0, 4)).without_empty()


def _set_up_print(sheet: Any) -> None:
    """Print across A4, as wide as the page, with page numbers."""
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", sheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.page_margins.left = sheet.page_margins.right = MARGIN
    sheet.oddFooter.center.text = "&P / &N"


def _apart(table: Table) -> Table:
    """Give ranks and their ties, and the ends of intervals, columns of their own to sort by."""
    if not table.headings:
        return table
    headings: list[Any] = []
    columns: list[Sequence[Any]] = []
    left = []
    for place, (head, cells) in enumerate(
        zip(table.headings, zip(*table.rows, strict=True), strict=True)
    ):
        if place in table.left:
            left.append(len(headings))
        if any(isinstance(cell, Place) and not cell.spelt for cell in cells):
            headings += [head, Text("cities on this rank")]
            columns += [cells, [Number(getattr(cell, "tied", None)) for cell in cells]]
        elif any(isinstance(cell, Interval) for cell in cells):
            headings += [Text("{name}, lower", name=head), Text("{name}, upper", name=head)]
            columns += [_ends(cells, "low"), _ends(cells, "high")]
        else:
            headings.append(head)
            columns.append(cells)
    rows = tuple(zip(*columns, strict=True))
    return replace(table, headings=tuple(headings), rows=rows, left=tuple(left))


def _ends(cells: Iterable[Any], name: str) -> list[Any]:
    return [
        Number(getattr(cell, name), cell.decimals, signed=cell.signed)
        if isinstance(cell, Interval)
        else cell
        for cell in cells
    ]


def _widths(table: Table) -> list[float]:
    """Give the widths of the columns; a heading may take two lines."""
    cells = [max(map(_wide, texts)) for texts in zip(*table.cells, strict=True)]
    heads = [_of_heading(text) for text in table.head] or [0.0] * len(cells)
    return [min(60.0, max(cell, head, 6.0) + 3.0) for cell, head in zip(cells, heads, strict=True)]


def _of_heading(text: str) -> float:
    """Give the width that a bold heading needs: two lines if it is long and has a blank.

    One in Chinese would break anywhere, with a single letter on its second line.
    """
    words = text.split()
    ways = [(" ".join(words[:k]), " ".join(words[k:])) for k in range(1, len(words))]
    if _wide(text) <= ONE_LINE or not ways:
        return BOLD * _wide(text)
    return BOLD * min(max(map(_wide, way)) for way in ways)


def _wide(text: str) -> float:
    """Estimate how wide a text is, in the digits by which columns are measured."""
    return sum(2.0 if is_wide(char) else 1.1 for char in text)


def _plain(value: Any) -> tuple[float, str] | None:
    """Give the number of a cell and the format it is shown in; None if it holds none."""
    inner = value.probability if isinstance(value, Chance) else getattr(value, "value", None)
    if inner is None or pd.isna(inner):
        return None
    if isinstance(value, Chance):
        return float(inner), "0%" if value.final else CHANCES
    if isinstance(value, Place):
        tied = worded(value).removeprefix(number(inner)) if value.spelt else ""
        return int(inner), f'0"{tied}"' if tied else "0"
    decimals = getattr(value, "decimals", 0)
    shape = "0." + "0" * decimals if decimals else "0"
    shown = round(float(inner), decimals)
    if isinstance(value, Percent):
        return shown / 100, f"{shape}%"
    if getattr(value, "below_zero", None) is not None:
        said = worded(replace(value, value=-1)).removeprefix(number(-1, decimals))
        return shown, f'{shape};-{shape}"{said}"'
    return shown, f"+{shape};-{shape};{shape}" if getattr(value, "signed", False) else shape


def _put(sheet: Any, row: int, column: int, value: Any) -> Any:
    """Write a number as a number in its format, anything else as text, never evaluated."""
    cell: Any = sheet.cell(row, column)
    if (found := _plain(value)) is not None:
        cell.value, cell.number_format = found
        return cell
    if isinstance(value, date):
        cell.value, cell.number_format = value, DAYS[language()]
        return cell
    text = worded(value)
    if not text:
        return cell
    cell.value = _CONTROL.sub("", text)
    cell.data_type = "s"
    cell.quotePrefix = runs(text)
    return cell
