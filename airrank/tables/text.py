"""Tables as text: encoding and delimiter found out, cells within limits."""

from __future__ import annotations

import csv
import io

from airrank.errors import InputError
from airrank.reading import (
    LONGEST_CELL,
    MOST_COLUMNS,
    MOST_ROWS,
    refuse_long_lines,
    refuse_rows,
)
from airrank.tables.sheets import Cell, Sheet

DELIMITERS = (",", "\t", ";", "|")
_SAMPLE = 100
"""Lines looked at to find the delimiter."""
_MARKS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_WESTERN = frozenset("µ³²°·–—")
"""The only letters of Western encodings that headings of such tables have."""
_WEB = ("<!doctype", "<html", "<table", "<?xml")


def decode(content: bytes, origin: str) -> str:
    r"""Decode UTF-8, UTF-16 or GB18030, with or without a byte-order mark.

    Raises
    ------
    InputError
        If it is none of them.

    Examples
    --------
    >>> decode("日期\t城市".encode("utf-16"), "a") == decode("日期\t城市".encode("gb18030"), "a")
    True
    """
    tried = [name for mark, name in _MARKS if content.startswith(mark)]
    if not tried:
        nulls = content[:4000]
        wide = nulls.count(0) * 5 > len(nulls)
        ends = "utf-16-be" if nulls[::2].count(0) > nulls[1::2].count(0) else "utf-16-le"
        tried = [ends] if wide else ["utf-8", "gb18030"]
    for encoding in tried:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    western = content.decode("cp1252", errors="replace")
    if {letter for letter in western if not letter.isascii()} <= _WESTERN:
        return western
    raise InputError(
        "{origin} is neither UTF-8 nor UTF-16 nor GB18030 text; save it as CSV UTF-8 or .xlsx",
        origin=origin,
    )


def read_text_table(content: bytes, origin: str) -> list[Sheet]:
    """Read a delimited text as one sheet; empty cells are None.

    Raises
    ------
    InputError
        If it is no such text, or too wide, too long, or has a cell too long.
    """
    refuse_long_lines(io.BytesIO(content), origin)
    text = decode(content, origin)
    if text.lstrip()[:10].lower().startswith(_WEB):
        raise InputError(
            "{origin} is a web page or XML, not a table. Open it in Excel or WPS and save it as "
            ".xlsx.",
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
