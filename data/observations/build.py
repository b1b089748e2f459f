"""Build the bundled observations from the daily records and hour files of the shared data.

Run from the repository: ``python data/observations/build.py --shared ../shared/data``; the same
input and the same pyarrow give the same bytes.

The official months ask for some mends of the daily records. Where a city's source contradicts the
official monthly PM2.5 and another compilation of the same network agrees with it, the compilation's
values stand in for the pollutants it has, flagged ``replaced``. Where nothing better is known the
values stay, flagged ``doubtful``. What contradicts is found by ``airrank status --reconcile``.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from airrank.cities import registry
from airrank.errors import AirrankError
from airrank.ingest.aggregate import DECIMALS, city_day_frame, iter_daily_values
from airrank.ingest.day_sources import find_day_sources, iter_day_files
from airrank.ingest.day_table import known_places
from airrank.ingest.flags import count_flags, flag_texts
from airrank.ingest.quality import check_quality
from airrank.rules.rounding import round_half_even
from airrank.rules.standards import POLLUTANTS

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


SECOND_FILE = "daily/crea_71_*.parquet"
SECOND_SOURCE = "crea_71"
"""Another compilation of the same network: PM2.5, NO2 and SO2 of 71 cities."""
SECOND = ("pm25", "no2", "so2")


@dataclass(frozen=True)
class Fault:
    """Records of a city that contradict the official months.

    Attributes
    ----------
    city : str
    first, last : str
        First and last day.
    pollutants : tuple of str
        Whose values are in doubt.
    replaced : tuple of str
        Those of them for which the other compilation stands in.
    """

    city: str
    first: str
    last: str
    pollutants: tuple[str, ...] = POLLUTANTS
    replaced: tuple[str, ...] = ()


FAULTS = (
    *(
        Fault(c, "2017-02-01", "2017-12-31", replaced=SECOND)
        for c in ("湖州", "常州", "绍兴", "盐城")
    ),
    Fault("连云港", "2017-02-01", "2017-12-31"),
    Fault("乌鲁木齐", "2015-10-01", "2015-10-31", ("pm25",)),
    Fault("乌鲁木齐", "2015-12-01", "2015-12-31", ("pm25",)),
    Fault("乌鲁木齐", "2017-02-01", "2017-02-28", ("pm25",)),
)
"""The four cities and 连云港 have one source from February 2017 on, as from other stations: that of
January agrees. All six of its values are then in doubt, though only PM2.5 can be compared."""


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
    ValueError
        If there is no such file or a column is missing.
    """
    columns = ["date", "city", *POLLUTANTS, "aqi", "o3_8h_kind", "source"]
    frame = _records(shared / DAILY_FILES, "daily records", columns)
    frame = frame[frame["city"].isin(registry().names)].reset_index(drop=True)
    frame["aqi"] = round_half_even(frame["aqi"], 0)
    frame["source"] = frame["source"].fillna(UNKNOWN_SOURCE)
    return frame


def read_second(shared: Path) -> pd.DataFrame:
    """Read the other compilation, rounded to the published precision.

    Parameters
    ----------
    shared : Path
        The folder ``shared/data``.

    Returns
    -------
    DataFrame
        By date and city: ``pm25, no2, so2`` [µg/m³].

    Raises
    ------
    ValueError
        If there is no such file or a column is missing.
    """
    columns = ["date", "city", *SECOND]
    return _records(shared / SECOND_FILE, "second compilation", columns).set_index(columns[:2])


def _records(pattern: Path, what: str, columns: list[str]) -> pd.DataFrame:
    """Read the files of a pattern, concentrations rounded to the published precision."""
    frames = []
    for path in sorted(pattern.parent.glob(pattern.name)):
        try:
            frames.append(pd.read_parquet(path, columns=columns))
        except (OSError, ValueError) as error:
            raise ValueError(f"cannot read {path} as daily records: {error}") from error
    if not frames:
        raise ValueError(f"no {what} at {pattern}; give --shared the folder")
    frame = pd.concat(frames, ignore_index=True)
    for name in set(POLLUTANTS) & set(columns):
        frame[name] = round_half_even(frame[name], DECIMALS[name])
    return frame.assign(date=frame["date"].astype("datetime64[s]"))


def mend(records: pd.DataFrame, second: pd.DataFrame) -> pd.DataFrame:
    """Replace and flag what contradicts the official months.

    Parameters
    ----------
    records : DataFrame
        City-days with ``aqi`` and ``source``.
    second : DataFrame
        As :func:`read_second` gives it.

    Returns
    -------
    DataFrame
        With ``flags``. A record with a value replaced has no ``aqi``, which was of the old ones,
        and names both sources.

    Raises
    ------
    ValueError
        If the second compilation lacks a value that is to stand in.
    """
    mended = records.copy()
    flags = {
        (name, code): np.zeros(len(records), dtype=bool)
        for name in POLLUTANTS
        for code in ("replaced", "doubtful")
    }
    for fault in FAULTS:
        inside = records["date"].between(pd.Timestamp(fault.first), pd.Timestamp(fault.last))
        rows = np.flatnonzero(((records["city"] == fault.city) & inside).to_numpy())
        if not len(rows):
            continue
        for name in fault.pollutants:
            code = "replaced" if name in fault.replaced else "doubtful"
            flags[name, code][rows] = records[name].notna().to_numpy()[rows]
        if fault.replaced:
            keys = pd.MultiIndex.from_frame(records.loc[rows, ["date", "city"]])
            values = second.reindex(keys)[list(fault.replaced)]
            if values.isna().to_numpy().any():
                raise ValueError(
                    f"{fault.city}: the second compilation lacks days from {fault.first} to "
                    f"{fault.last}"
                )
            mended.loc[rows, list(fault.replaced)] = values.to_numpy()
            mended.loc[rows, "aqi"] = np.nan
            mended.loc[rows, "source"] = records["source"][rows] + f"+{SECOND_SOURCE}"
            for name in fault.replaced:
                flags[name, "replaced"][rows] = True
    return mended.assign(flags=flag_texts(flags).to_numpy())


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
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, default=Path("../shared/data"))
    default = Path(__file__).with_name("observations.parquet")
    parser.add_argument("--out", type=Path, default=default)
    options = parser.parse_args(arguments)
    try:
        frame = build_observations(options.shared)
        digest = write_observations(frame, options.out)
    except (AirrankError, ValueError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    for line in _summary(frame):
        print(line)
    print(f"{options.out}: {options.out.stat().st_size} bytes, pyarrow {pa.__version__}")
    print(f"sha256 {digest}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
