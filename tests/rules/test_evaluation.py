from __future__ import annotations

import datetime as dt
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from airrank.errors import InputError
from airrank.rules import period_statistics, round_half_even
from airrank.rules.evaluation import required_days, statistics_array
from airrank.rules.standards import POLLUTANTS


def city_days(start: str, end: str, city: str = "驻马店", **columns: object) -> pd.DataFrame:
    values = {"pm25": 40.0, "pm10": 80.0, "so2": 9.0, "no2": 30.0, "co": 1.0, "o3_8h": 150.0}
    return pd.DataFrame({"date": pd.date_range(start, end), "city": city, **values, **columns})


@pytest.mark.parametrize(
    ("start", "end", "days"),
    [
        ("2017-01-01", "2017-12-31", 324),
        ("2016-01-01", "2016-12-31", 324),
        ("2017-01-01", "2017-01-31", 27),
        ("2017-04-01", "2017-04-30", 27),
        ("2017-12-01", "2017-12-31", 27),
        ("2017-02-01", "2017-02-28", 25),
        ("2016-02-01", "2016-02-29", 25),
        ("2017-01-01", "2017-03-31", 80),
        ("2016-07-01", "2017-06-30", 324),
        ("2015-01-01", "2016-12-31", 649),
        ("2017-01-01", "2017-01-01", 1),
        ("2017-01-01", "2017-01-07", 6),
    ],
)
def test_required_days(start: str, end: str, days: int) -> None:
    assert required_days(dt.date.fromisoformat(start), dt.date.fromisoformat(end)) == days


def test_other_periods_need_the_year_s_share_to_the_nearest_day() -> None:
    start = dt.date(2013, 1, 2)  # so that no period is a month or a year
    for days in range(1, 1500):
        expected = int(Fraction(324 * days, 365) + Fraction(1, 2))
        assert required_days(start, start + dt.timedelta(days=days - 1)) == expected


@pytest.mark.parametrize(("missing", "valid"), [(41, True), (42, False)])
def test_a_year_needs_324_days(missing: int, valid: bool) -> None:
    daily = city_days("2017-01-01", "2017-12-31")
    daily.loc[: missing - 1, "pm10"] = np.nan
    row = period_statistics(daily, "2017-01-01", "2017-12-31").iloc[0]
    assert row["pm10_days"] == 365 - missing
    assert row["valid"] == valid
    assert row["flags"] == ("" if valid else "insufficient data: pm10")
    assert row["pm10"] == 80.0


@pytest.mark.parametrize(("missing", "valid"), [(3, True), (4, False)])
def test_february_needs_25_days(missing: int, valid: bool) -> None:
    daily = city_days("2017-02-01", "2017-02-28").iloc[missing:]
    row = period_statistics(daily, "2017-02-01", "2017-02-28").iloc[0]
    assert row["valid"] == valid
    assert row["required_days"] == 25


def exact_statistics(values: pd.DataFrame) -> list[Fraction]:
    result = []
    for pollutant in POLLUTANTS:
        micro = sorted(round(Fraction(v) * 10**6) for v in values[pollutant].dropna())
        exact = [Fraction(m, 10**6) for m in micro]
        q = {"co": 95, "o3_8h": 90}.get(pollutant)
        if q is None:
            result.append(sum(exact) / len(exact))
        else:
            steps, rest = divmod((len(exact) - 1) * q, 100)
            upper = exact[min(steps + 1, len(exact) - 1)]
            result.append(exact[steps] + (upper - exact[steps]) * Fraction(rest, 100))
    return result


