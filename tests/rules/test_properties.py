"""Laws the rules keep on any data, beside the oracles of the other files."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from airrank.rules import aqi, period_statistics, rank, round_half_even
from airrank.rules.aqi import aqi_array, iaqi_array
from airrank.rules.composite import composite_index, index_array
from airrank.rules.percentiles import percentile_array
from airrank.rules.ranking import change_ranking, rank_array, ties
from airrank.rules.rounding import scaled_half_even
from airrank.rules.standards import POLLUTANTS, load_editions, reference_folder

DAY = st.tuples(*[st.floats(0, 3000)] * 6)
GAPPY_DAY = st.tuples(*[st.one_of(st.just(float("nan")), st.floats(0, 3000))] * 6)
EDITION = st.sampled_from(list(load_editions(reference_folder() / "standards")))
INDICES = st.lists(st.integers(300, 340), min_size=1, max_size=60)
WEIGHTS = st.tuples(*[st.integers(0, 5)] * 6)
PM_MEANS = [p for p in POLLUTANTS if p not in {"co", "o3_8h"}]


def frame(days: list[tuple[float, ...]]) -> pd.DataFrame:
    dates = pd.date_range("2026-02-20", periods=len(days))
    return pd.DataFrame(days, columns=list(POLLUTANTS)).assign(date=dates)


# AQI


@given(DAY, st.integers(0, 5), st.floats(0, 3000), EDITION)
def test_aqi_never_falls_when_a_pollutant_rises(
    day: tuple[float, ...], pollutant: int, more: float, edition: str
) -> None:
    worse = np.array(day)
    worse[pollutant] += more
    assert aqi_array(iaqi_array(worse, edition)) >= aqi_array(iaqi_array(day, edition))


@given(GAPPY_DAY, EDITION)
def test_aqi_is_never_below_an_iaqi(day: tuple[float, ...], edition: str) -> None:
    iaqis = iaqi_array(day, edition)
    overall = aqi_array(iaqis)
    assert overall == iaqis.max() or (overall == -1 and (iaqis == -1).any())
    assert overall == -1 or (iaqis <= overall).all()


@given(GAPPY_DAY, st.integers(0, 5), st.floats(0, 3000), EDITION)
def test_one_more_pollutant_never_lowers_or_removes_an_aqi(
    day: tuple[float, ...], pollutant: int, value: float, edition: str
) -> None:
    assume(np.isnan(day[pollutant]))
    known = np.array(day)
    known[pollutant] = value
    assert aqi_array(iaqi_array(known, edition)) >= aqi_array(iaqi_array(day, edition))


@settings(max_examples=30)
@given(st.data(), st.lists(GAPPY_DAY, min_size=1, max_size=20))
def test_aqi_does_not_depend_on_the_order_of_rows_or_columns(
    data: st.DataObject, days: list[tuple[float, ...]]
) -> None:
    daily = frame(days)
    rows = data.draw(st.permutations(range(len(days))))
    columns = data.draw(st.permutations(list(daily.columns)))
    moved = aqi(daily.iloc[rows][columns])
    pd.testing.assert_frame_equal(moved.sort_index(), aqi(daily))


# Ranks


@given(INDICES, st.sampled_from([lambda x: 2 * x + 1, lambda x: x**3, lambda x: x - 1000.0]))
def test_ranks_do_not_change_with_a_rising_function_of_the_index(indices, rising) -> None:
    values = np.array(indices)
    assert rank(rising(values)).tolist() == rank(values).tolist()
    falling = rank(-values).tolist()
    alone = np.array([1 + np.count_nonzero(-values < -v) for v in values])
    assert falling == alone.tolist()


@given(st.data(), INDICES)
def test_ranks_move_with_their_cities(data: st.DataObject, indices: list[int]) -> None:
    order = data.draw(st.permutations(range(len(indices))))
    values = np.array(indices)
    assert rank_array(values[order]).tolist() == rank_array(values)[order].tolist()


@given(INDICES)
def test_equal_indices_share_a_rank_and_no_others_do(indices: list[int]) -> None:
    values = np.array(indices)
    ranks = rank_array(values)
    assert np.array_equal(ranks[:, None] == ranks, values[:, None] == values)
    assert np.array_equal(ranks[:, None] < ranks, values[:, None] < values)


@given(INDICES)
def test_the_sum_of_competition_ranks(indices: list[int]) -> None:
    """Every tie of t cities takes t (t - 1) / 2 from the sum of 1 to n."""
    ranks = rank(pd.Series(indices))
    shared = ties(ranks)
    n = len(indices)
    lost = sum(int(t) - 1 for t in shared) // 2
    assert sum(int(r) for r in ranks) == n * (n + 1) // 2 - lost


@given(INDICES, st.integers(2, 5))
def test_one_factor_for_all_cities_leaves_their_changes_tied(
    indices: list[int], factor: int
) -> None:
    before = pd.Series(indices) / 100
    result = change_ranking(before * factor, before)
    assert result["rank"].tolist() == [1] * len(indices)
    assert result["change"].tolist() == [100.0 * (factor - 1)] * len(indices)


# Percentiles


@settings(max_examples=200)
@given(
    st.lists(
        st.lists(st.one_of(st.just(float("nan")), st.integers(0, 5000)), min_size=3, max_size=3),
        min_size=1,
        max_size=80,
    ),
    st.sampled_from([0, 5, 50, 90, 95, 98, 100]),
)
def test_percentiles_of_columns_with_gaps_against_numpy(
    tenths: list[list[float]], q: float
) -> None:
    values = np.array(tenths) / 10
    result = percentile_array(values, q)
    empty = np.isnan(values).all(axis=0)
    assert np.isnan(result[empty]).all()
    expected = np.nanpercentile(values[:, ~empty], q, axis=0, method="linear")
    assert result[~empty] == pytest.approx(expected, rel=1e-12, abs=1e-12)


# Rounding


@pytest.mark.slow
@pytest.mark.parametrize(("places", "decimals"), [(3, 0), (3, 1), (4, 2)])
def test_two_million_decimals_against_decimal(places: int, decimals: int) -> None:
    """700,000 numbers each: as many digits as daily means, statistics and indices have."""
    rng = np.random.default_rng(places * 10 + decimals)
    values = rng.integers(0, 10**6, 700_000) / 10.0**places
    unit = Decimal(1).scaleb(-decimals)
    expected = np.array(
        [float(Decimal(v).quantize(unit, ROUND_HALF_EVEN)) for v in map(repr, values.tolist())]
    )
    assert np.array_equal(round_half_even(values, decimals), expected)
    scaled = scaled_half_even(values, decimals)
    assert np.array_equal(scaled / 10.0**decimals, expected)
    assert np.array_equal(scaled, np.rint(scaled))


@given(st.floats(-1e9, 1e9), st.integers(-3, 6))
def test_rounding_twice_is_rounding_once_and_errs_by_half_a_unit(value: float, d: int) -> None:
    once = round_half_even(value, d)
    assert round_half_even(once, d) == once
    assert abs(Decimal(repr(once)) - Decimal(repr(value))) <= Decimal(5).scaleb(-d - 1)
    assert round_half_even(-value, d) == -once


# Composite index


@settings(max_examples=200)
@given(st.tuples(*[st.integers(0, 3 * 10**5)] * 6), WEIGHTS, WEIGHTS, EDITION)
def test_the_index_is_linear_in_its_weights(
    thousandths: tuple[int, ...], one: tuple[int, ...], two: tuple[int, ...], edition: str
) -> None:
    """Up to one unit of the last of four decimals: three indices are rounded."""
    assume(any(one) and any(two))
    row = np.array(thousandths) / 1000

    def index(weights: tuple[int, ...]) -> int:
        return int(index_array(row, edition, weights=weights, decimals=4))

    both = tuple(a + b for a, b in zip(one, two, strict=True))
    assert abs(index(both) - index(one) - index(two)) <= 1
    tripled = tuple(3 * a for a in one)
    assert abs(index(tripled) - 3 * index(one)) <= 2


@settings(max_examples=50)
@given(st.tuples(*[st.integers(1, 3 * 10**5)] * 6), st.permutations(range(6)))
def test_the_index_is_the_sum_of_its_single_indices_in_any_order(
    thousandths: tuple[int, ...], order: list[int]
) -> None:
    row = pd.DataFrame([np.array(thousandths) / 1000], columns=list(POLLUTANTS))
    row["pm25"] += 1.0  # some index is above zero
    columns = [POLLUTANTS[i] for i in order]
    table = composite_index(row[columns], edition="2012", rounding="index_only").iloc[0]
    parts = [table[f"single_{p}"] for p in columns]
    assert table["index"] == pytest.approx(sum(parts), abs=0.005 + 1e-9)
    assert sum(table[f"share_{p}"] for p in columns) == pytest.approx(1.0)
    assert table["primary"].split(",")[0] in {
        p for p in POLLUTANTS if table[f"single_{p}"] == max(parts)
    }


# Periods


@settings(max_examples=30)
@given(
    st.lists(GAPPY_DAY, min_size=2, max_size=60),
    st.integers(1, 59),
)
def test_two_periods_merged_give_the_whole(days: list[tuple[float, ...]], at: int) -> None:
    """Means follow from the parts' sums and counts; percentiles only from the merged days."""
    daily = frame([tuple(round(v, 3) for v in day) for day in days]).assign(city="甲")
    at = min(at, len(daily) - 1)
    first, second = daily.iloc[:at], daily.iloc[at:]

    def statistics(rows: pd.DataFrame, source: pd.DataFrame = daily) -> pd.Series:
        return period_statistics(source, rows["date"].min(), rows["date"].max()).iloc[0]

    whole, parts = statistics(daily), [statistics(first), statistics(second)]
    for pollutant in POLLUTANTS:
        used = f"{pollutant}_days"
        assert whole[used] == sum(part[used] for part in parts)
    for pollutant in PM_MEANS:
        used = [part[f"{pollutant}_days"] for part in parts]
        if sum(used):
            sums = sum(n * part[pollutant] for n, part in zip(used, parts, strict=True) if n)
            assert whole[pollutant] == pytest.approx(sums / sum(used), rel=1e-12)
    merged = statistics(daily, pd.concat([second, first]))
    pd.testing.assert_series_equal(merged, whole)
