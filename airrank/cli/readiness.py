"""What data there are and whether they carry a forecast, told without loading them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from airrank.ingest.foreign_json import Every, Maybe, read_json
from airrank.ingest.limits import BEIJING
from airrank.words import Text

BUNDLED_UNTIL = dt.date(2020, 6, 30)
"""Last complete day of the bundled observations."""
FIRST_STEP = "airrank update --source archive --since 2023-01-01"
RECENT = 31
"""A forecast from data older than this is none of now [days]."""
ENOUGH = 0.9
"""Share of the year's days so far that a forecast of its end should rest on."""


@dataclass(frozen=True)
class Readiness:
    """One line about the data, and the command that fills them where they do not carry a forecast.

    ``last`` is the last day on which nearly all of the 168 cities have all six pollutants.
    """

    text: Text
    ready: bool
    last: dt.date
    command: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """Give it for JSON."""
        return {"ready": self.ready, "last_complete_day": str(self.last), "command": self.command}


def readiness(place: Path, now: dt.datetime) -> Readiness:
    """Say what a store holds, or that there is none.

    Parameters
    ----------
    place : Path
        Of the store.
    now : datetime
        With a time zone.
    """
    years = list(_years(place))
    complete = [line for line in years if line.get("last_complete_day")]
    if not complete:
        return _nothing(place, years)
    last = max(dt.date.fromisoformat(line["last_complete_day"]) for line in complete)
    age = (now.astimezone(BEIJING).date() - last).days
    sofar = last.timetuple().tm_yday
    known = max(line["complete_days"] for line in complete if line["year"] == last.year)
    facts = {"store": place, "last": last, "age": age, "year": last.year, "known": known,
             "sofar": sofar}  # fmt: skip
    if age > RECENT:
        return Readiness(
            Text(
                "Data: store {store}, complete until {last}, {age} days ago: too old for a "
                "forecast of now. Fill it: {command}",
                command=(command := "airrank update"),
                **facts,
            ),
            False,
            last,
            command,
        )
    if known < ENOUGH * sofar:
        return Readiness(
            Text(
                "Data: store {store}, complete until {last}, but on {known} of the {sofar} days of "
                "{year} only: too few for a forecast of its end. Fill it: {command}",
                command=(command := f"airrank update --source archive --since {last.year}-01-01"),
                **facts,
            ),
            False,
            last,
            command,
        )
    return Readiness(
        Text(
            "Data: store {store}, complete until {last}, {age} days ago, on {known} of the "
            "{sofar} days of {year}: they carry a forecast.",
            **facts,
        ),
        True,
        last,
    )


def _nothing(place: Path, years: list[dict[str, Any]]) -> Readiness:
    facts: dict[str, Any] = {"store": place, "bundled": BUNDLED_UNTIL, "command": FIRST_STEP}
    if not years:
        text = Text(
            "Data: only the bundled observations, until {bundled}: they carry replays of past "
            "years, no forecast of now. Fill a store: {command}",
            **facts,
        )
    else:
        text = Text(
            "Data: store {store} has no day with data of nearly all 168 cities, so the bundled "
            "observations until {bundled} decide: no forecast of now. Fill it: {command}",
            **facts,
        )
    return Readiness(text, False, BUNDLED_UNTIL, FIRST_STEP)


_LINE = {"file?": str, "complete_days?": int, "last_complete_day?": Maybe(dt.date.fromisoformat)}
_MANIFEST = {"sources": Every({"years": Every(_LINE)})}


def _years(place: Path) -> Iterator[dict[str, Any]]:
    """Give what the manifest says of each source's years; nothing where it cannot be read."""
    try:
        content = read_json(place / "manifest.json", _MANIFEST)
        for state in content["sources"].values():
            for year, line in state["years"].items():
                told = line if "complete_days" in line else _counted(place, line["file"])
                yield {"year": int(year), **told}
    except (OSError, ValueError, LookupError):
        return  # none, or damaged: airrank status --check tells


def _counted(place: Path, name: str) -> dict[str, Any]:
    """Count what a store of an earlier version does not say; this loads it."""
    from airrank.errors import StoreError
    from airrank.store.partitions import completeness, read

    try:
        return completeness(read(place, name))
    except StoreError as error:
        raise ValueError(str(error)) from error
