"""Counties and townships: Grade II attainment, movement in places, the weekly letter."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pandas as pd

from airrank.cities import City, RankingList
from airrank.errors import InsufficientDataError
from airrank.goals.values import SOURCE, as_fraction, too_few
from airrank.goals.verdicts import Value, rounded
from airrank.panel import Panel
from airrank.periods import Period
from airrank.ranking_table import standings
from airrank.rules import period_statistics
from airrank.rules.choices import Rules
from airrank.rules.evaluation import YEAR_DAYS_REQUIRED
from airrank.rules.standards import POLLUTANTS
from airrank.terms import POLLUTANT_NAMES
from airrank.words import Listed, Text


def panel_of_units(observations: pd.DataFrame, name: str = "counties") -> Panel:
    """Arrange any units' city-days as a ranking list of their own, in the order of their names."""
    units = tuple(City(unit) for unit in sorted(observations["city"].unique()))
    return Panel.from_observations(observations, RankingList(name, name, name, units))


def grade_2(observations: pd.DataFrame, year: int, rules: Rules | None = None) -> pd.DataFrame:
    """Say of each unit whether a year's six statistics stay within Grade II (GB 3095, table 1).

    The annual limits hold for SO2, NO2, PM10 and PM2.5, the daily limit for the 95th percentile
    of CO and the 8-h limit for the 90th percentile of O3. Statistics are rounded as published. The
    daily percentiles that HJ 663 adds for the four mean pollutants are not part of it.

    Parameters
    ----------
    observations : DataFrame
        City-days of the units.
    year : int
    rules : Rules, optional

    Returns
    -------
    DataFrame
        By unit: the six statistics rounded [µg/m³, co in mg/m³], ``attained`` (boolean; NA where
        the year has too few valid days, unless a statistic with enough of them already exceeds its
        limit), ``exceeding``, ``days`` (the fewest of the six) and ``valid``.
    """
    period = Period.of_year(year)
    rules = (rules or Rules()).during(period)
    edition = rules.on(period)
    limits = {p: Fraction(str(edition.index_limits[p])) for p in POLLUTANTS}
    decimals = edition.period_decimals(period.end)
    days = panel_of_units(observations).deducting(rules.dust).city_days()
    table = period_statistics(days, period.start, period.end, dust="deduct")
    rows = {}
    for unit, row in table.iterrows():
        shown = {
            p: None if pd.isna(row[p]) else rounded(as_fraction(row[p]), decimals[p])
            for p in POLLUTANTS
        }
        enough = {p for p in POLLUTANTS if row[f"{p}_days"] >= row["required_days"]}
        over = [p for p, v in shown.items() if v is not None and v > limits[p]]
        attained: object = not over
        if not row["valid"]:
            attained = False if enough & set(over) else pd.NA
        rows[unit] = {
            **{p: None if v is None else float(v) for p, v in shown.items()},
            "attained": attained,
            "exceeding": ",".join(over),
            "days": int(min(row[f"{p}_days"] for p in POLLUTANTS)),
            "valid": bool(row["valid"]),
        }
    frame = pd.DataFrame.from_dict(rows, orient="index").rename_axis("city")
    return frame.astype({"attained": "boolean"}) if rows else frame


def grade_2_value(observations: pd.DataFrame, unit: str, year: int, rules: Rules) -> Value:
    """Give whether a unit attained Grade II in a year, as a yes-or-no figure."""
    rows = observations[observations["city"] == unit]
    known = rows[list(POLLUTANTS)].notna().any(axis=1)
    if not (known & (pd.to_datetime(rows["date"]).dt.year == year)).any():
        reason = Text("no records of {unit} in {year}", unit=unit, year=year)
        return Value(None, SOURCE, reason=reason)
    row: Any = grade_2(observations, year, rules).loc[unit]
    days = int(row["days"])
    if pd.isna(row["attained"]):
        return Value(None, SOURCE, valid_days=days, reason=too_few(days, YEAR_DAYS_REQUIRED))
    over = Listed(POLLUTANT_NAMES[key] for key in row["exceeding"].split(",") if key)
    caveats = (Text("exceeding: {pollutants}", pollutants=over),) if over.parts else ()
    return Value(Fraction(int(row["attained"])), SOURCE, valid_days=days, caveats=caveats)


