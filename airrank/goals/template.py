"""The table an office fills in: one row per goal, as CSV and as a sheet for Excel."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.styles import Font, PatternFill

from airrank.columns import column
from airrank.errors import writing
from airrank.goals.plan import Goal
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
WIDTHS = {"title_zh": 40, "title_en": 40, "goal": 26, "lead": 30, "target": 18, "caveat": 30}
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
        sheet.column_dimensions[head.column_letter].width = WIDTHS.get(name, 14)
        if name in FILLED_IN:
            head.fill = PatternFill("solid", fgColor="FFF2CC")
    sheet.freeze_panes = "B2"
    return book


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
