"""The remainder model: what its draws must satisfy, and what it must live with."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from airrank.cities import City, RankingList, load_ranking_list
from airrank.errors import InsufficientDataError
from airrank.forecasting.run import forecast_panel
from airrank.panel import Panel
from airrank.rules.choices import Rules
from airrank.rules.evaluation import statistics_array
from airrank.rules.reference_state import reference_factors
from airrank.rules.standards import POLLUTANTS
from airrank.simulation.remainder import RemainderModel
from airrank.store import load_observations

YEAR = (date(2017, 1, 1), date(2017, 12, 31))
MEANS = [POLLUTANTS.index(p) for p in ("pm25", "pm10", "so2", "no2")]


def test_statistics_are_those_of_the_observed_and_drawn_days(henan: Panel) -> None:
    """The fast route, exact order statistics and sums, against the days themselves."""
    remainder = RemainderModel(henan.until(date(2017, 9, 24))).remainder(*YEAR)
    draws = next(remainder.draws(40, seed=3))
    city = henan.cities.index("驻马店")
    observed = henan.between(YEAR[0], date(2017, 9, 24)).values[:, city]
    for draw, course in enumerate(remainder.course(city, draws, seed=3)):
        assert np.isnan(course[: len(observed)]).all()
        whole = statistics_array(np.concatenate([observed, course[len(observed) :]])[:, None])[0]
        assert draws.statistics[draw, city] == pytest.approx(whole, rel=2e-5)


@pytest.mark.slow
def test_nothing_remains_at_year_end(henan: Panel) -> None:
    remainder = RemainderModel(henan.until(YEAR[1])).remainder(*YEAR)
    draws = next(remainder.draws(3, seed=0))
    assert remainder.certain
    assert (draws.statistics == statistics_array(henan.between(*YEAR).values)).all()
    assert np.isnan(remainder.course(0, draws, seed=0)).all()


@pytest.mark.slow
def test_draws_do_not_depend_on_how_many_are_wanted_at_once(
    henan: Panel, monkeypatch: pytest.MonkeyPatch
) -> None:
    remainder = RemainderModel(henan.until(date(2017, 6, 30))).remainder(*YEAR)
    whole = np.concatenate([d.statistics for d in remainder.draws(120, seed=1)])
    again = np.concatenate([d.statistics for d in remainder.draws(120, seed=1)])
    other = np.concatenate([d.statistics for d in remainder.draws(120, seed=2)])
    assert (whole == again).all()
    assert (whole != other).any()
    monkeypatch.setattr("airrank.simulation.remainder.CELLS", 17 * 60)
    chunks = list(remainder.draws(120, seed=1))
    assert [len(c.statistics) for c in chunks] == [60, 60]


@pytest.mark.slow
def test_neighbours_err_together() -> None:
    """Joint draws: the errors of a city's PM2.5 go with its neighbours', less with far cities'."""
    panel = Panel.from_observations(load_observations(), load_ranking_list("168"))
    remainder = RemainderModel(panel.until(date(2017, 3, 31))).remainder(*YEAR)
    logs = np.log(np.concatenate([d.levels for d in remainder.draws(3000, seed=0)])[..., 0])
    here = panel.cities.index("驻马店")
    correlation = np.corrcoef((logs - logs.mean(axis=1, keepdims=True)).T)[here]
    near, far = (correlation[panel.cities.index(city)] for city in ("漯河", "广州"))
    assert near > far + 0.1
    # The weather of the year is common to all.
    assert np.corrcoef(logs.T)[here].min() > 0.05


def with_gaps(panel: Panel, name: str) -> Panel:
    values = panel.values.copy()
    day = panel.days
    if name == "five months missing":
        values[(day >= np.datetime64("2016-03-01")) & (day < np.datetime64("2016-08-01"))] = np.nan
    elif name == "a city away for two months":
        values[(day >= np.datetime64("2017-04-01")) & (day < np.datetime64("2017-06-01")), 3] = (
            np.nan
        )
    elif name == "a city new this year":
        values[day < np.datetime64("2017-01-01"), 5] = np.nan
    elif name == "one past year":
        values[day < np.datetime64("2016-01-01")] = np.nan
    return replace(panel, values=values)


