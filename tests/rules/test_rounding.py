from __future__ import annotations

from decimal import ROUND_DOWN, ROUND_HALF_EVEN, Context, Decimal, localcontext

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from airrank.errors import InputError
from airrank.rules import round_half_even, rounding
from airrank.rules.rounding import scaled_half_even

WIDE = Context(prec=2000)


def decimal_oracle(text: str, decimals: int) -> float:
    return float(Decimal(text).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_EVEN, WIDE))


@pytest.mark.slow
@settings(max_examples=1500)
@given(st.floats(allow_nan=False, allow_infinity=False), st.integers(-30, 30))
def test_every_float_rounds_as_the_decimal_it_prints_as(value: float, decimals: int) -> None:
    expected = decimal_oracle(repr(value), decimals)
    assert round_half_even(value, decimals) == expected
    assert round_half_even(np.array([value, 1.0]), decimals)[0] == expected


@settings(max_examples=500)
@given(st.decimals(-1000, 1000, places=4), st.integers(0, 3))
def test_text_decimal_and_float_agree(value: Decimal, decimals: int) -> None:
    expected = decimal_oracle(str(value), decimals)
    assert round_half_even(value, decimals) == expected
    assert round_half_even(str(value), decimals) == expected
    assert round_half_even(float(value), decimals) == expected


@pytest.mark.slow
@pytest.mark.parametrize("decimals", [0, 1, 2, 3])
def test_a_million_decimal_halves(decimals: int) -> None:
    """All k + 1/2 units of the last place, which floats get wrong, against integer arithmetic."""
    whole = np.arange(300_000)
    values = (10 * whole + 5) / 10.0 ** (decimals + 1)
    expected = np.where(whole % 2 == 0, whole, whole + 1)
    assert np.array_equal(round_half_even(values, decimals), expected / 10.0**decimals)
    assert np.array_equal(scaled_half_even(values, decimals), expected)


@pytest.mark.slow
def test_values_beside_halves() -> None:
    halves = (10 * np.arange(150_000) + 5) / 1000.0
    for values, expected in (
        (np.nextafter(halves, np.inf), np.arange(150_000) + 1),
        (np.nextafter(halves, 0.0), np.arange(150_000)),
    ):
        assert np.array_equal(scaled_half_even(values, 2), expected)
        assert np.array_equal(round_half_even(values, 2), expected / 100)


def test_scaled_keeps_the_shape_of_a_single_number_too() -> None:
    assert scaled_half_even(0.25, 1).shape == ()
    assert scaled_half_even(0.25, 1) == 2.0
    assert scaled_half_even([[0.25, 0.35], [0.5, 0.61]], 1).tolist() == [[2.0, 4.0], [5.0, 6.0]]


def test_random_floats_against_decimal_at_many_sizes() -> None:
    rng = np.random.default_rng(1)
    values = rng.random(20_000) * 10.0 ** rng.integers(-3, 19, 20_000)
    for decimals in (-2, 0, 1, 2, 5):
        expected = [decimal_oracle(repr(v), decimals) for v in values.tolist()]
        assert round_half_even(values, decimals).tolist() == expected


@given(st.integers(-(10**25), 10**25), st.integers(-5, 5))
def test_integers(value: int, decimals: int) -> None:
    assert round_half_even(value, decimals) == decimal_oracle(str(value), decimals)


def test_the_caller_s_decimal_context_does_not_matter() -> None:
    with localcontext(prec=2, rounding=ROUND_DOWN):
        assert round_half_even("123456.75", 1) == 123456.8
        assert round_half_even(np.array([123456.75, 0.335]), 2).tolist() == [123456.75, 0.34]
        assert scaled_half_even([123456.75, 0.335], 1).tolist() == [1234568.0, 3.0]


