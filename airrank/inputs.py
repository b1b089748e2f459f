"""From a file or the bundled data to the panel a command works on."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from airrank.cities import RankingList, load_ranking_list
from airrank.errors import InputError, InsufficientDataError
from airrank.ingest.sources import PRIORITY
from airrank.panel import Panel
from airrank.periods import Period
from airrank.rules.standards import POLLUTANTS
from airrank.store import Store, default_store, load_observations, retrieved_by
from airrank.store.partitions import COVERED
from airrank.words import Clauses, Text, counted

BUNDLED = Text("bundled observations")
OWN = "file"
"""The source of a store whose values are one's own."""


@dataclass(frozen=True)
class Source:
    """A panel, where it came from, and the city-days behind it, of other lists too.

    ``of_store`` says that several sources of a store gave them.
    """

    panel: Panel
    origin: Text | str
    as_known_at: datetime | None = None
    observations: pd.DataFrame = field(default_factory=pd.DataFrame, repr=False)
    of_store: bool = False

    @property
    def description(self) -> Text:
        """Where the data came from, which days it spans, and of when, if that was chosen."""
        facts: dict[str, Any] = {
            "origin": self.origin,
            "days": Clauses(
                [
                    Text(
                        "{first} … {last}",
                        first=self.panel.first_day,
                        last=self.panel.last_day,
                    ),
                    *self.spans(),
                ]
            ),
        }
        if self.as_known_at is None:
            return Text("{origin} ({days})", **facts)
        moment = self.as_known_at.isoformat()
        return Text("{origin} ({days}), as known at {moment}", **facts, moment=moment)

    def spans(self) -> list[Text]:
        """Say which of a store's sources gave which days of the list's cities."""
        if not self.of_store:
            return []
        found, spans = self._valued(), []
        sources = found["source"].where(found["source"].isin(PRIORITY), "bundled")
        for name in PRIORITY:
            part = found[sources == name]
            if len(part):
                span = _span_of(part)
                spans.append(Text("{source} {first} … {last}", source=name, **span))
        return spans

    def unused(self, day: date | None = None) -> Text | None:
        """Say which values of one's own lie after the day used, and so do not count.

        One's own are those of a file: given with ``--data``, or imported into the store.

        Parameters
        ----------
        day : date, optional
            The day chosen; the last complete day without it.
        """
        found = self._valued()
        if self.of_store:
            found = found[found["source"] == OWN]
        elif self.origin == BUNDLED:
            return None
        try:
            used = day or self.last_complete_day()
        except InsufficientDataError:
            return None  # whoever needs the day will say so
        later = found[found["date"] > pd.Timestamp(used)]
        if later.empty:
            return None
        told: dict[str, Any] = {"used": used, "cities": _count(later), **_span_of(later)}
        if day is not None:
            return Text(
                "Your own values of {first} … {last} ({cities}) lie after {used}, the day used: "
                "they do not count.",
                **told,
            )
        return Text(
            "Your own values of {first} … {last} ({cities}) lie after {used}, the last day with "
            "data of nearly all cities: a forecast as of that day does not use them. Get the other "
            "cities' days (airrank update --source archive --since {next}), or choose a day with "
            "--as-of.",
            next=used + timedelta(days=1),
            **told,
        )

    def _valued(self) -> pd.DataFrame:
        """Give the records of the list's cities that have a value."""
        frame = self.observations
        if frame.empty:
            return frame
        named = frame["city"].isin(self.panel.cities)
        return frame[named & frame[list(POLLUTANTS)].notna().any(axis=1)]

    def last_complete_day(self) -> date:
        """Give the last day on which nearly all cities have all six pollutants.

        Raises
        ------
        InsufficientDataError
            If there is no such day.
        """
        complete = np.flatnonzero(self.panel.coverage() >= COVERED)
        if not len(complete):
            raise InsufficientDataError(
                "{description}: on no day do {complete:.0%} of the {number} cities of the list "
                "have all six pollutants. Name the day with --as-of or the period with "
                "--period, or give --panel a shorter list.",
                description=self.description,
                complete=COVERED,
                number=len(self.panel.cities),
            )
        day: date = self.panel.days[complete[-1]].item()
        return day

    def year_to_date(self) -> Period:
        """Give 1 January to the last complete day."""
        last = self.last_complete_day()
        return Period(date(last.year, 1, 1), last)


def _count(records: pd.DataFrame) -> Text:
    return counted("{n} city", "{n} cities", records["city"].nunique())


def _span_of(records: pd.DataFrame) -> dict[str, Any]:
    return {"first": records["date"].min().date(), "last": records["date"].max().date()}


def load_known(
    path: Path | None,
    store: Path | None = None,
    as_of: date | None = None,
    as_known_at: datetime | None = None,
    *,
    city: str | None = None,
    accept: Collection[str] = (),
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
    city, accept
        Of a file, see :func:`~airrank.ingest.city_day.read_city_days`.

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
        frame = load_observations(path, as_known_at=moment, city=city, accept=accept)
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
    city: str | None = None,
    accept: Collection[str] = (),
) -> Source:
    """Load observations as :func:`load_known` does and arrange those of a ranking list.

    Raises
    ------
    InputError, StoreError, InsufficientDataError
        If the file, the store or the list cannot be used.
    """
    names = ranking if isinstance(ranking, RankingList) else load_ranking_list(ranking)
    frame, origin = load_known(path, store, as_of, as_known_at, city=city, accept=accept)
    of_store = path is None and origin != BUNDLED
    return Source(Panel.from_observations(frame, names), origin, as_known_at, frame, of_store)
