"""What an office compares every month: 同比 and 环比, improvement and deterioration, days by class.

同比 is against the same period a year earlier, 环比 against the period just before. Published
figures are compared, so that the percentages are those a reader of two bulletins would reckon. Both
periods count by one edition of the standard and one reference state of the gases.
"""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from airrank.errors import InsufficientDataError
from airrank.panel import Panel
from airrank.periods import Period
from airrank.placed_last import columns_last
from airrank.ranking_table import on_one_footing, standings
from airrank.rules import aqi, rank, round_half_even
from airrank.rules.choices import Rules
from airrank.rules.ranking import change_ranking
from airrank.rules.standards import POLLUTANTS, Edition

CLASSES = ("excellent", "good", "light", "moderate", "heavy", "severe")
"""Classes of a day's AQI (HJ 633, table 2), the cleanest first."""
SHARES = ("good_days", "heavy_days")
"""Shares of days compared; their differences are percentage points."""
INDEX_DECIMALS = 2
GOOD, HEAVY = slice(0, 2), slice(4, 6)
DETERIORATION_KINDS = ("half", "year")
"""Periods of which a list of deterioration is made. [likely]"""


def changes(panel: Panel, period: Period, rules: Rules | None = None) -> pd.DataFrame:
    """Compare a period with the year before and with the period before, city by city.

    Parameters
    ----------
    panel : Panel
        Observations, of the periods compared too.
    period : Period
    rules : Rules, optional

    Returns
    -------
    DataFrame
        By city, best first: ``rank`` and, where dust is deducted, ``rank_dust_kept``;
        ``valid``, whether there are days enough; ``index``, the six statistics as published
        [µg/m³, co in mg/m³], ``good_days`` and ``heavy_days`` [% of the days with an AQI, dust
        kept], each with ``<name>_yoy`` (同比) and ``<name>_mom`` (环比): per cent, negative is
        less, of shares of days percentage points; NaN where a period has too few days, and
        the 环比 of a year, which is its 同比. ``change_rank`` ranks the index's 同比, the most
        improved first, ``improvement_rank_<pollutant>`` a pollutant's. ``meets_grade_2``
        tells whether the six statistics keep the Grade II limits, and
        ``deterioration_rank`` ranks the cities that do not, the most worsened first: of
        half-years and years (rule of 2017). Of a month also ``ytd_<name>`` from January on,
        with its 同比.

    Raises
    ------
    InsufficientDataError
        If no city has all six pollutants in the period.
    """
    rules = rules or Rules()
    table = _compared(panel, period, rules, before=True)
    if period.kind != "month":
        return table
    to_date = Period(date(period.end.year, 1, 1), period.end)
    names = ["rank", *(f"{name}{kind}" for name in _named() for kind in ("", "_yoy"))]
    year = _compared(panel, to_date, rules, before=False)[[*names, "change_rank"]]
    return table.join(year.add_prefix("ytd_"))


def day_counts(panel: Panel, period: Period, rules: Rules | None = None) -> pd.DataFrame:
    """Count each city's days by class, primary pollutant and exceedance (HJ 633), dust kept.

    Parameters
    ----------
    panel : Panel
    period : Period
    rules : Rules, optional

    Returns
    -------
    DataFrame
        By city, in the list's order: ``days`` with an AQI; one column for each of :data:`CLASSES`;
        ``primary_<pollutant>``, days above 50 of which it is the primary pollutant (首要污染物);
        ``exceeding``, days above 100, and ``exceeding_<pollutant>`` by primary pollutant. A day
        with joint primary pollutants counts for each.
    """
    rules = rules or Rules()
    rows = panel.between(period.start, period.end).deducting("keep").city_days()
    judged = aqi(rows, edition=rules.edition).dropna(subset="aqi")
    city = judged["city"]
    level = judged["level"].astype(int)
    primary = judged["primary"].fillna("").str.split(",").explode()
    exceeding = level > 2
    columns = {"days": city.value_counts()}
    for number, name in enumerate(CLASSES, 1):
        columns[name] = city[level == number].value_counts()
    for pollutant in POLLUTANTS:
        mine = city.loc[primary.index[primary == pollutant]]
        columns[f"primary_{pollutant}"] = mine.value_counts()
        columns[f"exceeding_{pollutant}"] = mine[exceeding.loc[mine.index]].value_counts()
    columns["exceeding"] = city[exceeding].value_counts()
    order = [
        "days",
        *CLASSES,
        *(f"primary_{p}" for p in POLLUTANTS),
        "exceeding",
        *(f"exceeding_{p}" for p in POLLUTANTS),
    ]
    table = pd.DataFrame(columns, index=list(panel.cities))[order]
    return table.fillna(0).astype(int).rename_axis("city")