def test_few_floats_are_decided_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only those that may be a half: large arrays are quick."""
    asked = []
    quantize = rounding._quantize
    monkeypatch.setattr(
        rounding, "_quantize", lambda *args: asked.append(args[0]) or quantize(*args)
    )
    rng = np.random.default_rng(1)
    values = rng.random(10_000) * 10.0 ** rng.integers(-3, 9, 10_000)
    for decimals in (-2, 0, 2):
        round_half_even(values, decimals)
        round_half_even(values * 1e9 + 1e20, decimals)  # whole numbers
    scaled_half_even(values, 2)
    assert len(asked) <= 10
    round_half_even([1.005, 1.0049, 1.015], 2)
    scaled_half_even([1.005, 1.0049, 1.015], 2)
    assert asked[-4:] == ["1.005", "1.015"] * 2


def test_missing_and_infinite_values() -> None:
    assert np.isnan(round_half_even(float("nan"), 2))
    assert round_half_even([np.inf, -np.inf, 0.25], 1).tolist() == [np.inf, -np.inf, 0.2]
    assert np.isnan(round_half_even(np.array([None, pd.NA, "nan"], dtype=object), 1)).all()
    assert np.isnan(scaled_half_even([np.nan], 1)).all()


def test_no_negative_zero() -> None:
    assert not np.signbit(round_half_even(np.array([-0.2, -0.0, -0.5]), 0)).any()
    assert not np.signbit(round_half_even("-0.2", 0))


def test_series_keep_index_and_name() -> None:
    for series in (
        pd.Series([2.675, np.nan], index=["a", "b"], name="x"),
        pd.Series(["2.675", None], index=["a", "b"], name="x"),
        pd.Series([2.675, None], index=["a", "b"], name="x", dtype="Float64"),
    ):
        rounded = round_half_even(series, 2)
        assert rounded.name == "x"
        assert rounded.index.tolist() == ["a", "b"]
        assert rounded["a"] == 2.68
        assert np.isnan(rounded["b"])


def test_large_integers_beside_missing_ones_stay_exact() -> None:
    series = pd.Series([18014398509482014, None], dtype="Int64")
    assert round_half_even(series, -1)[0] == 18014398509482010


def test_shapes_and_types() -> None:
    assert round_half_even(np.array([[0.5, 1.5], [2.5, 3.5]]), 0).tolist() == [[0, 2], [2, 4]]
    assert type(round_half_even(np.float64(2.5), 0)) is float
    assert round_half_even(np.array([2.675], dtype=np.float32), 2)[0] == 2.68
    assert round_half_even(np.float32(2.675), 2) == 2.68
    assert round_half_even(np.array([15, 25, 35]), -1).tolist() == [20, 20, 40]
    whole = round_half_even(np.array([15, 25]), 1)
    assert (whole.tolist(), whole.dtype) == ([15.0, 25.0], np.float64)
    assert round_half_even(np.array(2.675, dtype=np.float32), 2) == 2.68
    assert round_half_even(np.array(35), -1) == 40.0
    assert scaled_half_even(np.array([0.25, 2.5], dtype=np.float32), 0).dtype == np.float64
    halves = np.array([[2.675, 2.685], [0.125, 0.135]], dtype=np.float32)
    assert round_half_even(halves, 2).tolist() == [[2.68, 2.68], [0.12, 0.14]]
    assert round_half_even(np.array([["2.675", None]], dtype=object), 2).shape == (1, 2)
    assert round_half_even(np.array([]), 1).shape == (0,)
    table = np.array([[0.5, 1.5], [2.5, 3.5]])
    assert np.array_equal(round_half_even(table, 30), table)
    assert np.array_equal(round_half_even(table, -30), np.zeros((2, 2)))


@pytest.mark.parametrize("number", [np.float64(2.675), np.float32(2.675), np.float16(2.675)])
def test_numpys_numbers_beside_missing_ones(number: np.floating) -> None:
    expected = round_half_even(str(number), 2)
    rounded = round_half_even([number, np.int64(3), None], 2)
    assert rounded[:2].tolist() == [expected, 3.0]
    assert np.isnan(rounded[2])


@pytest.mark.parametrize("value", ["abc", [1.0, "x"]])
def test_refuses_texts_that_are_no_number(value: object) -> None:
    with pytest.raises(InputError, match="Expected numbers that can be rounded to 1 decimals"):
        round_half_even(value, 1)  # type: ignore[call-overload]


@pytest.mark.parametrize(
    ("value", "kind"),
    [(True, "bool"), ([np.True_, None], "bool"), (object(), "object"), ([dict, None], "type")],
)
def test_refuses_what_is_no_number(value: object, kind: str) -> None:
    with pytest.raises(InputError, match=rf"Expected numbers to round, found .* \({kind}\)\.$"):
        round_half_even(value, 1)  # type: ignore[call-overload]


@pytest.mark.parametrize("decimals", [1.5, "2", True])
def test_refuses_decimals_that_are_no_integer(decimals: object) -> None:
    with pytest.raises(InputError, match="integer number of decimals"):
        round_half_even(1.0, decimals)  # type: ignore[call-overload]
