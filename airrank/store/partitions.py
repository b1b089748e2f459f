"""City-days of one source and year as Parquet: every version of every record."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from airrank.cities import load_ranking_list
from airrank.errors import InputError, StoreError
from airrank.ingest.foreign_json import Every
from airrank.rules.standards import POLLUTANTS
from airrank.whole import write_whole

KEYS = ["date", "city"]
KINDS = tuple(f"{name}_kind" for name in POLLUTANTS)
CONTENT = (*POLLUTANTS, "aqi", "dust", *KINDS, "flags")
"""What makes two versions of a record differ."""
SCHEMA = pa.schema(
    [
        pa.field("date", pa.timestamp("ms"), nullable=False),
        pa.field("city", pa.string(), nullable=False),
        *(pa.field(name, pa.float64()) for name in (*POLLUTANTS, "aqi")),
        pa.field("dust", pa.bool_(), nullable=False),
        *(pa.field(name, pa.string()) for name in (*KINDS, "flags")),
        pa.field("raw", pa.string(), nullable=False),
        pa.field("retrieved_at", pa.timestamp("us", tz="UTC"), nullable=False),
    ]
)
_YEAR = re.compile(r"[12]\d{3}", re.ASCII)
_NAME = re.compile(r"city_days/[a-z]+/\d{4}-[0-9a-f]{12}\.parquet")
COVERED = 0.95
"""Share of a list's cities with all six pollutants that makes a day count as complete."""
RETRACTED = "day:retracted"


def conform(frame: pd.DataFrame) -> pd.DataFrame:
    """Give a frame the columns and types of :data:`SCHEMA`."""
    table = frame.reindex(columns=SCHEMA.names)
    dust = table["dust"].to_numpy(dtype=object)
    table["dust"] = np.array([value is True or value is np.True_ for value in dust], dtype=bool)
    types = {field.name: "str" for field in SCHEMA if field.type == pa.string()}
    types |= {field.name: "float64" for field in SCHEMA if field.type == pa.float64()}
    return table.astype(types | {"date": "datetime64[s]", "retrieved_at": "datetime64[us, UTC]"})


def merge(stored: pd.DataFrame, new: pd.DataFrame) -> pd.DataFrame:
    """Add versions to those stored, leaving out every one that says what the one before said.

    A new row without values and flags stands for "the source gives nothing": it retracts a record
    that was there, and adds nothing where none was.

    Parameters
    ----------
    stored, new : DataFrame
        As :func:`conform` gives them.

    Returns
    -------
    DataFrame
        Ordered by date, city and time of retrieval.
    """
    both = pd.concat([stored.assign(_new=False), new.assign(_new=True)], ignore_index=True)
    both = both.sort_values([*KEYS, "retrieved_at"], kind="stable", ignore_index=True)
    silent = both[[*POLLUTANTS, "aqi", "flags"]].isna().all(axis=1)
    both.loc[silent, "flags"] = RETRACTED
    silent = both["flags"] == RETRACTED
    before = both.shift(1)
    follows = ((both["date"] == before["date"]) & (both["city"] == before["city"])).to_numpy()
    same = np.ones(len(both), dtype=bool)
    for column in CONTENT:
        here, there = both[column], before[column]
        same &= ((here == there) | (here.isna() & there.isna())).to_numpy(dtype=bool)
    drop = both["_new"].to_numpy() & ((follows & same) | (~follows & silent.to_numpy()))
    return both[~drop].drop(columns="_new").reset_index(drop=True)


STATE = {"applied": int, "years": Every({"file": str, "sha256": str})}
"""Shape of what the manifest says of a source."""


def check_state(state: dict[str, Any]) -> None:
    """Refuse what a manifest says of a source, in its shape, if it cannot be.

    Raises
    ------
    InputError
    """
    if state["applied"] < 0:
        raise InputError("{name} is negative", name="applied")
    for year, line in state["years"].items():
        if not _YEAR.fullmatch(year):
            raise InputError("expected a year such as 2017, found {found!r}", found=year)
        if not _NAME.fullmatch(line["file"]):
            raise InputError("{name!r} is no name of a partition", name=line["file"])


def withdrawn(versions: pd.DataFrame) -> NDArray[np.bool_]:
    """Tell which versions have no value where the version before had one.

    Parameters
    ----------
    versions : DataFrame
        Ordered by date, city and retrieval.
    """
    valued = versions[list(POLLUTANTS)].notna().any(axis=1).to_numpy(dtype=bool)
    same = versions[KEYS].eq(versions[KEYS].shift(1)).all(axis=1).to_numpy(dtype=bool)
    before = np.concatenate([[False], valued[:-1]])[: len(valued)]
    gone: NDArray[np.bool_] = same & before & ~valued
    return gone


def completeness(versions: pd.DataFrame) -> dict[str, object]:
    """Say on how many days nearly all of the 168 cities have all six pollutants, and the last.

    Parameters
    ----------
    versions : DataFrame
        Ordered by date, city and retrieval; the last of each counts.
    """
    latest = versions.drop_duplicates(KEYS, keep="last")
    cities = load_ranking_list("168").names
    whole = latest[list(POLLUTANTS)].notna().all(axis=1) & latest["city"].isin(cities)
    counts = latest[whole].groupby("date").size()
    days = counts.index[counts >= COVERED * len(cities)]
    last = str(days.max().date()) if len(days) else None
    return {"complete_days": len(days), "last_complete_day": last}


def write(root: Path, source: str, year: int, frame: pd.DataFrame) -> dict[str, object]:
    """Write a partition under a name that holds its hash; give its line of the manifest."""
    sink = pa.BufferOutputStream()
    table = pa.Table.from_pandas(frame, schema=SCHEMA, preserve_index=False)
    pq.write_table(
        table.replace_schema_metadata(None), sink, compression="zstd", store_schema=False
    )
    content = sink.getvalue().to_pybytes()
    sha256 = hashlib.sha256(content).hexdigest()
    name = f"city_days/{source}/{year}-{sha256[:12]}.parquet"
    write_whole(root / name, content)
    return {"file": name, "sha256": sha256, "records": len(frame), **completeness(frame)}


class MissingError(StoreError):
    """A partition that is not there."""


def read(root: Path, name: str, sha256: str | None = None) -> pd.DataFrame:
    """Read a partition; with a hash, refuse one whose bytes have another.

    Raises
    ------
    MissingError
        If it is not there.
    StoreError
        If it is damaged.
    """
    path = root / name
    try:
        content = path.read_bytes()
        if sha256 is not None and hashlib.sha256(content).hexdigest() != sha256:
            raise StoreError("{path} is damaged; rebuild it: airrank update --rebuild", path=path)
        frame = pq.read_table(pa.BufferReader(content), schema=SCHEMA).to_pandas()
    except FileNotFoundError:
        raise MissingError(
            "{file} is missing; rebuild: airrank update --rebuild", file=path
        ) from None
    except (OSError, ValueError, LookupError, pa.ArrowException) as error:
        raise StoreError(
            "{path} cannot be read: {error}. Rebuild it: airrank update --rebuild",
            path=path,
            error=error,
        ) from error
    return conform(frame)
