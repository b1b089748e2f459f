"""Gaps before the day of the forecast are drawn like the days to come."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from airrank.panel import Panel
from airrank.rules.evaluation import statistics_array
from airrank.simulation.blocks import POWERS
from airrank.simulation.days import DayShapes
from airrank.simulation.fitted import bundled
from airrank.simulation.remainder import RemainderModel
from airrank.simulation.stretch import Stretch
from airrank.simulation.unknown_days import Part, Remainder, unknown_days

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


def level_of(days: list[float], power: float) -> float:
    """Logarithm of the power mean of some days; that of a usual day without any."""
    return float(np.log(np.mean(np.array(days) ** power)) / power) if days else 0.0


@pytest.mark.parametrize("seed", range(4))
def test_a_gap_has_the_weather_that_the_neighbours_had(seed: int) -> None:
    """By hand, block by block: the gap's days against those that the block's level is of.

    Days before the data and days that hardly a city has tell nothing; a block that is predicted is
    of all days, one that is known of the others than the gap's.
    """
    rng = np.random.default_rng(seed)
    days = np.arange(np.datetime64("2017-01-11"), np.datetime64("2017-04-01"))
    history = np.arange(np.datetime64("2017-01-21"), np.datetime64("2017-03-27"))
    months = days.astype("datetime64[M]").astype(int) - days[0].astype("datetime64[M]").astype(int)
    size, cities = np.bincount(months), 3
    relative = rng.lognormal(0.0, 0.5, (len(history), cities, 6)).astype(np.float32)
    usable = rng.random(len(history)) < 0.8
    near = (1.0 - np.eye(cities)).astype(np.float32)
    shapes = DayShapes(relative, usable, history, near)
    unknown = rng.random((len(days), cities, 6)) < rng.choice([0.05, 0.5, 1.0], (1, cities, 6))
    unknown[months == 1, 0] = False
    stretch = Stretch(
        days=days,
        past=True,
        block_of_day=months,
        month=np.array([1, 2, 3]),
        time=np.array([17.05, 17.12, 17.2]),
        size=size.astype(float),
        levels=rng.normal(3.0, 1.0, (3, cities + 2, 6)),  # of two cities around, too
        cross=np.zeros((6, 3, 1)),
        gains=(),
        open=rng.random((18, 3, cities + 2)) < 0.5,
        open_common=np.zeros(3, dtype=bool),
    )
    found = Part.of(stretch, unknown, shapes).levels
    expected = stretch.levels[:, :cities].copy()
    row = {day: k for k, day in enumerate(history.tolist())}
    told = [k for k, day in enumerate(days.tolist()) if day in row and usable[row[day]]]
    for block, c, p in np.ndindex(3, cities, 6):
        here = [k for k in told if months[k] == block]
        others = [o for o in range(cities) if o != c]

        def weather(k: int, c: int = c, p: int = p, others: list[int] = others) -> float:
            day = relative[row[days[k].item()], :, p]
            return float((day[others].sum() + 0.2 * day.mean()) / (len(others) + 0.2))

        gap = [weather(k) for k in here if unknown[k, c, p]]
        known = not stretch.open[-1, block, c]
        judged = [weather(k) for k in here if not (known and unknown[k, c, p])]
        if gap:
            expected[block, c, p] += level_of(gap, POWERS[p]) - level_of(judged, POWERS[p])
    assert found == pytest.approx(expected, rel=1e-4, abs=1e-5)
    assert np.abs(found - stretch.levels[:, :cities]).max() > 0.2
    ahead = Part.of(replace(stretch, past=False), unknown, shapes)
    assert np.array_equal(ahead.levels, stretch.levels[:, :cities])


def test_days_of_a_block_are_weighed_by_its_level() -> None:
    days = np.arange(np.datetime64("2017-01-30"), np.datetime64("2017-02-03"))
    levels = np.log([[[2.0] * 6], [[3.0] * 6]])
    stretch = Stretch(
        days, False, np.array([0, 0, 1, 1]), np.array([1, 2]), np.array([17.0, 17.1]),
        np.array([2.0, 2.0]), levels, np.zeros((6, 2, 1)), (), np.ones((18, 2, 1), dtype=bool),
        np.ones(2, dtype=bool),
    )  # fmt: skip
    unknown = np.zeros((4, 1, 6), dtype=bool)
    unknown[1:, 0, 0] = unknown[3, 0, 5] = True
    part = Part(stretch, unknown, levels)
    assert part.weights[:, 0, 0] == pytest.approx([2.0, 2 * 3.0])
    assert part.weights[:, 0, 5] == pytest.approx([0.0, 3.0**4])
    assert part.days.tolist() == [False, True, True, True]
    assert part.blocks.tolist() == [True, True]
    only = Part(stretch, unknown & (np.arange(4) > 1)[:, None, None], levels)
    assert only.blocks.tolist() == [False, True]
    assert part.year == 2017


WINTER = (date(2017, 10, 1), date(2018, 3, 31))


@pytest.fixture(scope="module")
def winter(henan: Panel) -> Remainder:
    """A winter as of 10 December: three cities lack November, two one pollutant of October.

    One of the three has reported nothing since.
    """
    panel = replace(henan.between(date(2016, 1, 1), date(2017, 12, 10)), surroundings=None)
    values, day = panel.values.copy(), panel.days
    november = day.astype("datetime64[M]") == np.datetime64("2017-11")
    october = day.astype("datetime64[M]") == np.datetime64("2017-10")
    values[np.ix_(november, [2, 7, 12])] = np.nan
    values[np.ix_(october, [0, 2], [5])] = np.nan
    values[day > np.datetime64("2017-11-30"), 12] = np.nan
    fitted = bundled()
    assert fitted is not None
    return RemainderModel(replace(panel, values=values), fitted.parameters).remainder(*WINTER)


def test_a_period_is_cut_into_what_is_over_and_what_is_to_come_by_year(winter: Remainder) -> None:
    parts = [(part.year, part.stretch.past) for part in winter.parts]
    assert parts == [(2017, True), (2017, False), (2018, False)]
    assert [(part.year, part.stretch.past) for part in winter.halves] == parts
    for division in (winter.parts, winter.halves):
        days = np.concatenate([part.stretch.days[part.days] for part in division])
        unknown = np.concatenate([part.unknown[part.days] for part in division])
        assert np.array_equal(days, winter.days[winter.unknown.any(axis=(1, 2))])
        assert np.array_equal(unknown, winter.unknown[winter.unknown.any(axis=(1, 2))])
    assert winter.unknown[:71].sum() == 30 * 3 * 6 + 31 * 2 + 10 * 6
    assert winter.unknown[71:].all()
    assert winter.coming[0] == np.datetime64("2017-12-11")
    assert not winter.certain


def test_the_level_of_what_is_unknown_is_the_power_mean_of_its_days(winter: Remainder) -> None:
    """By months and by half months, day by day; the mean of both."""
    for city, p in ((0, 5), (2, 0), (2, 5), (3, 4)):
        found = []
        for division in (winter.parts, winter.halves):
            days = [
                part.levels[part.stretch.block_of_day[k], city, p]
                for part in division
                for k in np.flatnonzero(part.unknown[:, city, p])
            ]
            found.append(np.log(np.mean(np.exp(np.array(days) * POWERS[p]))) / POWERS[p])
        assert winter.level[city, p] == pytest.approx(np.mean(found))


def test_a_single_day_to_come_has_its_blocks_level(winter: Remainder) -> None:
    tomorrow = winter.model.remainder(date(2017, 12, 1), date(2017, 12, 11))
    assert tomorrow.unknown[:, 3, 0].sum() == 1
    days = [division[-1] for division in (tomorrow.parts, tomorrow.halves)]
    levels = [part.levels[part.stretch.block_of_day[0], 3] for part in days]
    assert tomorrow.level[3] == pytest.approx((levels[0] + levels[1]) / 2)


def test_days_drawn_are_those_missing_and_give_the_statistics(winter: Remainder) -> None:
    draws = next(winter.draws(20, seed=4))
    observed = np.full(winter.unknown.shape, np.nan)
    observed[: len(winter.observed)] = winter.observed
    for city in (0, 2, 3, 12):
        course = winter.course(city, draws, seed=4)
        assert (np.isfinite(course) == winter.unknown[:, city]).all()
        days = np.where(winter.unknown[:, city], course, observed[:, city])
        again = statistics_array(days.swapaxes(0, 1))
        assert draws.statistics[:, city] == pytest.approx(again, rel=2e-5)


def test_of_a_month_that_is_over_without_gaps_nothing_is_drawn(winter: Remainder) -> None:
    september = winter.model.remainder(date(2017, 9, 1), date(2017, 9, 30))
    assert september.certain
    assert not september.level.any()
    assert len(september.coming) == 0
    draws = next(september.draws(7, seed=1))
    assert (draws.statistics == statistics_array(september.observed)).all()
    assert draws.statistics.shape == (7, 17, 6)
    course = september.course(0, draws, seed=1)
    assert course.shape == (7, 30, 6)
    assert np.isnan(course).all()
