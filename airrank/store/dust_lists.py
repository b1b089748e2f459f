"""What the imported lists of dust days say, and since when."""

from __future__ import annotations

import pandas as pd

from airrank.ingest.dust_list import parse_dust_list
from airrank.store.base import Store

SOURCE = "dust"
_KEYS = ["date", "city"]


def listed_days(store: Store, moment: pd.Timestamp | None = None) -> pd.DataFrame:
    """Give the city-days that the lists retrieved by a moment call dust.

    Lists add up; where two speak of one city-day the later counts.

    Parameters
    ----------
    store : Store
    moment : Timestamp, optional
        With a time zone; without it all lists count.

    Returns
    -------
    DataFrame
        ``date``, ``city`` and ``dust_retrieved_at``: since when it has been known without a list
        that denied it meanwhile [UTC].
    """
    said = [
        parse_dust_list(store.read_raw(entry.sha256), entry.extra["name"], entry.origin).assign(
            dust_retrieved_at=entry.retrieved_at
        )
        for entry in store.entries(SOURCE)
        if entry.sha256 is not None and (moment is None or entry.retrieved_at <= moment)
    ]
    empty = pd.DataFrame({"date": [], "city": [], "dust": [], "dust_retrieved_at": []})
    both = pd.concat(said, ignore_index=True) if said else empty
    denials = both.assign(denials=~both["dust"].astype(bool)).groupby(_KEYS)["denials"]
    standing = both["dust"].astype(bool) & (denials.cumsum() == denials.transform("sum"))
    listed = both[standing].drop_duplicates(_KEYS).drop(columns="dust")
    types = {"date": "datetime64[s]", "city": "str", "dust_retrieved_at": "datetime64[us, UTC]"}
    return listed.astype(types).reset_index(drop=True)


def mark_listed(observations: pd.DataFrame, listed: pd.DataFrame) -> pd.DataFrame:
    """Mark the listed city-days besides those the records mark themselves.

    Parameters
    ----------
    observations : DataFrame
        City-days with ``dust``.
    listed : DataFrame
        As :func:`listed_days` gives it.

    Returns
    -------
    DataFrame
        With ``dust_retrieved_at``, given only where a list alone says so.
    """
    if listed.empty:
        return observations
    marked = observations.merge(listed, how="left", on=_KEYS)
    marked.loc[marked["dust"], "dust_retrieved_at"] = pd.NaT
    return marked.assign(dust=marked["dust"] | marked["dust_retrieved_at"].notna())
