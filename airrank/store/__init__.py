"""What is known, and since when: the observations everything else works on."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from airrank.errors import InputError
from airrank.ingest.city_day import read_city_days
from airrank.rules.standards import reference_folder


def bundled_observations() -> Path:
    """Give the path of the city-day table that is installed with the package."""
    return reference_folder() / "observations" / "observations.parquet"


def load_observations(path: str | Path | None = None) -> pd.DataFrame:
    """Load city-days from a file, or the bundled ones.

    Parameters
    ----------
    path : str or Path, optional
        A file in the city-day format (see :mod:`airrank.ingest.city_day`); without it the
        bundled observations.

    Returns
    -------
    DataFrame
        One row per record: ``date, city``, the six pollutants [µg/m³, co in mg/m³], and the
        optional columns the file has.

    Raises
    ------
    InputError
        If the file cannot be read or does not hold city-days.

    Examples
    --------
    >>> observations = load_observations()
    >>> observations.city.nunique()
    168
    """
    return read_city_days(bundled_observations() if path is None else path)


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
            f"{first.city} has several records for {first.date:%Y-%m-%d} retrieved at the same "
            "time; keep one source, or give each record its own 'retrieved_at'"
        )
    return ordered.drop_duplicates(["date", "city"], keep="last").sort_index()
