"""Odds, rivals and what-if on draws whose truth is known."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest

from airrank.errors import InputError, InsufficientDataError
from airrank.forecasting.chance import chance
from airrank.forecasting.result import Forecast
from airrank.goals import odds
from airrank.goals.chances import Chances, settled_days
from airrank.goals.days import DaySimulator, days_so_far, remainder_means, simulate_counts
from airrank.goals.draws import index_of, largest_index, with_statistics
from airrank.goals.odds import (
    alone_curves,
    conditional_curves,
    places_per_unit,
    rank_curves,
    rest_of_year,
)
from airrank.goals.plan import load_plan, rank_goal
from airrank.goals.requirements import air_goals, requirements
from airrank.goals.rivals import must_pass, rivals
from airrank.goals.verdicts import INSUFFICIENT, LOST, OPEN, SAFE
from airrank.goals.whatif import Scale, cities_of, parse_scale, what_if
from airrank.panel import Panel
from airrank.rules import aqi
from airrank.rules.choices import LIST_OR_PROXY, Rules
from airrank.rules.evaluation import statistics_array
from airrank.rules.standards import POLLUTANTS

GOOD, HEAVY, PM25 = (
    goal.in_year(2017)
    for goal in load_plan().select(["good_days_2025", "heavy_days_2025", "pm25_2025"])
)


def test_even_odds_of_a_known_curve() -> None:
    rng = np.random.default_rng(3)
    x = 60 + 8 * rng.standard_normal(20_000)
    reached = x + 4 * rng.standard_normal(20_000) < 57
    curve, other = conditional_curves(x, np.array([reached, x < 50]))
    (alone,) = conditional_curves(x, np.array([x < 50]))
    assert other.probability.tolist() == alone.probability.tolist()
    assert curve.even == pytest.approx(57, abs=0.4)
    assert (np.diff(curve.probability) <= 0).all()
    again = curve.even + 4 * rng.standard_normal(200_000) < 57
    assert abs(again.mean() - 0.5) < 0.03


def test_no_even_odds_outside_the_curve() -> None:
    x = np.random.default_rng(0).normal(size=3000)
    assert conditional_curves(x, np.ones(3000, dtype=bool)[None])[0].even is None
    assert conditional_curves(x, np.zeros(3000, dtype=bool)[None])[0].even is None
    with pytest.raises(InputError, match="raise --draws"):
        conditional_curves(x[:99], (x[:99] > 0)[None])
    assert conditional_curves(x[:100], (x[:100] > 0)[None])[0].draws == 50


def test_odds_near_the_even_point_are_even(panel: Panel, forecast: Forecast) -> None:
    curve = rank_curves(panel, forecast, "戊", [5], "pm25")[0]
    assert curve.even is not None
    so_far = days_so_far(panel, "戊", forecast.period, forecast.as_of)
    x = remainder_means(forecast, so_far, "戊")[:, 0]
    near = np.argsort(np.abs(x - curve.even))[:400]
    assert abs((forecast.rank_draws[near, 4] <= 5).mean() - 0.5) < 0.08
    assert curve.probability[0] > forecast.probability("戊", 5) > curve.probability[-1]


def alone_curve(panel: Panel, forecast: Forecast, rank: int) -> odds.Curve:
    reach = largest_index(forecast, "戊", (rank,))
    return alone_curves(panel, forecast, "戊", reach, "pm25")[0]


def test_setting_our_mean_to_the_even_point_gives_even_odds(
    panel: Panel, forecast: Forecast
) -> None:
    curve = alone_curve(panel, forecast, 5)
    assert curve.even is not None
    so_far = days_so_far(panel, "戊", forecast.period, forecast.as_of)
    days, left = int(so_far.valid[0]), so_far.remaining
    statistics = forecast.statistics("戊").to_numpy().copy()
    statistics[:, 0] = (so_far.mean()[0] * days + curve.even * left) / (days + left)
    chance = (with_statistics(forecast, "戊", statistics) <= 5).mean()
    assert abs(chance - 0.5) < 0.03


def test_the_index_is_made_once_for_all_ranks(
    panel: Panel, forecast: Forecast, monkeypatch: pytest.MonkeyPatch
) -> None:
    ranks = (1, 5, len(forecast.cities))
    single = [alone_curve(panel, forecast, rank) for rank in ranks]
    for rank, curve in zip(ranks, single, strict=True):
        x, statistics = rest_of_year(panel, forecast, "戊", "pm25"), forecast.statistics("戊")
        weight = days_so_far(panel, "戊", forecast.period, forecast.as_of).share_left("pm25")
        changed = statistics.to_numpy().copy()
        changed[:, 0] += (curve.x[20] - x) * weight
        reached = with_statistics(forecast, "戊", changed) <= rank
        assert curve.probability[20] == chance(reached)
    made: list[int] = []

    def counted(*given: object) -> object:
        made.append(1)
        return index_of(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(odds, "index_of", counted)
    reach = largest_index(forecast, "戊", ranks)
    together = alone_curves(panel, forecast, "戊", reach, "pm25")
    assert len(made) == odds.GRID
    for one, other in zip(together, single, strict=True):
        assert (one.probability == other.probability).all()


def test_remainder_means_lead_back_to_the_year(panel: Panel, forecast: Forecast) -> None:
    so_far = days_so_far(panel, "乙", forecast.period, forecast.as_of)
    rest = remainder_means(forecast, so_far, "乙")
    year = (so_far.mean() * so_far.valid + rest * so_far.remaining) / 365
    drawn = forecast.statistics("乙").to_numpy()
    assert np.allclose(year[:, :4], drawn[:, :4], rtol=1e-6)
    assert np.isnan(rest[:, 4:]).all()


def test_ranking_anew_without_a_change_is_the_drawn_rank(forecast: Forecast) -> None:
    for city in ("甲", "戊", "癸"):
        same = with_statistics(forecast, city, forecast.statistics(city).to_numpy())
        assert np.array_equal(same, forecast.rank_draws[:, forecast.cities.index(city)])


def test_simulated_days_give_the_drawn_statistics(panel: Panel, forecast: Forecast) -> None:
    simulator = DaySimulator(panel, forecast, "丁")
    assert list(simulator.patterns) == [2014, 2015, 2016]
    ((part, days),) = list(simulator.chunks(50))
    before = np.broadcast_to(simulator.so_far.values, (50, *simulator.so_far.values.shape))
    year = np.concatenate([before, days], axis=1)
    made = statistics_array(np.moveaxis(year, 1, 0))
    drawn = forecast.statistics("丁").to_numpy()[part]
    assert np.allclose(made[:, :4], drawn[:, :4], rtol=1e-4)
    # Percentiles can only be moved as far as the season allows.
    reachable = np.abs(made[:, 4:] / drawn[:, 4:] - 1)
    assert np.median(reachable) < 0.02


def test_counts_agree_with_counting_the_days(panel: Panel, forecast: Forecast) -> None:
    counts = simulate_counts(panel, forecast, "丁")
    simulator = DaySimulator(panel, forecast, "丁")
    ((_, days),) = list(simulator.chunks(5))
    done = panel.between(date(2017, 1, 1), forecast.as_of).values[:, 3]
    for draw in range(5):
        frame = pd.DataFrame(np.vstack([done, days[draw]]), columns=list(POLLUTANTS))
        index = aqi(frame, edition="2012")["aqi"]
        assert counts.good[draw] == (index <= 100).sum()
        assert counts.heavy[draw] == (index > 200).sum()
    assert counts.of == 365


def test_days_keep_the_dust_that_the_ranking_leaves_out(panel: Panel, forecast: Forecast) -> None:
    values = panel.values.copy()
    storms = np.isin(
        panel.days, np.array(["2015-11-20", "2016-11-21", "2017-04-01"], "datetime64[D]")
    )
    values[storms, 3, :2] = [200.0, 1500.0]  # PM2.5, PM10
    world = replace(panel, values=values, likely_dust=None)
    assert world.likely_dust[storms, 3].all()
    counts = {
        mode: simulate_counts(world, replace(forecast, rules=Rules(dust=mode)), "丁")
        for mode in ("proxy", LIST_OR_PROXY)
    }
    lost, kept = counts["proxy"], counts[LIST_OR_PROXY]
    assert kept.heavy_so_far == lost.heavy_so_far + 1
    more = kept.heavy - lost.heavy
    assert sorted(set(more.tolist())) == [1, 2]  # 2014 had no storm to come
    assert np.isclose((more == 2).mean(), 2 / 3, atol=0.01)


def test_simulation_needs_a_past_and_uses_no_future(panel: Panel, forecast: Forecast) -> None:
    short = panel.between(date(2017, 1, 1), date(2017, 12, 31))
    with pytest.raises(InsufficientDataError, match="no past year"):
        simulate_counts(short, forecast, "丁")
    values = panel.values.copy()
    values[panel.days > np.datetime64(forecast.as_of)] = 900.0
    changed = simulate_counts(replace(panel, values=values), forecast, "丁")
    assert np.array_equal(changed.good, simulate_counts(panel, forecast, "丁").good)


def test_joint_probabilities_are_coherent(panel: Panel, forecast: Forecast) -> None:
    chances = Chances(panel, forecast, "戊")
    goals = [rank_goal(6, 2017), rank_goal(5, 2017), replace(PM25, values=(PM25.values[0] + 6,))]
    verdicts = [chances.judge(goal) for goal in goals]
    alone = [v.probability for v in verdicts]
    assert all(v.verdict == OPEN for v in verdicts)
    assert alone[1] is not None
    assert alone[0] is not None
    assert 0 < alone[1] < alone[0] < 1
    joint = chances.joint(goals)
    assert joint is not None
    independent = float(np.prod(np.array(alone, dtype=float)))
    assert independent < joint <= min(float(c) for c in alone if c is not None)
    assert chances.joint([]) is None
    assert alone[0] == forecast.probability("戊", 6)
    either = [replace(goal, any_of="either") for goal in goals[:2]]
    assert chances.joint(either) == alone[0]  # of alternatives one is enough


def test_what_arithmetic_settles(panel: Panel, forecast: Forecast) -> None:
    counts = simulate_counts(panel, forecast, "丁")

    def settled(goal: object, good: int, heavy: int, remaining: int) -> str:
        made = replace(
            counts,
            good_so_far=good,
            heavy_so_far=heavy,
            valid_so_far=365 - remaining,
            remaining=remaining,
        )
        return settled_days(goal, made, 1)[0]  # type: ignore[arg-type]

    assert [settled(HEAVY, 0, n, 100) for n in (0, 1, 2)] == [OPEN, OPEN, LOST]
    assert [settled(HEAVY, 0, n, 1) for n in (0, 1, 2)] == [SAFE, OPEN, LOST]
    assert [settled(GOOD, n, 0, 50) for n in (250, 251, 300, 301)] == [LOST, OPEN, OPEN, SAFE]
    verdict = Chances(panel, forecast, "癸").judge(replace(PM25, values=(PM25.values[0] - 16,)))
    assert verdict.verdict == LOST
    assert verdict.probability == pytest.approx(0.5 / (len(forecast.rank_draws) + 1))


def test_rivals(panel: Panel, forecast: Forecast) -> None:
    table = rivals(forecast, "己", 3, around=2)
    now = forecast.year_to_date
    ours = int(now["rank"]["己"])
    assert must_pass(forecast, "己", 3) == max(0, ours - 3) == table.must_pass.sum()
    assert "己" not in table.index
    for name, row in table.iterrows():
        theirs = forecast.index_draws[:, forecast.cities.index(str(name))]
        mine = forecast.index_draws[:, forecast.cities.index("己")]
        n = len(mine)
        ahead, tied = ((mine < theirs - 0.001).sum(), (abs(mine - theirs) < 0.001).sum())
        assert row.p_ahead == pytest.approx((ahead + 0.5) / (n + 1))
        assert row.p_tied == pytest.approx((tied + 0.5) / (n + 1))
        assert row.gap_lo80 <= row.gap_median <= row.gap_hi80
        assert row.gap == pytest.approx(now["index"][name] - now["index"]["己"])
    with pytest.raises(InputError, match="between 1 and 10"):
        rivals(forecast, "己", 11)


def test_a_city_without_a_rank_to_date_has_no_rivals(forecast: Forecast) -> None:
    """As where a pollutant is no longer monitored; another's missing rank leaves the others."""
    lacking = forecast.year_to_date.copy()
    lacking.loc["己", ["rank", "index"]] = pd.NA
    world = replace(forecast, year_to_date=lacking)
    assert "己" not in rivals(world, "戊", 5).index
    for asked in (rivals, must_pass):
        with pytest.raises(InsufficientDataError, match="己 has no rank to 2017-09-30"):
            asked(world, "己", 3)


