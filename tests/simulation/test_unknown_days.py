"""Gaps before the day of the forecast are drawn like the days to come."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from airrank.panel import Panel
from airrank.rules.evaluation import statistics_array
from airrank.simulation.remainder import RemainderModel
from airrank.simulation.unknown_days import unknown_days

YEAR = (date(2017, 1, 1), date(2017, 12, 31))
KINDS = {
    "fifty days of three cities": ("2017-11-01", "2017-12-20", [2, 7, 12], range(6)),
    "five months of all": ("2017-07-01", "2017-11-30", range(17), range(6)),
    "a pollutant of five cities": ("2017-01-01", "2017-12-31", [0, 3, 6, 9, 14], [1]),
    "the winter of all": ("2017-01-01", "2017-03-10", range(17), range(6)),
}


def spoil(panel: Panel, kind: str) -> tuple[Panel, np.ndarray]:
    """Days removed from 2017; which cities lack them."""
    values, day = panel.values.copy(), panel.days
    first, last, cities, pollutants = KINDS[kind]
    rows = np.flatnonzero((day >= np.datetime64(first)) & (day <= np.datetime64(last)))
    values[np.ix_(rows, list(cities), list(pollutants))] = np.nan
    around = panel.surroundings
    if around is not None and len(cities) == 17:
        others = around.values.copy()
        others[rows] = np.nan
        around = replace(around, values=others)
    return replace(panel, values=values, surroundings=around), np.array(cities)


def test_single_missing_days_count_as_known(henan: Panel) -> None:
    """The year needs 324 days of 365 by HJ 663: the 42nd missing day makes a gap."""
    row = int(np.flatnonzero(henan.days == np.datetime64("2017-03-01"))[0])
    for missing, gap in ((41, False), (42, True)):
        values = henan.values.copy()
        values[row : row + missing, 4, 2] = np.nan
        unknown = unknown_days(replace(henan, values=values), *YEAR)
        assert unknown[59 : 59 + missing, 4, 2].all() == gap
        assert unknown.sum() == (missing if gap else 0)


def test_days_to_come_and_days_before_the_data_are_unknown(henan: Panel) -> None:
    history = henan.between(date(2016, 12, 1), date(2017, 6, 30))
    unknown = unknown_days(history, date(2016, 10, 1), date(2017, 7, 31))
    whole = unknown.all(axis=(1, 2))
    assert whole[:61].all()
    assert not whole[61:-31].any()
    assert whole[-31:].all()


def test_deducted_dust_days_are_no_gap(henan: Panel) -> None:
    dust = np.zeros(henan.dust.shape, dtype=bool)
    dust[henan.days >= np.datetime64("2017-06-01"), 3] = True
    history = replace(henan, dust=dust).without_dust("deduct")
    assert np.isnan(history.between(*YEAR).values[:, 3, 0]).sum() > 200
    assert not unknown_days(history, *YEAR).any()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.slow
def test_gaps_are_drawn_around_what_was_there(henan: Panel, kind: str) -> None:
    """As of the year's end: the cities with a gap are unsure, about right; the others exact."""
    panel, gappy = spoil(henan, kind)
    truth = statistics_array(henan.between(*YEAR).values)
    period = RemainderModel(panel).remainder(*YEAR)
    draws = np.concatenate([d.statistics for d in period.draws(400, seed=0)])
    others = np.setdiff1d(np.arange(17), gappy)
    assert (draws[:, others] == truth[others]).all()
    drawn = period.unknown[:, gappy].any(axis=0)
    here, outcome = draws[:, gappy], truth[gappy]
    assert (here[:, ~drawn] == outcome[~drawn]).all()
    miss = np.abs(np.log(np.median(here, axis=0) / outcome))[drawn]
    assert miss.mean() < 0.12
    low, high = np.quantile(here, [0.025, 0.975], axis=0)
    assert ((low <= outcome) & (outcome <= high))[drawn].mean() > 0.75
    spread, drawn[:, 4:] = here.std(axis=0) / outcome, False
    assert (spread[drawn] > 0.002).all()  # a winter does not move the highest ozone days
    assert (spread[drawn] < 0.4).all()


@pytest.mark.slow
def test_the_days_drawn_are_those_missing(henan: Panel) -> None:
    panel, gappy = spoil(henan, "fifty days of three cities")
    period = RemainderModel(panel).remainder(*YEAR)
    draws = next(period.draws(20, seed=4))
    city = int(gappy[1])
    course = period.course(city, draws, seed=4)
    assert (np.isfinite(course) == period.unknown[:, city]).all()
    days = np.where(period.unknown[:, city], course, panel.between(*YEAR).values[:, city])
    again = statistics_array(days.swapaxes(0, 1))
    assert draws.statistics[:, city] == pytest.approx(again, rel=2e-5)
    nothing = period.course(0, draws, seed=4)
    assert np.isnan(nothing).all()
