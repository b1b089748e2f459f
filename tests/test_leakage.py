"""No public function says anything else as of a day when later days are others."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pytest

import airrank
from airrank import CityForecast, CityOutlook, Forecast, Outlook
from airrank.cities import load_ranking_list
from airrank.forecasting.run import forecast_panel
from airrank.panel import Panel
from airrank.periods import Period
from airrank.plots import FIGURES
from airrank.rules.standards import POLLUTANTS
from airrank.simulation.correction import LEAST_CITIES
from airrank.simulation.remainder import RemainderModel
from airrank.store import load_observations
from airrank.verification import backtest as scoring
from tests.forecasting.simulated import simulate

AS_OF, CITY, GOAL = date(2017, 5, 14), "驻马店", 9
"""A day in the dust season."""
GIVEN: dict[str, Any] = {"panel": "henan17", "draws": 100, "dust": "proxy"}
Frame = pd.DataFrame


@pytest.fixture(scope="module")
def observations() -> Frame:
    frame = load_observations()
    near = (frame["date"] >= "2015-01-01") & (frame["date"] <= "2017-12-31")
    cities = (*load_ranking_list("henan17").names, "武汉", "西安", "北京")
    return frame[near & frame["city"].isin(cities)].drop(columns=["flags", "source"])


@pytest.fixture(scope="module")
def changed(observations: Frame) -> Frame:
    """Other values, other dust days, and days taken out and put in, after the day."""
    frame, rng = observations.copy(), np.random.default_rng(1)
    later = frame["date"] > pd.Timestamp(AS_OF)
    for pollutant in POLLUTANTS:
        low, high = {"pm25": (1, 200), "pm10": (200, 1500), "co": (1, 9)}.get(pollutant, (1, 200))
        frame.loc[later, pollutant] = rng.integers(low, high, int(later.sum())).astype(float)
    extra = frame[later].assign(date=frame["date"] + pd.Timedelta(days=365))
    frame = frame.assign(dust=later).drop(index=frame.index[frame["date"] == "2017-06-07"])
    return pd.concat([frame, extra])


def goals_of(frame: Frame) -> Any:
    return airrank.assess(frame, 2017, as_of=AS_OF, goals=f"{GOAL},12", **GIVEN).as_dict()


CALLS: dict[str, Callable[[Frame], Any]] = {
    "assess": goals_of,
    "forecast": lambda f: airrank.forecast(f, AS_OF, goals=(GOAL,), **GIVEN),
    "outlook": lambda f: airrank.outlook(f, AS_OF, ["2017", "2018-03"], **GIVEN),
    "standings": lambda f: airrank.standings(
        f, f"2017-01-01..{AS_OF}", panel="henan17", dust="proxy"
    ),
    "backtest": lambda f: airrank.backtest(
        f, [2016], panel="henan17", draws=100, models=["remainder"], goals=[GOAL]
    ).results[0].table[["rank_median", "1", "2", "17"]],
}  # fmt: skip
ELSEWHERE = {"load_observations": "of a store: tests/cli/test_as_known_at.py and tests/store"}


@pytest.fixture(scope="module")
def pairs(observations: Frame, changed: Frame) -> dict[str, tuple[Any, Any]]:
    """What every function gives of both."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(scoring, "origin_days", lambda *_: [date(2016, 5, 31)])
        return {name: (call(observations), call(changed)) for name, call in CALLS.items()}


def same(one: Any, other: Any) -> bool:
    """Compare frames, arrays, numbers, and what they are kept in."""
    if isinstance(one, pd.DataFrame | pd.Series):
        return bool(one.equals(other))
    if isinstance(one, np.ndarray):
        return np.array_equal(one, other, equal_nan=one.dtype.kind == "f")
    if isinstance(one, tuple | list):
        return len(one) == len(other) and all(map(same, one, other))
    return bool(one == other) or repr(one) == repr(other)


def public(kind: type) -> set[str]:
    """Name what a class offers beside the fields of its making."""
    return {
        name
        for name, value in inspect.getmembers(kind)
        if not name.startswith("_") and (callable(value) or not isinstance(value, str | int))
    }


def test_no_function_is_forgotten() -> None:
    functions = {name for name in airrank.__all__ if inspect.isfunction(getattr(airrank, name))}
    assert set(CALLS) | set(ELSEWHERE) == functions


@pytest.mark.slow
@pytest.mark.parametrize("name", ["assess", "standings", "backtest"])
def test_what_functions_give(pairs: dict[str, tuple[Any, Any]], name: str) -> None:
    before, after = pairs[name]
    assert same(before, after)