@pytest.mark.parametrize("places", [0, 1, 6])
@pytest.mark.parametrize("days", [2, 4, 8, 20, 40, 365, 366, 1461])
def test_statistics_and_their_rounding_are_exact(days: int, places: int) -> None:
    """Short periods give many exact halves; the rounding must be that of the true rational."""
    rng = np.random.default_rng(days)
    for _ in range(20 if days < 100 else 3):
        numbers = rng.integers(0, 500 * 10**places, (days, 6)) / 10.0**places
        numbers[rng.random(numbers.shape) < 0.02] = np.nan
        numbers[0] = 1.0
        daily = pd.DataFrame(numbers, columns=list(POLLUTANTS))
        daily["date"], daily["city"] = pd.date_range("2014-01-01", periods=days), "a"
        row = period_statistics(daily, daily["date"].min(), daily["date"].max()).iloc[0]
        for pollutant, true in zip(POLLUTANTS, exact_statistics(daily), strict=True):
            assert row[pollutant] == float(true)
            for decimals in (0, 1, 2):
                expected = round(true * 10**decimals) / 10**decimals
                assert round_half_even(row[pollutant], decimals) == expected


@settings(max_examples=300)
@given(st.lists(st.integers(0, 10**8), min_size=1, max_size=20), st.integers(0, 3))
def test_rounded_means_against_fractions(micro: list[int], decimals: int) -> None:
    values = np.tile((np.array(micro) / 10**6)[:, None], 6)
    true = Fraction(sum(micro), len(micro) * 10**6)
    mean = statistics_array(values)[0]
    assert mean == float(true)
    assert round_half_even(mean, decimals) == round(true * 10**decimals) / 10**decimals


def test_rows_in_any_order_and_days_outside_do_not_matter() -> None:
    rng = np.random.default_rng(0)
    daily = pd.concat([city_days("2016-12-01", "2017-02-15", city) for city in "ab"])
    daily["pm25"] = rng.integers(5, 100, len(daily))
    expected = period_statistics(daily, "2017-01-01", "2017-01-31")
    corrupted = daily.sample(frac=1, random_state=1).reset_index(drop=True)
    outside = ~corrupted["date"].between("2017-01-01", "2017-01-31")
    corrupted.loc[outside, "pm25"] = -999
    corrupted = pd.concat([corrupted, corrupted[outside]])
    pd.testing.assert_frame_equal(
        period_statistics(corrupted, "2017-01-01", dt.date(2017, 1, 31)), expected
    )


def test_cities_come_in_the_order_of_their_names() -> None:
    parts = [city_days("2017-02-01", "2017-02-28", c, so2=float(ord(c))) for c in "cab"]
    table = period_statistics(pd.concat(parts), "2017-02-01", "2017-02-28")
    assert table.index.tolist() == ["a", "b", "c"]
    assert table.index.name == "city"
    assert table["so2"].tolist() == [97.0, 98.0, 99.0]


def test_a_city_without_data_is_flagged() -> None:
    daily = pd.concat(
        [city_days("2017-01-01", "2017-01-31", "a"), city_days("2016-01-01", "2016-01-31", "b")]
    )
    result = period_statistics(daily, "2017-01-01", "2017-01-31")
    assert result.index.tolist() == ["a", "b"]
    assert result["valid"].tolist() == [True, False]
    assert result.loc["b", list(POLLUTANTS)].isna().all()
    assert result.loc["b", "flags"] == "insufficient data: pm25,pm10,so2,no2,co,o3_8h"
    assert result.loc["b", "pm25_days"] == 0


def test_dust_days_lose_particles_only() -> None:
    daily = city_days("2017-04-01", "2017-04-30", dust=False)
    daily.loc[:4, ["pm10", "pm25", "so2", "dust"]] = [500.0, 100.0, 99.0, True]
    keep = period_statistics(daily, "2017-04-01", "2017-04-30").iloc[0]
    deduct = period_statistics(daily, "2017-04-01", "2017-04-30", dust="deduct").iloc[0]
    assert (keep["pm10"], keep["pm25"]) == (150.0, 50.0)
    assert (deduct["pm10"], deduct["pm25"]) == (80.0, 40.0)
    assert keep["so2"] == deduct["so2"] == 24.0
    assert (deduct["pm10_days"], deduct["so2_days"], deduct["dust_days"]) == (25, 30, 5)
    assert deduct["valid"]  # the deducted days were measured
    assert keep["dust_days"] == 0
    assert (keep["days"], deduct["days"]) == (30, 30)


