"""The table an office fills in: one row per goal, as CSV and as a sheet for Excel."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.styles import Alignment, Font, PatternFill

from airrank.columns import column
from airrank.errors import writing
from airrank.goals.plan import Goal
from airrank.showable import is_wide
from airrank.spreadsheet import defused
from airrank.whole import write_whole
from airrank.words import Text, worded

HEADINGS = {
    "goal": column("id"),
    **{name: column(name) for name in ("title_zh", "title_en")},
    "target": Text("target value"),
    **{name: column(name) for name in ("deadline", "assessed", "lead")},
    "value": Text("actual value"),
    "day": Text("day of the value"),
    "valid_days": column("valid_days"),
    "uncertainty": Text("uncertainty"),
    "caveat": column("note"),
}
"""Columns and their headings on the sheet, which :func:`airrank.goals.reported.read_reported` reads
too."""
ASSESSED = {
    "computed": Text("computed from the data"),
    "reported": Text("reported as a number"),
    "qualitative": Text("reported as yes or no"),
}
WIDTHS = {"title_zh": 34, "title_en": 34, "goal": 28, "lead": 34, "target": 18, "caveat": 20}
WIDTH, LINE = 13, 15.0
"""Width of the other columns, and height of a line [point]."""
FILLED_IN = ("value", "day", "valid_days", "uncertainty", "caveat")


def as_csv(goals: tuple[Goal, ...], *, as_json: bool = False) -> str:
    """Give the CSV an office fills in: one row per goal, the column of values empty.

    A value is a number, for shares of days also a fraction such as 302/365; for goals to be done
    是 or 否, yes or no. Rows left empty count as not reported. Headings are the reader's, or the
    code's names for programs.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(HEADINGS if as_json else map(worded, HEADINGS.values()))
    for goal in goals:
        told = _row(goal)
        if as_json:
            told |= {"target": goal.target.in_words("en"), "assessed": goal.assessed}
        writer.writerow([told.get(name, "") for name in HEADINGS])
    return out.getvalue()


def write_template(goals: tuple[Goal, ...], folder: Path, *, as_json: bool = False) -> list[str]:
    """Write ``actuals.csv`` and ``actuals.xlsx``; either comes back as ``--actuals``.

    Raises
    ------
    InputError
        If the folder cannot be written to.
    """
    with writing(Text("the table to fill in"), folder):
        write_whole(folder / "actuals.csv", "\ufeff" + as_csv(goals, as_json=as_json))
        sheet = io.BytesIO()
        _as_book(goals).save(sheet)
        write_whole(folder / "actuals.xlsx", sheet.getvalue())
    return ["actuals.csv", "actuals.xlsx"]


def _as_book(goals: tuple[Goal, ...]) -> openpyxl.Workbook:
    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet.title = str(Text("actual figures"))
    sheet.append([worded(heading) for heading in HEADINGS.values()])
    for goal in goals:
        row = _row(goal)
        sheet.append([row.get(name, "") for name in HEADINGS])
    for place, name in enumerate(HEADINGS, 1):
        head = sheet.cell(1, place)
        head.font = Font(name="Calibri", family=2, scheme="minor", bold=True)
        sheet.column_dimensions[head.column_letter].width = WIDTHS.get(name, WIDTH)
        if name in FILLED_IN:
            head.fill = PatternFill("solid", fgColor="FFF2CC")
    for row in sheet.iter_rows(min_row=2):
        for cell in row:
            cell.alignment = Alignment(vertical="top", wrap_text=True)
        # Programs find no height themselves for a file that none of them has written.
        texts = zip(HEADINGS, (str(cell.value or "") for cell in row), strict=True)
        lines = max(1 + int(_wide(text) / WIDTHS.get(name, WIDTH)) for name, text in texts)
        sheet.row_dimensions[row[0].row].height = LINE * lines
    sheet.freeze_panes = "B2"
    # Printed across A4, as wide as the page, with its headings on every page.
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", sheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = "1:1"
    return book


def _wide(text: str) -> float:
    """Estimate how wide a text is, in the digits by which columns are measured."""
    return sum(2.2 if is_wide(char) else 1.15 for char in text)


def _row(goal: Goal) -> dict[str, str]:
    return {
        "goal": goal.id,
        "title_zh": defused(goal.title_zh),
        "title_en": defused(goal.title_en),
        "target": worded(goal.target),
        "deadline": str(goal.deadline),
        "assessed": worded(ASSESSED[goal.assessed]),
        "lead": defused("、".join(goal.lead)),
    }
