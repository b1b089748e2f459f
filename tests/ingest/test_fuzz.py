"""Damaged and invented files: only AirrankError comes out, and what is accepted can be stored.

``HYPOTHESIS_PROFILE=long`` tries 3,000 inputs a reader, chosen at random.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import io
import json
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from airrank.cities import load_ranking_list
from airrank.errors import AirrankError
from airrank.goals.plan import load_plan
from airrank.goals.reported import read_reported
from airrank.ingest import cnemc
from airrank.ingest.aggregate import city_day_frame, daily_values
from airrank.ingest.archive import check_hour_file
from airrank.ingest.city_day import read_city_days
from airrank.ingest.dust_list import parse_dust_list
from airrank.ingest.hour_files import HOURLY_TYPES, read_day_file
from airrank.ingest.office_file import parse_table
from airrank.ingest.official import parse_official
from airrank.ingest.quality import check_quality
from airrank.ingest.retrieval import Entry
from airrank.ingest.stations import Stations
from airrank.panel import Panel
from airrank.rules.standards import reference_folder
from airrank.store import partitions
from airrank.tables.account import listening
from airrank.verification.scored import Scored, read_scored, write_scored

DAY = dt.date(2019, 1, 2)
NOW = dt.datetime(2026, 10, 10, 2, tzinfo=dt.UTC)
CODE = "411700"
HOURS = "\n".join(
    ["date,hour,type,驻马店,北京,信阳"]
    + [f"20190102,{h},{k},30,{h + 1},0.5" for h in range(24) for k in HOURLY_TYPES]
    + [""]
).encode()
CITY_DAYS = (
    "date,city,pm25,pm10,so2,no2,co,o3_8h,aqi,dust,retrieved_at,o3_8h_kind\n"
    "2017-01-01,驻马店,90,130,9,35,1.1,60,120,false,2017-01-02T01:30+08:00,estimated\n"
    "2017-01-02,驻马店,80,,9,35,1.1,60,105,true,,observed\n"
    "2017-01-02,Xinyang,81,99,9,35,1.1,60,,,2017-01-03,\n"
).encode()
OFFICE = (
    "日期,城市,AQI,PM2.5,PM10,SO2,NO2,CO,O3_8h,首要污染物\n"
    "2023/1/5,驻马店市,120,90,130,9,35,1.1,60,PM2.5\n"
    "2023年1月6日,西平县,,,—,9,35,0.8,60,\n"
)
OFFICIAL = "时段,城市,名次,综合指数\n2019,驻马店,120,5.11\n2019-01..2019-06,信阳市,,4.9\n"
DUST = "日期,城市,省份,沙尘\n2023-03-22,驻马店、北京,,是\n2023/3/23,,河南省,\n2023-03-24,信阳,,否\n"
STATIONS = "监测点编码,城市,对照点\n1001A,北京市,\n1002A,驻马店市,Y\n1003A,信阳市,N\n".encode()
REPORTED = "city,year,indicator,value,valid_days,uncertainty,caveat\n驻马店,2023,pm25,42,365,1,\n"
UNITS = "city,name_en,lon,lat\n遂平县,Suiping,113.9,33.1\n驻马店,,,\n".encode()
PLAN = (reference_folder() / "plans" / "zhumadian_2023_2025.toml").read_bytes()[:6000]
PLATFORM = [
    {
        **{"TimePoint": f"2026-10-0{k}T00:00:00", "CityCode": 411700, "Area": "驻马店市"},
        **{field: str(20 + k) for field in cnemc.FIELDS.values()},
    }
    for k in range(1, 5)
]
FEW = settings(max_examples=max(20, settings.default.max_examples // 4))  # type: ignore[union-attr]
"""For readers that take long."""
PIECES = [
    *(b"\0", b"\xff", b",", b"\n", b"\r", b'"', b"'", b"[", b"{", b"]", b"=", b";"),
    b"\xef\xbb\xbf",
    *(b"1e999", b"1e-999", b"-1", b"nan", b"inf", b"-0.0", b"9" * 5000, b"0x10", b"1_000"),
    *(b"0000-01-01", b"0001-01-01", b"9999-12-31", b"2017-02-29", b"2017-01-01T23:00-12:00"),
    *(b"true", b"\\ud800", b"\\u0000", b"[" * 2000, b"a=[" * 900, b"/Date(9e99)/", b"null"),
    *("１２".encode(), "\u2028".encode(), "驻马店".encode("gb18030"), b"x" * 1_100_000),
]  # fmt: skip


def only_ours(call: Callable[[], object]) -> object | None:
    """Give what a call gives, None if it refuses; anything but AirrankError is a failure."""
    with contextlib.suppress(AirrankError), listening(lambda _: None):
        return call()
    return None


@st.composite
def damaged(draw: st.DrawFn, content: bytes) -> bytes:
    """Cut, flip, insert, drop, double, or save in another encoding."""
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(content)))
        more = at + draw(st.integers(1, 60))
        how = draw(st.sampled_from(["cut", "flip", "piece", "drop", "double", "recode"]))
        if how == "cut":
            content = content[:at]
        elif how == "flip":
            content = content[:at] + bytes([draw(st.integers(0, 255))]) + content[at + 1 :]
        elif how == "piece":
            content = content[:at] + draw(st.sampled_from(PIECES)) + content[at:]
        elif how == "drop":
            content = content[:at] + content[more:]
        elif how == "double":
            content = content[:more] + content[at:more] + content[more:]
        else:
            text = content.decode("utf-8", "replace")
            content = text.encode(draw(st.sampled_from(["gb18030", "utf-16"])), "replace")
    return content


CELL = st.sampled_from(
    ["", "0", "-1", "1e308", "-1e308", "1e999", "nan", "inf", "NA", "—", "abc", "1,5", "=1+1",
     "１２", "0001-01-01", "9999-12-31", "2017-02-29", "2016-02-29", "2017-01-01 12:00",
     "20170101", "2017-01", "2017", "驻马店", "驻马店市", "城市", "排名", "名次", "\x1b[31m",
     "\r30", "30\r", "1_0", "\x85", "是", "'", "[/b]", "x" * 300, "99999999999999999999",
     "2017-01-01T00:00+14:00"]
)  # fmt: skip


@st.composite
def rearranged(draw: st.DrawFn, text: str) -> bytes:
    """Change cells, drop or double columns and rows of a valid table."""
    rows = [line.split(",") for line in text.splitlines()]
    for _ in range(draw(st.integers(1, 3))):
        row, column = draw(st.integers(0, len(rows) - 1)), draw(st.integers(0, len(rows[0]) - 1))
        how = draw(st.sampled_from(["cell", "cell", "drop", "double", "rows", "short"]))
        if how == "cell" and column < len(rows[row]):
            rows[row][column] = draw(CELL)
        elif how == "drop":
            rows = [r[:column] + r[column + 1 :] for r in rows]
        elif how == "double":
            rows = [r[:column] + r[column : column + 1] + r[column:] for r in rows]
        elif how == "rows":
            rows.insert(row, list(rows[row]))
        elif how == "short":
            rows[row] = rows[row][:column]
        assume(rows[0])
    return "\n".join(",".join(r) for r in rows).encode()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9) | CELL,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=6,
)


def storable(frame: pd.DataFrame) -> None:
    """See that accepted records are one a city-day, pass the rules and fit the store."""
    assert not frame.duplicated(["date", "city"]).any()
    frame = partitions.conform(frame.assign(raw="0", retrieved_at=pd.Timestamp(NOW)))
    pa.Table.from_pandas(frame, schema=partitions.SCHEMA, preserve_index=False)
    check_quality(frame, {})


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("fuzz")


@given(damaged(HOURS) | rearranged(HOURS.decode()))
def test_hour_files(content: bytes) -> None:
    def take() -> None:
        check_hour_file(content, DAY, frozenset({"驻马店"}), 0.5)
        file = read_day_file(content, DAY, "hours")
        storable(city_day_frame([daily_values(file, None)], "archive"))

    only_ours(take)


@FEW
@given(damaged(STATIONS) | rearranged(STATIONS.decode()))
def test_station_lists_and_site_files(content: bytes) -> None:
    sites = HOURS.replace("驻马店,北京,信阳".encode(), b"1001A,1002A,1003A")
    listed = only_ours(lambda: Stations.parse(content))
    if isinstance(listed, Stations):
        days = daily_values(read_day_file(sites, DAY, "sites"), None)
        storable(city_day_frame([listed.city_days(days)], "sites"))


def _take_platform(content: bytes) -> None:
    def take() -> None:
        days = [row["date"] for row in cnemc.parse_answer(content, CODE)]
        entry = Entry("cnemc", CODE, NOW, "0" * 64, "", min(days), max(days))
        for frame in cnemc.interpret(entry, {}, lambda _: content):
            storable(frame.drop(columns="raw"))

    only_ours(take)


@given(damaged(json.dumps(PLATFORM, ensure_ascii=False).encode()))
def test_platform_answers_damaged(content: bytes) -> None:
    _take_platform(content)


@FEW
@given(
    st.integers(0, 3),
    st.sampled_from(["TimePoint", "CityCode", "Area", *cnemc.FIELDS.values()]),
    JSON,
)
def test_platform_answers_invented(row: int, field: str, value: object) -> None:
    days = [dict(day) for day in PLATFORM]
    days[row][field] = value  # type: ignore[assignment]
    _take_platform(json.dumps(days).encode())
    _take_platform(json.dumps(value).encode())
    _take_platform(json.dumps([value]).encode())


def _take_city_days(path: Path) -> None:
    def take() -> None:
        Panel.from_observations(read_city_days(path), load_ranking_list("henan17"))

    only_ours(take)


@given(content=damaged(CITY_DAYS) | rearranged(CITY_DAYS.decode()))
def test_city_day_csv(folder: Path, content: bytes) -> None:
    path = folder / "days.csv"
    path.write_bytes(content)
    _take_city_days(path)


def _parquet() -> bytes:
    frame = pd.read_csv(io.BytesIO(CITY_DAYS))
    return bytes(frame.to_parquet())


@given(content=damaged(_parquet()))
def test_city_day_parquet_damaged(folder: Path, content: bytes) -> None:
    path = folder / "days.parquet"
    path.write_bytes(content)
    _take_city_days(path)


VALUE = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.binary()
    | st.lists(st.integers(), max_size=2) | st.datetimes() | st.dates() | st.times()
    | st.datetimes(timezones=st.timezones()) | st.decimals() | st.timedeltas()
    | st.dictionaries(st.just("a"), st.integers()) | CELL
)  # fmt: skip


@FEW
@given(
    column=st.sampled_from(["date", "city", "pm25", "co", "aqi", "dust", "retrieved_at"]),
    values=st.lists(VALUE, min_size=3, max_size=3) | VALUE.map(lambda v: [v] * 3),
)
def test_city_day_parquet_of_other_types(folder: Path, column: str, values: list[object]) -> None:
    table = pa.Table.from_pandas(pd.read_csv(io.BytesIO(CITY_DAYS)), preserve_index=False)
    try:
        array = pa.array(values)
    except (pa.ArrowException, OverflowError, TypeError, ValueError):
        array = pa.array([str(value).encode("utf-8", "replace") for value in values])
    path = folder / "typed.parquet"
    place = table.schema.names.index(column)
    with contextlib.suppress(pa.ArrowNotImplementedError):
        pa.parquet.write_table(table.set_column(place, column, array), path)
        _take_city_days(path)


def _take_office(content: bytes, name: str) -> None:
    def take() -> None:
        storable(parse_table(content, name, name))

    only_ours(take)


@FEW
@given(damaged(OFFICE.encode()) | damaged(OFFICE.encode("gb18030")) | rearranged(OFFICE))
def test_office_csv(content: bytes) -> None:
    _take_office(content, "a.csv")


def _excel(text: str) -> bytes:
    out = io.BytesIO()
    pd.read_csv(io.StringIO(text)).to_excel(out, index=False)
    return out.getvalue()


@FEW
@given(damaged(_excel(OFFICE)))
def test_office_excel_damaged(content: bytes) -> None:
    _take_office(content, "a.xlsx")
    only_ours(lambda: parse_official(content, "a.xlsx", "a.xlsx"))


@FEW
@given(
    st.integers(0, 1),
    st.integers(0, 9),
    st.none() | st.booleans() | st.integers(-(10**12), 10**12) | st.floats(allow_nan=False)
    | st.datetimes(dt.datetime(1900, 3, 1)) | CELL.filter(str.isprintable),
)  # fmt: skip
def test_office_excel_of_other_types(row: int, column: int, value: object) -> None:
    frame = pd.read_csv(io.StringIO(OFFICE)).astype(object)
    frame.iloc[row, column] = None if value in (float("inf"), float("-inf")) else value
    out = io.BytesIO()
    frame.to_excel(out, index=False)
    _take_office(out.getvalue(), "a.xlsx")


@given(damaged(OFFICIAL.encode()) | damaged(OFFICIAL.encode("gb18030")) | rearranged(OFFICIAL))
def test_official_tables(content: bytes) -> None:
    only_ours(lambda: parse_official(content, "a.csv", "a.csv"))


@given(damaged(DUST.encode()) | damaged(DUST.encode("gb18030")) | rearranged(DUST))
def test_lists_of_dust_days(content: bytes) -> None:
    def take() -> None:
        table = parse_dust_list(content, "a.csv", "a.csv")
        assert table["dust"].dtype == bool
        assert not table.duplicated(["date", "city"]).any()

    only_ours(take)


@given(content=damaged(PLAN))
def test_plans_damaged(folder: Path, content: bytes) -> None:
    path = folder / "plan.toml"
    path.write_bytes(content)
    only_ours(lambda: load_plan(path))


TOML_VALUE = st.sampled_from(
    ["1", "-1", "nan", "inf", "1e999999999", "1e-999999999", "9" * 5000, "[]", "[1, 2]", "{}",
     "true", '""', '"x"', "2025-02-29", "2025-06-30", "0001-01-01", "12:00:00", "[[[]]]",
     "2025-06-30T00:00:00Z", "[nan, nan]", "[2025, 2023]", "[2023, 99999999]", "{a = 1}"]
)  # fmt: skip


@given(line=st.integers(0, 60), value=TOML_VALUE)
def test_plans_of_other_types(folder: Path, line: int, value: str) -> None:
    lines = PLAN.decode("utf-8", "ignore").splitlines()
    key, equals, _ = lines[line % len(lines)].partition(" = ")
    assume(equals)
    path = folder / "typed.toml"
    path.write_text("\n".join([*lines[: line % len(lines)], f"{key} = {value}"]), "utf-8")
    only_ours(lambda: load_plan(path))
    path.write_text(f"years = [2023, 2025]\ngoal = {value}\nunits = {value}\n", "utf-8")
    only_ours(lambda: load_plan(path))
    only_ours(lambda: load_ranking_list(path))


@given(content=damaged(UNITS) | rearranged(UNITS.decode()))
def test_lists_of_cities(folder: Path, content: bytes) -> None:
    path = folder / "units.csv"
    path.write_bytes(content)
    only_ours(lambda: load_ranking_list(path))


@given(content=damaged(REPORTED.encode()) | rearranged(REPORTED))
def test_reported_figures(folder: Path, content: bytes) -> None:
    path = folder / "figures.csv"
    path.write_bytes(content)
    only_ours(lambda: read_reported(path))


@given(data=st.data())
def test_a_damaged_file_of_a_backtest_is_made_afresh(folder: Path, data: st.DataObject) -> None:
    table = pd.DataFrame({"1": [0.5, 0.5]}, index=pd.Index(["甲", "乙"], name="city"))
    whole = folder / "whole.parquet"
    write_scored(Scored({"as_of": "2017-05-31"}, table), whole, "key")
    path = folder / "scored.parquet"
    path.write_bytes(data.draw(damaged(whole.read_bytes())))
    found = read_scored(path, "key")
    assert found is None or isinstance(found.row, dict)
