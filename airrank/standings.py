"""Standings: the ranking table of a period, as the national rules give it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from airrank.errors import InsufficientDataError
from airrank.panel import Panel
from airrank.periods import Period
from airrank.rules import composite_index, period_statistics, rank
from airrank.rules.composite import round_statistics
from airrank.rules.ranking import ties
from airrank.rules.standards import POLLUTANTS, Edition, get_edition

COMPARABLE = 0.95
"""Share of the cities that must have been validly ranked a year earlier to compare places."""


@dataclass(frozen=True)
class Reading:
    """How the rules are read where they leave a choice; printed on every output.

    Attributes
    ----------
    edition : str
        A standard edition or ``auto``: the one in force on the period's last day.
    dust : str
        ``keep`` dust days, or ``deduct`` them from PM10 and PM2.5.
    rounding : str
        ``concentrations_first`` or ``index_only``.
    weights : tuple of float, optional
        Weights of the single indices in the order of ``POLLUTANTS``; all ones without it.
    """

    edition: str = "auto"
    dust: str = "keep"
    rounding: str = "concentrations_first"
    weights: tuple[float, ...] | None = None

    def on(self, period: Period) -> Edition:
        """Give the edition that holds for a period."""
        return get_edition(self.edition, period.end)

    def as_dict(self, period: Period) -> dict[str, object]:
        """Give the choices made for a period."""
        return {
            "edition": self.on(period).name,
            "dust": self.dust,
            "rounding": self.rounding,
            "weights": list(self.weights) if self.weights else "equal",
        }

    def describe(self, period: Period) -> str:
        """Give the choices made for a period, in one line."""
        return ", ".join(f"{key} {value}" for key, value in self.as_dict(period).items())


def standings(panel: Panel, period: Period, reading: Reading | None = None) -> pd.DataFrame:
    """Rank a panel's cities over a period.

    Parameters
    ----------
    panel : Panel
        Observations; days outside the period serve only the comparison with a year earlier.
    period : Period
    reading : Reading, optional

    Returns
    -------
    DataFrame
        Indexed by city, best first: ``rank``, ``tied`` (cities sharing the rank), ``index``, the
        six statistics rounded as published [µg/m³, co in mg/m³], their single indices
        ``single_<pollutant>`` and shares ``share_<pollutant>``, ``primary``, ``valid``,
        ``<pollutant>_days``, ``rank_year_earlier`` and ``places_gained``. A city without one of
        the six has no index and no rank.

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
    reading = reading or Reading()
    table = _table(panel, period, reading)
    if table["index"].isna().all():
        raise InsufficientDataError(_nothing(panel, period))
    table["rank_year_earlier"] = _ranks_year_earlier(panel, period, reading)
    table["places_gained"] = table["rank_year_earlier"] - table["rank"]
    return table.sort_values("rank", kind="stable", na_position="last")


def _table(panel: Panel, period: Period, reading: Reading) -> pd.DataFrame:
    part = panel.between(period.start, period.end)
    edition = reading.on(period)
    if np.isnan(part.values).all():
        raise InsufficientDataError(_nothing(panel, period))
    statistics = period_statistics(part.city_days(), period.start, period.end, dust=reading.dust)
    statistics = statistics.reindex(list(panel.cities))
    # A city without a single record has no row yet.
    statistics["valid"] = statistics["valid"].eq(other=True)
    statistics["flags"] = statistics["flags"].fillna("insufficient data: no records")
    composite = composite_index(
        statistics[[*POLLUTANTS, "valid", "flags"]],
        edition=edition,
        weights=reading.weights,
        rounding=reading.rounding,
        on=period.end,
    )
    ranks = rank(composite["index"])
    published = round_statistics(statistics[list(POLLUTANTS)], edition, on=period.end)
    days = statistics[[f"{p}_days" for p in POLLUTANTS]].fillna(0).astype(int)
    head = pd.DataFrame({"rank": ranks, "tied": ties(ranks), "index": composite["index"]})
    return pd.concat([head, published, composite.drop(columns="index"), days], axis=1)


def _nothing(panel: Panel, period: Period) -> str:
    return (
        f"no city of the list has all six pollutants in {period}; the data spans "
        f"{panel.first_day} … {panel.last_day}. Choose a period inside, or other data with --data."
    )


def _ranks_year_earlier(panel: Panel, period: Period, reading: Reading) -> pd.Series[int]:
    """Ranks a year earlier, if nearly all cities can be ranked: else places mean nothing."""
    unknown = pd.Series(pd.NA, index=list(panel.cities), dtype="Int64")
    before = period.year_earlier()
    part = panel.between(before.start, before.end)
    if np.isnan(part.values).all():
        return unknown
    earlier = _table(panel, before, reading)
    known = earlier["rank"].where(earlier["valid"])
    return known if known.notna().mean() >= COMPARABLE else unknown
