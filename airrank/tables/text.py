"""Tables as text: encoding and delimiter found out, cells within limits."""

from __future__ import annotations

import csv
import io

from airrank.errors import InputError
from airrank.ingest.limits import (
    LONGEST_CELL,
    MOST_COLUMNS,
    MOST_ROWS,
    decode,
    refuse_long_lines,
    refuse_rows,
)
from airrank.tables.sheets import Cell, Sheet

DELIMITERS = (",", "\t", ";", "|")
_SAMPLE = 100
"""Lines looked at to find the delimiter."""
_OTHER = ("<", "mime-version:", "%pdf", "{\\rtf")
"""How web pages, XML and documents begin that are handed out under the names of tables."""


def read_text_table(content: bytes, origin: str) -> list[Sheet]:
    """Read a delimited text as one sheet; empty cells are None.

    Raises
    ------
    InputError
        If it is no such text, or too wide, too long, or has a cell too long.
    """
    refuse_long_lines(io.BytesIO(content), origin)
    text = decode(content, origin)
    beginning = text[:4000].lstrip("\ufeff \t\r\n")
    if not beginning and not text.strip("\ufeff \t\r\n"):
        raise InputError("{origin} is empty", origin=origin)
    if beginning[:20].lower().startswith(_OTHER):
        raise InputError(
            "{origin} is a web page, XML or a document, not a table. Open it in Excel or WPS and "
            "save it as .xlsx.",
            origin=origin,
        )
    delimiter = _delimiter(text)
    rows: list[list[Cell]] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        for row in reader:
            refuse_rows(len(rows) + 1, MOST_ROWS, origin)
            _refuse_wide(row, len(rows) + 1, origin)
            rows.append([cell.strip() or None for cell in row])
    except csv.Error as error:
        raise InputError(
            "cannot read {origin} as CSV, row {row}: {error}. Look for a quote that is not closed.",
            origin=origin,
            row=reader.line_num,
            error=error,
        ) from error
    return [Sheet("", rows, comma=delimiter != ",")]


def _refuse_wide(row: list[str], number: int, origin: str) -> None:
    if len(row) > MOST_COLUMNS:
        raise InputError(
            "{origin}, row {row}: {n} cells; a table has at most {most} columns. Is it one?",
            origin=origin,
            row=number,
            n=len(row),
            most=MOST_COLUMNS,
        )
    longest = max(map(len, row), default=0)
    if longest > LONGEST_CELL:
        raise InputError(
            "{origin}, row {row}: a cell of {n} characters; a cell has at most {most}.",
            origin=origin,
            row=number,
            n=longest,
            most=LONGEST_CELL,
        )


def _delimiter(text: str) -> str:
    """Give the sign that splits the first lines into the most cells."""
    lines = text[: 64 * _SAMPLE * 10].splitlines()[:_SAMPLE]
    return max(DELIMITERS, key=lambda sign: sum(line.count(sign) for line in _bare(lines)))


def _bare(lines: list[str]) -> list[str]:
    """Lines without what stands in quotes."""
    return ["".join(line.split('"')[::2]) for line in lines]