def test_less_is_better_and_places_are_counted(panel: Panel, forecast: Forecast) -> None:
    table = places_per_unit(panel, forecast, "庚")
    assert (table.places >= 0).all()
    assert table.loc["pm25", "index"] == pytest.approx(92 / 365 / 35)
    assert table.loc["co", "index"] == pytest.approx(0.1 / 4)
    assert table.index_per_percent.is_monotonic_decreasing


def test_places_are_told_where_no_past_year_has_the_days_to_come(
    panel: Panel, forecast: Forecast
) -> None:
    whole = places_per_unit(panel, forecast, "庚")
    values, column = panel.values.copy(), panel.cities.index("庚")
    before = pd.DatetimeIndex(panel.days).year < 2017
    values[before, column] = np.nan
    lacking = replace(panel, values=values)
    table = places_per_unit(lacking, forecast, "庚").loc[whole.index]
    assert table.filter(like="per_percent").isna().all(axis=None)
    told = ["unit", "places", "index"]
    pd.testing.assert_frame_equal(table[told], whole[told])
    verdict = Chances(lacking, forecast, "庚").judge(GOOD)
    assert verdict.verdict == INSUFFICIENT
    assert "no past year of 庚" in verdict.reason.in_words("en")


def test_what_if_moves_the_odds_the_right_way(panel: Panel, forecast: Forecast) -> None:
    start = date(2017, 10, 1)
    before = forecast.probability("戊", 5)
    cleaner = what_if(panel, forecast, Scale({"pm25": 0.9}, start, ("戊",)), limit=4000)
    dirtier = what_if(panel, forecast, Scale({"pm25": 1.1}, start, ("戊",)), limit=4000)
    assert dirtier.probability("戊", 5) < before < cleaner.probability("戊", 5)
    same = what_if(panel, forecast, Scale({"pm25": 1.0}, start, ("戊",)), limit=4000)
    assert np.array_equal(same.rank_draws, forecast.rank_draws)
    # The mean falls by a tenth of the remainder's share of the year.
    rest = remainder_means(
        forecast, days_so_far(panel, "戊", forecast.period, forecast.as_of), "戊"
    )[:, 0]
    fallen = (forecast.statistics_draws - cleaner.statistics_draws)[:, 4, 0]
    assert np.allclose(fallen, 0.1 * rest * 92 / 365, rtol=1e-3)
    assert np.array_equal(cleaner.index_draws[:, 0], forecast.index_draws[:, 0])


