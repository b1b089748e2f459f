"""The city-day format: one row per city and day, read from Parquet or CSV and checked.

Columns ``date, city, pm25, pm10, so2, no2, co, o3_8h`` [µg/m³, co in mg/m³]; optional ``aqi``,
``dust``, ``source``, ``flags``, ``retrieved_at``, ``dust_retrieved_at`` (when a list said so) and
``<pollutant>_kind``. Missing values are empty. Other columns are ignored, other contents refused.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
from pandas.api.types import is_object_dtype

from airrank.errors import InputError
from airrank.ingest.limits import (
    FIRST_YEAR,
    LARGEST_TABLE,
    LARGEST_VALUE,
    LAST_YEAR,
    control_character,
    refuse_long_lines,
    refuse_rows,
)
from airrank.rules.standards import POLLUTANTS

REQUIRED = ("date", "city", *POLLUTANTS)
KINDS = ("observed", "estimated")
MOST_ROWS = 50_000_000
"""Four times 2,000 units over 15 years."""
TRUTH = dict.fromkeys(("true", "1", "1.0", "是"), True)
TRUTH |= dict.fromkeys(("false", "0", "0.0", "否"), False)
"""Ways to write true and false, in lower case."""
OPTIONAL = ("aqi", "dust", "source", "flags", "retrieved_at", "dust_retrieved_at",
            *(f"{p}_kind" for p in POLLUTANTS))  # fmt: skip


def read_city_days(path: str | Path) -> pd.DataFrame:
    """Read a file of city-days.

    Parameters
    ----------
    path : str or Path
        A ``.parquet`` or ``.csv`` file (UTF-8).

    Returns
    -------
    DataFrame
        As :func:`check_city_days` gives it.

    Raises
    ------
    InputError
        If the file cannot be read, or a column, row or value is not as the format says.
    """
    path = Path(path)
    try:
        size = path.stat().st_size
    except FileNotFoundError:
        raise InputError(
            f"there is no file {path}; give a .parquet or .csv file of city-days"
        ) from None
    except (OSError, ValueError) as error:
        raise InputError(f"cannot read {path}: {error}") from error
    if path.is_dir():
        raise InputError(f"{path} is a folder; expected one .parquet or .csv file of city-days")
    if size > LARGEST_TABLE:
        raise InputError(f"{path} has more than {LARGEST_TABLE // 10**6} MB; split it")
    if path.suffix.lower() == ".parquet":
        frame = _read_parquet(path)
    elif path.suffix.lower() == ".csv":
        frame = _read_csv(path)
    else:
        raise InputError(
            f"{path}: expected a .parquet or .csv file of city-days, found {path.suffix!r}"
        )
    first_row = 2 if path.suffix.lower() == ".csv" else 1
    return check_city_days(frame, str(path), first_row=first_row)


def _read_parquet(path: Path) -> pd.DataFrame:
    import pyarrow as pa
    import pyarrow.parquet as pq  # late: half of the start-up time of a help text

    try:
        with pq.ParquetFile(path) as file:
            wanted = [c for c in (*REQUIRED, *OPTIONAL) if c in file.schema_arrow.names]
            refuse_rows(file.metadata.num_rows, MOST_ROWS, str(path))
            table = file.read(columns=wanted)
        table.validate(full=True)  # texts of a damaged file that are no UTF-8
        frame: pd.DataFrame = table.to_pandas(ignore_metadata=True)
    except InputError:
        raise
    except (OSError, ValueError, TypeError, LookupError, pa.ArrowException) as error:
        raise InputError(f"cannot read {path} as Parquet: {error}") from error
    return frame


def _read_csv(path: Path) -> pd.DataFrame:
    try:
        with path.open("rb") as file:
            refuse_long_lines(file, str(path))
        # Text first: a wrong value is then reported with its row, not swallowed by a parser.
        return pd.read_csv(path, dtype=str, keep_default_na=False, na_values=[""])
    except UnicodeDecodeError as error:
        raise InputError(f"{path} is not UTF-8 text: {error}. Save it as CSV UTF-8.") from error
    except InputError:
        raise
    except (OSError, ValueError) as error:  # ParserError and EmptyDataError are ValueErrors
        raise InputError(f"cannot read {path} as CSV: {error}") from error


def check_city_days(
    frame: pd.DataFrame, origin: str = "the observations", *, first_row: int = 1
) -> pd.DataFrame:
    """Check a frame against the city-day format and give it with proper types.

    Parameters
    ----------
    frame : DataFrame
        One row per city and day; versions of one record may differ in ``retrieved_at``.
    origin : str
        What to call the data in an error.
    first_row : int
        Number by which an error calls the first row; 2 in a CSV file with a heading.

    Returns
    -------
    DataFrame
        The known columns: ``date`` as midnight of the Beijing calendar day, pollutants as float,
        ``dust`` as bool, ``retrieved_at`` as UTC time, the rest as text.

    Raises
    ------
    InputError
        Names the column, the row, and what was expected.
    """
    if not isinstance(frame, pd.DataFrame):
        raise InputError(f"{origin}: expected a DataFrame of city-days, found {repr(frame)[:80]}")
    missing = [column for column in REQUIRED if column not in frame.columns]
    if missing:
        raise InputError(
            f"{origin}: column{'s' * (len(missing) > 1)} {', '.join(missing)} missing; the "
            f"city-day format has {', '.join(REQUIRED)}. Found {', '.join(map(str, frame.columns))}"
        )
    if not frame.columns.is_unique:
        name = frame.columns[frame.columns.duplicated()][0]
        raise InputError(f"{origin}: the column {name!r} occurs twice; keep one")
    if frame.empty:
        raise InputError(f"{origin} holds no row")
    checker = _Checker(frame, origin, first_row)
    table = {"date": checker.dates(), "city": checker.text("city")}
    for pollutant in POLLUTANTS:
        table[pollutant] = checker.concentrations(pollutant)
    for column in OPTIONAL:
        if column in frame.columns:
            table[column] = checker.optional(column)
    result = pd.DataFrame(table).reset_index(drop=True)
    keys = [c for c in ("date", "city", "source", "retrieved_at") if c in result.columns]
    twice = result.duplicated(keys)
    if twice.any():
        row = int(np.flatnonzero(twice)[0])
        raise InputError(
            f"{origin}, row {row + first_row}: {result.city[row]} has a second record for "
            f"{result.date[row]:%Y-%m-%d}; keep one, or tell versions apart by 'retrieved_at'"
        )
    return result


class _Checker:
    """Turns columns into their types, or says which row stands in the way."""

    def __init__(self, frame: pd.DataFrame, origin: str, first_row: int) -> None:
        known = [column for column in (*REQUIRED, *OPTIONAL) if column in frame.columns]
        self.frame = frame.copy()
        self.origin, self.first_row = origin, first_row
        for column in known:
            if is_object_dtype(frame[column]):  # read as written
                try:
                    texts = frame[column].astype("str")
                except UnicodeDecodeError as error:
                    raise InputError(
                        f"{origin}, column {column!r}: expected UTF-8 text, found bytes: {error}"
                    ) from error
                self.frame[column] = texts.where(frame[column].notna())

    def refuse(self, column: str, wrong: pd.Series, expected: str) -> None:
        """Raise for the first row where ``wrong`` is true."""
        if not wrong.any():
            return
        row = int(np.flatnonzero(wrong.to_numpy())[0])
        raise InputError(
            f"{self.origin}, row {row + self.first_row}, column {column!r}: expected {expected}, "
            f"found {self.frame[column].iloc[row]!r} ({int(wrong.sum())} such rows)"
        )

    def text(self, column: str) -> pd.Series:
        """Give a column of names, one in every row."""
        values = self.frame[column].astype("str").str.strip()
        wrong = self.frame[column].isna() | (values == "")
        self.refuse(column, wrong, "a name")
        strange = {name for name in values.unique() if control_character(name)}
        self.refuse(column, values.isin(strange), "a name without control characters")
        return values

    def dates(self) -> pd.Series:
        """Give the calendar days, one in every row."""
        column = self.frame["date"]
        if isinstance(column.dtype, pd.DatetimeTZDtype):
            column = column.dt.tz_convert("Asia/Shanghai").dt.tz_localize(None)
        if not pd.api.types.is_datetime64_any_dtype(column):
            text = column.astype("str").str.strip().where(column.notna())
            text = text.where(text.str.len() >= len("2017-9-4"))  # 2017 and 2017-09 are no days
            column = pd.to_datetime(text, format="ISO8601", errors="coerce", utc=True)
            column = column.dt.tz_localize(None)
        values = column
        self.refuse("date", values.isna(), "a calendar day such as 2017-09-24")
        near = values.dt.year.between(FIRST_YEAR, LAST_YEAR)
        self.refuse("date", ~near, f"a day of the years {FIRST_YEAR} to {LAST_YEAR}")
        self.refuse("date", values != values.dt.normalize(), "a calendar day without a time")
        return values.astype("datetime64[s]")

    def numbers(self, column: str) -> pd.Series:
        """Give a column of numbers or nothing."""
        values = pd.to_numeric(self.frame[column], errors="coerce").astype("float64")
        wrong = (values.isna() & self.frame[column].notna()) | np.isinf(values)
        self.refuse(column, wrong, "a number, or nothing where the value is missing")
        return values

    def concentrations(self, column: str) -> pd.Series:
        """Give a column of numbers from zero up, or nothing."""
        values = self.numbers(column)
        self.refuse(column, values < 0, "a concentration of at least 0, or nothing")
        self.refuse(column, values > LARGEST_VALUE, f"at most {LARGEST_VALUE:.0f}, or nothing")
        return values

    def moments(self, column: str) -> pd.Series:
        """Give moments or nothing; without an offset they are Beijing time, like the days."""
        raw = self.frame[column]
        if not pd.api.types.is_datetime64_any_dtype(raw):
            text = raw.astype("str").str.strip()
            text = text.where(text.str.len() != len("2017-09-25"), text + "T00:00")
            with_offset = text.str.contains(r"[T ]\d.*(?:Z|[+-]\d\d:?\d\d)$", na=False)
            text = text.where(with_offset, text + "+08:00").where(raw.notna())
            times = pd.to_datetime(text, format="ISO8601", errors="coerce", utc=True)
            self.refuse(column, times.isna() & raw.notna(), "a time such as 2017-09-25T01:30+08:00")
        elif raw.dt.tz is None:
            local = raw.dt.tz_localize("Asia/Shanghai", ambiguous="NaT", nonexistent="NaT")
            times = local.dt.tz_convert("UTC")
        else:
            times = raw.dt.tz_convert("UTC")
        near = times.dt.year.between(FIRST_YEAR, LAST_YEAR) | raw.isna()
        self.refuse(column, ~near, f"a time of the years {FIRST_YEAR} to {LAST_YEAR}")
        return times.astype("datetime64[us, UTC]")

    def optional(self, column: str) -> pd.Series:
        """Give one of the optional columns, in its type."""
        if column == "aqi":
            return self.numbers(column)
        raw = self.frame[column]
        if column == "dust":
            truth = raw.astype("str").str.lower().map(TRUTH)
            truth = truth.where(raw.notna(), other=False)
            self.refuse(column, truth.isna(), "true or false (是, 否), or nothing")
            return truth.astype(bool)
        if column in {"retrieved_at", "dust_retrieved_at"}:
            return self.moments(column)
        if column.endswith("_kind"):
            self.refuse(column, raw.notna() & ~raw.isin(KINDS), " or ".join(KINDS))
        return raw.astype("str").where(raw.notna())
