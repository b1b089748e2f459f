"""Standings: the ranking table of a period, as the national rules give it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from airrank.dust import dust_caveat
from airrank.errors import InsufficientDataError
from airrank.panel import Panel
from airrank.periods import Period
from airrank.rules import composite_index, period_statistics, rank
from airrank.rules.choices import Rules
from airrank.rules.composite import round_statistics
from airrank.rules.ranking import change_ranking, ties
from airrank.rules.reference_state import CHANGE, reference_factors
from airrank.rules.standards import POLLUTANTS
from airrank.words import Text

COMPARABLE = 0.95
"""Share of the cities that must have been validly ranked a year earlier to compare places."""


def dust_facts(panel: Panel, period: Period, rules: Rules) -> tuple[dict[str, object], Text | None]:
    """Give what to record of the dust days of a period, and what to tell the reader.

    Returns
    -------
    settings : dict
        ``dust_city_days`` deducted; empty where dust is kept.
    caveat : Text, optional
    """
    if rules.dust == "keep":
        return {}, dust_caveat("keep", 0, None, panel.ranking_list)
    part = panel.between(period.start, period.end)
    count = int(part.dust_days(rules.dust).sum())
    return {"dust_city_days": count}, dust_caveat(rules.dust, count, period, panel.ranking_list)


def standings(panel: Panel, period: Period, rules: Rules | None = None) -> pd.DataFrame:
    """Rank a panel's cities over a period.

    Parameters
    ----------
    panel : Panel
        Observations; days outside the period serve only the comparison with a year earlier.
    period : Period
    rules : Rules, optional

    Returns
    -------
    DataFrame
        Indexed by city, best first: ``rank``, ``tied`` (cities sharing the rank), ``index``, the
        six statistics rounded as published [µg/m³, co in mg/m³], their single indices
        ``single_<pollutant>`` and shares ``share_<pollutant>``, ``primary``, ``valid``,
        ``<pollutant>_days``; against the same period a year earlier ``rank_year_earlier``,
        ``places_gained``, ``index_change`` [%] (negative is better) and ``change_rank``. A city
        without one of the six has no index and no rank.

    Raises
    ------
    InsufficientDataError
        If no city has all six pollutants in the period.

    Examples
    --------
    >>> import airrank
    >>> from airrank.cities import load_ranking_list
    >>> from airrank.periods import parse_period
    >>> panel = Panel.from_observations(airrank.load_observations(), load_ranking_list("168"))
    >>> table = standings(panel, parse_period("2017"))
    >>> int(table.loc["驻马店", "rank"]), float(table.loc["驻马店", "index"])
    (102, 5.87)
    """
    rules = rules or Rules()
    table = _table(panel, period, rules)
    if table["index"].isna().all():
        raise InsufficientDataError(_nothing(panel, period))
    earlier = _year_earlier(panel, period, rules)
    table["rank_year_earlier"] = earlier["rank"]
    table["places_gained"] = table["rank_year_earlier"] - table["rank"]
    changes = _changes(panel, period, rules, table["index"], earlier["index"])
    table["index_change"], table["change_rank"] = changes["change"], changes["rank"]
    return table.sort_values("rank", kind="stable", na_position="last")


def _table(panel: Panel, period: Period, rules: Rules) -> pd.DataFrame:
    part = panel.between(period.start, period.end).deducting(rules.dust)
    edition = rules.on(period)
    if np.isnan(part.values).all():
        raise InsufficientDataError(_nothing(panel, period))
    statistics = period_statistics(part.city_days(), period.start, period.end, dust="deduct")
    statistics = statistics.reindex(list(panel.cities))
    # A city without a single record has no row yet.
    statistics["valid"] = statistics["valid"].eq(other=True)
    statistics["flags"] = statistics["flags"].fillna("insufficient data: no records")
    composite = composite_index(
        statistics[[*POLLUTANTS, "valid", "flags"]],
        edition=edition,
        weights=rules.weights,
        rounding=rules.rounding,
        on=period.end,
    )
    ranks = rank(composite["index"])
    published = round_statistics(statistics[list(POLLUTANTS)], edition, on=period.end)
    days = statistics[[f"{p}_days" for p in POLLUTANTS]].fillna(0).astype(int)
    head = pd.DataFrame({"rank": ranks, "tied": ties(ranks), "index": composite["index"]})
    return pd.concat([head, published, composite.drop(columns="index"), days], axis=1)


def _nothing(panel: Panel, period: Period) -> Text:
    return Text(
        "no city of the list has all six pollutants in {period}; the data spans {data}. Choose a "
        "period inside, or other data with --data.",
        period=period,
        data=Period(panel.first_day, panel.last_day),
    )


def _year_earlier(panel: Panel, period: Period, rules: Rules) -> pd.DataFrame:
    """Rank and index a year earlier, if nearly all cities have them: else they mean nothing."""
    unknown = pd.DataFrame({"rank": pd.NA, "index": np.nan}, index=list(panel.cities))
    unknown = unknown.astype({"rank": "Int64"})
    before = period.year_earlier()
    part = panel.between(before.start, before.end)
    if np.isnan(part.values).all():
        return unknown
    earlier = _table(panel, before, rules)
    known = earlier[["rank", "index"]].where(earlier["valid"])
    return known if known["rank"].notna().mean() >= COMPARABLE else unknown


def _changes(
    panel: Panel,
    period: Period,
    rules: Rules,
    now: pd.Series[float],
    a_year_ago: pd.Series[float],
) -> pd.DataFrame:
    """Change and change rank of the index, both years by one edition and one state of the gases.

    Where the year earlier was ranked by another edition, or its gases were reported at another
    temperature, the indices are computed anew before they are compared.
    """
    before = period.year_earlier()
    edition = rules.on(period)
    restated = np.datetime64(before.start) < CHANGE <= np.datetime64(period.end)
    if a_year_ago.notna().any() and (restated or rules.on(before) is not edition):
        known = a_year_ago.notna()
        if restated:
            factors = reference_factors(panel.days)[:, None]
            panel = replace(panel, values=panel.values * factors)
        rules = replace(rules, edition=edition.name)
        now = _table(panel, period, rules)["index"]
        a_year_ago = _table(panel, before, rules)["index"].where(known)
    return change_ranking(now.where(now > 0), a_year_ago.where(a_year_ago > 0))
