"""What the quick ways give, by slow ways in plain Python: periods, gaps, odds of several years."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from airrank.cities import City, RankingList
from airrank.forecasting.outlook import Outlook
from airrank.panel import Panel
from airrank.periods import Period, as_period, month_ends
from airrank.rules.evaluation import required_days
from airrank.rules.standards import POLLUTANTS
from airrank.simulation.unknown_days import unknown_days

DAY = dt.timedelta(days=1)
DAYS = st.dates(dt.date(1996, 1, 1), dt.date(2090, 12, 31))
MONTHS = st.tuples(st.integers(1996, 2090), st.integers(1, 12), st.integers(0, 30))


def days_of(period: Period) -> list[dt.date]:
    return [period.start + k * DAY for k in range((period.end - period.start).days + 1)]


def of_months(year: int, month: int, more: int) -> Period:
    """Whole months, by walking day after day."""
    day = start = dt.date(year, month, 1)
    for _ in range(more + 1):
        here = day.month
        while day.month == here:
            day += DAY
    return Period(start, day - DAY)


def month_number(day: dt.date) -> int:
    return 12 * day.year + day.month


ANY = st.builds(lambda a, b: Period(min(a, b), max(a, b)), DAYS, DAYS) | MONTHS.map(
    lambda given: of_months(*given)
)


@given(ANY)
def test_a_period_is_read_as_it_is_written(period: Period) -> None:
    assert as_period(str(period)) == period
    assert period.days == len(days_of(period))


@given(st.integers(1996, 2090), st.sampled_from(["", "H1", "H2", "Q1", "Q2", "Q3", "Q4", "W"]))
def test_units_are_their_months(year: int, unit: str) -> None:
    months = {
        "": range(1, 13), "H1": range(1, 7), "H2": range(7, 13), "Q1": (1, 2, 3),
        "Q2": (4, 5, 6), "Q3": (7, 8, 9), "Q4": (10, 11, 12), "W": (10, 11, 12, 13, 14, 15),
    }[unit]  # fmt: skip
    first = dt.date(year, 1, 1)
    two_years = [first + k * DAY for k in range(731)]
    expected = [day for day in two_years if month_number(day) - 12 * year in months]
    assert days_of(as_period(f"{year}{unit}")) == expected


@given(ANY, DAYS)
def test_a_day_parts_a_period(period: Period, day: dt.date) -> None:
    before, after = period.to_date(day), period.after(day)
    parts = [days_of(part) if part else [] for part in (before, after)]
    assert parts[0] == [one for one in days_of(period) if one <= day]
    assert parts[1] == [one for one in days_of(period) if one > day]
    assert (day in period) == (day in days_of(period))


@given(MONTHS)
def test_whole_months_a_year_before_and_just_before(given_: tuple[int, int, int]) -> None:
    year, month, more = given_
    period = of_months(year, month, more)
    assert period.year_earlier() == of_months(year - 1, month, more)
    first = 12 * year + month - 1 - (more + 1)
    assert period.preceding() == of_months(first // 12, first % 12 + 1, more)


@given(ANY)
def test_a_year_before_begins_and_ends_on_the_same_days(period: Period) -> None:
    earlier = period.year_earlier()
    for now, then in ((period.start, earlier.start), (period.end, earlier.end)):
        same = (then.month, then.day) == (now.month, now.day)
        february = now.month == then.month == 2 and {now.day, then.day} <= {28, 29}
        assert then.year == now.year - 1
        assert same or february


@given(DAYS, st.integers(0, 800))
def test_ends_of_months(day: dt.date, more: int) -> None:
    before = day + more * DAY
    first = day.replace(day=1)
    month = [first + k * DAY for k in range((before - first).days)]
    assert list(month_ends(day, before)) == [one for one in month if (one + DAY).day == 1]


PAIR = RankingList(
    "pair", "两市", "two", (City("甲", lon=113, lat=33), City("乙", lon=114, lat=33))
)
FIRST = dt.date(2017, 1, 20)


def history(days: int, missing: list[tuple[int, int, int]], dusty: list[int]) -> Panel:
    values = np.full((days, 2, len(POLLUTANTS)), 30.0)
    dust = np.zeros((days, 2), dtype=bool)
    for day, city, pollutant in missing:
        values[day % days, city, pollutant] = np.nan
    for day in dusty:
        dust[day % days, 0] = True
        values[day % days, 0, :2] = np.nan
    moments = np.datetime64(FIRST) + np.arange(days)
    return Panel(PAIR, moments, values, np.zeros(values.shape, dtype=bool), dust)


@given(
    days=st.integers(5, 60),
    missing=st.lists(
        st.tuples(st.integers(0, 59), st.integers(0, 1), st.integers(0, 5)), max_size=40
    ),
    run=st.tuples(st.integers(0, 59), st.integers(0, 12), st.integers(0, 1), st.integers(0, 5)),
    dusty=st.lists(st.integers(0, 59), max_size=6),
    start=st.integers(-10, 50),
    length=st.integers(1, 70),
)
def test_gaps(
    days: int,
    missing: list[tuple[int, int, int]],
    run: tuple[int, int, int, int],
    dusty: list[int],
    start: int,
    length: int,
) -> None:
    """A value is unknown if its day is to come, or so many lack that those so far are too few."""
    at, long, city, pollutant = run
    panel = history(days, [*missing, *((at + k, city, pollutant) for k in range(long))], dusty)
    first = FIRST + start * DAY
    last = first + (length - 1) * DAY
    known = {panel.days[k].item(): k for k in range(days)}
    until = panel.days[-1].item()
    expected = np.zeros((length, 2, len(POLLUTANTS)), dtype=bool)
    for c in range(2):
        for p in range(len(POLLUTANTS)):
            lacking = []
            for k in range(length):
                day = first + k * DAY
                if day > until:
                    expected[k, c, p] = True
                    continue
                row = known.get(day)
                absent = row is None or np.isnan(panel.values[row, c, p])
                deducted = row is not None and p < 2 and panel.dust[row, c]
                if absent and not deducted:
                    lacking.append(k)
            so_far = min(last, until)
            if lacking:
                spans = (so_far - first).days + 1
                if len(lacking) > spans - required_days(first, so_far):
                    expected[lacking, c, p] = True
    assert np.array_equal(unknown_days(panel, first, last), expected)


PERIODS = tuple(map(as_period, ("2017", "2018", "2019Q1")))


@given(
    seed=st.integers(0, 1000),
    ranks=st.lists(st.integers(1, 2), min_size=3, max_size=3),
    chosen=st.sets(st.integers(0, 2), min_size=1),
    before=st.sets(st.integers(0, 2), min_size=1),
)
def test_odds_of_several_periods(
    seed: int, ranks: list[int], chosen: set[int], before: set[int]
) -> None:
    """Counted future by future; (k + ½)/(n + 1) or k/n, as chances are given."""
    rng, draws = np.random.default_rng(seed), 25
    made: dict[Period, Any] = {
        period: SimpleNamespace(
            rank_draws=rng.integers(1, 3, (draws, 2)),
            cities=PAIR.names,
            ranking_list=PAIR,
            final=False,
        )
        for period in PERIODS
    }
    outlook = Outlook.__new__(Outlook)
    object.__setattr__(outlook, "forecasts", made)
    wanted = {PERIODS[k]: ranks[k] for k in chosen}
    given_ = {PERIODS[k]: ranks[k] for k in before}
    for city in (0, 1):

        def holds(draw: int, conditions: dict[Period, int], city: int = city) -> bool:
            return all(made[p].rank_draws[draw, city] <= r for p, r in conditions.items())

        expected = [holds(draw, wanted) for draw in range(draws)]
        assert outlook.reached(wanted, PAIR.names[city]).tolist() == expected
        among = [draw for draw in range(draws) if holds(draw, given_)]
        hits, n = sum(expected[draw] for draw in among), len(among)
        found = outlook.probability(wanted, PAIR.names[city], given=given_)
        if n:
            assert found in (pytest.approx(hits / n), pytest.approx((hits + 0.5) / (n + 1)))
        else:
            assert np.isnan(found)
