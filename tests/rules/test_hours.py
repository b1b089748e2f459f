from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from airrank.errors import InputError
from airrank.rules.hours import daily_max_8h_mean, daily_mean

NAN = float("nan")


def plain_max_8h(hours: list[float], limit: float) -> float:
    means = []
    for end in range(8, 25):  # the window holds the hours that end at end - 7 ... end o'clock
        window = [v for v in hours[end - 8 : end] if not math.isnan(v)]
        if len(window) >= 6:
            means.append(sum(window) / len(window))
    if not means or (len(means) < 14 and max(means) <= limit):
        return NAN
    return max(means)


@given(st.lists(st.one_of(st.just(NAN), st.integers(0, 300).map(float)), min_size=24, max_size=24))
def test_max_8h_against_plain_python(hours: list[float]) -> None:
    expected = plain_max_8h(hours, 160.0)
    assert daily_max_8h_mean(hours) == pytest.approx(expected, nan_ok=True)


@pytest.mark.parametrize("seed", range(3))
def test_max_8h_of_an_array_against_plain_python(seed: int) -> None:
    rng = np.random.default_rng(seed)
    hours = rng.integers(0, 250, (30, 7, 24)).astype(float)
    hours[rng.random(hours.shape) < 0.25 * seed] = NAN
    expected = [[plain_max_8h(city.tolist(), 160.0) for city in day] for day in hours]
    assert np.array_equal(daily_max_8h_mean(hours), expected, equal_nan=True)


def with_first_missing(count: int, value: float) -> np.ndarray:
    hours = np.full(24, value)
    hours[:count] = NAN
    return hours


def test_13_or_14_windows() -> None:
    # without the first 5 hours the windows ending at 08, 09 and 10 lack a 6th hour: 14 stand
    assert daily_max_8h_mean(with_first_missing(5, 100.0)) == 100.0
    assert np.isnan(daily_max_8h_mean(with_first_missing(6, 100.0)))


def test_fewer_windows_do_when_the_limit_is_exceeded() -> None:
    assert np.isnan(daily_max_8h_mean(with_first_missing(6, 160.0)))
    assert daily_max_8h_mean(with_first_missing(6, 161.0)) == 161.0
    assert daily_max_8h_mean(with_first_missing(18, 161.0)) == 161.0
    assert np.isnan(daily_max_8h_mean(with_first_missing(19, 161.0)))
    assert daily_max_8h_mean(with_first_missing(6, 100.0), limit=99.0) == 100.0


def test_windows_end_at_08_to_24_of_the_day() -> None:
    hours = np.zeros(24)
    hours[0] = 80.0  # ends at 01:00: only in the window ending at 08:00
    assert daily_max_8h_mean(hours) == 10.0
    hours = np.zeros(24)
    hours[23] = 80.0  # ends at 24:00: only in the last
    assert daily_max_8h_mean(hours) == 10.0


@pytest.mark.parametrize(("missing", "valid"), [(0, True), (4, True), (5, False), (24, False)])
def test_daily_mean_needs_20_hours(missing: int, valid: bool) -> None:
    result = daily_mean(with_first_missing(missing, 30.0))
    assert (result == 30.0) if valid else np.isnan(result)


def test_hours_as_lists_with_none() -> None:
    assert daily_mean([None] * 4 + [30] * 20) == 30.0
    assert daily_max_8h_mean([None] * 4 + [30] * 20) == 30.0


def test_daily_mean_of_an_array() -> None:
    rng = np.random.default_rng(0)
    hours = rng.random((5, 4, 24))
    hours[:, :, 3:6] = NAN
    assert daily_mean(hours) == pytest.approx(np.nanmean(hours, axis=-1))


@pytest.mark.parametrize("function", [daily_mean, daily_max_8h_mean])
@pytest.mark.parametrize("hours", [np.ones((24, 3)), np.ones(25), 3.0])
def test_the_last_axis_must_be_the_hours(function, hours) -> None:
    with pytest.raises(InputError, match="24 slots on the last axis"):
        function(hours)
