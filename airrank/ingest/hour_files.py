"""Hour files of the archive: ``china_cities_YYYYMMDD.csv``, one per day, wide.

A file has the columns ``date, hour, type`` and one column per city (``china_sites_…``: per station
code), whose number and order change over the years. Hour ``h`` of a file is the mean of the hour
that *ends* at ``h`` o'clock, Beijing time; hour 0 therefore belongs to the day before.
"""

from __future__ import annotations

import datetime as dt
import io
import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.csv
from numpy.typing import NDArray

from airrank.errors import InputError
from airrank.ingest.limits import refuse_long_lines
from airrank.rules.hours import HOURS
from airrank.showable import unshowable
from airrank.words import Listed

HOURLY_TYPES = ("PM2.5", "PM10", "SO2", "NO2", "CO", "O3")
"""The row types that hold hourly concentrations [µg/m³, CO in mg/m³]."""
ARCHIVE_TYPES = frozenset(
    {"AQI", "O3_24h", "O3_8h", "O3_8h_24h", *HOURLY_TYPES}
    | {f"{name}_24h" for name in HOURLY_TYPES}
)
"""Every row type of the archive."""
MISSING_TEXTS = ("", "NA", "NaN", "nan", "null", "-", "—", "/")
"""How sources write a missing value."""
KEY_COLUMNS = ("date", "hour", "type")

_HOUR_TEXTS = {f"{h:{form}}".encode() for h in range(HOURS) for form in ("", "02")}
_NUMBER = re.compile(r" *[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)? *", re.ASCII)
_NAME = re.compile(r"china_(cities|sites)_(\d{8})\.csv", re.IGNORECASE)


@dataclass(frozen=True, eq=False)
class DayFile:
    """The content of one hour file.

    Attributes
    ----------
    date : date
        The file's day, Beijing time.
    units : tuple of str
        Cities or station codes, the order of the last axis.
    types : tuple of str
        Row types, the order of the middle axis.
    values : ndarray, shape [24, type, unit] [µg/m³, CO in mg/m³]
        Slot ``h`` is the file's hour ``h``, which ends at ``h`` o'clock; NaN where missing.
    repeated_rows : int
        Rows that only repeated an earlier row of the file.
    """

    date: dt.date
    units: tuple[str, ...]
    types: tuple[str, ...]
    values: NDArray[np.float64]
    repeated_rows: int


def date_of_name(name: str, kind: str = "cities") -> dt.date | None:
    """Give the day of an archive file's name, or None for any other name.

    Examples
    --------
    >>> date_of_name("china_cities_20181201.csv")
    datetime.date(2018, 12, 1)
    """
    match = _NAME.fullmatch(name)
    if match is None or match[1].lower() != kind:
        return None
    try:
        return dt.datetime.strptime(match[2], "%Y%m%d").date()
    except ValueError:
        return None


def read_day_file(
    content: bytes,
    date: dt.date,
    origin: str,
    *,
    types: Sequence[str] = HOURLY_TYPES,
    units: Sequence[str] | None = None,
) -> DayFile:
    """Read one hour file and refuse what does not belong in it.

    Parameters
    ----------
    content : bytes
        The file, UTF-8 with or without a byte-order mark.
    date : date
        The day the file must be of.
    origin : str
        What to call the file in an error.
    types : sequence of str
        Row types to read, of :data:`ARCHIVE_TYPES`; rows of the others are not parsed.
    units : sequence of str, optional
        Cities or stations to read, in this order, those the file lacks as missing; by default all
        the file has.

    Returns
    -------
    DayFile

    Raises
    ------
    InputError
        If the heading, a date, an hour, a type or a number is not as the format says, or two rows
        of the same hour and type differ. Names file, row and column.
    """
    if b"\r" in content:
        content = content.replace(b"\r\n", b"\n")
    refuse_long_lines(io.BytesIO(content), origin)
    lines = content.removeprefix(b"\xef\xbb\xbf").split(b"\n")
    header = _header(lines[0], origin)
    rows, repeated = _rows_of(lines, header, date, origin, types)
    wanted = header[len(KEY_COLUMNS) :] if units is None else tuple(units)
    values = np.full((HOURS, len(types), len(wanted)), np.nan)
    if rows:
        parsed = _numbers(lines, rows, header, wanted, origin)
        hour, kind = np.array([key for _, *key in rows]).T
        values[hour, kind] = parsed
    return DayFile(date, wanted, tuple(types), values, repeated)


def align(
    values: NDArray[np.float64], units: Sequence[str], wanted: Sequence[str]
) -> NDArray[np.float64]:
    """Reorder the last axis from `units` to `wanted`; NaN for those `units` lacks."""
    place = {name: i for i, name in enumerate(units)}
    columns = np.array([place.get(name, -1) for name in wanted], dtype=np.intp)
    aligned: NDArray[np.float64] = np.where(columns >= 0, values[..., columns], np.nan)
    return aligned


