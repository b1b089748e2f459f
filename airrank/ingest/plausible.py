"""Values that cannot be true, whoever handed them over, and those that are only odd.

What cannot be is refused with its rows, unless the rule is accepted by its name; what is only odd
is told. A table of audited values counts before all other sources, so nothing corrects it later.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from airrank.errors import InputError
from airrank.ingest.limits import ACCEPTABLE
from airrank.ingest.quality import DAY_BOUNDS
from airrank.rules.aqi import aqi
from airrank.rules.standards import POLLUTANTS
from airrank.tables.account import Account, Place
from airrank.terms import POLLUTANT_NAMES, UNITS
from airrank.words import Listed, Text

LARGEST_CO = 10.0
"""More than this on most days is no city's CO [mg/m³]; in µg/m³ it is 300 to 3000."""
LEAST = {"pm25": 1.0, "pm10": 1.0, "so2": 0.5, "no2": 0.5, "o3_8h": 1.0, "co": 0.03}
"""Less than this on most days is no city's; in mg/m³ it would be."""
SHIFTED = 3.0
"""Fractions below it where µg/m³ are expected look like CO."""
FEWEST_INVERTED = 2
AQI_TOLERANCE = 1.0
"""By which an AQI may differ from that of its concentrations, which are rounded."""
SHOWN = 3
Rows = NDArray[np.bool_]


@dataclass(frozen=True)
class Rule:
    """A rule: its name for ``--accept``, what it says, and the rows it finds by what they show."""

    name: str
    text: Text
    find: Callable[[pd.DataFrame], dict[str, Rows]]


def _most(frame: pd.DataFrame, wrong: pd.Series[bool], known: pd.Series[bool]) -> Rows:
    """Give the rows that are wrong, of cities most of whose known values are."""
    there = np.asarray(known, dtype=bool)
    found: Rows = np.asarray(wrong, dtype=bool) & there
    if not found.any():
        return found
    city = pd.factorize(frame["city"], use_na_sentinel=False)[0]
    return found & (2 * np.bincount(city, found) > np.bincount(city, there))[city]


def find_units(frame: pd.DataFrame) -> dict[str, Rows]:
    """Find a city's values that most likely are in another unit than they should be."""
    if find_shifted(frame):
        return {}
    found = {"co": _most(frame, frame["co"] > LARGEST_CO, frame["co"].notna())}
    for name, least in LEAST.items():
        low = _most(frame, frame[name] < least, frame[name].notna())
        found[name] = found.get(name, low) | low
    return {name: rows for name, rows in found.items() if rows.any()}


def find_shifted(frame: pd.DataFrame) -> dict[str, Rows]:
    """Find tables whose CO is far too large while another pollutant looks like CO."""
    known = frame["co"].notna()
    large = frame["co"] > LARGEST_CO
    if not known.any() or 2 * large.sum() <= known.sum():
        return {}
    for name in POLLUTANTS:
        values = frame[name].dropna()
        like_co = (values < SHIFTED) & (values % 1 != 0)
        if name != "co" and len(values) and 2 * like_co.sum() > len(values):
            return {name: np.asarray(frame[name] < SHIFTED), "co": np.asarray(large)}
    return {}


def find_bounds(frame: pd.DataFrame) -> dict[str, Rows]:
    """Find single values beyond :data:`~airrank.ingest.quality.DAY_BOUNDS`."""
    other = find_units(frame) | find_shifted(frame)
    found = {}
    for name in POLLUTANTS:
        beyond = np.asarray(frame[name] > DAY_BOUNDS[name][1])
        found[name] = beyond & ~other[name] if name in other else beyond
    return {name: rows for name, rows in found.items() if rows.any()}


def find_inverted(frame: pd.DataFrame) -> dict[str, Rows]:
    """Find tables with PM2.5 above PM10 in most rows."""
    low = frame["pm25"] <= DAY_BOUNDS["pm25"][1]  # what is beyond is another rule's
    known = low & frame["pm10"].notna()
    inverted = known & (frame["pm25"] > frame["pm10"])
    if inverted.sum() < FEWEST_INVERTED or 2 * inverted.sum() <= known.sum():
        return {}
    return {"pm25": np.asarray(inverted)}


def find_monthly(frame: pd.DataFrame) -> dict[str, Rows]:
    """Find tables of several months whose only days are the first, or the last, of each."""
    days = frame["date"].dt
    for ends in (days.is_month_start, days.is_month_end):
        if ends.all() and days.to_period("M").nunique() > 1:
            shown = next((name for name in POLLUTANTS if frame[name].notna().any()), None)
            return {} if shown is None else {shown: np.asarray(frame[shown].notna())}
    return {}


