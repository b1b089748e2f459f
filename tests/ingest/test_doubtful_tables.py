"""Tables that are nearly right: a person would stop at them, or leave a part of them out.

Through ``update`` and ``--data`` both, as in ``test_city_table``.
"""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile

import pytest

from airrank.cities import registry
from airrank.tables.cells import is_remark, is_total
from tests.ingest.tables_of_people import HEAD, Page, days, row, text, workbook
from tests.ingest.test_city_table import NO_AQI, Read, _english, headed, plain, read  # noqa: F401

THREE = [35, 36, 37]
FIGURES = [None, 36, 71, 9, 30, 0.8, 101]
ALL_MG = ("单位：mg/m³",)


def in_mg() -> list[list[object]]:
    return [[*r[:3], r[3] / 1000, r[4] / 1000, r[5] / 1000, r[6] / 1000, r[7], r[8] / 1000]
            for r in days()]  # fmt: skip


@pytest.mark.parametrize(
    "name",
    ["月均值", "累计", "1-9月累计", "同比变化", "均  值", "合 计", "本月", "改善幅度", "增减",
     "较上年同期", "全国339城", "全市", "168个重点城市", "Total:"],
)  # fmt: skip
@pytest.mark.parametrize("place", [0, 1])
def test_rows_that_sum_up_others(read: Read, name: str, place: int) -> None:  # noqa: F811
    total: list[object] = [None, None, *FIGURES]
    total[place] = name
    outcome = read(workbook([HEAD, *days(), total]))
    assert outcome.of("pm25") == THREE, outcome.refused
    assert "sum up others left out: row 5" in outcome.told


def test_no_city_of_the_lists_is_taken_for_a_total_or_a_note() -> None:
    assert not [name for name in registry().names if is_total(name) or is_remark(name)]


@pytest.mark.parametrize(
    "cells",
    [
        ["制表人：张三", None, None, "审核：李四", None, None, "2023年10月8日"],
        ["制表：", None, "张三", "审核：", None, None, dt.datetime(2023, 10, 8)],
        ["备注：共3天有效", None, None, 3],
        [None, "填报单位：驻马店市生态环境局", None, None, "负责人：王五"],
        ["Prepared by: Zhang", None, None, "Checked by: Li"],
    ],
)
def test_who_made_the_table_is_left_out_and_told(read: Read, cells: list[object]) -> None:  # noqa: F811
    outcome = read(workbook([HEAD, *days(), cells]))
    assert outcome.of("pm25") == THREE, outcome.refused
    assert "row 5" in outcome.told


def test_a_column_of_remarks_beside_a_heading_of_two_rows(read: Read) -> None:  # noqa: F811
    top = ["日期", "城市", "AQI", "颗粒物", None, "气体", None, None, None, "备注"]
    low = [None, None, None, "PM2.5", "PM10", "SO2", "NO2", "CO", "O3-8h", None]
    merged = ["A1:A2", "B1:B2", "C1:C2", "D1:E1", "F1:I1", "J1:J2"]
    outcome = read(workbook(Page([top, low, *days()], merged=merged)))
    assert outcome.of("pm25") == THREE, outcome.refused


@pytest.mark.parametrize(
    ("usual", "heading"),
    [("O3_8h", h) for h in (
        "O₃-8h-90per", "O3_8H_90", "O3-8h第90百分位数", "MDA8-90", "O3评价值", "O3_8h(月)",
        "O3 昨日8h", "O3 8h 12:00")]
    + [("CO", h) for h in ("CO_95", "CO-24h-95per", "CO年评价值")]
    + [("PM2.5", h) for h in (
        "PM2.5 1-9月", "PM2.5本月", "PM2.5上月", "PM2.5今年", "PM2.5季度均值", "PM2.5周", "PM2.5旬",
        "PM2.5 monthly mean", "annual mean PM2.5", "YTD PM2.5", "PM2.5 weekly", "Yesterday PM2.5",
        "PM2.5 rolling 24h", "PM2.5 12时", "I-PM2.5", "PM2.5(个/升)", "2023年1-9月PM2.5")],
)  # fmt: skip
def test_values_of_another_time_or_kind_do_not_count(
    read: Read, usual: str, heading: str  # noqa: F811
) -> None:  # fmt: skip
    assert f"{heading!r} does not count" in read(headed((usual, heading))).refused