@pytest.mark.parametrize(
    ("name", "as_of"),
    [
        ("five months missing", date(2017, 1, 5)),
        ("a city new this year", date(2017, 1, 5)),
        ("one past year", date(2017, 1, 5)),
        ("a city away for two months", date(2017, 7, 31)),
        ("a city new this year", date(2017, 7, 31)),
        ("five months missing", date(2017, 12, 30)),
        ("a city away for two months", date(2017, 12, 30)),
        ("one past year", date(2017, 12, 30)),
    ],
)
@pytest.mark.slow
def test_gaps_are_lived_with(henan: Panel, name: str, as_of: date) -> None:
    result = forecast_panel(with_gaps(henan, name), as_of, draws=200, goals=(9,))
    summary = result.summary()
    final = {"驻马店": 5.87, "安阳": 7.66}  # the outcome of 2017
    for city, index in final.items():
        assert summary.loc[city, "index_median"] == pytest.approx(index, rel=0.2)
    width = summary["index_hi95"] - summary["index_lo95"]
    assert (width < 6).all()
    if (as_of.month, as_of.day) != (12, 30):  # one day is less than the rounding of most cities
        assert (width > 0).all()


@pytest.mark.slow
def test_uncertainty_shrinks_towards_year_end(henan: Panel) -> None:
    widths = []
    for as_of in (date(2017, 1, 31), date(2017, 6, 30), date(2017, 11, 30)):
        summary = forecast_panel(henan, as_of, draws=300).summary()
        widths.append(float((summary["index_hi80"] - summary["index_lo80"]).mean()))
    assert widths[0] > widths[1] > widths[2]


def test_without_history_there_is_no_forecast(henan: Panel) -> None:
    with pytest.raises(InsufficientDataError, match="needs at least 180"):
        forecast_panel(henan.between(date(2016, 9, 1), date(2017, 4, 30)), date(2017, 4, 30))


def test_a_city_without_any_record_is_named(henan: Panel) -> None:
    values = henan.values.copy()
    values[:, 2] = np.nan
    with pytest.raises(InsufficientDataError, match=henan.cities[2]):
        forecast_panel(replace(henan, values=values), date(2017, 6, 30))


@pytest.mark.slow
def test_deducted_dust_lowers_the_particles(henan: Panel) -> None:
    dust = henan.values[..., POLLUTANTS.index("pm10")] > 250
    marked = replace(henan, dust=dust)
    kept = forecast_panel(marked, date(2017, 9, 24), draws=200)
    less = forecast_panel(marked, date(2017, 9, 24), draws=200, rules=Rules(dust="deduct"))
    pm10 = POLLUTANTS.index("pm10")
    assert (
        less.statistics_draws[..., pm10].mean(axis=0)
        < kept.statistics_draws[..., pm10].mean(axis=0)
    ).all()


def test_gases_before_the_change_of_reference_state_are_compared_at_the_new_one() -> None:
    """The same air, reported at 273 K before September 2018: the level must not fall by 8 %."""
    rng = np.random.default_rng(0)
    days = np.arange(np.datetime64("2017-01-01"), np.datetime64("2018-12-01"))
    pair = RankingList("pair", "", "", (City("甲", lon=114, lat=33), City("乙", lon=115, lat=33)))
    air = np.array([40.0, 80.0, 20.0, 30.0, 1.0, 90.0]) * np.exp(
        0.3 * rng.standard_normal((len(days), 2, 6))
    )
    values = air / reference_factors(days)[:, None]
    nothing = np.zeros(values.shape, dtype=bool)
    panel = Panel(pair, days, values, nothing, nothing[..., 0])
    remainder = RemainderModel(panel).remainder(date(2018, 1, 1), date(2018, 12, 31))
    levels = next(remainder.draws(500, seed=0)).levels
    for p in MEANS:
        assert np.median(levels[..., p]) == pytest.approx(air[..., p].mean(), rel=0.06)
    early = replace(
        panel,
        days=days[:570],
        values=values[:570],
        estimated=nothing[:570],
        dust=nothing[:570, :, 0],
    )
    ahead = RemainderModel(early).remainder(date(2018, 1, 1), date(2018, 12, 31))
    no2 = POLLUTANTS.index("no2")
    course = ahead.course(0, next(ahead.draws(200, seed=0)), seed=0)[..., no2]
    before = ahead.days < np.datetime64("2018-09-01")
    ratio = course[:, ~before].mean() / np.nanmean(course[:, before])
    assert ratio == pytest.approx(273.15 / 298.15, abs=0.05)
