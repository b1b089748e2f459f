"""Quality rules for city-days: every doubtful value gets a flag, an impossible one is removed.

Each rule is a function that finds values in a :class:`~airrank.ingest.day_table.DayTable` and an
entry of :data:`RULES`; what its flag means stands in :data:`~airrank.ingest.flags.CODES`. A later
rule no longer sees what an earlier one removed. Nothing is dropped silently: the flag stays in the
record, the value in the raw archive.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from airrank.ingest.day_table import DayTable, Place, find_neighbours
from airrank.ingest.flags import CODES, BoolArray, flag_texts, join_flags
from airrank.rules.standards import POLLUTANTS
from airrank.tables.cells import SENTINELS

DAY_BOUNDS = {
    "pm25": (0.0, 2_000.0),
    "pm10": (0.0, 10_000.0),
    "so2": (0.0, 2_620.0),
    "no2": (0.0, 940.0),
    "co": (0.0, 60.0),
    "o3_8h": (0.0, 800.0),
}
"""Daily values outside are impossible [µg/m³, co in mg/m³; the lower bound is excluded].

Gases: the last node of the AQI (HJ 633-2012, table 1). Particles: beyond any sandstorm's city mean.
Zero: below what an analyser can tell, in every source met the mark of a fault.
"""
AQI_BOUNDS = (1.0, 500.0)


class SpikeLimits(NamedTuple):
    """How many times its references a value must be to count as a spike.

    ``companions``: how many times stronger than that of PM2.5 and of NO2 the rise over the past
    fortnight must be; None where companions do not matter.
    """

    fortnight: float
    nearby: float
    companions: float | None = None


SPIKE_LIMITS = {name: SpikeLimits(10.0, 10.0) for name in POLLUTANTS} | {
    "co": SpikeLimits(3.0, 3.0, 2.5)
}
COMPANIONS = ("pm25", "no2")
CONTRADICTION = 2.0
"""PM2.5 this many times PM10 is no longer scatter of two instruments."""
RUN_DAYS = {"pm25": 5, "pm10": 5, "so2": 21, "no2": 6, "co": 21, "o3_8h": 5}
"""Days with one and the same published value that call for a look.

