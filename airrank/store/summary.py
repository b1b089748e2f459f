"""What a store holds, source by source: last day, coverage, gaps, flags, revisions, disk use."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd

from airrank.cities import load_ranking_list
from airrank.ingest.flags import count_flags
from airrank.ingest.retrieval import today
from airrank.rules.standards import POLLUTANTS
from airrank.store.base import Store
from airrank.store.dust_lists import SOURCE, listed_days
from airrank.store.lock import holder
from airrank.store.partitions import COVERED, withdrawn

CHANGES_SHOWN = 20


def summarise(store: Store, now: dt.datetime) -> dict[str, Any]:
    """Describe a store.

    Returns
    -------
    dict
        ``store``, ``writer``, ``disk_bytes`` by part, and ``sources``: for each source what
        :func:`summarise_source` gives.
    """
    parts = {}
    for name in ("raw", "journal", "city_days"):
        files = (path for path in (store.root / name).rglob("*") if path.is_file())
        parts[name] = sum(path.stat().st_size for path in files)
    sources = {}
    for name in store.sources():
        entries = store.entries(name)
        sources[name] = {
            "answers": sum(entry.sha256 is not None for entry in entries),
            "absent": sum(entry.sha256 is None for entry in entries),
            "last_retrieval": entries[-1].retrieved_at.isoformat() if entries else None,
            **summarise_source(store.versions(name), now),
        }
    if SOURCE in sources:
        sources[SOURCE]["listed"] = _listed(store)
    return {
        "schema": "airrank/status/1",
        "store": str(store.root),
        "writer": holder(store.root),
        "disk_bytes": parts,
        "sources": sources,
    }


def _listed(store: Store) -> dict[str, Any]:
    """Say what the lists of dust days call dust."""
    days = listed_days(store)["date"]
    span = (
        {}
        if days.empty
        else {"first_day": str(days.min().date()), "last_day": str(days.max().date())}
    )
    return {"city_days": len(days), **span}


def summarise_source(versions: pd.DataFrame, now: dt.datetime) -> dict[str, Any]:
    """Describe one source's records.

    Parameters
    ----------
    versions : DataFrame
        Every version, ordered by date, city and retrieval.
    now : datetime
        To say how long ago the last day is.
    """
    if versions.empty:
        return {"records": 0, "versions": 0}
    latest = versions.drop_duplicates(["date", "city"], keep="last")
    valued = latest[latest[list(POLLUTANTS)].notna().any(axis=1)]
    cities = load_ranking_list("168").names
    key = valued[valued["city"].isin(cities)]
    days = key["date"] if len(key) else valued["date"]
    covered = key.groupby("date")["city"].nunique() / len(cities)
    result: dict[str, Any] = {"records": len(latest), "versions": len(versions)}
    if not valued.empty:
        first, last = days.min(), days.max()
        every = pd.date_range(first, last, unit="s")
        share = covered.reindex(every).fillna(0.0) if len(key) else None
        holes = every[~every.isin(valued["date"])]
        thin = every[:0] if share is None else every[(share < COVERED) & every.isin(valued["date"])]
        result |= {
            "first_day": str(first.date()),
            "last_day": str(last.date()),
            "days_since": (today(now) - last.date()).days,
            "cities": int(valued["city"].nunique()),
            "coverage_168": None if share is None else round(float(share.mean()), 4),
            "gaps": runs(holes),
            "thin_days": runs(thin),
        }
    return result | {"flags": _flags(latest), "changes": changes(versions)}


def _flags(latest: pd.DataFrame) -> dict[str, int]:
    if latest["flags"].isna().all():
        return {}
    words = count_flags(latest).sum(axis=1).reset_index(name="count")
    return {f"{row['what']}:{row['code']}": int(row["count"]) for _, row in words.iterrows()}


def changes(versions: pd.DataFrame) -> dict[str, Any]:
    """Tell what was revised, retracted, and filled in later than days after it.

    Parameters
    ----------
    versions : DataFrame
        Every version, ordered by date, city and retrieval.
    """
    version = versions.groupby(["date", "city"]).cumcount()
    gone = withdrawn(versions)
    revised, retracted = versions[(version > 0) & ~gone], versions[gone]
    started = versions[version == 0].groupby("date")["retrieved_at"].min()
    # Later days known before this one: the smallest first retrieval among the days after it.
    moments = started.astype("int64").to_numpy()
    after = np.minimum.accumulate(moments[::-1])[::-1][1:]
    backfilled = started.index[:-1][moments[:-1] > after]
    last = pd.concat([revised.assign(change="revised"), retracted.assign(change="retracted")])
    last = last.sort_values("retrieved_at", kind="stable").tail(CHANGES_SHOWN)
    return {
        "revised": len(revised),
        "retracted": len(retracted),
        "backfilled": runs(pd.DatetimeIndex(backfilled)),
        "latest": [
            {
                "change": row["change"],
                "date": f"{row['date']:%Y-%m-%d}",
                "city": row["city"],
                "retrieved_at": row["retrieved_at"].isoformat(),
            }
            for row in last.to_dict(orient="records")
        ],
    }


def runs(days: pd.DatetimeIndex) -> list[str]:
    """Write days as runs.

    Examples
    --------
    >>> runs(pd.DatetimeIndex(["2018-12-22", "2018-12-23", "2019-01-05"]))
    ['2018-12-22..2018-12-23', '2019-01-05']
    """
    if not len(days):
        return []
    breaks = np.flatnonzero(np.diff(days.to_numpy()) > np.timedelta64(1, "D")) + 1
    parts = np.split(days.to_numpy().astype("datetime64[D]"), breaks)
    return [str(p[0]) if len(p) == 1 else f"{p[0]}..{p[-1]}" for p in parts]
