from __future__ import annotations

import datetime as dt
import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from airrank.errors import InputError
from airrank.ingest.aggregate import UnitDays, city_day_frame, daily_values
from airrank.ingest.hour_files import HOURLY_TYPES, DayFile
from airrank.ingest.stations import Stations
from airrank.rules.standards import POLLUTANTS
from airrank.tables.account import Account

LIST = "监测点编码,城市,对照点\n1A,驻马店市,\n2A,驻马店市,\n3A,驻马店市,Y\n4A,北京,\n".encode()


def days(values):
    values = np.array(values, dtype=float)
    counts = np.where(np.isnan(values), 0, 24)
    return UnitDays(dt.date(2020, 1, 1), ("1A", "2A", "3A", "4A", "9Z"), values, counts,
                    np.zeros(values.shape, dtype=np.int64), 0)  # fmt: skip


def test_city_days_are_means_over_stations_without_the_background():
    row = [[10.0, 21.0, 500.0, 7.0, 1.0]]
    result = Stations.parse(LIST).city_days(days(row * 6))
    assert result.units == ("北京", "驻马店")
    assert result.values[0].tolist() == [7.0, 15.5]


def test_half_of_few_stations_is_enough_a_quarter_is_not():
    nan = np.nan
    stations = Stations.parse(LIST)
    lacking = np.zeros((6, 5), dtype=bool)
    lacking[:, 1] = True  # station 2A measured, but not for long enough
    one = days([[10, nan, 9, 7, 1]] * 6)
    found = stations.city_days(one, lacking | (one.valid_hours > 0))
    assert found.values[0, 1] == 10
    assert found.notes == ("", "")
    four = listing(4)
    part = days([[10, nan, nan, 7, 1]] * 6)
    found = four.city_days(part, np.ones((6, 5), dtype=bool))
    assert np.isnan(found.values).all()
    assert "pm25:few_stations=2/4" in found.notes[0]


def test_stations_that_measure_nothing_do_not_count_against_the_others():
    nan = np.nan
    found = listing(4).city_days(days([[10, nan, nan, 7, 1]] * 6))
    assert found.values[:, 0].tolist() == [8.5] * 6
    assert found.notes == ("day:silent=2/4",)
    values = np.array([[10.0, 20.0, 30.0, 7.0, 1.0]] * 6)
    values[2, 1:4] = nan  # three no longer measure SO2
    found = listing(4).city_days(days(values))
    assert found.values[2, 0] == 10
    assert found.notes == ("so2:stations=1/4",)
    frame = city_day_frame([found], "sites")
    assert frame["flags"].tolist() == ["so2:stations=1/4"]


def test_a_station_of_the_list_without_a_column_is_silent():
    found = listing(5).city_days(days([[10.0, 20, 30, 40, 1]] * 6))
    assert found.notes == ("day:silent=1/5",)
    assert found.values[0, 0] == 25


def test_no_station_of_the_list_in_the_file():
    found = Stations.parse(b"code,city\n8A,x\n").city_days(days([[10.0, 20, 30, 40, 1]] * 6))
    assert found.units == ()
    assert city_day_frame([found], "sites").empty


def listing(count):
    rows = "".join(f"{k + 1}A,北京\n" for k in range(count))
    return Stations.parse(f"code,city\n{rows}".encode())


def hourly(stations, day=dt.date(2020, 1, 1)):
    """A file with the same hours of all pollutants: [station][hour], None where missing."""
    values = np.array(stations, dtype=float).T  # [hour, station]
    file = np.full((24, 6, len(stations)), np.nan)
    file[1:] = values[:23, None]
    after = np.full((24, 6, len(stations)), np.nan)
    after[0] = values[23]
    units = tuple(f"{k + 1}A" for k in range(len(stations)))
    files = (
        DayFile(d, units, HOURLY_TYPES, v, 0)
        for d, v in ((day, file), (day + dt.timedelta(days=1), after))
    )
    return daily_values(*files)


