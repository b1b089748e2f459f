"""Tables that people make: one CSV or Excel file as a source, its headings, cells and days."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import re
import unicodedata
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from airrank.errors import InputError, SourceError
from airrank.ingest.hour_files import MISSING_TEXTS
from airrank.ingest.limits import read_bytes, refuse_bomb, refuse_long_lines, refuse_rows
from airrank.ingest.retrieval import Fetched, History, Job, today

EXCEL = (".xlsx", ".xlsm")
MOST_ROWS, MOST_COLUMNS = 1_100_000, 200
"""Read of a sheet; a sheet has no more rows, and columns further right are not looked at."""
_DAY = re.compile(r"(\d{4})(?:\D(\d{1,2})\D(\d{1,2})日?|(\d\d)(\d\d))(?:[ T]0{1,2}:00(?::00)?)?")


@dataclass(frozen=True)
class TableFile:
    """One table of the user's as a source; the content taken in last is not taken in again.

    ``parse`` takes what :func:`read_cells` takes and refuses what cannot be used.
    """

    name: str
    parse: Callable[[bytes, str, str], pd.DataFrame]
    path: Path

    @property
    def origin(self) -> str:
        """The file's path."""
        return str(self.path.resolve())

    def plan(self, history: History, now: dt.datetime) -> list[Job]:
        """Give the file, unless its content is what was taken in last.

        Content put back to what it was before counts again, over what came meanwhile.
        """
        key = hashlib.sha256(read_bytes(self.path)).hexdigest()
        last = max(history.values(), key=lambda entry: entry.retrieved_at, default=None)
        held = last is not None and last.key == key
        return [] if held else [Job(key, str(self.path), today(now), today(now))]

    def fetch(self, job: Job) -> Fetched:  # noqa: ARG002
        """Read and check it; it is filed under what was read, should it have changed meanwhile."""
        content = read_bytes(self.path)
        try:
            table = self.parse(content, self.path.name, str(self.path))
        except InputError as error:
            raise SourceError(str(error)) from error
        days = table.get("date", pd.Series())
        span = () if days.empty else (days.min().date(), days.max().date())
        key = hashlib.sha256(content).hexdigest()
        first, last = span or (None, None)
        return Fetched(content, {"name": self.path.name}, (), first, last, key)


def read_cells(content: bytes, name: str, origin: str) -> pd.DataFrame:
    """Read a CSV or Excel table as texts; missing cells are NaN.

    Parameters
    ----------
    content : bytes
        CSV in UTF-8 or GB18030, or Excel, told apart by the end of `name`.
    name, origin : str
        The file's name, and what to call it in an error.
    """
    suffix = Path(name).suffix.lower()
    try:
        if suffix in EXCEL:
            frame = _read_excel(content, origin)
        elif suffix == ".csv":
            options = {"dtype": str, "keep_default_na": False}
            refuse_long_lines(io.BytesIO(content), origin)
            frame = pd.read_csv(io.StringIO(_decode(content, origin)), **options)  # type: ignore[call-overload]
        else:
            raise InputError(f"{origin}: expected .csv or .xlsx, found {suffix!r}")
    except (ValueError, OSError, KeyError) as error:
        if isinstance(error, InputError):
            raise
        raise InputError(f"cannot read {origin}: {error}") from error
    texts = frame.astype(object).map(lambda cell: cell.strip() if isinstance(cell, str) else cell)
    return texts.where(~texts.isin([*MISSING_TEXTS]) & texts.notna())


def known_columns(cells: pd.DataFrame, headings: Mapping[str, str]) -> pd.DataFrame:
    """Give the columns whose plain heading is known, under the name it stands for."""
    names = {h: headings[plain_heading(h)] for h in cells if plain_heading(h) in headings}
    return cells[list(names)].set_axis(list(names.values()), axis=1)


def plain_heading(heading: object) -> str:
    """Give a heading without case, width, punctuation and unit.

    Examples
    --------
    >>> plain_heading("PM₂.₅（μg/m³）"), plain_heading("O3_8h"), plain_heading("日期")
    ('PM25', 'O38H', '日期')
    """
    text = unicodedata.normalize("NFKC", str(heading)).split("(")[0].upper()
    return re.sub(r"[\s._\-/]|浓度", "", text)


def plain_day(value: object) -> object:
    """Write 2023/1/5, 2023年1月5日, 20230105 and Excel's dates as 2023-01-05."""
    if isinstance(value, dt.datetime | dt.date):
        return f"{value:%Y-%m-%d}"
    match = _DAY.fullmatch(str(value).strip())
    return "-".join(part.zfill(2) for part in match.groups() if part) if match else value


def _read_excel(content: bytes, origin: str) -> pd.DataFrame:
    """Read the first sheet, its first row as the heading."""
    import openpyxl  # late: heavy

    rows: list[tuple[object, ...]] = []
    filled = 0
    try:
        refuse_bomb(content, origin)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # styles and extensions that do not matter here
            book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
            for row in book.worksheets[0].iter_rows(max_col=MOST_COLUMNS, values_only=True):
                rows.append(row if any(cell is not None for cell in row) else ())
                filled = len(rows) if rows[-1] else filled
                refuse_rows(len(rows), MOST_ROWS, origin)
    except InputError:
        raise
    except Exception as error:  # whatever the reader stumbles over in a damaged file
        reason = f"{type(error).__name__}: {error}"
        raise InputError(f"cannot read {origin} as Excel: {reason}. Save it again.") from error
    width = max(map(len, rows), default=0)
    padded = [row + (None,) * (width - len(row)) for row in rows[1:filled]]
    frame = pd.DataFrame(padded, dtype=object)
    head = [str(cell) if cell is not None else "" for cell in (rows[0] if rows else ())]
    used = {name: head.index(name) for name in head if name}  # of columns named alike the first
    return frame.reindex(columns=list(used.values())).set_axis(list(used), axis=1)


def _decode(content: bytes, origin: str) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise InputError(f"{origin} is neither UTF-8 nor GB18030 text; save it as CSV UTF-8")
