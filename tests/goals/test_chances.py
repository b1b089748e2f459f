"""A running year's draws and what cannot be judged."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import numpy as np
import pytest

from airrank.forecasting.result import Forecast
from airrank.goals.chances import Chances, settled_days
from airrank.goals.plan import load_plan, rank_goal
from airrank.goals.verdicts import INSUFFICIENT, LOST, OPEN
from airrank.panel import Panel

GOOD, HEAVY, PM25 = (
    goal.in_year(2017)
    for goal in load_plan().select(["good_days_2025", "heavy_days_2025", "pm25_2025"])
)


def test_draws_are_rounded_as_published(panel: Panel, forecast: Forecast) -> None:
    chances = Chances(panel, forecast, "丁")
    good, heavy = chances.draws(replace(GOOD, decimals=None)), chances.draws(HEAVY)
    counts = chances.counts
    assert good.tolist() == [round(1000 * int(n) / 365) / 10 for n in counts.good]
    assert heavy.tolist() == [round(1000 * int(n) / 365) / 10 for n in counts.heavy]
    plain = replace(PM25, decimals=None)
    assert chances.decimals(plain) == 0  # PM2.5 has a decimal only since 2025
    assert chances.decimals(PM25) == PM25.decimals
    assert chances.decimals(rank_goal(5, 2017)) is None
    means = forecast.statistics("丁").to_numpy()[:, 0]
    assert np.abs(chances.draws(plain) - means).max() <= 0.5
    assert np.array_equal(chances.draws(plain), np.rint(chances.draws(plain)))


@pytest.mark.parametrize("comparison", ["lt", "le", "gt", "ge", "range"])
def test_a_goal_is_reached_in_the_draws_that_reach_it(
    panel: Panel, forecast: Forecast, comparison: str
) -> None:
    ranks = forecast.rank_draws[:, forecast.cities.index("戊")]
    goal = replace(rank_goal(5, 2017), comparison=comparison)  # type: ignore[arg-type]
    expected = {
        "lt": ranks < 5, "le": ranks <= 5, "gt": ranks > 5, "ge": ranks >= 5, "range": ranks >= 5,
    }  # fmt: skip
    assert np.array_equal(Chances(panel, forecast, "戊").reached(goal), expected[comparison])


def test_the_median_of_ranks_is_a_rank(panel: Panel, forecast: Forecast) -> None:
    goal = rank_goal(5, 2017)
    for city in forecast.cities:
        median = Chances(panel, forecast, city).median(goal)
        assert median == forecast.summary().loc[city, "rank_median"]
    halves = np.tile(np.array([[1], [2]], forecast.rank_draws.dtype), (1, len(forecast.cities)))
    assert Chances(panel, replace(forecast, rank_draws=halves), "丁").median(goal) == 1


def test_without_a_past_shares_of_days_cannot_be_judged(panel: Panel, forecast: Forecast) -> None:
    short = panel.between(date(2017, 1, 1), date(2017, 12, 31))
    verdict = Chances(short, forecast, "丁").judge(GOOD)
    assert (verdict.verdict, verdict.source) == (INSUFFICIENT, "forecast")
    assert "no past year" in str(verdict.reason)


def test_only_an_upper_bound_of_a_mean_can_be_out_of_reach(
    panel: Panel, forecast: Forecast
) -> None:
    chances = Chances(panel, forecast, "癸")
    hopeless = replace(PM25, id="hopeless", values=(Decimal(1),))
    assert chances.judge(hopeless).verdict == LOST
    assert chances.judge(replace(hopeless, id="over", comparison="gt")).verdict == OPEN
    values = panel.values.copy()
    values[panel.days >= np.datetime64("2017-01-01"), :, 0] = np.nan
    unknown = Chances(replace(panel, values=values), forecast, "癸")
    assert unknown.judge(hopeless).verdict == OPEN


def test_a_share_no_count_reaches_is_lost(panel: Panel, forecast: Forecast) -> None:
    counts = Chances(panel, forecast, "丁").counts
    verdict, reason = settled_days(replace(GOOD, values=(Decimal(101),)), counts, 1)
    assert (verdict, str(reason)) == (LOST, "no number of days reaches it")


def test_shares_of_days_are_told_both_ways_where_dust_is_marked(
    panel: Panel, forecast: Forecast
) -> None:
    column = panel.cities.index("丁")
    dust, values = panel.dust.copy(), panel.values.copy()
    days = (panel.days >= np.datetime64("2017-04-01")) & (panel.days <= np.datetime64("2017-04-05"))
    dust[days, column] = True
    values[days, column, 1] = 900.0  # PM10: heavy days by dust
    world = replace(panel, values=values, dust=dust)
    chances = Chances(world, forecast, "丁")
    heavy = [c for c in map(str, chances.judge(HEAVY).caveats) if "dust" in c]
    assert len(heavy) == 1
    kept = chances.counts.heavy_so_far
    assert kept >= 5
    assert f"{kept} of 273 (" in heavy[0]
    assert f"{kept - 5} of 273 (" in heavy[0]
    assert any("good days, dust:" in c for c in map(str, chances.judge(GOOD).caveats))
    assert not any("days, dust:" in c for c in map(str, chances.judge(rank_goal(5, 2017)).caveats))
    clean = replace(panel, likely_dust=np.zeros_like(panel.dust))
    assert not any(
        "days, dust:" in c for c in map(str, Chances(clean, forecast, "丁").judge(HEAVY).caveats)
    )
