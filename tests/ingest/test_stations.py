from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from airrank.errors import InputError
from airrank.ingest.aggregate import UnitDays
from airrank.ingest.stations import Stations
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
    assert stations.city_days(days([[10, nan, 9, 7, 1]] * 6)).values[0, 1] == 10
    many = "code,city\n" + "".join(f"{k}A,北京\n" for k in (1, 2, 3, 4))
    found = Stations.parse(many.encode()).city_days(days([[10, nan, nan, 7, 1]] * 6))
    assert np.isnan(found.values).all()


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