def exact(hours, pollutant):
    """The daily value by fractions, or None."""
    valid = [Fraction(h).limit_denominator(1000) if h is not None else None for h in hours]
    if pollutant != "o3_8h":
        there = [h for h in valid if h is not None]
        return Fraction(sum(there), len(there)) if len(there) >= 20 else None
    means = []
    for end in range(8, 25):
        there = [h for h in valid[end - 8 : end] if h is not None]
        if len(there) >= 6:
            means.append(Fraction(sum(there), len(there)))
    enough = len(means) >= 14 or (means and max(means) > 160)
    return max(means) if enough else None


def test_sevenths_lose_no_half():
    """Seven stations, whose 8-h means are sevenths, and whose mean is exactly 138.5."""
    sums = [968, 969, 970, 970, 970, 970, 969.5]
    assert Fraction(sum(Fraction(total) for total in sums), 49) == Fraction(277, 2)
    stations = []
    for total in sums:
        level = total // 7
        stations.append([1.0] * 16 + [None] + [level] * 6 + [total - 6 * level])
    found = listing(7).city_days(hourly(stations))
    ozone = POLLUTANTS.index("o3_8h")
    assert found.values[ozone, 0] == 138.5
    assert city_day_frame([found], "sites")["o3_8h"].tolist() == [138.0]


@given(
    st.lists(
        st.lists(st.one_of(st.none(), st.integers(1, 400)), min_size=24, max_size=24),
        min_size=1,
        max_size=9,
    ),
    st.sampled_from([1, 10, 100]),
)
@pytest.mark.slow
def test_means_over_stations_are_exact_then_rounded_half_even(stations, parts):
    given_hours = [[None if h is None else h / parts for h in hours] for hours in stations]
    day = hourly(given_hours)
    frame = city_day_frame([listing(len(stations)).city_days(day)], "sites")
    for name in ("so2", "co", "o3_8h"):
        means = [exact(hours, name) for hours in given_hours]
        there = [mean for mean in means if mean is not None]
        measuring = sum(any(h is not None for h in hours) for hours in given_hours)
        share = Fraction(3, 4) if measuring >= 4 else Fraction(1, 2)
        if not there or len(there) < share * measuring:
            assert frame[name].isna().all()
            continue
        scale = 10 if name == "co" else 1
        mean = Fraction(sum(there), len(there))
        assert frame[name].tolist() == [round(mean * scale) / scale]


@pytest.mark.parametrize("stations", [3, 7])
def test_halves_of_means_over_stations(stations):
    """Sums chosen so that the mean over the stations is a half, from summands that are not."""
    for count in (20, 21, 22, 23, 24):
        target = Fraction(2 * 35 + 1, 2) * count * stations
        hours = [[math.floor(target / stations / count)] * count for _ in range(stations)]
        left = target - sum(map(sum, hours))
        hours[0][0] += float(left)
        filled = [[float(h) for h in row] + [None] * (24 - count) for row in hours]
        frame = city_day_frame([listing(stations).city_days(hourly(filled))], "sites")
        assert frame["so2"].tolist() == [36.0]  # 35.5 to even


def test_another_table_is_refused():
    with pytest.raises(InputError, match=r"expected columns code .*found a, b"):
        Stations.parse(b"a,b\n1,2\n")
    with pytest.raises(InputError, match=r"expected columns code .*found 城市"):
        Stations.parse("城市".encode("gb18030"))
    with pytest.raises(InputError, match="row 3: station 1A is of 驻马店 and of 北京"):
        Stations.parse("code,city\n1A,驻马店市\n1A,北京\n".encode())
    with pytest.raises(InputError, match="row 2: expected a station's code and its city"):
        Stations.parse("code,city\n,北京\n".encode())


def test_a_list_in_gb18030_with_title_and_note_is_read():
    lines = (
        "站点清单\n监测点编码,监测点名称,城市,经度,对照点\n"
        "1A,站1,驻马店市,114.0,N\n2A,站2,北京,116,Y\n"
    )
    account = Account("list")
    content = f"{lines}注：截至2023年,,,,\n".encode("gb18030")
    assert Stations.parse(content, account=account).city_of == {"1A": "驻马店"}
    told = [notice.code for notice in account.close().notices]
    assert told == ["title", "note"]


def test_a_column_without_heading_means_nothing():
    assert Stations.parse("code,city,\n1A,北京,1\n".encode()).city_of == {"1A": "北京"}
