"""Tables as people make them, written by the tests: workbooks cell by cell, texts."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import openpyxl

Row = Sequence[Any]
HEAD = ("日期", "城市", "AQI", "PM2.5", "PM10", "SO2", "NO2", "CO", "O3_8h")
DAY = dt.datetime(2023, 1, 5)


def days(n: int = 3, city: str | None = "驻马店", first: dt.datetime = DAY) -> list[list[Any]]:
    """Rows under :data:`HEAD`: PM2.5 35, 36, 37 …"""
    return [
        [first + dt.timedelta(days=k), city, None, 35 + k, 70 + k, 9, 30, 0.8, 100 + k]
        for k in range(n)
    ]


_SHORT = {"day": "日期", "city": "城市", "PM25": "PM2.5", "O3": "O3_8h"}


def row(**changes: Any) -> list[Any]:
    """One row under :data:`HEAD`, with some cells changed by heading (dots left out)."""
    cells: dict[str, Any] = dict(zip(HEAD, days(1)[0], strict=True))
    for name, value in changes.items():
        cells[_SHORT.get(name, name)] = value
    return list(cells.values())


@dataclass(frozen=True)
class Page:
    """One sheet."""

    rows: Iterable[Row]
    name: str = "Sheet"
    merged: Sequence[str] = ()
    hidden: bool = False
    formats: Mapping[str, str] = field(default_factory=dict)


def workbook(*pages: Page | Iterable[Row]) -> bytes:
    """Write sheets as .xlsx."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for number, given in enumerate(pages):
        page = given if isinstance(given, Page) else Page(given, f"Sheet{number + 1}")
        sheet = book.create_sheet(page.name)
        for cells in page.rows:
            sheet.append(list(cells))
        for place in page.merged:
            sheet.merge_cells(place)
        sheet.sheet_state = "hidden" if page.hidden else "visible"
        for place, text in page.formats.items():
            sheet[place].number_format = text
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def with_extent(content: bytes, extent: str | None) -> bytes:
    """Say another extent of the first sheet than it has, or none, as some exporters do."""
    tag = f'<dimension ref="{extent}"/>' if extent else ""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            part = old.read(name)
            if name == "xl/worksheets/sheet1.xml":
                part = re.sub(rb"<dimension [^>]*/>", tag.encode(), part)
            new.writestr(name, part)
    return out.getvalue()


def text(rows: Iterable[Row], delimiter: str = ",", encoding: str = "utf-8") -> bytes:
    """Write rows as delimited text."""
    lines = [delimiter.join("" if cell is None else _said(cell) for cell in row) for row in rows]
    return ("\n".join(lines) + "\n").encode(encoding)


def _said(cell: Any) -> str:
    return f"{cell:%Y-%m-%d}" if isinstance(cell, dt.datetime) else str(cell)