def places_value(
    observations: pd.DataFrame,
    unit: str,
    year: int,
    baseline: int,
    rules: Rules,
    ranking_list: RankingList | None = None,
) -> Value:
    """Give the places a unit has moved up by its index since a base year.

    Parameters
    ----------
    observations : DataFrame
        City-days of the units.
    unit : str
    year, baseline : int
    rules : Rules
    ranking_list : RankingList, optional
        The units among which places are counted, such as the province's counties; all units given
        without it. With it, the places among all units given are another reading.
    """
    everywhere = _places(panel_of_units(observations), unit, year, baseline, rules)
    if ranking_list is None:
        return everywhere
    if ranking_list.find(unit) is None:
        told = Text("{unit} is not in the list {name}", unit=unit, name=ranking_list.name)
        return Value(None, SOURCE, reason=told)
    try:
        panel = Panel.from_observations(observations, ranking_list)
    except InsufficientDataError as error:
        return Value(None, SOURCE, reason=error.text)
    named = _places(panel, ranking_list.resolve(unit).name, year, baseline, rules)
    if everywhere.value is None:
        return named
    other = Text("among all units given")
    return replace(named, variants=((other, everywhere.value),))


def _places(panel: Panel, unit: str, year: int, baseline: int, rules: Rules) -> Value:
    if unit not in panel.cities:
        return Value(None, SOURCE, reason=Text("no records of {unit}", unit=unit))
    ranks: list[int] = []
    days = 0
    for moment in (baseline, year):
        try:
            row: Any = standings(panel, Period.of_year(moment), rules).loc[unit]
        except InsufficientDataError:
            reason = Text("no unit can be ranked in {year}", year=moment)
            return Value(None, SOURCE, reason=reason)
        if pd.isna(row["rank"]) or not row["valid"]:
            reason = Text("too few valid days of {unit} in {year}", unit=unit, year=moment)
            return Value(None, SOURCE, reason=reason)
        ranks.append(int(row["rank"]))
        days = int(min(row[f"{p}_days"] for p in POLLUTANTS))
    before, now = ranks
    told = Text(
        "{unit}: rank {before} in {baseline}, {now} in {year}, among {number} units",
        unit=unit,
        before=before,
        baseline=baseline,
        now=now,
        year=year,
        number=len(panel.cities),
    )
    return Value(Fraction(before - now), SOURCE, valid_days=days, caveats=(told,))


def weekly_letter(panel: Panel, end: date, rules: Rules | None = None) -> pd.DataFrame:
    """Give the week's ranking letter: the seven days to ``end`` against the seven before.

    Returns
    -------
    DataFrame
        By unit, the week's best first: ``rank``, ``tied``, ``index``, ``primary``,
        ``rank_week_before``, ``places_gained``, ``rank_year_to_date``, ``index_year_to_date``.

    Raises
    ------
    InsufficientDataError
        If no unit has all six pollutants in the week.
    """
    week = Period(end - timedelta(days=6), end)
    before = Period(end - timedelta(days=13), end - timedelta(days=7))
    now = standings(panel, week, rules)
    letter = now[["rank", "tied", "index", "primary"]].copy()
    try:
        letter["rank_week_before"] = standings(panel, before, rules)["rank"]
    except InsufficientDataError:
        letter["rank_week_before"] = pd.array([pd.NA] * len(letter), dtype="Int64")
    letter["places_gained"] = letter["rank_week_before"] - letter["rank"]
    year = standings(panel, Period(date(end.year, 1, 1), end), rules)
    letter["rank_year_to_date"] = year["rank"]
    letter["index_year_to_date"] = year["index"]
    return letter