def test_what_if_from_an_earlier_day_changes_observed_days(
    panel: Panel, forecast: Forecast
) -> None:
    late = what_if(panel, forecast, Scale({"no2": 0.9}, date(2017, 10, 1), ("戊",)), limit=200)
    early = what_if(panel, forecast, Scale({"no2": 0.9}, date(2017, 9, 1), ("戊",)), limit=200)
    k = POLLUTANTS.index("no2")
    days = panel.between(date(2017, 9, 1), date(2017, 9, 30)).values[:, 4, k]
    more = (late.statistics_draws - early.statistics_draws)[:, 4, k]
    assert np.allclose(more, 0.1 * days.sum() / 365, rtol=1e-3)


def test_regions_and_changes_are_read(panel: Panel) -> None:
    assert cities_of(panel.ranking_list, "某省") == panel.cities
    with pytest.raises(InputError, match="某省"):
        cities_of(panel.ranking_list, "河南")
    assert parse_scale("pm25=-5%, co=+2.5%") == {"pm25": 0.95, "co": 1.025}
    for wrong in ("pm25=-5", "pm2.5=-5%", "pm25", "pm25=-100%", "pm25=x%"):
        with pytest.raises(InputError, match="expected changes"):
            parse_scale(wrong)


def test_all_parts_together(panel: Panel, forecast: Forecast) -> None:
    result = requirements(panel, forecast, "戊", (5, 3), air_goals(load_plan(), 2017))
    content = result.as_dict()
    assert content["schema"] == "airrank/control/1"
    assert {margin.goal for margin in result.margins} == {"good_days_2025", "heavy_days_2025"}
    assert set(result.rivals) == {5, 3}
    assert len(result.odds) == 2 * len(POLLUTANTS)


