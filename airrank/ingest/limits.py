"""Reading what others wrote, within limits: sizes, lines, zips and tables that would not fit.

Every limit is far above honest data, and far below what would take a machine's memory.
"""

from __future__ import annotations

import csv
import io
import tomllib
import unicodedata
import zipfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

from airrank.errors import InputError
from airrank.words import Text

MEGABYTE = 1_000_000
LARGEST_TABLE = 2000 * MEGABYTE
"""City-day file: 2,000 units over 15 years take 700 MB as CSV."""
LARGEST_ANSWER = 200 * MEGABYTE
"""Hour file, office table, answer of a server: the largest real ones have 4 MB."""
LARGEST_LIST = 20 * MEGABYTE
"""Plan, list of cities or stations, reported figures."""
LONGEST_LINE = MEGABYTE
"""A line of an hour file with 2,000 stations has 12,000 characters."""
FIRST_YEAR, LAST_YEAR = 1990, 2100
"""Days outside are slips of the pen, and an array over them would fill the memory."""
LARGEST_VALUE = 100_000.0
"""Concentrations beyond are no concentrations [µg/m³, co in mg/m³]."""


def read_bytes(path: Path, largest: int | None = None) -> bytes:
    """Read a file of at most ``largest`` bytes, by default :data:`LARGEST_ANSWER`.

    Raises
    ------
    InputError
        If it cannot be read or is larger.
    """
    try:
        with path.open("rb") as file:
            return read_stream(file, str(path), largest)
    except (OSError, ValueError) as error:
        if isinstance(error, InputError):
            raise
        raise InputError(f"cannot read {path}: {error}") from error


def read_stream(stream: IO[bytes], origin: str, largest: int | None = None) -> bytes:
    """Read a stream to its end, or refuse it once it is longer than ``largest`` bytes."""
    limit = LARGEST_ANSWER if largest is None else largest
    content = stream.read(limit + 1)
    if len(content) > limit:
        raise InputError(
            f"{origin} has more than {limit / MEGABYTE:g} MB, the most that is read of such a "
            "file. Is it the right one?"
        )
    return content


def read_text(path: Path, what: Text) -> str:
    """Read a small UTF-8 text; ``what`` names it in an error, such as "the plan"."""
    content = read_bytes(path, LARGEST_LIST)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(
            f"cannot read {what} {path}: it is not UTF-8 text ({error}). Save it as UTF-8."
        ) from error


def parse_toml(
    text: str, origin: Text, parse_float: Callable[[str], Any] = float
) -> dict[str, Any]:
    """Read TOML; ``origin`` names it in an error."""
    try:
        return tomllib.loads(text, parse_float=parse_float)
    except RecursionError as error:
        raise InputError(f"{origin} is not valid TOML: it is nested too deeply") from error
    except ValueError as error:  # TOMLDecodeError, and whole numbers of thousands of digits
        raise InputError(f"{origin} is not valid TOML: {error}") from error


def csv_rows(text: str, origin: Text | str) -> tuple[list[str], list[tuple[int, dict[str, str]]]]:
    """Read CSV: the column names, and every row with the line it ends on; gaps are empty.

    Raises
    ------
    InputError
        If it is not CSV, a column is there twice or a row has more cells than there are columns.
    """
    reader = csv.DictReader(io.StringIO(text, newline=""), restval="")
    rows: list[tuple[int, dict[str, str]]] = []
    try:
        names = list(reader.fieldnames or ())
        twice = [name for name, count in Counter(names).items() if name and count > 1]
        if twice:
            raise InputError(f"{origin}, row 1: the column {twice[0]!r} occurs twice; keep one")
        for row in reader:
            surplus = [text for text in row.pop(None, ()) if text.strip()]
            if surplus:
                raise InputError(
                    f"{origin}, row {reader.line_num}: expected {len(names)} cells, found also "
                    f"{surplus[0]!r}; put a text that holds a comma in quotes"
                )
            rows.append((reader.line_num, row))
    except csv.Error as error:
        raise InputError(
            f"{origin}, row {reader.line_num}: cannot be read as CSV: {error}"
        ) from error
    return names, rows


def refuse_long_lines(stream: IO[bytes], origin: str) -> None:
    """Refuse a text with a line longer than :data:`LONGEST_LINE`, looking at a piece at a time."""
    length = 0
    while piece := stream.read(MEGABYTE):
        first, last = piece.find(b"\n"), piece.rfind(b"\n")
        length = length + len(piece) if first < 0 else max(length + first, len(piece) - last - 1)
        if length > LONGEST_LINE:
            raise InputError(
                f"{origin} has a line of more than {LONGEST_LINE} characters; is it a table?"
            )
        length = length if first < 0 else len(piece) - last - 1


def refuse_rows(count: int, most: int, origin: str) -> None:
    """Refuse a table of more than ``most`` rows."""
    if count > most:
        raise InputError(f"{origin} has more than {most} rows; split it")


def read_member(path: Path, member: str) -> bytes:
    """Read one file of a zip into memory: nothing is unpacked to disk, whatever it is called."""
    with zipfile.ZipFile(path) as archive, archive.open(member) as stream:
        return read_stream(stream, f"{path}, {member}")


def refuse_bomb(content: bytes, origin: str) -> None:
    """Refuse a zip (an Excel file is one) whose parts say they unpack to too much.

    No part can give more than it says: the zip reader stops there.
    """
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        size = sum(info.file_size for info in archive.infolist())
    if size > LARGEST_ANSWER:
        raise InputError(
            f"{origin} would unpack to {size / MEGABYTE:.0f} MB, more than the "
            f"{LARGEST_ANSWER / MEGABYTE:g} MB that are read. Is it the right file?"
        )


def control_character(text: str) -> bool:
    r"""Tell whether a name holds what could not be shown or stored.

    Examples
    --------
    >>> control_character("驻马店"), control_character("\x1b[31m")
    (False, True)
    """
    return any(unicodedata.category(c) in {"Cc", "Cs"} for c in text)
