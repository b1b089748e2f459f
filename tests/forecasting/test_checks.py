"""Every check stops a forecast that is broken in the way its name says, and lets a sound one by."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pytest

from airrank.forecasting import run as module
from airrank.forecasting.checks import CHECKS, Basis, ForecastCheckError, check_forecast
from airrank.forecasting.result import Forecast
from airrank.forecasting.run import forecast_panel
from airrank.panel import Panel
from airrank.periods import Period
from airrank.rules.choices import Rules
from airrank.simulation.period_draws import Draws
from airrank.simulation.remainder import RemainderModel

AS_OF = date(2017, 9, 24)
CITY = 4


@pytest.fixture(scope="module")
def basis(henan: Panel) -> Basis:
    """The same draws once more, and the days behind the first of them."""
    history = henan.until(AS_OF)
    remainder = RemainderModel(history).remainder(date(2017, 1, 1), date(2017, 12, 31))
    first = next(remainder.draws(400, seed=0))
    some = Draws(first.statistics[:20], first.levels[:20], first.templates[:20])
    return Basis(history, CITY, remainder.course(CITY, some, seed=0), remainder.unknown)


def subclass(forecast: Forecast, **methods: Any) -> Forecast:
    """A forecast one of whose methods is wrong."""
    kind = type("Broken", (Forecast,), methods)
    broken: Forecast = kind(
        **{f.name: getattr(forecast, f.name) for f in fields(forecast) if f.init}
    )
    return broken


def spoilt(array: np.ndarray, place: tuple[int, ...], value: float) -> np.ndarray:
    copy = array.copy()
    copy[place] = value
    return copy


def two_swapped(ranks: np.ndarray) -> np.ndarray:
    """In one draw, the cities of rank 8 and 9 change places."""
    copy = ranks.copy()
    copy[2, ranks[2] == 8], copy[2, ranks[2] == 9] = 9, 8
    return copy


def crossed(name: str) -> Callable[..., pd.DataFrame]:
    """A summary whose 50 % interval of one city begins above its median."""

    def summary(self: Forecast, goals: Any = None) -> pd.DataFrame:
        table = Forecast.summary(self, goals)
        table.loc["驻马店", f"{name}_lo50"] = table.loc["驻马店", f"{name}_median"] + 1
        return table

    return summary


def lopsided(self: Forecast, goals: Any = None) -> pd.DataFrame:
    table = Forecast.summary(self, goals)
    if goals:
        table[f"p_rank_le_{max(goals)}"] = 0.0
    return table


def leaky(self: Forecast) -> pd.DataFrame:
    table = Forecast.rank_distribution.fget(self)  # type: ignore[attr-defined]
    table.iloc[3] *= 0.999
    return table


def without_first_days(forecast: Forecast) -> np.ndarray:
    """Statistics of one city too low by a thousandth in every draw."""
    copy = forecast.statistics_draws.copy()
    copy[:, CITY, 0] *= 0.999
    return copy


BREAKS: list[tuple[str, Callable[[Forecast], Forecast]]] = [
    (
        "no missing values",
        lambda f: replace(f, index_draws=spoilt(f.index_draws, (3, 4), np.nan)),
    ),
    (
        "no missing values",
        lambda f: replace(f, statistics_draws=spoilt(f.statistics_draws, (3, 4, 5), np.nan)),
    ),
    ("all cities present", lambda f: replace(f, year_to_date=f.year_to_date.iloc[1:])),
    ("all cities present", lambda f: replace(f, rank_draws=f.rank_draws[:, 1:])),
    (
        "days of the period and of the data",
        lambda f: replace(f, period=Period(date(2017, 1, 1), date(2017, 12, 30))),
    ),
    ("days of the period and of the data", lambda f: replace(f, as_of=date(2017, 9, 25))),
    (
        "observed part reproduced",
        lambda f: replace(f, statistics_draws=spoilt(f.statistics_draws, (399, 0, 1), 30.0)),
    ),
    (
        "observed part reproduced",
        lambda f: replace(f, statistics_draws=spoilt(f.statistics_draws, (399, 0, 4), 0.3)),
    ),
    (
        "observed part reproduced",
        lambda f: replace(f, statistics_draws=without_first_days(f)),
    ),
    (
        "year to date equal to airrank rank",
        lambda f: replace(
            f, year_to_date=f.year_to_date.assign(index=f.year_to_date["index"] + 0.01)
        ),
    ),
    (
        "year to date equal to airrank rank",
        lambda f: replace(
            f, year_to_date=f.year_to_date.assign(rank=f.year_to_date["rank"].to_numpy()[::-1])
        ),
    ),
    (
        "ranks between 1 and the number of cities",
        lambda f: replace(f, rank_draws=spoilt(f.rank_draws, (5, 6), 18)),
    ),
    ("ranks follow the index", lambda f: replace(f, rank_draws=two_swapped(f.rank_draws))),
    (
        "ranks follow the index",
        lambda f: replace(f, rank_draws=np.where(f.rank_draws == 1, 2, f.rank_draws)),
    ),
    (
        "probabilities of each city sum to 1",
        lambda f: subclass(f, rank_distribution=property(leaky)),
    ),
    ("quantiles in order", lambda f: subclass(f, summary=crossed("rank"))),
    ("quantiles in order", lambda f: subclass(f, summary=crossed("index"))),
    ("P(rank ≤ goal) grows with the goal", lambda f: subclass(f, summary=lopsided)),
]


@pytest.mark.parametrize(
    ("name", "spoil"), BREAKS, ids=[f"{i} {b[0]}" for i, b in enumerate(BREAKS)]
)
def test_a_broken_forecast_fails_the_check_of_that_name(
    autumn: Forecast, basis: Basis, name: str, spoil: Callable[[Forecast], Forecast]
) -> None:
    with pytest.raises(ForecastCheckError) as caught:
        check_forecast(spoil(autumn), basis)
    assert repr(name) in str(caught.value)


def test_a_sound_forecast_passes_and_every_check_was_broken(autumn: Forecast, basis: Basis) -> None:
    check_forecast(autumn, basis)
    assert {name for name, _ in BREAKS} | {"finished period equal to airrank rank"} == set(CHECKS)


@pytest.mark.slow
def test_one_place_off_in_one_draw_of_a_finished_year_is_noticed(henan: Panel) -> None:
    end = date(2016, 12, 31)
    year = forecast_panel(henan, end, draws=50)
    remainder = RemainderModel(henan.until(end)).remainder(date(2016, 1, 1), end)
    days = remainder.course(CITY, next(remainder.draws(20, seed=0)), seed=0)
    basis = Basis(henan.until(end), CITY, days, remainder.unknown)
    check_forecast(year, basis)
    wrong = (
        replace(year, rank_draws=spoilt(year.rank_draws, (7, 3), 9)),
        replace(year, index_draws=spoilt(year.index_draws, (7, 3), 9.0)),
    )
    for broken in wrong:
        assert not CHECKS["finished period equal to airrank rank"](broken, basis)


def test_observations_other_than_those_forecast_from_are_noticed(
    autumn: Forecast, basis: Basis
) -> None:
    """One observed day changed: neither the draws nor the ranking can be of these days."""
    history = basis.history
    row = int(np.flatnonzero(history.days == np.datetime64("2017-02-10"))[0])
    values = spoilt(history.values, (row, CITY, 1), 2000.0)
    changed = replace(basis, history=replace(history, values=values))
    for name in ("observed part reproduced", "year to date equal to airrank rank"):
        assert CHECKS[name](autumn, basis)
        assert not CHECKS[name](autumn, changed)


@pytest.mark.parametrize(
    "day", [pytest.param(date(2017, 1, 5), marks=pytest.mark.slow), date(2017, 12, 31)]
)
def test_the_first_days_and_the_last_day_of_a_year_pass(henan: Panel, day: date) -> None:
    assert len(forecast_panel(henan, day, draws=100, seed=3).cities) == 17


@pytest.mark.slow
def test_dust_days_are_deducted_on_both_sides(henan: Panel) -> None:
    marked = replace(henan, dust=henan.values[..., 1] > 250)
    result = forecast_panel(marked, AS_OF, draws=100, rules=Rules(dust="deduct"))
    assert result.settings["dust"] == "deduct"


def test_the_ranks_of_a_forecast_are_checked_before_it_is_given(
    henan: Panel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "rank_array", lambda index, **_: np.full(index.shape, 7))
    with pytest.raises(ForecastCheckError, match="ranks follow the index"):
        forecast_panel(henan, AS_OF, draws=100)