OF_CITY: dict[str, Callable[[CityForecast], Any]] = {
    "goals": lambda made: made.goals,
    "summary": lambda made: made.summary(),
    "probability": lambda made: made.probability(GOAL),
    "rank_distribution": lambda made: made.rank_distribution,
    "to_frame": lambda made: made.to_frame(),
    "around": lambda made: made.around(GOAL),
    "control_values": lambda made: made.control_values(),
    "odds": lambda made: made.odds("pm25", GOAL),
    "index_change": lambda made: made.index_change(),
    "change_since": lambda made: repr(made.change_since()),
}
NO_FIGURES = {"city", "forecast", "plot", "save"}
"""What is made of the others, and the figures, which are looked at below."""
OF_OUTLOOK: dict[str, Callable[[CityOutlook], Any]] = {
    "goals": lambda made: [str(aim.goal.target) for aim in made.goals],
    "odds": lambda made: made.odds.joint(made.odds.aims),
    "probability": lambda made: made.probability({"2017": GOAL}, given={"2018-03": 12}),
    "summary": lambda made: made.summary(),
    "to_frame": lambda made: made.to_frame(),
    "forecast": lambda made: made.forecast("2018-03").summary(),
}


@pytest.mark.slow
def test_what_a_forecast_says(pairs: dict[str, tuple[Forecast, Forecast]]) -> None:
    before, after = pairs["forecast"]
    assert np.array_equal(before.statistics_draws, after.statistics_draws)
    assert before.fingerprint == after.fingerprint
    unknown = public(CityForecast) - set(OF_CITY) - NO_FIGURES
    assert not unknown, "say here how it is called"
    for name, call in OF_CITY.items():
        assert same(call(before[CITY]), call(after[CITY])), name


@pytest.mark.slow
@pytest.mark.parametrize("name", FIGURES)
def test_what_figures_show(pairs: dict[str, tuple[Forecast, Forecast]], name: str) -> None:
    more = {"rank": GOAL} if "rank" in FIGURES[name].needs else {}
    tables = [getattr(made[CITY].plot, name)(**more)[1] for made in pairs["forecast"]]
    assert same(*tables)


@pytest.mark.slow
def test_what_an_outlook_says(pairs: dict[str, tuple[Outlook, Outlook]]) -> None:
    before, after = pairs["outlook"]
    unknown = public(CityOutlook) - set(OF_OUTLOOK) - {"city", "outlook", "plot"}
    assert not unknown, "say here how it is called"
    for name, call in OF_OUTLOOK.items():
        assert same(call(before[CITY]), call(after[CITY])), name
    assert same(before[CITY].plot.path()[1], after[CITY].plot.path()[1])


@pytest.fixture(scope="module")
def many() -> Panel:
    """Enough cities and years for the learned correction."""
    return simulate(LEAST_CITIES, date(2014, 1, 1), date(2017, 12, 31), 3, correlation=0.3)


@pytest.mark.afresh
@pytest.mark.slow
def test_nothing_of_a_fit_knows_a_later_year(many: Panel) -> None:
    """Variance components and the learned correction are of each origin: other later years change
    neither them nor a draw, other lessons do."""
    day = date(2016, 5, 31)
    history = many.until(day)
    later, earlier = many.values.copy(), many.values.copy()
    later[len(history.days) :] *= 3.0
    autumn = (many.days > np.datetime64("2015-08-31")) & (many.days < np.datetime64("2016-01-01"))
    half = np.arange(many.values.shape[1]) % 2 == 0
    earlier[np.ix_(autumn, half)] *= 1.5
    fits = {
        name: RemainderModel(replace(many, values=values).until(day))
        for name, values in (("same", many.values), ("later", later), ("earlier", earlier))
    }
    for one, other in zip(fits["same"].parameters, fits["later"].parameters, strict=True):
        assert np.array_equal(one.mix, other.mix)  # of months and half months alike
        assert np.array_equal(one.variances, other.variances)
    for one, other in zip(fits["same"].parameters, fits["earlier"].parameters, strict=True):
        assert not np.allclose(one.mix, other.mix)
        assert not np.allclose(one.variances, other.variances)
    learned = {name: fit.correction for name, fit in fits.items()}
    assert all(one is not None and one.latest == 2015 for one in learned.values())
    for part in ("coefficients", "ahead"):
        of_each = {name: getattr(one, part) for name, one in learned.items()}
        assert np.array_equal(of_each["same"], of_each["later"])
        assert not np.allclose(of_each["same"], of_each["earlier"])
    for year in (2016, 2017):
        draws = [
            forecast_panel(
                replace(many, values=values), day, draws=50, period=Period.of_year(year)
            ).index_draws
            for values in (many.values, later)
        ]
        assert np.array_equal(*draws)