def shares_of_days(counts: pd.DataFrame) -> pd.DataFrame:
    """Give the shares of good and heavy days [%] of counted days, one decimal as published."""
    of = counts["days"].where(counts["days"] > 0)
    good = counts[list(CLASSES[GOOD])].sum(axis=1)
    heavy = counts[list(CLASSES[HEAVY])].sum(axis=1)
    shares = {"good_days": 100 * good / of, "heavy_days": 100 * heavy / of}
    return pd.DataFrame({name: round_half_even(share, 1) for name, share in shares.items()})


def _named() -> tuple[str, ...]:
    return ("index", *POLLUTANTS, *SHARES)


def _figures(panel: Panel, period: Period, rules: Rules) -> pd.DataFrame:
    table = standings(panel, period, rules)
    return table.join(shares_of_days(day_counts(panel, period, rules)))


def _compared(panel: Panel, period: Period, rules: Rules, *, before: bool) -> pd.DataFrame:
    now = _figures(panel, period, rules)
    edition = rules.on(period)
    result = now[[name for name in ("rank", "rank_dust_kept", "valid") if name in now]].copy()
    year, year_ranks = _against(panel, period, period.year_earlier(), rules, now)
    month = None
    if before:
        earlier = period.preceding()
        same = earlier == period.year_earlier()
        month = year * np.nan if same else _against(panel, period, earlier, rules, now)[0]
    for name in _named():
        result[name] = now[name]
        result[f"{name}_yoy"] = year[name]
        if month is not None:
            result[f"{name}_mom"] = month[name]
    result["change_rank"] = year_ranks["index"]
    for pollutant in POLLUTANTS:
        result[f"improvement_rank_{pollutant}"] = year_ranks[pollutant]
    result["meets_grade_2"] = _meets(now, edition)
    worse = result["index_yoy"].where(result["meets_grade_2"].eq(other=False).fillna(value=False))
    if period.kind not in DETERIORATION_KINDS:
        worse[:] = np.nan
    result["deterioration_rank"] = rank(-worse, ties=rules.ties)
    return result


def _against(
    panel: Panel, period: Period, other: Period, rules: Rules, now: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Give the changes of a period's figures against another's, and their ranks."""
    names = list(_named())
    nothing = pd.DataFrame(np.nan, index=now.index, columns=names)
    panel, same_rules = on_one_footing(panel, other, period, rules)
    try:
        then = _figures(panel, other, same_rules.of_other_periods()).reindex(now.index)
        now = now if same_rules is rules else _figures(panel, period, same_rules).reindex(now.index)
    except InsufficientDataError:
        return nothing, nothing.astype("Int64")
    fit = now["valid"].astype(bool) & then["valid"].fillna(value=False).astype(bool)
    change, ranks = nothing.copy(), nothing.astype("Int64")
    decimals = same_rules.on(period).period_decimals(period.end)
    over = panel.last_day >= period.end
    last = columns_last(rules, panel.ranking_list, period, "change", over=over)
    order = list(now.index)
    places = [order.index(panel.cities[column]) for column in last]
    for name in ("index", *POLLUTANTS):
        ranked = change_ranking(
            now[name].where(fit & (now[name] > 0)),
            then[name].where(fit & (then[name] > 0)),
            decimals=INDEX_DECIMALS if name == "index" else decimals[name],
            ties=rules.ties,
            last=places if name == "index" else (),
        )
        change[name], ranks[name] = ranked["change"], ranked["rank"]
    for name in SHARES:
        change[name] = round_half_even((now[name] - then[name]).where(fit), 1)
    return change, ranks


def _meets(now: pd.DataFrame, edition: Edition) -> pd.Series:
    """Tell whether the published statistics keep the Grade II limits (GB 3095, table 1)."""
    limits = pd.Series(dict(edition.index_limits))[list(POLLUTANTS)]
    within = (now[list(POLLUTANTS)] <= limits).all(axis=1).astype("boolean")
    return within.where(now[list(POLLUTANTS)].notna().all(axis=1))
