"""The user's own tables: CSV or Excel, in the city-day format or with the headings offices use."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import re
import unicodedata
import warnings
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from airrank.cities import RankingList, all_cities
from airrank.errors import InputError, SourceError
from airrank.ingest.aggregate import DECIMALS
from airrank.ingest.city_day import check_city_days
from airrank.ingest.hour_files import MISSING_TEXTS
from airrank.ingest.retrieval import Entry, Fetched, History, Job, ReadRaw, today
from airrank.reading import read_bytes, refuse_bomb, refuse_long_lines, refuse_rows
from airrank.rules.rounding import round_half_even
from airrank.rules.standards import POLLUTANTS

EXCEL = (".xlsx", ".xlsm")
HEADINGS = {
    "DATE": "date", "日期": "date", "时间": "date", "监测日期": "date",
    "CITY": "city", "城市": "city", "城市名称": "city", "县区": "city", "区县": "city",
    "县市区": "city", "乡镇": "city", "AQI": "aqi", "PM25": "pm25", "PM10": "pm10",
    "SO2": "so2", "二氧化硫": "so2", "NO2": "no2", "二氧化氮": "no2", "CO": "co",
    "一氧化碳": "co", "O38H": "o3_8h", "O3": "o3_8h", "臭氧": "o3_8h", "臭氧8小时": "o3_8h",
    "DUST": "dust", "沙尘": "dust",
}  # fmt: skip
"""Headings by what is left of them without case, width, spaces, punctuation and unit."""
MOST_ROWS, MOST_COLUMNS = 1_100_000, 200
"""Read of a sheet; a sheet has no more rows, and columns further right are not looked at."""
LARGEST_CO = 10.0
"""A median of CO beyond this is no city's [mg/m³]; in µg/m³ it is 300 to 3000."""
_DAY = re.compile(r"(\d{4})(?:\D(\d{1,2})\D(\d{1,2})日?|(\d\d)(\d\d))(?:[ T]0{1,2}:00(?::00)?)?")


@dataclass(frozen=True)
class OfficeFile:
    """One table of audited values; the same content is taken in once."""

    path: Path
    name: str = "file"

    @property
    def origin(self) -> str:
        """The file's path."""
        return str(self.path.resolve())

    def plan(self, history: History, now: dt.datetime) -> list[Job]:
        """Give the file, unless its content is held already."""
        key = hashlib.sha256(read_bytes(self.path)).hexdigest()
        day = today(now)
        return [] if key in history else [Job(key, str(self.path), day, day)]

    def fetch(self, job: Job) -> Fetched:  # noqa: ARG002
        """Read and check it."""
        content = read_bytes(self.path)
        try:
            days = parse_table(content, self.path.name, str(self.path))["date"]
        except InputError as error:
            raise SourceError(str(error)) from error
        span = (days.min().date(), days.max().date())
        return Fetched(content, {"name": self.path.name}, (), *span)


def interpret(entry: Entry, history: History, read_raw: ReadRaw) -> list[pd.DataFrame]:  # noqa: ARG001
    """Give the table's city-days; a row without values retracts what an earlier file gave."""
    if entry.sha256 is None:
        return []
    frame = parse_table(read_raw(entry.sha256), entry.extra["name"], entry.origin)
    return [
        frame.drop(columns=["source", "retrieved_at"], errors="ignore").assign(raw=entry.sha256)
    ]


def parse_table(content: bytes, name: str, origin: str) -> pd.DataFrame:
    """Read a table as city-days with values at the published precision.

    Parameters
    ----------
    content : bytes
        CSV in UTF-8 or GB18030, Excel or Parquet, told apart by the end of `name`.
    name, origin : str
        The file's name, and what to call it in an error.

    Raises
    ------
    InputError
        If a column is missing, a value wrong, or CO not in mg/m³.
    """
    raw = read_cells(content, name, origin)
    columns: dict[str, str] = {}
    for heading in raw.columns:
        known = HEADINGS.get(plain_heading(heading), str(heading))
        if known not in columns or plain_heading(heading) == "O38H":
            columns[known] = heading
    table = raw[list(columns.values())].set_axis(list(columns), axis=1)
    if "co" in columns:
        _refuse_unit(columns["co"], origin)
    if "date" in table:
        table["date"] = table["date"].map(plain_day)
    frame = check_city_days(table, origin, first_row=2)
    twice = frame.duplicated(["date", "city"])
    if twice.any():
        row = frame[twice].iloc[0]
        raise InputError(f"{origin}: two rows of {row.city}, {row.date:%Y-%m-%d}; keep one")
    median = frame["co"].median()
    if median > LARGEST_CO:
        raise InputError(
            f"{origin}: CO has a median of {median:g}, so it seems to be in µg/m³. It must be in "
            "mg/m³: divide the column by 1000."
        )
    registry = RankingList("all", "", "", all_cities())
    names = {city: registry.find(city) for city in frame["city"].unique()}
    frame["city"] = frame["city"].map({k: v.name if v else k for k, v in names.items()})
    for pollutant in POLLUTANTS:
        frame[pollutant] = round_half_even(frame[pollutant].to_numpy(), DECIMALS[pollutant])
    return frame


def read_cells(content: bytes, name: str, origin: str) -> pd.DataFrame:
    """Read a CSV or Excel table as texts; missing cells are NaN."""
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
    except ImportError as error:
        raise InputError(
            f"{origin}: reading Excel needs openpyxl: pip install 'airrank[excel]', or save as CSV"
        ) from error
    except (ValueError, OSError, KeyError) as error:
        if isinstance(error, InputError):
            raise
        raise InputError(f"cannot read {origin}: {error}") from error
    texts = frame.astype(object).map(lambda cell: cell.strip() if isinstance(cell, str) else cell)
    return texts.where(~texts.isin([*MISSING_TEXTS]) & texts.notna())


def _read_excel(content: bytes, origin: str) -> pd.DataFrame:
    """Read the first sheet, its first row as the heading."""
    import openpyxl  # late: an extra

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


def plain_heading(heading: object) -> str:
    """Give a heading without case, width, punctuation and unit.

    Examples
    --------
    >>> plain_heading("PM₂.₅（μg/m³）"), plain_heading("O3_8h"), plain_heading("日期")
    ('PM25', 'O38H', '日期')
    """
    text = unicodedata.normalize("NFKC", str(heading)).split("(")[0].upper()
    return re.sub(r"[\s._\-/]|浓度", "", text)


def _refuse_unit(heading: object, origin: str) -> None:
    unit = unicodedata.normalize("NFKC", str(heading)).casefold().replace("μ", "u")
    if "ug/m" in unit or "微克" in unit:
        raise InputError(
            f"{origin}: the heading {heading!r} says CO is in µg/m³. It must be in mg/m³: divide "
            "the column by 1000 and change the heading."
        )


def plain_day(value: object) -> object:
    """Write 2023/1/5, 2023年1月5日, 20230105 and Excel's dates as 2023-01-05."""
    if isinstance(value, dt.datetime | dt.date):
        return f"{value:%Y-%m-%d}"
    match = _DAY.fullmatch(str(value).strip())
    return "-".join(part.zfill(2) for part in match.groups() if part) if match else value


def _decode(content: bytes, origin: str) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise InputError(f"{origin} is neither UTF-8 nor GB18030 text; save it as CSV UTF-8")
