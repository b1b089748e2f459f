from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from airrank.errors import InputError
from airrank.rules import percentile
from airrank.rules.percentiles import percentile_array


def annex_a(values: list[Fraction], q: Fraction) -> Fraction:
    ordered = sorted(values)
    k = 1 + (len(ordered) - 1) * q / 100
    s = math.floor(k)
    if s == len(ordered):
        return ordered[-1]
    return ordered[s - 1] + (ordered[s] - ordered[s - 1]) * (k - s)


@settings(max_examples=500)
@given(
    st.lists(st.integers(0, 10**9), min_size=1, max_size=400),
    st.sampled_from([0, 50, 90, 95, 97.5, 99.9, 100]),
)
def test_both_forms_against_fractions(micro: list[int], q: float) -> None:
    """Daily values of up to six decimals: the float64 nearest to the true percentile."""
    expected = float(annex_a([Fraction(m, 10**6) for m in micro], Fraction(str(q))))
    values = [m / 10**6 for m in micro]
    assert percentile(values, q) == expected
    assert percentile_array(values, q) == expected


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=60), st.floats(0, 100))
def test_agrees_with_numpy(values: list[float], q: float) -> None:
    assert percentile(values, q) == pytest.approx(np.percentile(values, q), rel=1e-9, abs=1e-6)


def test_every_length_of_a_year_against_numpy() -> None:
    rng = np.random.default_rng(0)
    for n in range(1, 367):
        values = rng.integers(0, 300, n).astype(float)
        for q in (90, 95):
            assert percentile(values, q) == pytest.approx(np.percentile(values, q), rel=1e-12)


@given(st.permutations(list(range(15))))
def test_order_does_not_matter(values: list[int]) -> None:
    assert percentile(values, 95) == percentile(range(15), 95)


def test_array_with_gaps_is_the_percentile_of_each_column() -> None:
    rng = np.random.default_rng(1)
    values = np.round(rng.gamma(2, 30, (60, 5, 3)), 1)
    values[rng.random(values.shape) < 0.3] = np.nan
    values[:, 0, 0] = np.nan
    result = percentile_array(values, 90)
    assert np.isnan(result[0, 0])
    for i, j in list(np.ndindex(5, 3))[1:]:
        assert result[i, j] == percentile(values[:, i, j], 90)


def test_array_is_not_changed() -> None:
    values = np.arange(10.0)[::-1].copy()
    percentile_array(values, 90)
    assert values[0] == 9.0


def test_floats_of_half_the_size_are_taken_for_what_they_are() -> None:
    values = (np.random.default_rng(2).random((50, 3)) * 500).astype(np.float32)
    expected = percentile_array(values.astype(np.float64), 90)
    assert percentile_array(values, 90).tolist() == expected.tolist()


def test_missing_values_are_left_out() -> None:
    assert percentile([1.0, None, 3.0, np.nan, pd.NA], 50) == 2.0
    assert percentile(pd.Series([1, None, 3], dtype="Int64"), 50) == 2.0
    nothing = percentile_array(np.empty((0, 2, 3)), 90)
    assert nothing.shape == (2, 3)
    assert np.isnan(nothing).all()


@pytest.mark.parametrize("values", [[], [np.nan], [1.0, np.inf], ["much"]])
def test_refuses_values(values: list[object]) -> None:
    with pytest.raises(InputError, match="daily value"):
        percentile(values, 90)


@pytest.mark.parametrize("q", [-1, 100.5, float("nan")])
def test_refuses_q(q: float) -> None:
    with pytest.raises(InputError, match="from 0 to 100"):
        percentile([1.0], q)