RULES = (
    Rule(
        "units",
        Text("on most of the city's days a value that looks like another unit (CO in µg/m³ should "
             "be in mg/m³, the others in µg/m³): name the unit in the heading, such as CO(μg/m³)"),
        find_units,
    ),
    Rule(
        "shifted",
        Text("the columns look shifted against their headings: CO above 10 mg/m³ while another "
             "column holds what looks like CO"),
        find_shifted,
    ),
    Rule("bounds", Text("more than any city's day can have"), find_bounds),
    Rule(
        "inverted",
        Text("PM2.5 above PM10, of which it is a part, in most rows: are the columns exchanged?"),
        find_inverted,
    ),
    Rule(
        "monthly",
        Text("of several months only the first or the last day: are these means of months? Daily "
             "values are wanted"),
        find_monthly,
    ),
)  # fmt: skip
"""Rules whose finds are refused unless accepted."""


def check_accepted(accept: Collection[str]) -> tuple[str, ...]:
    """Give the names of accepted rules, without doubles, ordered.

    Raises
    ------
    InputError
        If there is no such rule.
    """
    strange = [name for name in accept if name not in ACCEPTABLE]
    if strange:
        raise InputError(
            "there is no rule {name!r} to accept; there are {names}",
            name=strange[0],
            names=Listed(ACCEPTABLE),
        )
    return tuple(sorted(set(accept)))


def refuse_implausible(
    frame: pd.DataFrame,
    origin: str,
    places: Sequence[Place],
    *,
    today: dt.date,
    accept: Collection[str] = (),
) -> None:
    """Refuse values that cannot be true.

    Parameters
    ----------
    frame : DataFrame
        City-days with ``date``, ``city`` and the six pollutants.
    origin : str
    places : sequence of Place
        Where each row stands.
    today : date
        The Beijing day after which no day is known.
    accept : collection of str
        Names of rules whose finds are let through.

    Raises
    ------
    InputError
        With the first rows of every rule that finds some.
    """
    later = np.asarray(frame["date"].dt.date > today)
    if later.any():
        row = int(later.argmax())
        raise InputError(
            "{origin}, {place}: the day {day:%Y-%m-%d} is after today, {today} ({n} such rows). "
            "Correct the year, or delete the row.",
            origin=origin,
            place=places[row],
            day=frame["date"].iloc[row],
            today=today,
            n=int(later.sum()),
        )
    refused: list[str] = []
    lines: list[Text] = []
    for rule in RULES:
        found = rule.find(frame) if rule.name not in accept else {}
        if found:
            refused.append(rule.name)
        for name, rows in found.items():
            lines.append(_line(rule, frame, name, rows, places))
    if lines:
        raise InputError(
            "{origin}: {lines}. Correct the table; if the values are right all the same, import it "
            "with --accept {rules}.",
            origin=origin,
            lines=Listed(lines),
            rules=" --accept ".join(refused),
        )


def _line(rule: Rule, frame: pd.DataFrame, name: str, rows: Rows, places: Sequence[Place]) -> Text:
    numbers = np.flatnonzero(rows)
    shown = [
        Text("{place} ({city}, {day:%Y-%m-%d}: {value:g} {unit})", place=places[k],
             city=frame["city"].iloc[k], day=frame["date"].iloc[k], value=frame[name].iloc[k],
             unit=UNITS[name])
        for k in numbers[:SHOWN]
    ]  # fmt: skip
    return Text(
        "{name}, {rows}, {n} rows in all: {text}",
        name=POLLUTANT_NAMES[name],
        rows=Listed(shown),
        n=len(numbers),
        text=rule.text,
    )


def tell_odd(frame: pd.DataFrame, places: Sequence[Place], account: Account) -> pd.DataFrame:
    """Tell what is odd but possible, and give the frame without AQIs that contradict.

    Parameters
    ----------
    frame : DataFrame
        As for :func:`refuse_implausible`, perhaps with ``aqi``.
    places : sequence of Place
    account : Account
        What is told is added to it.
    """
    for row in np.flatnonzero(np.asarray(frame["pm25"] > frame["pm10"])):
        account.note("inverted", Text("PM2.5 above PM10, of which it is a part"), places[int(row)])
    if "aqi" not in frame or frame["aqi"].isna().all():
        return frame
    expected = aqi(frame[["date", *POLLUTANTS]])["aqi"].astype("float64").to_numpy()
    wrong = np.abs(frame["aqi"].to_numpy(float) - expected) > AQI_TOLERANCE
    for row in np.flatnonzero(wrong):
        text = Text("the AQI contradicts the concentrations and is not used")
        account.note("aqi", text, places[int(row)])
    return frame.assign(aqi=frame["aqi"].mask(wrong))
