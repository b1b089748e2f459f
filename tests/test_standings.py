"""The ranking table: on real data, and where data are thin."""

from __future__ import annotations

import numpy as np
import pytest

from airrank.cities import load_ranking_list
from airrank.errors import InsufficientDataError
from airrank.panel import Panel
from airrank.periods import parse_period
from airrank.rules.standards import POLLUTANTS
from airrank.standings import Reading, standings
from airrank.store import load_observations

LIMITS = dict(zip(POLLUTANTS, (35, 70, 60, 40, 4, 160), strict=True))


@pytest.fixture(scope="module")
def panel() -> Panel:
    return Panel.from_observations(load_observations(), load_ranking_list("168"))


@pytest.mark.parametrize(
    ("year", "rounding", "expected"),
    [
        ("2015", "concentrations_first", 131),
        ("2016", "concentrations_first", 117),
        ("2017", "concentrations_first", 102),
        ("2015", "index_only", 131),
        ("2016", "index_only", 118),
        ("2017", "index_only", 103),
    ],
)
def test_zhumadian_in_the_bundled_years(
    panel: Panel, year: str, rounding: str, expected: int
) -> None:
    table = standings(panel, parse_period(year), Reading("2012", rounding=rounding))
    assert table.loc["驻马店", "rank"] == expected
    assert len(table) == 168


def test_against_a_plain_ranker(panel: Panel) -> None:
    """The whole table of 2017 again, with nothing of ours but the observations."""
    days = load_observations()
    year = days[days["date"].dt.year == 2017]
    index = {}
    for city, rows in year.groupby("city"):
        total = 0.0
        for pollutant, limit in LIMITS.items():
            values = rows[pollutant].dropna()
            if pollutant == "co":
                statistic = round(float(np.percentile(values, 95)) + 1e-9, 1)
            elif pollutant == "o3_8h":
                statistic = round(float(np.percentile(values, 90)))
            else:
                statistic = round(sum(values) / len(values))
            total += statistic / limit
        index[city] = round(total, 2)
    table = standings(panel, parse_period("2017"), Reading("2012"))
    for city, value in index.items():
        assert table.loc[city, "index"] == pytest.approx(value, abs=0.011)
        assert table.loc[city, "rank"] == 1 + (table["index"] < table.loc[city, "index"]).sum()
        assert table.loc[city, "tied"] == (table["index"] == table.loc[city, "index"]).sum()


def test_shares_add_up_and_places_are_counted(panel: Panel) -> None:
    table = standings(panel, parse_period("2017"))
    assert table[[f"share_{p}" for p in POLLUTANTS]].sum(axis=1).to_numpy() == pytest.approx(1.0)
    before = standings(panel, parse_period("2016"))
    gained = before["rank"] - table["rank"].reindex(before.index)
    assert (table["places_gained"].reindex(before.index) == gained).all()
    assert table["rank"].is_monotonic_increasing


def test_places_are_not_compared_with_a_year_of_fewer_cities(panel: Panel) -> None:
    assert standings(panel, parse_period("2015"))["places_gained"].isna().all()


def test_a_thin_period_is_flagged(panel: Panel) -> None:
    table = standings(panel, parse_period("2018"))
    assert not table["valid"].any()
    assert table.loc["驻马店", "flags"].startswith("insufficient data")


def test_a_period_without_data(panel: Panel) -> None:
    with pytest.raises(InsufficientDataError, match="the data spans 2013-12-01"):
        standings(panel, parse_period("2018-05"))


def test_the_edition_follows_the_period(panel: Panel) -> None:
    reading = Reading()
    assert reading.on(parse_period("2017")).name == "2012"
    assert reading.on(parse_period("2026")).name == "2026-transition"
    strict = standings(panel, parse_period("2017"), Reading("2026-transition"))
    assert (
        strict["index"] > standings(panel, parse_period("2017"))["index"].reindex(strict.index)
    ).all()