def _header(line: bytes, origin: str) -> tuple[str, ...]:
    try:
        header = tuple(line.decode("utf-8").rstrip().split(","))
    except UnicodeDecodeError as error:
        raise InputError(
            "{origin}, row 1: the heading is not UTF-8 text (position {start}). If the file "
            "was saved again in GB18030, save it as CSV UTF-8.",
            origin=origin,
            start=error.start,
        ) from None
    start = header[: len(KEY_COLUMNS)]
    if start != KEY_COLUMNS or len(header) == len(KEY_COLUMNS):
        raise InputError(
            "{origin}, row 1: expected the columns {key_columns} and one per city or station, "
            "found {decode!r}. Is it an hour file of the archive, and not a web page saved "
            "under its name?",
            origin=origin,
            key_columns=Listed(KEY_COLUMNS),
            decode=line[:60].decode("utf-8", "replace"),
        )
    if len(set(header)) == len(header) and all(header) and "".join(header).isprintable():
        return header  # as nearly always
    for name, count in Counter(header).items():
        if not name:
            raise InputError(
                "{origin}, row 1: expected one column per city or station, found a column without "
                "a name.",
                origin=origin,
            )
        if count > 1 or unshowable(name):
            raise InputError(
                "{origin}, row 1: expected one column per city or station, found {name!r} "
                "{count} times.",
                origin=origin,
                name=name,
                count=count,
            )
    return header


def _rows_of(
    lines: list[bytes], header: tuple[str, ...], date: dt.date, origin: str, types: Sequence[str]
) -> tuple[list[tuple[int, int, int]], int]:
    """Check every row's keys; give (line, hour, type) of those to parse and the repeats."""
    day, separators = f"{date:%Y%m%d}".encode(), len(header) - 1
    place = {name: i for i, name in enumerate(types)}
    first: dict[tuple[int, str], int] = {}
    rows, repeated = [], 0
    for number, line in enumerate(lines[1:], start=1):
        if not line:
            continue
        where = f"{origin}, row {number + 1}"
        if line.count(b",") != separators:
            raise InputError(
                "{where}: expected {separators} columns as in the heading, found {count}. The "
                "file is cut off or damaged; fetch it again.",
                where=where,
                separators=separators + 1,
                count=line.count(b",") + 1,
            )
        found_day, hour_text, type_bytes, _ = line.split(b",", 3)
        kind = type_bytes.decode("utf-8", "replace")
        if found_day != day:
            raise InputError(
                "{where}, column date: expected {date:%Y%m%d}, the day of the file, found "
                "{decode!r}.",
                where=where,
                date=date,
                decode=found_day.decode("utf-8", "replace"),
            )
        if hour_text not in _HOUR_TEXTS:
            raise InputError(
                "{where}, column hour: expected 0 to 23, found {decode!r}.",
                where=where,
                decode=hour_text.decode("utf-8", "replace"),
            )
        if kind not in ARCHIVE_TYPES:
            raise InputError(
                "{where}, column type: expected one of {archive_types}, found {kind!r}.",
                where=where,
                archive_types=Listed(sorted(ARCHIVE_TYPES)),
                kind=kind,
            )
        hour = int(hour_text)
        earlier = first.setdefault((hour, kind), number)
        if earlier == number:
            if kind in place:
                rows.append((number, hour, place[kind]))
        elif lines[earlier] == line:
            repeated += 1
        else:
            raise InputError(
                "{where}: a second row of hour {hour}, type {kind} that differs from row "
                "{earlier}. Fetch the file again or remove the wrong row.",
                where=where,
                hour=hour,
                kind=kind,
                earlier=earlier + 1,
            )
    return rows, repeated


def _numbers(
    lines: list[bytes],
    rows: list[tuple[int, int, int]],
    header: tuple[str, ...],
    wanted: tuple[str, ...],
    origin: str,
) -> NDArray[np.float64]:
    """Parse the rows' values of the wanted units, shape [row, unit].

    All cells as one column: a column per city costs a parser more than the numbers in it.
    """
    cells = b"\n".join(lines[number].split(b",", len(KEY_COLUMNS))[-1] for number, *_ in rows)
    try:
        table = pa.csv.read_csv(
            pa.BufferReader(cells.replace(b",", b"\n") + b"\n"),
            read_options=pa.csv.ReadOptions(use_threads=False, column_names=["cell"]),
            parse_options=pa.csv.ParseOptions(quote_char=False, ignore_empty_lines=False),
            convert_options=pa.csv.ConvertOptions(
                column_types={"cell": pa.float64()}, null_values=list(MISSING_TEXTS)
            ),
        )
    except pa.ArrowInvalid as error:
        raise _not_numbers(lines, rows, header, origin) from error
    units = header[len(KEY_COLUMNS) :]
    cell_values = table.column(0).to_numpy()
    # More values than cells: a line end inside a cell.
    if len(cell_values) != len(rows) * len(units) or np.isinf(cell_values).any():
        raise _not_numbers(lines, rows, header, origin)
    parsed: NDArray[np.float64] = cell_values.reshape(len(rows), len(units))
    return parsed if wanted == units else align(parsed, units, wanted)


def _not_numbers(
    lines: list[bytes], rows: list[tuple[int, int, int]], header: tuple[str, ...], origin: str
) -> InputError:
    """Give the error for the first value that is not a finite number."""
    for number, *_ in rows:
        cells = lines[number].decode("utf-8", "replace").split(",")
        for name, text in list(zip(header, cells, strict=True))[len(KEY_COLUMNS) :]:
            if text not in MISSING_TEXTS and not _is_number(text):
                return InputError(
                    "{origin}, row {number}, column {name}: expected a number or nothing, "
                    "found {text!r}. Fetch the file again or empty the cell.",
                    origin=origin,
                    number=number + 1,
                    name=name,
                    text=text,
                )
    return InputError(
        "{origin}: its values cannot be read as numbers. Fetch the file again.", origin=origin
    )


def _is_number(text: str) -> bool:
    return _NUMBER.fullmatch(text) is not None and math.isfinite(float(text))
