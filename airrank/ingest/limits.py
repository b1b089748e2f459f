"""Reading what others wrote, within limits: sizes, lines, zips and tables that would not fit.

Every limit is far above honest data, and far below what would take a machine's memory.
"""

from __future__ import annotations

import datetime as dt
import io
import tomllib
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any

from airrank.errors import InputError
from airrank.showable import shown
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
MOST_ROWS, MOST_COLUMNS = 1_100_000, 1000
"""Of a table that people make; a sheet of Excel has no more rows. Longer ones belong in Parquet."""
MOST_BITS = 64
"""Of a whole number in TOML, which knows no larger ones; Python cannot even write out huge ones."""
LONGEST_CELL = 32_767
"""Characters of a cell, as in Excel."""
_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
"""Byte-order marks, and the encodings they stand for."""
_WESTERN = frozenset("µ³²°·–—")
"""The only letters of Western encodings that headings of such tables have."""
BEIJING = dt.timezone(dt.timedelta(hours=8))
"""The zone of all calendar days."""
FIRST_YEAR, LAST_YEAR = 1990, 2100
"""Days outside are slips of the pen, and an array over them would fill the memory."""
ACCEPTABLE = ("units", "shifted", "bounds", "inverted", "monthly")
"""Names of the rules of :mod:`airrank.ingest.plausible`, whose finds can be accepted."""
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
        raise InputError("cannot read {path}: {error}", path=path, error=error) from error


def read_stream(stream: IO[bytes], origin: str, largest: int | None = None) -> bytes:
    """Read a stream to its end, or refuse it once it is longer than ``largest`` bytes."""
    limit = LARGEST_ANSWER if largest is None else largest
    content = stream.read(limit + 1)
    if len(content) > limit:
        raise InputError(
            "{origin} has more than {limit:g} MB, the most that is read of such a file. Is it the "
            "right one?",
            origin=origin,
            limit=limit / MEGABYTE,
        )
    return content


def read_text(path: Path, what: Text) -> str:
    """Read a small text; ``what`` names it in an error, such as "the plan"."""
    return decode(read_bytes(path, LARGEST_LIST), Text("{what} {path}", what=what, path=path))


def decode(content: bytes, origin: Text | str) -> str:
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
        start = content[:4000]
        wide = start.count(0) * 5 > len(start)
        ends = "utf-16-be" if start[::2].count(0) > start[1::2].count(0) else "utf-16-le"
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
        "{origin} is neither UTF-8 nor UTF-16 nor GB18030 text; save it as UTF-8, a table as CSV "
        "UTF-8 or .xlsx",
        origin=origin,
    )


def parse_toml(
    text: str, origin: Text, parse_float: Callable[[str], Any] = float
) -> dict[str, Any]:
    """Read TOML; ``origin`` names it in an error."""

    def number(written: str) -> Any:
        try:
            return parse_float(written)
        except ArithmeticError:  # Decimal knows exponents of 18 digits
            raise InputError("the number {found} is too large", found=written[:60]) from None

    try:
        content = tomllib.loads(text, parse_float=number)
    except RecursionError as error:
        raise InputError(
            "{origin} is not valid TOML: it is nested too deeply", origin=origin
        ) from error
    except ValueError as error:  # TOMLDecodeError, and whole numbers of thousands of digits
        raise InputError(
            "{origin} is not valid TOML: {error}", origin=origin, error=error
        ) from error
    for key, value in _values(content):
        texts = [key, value] if isinstance(value, str) else [key]
        wrong = next((text for text in texts if shown(text) != text), "")
        if wrong:
            raise InputError(
                "{origin}: the text {found!r} holds a control character; type it again",
                origin=origin,
                found=wrong[:60],
            )
        if isinstance(value, int) and value.bit_length() > MOST_BITS:
            raise InputError(
                "{origin}, key {key!r}: a whole number of more than {bits} bits",
                origin=origin,
                key=key[:60],
                bits=MOST_BITS,
            )
    return content


def _values(content: Any) -> Iterator[tuple[str, Any]]:
    """Give the values of a TOML file, however deep, each with the key it stands under."""
    waiting = [("", content)]
    while waiting:
        key, one = waiting.pop()
        yield key, one
        if isinstance(one, dict):
            waiting += one.items()
        elif isinstance(one, list):
            waiting += [(key, inner) for inner in one]


def refuse_long_lines(stream: IO[bytes], origin: str) -> None:
    """Refuse a text with a line longer than :data:`LONGEST_LINE`, looking at a piece at a time."""
    length = 0
    while piece := stream.read(MEGABYTE):
        first, last = piece.find(b"\n"), piece.rfind(b"\n")
        length = length + len(piece) if first < 0 else max(length + first, len(piece) - last - 1)
        if length > LONGEST_LINE:
            raise InputError(
                "{origin} has a line of more than {limit} characters; is it a table?",
                origin=origin,
                limit=LONGEST_LINE,
            )
        length = length if first < 0 else len(piece) - last - 1


def refuse_rows(count: int, most: int, origin: str) -> None:
    """Refuse a table of more than ``most`` rows."""
    if count > most:
        raise InputError("{origin} has more than {most} rows; split it", origin=origin, most=most)


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
            "{origin} would unpack to {size:.0f} MB, more than the {limit:g} MB that are read. Is "
            "it the right file?",
            origin=origin,
            size=size / MEGABYTE,
            limit=LARGEST_ANSWER / MEGABYTE,
        )
