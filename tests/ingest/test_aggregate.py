from __future__ import annotations

import datetime as dt
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from airrank.errors import InputError
from airrank.ingest.aggregate import city_day_frame, daily_values, iter_daily_values
from airrank.ingest.day_sources import find_day_sources, iter_day_files
from airrank.ingest.hour_files import HOURLY_TYPES, DayFile, read_day_file

DAY = dt.date(2019, 1, 5)
NEXT = DAY + dt.timedelta(days=1)


def file_of(values, day=DAY, units=("驻马店",)):
    return DayFile(day, tuple(units), HOURLY_TYPES, np.asarray(values, dtype=float), 0)


def constant(level, day=DAY, units=("驻马店",)):
    return file_of(np.full((24, 6, len(units)), level), day, units)


def test_hour_0_belongs_to_the_day_before():
    own = constant(10.0)
    own.values[0] = 5000.0  # 24:00 of the day before: must not count
    following = constant(999.0, NEXT)
    following.values[0] = 34.0
    result = daily_values(own, following)
    assert result.valid_hours.tolist() == [[24]] * 6
    np.testing.assert_allclose(result.values[0], (23 * 10 + 34) / 24)
    np.testing.assert_allclose(result.values[-1], (7 * 10 + 34) / 8)  # 8 hours that end at 24:00


def test_without_the_next_file_23_hours_are_enough():
    result = daily_values(constant(10.0), None)
    assert result.valid_hours.tolist() == [[23]] * 6
    np.testing.assert_array_equal(result.values, 10.0)


def test_twenty_hours_are_needed():
    day = constant(10.0)
    day.values[1:4] = np.nan
    assert daily_values(day, None).values[0] == 10.0
    day.values[4] = np.nan
    assert np.isnan(daily_values(day, None).values[0])
    assert daily_values(day, constant(10.0, NEXT)).values[0] == 10.0


def test_units_of_the_next_file_are_matched_by_name():
    day = constant(10.0, units=("驻马店", "北京"))
    following = constant(0.0, NEXT, ("北京", "西安"))
    following.values[0] = [34.0, 500.0]
    result = daily_values(day, following)
    assert result.valid_hours[0].tolist() == [23, 24]
    np.testing.assert_allclose(result.values[0], [10, 11])


def test_impossible_hours_are_left_out_and_counted():
    day = constant(10.0)
    day.values[1, 0], day.values[2, 0], day.values[3, 4] = -1, 0, 151
    result = daily_values(day, None)
    assert result.removed_hours[:, 0].tolist() == [2, 0, 0, 0, 1, 0]
    assert result.valid_hours[:, 0].tolist() == [21, 23, 23, 23, 22, 23]
    frame = city_day_frame([result], "test")
    assert frame["flags"].tolist() == ["pm25:hour_bounds co:hour_bounds"]


@given(
    st.lists(st.integers(0, 5000), min_size=24, max_size=24),
    st.sets(st.integers(0, 23), max_size=6),
)
def test_daily_mean_is_exact_then_rounded_half_even(hundredths, gaps):
    """CO comes in hundredths and is published in tenths: halves are frequent."""
    hours = np.array(hundredths, dtype=float) + 1
    valid = [k for k in range(24) if k not in gaps]
    stamped = np.full((25, 6, 1), np.nan)
    stamped[[k + 1 for k in valid], 4, 0] = hours[valid] / 100
    result = daily_values(file_of(stamped[:24]), file_of(stamped[1:][::-1], NEXT))
    frame = city_day_frame([result], "test")
    if len(valid) < 20:
        assert frame["co"].isna().all()
        assert frame["flags"].tolist() == ["co:hours"]
    else:
        exact = Fraction(int(hours[valid].sum()), 100 * len(valid))
        assert frame["co"].iloc[0] == float(round(exact * 10)) / 10  # Fraction rounds half to even


def test_gap_and_out_of_order(archive):
    folder = archive(DAY, 5, skip=[2])
    days = list(iter_daily_values(iter_day_files(find_day_sources(folder))))
    assert [day.date.day for day in days] == [5, 6, 8, 9]
    assert [int(day.valid_hours[0, 0]) for day in days] == [24, 23, 24, 23]
    with pytest.raises(InputError, match="hour file of 2019-01-05 after that of 2019-01-06"):
        list(iter_daily_values([constant(1.0, NEXT), constant(1.0, DAY)]))


def test_frame_has_the_city_day_format(archive):
    def value(kind, hour, city):
        if city == "北京":
            return "" if hour < 10 else 20
        return {"CO": 0.55, "PM2.5": 30 + hour % 2}.get(kind, 40)

    folder = archive(DAY, 2, value=value, cities=("驻马店", "北京", "拉萨"))
    frame = city_day_frame(iter_daily_values(iter_day_files(find_day_sources(folder))), "test")
    assert frame.columns.tolist() == [
        *["date", "city", "pm25", "pm10", "so2", "no2", "co", "o3_8h", "source", "flags"]
    ]
    assert frame["date"].dtype == "datetime64[s]"
    assert frame["city"].tolist() == ["驻马店", "北京", "拉萨"] * 2
    first = frame.iloc[0]
    assert first[["pm25", "pm10", "co", "o3_8h"]].tolist() == [30.0, 40.0, 0.6, 40.0]
    assert pd.isna(first["flags"])
    assert frame["flags"].iloc[1].startswith("pm25:hours pm10:hours so2:hours no2:hours co:hours")


def test_units_without_any_hour_are_left_out():
    day = constant(10.0, units=("驻马店", "北京"))
    day.values[1:, :, 1] = np.nan
    assert city_day_frame([daily_values(day, None)], "test")["city"].tolist() == ["驻马店"]
    assert city_day_frame([], "test").empty


def test_repeated_rows_are_flagged(day_text):
    text = day_text(DAY)
    day = read_day_file((text + text.splitlines()[1] + "\n").encode(), DAY, "day.csv")
    assert city_day_frame([daily_values(day, None)], "t")["flags"].tolist() == ["day:repeated"] * 2


def test_station_files_take_the_same_way(day_text, tmp_path):
    (tmp_path / "china_sites_20190105.csv").write_text(day_text(DAY, cities=("1001A", "1002A")))
    sources = find_day_sources(tmp_path, kind="sites")
    (day,) = iter_daily_values(iter_day_files(sources))
    assert day.units == ("1001A", "1002A")
    np.testing.assert_array_equal(day.values[0], 30)
