"""Baselines against plain Python over single days, and what they may not know."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from statistics import fmean

import numpy as np
import pytest

from airrank.errors import InputError
from airrank.panel import Panel
from airrank.periods import Period
from airrank.rules import percentile
from airrank.verification.baselines import BASELINES, error_roots, get_model
from tests.forecasting.simulated import simulate

YEAR = Period(date(2017, 1, 1), date(2017, 12, 31))
AS_OF = date(2017, 5, 31)


@pytest.fixture(scope="module")
def panel() -> Panel:
    return simulate(12, date(2015, 1, 1), YEAR.end, 1, correlation=0.3)


def values(panel: Panel, first: date, last: date, city: int, pollutant: int) -> list[float]:
    """Values of single days, found one by one."""
    row = {day: i for i, day in enumerate(panel.days.tolist())}
    days = [first + timedelta(days=k) for k in range((last - first).days + 1)]
    return [float(panel.values[row[day], city, pollutant]) for day in days]


def statistic(days: list[float], pollutant: int) -> float:
    return fmean(days) if pollutant < 4 else float(percentile(days, {4: 95, 5: 90}[pollutant]))


@pytest.mark.parametrize("pollutant", [0, 4, 5])
def test_points_in_plain_python(panel: Panel, pollutant: int) -> None:
    history, city = panel.until(AS_OF), 7
    seen = values(panel, YEAR.start, AS_OF, city, pollutant)
    last = values(panel, date(2016, 1, 1), date(2016, 12, 31), city, pollutant)
    last.pop(59)  # 29 February 2016: the year 2017 has no such day
    before = values(panel, date(2015, 1, 1), date(2015, 12, 31), city, pollutant)
    whole, same = statistic(last, pollutant), statistic(last[: len(seen)], pollutant)
    expected = {
        "ytd": statistic(seen, pollutant),
        "last_year": whole,
        "ytd_last_remainder": statistic(seen + last[len(seen) :], pollutant),
        "ratio": statistic(seen, pollutant) * whole / same,
        "climatology": (whole + statistic(before, pollutant)) / 2,
    }
    for name, baseline in BASELINES.items():
        found = baseline.point(history, YEAR)[city, pollutant]
        assert found == pytest.approx(expected[name], rel=1e-9), name


@pytest.mark.parametrize("name", BASELINES)
def test_draws_repeat_and_centre_on_the_point(panel: Panel, name: str) -> None:
    history, model = panel.until(AS_OF), get_model(name)
    once, twice, other = (
        np.concatenate(list(model.draw_statistics(history, YEAR, draws=600, seed=s)))
        for s in (1, 1, 2)
    )
    assert once.shape == (600, 12, 6)
    assert np.array_equal(once, twice)
    assert not np.array_equal(once, other)
    middle = np.median(once, axis=0)
    assert middle == pytest.approx(BASELINES[name].point(history, YEAR), rel=0.06)


def test_the_dressing_has_the_size_of_the_past_errors() -> None:
    rng = np.random.default_rng(0)
    root = np.diag([0.1, 0.2, 0.1, 0.1, 0.1, 0.3])
    errors = [0.05 + rng.standard_normal((3000, 6)) @ root for _ in range(2)]
    shared, own = error_roots(errors, 1.0)
    assert own @ own.T == pytest.approx(root @ root, abs=0.004)
    assert shared == pytest.approx(0.05, abs=0.01)


def test_pseudo_origins_ask_every_past_year_that_can_be_judged(panel: Panel) -> None:
    history = panel.until(AS_OF)
    assert len(BASELINES["ytd"].errors(history, YEAR)) == 2
    assert len(BASELINES["last_year"].errors(history, YEAR)) == 1
    only = history.between(date(2017, 1, 1), AS_OF)
    assert BASELINES["ytd"].errors(only, YEAR) == []


def test_a_gap_in_spring_does_not_matter_to_the_autumn(panel: Panel) -> None:
    gappy = panel.values.copy()
    months = panel.days.astype("datetime64[M]")
    gone = (months >= np.datetime64("2016-01")) & (months <= np.datetime64("2016-05"))
    gappy[gone] = np.nan
    history = panel.until(AS_OF)
    holey = replace(panel, values=gappy).until(AS_OF)
    model = BASELINES["ytd_last_remainder"]
    assert np.array_equal(model.point(holey, YEAR), model.point(history, YEAR))


@pytest.mark.parametrize("name", BASELINES)
def test_every_city_gets_a_forecast_however_little_is_known(panel: Panel, name: str) -> None:
    little = panel.between(date(2016, 11, 1), date(2017, 1, 5))
    scarce = little.values.copy()
    scarce[:, 3, 2] = np.nan
    draws = get_model(name).draw_statistics(replace(little, values=scarce), YEAR, draws=50, seed=0)
    assert np.isfinite(np.concatenate(list(draws))).all()


def test_on_the_last_day_the_year_to_date_is_the_year(panel: Panel) -> None:
    assert np.array_equal(
        BASELINES["ytd"].point(panel, YEAR), BASELINES["ytd_last_remainder"].point(panel, YEAR)
    )


def test_an_unknown_model_is_named_with_those_there_are() -> None:
    with pytest.raises(InputError, match=r"'arima'.*remainder, last_year"):
        get_model("arima")