@pytest.mark.parametrize(
    ("usual", "heading", "pollutant", "value"),
    [
        ("O3_8h", "O3_8h滑动平均", "o3_8h", 100),
        ("O3_8h", "8-hour moving average ozone", "o3_8h", 100),
        ("CO", "CO24小时平均", "co", 0.8),
        ("PM2.5", "PM2.5(0-24时)", "pm25", 35),
        ("PM2.5", "2023年1月PM2.5浓度", "pm25", 35),
        ("PM2.5", "PM2.5 μg/Nm3", "pm25", 35),
        ("PM2.5", "周口 PM2.5", "pm25", 35),
    ],
)
def test_headings_of_daily_values_still_count(
    read: Read, usual: str, heading: str, pollutant: str, value: float  # noqa: F811
) -> None:  # fmt: skip
    outcome = read(headed((usual, heading)))
    assert outcome.of(pollutant) == [value], outcome.refused


@pytest.mark.parametrize(
    ("unit", "value"), [("ng/m3", 35_000), ("g/m³", 0.000035), ("克/立方米", 3.5e-5)]
)
def test_rare_units_are_converted_too(read: Read, unit: str, value: float) -> None:  # noqa: F811
    head = [f"PM2.5({unit})" if name == "PM2.5" else name for name in HEAD]
    outcome = read(workbook([head, row(PM25=value)]))
    assert outcome.of("pm25") == [35], outcome.refused
    assert "converted" in outcome.told


def test_a_heading_of_another_year_is_refused(read: Read) -> None:  # noqa: F811
    refused = read(headed(("PM2.5", "2022年PM2.5"))).refused
    assert "row 2, column '2022年PM2.5': the heading says 2022, the row 2023-01-05" in refused


@pytest.mark.parametrize(
    "rows",
    [
        [ALL_MG, HEAD, *in_mg()[:2], HEAD, in_mg()[2]],
        [HEAD, *in_mg()[:2], HEAD, in_mg()[2], ALL_MG],
        [HEAD, [None, None, None, *["mg/m³"] * 6], *in_mg()[:2], HEAD, in_mg()[2]],
    ],
)
def test_a_repeated_heading_has_the_units_of_the_first(read: Read, rows: list[object]) -> None:  # noqa: F811
    outcome = read(workbook(rows))  # type: ignore[arg-type]
    assert outcome.of("pm25") == THREE, outcome.refused
    assert outcome.of("so2") == [9, 9, 9]


@pytest.mark.parametrize(
    "title",
    ["截至2023年9月30日累计均值", "制表日期：2023年10月8日", "2023年9月18日驻马店（9月份均值）",
     "2023年9月30日，1-9月平均", "2023年9月18日14时空气质量", "2023-09-18 14:00",
     "2023年9月18日 实时数据",
     "2023年9月18日预报", "2023年9月18日零时至20日24时", "第38周（2023年9月18日）", "9月18日日报"],
)  # fmt: skip
def test_the_day_of_a_title_over_other_times_is_none_of_the_values(
    read: Read, title: str  # noqa: F811
) -> None:  # fmt: skip
    rows = [[c for k, c in enumerate(r) if k] for r in (HEAD, *days(1))]
    assert "none of the day" in read(workbook([[title], *rows])).refused


@pytest.mark.parametrize(
    "title",
    ["2023年9月18日（周一）日报", "2023.09.18", "2023年9月18日0时至24时",
     "城市空气质量实时发布平台 2023-09-18",
     "统计日期：2023年9月18日"],
)  # fmt: skip
def test_a_title_that_gives_the_day(read: Read, title: str) -> None:  # noqa: F811
    rows = [[c for k, c in enumerate(r) if k] for r in (HEAD, *days(1))]
    frame = read(workbook([[title], *rows])).frame
    assert frame["date"].dt.strftime("%F").tolist() == ["2023-09-18"]


@pytest.mark.parametrize(
    "given",
    [["2023-07-01", "2023-08-01", "2023-09-01"], ["2023-07-31", "2023-08-31", "2023-09-30"]],
)
def test_means_of_months_are_no_days(read: Read, given: list[str]) -> None:  # noqa: F811
    content = workbook([HEAD, *(row(day=day) for day in given)])
    refused = read(content).refused
    assert "are these means of months?" in refused
    assert "row 2 (驻马店" in refused
    assert len(read(content, accept=("monthly",)).frame) == 3


