"""A shorter list is forecast among the national list's other cities, which are not ranked."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest

import airrank
from airrank.cities import load_ranking_list
from airrank.panel import Panel
from airrank.simulation.remainder import RemainderModel
from airrank.store import load_observations
from airrank.terms import settings_text

AS_OF = date(2017, 9, 24)
YEAR = (date(2017, 1, 1), date(2017, 12, 31))


def drawn(panel: Panel) -> np.ndarray:
    return next(RemainderModel(panel.until(AS_OF)).remainder(*YEAR).draws(20, seed=0)).statistics


@pytest.mark.slow
def test_levels_are_those_of_a_forecast_of_all_cities(henan: Panel) -> None:
    whole = Panel.from_observations(load_observations(), load_ranking_list("168")).until(AS_OF)
    columns = [whole.cities.index(city) for city in henan.cities]
    among = RemainderModel(henan.until(AS_OF)).remainder(*YEAR)
    every = RemainderModel(whole).remainder(*YEAR)
    assert among.level == pytest.approx(every.level[columns], abs=1e-3)
    spread = [np.log(next(one.draws(2000, seed=0)).levels).std(axis=0) for one in (among, every)]
    assert spread[0] == pytest.approx(spread[1][columns], rel=0.15)


@pytest.mark.slow
def test_cities_whose_records_broke_off_do_not_count(henan: Panel) -> None:
    around = henan.surroundings
    assert around is not None
    values = np.where((around.days >= np.datetime64("2016-06-01"))[:, None, None], np.nan, 1.0)
    broken = replace(henan, surroundings=replace(around, values=around.values * values))
    alone = drawn(replace(henan, surroundings=None))
    assert np.array_equal(drawn(broken), alone)
    assert not np.array_equal(drawn(henan), alone)


@pytest.mark.parametrize(("first_changed", "same"), [("2017-09-25", True), ("2017-09-20", False)])
@pytest.mark.slow
def test_nothing_of_their_future_counts(first_changed: str, same: bool) -> None:
    frame = load_observations()
    frame = frame[frame["date"] >= "2015-01-01"]
    others = ~frame["city"].isin(load_ranking_list("henan17").names)
    changed = frame.copy()
    changed.loc[others & (frame["date"] >= pd.Timestamp(first_changed)), "pm25"] = 500.0
    before, after = (
        airrank.forecast(data, AS_OF, draws=50, panel="henan17") for data in (frame, changed)
    )
    assert (before.fingerprint == after.fingerprint) is same
    assert np.array_equal(before.statistics_draws, after.statistics_draws) is same
    assert "surroundings 151 cities" in str(settings_text(before.settings))
