"""The track record: the stored weekly forecasts, week by week, and what came of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pandas as pd

from airrank.errors import InputError
from airrank.forecasting.files import FORECAST, Week, read_week
from airrank.periods import Period, parse_day
from airrank.words import Text

WEEK = timedelta(days=7)
NEAR = timedelta(days=3)
"""A weekly run that came this much early or late still is that week's."""


@dataclass(frozen=True, eq=False)
class Record:
    """The weeks that could be read, in order, and what is wrong with the others.

    Attributes
    ----------
    weeks : tuple of Week
    troubles : dict
        By day: why that week is not among them.
    """

    weeks: tuple[Week, ...]
    troubles: dict[date, Text]

    def of_period(self, period: Period) -> Record:
        """Give the part about one period."""
        return Record(
            tuple(week for week in self.weeks if week.period == period),
            {day: why for day, why in self.troubles.items() if day in period},
        )


def place_in_week(folder: Path, city: str | None = None) -> Path:
    """Give where a week's forecast lies: the city's own folder in it, the week's, or any city's.

    Each holds all cities.
    """
    own = [] if city is None else [folder / city]
    there = [path for path in (*own, folder) if (path / FORECAST).is_file()]
    others = sorted(path.parent for path in folder.glob(f"*/{FORECAST}")) if not there else []
    return [*there, *others, folder][0]


def read_record(
    folder: Path, cities: Sequence[str], *, before: date | None = None, city: str | None = None
) -> Record:
    """Read the weekly forecasts ``folder/<day>/``, see :func:`place_in_week`.

    Parameters
    ----------
    folder : Path
    cities : sequence of str
        The ranking list's names; a forecast of another list is not part of the record.
    before : date, optional
        Only weeks before that day.
    city : str, optional
        Whose own forecasts count where there are several.

    Raises
    ------
    InputError
        If there is no such folder.
    """
    try:
        found = sorted(path for path in folder.iterdir() if path.is_dir())
    except OSError as error:
        raise InputError(
            "cannot read the weekly forecasts in {folder}: {error}. Give the folder that "
            "airrank weekly --out or airrank track --replay wrote to.",
            folder=folder,
            error=error,
        ) from error
    weeks: list[Week] = []
    troubles: dict[date, Text] = {}
    for path in found:
        day = as_day(path.name)
        if day is None or (before is not None and day >= before):
            continue
        try:
            weeks.append(read_week(place_in_week(path, city), cities, day))
        except InputError as error:
            troubles[day] = error.text
    for day in _absent([week.as_of for week in weeks] + list(troubles)):
        troubles[day] = Text("no forecast of this week")
    return Record(tuple(weeks), dict(sorted(troubles.items())))


def as_day(name: str) -> date | None:
    """Give the day that a folder is named by; None for other folders."""
    try:
        return parse_day(name)
    except InputError:
        return None


def _absent(days: list[date]) -> list[date]:
    """Give the weekly days between the first and last of a year near which there is none."""
    absent = []
    for year in {day.year for day in days}:
        there = sorted(day for day in days if day.year == year)
        for one, other in pairwise(there):
            expected = one + WEEK
            while other - expected > NEAR:
                absent.append(expected)
                expected += WEEK
    return absent


def record_table(record: Record, city: str, goals: Sequence[int]) -> pd.DataFrame:
    """Give what each week said of a city.

    Returns
    -------
    DataFrame
        By as_of: ``period, rank`` (to date), ``median, lo80, hi80`` of the final rank and
        ``p_rank_le_<goal>``.
    """
    rows = []
    for week in record.weeks:
        said: Any = week.summary.loc[city]
        rows.append(
            {
                "period": str(week.period),
                "rank": said["ytd_rank"],
                "median": said["rank_median"],
                "lo80": said["rank_lo80"],
                "hi80": said["rank_hi80"],
                **{f"p_rank_le_{goal}": week.probability(city, goal) for goal in goals},
            }
        )
    index = pd.Index([week.as_of for week in record.weeks], name="as_of")
    columns = ["period", "rank", "median", "lo80", "hi80"]
    columns += [f"p_rank_le_{goal}" for goal in goals]
    return pd.DataFrame(rows, index=index, columns=columns)
