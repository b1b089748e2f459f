"""Build the bundled observations from the daily records and hour files of the shared data.

Run as ``python -m airrank.ingest.bundle --shared ../shared/data``; the same input and the same
pyarrow give the same bytes.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from airrank.cities import registry
from airrank.errors import AirrankError, InputError
from airrank.ingest.aggregate import DECIMALS, city_day_frame, iter_daily_values
from airrank.ingest.day_sources import find_day_sources, iter_day_files
from airrank.ingest.day_table import known_places
from airrank.ingest.flags import count_flags
from airrank.ingest.mending import mend, read_second
from airrank.ingest.quality import check_quality
from airrank.rules.rounding import round_half_even
from airrank.rules.standards import POLLUTANTS, reference_folder

DAILY_FILES = "daily/daily_168_*.parquet"
ARCHIVE_FOLDER = "archive"
ARCHIVE_SOURCE = "quotsoft_hours"
UNKNOWN_SOURCE = "unknown"
ARCHIVE_KIND = "observed"

_TEXT = pa.dictionary(pa.int32(), pa.string())
SCHEMA = pa.schema(
    [
        pa.field("date", pa.timestamp("ms"), nullable=False),
        pa.field("city", _TEXT, nullable=False),
        *(pa.field(name, pa.float64() if DECIMALS[name] else pa.int16()) for name in POLLUTANTS),
        pa.field("aqi", pa.int16()),
        pa.field("o3_8h_kind", _TEXT),
        pa.field("source", _TEXT, nullable=False),
        pa.field("flags", _TEXT),
    ]
)
"""Columns of the bundled file; whole numbers are kept as such."""


def read_daily_records(shared: Path) -> pd.DataFrame:
    """Read the daily records of the 168 cities, rounded to the published precision.

    Parameters
    ----------
    shared : Path
        The folder ``shared/data``.

    Returns
    -------
    DataFrame
        City-days with ``aqi``, ``o3_8h_kind`` and ``source``.

    Raises
    ------
    InputError
        If there is no such file or a column is missing.
    """
    columns = ["date", "city", *POLLUTANTS, "aqi", "o3_8h_kind", "source"]
    paths = sorted(shared.glob(DAILY_FILES))
    if not paths:
        raise InputError(
            "no daily records at {shared}; give --shared the folder.", shared=shared / DAILY_FILES
        )
    frames = []
    for path in paths:
        try:
            frames.append(pd.read_parquet(path, columns=columns))
        except (OSError, ValueError) as error:
            raise InputError(
                "cannot read {path} as daily records: {error}", path=path, error=error
            ) from error
    frame = pd.concat(frames, ignore_index=True)
    frame = frame[frame["city"].isin(registry().names)].reset_index(drop=True)
    for name in POLLUTANTS:
        frame[name] = round_half_even(frame[name], DECIMALS[name])
    frame["aqi"] = round_half_even(frame["aqi"], 0)
    frame["date"] = frame["date"].astype("datetime64[s]")
    frame["source"] = frame["source"].fillna(UNKNOWN_SOURCE)
    return frame


def read_hour_records(shared: Path) -> pd.DataFrame:
    """Turn the archive's hour files into city-days, a month of them in memory at a time.

    Parameters
    ----------
    shared : Path
        The folder ``shared/data``.

    Returns
    -------
    DataFrame
        City-days with ``source``, ``flags`` and ``o3_8h_kind``.
    """
    sources = find_day_sources(shared / ARCHIVE_FOLDER)
    days = iter_daily_values(iter_day_files(sources, units=registry().names))
    months = groupby(days, key=lambda day: (day.date.year, day.date.month))
    frame = pd.concat(
        [city_day_frame(month, ARCHIVE_SOURCE) for _, month in months], ignore_index=True
    )
    return frame.assign(o3_8h_kind=ARCHIVE_KIND)


def build_observations(shared: Path) -> pd.DataFrame:
    """Build the bundled city-days: both sources, mended, checked, ordered by date and city.

    Parameters
    ----------
    shared : Path
        The folder ``shared/data``.

    Returns
    -------
    DataFrame
        The columns of :data:`SCHEMA`.
    """
    daily = mend(read_daily_records(shared), read_second(shared))
    records = [daily, read_hour_records(shared)]
    checked = check_quality(pd.concat(records, ignore_index=True), known_places())
    checked["o3_8h_kind"] = checked["o3_8h_kind"].where(checked["o3_8h"].notna())
    columns: list[str] = SCHEMA.names
    return checked[columns]


def write_observations(frame: pd.DataFrame, path: Path) -> str:
    """Write the bundled file and give its SHA-256.

    The bytes depend on the content and on pyarrow's version only: fixed settings, no metadata.
    """
    columns = [
        pa.array(_column(frame[field.name], field), type=field.type, from_pandas=True)
        for field in SCHEMA
    ]
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(
        pa.Table.from_arrays(columns, schema=SCHEMA),
        path,
        version="2.6",
        compression="zstd",
        compression_level=19,
        use_dictionary=True,
        write_statistics=True,
        row_group_size=len(frame),
        store_schema=False,
    )
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _column(values: pd.Series, field: pa.Field) -> object:
    if field.type == pa.int16():
        return values.astype("Int16")
    if field.type == _TEXT:
        codes, names = pd.factorize(values, sort=True)
        return pa.DictionaryArray.from_arrays(
            pa.array(codes, pa.int32(), mask=codes < 0), pa.array(names.tolist(), pa.string())
        )
    return values.to_numpy()


def _summary(frame: pd.DataFrame) -> Iterator[str]:
    for year, part in frame.groupby(frame["date"].dt.year):
        complete = int(part[list(POLLUTANTS)].notna().all(axis=1).sum())
        days, cities = part["date"].nunique(), part["city"].nunique()
        yield f"{year}: {len(part)} city-days, {complete} complete, {days} days, {cities} cities"
    yield count_flags(frame).to_string()


def main(arguments: Sequence[str] | None = None) -> int:
    """Build, write, and print a summary; give the exit status."""
    parser = argparse.ArgumentParser(prog="python -m airrank.ingest.bundle", description=__doc__)
    parser.add_argument("--shared", type=Path, default=Path("../shared/data"))
    default = reference_folder() / "observations" / "observations.parquet"
    parser.add_argument("--out", type=Path, default=default)
    options = parser.parse_args(arguments)
    try:
        frame = build_observations(options.shared)
        digest = write_observations(frame, options.out)
    except AirrankError as error:
        print(f"error: {error}", file=sys.stderr)
        return error.exit_status
    for line in _summary(frame):
        print(line)
    print(f"{options.out}: {options.out.stat().st_size} bytes, pyarrow {pa.__version__}")
    print(f"sha256 {digest}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
