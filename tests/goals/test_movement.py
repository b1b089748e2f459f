"""The change of the index by band and pollutant: adds up, and finds what was put in."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from airrank.cities import City, RankingList
from airrank.goals.movement import hundredths, index_movement
from airrank.panel import Panel
from airrank.periods import Period
from airrank.ranking_table import standings
from airrank.rules.choices import Rules
from airrank.rules.standards import POLLUTANTS
from airrank.simulation.bands import split_bands

SPAN = Period(date(2017, 1, 1), date(2017, 6, 30))


@given(arrays(float, (6, 3), elements=st.floats(-0.5, 0.5)))
def test_rounded_parts_add_up_to_the_rounded_whole(parts: np.ndarray) -> None:
    shown = hundredths(parts)
    assert shown.sum() == round(float((100.0 * parts).sum()))
    assert np.abs(shown.sum(axis=0) - 100 * parts.sum(axis=0)).max() < 2
    assert np.abs(shown - 100 * parts).max() < 3


def test_units_are_moved_where_it_costs_least() -> None:
    """Measured: 16 of 1,000 tables have a cell more than a hundredth off; badly chosen, 300."""
    tables = np.random.default_rng(0).normal(0, 0.05, (300, 6, 3)).round(4)
    off = np.array([np.abs(hundredths(table) - 100 * table).max() for table in tables])
    assert np.mean(off >= 1) < 0.05
    assert off.max() < 1.3


def test_parts_are_the_change_of_the_index(panel: Panel) -> None:
    movement = index_movement(panel, SPAN, Rules())
    now, then = (standings(panel, p, Rules()) for p in (SPAN, SPAN.year_earlier()))
    change = (now["index"] - then["index"]).reindex(list(panel.cities))
    assert movement.by_pollutant.sum(axis=1).to_numpy() == pytest.approx(change, abs=0.006)
    city = panel.cities[0]
    parts, shown = movement.of_city(city), movement.rounded(city)
    assert parts is not None
    assert shown is not None
    assert parts.sum(axis=1).to_numpy() == pytest.approx(movement.by_pollutant.loc[city])
    assert shown.iloc[:-1, :-1].to_numpy() == pytest.approx(parts.to_numpy(), abs=0.0151)
    assert shown.iloc[:, :-1].sum(axis=1).to_numpy() == pytest.approx(shown["total"])
    assert shown.iloc[:-1].sum().to_numpy() == pytest.approx(shown.loc["total"])
    assert shown.loc["total", "total"] == pytest.approx(change[city], abs=0.011)
    assert movement.compared == len(panel.cities)
    spoilt = panel.values.copy()
    spoilt[panel.days > np.datetime64(SPAN.end)] = 999.0
    again = index_movement(replace(panel, values=spoilt), SPAN, Rules())
    assert np.array_equal(again.parts, movement.parts, equal_nan=True)


def test_a_city_without_one_of_the_years_has_no_parts(panel: Panel) -> None:
    gone = panel.values.copy()
    gone[panel.days < np.datetime64("2017-01-01"), 0] = np.nan
    movement = index_movement(replace(panel, values=gone), SPAN, Rules())
    assert movement.compared == len(panel.cities) - 1
    assert movement.of_city(panel.cities[0]) is None
    assert movement.rounded(panel.cities[0]) is None


def test_what_all_share_a_region_shares_and_a_city_has_alone() -> None:
    # Far clusters of ten cities that lie close together: each cluster is a region.
    cities = tuple(
        City(f"{c}{k}", lon=80.0 + 12 * c, lat=30.0 + 0.01 * k) for c in range(4) for k in range(10)
    )
    days = np.arange(np.datetime64("2016-01-01"), np.datetime64("2017-07-01"))
    values = np.ones((len(days), 40, 6)) * np.array([80.0, 150.0, 40.0, 50.0, 3.0, 160.0])
    later = days >= np.datetime64("2017-01-01")
    factors = np.full(40, 0.9)
    factors[:10] *= 0.9
    factors[0] *= 0.8
    values[later] *= factors[:, None]
    none = np.zeros(values.shape, dtype=bool)
    panel = Panel(RankingList("far", "远", "far", cities), days, values, none, none[..., 0])
    movement = index_movement(panel, SPAN, Rules())
    parts = movement.of_city("00")
    assert parts is not None
    whole = parts.sum().to_numpy() / parts.to_numpy().sum()
    logs = np.log(factors)
    expected = [logs.mean(), logs[1] - logs.mean(), logs[0] - logs[1]]
    assert whole == pytest.approx(np.array(expected) / logs[0], abs=0.08)
    assert list(parts.index) == list(POLLUTANTS)


def test_a_lonely_city_has_no_region() -> None:
    apart = RankingList(
        "far", "远", "far", tuple(City(str(k), lon=80.0 + 12 * k, lat=30.0) for k in range(4))
    )
    deviations = np.arange(24, dtype=float).reshape(1, 4, 6)
    wide, regional, own = split_bands(apart, deviations, itself=False)
    assert np.abs(wide + regional).max() < 3
    assert wide + regional + own == pytest.approx(deviations)
    assert np.abs(np.sum(split_bands(apart, deviations)[:2], axis=0)).max() > 10