def test_each_city_has_its_own_dust_days() -> None:
    daily = pd.concat(
        [
            city_days("2017-04-01", "2017-04-30", "a", dust=[True] * 2 + [False] * 28),
            city_days("2017-04-01", "2017-04-30", "b", dust=[True] * 5 + [False] * 25),
        ]
    )
    table = period_statistics(daily, "2017-04-01", "2017-04-30", dust="deduct")
    assert table["dust_days"].tolist() == [2, 5]


def test_only_dust_days_leave_no_statistic() -> None:
    daily = city_days("2017-04-01", "2017-04-30", dust=True)
    row = period_statistics(daily, "2017-04-01", "2017-04-30", dust="deduct").iloc[0]
    assert np.isnan(row["pm10"])
    assert row["flags"] == "insufficient data: pm25,pm10"


def test_array_kernel_agrees_with_the_frame() -> None:
    rng = np.random.default_rng(5)
    values = np.round(rng.gamma(2.0, 1.0, (30, 4, 6)) * (30, 50, 10, 20, 1, 60), 1)
    values[rng.random(values.shape) < 0.1] = np.nan
    parts = []
    for i, city in enumerate("abcd"):
        columns = {p: values[:, i, k] for k, p in enumerate(POLLUTANTS)}
        parts.append(city_days("2017-04-01", "2017-04-30", city, **columns))
    table = period_statistics(pd.concat(parts), "2017-04-01", "2017-04-30")
    assert np.array_equal(table[list(POLLUTANTS)].to_numpy(), statistics_array(values))


def test_array_kernel_takes_none_and_small_floats() -> None:
    values = np.random.default_rng(6).random((40, 6)) * 500
    small = values.astype(np.float32)
    expected = statistics_array(small.astype(np.float64)).tolist()
    assert statistics_array(small).tolist() == expected
    gap = values.tolist()
    gap[0] = [None] * 6
    assert statistics_array(gap).tolist() == statistics_array(values[1:]).tolist()  # type: ignore[arg-type]


def test_kinds_of_dates() -> None:
    daily = city_days("2017-02-01", "2017-02-28")
    expected = period_statistics(daily, "2017-02-01", "2017-02-28")
    for dates in (daily["date"].dt.strftime("%Y-%m-%d"), daily["date"].dt.date):
        result = period_statistics(daily.assign(date=dates), "2017-02-01", "2017-02-28")
        pd.testing.assert_frame_equal(result, expected)


def test_refusals_name_column_row_and_remedy() -> None:
    daily = city_days("2017-02-01", "2017-02-28")
    period = ("2017-02-01", "2017-02-28")
    twice = pd.concat([daily, daily.iloc[[3]]], ignore_index=True)
    with pytest.raises(InputError, match="Rows 3 and 28 are both of 驻马店 on 2017-02-04"):
        period_statistics(twice, *period)
    with pytest.raises(InputError, match="one column 'city', found 0"):
        period_statistics(daily.drop(columns="city"), *period)
    many = pd.concat([daily] * 30, ignore_index=True)
    with pytest.raises(InputError, match=r"Rows 0 and 28 are both of .* \(812 in the period\)"):
        period_statistics(many, *period)
    with pytest.raises(InputError, match="DataFrame of city-days, found list"):
        period_statistics(daily["pm25"].tolist(), *period)  # type: ignore[arg-type]
    with pytest.raises(InputError, match="one column 'co', found 0"):
        period_statistics(daily.drop(columns="co"), *period)
    with pytest.raises(InputError, match="Column 'city', row 2: expected a city's name"):
        period_statistics(daily.assign(city=["a", "a", None] + ["a"] * 25), *period)
    with pytest.raises(InputError, match="ends on 2017-02-01, before it starts on 2017-02-28"):
        period_statistics(daily, *reversed(period))
    for start in ("soon", 20170101, 0, 0.0, "2017-01", "2017", "2017-01-01T03:00", None):
        with pytest.raises(InputError, match="Expected a calendar day as start"):
            period_statistics(daily, start, "2017-02-28")
    with pytest.raises(InputError, match=r"calendar day as end \(2017-09-24\), found 'never'"):
        period_statistics(daily, "2017-02-01", "never")
