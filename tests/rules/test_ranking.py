from __future__ import annotations

from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from airrank.errors import InputError
from airrank.rules import rank, round_half_even
from airrank.rules.ranking import change_ranking, rank_array, ties


def plain_ranks(values: list[float]) -> list[int]:
    return [1 + sum(other < value for other in values) for value in values]


@given(st.lists(st.integers(300, 330), min_size=1, max_size=170))
def test_against_a_plain_ranker(hundredths: list[int]) -> None:
    expected = plain_ranks(hundredths)
    floats = [h / 100 for h in hundredths]
    assert rank(floats).tolist() == expected
    assert rank(np.array(floats)).tolist() == expected
    assert rank_array(np.array(hundredths, dtype=np.int32)).tolist() == expected


def test_draws_against_a_plain_ranker() -> None:
    rng = np.random.default_rng(0)
    draws = rng.integers(380, 480, (3, 50, 168), dtype=np.int32)
    draws[rng.random(draws.shape) < 0.02] = -1
    ranks = rank_array(draws)
    assert ranks.dtype == np.int32
    for row, got in zip(draws.reshape(-1, 168), ranks.reshape(-1, 168), strict=True):
        there = row >= 0
        assert got[there].tolist() == plain_ranks(row[there].tolist())
        assert (got[~there] == 0).all()


@given(st.lists(st.integers(300, 330), min_size=1, max_size=170))
def test_dense_ranks_against_a_plain_ranker(hundredths: list[int]) -> None:
    places = {value: place for place, value in enumerate(sorted(set(hundredths)), 1)}
    expected = [places[value] for value in hundredths]
    assert rank([h / 100 for h in hundredths], ties="dense").tolist() == expected
    draws = np.array([hundredths, hundredths[::-1]])
    assert rank_array(draws, ties="dense").tolist() == [expected, expected[::-1]]


def test_dense_ranks_pass_over_what_is_not_available() -> None:
    assert rank([4.0, None, 4.0, 5.0], ties="dense").tolist() == [1, pd.NA, 1, 2]


@given(
    st.lists(st.integers(300, 330), min_size=4, max_size=40),
    st.sets(st.integers(0, 2), min_size=1),
    st.sampled_from(["competition", "dense"]),
)
def test_cities_placed_last_stand_behind_the_ranks_of_the_others(
    hundredths: list[int], columns: set[int], ties: str
) -> None:
    last = sorted(columns)
    others = [i for i in range(len(hundredths)) if i not in columns]
    ranks = rank_array(np.array([hundredths, hundredths[::-1]]), ties=ties, last=last)[0]
    alone = rank_array(np.array([hundredths[i] for i in others]), ties=ties)
    assert ranks[others].tolist() == alone.tolist()
    behind = len(others) if ties == "competition" else int(alone.max(initial=0))
    assert ranks[last].tolist() == [behind + k for k in range(len(last), 0, -1)]


def test_an_unknown_tie_rule_is_refused() -> None:
    with pytest.raises(InputError, match=r"competition, dense.*'ordinal'"):
        rank([4.0, 5.0], ties="ordinal")


def test_none_and_na_are_not_ranked() -> None:
    assert rank([4.82, None, 3.14, pd.NA]).tolist() == [2, pd.NA, 1, pd.NA]
    assert rank(pd.Series([4.82, pd.NA, 3.14], dtype="Float64")).tolist() == [2, pd.NA, 1]


def test_an_index_of_zero_is_ranked() -> None:
    assert rank_array(np.array([0, 5, -1, 1])).tolist() == [1, 3, 0, 2]


def test_floats_of_draws_with_nan() -> None:
    assert rank_array(np.array([[2.0, np.nan, 1.0], [np.inf, 1.0, 1.0]])).tolist() == [
        [2, 0, 1], [3, 1, 1],
    ]  # fmt: skip


@given(st.permutations([1.0, 2.0, 2.0, 3.5, np.nan, 3.5, 4.0]))
def test_order_of_the_cities_does_not_matter(values: list[float]) -> None:
    by_value = {1.0: 1, 2.0: 2, 3.5: 4, 4.0: 6}
    assert rank(values).tolist() == [by_value.get(v, pd.NA) for v in values]


def test_series_keep_cities() -> None:
    index = pd.Series([5.01, np.nan, 5.00, 5.01], index=list("abcd"), name="index")
    ranks = rank(index)
    assert ranks.index.tolist() == list("abcd")
    assert (ranks.dtype, ranks.name) == ("Int64", "rank")
    assert ranks.tolist() == [2, pd.NA, 1, 2]
    assert ties(ranks).tolist() == [2, pd.NA, 1, 2]
    assert ties(ranks).name == "ties"
    assert rank(pd.Series([], dtype=float)).tolist() == []


@pytest.mark.parametrize("index", [["a"], np.ones((2, 2)), pd.DataFrame({"index": [1.0]})])
def test_refuses_what_is_no_column_of_numbers(index: object) -> None:
    with pytest.raises(InputError, match="one column of numbers"):
        rank(index)  # type: ignore[call-overload]


@settings(max_examples=150)
@given(st.lists(st.tuples(st.integers(100, 1200), st.integers(100, 1200)), min_size=1, max_size=60))
def test_change_against_fractions(pairs: list[tuple[int, int]]) -> None:
    exact = [Fraction(a - b, b) for a, b in pairs]
    now = pd.Series([a / 100 for a, _ in pairs])
    before = pd.Series([b / 100 for _, b in pairs])
    result = change_ranking(now, before)
    assert result["rank"].tolist() == plain_ranks(exact)
    assert result["change"].tolist() == [float(100 * e) for e in exact]
    published = [float(round(1000 * e)) / 10 for e in exact]
    assert round_half_even(result["change"], 1).tolist() == published


def test_change_of_missing_cities() -> None:
    now = pd.Series([5.0, 4.0, np.nan], index=["a", "b", "c"])
    before = pd.Series([5.0, 4.0, 3.0], index=["c", "a", "d"])
    result = change_ranking(now, before)
    assert result.index.tolist() == ["a", "b", "c"]
    assert result["rank"].tolist() == [1, pd.NA, pd.NA]
    assert result["change"].iloc[0] == 25.0


def test_change_takes_nullable_indices_to_two_decimals() -> None:
    now = pd.Series([5.004, pd.NA], dtype="Float64")
    result = change_ranking(now, pd.Series([5.0, 4.0], dtype="Float64"))
    assert result["change"].tolist()[0] == 0.0
    assert result["rank"].tolist() == [1, pd.NA]
    finer = change_ranking(now, pd.Series([5.0, 4.0]), decimals=3)
    assert finer["change"].iloc[0] == 0.08


def test_change_refuses_twins_and_zero() -> None:
    good = pd.Series([5.0], index=["a"])
    with pytest.raises(InputError, match="each city once a year ago, found 'a' twice"):
        change_ranking(good, pd.Series([5.0, 4.0], index=["a", "a"]))
    with pytest.raises(InputError, match="'b': expected an index above zero now"):
        change_ranking(pd.Series([5.0, 0.0], index=["a", "b"]), good)