@pytest.mark.parametrize(
    ("rows", "refusal"),
    [
        ([["2023年驻马店"], HEAD, row(day=9.1)], "row 3, column '日期'.*found '9.1'"),
        ([["年", *HEAD], [2022, *row()]], "row 2, column '日期'.*found '2023-01-05"),
        ([["日期", "城市", "PM2.5", "浓度", *HEAD[4:]], [*row()[:2], 50, 35, *row()[4:]]],
         "column 'D' does not say of what"),
        ([["日期", "城市", "PM2.5", None, *HEAD[4:]], [*row()[:2], 50, 35, *row()[4:]]],
         r"the cell D \('35'\) has no heading"),
    ],
)  # fmt: skip
def test_what_has_two_readings_is_refused(
    read: Read, rows: list[object], refusal: str  # noqa: F811
) -> None:  # fmt: skip
    assert re.search(refusal, read(workbook(rows)).refused)  # type: ignore[arg-type]


def _without_city(rows: list[list[object]]) -> list[list[object]]:
    return [[c for k, c in enumerate(r) if k != 1] for r in rows]


def test_a_table_of_another_city_than_the_one_asked_for_is_refused(read: Read) -> None:  # noqa: F811
    bare = _without_city([list(HEAD), *days()])
    group = [None, "信阳", None, None, None, None, None, None]
    for content in (
        workbook([["信阳市环境空气质量日报"], *bare]),
        workbook(Page(bare, "信阳市")),
        workbook(plain()[:1] + days(city="信阳")),
        workbook(Page([group, *bare], merged=["B1:H1"])),
    ):
        assert "--city says 驻马店, the table 信阳" in read(content, city="驻马店").refused
        assert read(content, city="信阳").of("pm25") == THREE
    assert "nearest name is 驻马店" in read(workbook(bare), city="驻马甸").told


def test_a_column_without_values_is_told(read: Read) -> None:  # noqa: F811
    outcome = read(workbook([HEAD, *([*r[:3], None, *r[4:]] for r in days())]))
    assert "the column has no value: column 'PM2.5'" in outcome.told


def _broken() -> bytes:
    content = workbook(plain())
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        start = archive.getinfo("xl/worksheets/sheet1.xml").header_offset + 120
    turned = bytes(byte ^ 0x5A for byte in content[start : start + 80])
    return content[:start] + turned + content[start + 80 :]


@pytest.mark.parametrize(
    ("content", "name", "refusal"),
    [
        (b"", "a.csv", "is empty"),
        (b"\xef\xbb\xbf\n\n", "a.csv", "is empty"),
        (b"<!-- x -->\n<table><tr><td>1</td></tr></table>", "a.xls", "is a web page, XML or a doc"),
        (b"<meta charset='gb2312'><table>", "a.xls", "is a web page, XML or a document"),
        (b"MIME-Version: 1.0\n\n<html>", "a.xls", "is a web page, XML or a document"),
        (b"%PDF-1.4\n", "a.csv", "is a web page, XML or a document"),
        (_broken(), "a.xlsx", "cannot read"),
    ],
)
def test_what_is_no_table_is_refused_by_what_it_is(
    read: Read, content: bytes, name: str, refusal: str  # noqa: F811
) -> None:  # fmt: skip
    assert refusal in read(content, name).refused


def test_english_names_with_the_word_city(read: Read) -> None:  # noqa: F811
    head = ["Sampling date", "City name", *NO_AQI[2:]]
    lines = [head, *([r[0], "Zhumadian City", *r[3:]] for r in days())]
    outcome = read(text(lines), "a.csv")
    assert outcome.frame["city"].unique().tolist() == ["驻马店"], outcome.refused


def test_a_total_named_in_the_column_of_numbers(read: Read) -> None:  # noqa: F811
    rows = [
        ["序号", *HEAD],
        *([k, *r] for k, r in enumerate(days())),
        ["平均", *row(day="2023-01-31")],
    ]
    outcome = read(workbook(rows))
    assert outcome.of("pm25") == THREE, outcome.refused
    assert "sum up others left out: row 5" in outcome.told


def test_values_without_dust_are_told(read: Read) -> None:  # noqa: F811
    outcome = read(headed(("PM10", "PM10(扣除沙尘)")))
    assert outcome.of("pm10") == [70]
    assert "dust is deducted: taken as it stands: column 'PM10(扣除沙尘)'" in outcome.told
    both = read(headed(extra={"PM10(扣沙)": 60}))
    assert "say the same" in both.refused


def test_sulphur_dioxide_in_mg_without_a_word_is_refused(read: Read) -> None:  # noqa: F811
    content = workbook([HEAD, *(row(day=f"2023-01-0{k}", SO2=0.009) for k in (5, 6))])
    assert "looks like another unit" in read(content).refused
