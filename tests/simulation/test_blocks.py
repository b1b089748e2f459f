"""Months and half months of the past: their keys, middles and levels, by plain Python."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from airrank.errors import InputError
from airrank.rules.evaluation import PERCENTILES
from airrank.rules.standards import POLLUTANTS
from airrank.simulation.blocks import (
    FLOOR,
    POWERS,
    Blocks,
    block_keys,
    block_times,
    finite_array,
    mean_of_known,
    observed_blocks,
    split_common,
    years,
)

DAYS = np.arange(np.datetime64("2015-12-20"), np.datetime64("2016-03-12"))


def block(day: dt.date, half: bool) -> tuple[int, ...]:
    return (day.year, day.month, *([int(day.day > 15)] if half else []))


@pytest.mark.parametrize("half", [False, True])
def test_blocks_are_months_or_begin_on_the_first_and_the_sixteenth(half: bool) -> None:
    days = DAYS.tolist()
    names = sorted({block(day, half) for day in days})
    key, time, size = block_times(DAYS, half=half)
    assert [names[k] for k in np.searchsorted(key, block_keys(DAYS, half=half))] == [
        block(day, half) for day in days
    ]
    for k, name in enumerate(names):
        inside = [day for day in days if block(day, half) == name]
        assert size[k] == len(inside)
        since = [(day - dt.date(2000, 1, 1)).days / 365.25 for day in inside]
        assert time[k] == pytest.approx(np.mean(since))
    later = block_keys(np.array(["1971-02-16"], dtype="M8[D]"), half=half)
    assert later.tolist() == [27 if half else 13]  # counted from 1970
    assert years(DAYS[:1])[0] == pytest.approx(15.97, abs=0.01)


@pytest.mark.parametrize("half", [False, True])
def test_levels_are_power_means_of_the_days_known(half: bool) -> None:
    """Missing where fewer than four in ten days are known; thin blocks are left out."""
    rng = np.random.default_rng(0)
    values = rng.lognormal(3.0, 0.5, (len(DAYS), 4, 6))
    values[rng.random(values.shape) < rng.choice([0.1, 0.55, 0.7], (1, 4, 6))] = np.nan
    values[3:9, 0, 0] = 0.0  # its logarithm is that of the smallest value
    values[DAYS.astype("M8[M]") == np.datetime64("2016-02"), 1:] = np.nan
    found = observed_blocks(values, DAYS, half=half)
    key, time, size = block_times(DAYS, half=half)
    place = np.searchsorted(key, block_keys(DAYS, half=half))
    expected = np.full((len(key), 4, 6), np.nan)
    for k, c, p in np.ndindex(expected.shape):
        days = [v for v in values[place == k, c, p].tolist() if not np.isnan(v)]
        if days and len(days) >= 0.4 * size[k]:
            mean = np.mean([max(day, FLOOR) ** POWERS[p] for day in days])
            expected[k, c, p] = np.log(mean) / POWERS[p]
    used = np.isfinite(expected).mean(axis=(1, 2)) > 0.3
    assert 0 < used.sum() < len(key)
    assert np.isnan(expected[used]).any()
    assert found.levels == pytest.approx(expected[used], nan_ok=True)
    assert found.key.tolist() == key[used].tolist()
    assert (found.time.tolist(), found.size.tolist()) == (time[used].tolist(), size[used].tolist())


def test_the_power_is_one_where_a_year_is_judged_by_a_mean() -> None:
    for pollutant, power in zip(POLLUTANTS, POWERS.tolist(), strict=True):
        assert power > 1.0 if pollutant in PERCENTILES else power == 1.0


def test_the_smallest_values_that_are_reported_count_as_they_stand() -> None:
    days = np.arange(np.datetime64("2015-04-01"), np.datetime64("2015-05-01"))
    levels = observed_blocks(np.full((30, 1, 6), 0.01), days, half=False).levels
    assert levels == pytest.approx(np.log(0.01))


def test_a_block_counts_from_four_tenths_of_its_days_on() -> None:
    days = np.arange(np.datetime64("2015-04-01"), np.datetime64("2015-05-01"))
    values = np.full((30, 1, 6), 5.0)
    values[12:, 0, :3] = np.nan
    values[11:, 0, 3:] = np.nan
    levels = observed_blocks(values, days, half=False).levels[0, 0]
    assert np.isfinite(levels).tolist() == [True] * 3 + [False] * 3
    one_day = observed_blocks(values[:1], days[:1], half=False)
    assert one_day.levels[0, 0] == pytest.approx(np.log(5.0))
    nothing = observed_blocks(np.full((30, 1, 6), np.nan), days, half=False)
    assert len(nothing.key) == 0
    few = np.full((30, 10, 6), np.nan)
    few[:, :3] = 5.0
    assert len(observed_blocks(few, days, half=False).key) == 0  # three cities of ten
    few[:, 3, 0] = 5.0
    assert len(observed_blocks(few, days, half=False).key) == 1


def test_the_months_before_a_day_are_those_that_were_over() -> None:
    size = np.arange(6.0)
    blocks = Blocks(np.arange(540, 546), size / 12, size, np.arange(6.0)[:, None, None])
    before = blocks.before(np.datetime64("2015-04-17"))  # month 543 from 1970
    assert before.key.tolist() == [540, 541, 542]
    for array in (before.time * 12, before.size, before.levels[:, 0, 0]):
        assert array.tolist() == [0.0, 1.0, 2.0]


def test_what_cities_share_does_not_jump_when_one_stops_reporting() -> None:
    rng = np.random.default_rng(3)
    common = rng.normal(3.0, 0.3, (24, 1, 6))
    levels = common + rng.normal(0.0, 0.5, (1, 5, 6))
    levels[12:, 0] = levels[5, 3, 2] = np.nan
    shared, deviations = split_common(levels)
    moved = shared - common[:, 0]
    assert np.abs(moved - moved.mean(axis=0)).max() < 0.01
    assert shared[:, None] + deviations == pytest.approx(levels, nan_ok=True)
    assert np.array_equal(np.isnan(levels), np.isnan(deviations))
    assert np.nanmax(np.abs(deviations - deviations[0])) < 0.01


def test_means_of_what_is_known() -> None:
    values = np.array([[1.0, np.nan, 4.0], [np.nan, np.nan, np.inf]])
    assert mean_of_known(values, axis=1).tolist() == [2.5, 0.0]
    assert mean_of_known(values, axis=0).tolist() == [1.0, 0.0, 4.0]


def test_arrays_of_files_have_their_shape_and_are_finite() -> None:
    assert finite_array([[1, 2.5]], "a", (1, 2)).tolist() == [[1.0, 2.5]]
    for content, shape in (([1.0, 2.0], (3,)), ([1.0, float("nan")], (2,)), ([[1.0]], (1,))):
        with pytest.raises(InputError, match=r"a is no array of \d finite numbers"):
            finite_array(content, "a", shape)
    with pytest.raises(InputError, match="array of 3×6 finite numbers"):
        finite_array([1.0], "a", (3, 6))