def test_a_goal_due_in_the_year_stands_before_those_of_other_years() -> None:
    plan = load_plan()
    later = replace(PM25, id="later", since=2018, year=2018, values=(PM25.values[0] - 3,))
    world = replace(plan, goals=(PM25, later))
    assert [goal.id for goal in air_goals(world, 2017)] == ["pm25_2025"]
    assert [goal.id for goal in air_goals(world, 2018)] == ["later"]
    assert [goal.id for goal in air_goals(world, 2019)] == ["pm25_2025", "later"]


def test_nothing_to_control_at_year_end(
    panel: Panel, make_forecast: Callable[..., Forecast]
) -> None:
    with pytest.raises(InputError, match="is over"):
        requirements(panel, make_forecast(date(2017, 12, 31), 300), "戊", (5,))


def test_a_remainder_known_to_the_microgram_has_no_slope() -> None:
    """Draws that share one x: the odds are their mean, whatever the window."""
    reached = np.arange(4000) % 4 == 0
    curve = conditional_curves(np.full(4000, 35.0), reached[None])[0]
    assert curve.probability == pytest.approx(np.full(len(curve.x), 0.25), abs=0.01)
    assert curve.even is None


def test_the_trend_of_a_rival_needs_four_weeks_of_the_year(
    panel: Panel, forecast: Forecast, make_forecast: Callable[..., Forecast]
) -> None:
    assert rivals(forecast, "己", 3).places_4_weeks.notna().all()
    january = make_forecast(date(2017, 1, 20), 300)
    assert rivals(january, "己", 3).places_4_weeks.isna().all()
    values = panel.values.copy()
    values[panel.days <= np.datetime64("2017-09-02")] = np.nan
    late = replace(forecast, history=replace(panel, values=values).until(forecast.as_of))
    assert rivals(late, "己", 3).places_4_weeks.isna().all()


def test_a_patchy_past_year_is_no_pattern(panel: Panel, forecast: Forecast) -> None:
    values = panel.values.copy()
    patchy = (panel.days > np.datetime64("2015-09-30")) & (panel.days < np.datetime64("2015-11-01"))
    values[patchy, panel.cities.index("丁"), 1] = np.nan
    world = replace(panel, values=values)
    assert list(DaySimulator(panel, forecast, "丁").patterns) == [2014, 2015, 2016]
    assert list(DaySimulator(world, forecast, "丁").patterns) == [2014, 2016]
    short = panel.between(date(2015, 11, 1), panel.last_day)
    assert list(DaySimulator(short, forecast, "丁").patterns) == [2016]


def test_on_the_last_day_no_day_is_simulated(
    panel: Panel, make_forecast: Callable[..., Forecast]
) -> None:
    over = make_forecast(date(2017, 12, 31), 300)
    parts = list(DaySimulator(panel, over, "丁").chunks())
    assert sum(days.shape[0] for _, days in parts) == 300
    assert {days.shape[1:] for _, days in parts} == {(0, len(POLLUTANTS))}
    counts = simulate_counts(panel, over, "丁")
    assert set(counts.good) == {counts.good_so_far}
