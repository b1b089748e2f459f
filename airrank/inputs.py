"""From a file or the bundled data to the panel a command works on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from airrank.cities import load_ranking_list
from airrank.errors import InputError, InsufficientDataError
from airrank.panel import Panel
from airrank.periods import Period
from airrank.store import Store, default_store, load_observations, retrieved_by

BUNDLED = "bundled observations"
COMPLETE = 0.95
"""Share of the cities that must have all six pollutants on a day to call it complete."""


@dataclass(frozen=True)
class Source:
    """A panel and where it came from."""

    panel: Panel
    origin: str

    @property
    def description(self) -> str:
        """Where the data came from and which days it spans."""
        return f"{self.origin} ({self.panel.first_day} … {self.panel.last_day})"

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
                f"{self.description}: on no day do {COMPLETE:.0%} of the "
                f"{len(self.panel.cities)} cities of the list have all six pollutants. "
                "Choose a day with --as-of, or a shorter list with --panel."
            )
        day: date = self.panel.days[complete[-1]].item()
        return day

    def year_to_date(self) -> Period:
        """Give 1 January to the last complete day."""
        last = self.last_complete_day()
        return Period(date(last.year, 1, 1), last)


def load_known(
    path: Path | None, store: Path | None = None, as_of: date | None = None
) -> tuple[pd.DataFrame, str]:
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

    Raises
    ------
    InputError, StoreError
        If the file or store cannot be used, or both are given.
    InsufficientDataError
        If nothing had been retrieved by then.
    """
    if path is not None and store is not None:
        raise InputError("give --data or --store, not both: which of them counts?")
    moment = None if as_of is None else retrieved_by(as_of)
    place = store or default_store()
    if path is not None:
        frame, origin = load_observations(path, as_known_at=moment), str(path)
    elif store is not None or Store(place).exists():
        frame = load_observations(store=place, as_known_at=moment)
        origin = f"store {place} with the bundled observations"
    else:
        frame, origin = load_observations(), BUNDLED
    if frame.empty:
        raise InsufficientDataError(
            f"{origin}: no record had been retrieved by the end of the day after {as_of}. Records "
            "retrieved later do not count in a forecast as of a day; choose a later day with "
            "--as-of, or from Python give forecast() as_known_at."
        )
    return frame, origin


def load_panel(
    path: Path | None, panel: str, *, store: Path | None = None, as_of: date | None = None
) -> Source:
    """Load observations as :func:`load_known` does and arrange those of a ranking list.

    Raises
    ------
    InputError, StoreError, InsufficientDataError
        If the file, the store or the list cannot be used.
    """
    ranking_list = load_ranking_list(panel)
    frame, origin = load_known(path, store, as_of)
    return Source(Panel.from_observations(frame, ranking_list), origin)
