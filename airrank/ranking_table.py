"""Standings: the ranking table of a period, as the national rules give it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from airrank.dust import dust_caveat
from airrank.errors import InsufficientDataError
from airrank.panel import Panel
from airrank.periods import Period
from airrank.placed_last import columns_last
from airrank.rules import composite_index, period_statistics, rank
from airrank.rules.choices import Rules
from airrank.rules.composite import round_statistics
from airrank.rules.evaluation import required_days
from airrank.rules.ranking import change_ranking, ties
from airrank.rules.reference_state import CHANGE, reference_factors
from airrank.rules.scheme import REVISED_FROM, THIRD_PARTY
from airrank.rules.standards import POLLUTANTS, named_weights
from airrank.words import Text

COMPARABLE = 0.95
"""Share of the cities that must have been validly ranked a year earlier to compare places."""
NO_RECORDS = "insufficient data: no records"
"""The flag of a city without a single value in the period."""


def dust_facts(panel: Panel, period: Period, rules: Rules) -> tuple[dict[str, object], Text | None]:
    """Give what to record of the dust days of a period, and what to tell the reader.

    Returns
    -------
    settings : dict
        ``dust_city_days`` deducted; empty where dust is kept.
    caveat : Text, optional
    """
    mode = rules.during(period).dust
    if mode == "keep":
        return {}, dust_caveat("keep", 0, period)
    count = int(panel.dust_days(mode)[panel.inside(period.start, period.end)].sum())
    return {"dust_city_days": count}, dust_caveat(mode, count, period)


def standings(
    panel: Panel, period: Period, rules: Rules | None = None, *, ahead: bool = False
) -> pd.DataFrame:
    """Rank a panel's cities over a period.

    Parameters
    ----------
    panel : Panel
        Observations; days outside the period serve only the comparison with a year earlier.
    period : Period
    rules : Rules, optional
    ahead : bool
        Whether the period may have no days yet: then a table without figures.

    Returns
    -------
    DataFrame
        Indexed by city, best first: ``rank``, ``tied`` (cities sharing the rank), ``index``,
        ``placed_last`` (by rule, not by the index); where dust is deducted ``rank_dust_kept`` and
        ``dust_days``, the days deducted; the six statistics rounded as published [µg/m³, co in
        mg/m³], their single indices ``single_<pollutant>`` and shares ``share_<pollutant>``,
        ``primary``, ``valid``, ``<pollutant>_days``; against the same period a year earlier
        ``rank_year_earlier``, ``places_gained``, ``index_change`` [%] (negative is better) and
        ``change_rank``. A city without one of the six has no index and no rank. Where the reading
        weighs all pollutants equally, periods that end under HJ 663-2026 also have
        ``rank_weighted`` and ``index_weighted`` under the weights
        of :data:`airrank.rules.scheme.THIRD_PARTY`.

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
    (103, 5.87)
    """
    asked = rules or Rules()
    rules = asked.during(period)
    table = _table(panel, period, rules)
    if table["index"].isna().all() and not ahead:
        raise InsufficientDataError(_nothing(panel, period))
    if rules.dust != "keep":
        kept = _table(panel, period, replace(rules, dust="keep"))
        table.insert(3, "rank_dust_kept", kept["rank"])
    earlier = _year_earlier(panel, period, asked)
    table["rank_year_earlier"] = earlier["rank"]
    table["places_gained"] = table["rank_year_earlier"] - table["rank"]
    changes = _changes(panel, period, asked, table["index"], earlier["index"])
    table["index_change"], table["change_rank"] = changes["change"], changes["rank"]
    if rules.weights is None and period.end >= REVISED_FROM:
        weights = tuple(named_weights(THIRD_PARTY).values())
        other = _table(panel, period, replace(rules, weights=weights))
        table["rank_weighted"], table["index_weighted"] = other["rank"], other["index"]
    return table.sort_values("rank", kind="stable", na_position="last")


def _table(panel: Panel, period: Period, rules: Rules) -> pd.DataFrame:
    over = panel.last_day >= period.end
    last = columns_last(rules, panel.ranking_list, period, over=over)
    placed_last = np.isin(np.arange(len(panel.cities)), last)
    if period.end < panel.first_day or panel.last_day < period.start:
        return _without_days(panel, rules, placed_last)
    part = panel.deducting(rules.dust).between(period.start, period.end)
    edition = rules.on(period)
    statistics = period_statistics(part.city_days(), period.start, period.end, dust="deduct")
    statistics = statistics.reindex(list(panel.cities))
    # A city without a single record has no row yet.
    statistics["valid"] = statistics["valid"].eq(other=True)
    statistics["flags"] = statistics["flags"].astype(object).fillna(NO_RECORDS)
    composite = composite_index(
        statistics[[*POLLUTANTS, "valid", "flags"]],
        edition=edition,
        weights=rules.weights,
        rounding=rules.rounding,
        on=period.end,
    )
    ranks = rank(composite["index"], ties=rules.ties, last=last)
    published = round_statistics(statistics[list(POLLUTANTS)], edition, on=period.end)
    days = statistics[[f"{p}_days" for p in POLLUTANTS]].fillna(0).astype(int)
    head = pd.DataFrame({"rank": ranks, "tied": ties(ranks), "index": composite["index"]})
    head["placed_last"] = placed_last
    if rules.dust != "keep":
        head["dust_days"] = statistics["dust_days"].fillna(0).astype(int)
    return pd.concat([head, published, composite.drop(columns="index"), days], axis=1)


def _without_days(panel: Panel, rules: Rules, placed_last: NDArray[np.bool_]) -> pd.DataFrame:
    """Give the table of a period of which the data have no day: the same columns, no figures."""
    none = pd.Series(np.nan, index=pd.Index(panel.cities, name="city"))
    unranked, figures = none.astype("Int64"), ("single_{}", "share_{}")
    columns = {
        **dict.fromkeys(("rank", "tied"), unranked),
        "index": none,
        "placed_last": placed_last,
        **({} if rules.dust == "keep" else {"dust_days": 0}),
        **dict.fromkeys(POLLUTANTS, none),
        **{name.format(p): none for name in figures for p in POLLUTANTS},
        "primary": none.astype("str"),
        "valid": False,
        "flags": pd.Series(NO_RECORDS, index=none.index, dtype=object),
        **{f"{p}_days": 0 for p in POLLUTANTS},
    }
    return pd.DataFrame(columns)


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
    known_days = (~np.isnan(part.values)).sum(axis=0).min(axis=1)
    if (known_days >= required_days(before.start, before.end)).mean() < COMPARABLE:
        return unknown  # so few can have a valid rank, and no table is needed to see it
    earlier = _table(panel, before, rules.of_other_periods().during(before))
    known = earlier[["rank", "index"]].where(earlier["valid"])
    return known if known["rank"].notna().mean() >= COMPARABLE else unknown


def on_one_footing(
    panel: Panel, before: Period, period: Period, rules: Rules
) -> tuple[Panel, Rules]:
    """Give observations and rules by which two periods can be compared.

    Where the earlier period was ranked by another edition or with its dust kept, the reading of the
    later one; where its gases were reported at another temperature, all of them at the same. The
    rules given are given back where nothing need be changed.
    """
    edition = rules.on(period)
    restated = np.datetime64(before.start) < CHANGE <= np.datetime64(period.end)
    dusty = rules.during(before).dust != rules.during(period).dust
    if not (restated or dusty) and rules.on(before) is edition:
        return panel, rules
    if restated:
        panel = replace(panel, values=panel.values * reference_factors(panel.days)[:, None])
    return panel, replace(rules.during(period), edition=edition.name)


def _changes(
    panel: Panel,
    period: Period,
    asked: Rules,
    now: pd.Series[float],
    a_year_ago: pd.Series[float],
) -> pd.DataFrame:
    """Change and change rank of the index, both years by one edition, dust mode and state of gases.

    Where the year earlier was ranked by another edition, with its dust kept, or its gases were
    reported at another temperature, the indices are computed anew before they are compared.
    """
    before, given = period.year_earlier(), asked
    if a_year_ago.notna().any():
        panel, rules = on_one_footing(panel, before, period, given)
        if rules is not given:
            known = a_year_ago.notna()
            now = _table(panel, period, rules)["index"]
            a_year_ago = _table(panel, before, rules)["index"].where(known)
    over = panel.last_day >= period.end
    last = columns_last(given, panel.ranking_list, period, "change", over=over)
    return change_ranking(
        now.where(now > 0), a_year_ago.where(a_year_ago > 0), ties=given.ties, last=last
    )