SO2 and CO lie near the detection limit for weeks; the others, whole numbers of two or three digits,
repeat by chance with a probability of a few per cent a day.
"""


@dataclass(frozen=True)
class Rule:
    """One rule: its code in ``CODES`` and the values it finds, [pollutant, day, city]."""

    code: str
    find: Callable[[DayTable], BoolArray]


def find_sentinels(table: DayTable) -> BoolArray:
    """Find negative values and numbers that stand for a missing value."""
    return (table.values < 0) | np.isin(table.values, list(SENTINELS))


def find_out_of_bounds(table: DayTable) -> BoolArray:
    """Find values outside :data:`DAY_BOUNDS`."""
    low, high = np.array([DAY_BOUNDS[name] for name in POLLUTANTS]).T[:, :, None, None]
    outside: BoolArray = (table.values <= low) | (table.values > high)
    return outside


def find_spikes(table: DayTable) -> BoolArray:
    """Find one city's value far above both its past fortnight and its neighbours.

    CO is judged more strictly, at three times both instead of ten, because a third condition keeps
    real episodes: whatever burns gives PM2.5 and NO2 too. A day whose CO rises 2.5 times more than
    both is a fault of the analyser or of the feed. Tuned on 2013-12 … 2017-12, where winter haze
    with CO above 10 mg/m³ passes (Tangshan, 2016-12-21) and the known spikes do not.
    """
    return np.stack([_spikes(table, name) for name in POLLUTANTS])


def find_contradictions(table: DayTable) -> BoolArray:
    """Find PM2.5 at least twice PM10, and which of the two is further from its surroundings.

    Without any reference it is PM10: its analysers lose more in fog and high humidity, and nearly
    all cases are of PM10 too low.
    """
    fine, coarse = table.of("pm25"), table.of("pm10")
    distance_fine, distance_coarse = _distance(table, "pm25"), _distance(table, "pm10")
    found = fine >= CONTRADICTION * coarse
    result = np.zeros(table.values.shape, dtype=bool)
    result[POLLUTANTS.index("pm25")] = found & (distance_fine > distance_coarse)
    result[POLLUTANTS.index("pm10")] = found & (distance_fine <= distance_coarse)
    return result


def find_inverted(table: DayTable) -> BoolArray:
    """Find PM2.5 above PM10; both bear the flag."""
    result = np.zeros(table.values.shape, dtype=bool)
    both = [POLLUTANTS.index("pm25"), POLLUTANTS.index("pm10")]
    result[both] = table.of("pm25") > table.of("pm10")
    return result


def find_runs(table: DayTable) -> BoolArray:
    """Find values that have stood for :data:`RUN_DAYS` days or more."""
    return np.stack([table.days_unchanged(name) >= RUN_DAYS[name] for name in POLLUTANTS])


def find_copied(table: DayTable) -> BoolArray:
    """Find days on which all six values are those of the day before."""
    same = np.stack([table.days_unchanged(name) > 1 for name in POLLUTANTS]).all(axis=0)
    return np.broadcast_to(same, table.values.shape).copy()


RULES = (
    Rule("sentinel", find_sentinels),
    Rule("bounds", find_out_of_bounds),
    Rule("spike", find_spikes),
    Rule("contradiction", find_contradictions),
    Rule("inverted", find_inverted),
    Rule("run", find_runs),
    Rule("copied", find_copied),
)
"""The rules in the order they are applied."""


def check_quality(frame: pd.DataFrame, places: Mapping[str, Place]) -> pd.DataFrame:
    """Apply every rule to the city-days of one source.

    Parameters
    ----------
    frame : DataFrame
        ``date, city``, the six pollutants [µg/m³, co in mg/m³] at the published precision, and
        optionally ``aqi``, ``flags`` and others.
    places : mapping of str to (float, float)
        Longitude and latitude of the cities [°]; the spike rule passes over cities without.

    Returns
    -------
    DataFrame
        One row per city and day, ordered by both, with ``flags`` extended and removed values NaN.
    """
    frame, marks = _merge_duplicates(frame)
    marks |= _mark_aqi(frame)
    day, city, table = _arrange(frame, places)
    for rule in RULES:
        found = rule.find(table) & ~np.isnan(table.values)
        for k, name in enumerate(POLLUTANTS):
            marks[name, rule.code] = found[k, day, city]
        if CODES[rule.code].removes:
            table = replace(table, values=np.where(found, np.nan, table.values))
    checked = frame.copy()
    for k, name in enumerate(POLLUTANTS):
        checked[name] = table.values[k, day, city]
    texts = pd.Series(flag_texts(marks).to_numpy(), checked.index, dtype="str")
    checked["flags"] = join_flags(checked["flags"], texts) if "flags" in checked else texts
    return checked


def _spikes(table: DayTable, pollutant: str) -> BoolArray:
    limits, value = SPIKE_LIMITS[pollutant], table.of(pollutant)
    fortnight = table.past_fortnight(pollutant)
    found: BoolArray = (value >= limits.fortnight * fortnight) & (
        value >= limits.nearby * table.nearby(pollutant)
    )
    if limits.companions is not None:
        for name in COMPANIONS:
            rise = table.of(name) / table.past_fortnight(name)
            # Without the companion's value there is nothing to excuse the rise.
            found &= value >= limits.companions * np.fmax(rise, 1.0) * fortnight
    return found


def _distance(table: DayTable, pollutant: str) -> NDArray[np.float64]:
    """How far a value lies from its neighbours, or else its past fortnight [natural logarithm]."""
    nearby = table.nearby(pollutant)
    reference = np.where(np.isnan(nearby), table.past_fortnight(pollutant), nearby)
    distance: NDArray[np.float64] = np.abs(np.log(table.of(pollutant) / reference))
    return np.nan_to_num(distance, nan=0.0)


Marks = dict[tuple[str, str], BoolArray]


def _merge_duplicates(frame: pd.DataFrame) -> tuple[pd.DataFrame, Marks]:
    """Keep one row per city-day, sorted; remove values on which repeated rows disagree."""
    keys = ["date", "city"]
    ordered = frame.sort_values(keys, kind="stable", ignore_index=True)
    marks: Marks = {}
    if not ordered.duplicated(keys).any():
        return ordered, marks
    first = ordered.drop_duplicates(keys).reset_index(drop=True)
    groups = ordered.groupby(keys, sort=True)
    disagree = pd.DataFrame(
        {name: groups[name].nunique(dropna=False).to_numpy() > 1 for name in POLLUTANTS}
    )
    several = groups.size().to_numpy() > 1
    marks["day", "duplicate"] = several & ~disagree.any(axis=1).to_numpy()
    for name in POLLUTANTS:
        marks[name, "conflict"] = disagree[name].to_numpy()
        first.loc[disagree[name].to_numpy(), name] = np.nan
    return first, marks


def _mark_aqi(frame: pd.DataFrame) -> Marks:
    """Mark AQIs outside the scale of 1 to 500, and remove them from `frame`."""
    if "aqi" not in frame:
        return {}
    low, high = AQI_BOUNDS
    wrong = ((frame["aqi"] < low) | (frame["aqi"] > high)).to_numpy()
    frame.loc[wrong, "aqi"] = np.nan
    return {("aqi", "bounds"): wrong}


def _arrange(
    frame: pd.DataFrame, places: Mapping[str, Place]
) -> tuple[NDArray[np.intp], NDArray[np.intp], DayTable]:
    """Arrange the rows as a table; also give each row's day and city in it."""
    city, names = pd.factorize(frame["city"], sort=True)
    days = frame["date"].to_numpy().astype("datetime64[D]")
    first = days.min() if len(days) else np.datetime64(0, "D")
    day = (days - first).astype(np.intp)
    values = np.full((len(POLLUTANTS), int(day.max(initial=-1)) + 1, len(names)), np.nan)
    values[:, day, city] = frame[list(POLLUTANTS)].to_numpy(dtype=np.float64).T
    return day, city, DayTable(values, find_neighbours(list(names), places))
