"""Files of city-days: Parquet in the city-day format, or a table as offices make them.

What is left out, converted or taken as missing is told, what cannot be true is refused.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from airrank.arguments import as_path
from airrank.errors import InputError
from airrank.ingest.city_day_format import OPTIONAL, REQUIRED, check_city_days
from airrank.ingest.city_rows import ZERO
from airrank.ingest.city_table import read_city_table
from airrank.ingest.limits import BEIJING, LARGEST_TABLE, read_bytes, refuse_rows
from airrank.ingest.plausible import check_accepted, refuse_implausible, tell_odd
from airrank.rules.standards import POLLUTANTS
from airrank.tables.account import Account, Place, tell
from airrank.words import Text

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["check_city_days", "read_city_days", "read_parquet_days"]

MOST_ROWS = 50_000_000
"""Four times 2,000 units over 15 years."""
_EXPECTED = {"date": Text("days"), "city": Text("names")} | {
    name: Text("moments") for name in ("retrieved_at", "dust_retrieved_at")
}


def read_city_days(
    path: str | Path,
    *,
    city: str | None = None,
    accept: Collection[str] = (),
    today: dt.date | None = None,
) -> pd.DataFrame:
    """Read a file of city-days, and tell what was left out, converted or taken as missing.

    Parameters
    ----------
    path : str or Path
        Parquet, or a table that :func:`~airrank.ingest.city_table.read_city_table` reads.
    city : str, optional
        Whose values a table without a column of cities gives.
    accept : collection of str
        Rules of :mod:`airrank.ingest.plausible` whose finds are let through.
    today : date, optional
        Days after it are refused; by default the Beijing day.

    Returns
    -------
    DataFrame
        As :func:`check_city_days` gives it.

    Raises
    ------
    InputError
        If the file cannot be read, a column, row or value is not as the format says, or a value
        cannot be true.
    """
    path = as_path("path", path)
    account = Account(str(path))
    today = today or dt.datetime.now(BEIJING).date()
    _refuse_size(path)
    if path.suffix.lower() == ".parquet":
        frame = without_zeros(read_parquet_days(path), account)
        places = [Place("", row + 1) for row in range(len(frame))]
        account.read(frame)
    else:
        content = read_bytes(path, LARGEST_TABLE)
        table = read_city_table(content, path.name, str(path), city=city, account=account)
        frame, places = check_city_days(table.frame, str(path), places=table.places), table.places
    refuse_implausible(frame, str(path), places, today=today, accept=check_accepted(accept))
    frame = tell_odd(frame, places, account)
    tell(account.close())
    return frame


def read_parquet_days(path: Path) -> pd.DataFrame:
    """Read and check Parquet in the city-day format; whether its values can be true is not asked.

    Raises
    ------
    InputError
        If it cannot be read or is not as the format says.
    """
    return check_city_days(_read_parquet(path), str(path))


def without_zeros(frame: pd.DataFrame, account: Account) -> pd.DataFrame:
    """Give city-days without zeros, which are no readings of a day."""
    frame = frame.copy()
    for name in POLLUTANTS:
        for row in np.flatnonzero(np.asarray(frame[name] == 0)):
            account.note("zero", ZERO, Place("", int(row) + 1, name))
        frame[name] = frame[name].mask(frame[name] == 0)
    return frame


def _refuse_size(path: Path) -> None:
    try:
        size = path.stat().st_size
    except FileNotFoundError:
        raise InputError(
            "there is no file {path}; give a .parquet, .csv or .xlsx file of city-days", path=path
        ) from None
    except (OSError, ValueError) as error:
        raise InputError("cannot read {path}: {error}", path=path, error=error) from error
    if path.is_dir():
        raise InputError(
            "{path} is a folder; expected one .parquet, .csv or .xlsx file of city-days", path=path
        )
    if size > LARGEST_TABLE:
        raise InputError(
            "{path} has more than {size} MB; split it", path=path, size=LARGEST_TABLE // 10**6
        )


def _read_parquet(path: Path) -> pd.DataFrame:
    import pyarrow as pa
    import pyarrow.parquet as pq  # late: half of the start-up time of a help text

    try:
        with pq.ParquetFile(path) as file:
            schema = file.schema_arrow
            wanted = [c for c in (*REQUIRED, *OPTIONAL) if c in schema.names]
            for name in wanted:
                _refuse_type(schema.field(name), path)
            refuse_rows(file.metadata.num_rows, MOST_ROWS, str(path))
            table = file.read(columns=wanted)
        table.validate(full=True)  # texts of a damaged file that are no UTF-8
        frame: pd.DataFrame = table.to_pandas(ignore_metadata=True)
    except InputError:
        raise
    except (OSError, ValueError, TypeError, LookupError, pa.ArrowException) as error:
        raise InputError(
            "cannot read {path} as Parquet: {error}", path=path, error=error
        ) from error
    return frame


def _refuse_type(field: pa.Field[Any], path: Path) -> None:
    """Refuse durations, times of day and truth values where none can be meant."""
    from pyarrow import types

    kind = field.type
    truth = types.is_boolean(kind) and field.name != "dust"
    if types.is_duration(kind) or types.is_time(kind) or truth:
        raise InputError(
            "{path}, column {column!r}: expected {expected}, found the type {kind}",
            path=path,
            column=field.name,
            expected=_EXPECTED.get(field.name, Text("numbers")),
            kind=kind,
        )
