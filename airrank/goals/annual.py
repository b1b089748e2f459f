"""What is publicly known of a city's year: official statements, and a public archive's means.

Both come with airrank (``data/annual``, whose README names sources and defects).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import Any

import pandas as pd

from airrank.goals.plan import RATIOS
from airrank.goals.values import RATIO_DECIMALS, as_fraction, too_few
from airrank.goals.verdicts import Value
from airrank.ingest.limits import read_text
from airrank.periods import Period
from airrank.rules.evaluation import YEAR_DAYS_REQUIRED
from airrank.rules.standards import reference_folder
from airrank.words import Text

ARCHIVE, OFFICIAL = "annual figures", "official annual figures"
GOOD_DAYS_ARE_OFF = Fraction("3.5")
"""Percentage points: the archive's shares are some 3 points off, and whole per cent."""
DAYS_WITHOUT_AQI = Fraction(1)
"""Percentage points: how much a number of good days says less of the share, the days with an AQI
being some three or four fewer than the year's."""

SAID = {
    "pm25": Text("PM2.5 {value} µg/m³"),
    "pm10": Text("PM10 {value} µg/m³"),
    "good_day_ratio": Text("good days {value} %"),
    "good_days": Text("{value} good days"),
    "index": Text("composite index {value}"),
    "rank": Text("rank {value} of {of}"),
    "change_rank": Text("rank {value} of {of} by the change of the index (1 = most improved)"),
    "rank_at_most": Text("not among the worst published: rank {value} of {of} or better"),
    "improvement_rank": Text("rank {value} of {of} by improvement"),
    "province_rank": Text("rank {value} of {of} in the province by index"),
    "province_rank_pm10": Text("rank {value} of {of} in the province by PM10"),
    "province_rank_pm25": Text("rank {value} of {of} in the province by PM2.5"),
    "province_rank_good_days": Text("rank {value} of {of} in the province by good days"),
    "statement": Text("{value}"),
}


@dataclass(frozen=True)
class Fact:
    """One official figure of a city's year.

    Attributes
    ----------
    city, year : str, int
    indicator : str
        One of :data:`SAID`.
    value, of : str
        As stated; ``of`` how many cities a place is among.
    doubtful : bool
        Whether the page is weak; such a fact is told and decides nothing.
    source, note : str
    """

    city: str
    year: int
    indicator: str
    value: str
    of: str
    doubtful: bool
    source: str
    note: str

    @property
    def text(self) -> Text:
        """Give the fact in words."""
        return SAID[self.indicator].with_values(value=self.value, of=self.of)


@cache
def official() -> tuple[Fact, ...]:
    """Give all official figures that come with airrank."""
    path = reference_folder() / "annual" / "official.csv"
    rows = csv.DictReader(io.StringIO(read_text(path, Text("the official figures")), newline=""))
    return tuple(
        Fact(
            city=row["city"],
            year=int(row["year"]),
            indicator=row["indicator"],
            value=row["value"],
            of=row["of"],
            doubtful=bool(row["doubtful"]),
            source=row["source"],
            note=row["note"],
        )
        for row in rows
    )


@cache
def archive() -> pd.DataFrame:
    """Give the archive's yearly means that come with airrank.

    Returns
    -------
    DataFrame
        ``city, year, days``; ``pm25`` and ``pm10`` [µg/m³], dust kept; ``good_pct`` [%] and
        ``heavy_days``, counted with the ozone 1-h maximum.
    """
    return pd.read_csv(reference_folder() / "annual" / "archive.csv", encoding="utf-8-sig")


def facts(names: Iterable[str], year: int) -> tuple[Fact, ...]:
    """Give the official figures of a city, called by any of its names, and year."""
    known = set(names)
    return tuple(fact for fact in official() if fact.city in known and fact.year == year)


def archived(names: Iterable[str], year: int) -> Any | None:
    """Give the archive's row of a city and year, or None."""
    table = archive()
    rows = table[table["city"].isin(list(names)) & (table["year"] == year)]
    return None if rows.empty else rows.iloc[0]


def rank_bounds(year: int, n: int) -> tuple[int, int]:
    """Give the ranks between which every city lies that a year's published lists do not name.

    The lists name the best and the worst. A rank's place is taken if as many cities as fit stand
    there and before it, or there and behind.

    Examples
    --------
    >>> rank_bounds(2019, 168), rank_bounds(2025, 168)
    ((21, 148), (1, 168))
    """
    ranks = [
        int(fact.value)
        for fact in official()
        if (fact.year, fact.indicator, fact.of) == (year, "rank", str(n)) and not fact.doubtful
    ]
    best = max((k for k in ranks if sum(r <= k for r in ranks) >= k), default=0)
    worst = min((k for k in ranks if sum(r >= k for r in ranks) >= n + 1 - k), default=n + 1)
    return best + 1, worst - 1


def official_values(names: Iterable[str], year: int) -> dict[str, Value]:
    """Give the official figures of a city's year that a goal can be held against, by indicator."""
    result: dict[str, Value] = {}
    for fact in facts(names, year):
        told = (Text("stated by {source}", source=fact.source),)
        if fact.doubtful:
            continue
        if fact.indicator in {"pm25", "pm10"}:
            places = len(fact.value.partition(".")[2])
            result[fact.indicator] = Value(
                Fraction(fact.value), OFFICIAL, decimals=places, caveats=told
            )
        elif fact.indicator == "rank":
            result["rank"] = Value(Fraction(fact.value), OFFICIAL, caveats=told)
        elif fact.indicator == "good_day_ratio":
            result[RATIOS[0]] = Value(
                Fraction(fact.value), OFFICIAL, decimals=RATIO_DECIMALS, caveats=told
            )
        elif fact.indicator == "good_days":
            share = Fraction(100 * int(fact.value), Period.of_year(year).days)
            result.setdefault(
                RATIOS[0],
                Value(
                    share, OFFICIAL, decimals=RATIO_DECIMALS, plus=DAYS_WITHOUT_AQI, caveats=told
                ),
            )
    return result


def archive_values(names: Iterable[str], year: int) -> dict[str, Value]:
    """Give the archive's figures of a city's year, by indicator."""
    row = archived(names, year)
    if row is None:
        return {}
    days = int(row["days"])
    means = Text(
        "annual means of a public archive of real-time values: provisional, dust days kept"
    )
    counted = Text(
        "good and heavy days of the archive counted with the ozone 1-h maximum and the 2012 AQI"
    )
    common: dict[str, Any] = {
        "source": ARCHIVE,
        "valid_days": days,
        "required_days": YEAR_DAYS_REQUIRED,
        "reason": too_few(days, YEAR_DAYS_REQUIRED),
    }
    heavy = int(row["heavy_days"])
    return {
        "pm25": Value(as_fraction(row["pm25"]), decimals=1, caveats=(means,), **common),
        "pm10": Value(as_fraction(row["pm10"]), decimals=1, caveats=(means,), **common),
        RATIOS[0]: Value(
            as_fraction(row["good_pct"]),
            minus=GOOD_DAYS_ARE_OFF,
            plus=GOOD_DAYS_ARE_OFF,
            caveats=(means, counted),
            **common,
        ),
        RATIOS[1]: Value(
            Fraction(100 * heavy, days),
            decimals=RATIO_DECIMALS,
            counts=(heavy, days),
            caveats=(means, counted),
            **common,
        ),
    }
