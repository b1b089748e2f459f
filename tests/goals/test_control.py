"""Control values against published cases and arithmetic done another way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from airrank.errors import InputError
from airrank.forecasting.result import Forecast
from airrank.goals.control import (
    control_table,
    day_margin,
    day_margins,
    exceedances_allowed,
    highest_mean,
    implied_target,
    remaining_control_value,
    unusualness,
)
from airrank.goals.plan import load_plan
from airrank.goals.verdicts import meets, rounded
from airrank.panel import Panel
from airrank.periods import Period
from airrank.rules import percentile
from airrank.rules.standards import POLLUTANTS

YEAR = Period.of_year(2017)
GOOD, HEAVY, PM25 = load_plan().select(["good_days_2025", "heavy_days_2025", "pm25_2025"])


@pytest.mark.parametrize(("so_far", "day", "x"), [(58, 209, 56), (55, 348, 95)])
def test_wei_county_2020(so_far: float, day: int, x: float) -> None:
    target = implied_target(so_far, day, 366, x)
    assert round(target) == 57
    assert remaining_control_value(target, so_far, day, 366) == pytest.approx(x)
    # The published x is a whole number: some target that rounds to 57 gives it.
    span = [remaining_control_value(t, so_far, day, 366) for t in (56.5, 57.5)]
    assert span[0] <= x <= span[1]


@given(
    st.lists(st.integers(0, 500), min_size=2, max_size=60),
    st.integers(1, 59),
    st.floats(5, 200),
)
def test_the_control_value_ends_the_year_on_target(
    days: list[int], split: int, target: float
) -> None:
    so_far = days[: min(split, len(days) - 1)]
    x = remaining_control_value(target, float(np.mean(so_far)), len(so_far), len(days))
    year = so_far + [x] * (len(days) - len(so_far))
    assert np.mean(year) == pytest.approx(target)


def test_nothing_remains_on_the_last_day() -> None:
    with pytest.raises(InputError, match="365 of 365"):
        remaining_control_value(35, 30, 365, 365)


@pytest.mark.parametrize(("decimals", "bound"), [(0, "35.5"), (1, "35.95"), (None, "36")])
def test_the_highest_mean_within_the_goal(decimals: int | None, bound: str) -> None:
    from fractions import Fraction

    assert highest_mean(PM25, decimals) == float(bound)
    step = Fraction(1, 10**6)
    assert meets(PM25, rounded(Fraction(bound) - step, decimals))
    assert not meets(PM25, rounded(Fraction(bound) + step, decimals))
    inclusive = replace(PM25, comparison="le", values=(Decimal(35),))
    assert highest_mean(inclusive, 0) == 35.5
    with pytest.raises(InputError, match="no upper bound"):
        highest_mean(GOOD, 1)


@given(st.integers(10, 366), st.sampled_from([90, 95]), st.randoms(use_true_random=False))
def test_exceedances_leave_the_percentile_at_the_threshold(
    days: int, q: int, random: object
) -> None:
    allowed = exceedances_allowed(days, q)
    year = [160.0] * (days - allowed) + [300.0] * allowed
    assert percentile(np.array(year), q) == 160
    assert percentile(np.array([*year[1:], 300.0]), q) > 160


@pytest.mark.parametrize(
    ("so_far", "valid", "remaining", "affordable"),
    [(220, 267, 98, 17), (154, 267, 98, -49), (301, 330, 35, 35), (266, 330, 35, 0)],
)
def test_good_days_to_spare(so_far: int, valid: int, remaining: int, affordable: int) -> None:
    margin = day_margin(GOOD, so_far, valid, remaining)
    assert margin is not None
    assert margin.affordable == affordable
    if 0 <= affordable <= remaining:
        last = so_far + remaining - affordable
        assert round(1000 * last / margin.of) >= 825
        assert affordable == remaining or round(1000 * (last - 1) / margin.of) < 825


@pytest.mark.parametrize(("so_far", "affordable"), [(0, 1), (1, 0), (2, -1)])
def test_heavy_days_to_spare(so_far: int, affordable: int) -> None:
    margin = day_margin(HEAVY, so_far, 200, 165)
    assert margin is not None
    assert (margin.bound, margin.affordable) == (1, affordable)


def test_the_table_leads_to_the_targets(panel: Panel) -> None:
    day = date(2017, 9, 30)
    table = control_table(panel, "甲", YEAR, day, (PM25.in_year(2017),))
    column = panel.cities.index("甲")
    values = panel.between(date(2017, 1, 1), day).values[:, column]
    for pollutant in ("pm25", "pm10", "so2", "no2"):
        row = table.loc[pollutant]
        year = [*values[:, POLLUTANTS.index(pollutant)], *[row.control] * 92]
        assert np.mean(year) == pytest.approx(row.bound)
    assert table.loc["pm25", "basis"] == "pm25_2025"
    assert table.loc["pm10", "basis"] == "Grade II"
    assert table.loc["o3_8h", "above_affordable"] == 36 - (values[:, 5] > 160.5).sum()
    assert table.loc["co", "above_affordable"] == 18 - (values[:, 4] > 4.05).sum()


def test_unusualness_takes_the_trend_out(panel: Panel) -> None:
    values = panel.values.copy()
    years = panel.days.astype("datetime64[Y]").astype(int) + 1970
    values *= (0.8 ** (years - 2014))[:, None, None]  # 20 % cleaner each year
    world, day = replace(panel, values=values), date(2017, 9, 30)
    k = POLLUTANTS.index("pm25")
    ratios = []
    for year in (2014, 2015, 2016):
        series = world.between(date(year, 1, 1), date(year, 12, 31)).values[:, 0, k]
        cut = (date(year, 9, 30) - date(year, 1, 1)).days + 1
        ratios.append(series[cut:].mean() / series[:cut].mean())
    level = world.between(date(2017, 1, 1), day).values[:, 0, k].mean()
    for needed in (0.5, *(np.array(ratios) * 1.0001), 3.0):
        found = unusualness(world, "甲", YEAR, day, "pm25", needed * level)
        assert found is not None
        assert found.years == (2014, 2015, 2016)
        assert found.percentile == pytest.approx(100 * np.mean([r <= needed for r in ratios]))
    # Without de-trending every past remainder would be dirtier than this year's usual one.
    usual = unusualness(world, "甲", YEAR, day, "pm25", float(np.median(ratios)) * level * 1.0001)
    assert usual is not None
    assert usual.percentile == pytest.approx(200 / 3)


def test_no_later_day_matters(panel: Panel, make_forecast: Callable[..., Forecast]) -> None:
    day = date(2017, 9, 30)
    values = panel.values.copy()
    values[panel.days > np.datetime64(day)] = 999.0
    changed = control_table(replace(panel, values=values), "甲", YEAR, day)
    assert changed.equals(control_table(panel, "甲", YEAR, day))
    assert day + timedelta(days=92) == date(2017, 12, 31)


def test_a_share_that_no_count_reaches_has_no_margin(panel: Panel) -> None:
    impossible = replace(GOOD, values=(Decimal(101),))
    assert day_margin(impossible, 200, 267, 98) is None
    assert [
        m.goal for m in day_margins(panel, "甲", YEAR, date(2017, 9, 30), (impossible, HEAVY))
    ] == ["heavy_days_2025"]


def test_without_decimals_a_share_is_read_as_published() -> None:
    """301 of 365 days are 82.5 % as published, in the margin as in the verdict."""
    for decimals in (1, None):
        margin = day_margin(replace(GOOD, decimals=decimals), 250, 267, 98)
        assert margin is not None
        assert margin.bound == 301


def test_a_level_of_zero_compares_with_nothing(panel: Panel) -> None:
    values = panel.values.copy()
    values[:, 0, POLLUTANTS.index("so2")] = 0.0
    world = replace(panel, values=values)
    assert unusualness(world, "甲", YEAR, date(2017, 9, 30), "so2", 60.0) is None
    assert control_table(world, "甲", YEAR, date(2017, 9, 30)).loc["so2", "so_far"] == 0.0


def test_unusualness_needs_a_past_and_a_level(panel: Panel) -> None:
    day = date(2017, 9, 30)
    assert unusualness(panel.between(date(2017, 1, 1), day), "甲", YEAR, day, "pm25", 40.0) is None
    values = panel.values.copy()
    values[(panel.days >= np.datetime64("2017-01-01")), 0, 0] = np.nan
    assert unusualness(replace(panel, values=values), "甲", YEAR, day, "pm25", 40.0) is None


def test_early_in_the_year_the_last_365_days_tell_the_level(panel: Panel) -> None:
    """On a leap day too, which other years do not have."""
    values = panel.values.copy()
    values[panel.days >= np.datetime64("2016-01-01"), 0, 0] = 1000.0
    leap, of_leap = date(2016, 2, 29), Period.of_year(2016)
    early = unusualness(
        replace(panel, values=values).until(leap), "甲", of_leap, leap, "pm25", 40.0
    )
    assert early is not None
    assert early.years == (2015,)  # 2014 has no 365 days before
    level = replace(panel, values=values).between(date(2015, 3, 2), leap).values[:, 0, 0].mean()
    before = panel.between(date(2014, 3, 1), date(2015, 2, 28)).values[:, 0, 0].mean()
    rest = panel.between(date(2015, 3, 1), date(2015, 12, 31)).values[:, 0, 0].mean()
    for factor, percentile_ in ((0.999, 0.0), (1.001, 100.0)):
        found = unusualness(
            replace(panel, values=values),
            "甲",
            of_leap,
            leap,
            "pm25",
            factor * level * rest / before,
        )
        assert found is not None
        assert found.percentile == percentile_


def test_a_pollutant_without_a_value_has_no_control_value(panel: Panel) -> None:
    values = panel.values.copy()
    values[panel.days >= np.datetime64("2017-01-01"), 0, 0] = np.nan
    table = control_table(replace(panel, values=values), "甲", YEAR, date(2017, 9, 30))
    assert (table.loc["pm25", "days_so_far"], table.loc["pm10", "days_so_far"]) == (0, 273)
    assert table.loc["pm25", ["so_far", "control", "past_years"]].isna().all()
    assert table.loc["pm10", ["so_far", "control", "past_years"]].notna().all()
