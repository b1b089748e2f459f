"""What is known, and since when: the observations everything else works on."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from pathlib import Path

import pandas as pd

from airrank.errors import InputError
from airrank.ingest.city_day import read_city_days, read_parquet_days
from airrank.ingest.day_table import known_places
from airrank.ingest.limits import BEIJING
from airrank.ingest.quality import check_quality
from airrank.ingest.sources import JUDGED, PRIORITY
from airrank.rules.standards import POLLUTANTS, reference_folder
from airrank.store.base import Store
from airrank.store.dust_lists import listed_days, mark_listed
from airrank.store.partitions import KINDS
from airrank.store_place import default_store
from airrank.words import Listed

__all__ = [
    "Store",
    "bundled_observations",
    "default_store",
    "known_at",
    "load_observations",
    "retrieved_by",
]


def bundled_observations() -> Path:
    """Give the path of the city-day table that is installed with the package."""
    return reference_folder() / "observations" / "observations.parquet"


def load_observations(
    path: str | Path | None = None,
    *,
    store: str | Path | Store | None = None,
    as_known_at: datetime | None = None,
    priority: Sequence[str] | None = None,
    city: str | None = None,
    accept: Collection[str] = (),
) -> pd.DataFrame:
    """Load city-days: those of a file, the bundled ones, or a store's merged with them.

    Parameters
    ----------
    path : str or Path, optional
        A file in the city-day format (see :mod:`airrank.ingest.city_day`), or a table as offices
        make them. What of it is left out, converted or taken as missing comes as a warning.
    store : str, Path or Store, optional
        A store to merge with the bundled observations. No store is read without it.
    as_known_at : datetime, optional
        Gives what was known at that moment (with a time zone): later retrievals do not count.
        Bundled records, and those of a file without ``retrieved_at``, count as known.
    priority : sequence of str, optional
        Sources whose records count, the first before the next; by default
        :data:`~airrank.ingest.sources.PRIORITY`. Sources left out are not read. A record without
        any value makes way for the next source's.
    city, accept
        Of a file, see :func:`~airrank.ingest.city_day.read_city_days`: whose values a table without
        a column of cities gives, and rules whose finds are let through.

    Returns
    -------
    DataFrame
        ``date, city``, the six pollutants [µg/m³, co in mg/m³], and the optional columns the file
        has. With a store, or with `as_known_at`, one row per city and day; with a store also
        ``flags``, ``source`` and ``retrieved_at`` (missing for bundled records), and ``dust`` true
        also where an imported list says so, since ``dust_retrieved_at``.

    Raises
    ------
    InputError
        If the file cannot be read or does not hold city-days, a source is unknown, or both a file
        and a store are given.
    StoreError
        If the store is missing or damaged.

    Examples
    --------
    >>> observations = load_observations()
    >>> observations.city.nunique()
    168
    """
    moment = _moment(as_known_at)
    if path is not None and store is not None:
        raise InputError(
            "expected a file or a store, found both: {path} and {store}", path=path, store=store
        )
    if path is not None or store is None:
        if path is None:
            frame = read_parquet_days(bundled_observations())
        else:
            frame = read_city_days(path, city=city, accept=accept)
        return frame if moment is None else known_at(frame, moment)
    opened = (store if isinstance(store, Store) else Store(store)).require()
    order = tuple(priority) if priority is not None else PRIORITY
    if not order or not set(order) <= set(PRIORITY):
        raise InputError(
            "expected sources of {priority}, found {order}",
            priority=Listed(PRIORITY),
            order=Listed(order),
        )
    frames = [_of_source(opened, name, moment) for name in order]
    filled = [frame for frame in frames if len(frame)] or frames[:1]
    return mark_listed(_first_of(filled), listed_days(opened, moment))


def known_at(observations: pd.DataFrame, moment: pd.Timestamp | None) -> pd.DataFrame:
    """Give the records as they were known at a moment: one row per city and day.

    Of several versions the one retrieved last counts. Records without ``retrieved_at`` count as
    known from their day on.

    Parameters
    ----------
    observations : DataFrame
        City-days, with or without ``retrieved_at``.
    moment : Timestamp, optional
        With a time zone; without a moment every retrieval counts.

    Raises
    ------
    InputError
        If a city-day has several records and nothing tells which was retrieved last.
    """
    observations = _without_later_lists(observations, moment)
    if "retrieved_at" not in observations.columns:
        return observations
    times = observations["retrieved_at"]
    if moment is not None:
        observations = observations[times.isna() | (times <= moment)]
    ordered = observations.sort_values("retrieved_at", kind="stable", na_position="first")
    tied = ordered.duplicated(["date", "city", "retrieved_at"], keep=False)
    if tied.any():
        first = ordered[tied].iloc[0]
        raise InputError(
            "{city} has several records for {date:%Y-%m-%d} retrieved at the same time; keep "
            "one source, or give each record its own 'retrieved_at'",
            city=first.city,
            date=first.date,
        )
    return ordered.drop_duplicates(["date", "city"], keep="last").sort_index()


def _without_later_lists(observations: pd.DataFrame, moment: pd.Timestamp | None) -> pd.DataFrame:
    """Unmark the dust days that only a list retrieved after a moment marks."""
    if moment is None or not {"dust", "dust_retrieved_at"} <= set(observations.columns):
        return observations
    later = observations["dust_retrieved_at"] > moment
    return observations.assign(dust=observations["dust"] & ~later)


def retrieved_by(as_of: date) -> pd.Timestamp:
    """Give the moment by which the data of a day is known: the end of the next day in Beijing.

    A day's values come out in the hours after its midnight.
    """
    return pd.Timestamp(as_of, tz=BEIJING) + pd.Timedelta(days=2)


def _moment(moment: datetime | None) -> pd.Timestamp | None:
    if moment is None:
        return None
    stamp = pd.Timestamp(moment)
    if stamp.tzinfo is None:
        raise InputError("as_known_at {stamp}: expected a moment with a time zone", stamp=stamp)
    return stamp


def _of_source(store: Store, name: str, moment: pd.Timestamp | None) -> pd.DataFrame:
    """One source's records as known at a moment, judged by the quality rules if provisional."""
    if name == "bundled":
        return read_parquet_days(bundled_observations())
    frame = known_at(store.versions(name), moment)
    if name in JUDGED and len(frame):
        frame = check_quality(frame, known_places())
    return frame.drop(columns="raw").assign(source=name)


def _first_of(frames: list[pd.DataFrame]) -> pd.DataFrame:
    """One row per city and day: the first frame's that has a value."""
    both = pd.concat(frames, ignore_index=True)
    order = pd.Series([k for k, frame in enumerate(frames) for _ in range(len(frame))])
    empty = both[list(POLLUTANTS)].isna().all(axis=1)
    both = both.assign(_empty=empty, _order=order)
    both = both.sort_values(["date", "city", "_empty", "_order"], ignore_index=True)
    both = both.drop_duplicates(["date", "city"]).drop(columns=["_empty", "_order"])
    both["dust"] = both["dust"].eq(other=True) if "dust" in both else False
    unused = [c for c in KINDS if c in both and both[c].isna().all()]
    return both.drop(columns=unused).reset_index(drop=True)
