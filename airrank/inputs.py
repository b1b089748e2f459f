"""From a file or the bundled data to the panel a command works on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np

from airrank.cities import load_ranking_list
from airrank.errors import InsufficientDataError
from airrank.panel import Panel
from airrank.periods import Period
from airrank.store import load_observations

COMPLETE = 0.95
"""Share of the cities that must have all six pollutants on a day to call it complete."""


@dataclass(frozen=True)
class Source:
    """A panel and where it came from."""

    panel: Panel
    path: Path | None

    @property
    def description(self) -> str:
        """Where the data came from and which days it spans."""
        origin = str(self.path) if self.path else "bundled observations"
        return f"{origin} ({self.panel.first_day} … {self.panel.last_day})"

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


def load_panel(path: Path | None, panel: str) -> Source:
    """Load observations and arrange those of a ranking list.

    Raises
    ------
    InputError, InsufficientDataError
        If the file or the list cannot be used.
    """
    ranking_list = load_ranking_list(panel)
    return Source(Panel.from_observations(load_observations(path), ranking_list), path)
