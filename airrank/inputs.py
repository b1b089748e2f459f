"""From a file or the bundled data to the panel a command works on."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from airrank.cities import RankingList, load_ranking_list
from airrank.errors import InputError, InsufficientDataError
from airrank.panel import Panel
from airrank.periods import Period
from airrank.store import Store, default_store, load_observations, retrieved_by
from airrank.words import Text

BUNDLED = Text("bundled observations")
COMPLETE = 0.95
"""Share of the cities that must have all six pollutants on a day to call it complete."""


@dataclass(frozen=True)
class Source:
    """A panel, where it came from, and the city-days behind it, of other lists too."""

    panel: Panel
    origin: Text | str
    as_known_at: datetime | None = None
    observations: pd.DataFrame = field(default_factory=pd.DataFrame, repr=False)

    @property
    def description(self) -> Text:
        """Where the data came from, which days it spans, and of when, if that was chosen."""
        facts: dict[str, Any] = {
            "origin": self.origin,
            "first": str(self.panel.first_day),
            "last": str(self.panel.last_day),
        }
        if self.as_known_at is None:
            return Text("{origin} ({first} … {last})", **facts)
        moment = self.as_known_at.isoformat()
        return Text("{origin} ({first} … {last}), as known at {moment}", **facts, moment=moment)

    def last_complete_day(self) -> date:
        """Give the last day on which nearly all cities have all six pollutants.

        Raises
        ------
        InsufficientDataError
            If there is no such day.
        """
        complete = np.flatnonzero(self.panel.coverage() >= COMPLETE)
        if not len(complete):
            raise InsufficientDataError(
                "{description}: on no day do {complete:.0%} of the {number} cities of the list "
                "have all six pollutants. Name the day with --as-of or the period with "
                "--period, or give --panel a shorter list.",
                description=self.description,
                complete=COMPLETE,
                number=len(self.panel.cities),
            )
        day: date = self.panel.days[complete[-1]].item()
        return day

    def year_to_date(self) -> Period:
        """Give 1 January to the last complete day."""
        last = self.last_complete_day()
        return Period(date(last.year, 1, 1), last)


def load_known(
    path: Path | None,
    store: Path | None = None,
    as_of: date | None = None,
    as_known_at: datetime | None = None,
) -> tuple[pd.DataFrame, Text | str]:
    """Load city-days as they were known, and say where from.

    A file if one is given; else the store, if one is given or stands at its usual place; else the
    bundled observations.

    Parameters
    ----------
    path : Path, optional
        City-day file.
    store : Path, optional
        Folder of a store.
    as_of : date, optional
        What was retrieved after the end of the day that follows is left out.
    as_known_at : datetime, optional
        Instead: what was retrieved after this moment is left out.

    Raises
    ------
    InputError, StoreError
        If the file or store cannot be used, or both are given.
    InsufficientDataError
        If nothing had been retrieved by then.
    """
    if path is not None and store is not None:
        raise InputError("give --data or --store, not both: which of them counts?")
    moment = as_known_at or (None if as_of is None else retrieved_by(as_of))
    place = store or default_store()
    if path is not None:
        frame = load_observations(path, as_known_at=moment)
        origin: Text | str = str(path)
    elif store is not None or Store(place).exists():
        frame = load_observations(store=place, as_known_at=moment)
        origin = Text("store {place} with the bundled observations", place=place)
    else:
        frame, origin = load_observations(), BUNDLED
    if frame.empty:
        raise InsufficientDataError(
            "{origin}: no record had been retrieved by {moment}. Records retrieved later do "
            "not count; choose a later day with --as-of, or say with --as-known-at DAY or now "
            "that later retrievals count.",
            origin=origin,
            moment=moment,
        )
    return frame, origin


def load_panel(
    path: Path | None,
    ranking: str | Path | RankingList,
    *,
    store: Path | None = None,
    as_of: date | None = None,
    as_known_at: datetime | None = None,
) -> Source:
    """Load observations as :func:`load_known` does and arrange those of a ranking list.

    Raises
    ------
    InputError, StoreError, InsufficientDataError
        If the file, the store or the list cannot be used.
    """
    names = ranking if isinstance(ranking, RankingList) else load_ranking_list(ranking)
    frame, origin = load_known(path, store, as_of, as_known_at)
    return Source(Panel.from_observations(frame, names), origin, as_known_at, frame)
