"""Hour files to city-days: the same code for a column per city and a column per station."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from airrank.errors import InputError
from airrank.ingest.flags import flag_texts, join_flags
from airrank.ingest.hour_files import HOURLY_TYPES, DayFile, align
from airrank.rules.hours import HOURS, daily_max_8h_mean, daily_mean
from airrank.rules.rounding import round_half_even
from airrank.rules.standards import POLLUTANTS

FloatArray = NDArray[np.float64]

HOUR_BOUNDS = {
    "pm25": (0.0, 10_000.0),
    "pm10": (0.0, 10_000.0),
    "so2": (0.0, 2_620.0),
    "no2": (0.0, 3_840.0),
    "co": (0.0, 150.0),
    "o3_8h": (0.0, 1_200.0),
}
"""Hourly means outside are impossible [µg/m³, co in mg/m³; the lower bound is excluded].

Gases: the last node of the 1-h AQI (HJ 633, table 1), SO2 that of the 24-h AQI; particles: the
upper measuring range of a continuous analyser. The archive writes a missing hour as nothing, never
as zero.
"""
DECIMALS = {name: 1 if name == "co" else 0 for name in POLLUTANTS}
"""Decimals of published daily values (RULES.md section 4)."""

_SCALE = 1000.0  # thousandths are whole numbers, so sums and halves are exact
COMMON_PARTS = _SCALE * math.lcm(*range(20, HOURS + 1), 6, 7, 8)
"""A daily value, a mean of 20 to 24 hours or of 6 to 8, is a whole number of these parts."""
_O3_LIMIT = 160.0
_NUMBERED = tuple(enumerate(POLLUTANTS))


@dataclass(frozen=True, eq=False)
class UnitDays:
    """The daily values of one day.

    Attributes
    ----------
    date : date
        Beijing calendar day.
    units : tuple of str
        Cities or stations, the order of the last axis.
    values : ndarray, shape [pollutant, unit] [µg/m³, co in mg/m³]
        Unrounded daily values in the order of ``POLLUTANTS``; NaN where hours are too few.
    valid_hours, removed_hours : ndarray of int, shape [pollutant, unit]
        Hours used, and hours left out because they lie outside :data:`HOUR_BOUNDS`.
    repeated_rows : int
        Rows of the day's file that only repeated another.
    notes : tuple of str, optional
        Flags of each unit that is a mean over stations; they say why a value is missing.
    """

    date: dt.date
    units: tuple[str, ...]
    values: FloatArray
    valid_hours: NDArray[np.int64]
    removed_hours: NDArray[np.int64]
    repeated_rows: int
    notes: tuple[str, ...] | None = None

    def of_cities(
        self,
        cities: tuple[str, ...],
        values: FloatArray,
        valid_hours: NDArray[Any],
        removed_hours: NDArray[Any],
        notes: tuple[str, ...],
    ) -> UnitDays:
        """Give the same day with a column per city instead of one per station."""
        counts = (valid_hours.astype(np.int64), removed_hours.astype(np.int64))
        return UnitDays(self.date, cities, values, *counts, self.repeated_rows, notes)


def daily_values(day: DayFile, following: DayFile | None) -> UnitDays:
    """Turn the hours of one day into daily values.

    The day's hours end at 01:00 to 24:00: hours 1 to 23 of its own file and hour 0 of the next
    day's. Without that file the last hour is missing, which leaves at most 23.

    Parameters
    ----------
    day : DayFile
        The day's file, with the types of ``HOURLY_TYPES``.
    following : DayFile, optional
        The file of the day after.

    Returns
    -------
    UnitDays

    References
    ----------
    GB 3095-2012, table 4: a daily mean needs 20 hours; the ozone rule is that of
    :func:`~airrank.rules.hours.daily_max_8h_mean`.
    """
    hours = np.full((HOURS, len(HOURLY_TYPES), len(day.units)), np.nan)
    hours[:-1] = day.values[1:, [day.types.index(name) for name in HOURLY_TYPES]]
    if following is not None:
        hours[-1] = _midnight(day.units, following)
    hours = np.moveaxis(hours, 0, -1)  # [pollutant, unit, hour]
    wrong = _impossible(hours)
    scaled = np.rint(np.where(wrong, np.nan, hours) * _SCALE)
    ozone = POLLUTANTS.index("o3_8h")
    values = daily_mean(scaled) / _SCALE
    values[ozone] = daily_max_8h_mean(scaled[ozone], limit=_O3_LIMIT * _SCALE) / _SCALE
    return UnitDays(
        day.date,
        day.units,
        values,
        (~np.isnan(scaled)).sum(axis=-1),
        wrong.sum(axis=-1),
        day.repeated_rows,
    )


def plausible_hours(file: DayFile) -> NDArray[np.bool_]:
    """Tell which hours of a file hold a possible value, shape [pollutant, unit, hour of the file].

    Parameters
    ----------
    file : DayFile
        With the types of ``HOURLY_TYPES``.
    """
    hours = np.moveaxis(file.values[:, [file.types.index(name) for name in HOURLY_TYPES]], 0, -1)
    return ~np.isnan(hours) & ~_impossible(hours)


def _impossible(hours: FloatArray) -> NDArray[np.bool_]:
    """Tell which hours, shape [pollutant, unit, hour], lie outside :data:`HOUR_BOUNDS`."""
    low, high = np.array([HOUR_BOUNDS[name] for name in POLLUTANTS]).T[:, :, None, None]
    outside: NDArray[np.bool_] = (hours <= low) | (hours > high)
    return outside


def iter_daily_values(files: Iterable[DayFile]) -> Iterator[UnitDays]:
    """Turn hour files into daily values day by day, holding two files at a time.

    Parameters
    ----------
    files : iterable of DayFile
        In the order of their days; gaps are allowed.

    Yields
    ------
    UnitDays
        One for each file.

    Raises
    ------
    InputError
        If a file does not come after the one before.
    """
    current: DayFile | None = None
    for file in files:
        if current is not None:
            if file.date <= current.date:
                raise InputError(
                    "hour file of {date} after that of {date_2}; sort them by day.",
                    date=file.date,
                    date_2=current.date,
                )
            adjacent = file.date - current.date == dt.timedelta(days=1)
            yield daily_values(current, file if adjacent else None)
        current = file
    if current is not None:
        yield daily_values(current, None)


def city_day_frame(days: Iterable[UnitDays], source: str) -> pd.DataFrame:
    """Arrange daily values in the city-day format, rounded to the published precision.

    Rows without a single valid hour are left out. Flags: ``hours`` where a value is missing because
    the day had hours but too few, ``hour_bounds`` where impossible hours were left out,
    ``repeated`` where rows of the file were repeated, and the notes of means over stations (see
    :mod:`airrank.ingest.flags`).

    Parameters
    ----------
    days : iterable of UnitDays
        As :func:`iter_daily_values` gives them; a month or a year at a time keeps memory small.
    source : str
        The name for the column ``source``.

    Returns
    -------
    DataFrame
        ``date, city``, six pollutants [µg/m³, co in mg/m³], ``source`` and ``flags``.
    """
    batch = list(days)
    if not batch:
        return pd.DataFrame(columns=["date", "city", *POLLUTANTS, "source", "flags"])
    values = np.concatenate([day.values for day in batch], axis=1)
    valid = np.concatenate([day.valid_hours for day in batch], axis=1)
    removed = np.concatenate([day.removed_hours for day in batch], axis=1) > 0
    sizes = [len(day.units) for day in batch]
    repeated = np.repeat([day.repeated_rows > 0 for day in batch], sizes)
    of_stations = np.repeat([day.notes is not None for day in batch], sizes)
    lacking = np.isnan(values) & (valid > 0) & ~of_stations
    flags = {(name, "hours"): lacking[k] for k, name in _NUMBERED}
    flags |= {(name, "hour_bounds"): removed[k] for k, name in _NUMBERED}
    flags["day", "repeated"] = repeated
    dates = np.array([day.date for day in batch], dtype="datetime64[s]")
    frame = pd.DataFrame(
        {
            "date": np.repeat(dates, sizes),
            "city": np.concatenate([np.array(day.units, dtype=object) for day in batch]),
            **{name: round_half_even(values[k], DECIMALS[name]) for k, name in _NUMBERED},
            "source": source,
        }
    )
    texts = flag_texts(flags)
    if of_stations.any():
        notes = [note for day in batch for note in day.notes or ("",) * len(day.units)]
        texts = join_flags(pd.Series(notes, dtype="str"), texts)
    frame = frame.astype({"city": "str", "source": "str"}).assign(flags=texts)
    kept = np.flatnonzero(valid.any(axis=0) | removed.any(axis=0))
    return frame.iloc[kept].reset_index(drop=True)


def _midnight(units: tuple[str, ...], following: DayFile) -> FloatArray:
    """Hour 0 of the next file, shape [pollutant, unit], in the order of `units`."""
    values = following.values[0, [following.types.index(name) for name in HOURLY_TYPES]]
    return values if following.units == units else align(values, following.units, units)
