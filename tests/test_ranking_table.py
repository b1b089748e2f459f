"""The ranking table: on real data, and where data are thin."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from airrank.cities import City, RankingList, load_ranking_list
from airrank.errors import InsufficientDataError
from airrank.panel import Panel
from airrank.periods import parse_period
from airrank.ranking_table import standings
from airrank.rules.choices import Rules
from airrank.rules.reference_state import reference_factors
from airrank.rules.standards import POLLUTANTS
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
    table = standings(panel, parse_period(year), Rules("2012", rounding=rounding))
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
    table = standings(panel, parse_period("2017"), Rules("2012"))
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
    with pytest.raises(InsufficientDataError, match="the data spans December 2013"):
        standings(panel, parse_period("2018-05"))


def test_the_edition_follows_the_period(panel: Panel) -> None:
    rules = Rules()
    assert rules.on(parse_period("2017")).name == "2012"
    assert rules.on(parse_period("2026")).name == "2026-transition"
    strict = standings(panel, parse_period("2017"), Rules("2026-transition"))
    assert (
        strict["index"] > standings(panel, parse_period("2017"))["index"].reindex(strict.index)
    ).all()


def test_the_index_is_compared_with_a_year_earlier(panel: Panel) -> None:
    table = standings(panel, parse_period("2017"))
    before = standings(panel, parse_period("2016"))["index"].reindex(table.index)
    change = 100 * (table["index"] - before) / before
    assert table["index_change"].to_numpy() == pytest.approx(change.to_numpy())
    best = table["index_change"].idxmin()
    assert (best, table.loc[best, "change_rank"]) == ("拉萨", 1)
    expected = 1 + (table["index_change"].to_numpy() < table["index_change"].to_numpy()[:, None])
    assert table["change_rank"].tolist() == (expected.sum(axis=1) - 167).tolist()


def test_no_change_against_a_year_of_fewer_cities(panel: Panel) -> None:
    table = standings(panel, parse_period("2015"))
    assert table["index_change"].isna().all()
    assert table["change_rank"].isna().all()


def world(years: tuple[int, int], levels: tuple[float, ...]) -> Panel:
    """Two cities with the same air on every day of two years, the second with half the PM2.5."""
    days = np.arange(f"{years[0]}-01-01", f"{years[1] + 1}-01-01", dtype="datetime64[D]")
    values = np.tile(np.array(levels), (len(days), 2, 1))
    values[:, 1, 0] /= 2
    units = RankingList(
        "test", "试", "test", (City("甲", province="省"), City("乙", province="省"))
    )
    no = np.zeros(values.shape, dtype=bool)
    return Panel(units, days, values, no, no[..., 0])


def test_the_change_compares_both_years_by_one_edition() -> None:
    panel = world((2025, 2026), (30.0, 60.0, 60.0, 40.0, 4.0, 160.0))
    table = standings(panel, parse_period("2026"))
    assert table.loc["甲", "index"] == 6.0
    assert standings(panel, parse_period("2025")).loc["甲", "index"] == 5.71
    assert table["index_change"].tolist() == [0.0, 0.0]
    assert table["change_rank"].tolist() == [1, 1]
    old = standings(panel, parse_period("2026"), Rules("2012"))
    assert old.loc["甲", "index"] == 5.71
    assert old["index_change"].tolist() == [0.0, 0.0]


def test_the_change_compares_gases_at_one_temperature() -> None:
    """From 2018-09-01 the same air shows 0.916 of the gases; particles stay."""
    panel = world((2017, 2019), (35.0, 70.0, 60.0, 40.0, 4.0, 160.0))
    same_air = replace(panel, values=panel.values / reference_factors(panel.days)[:, None])
    for period in ("2018", "2019", "2018-10"):
        assert standings(same_air, parse_period(period))["index_change"].tolist() == [0.0, 0.0]
    indices = [
        standings(same_air, parse_period(p)).loc["甲", "index"] for p in ("2018-08", "2018-10")
    ]
    assert indices == [6.38, 6.0]  # the table itself is as published
    assert standings(same_air, parse_period("2018-08"))["index_change"].tolist() == [0.0, 0.0]


def test_an_index_of_zero_has_no_change() -> None:
    panel = world((2016, 2017), (0.0,) * 6)
    assert standings(panel, parse_period("2017"))["index_change"].isna().all()
