"""Tables that people make: the right city-days, or a refusal that says where and what to do.

Every kind goes both ways: into a store with ``update``, and through ``--data``.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from airrank.ingest.city_day import read_city_days
from airrank.ingest.city_table import read_city_table
from airrank.ingest.office_file import OfficeFile
from airrank.store import Store, load_observations
from airrank.store.update import update
from airrank.tables.account import Account, listening
from tests.ingest.tables_of_people import (
    DAY,
    HEAD,
    Page,
    days,
    row,
    text,
    with_extent,
    workbook,
)

VALUES = ["pm25", "pm10", "so2", "no2", "co", "o3_8h"]
NO_AQI = [name for name in HEAD if name != "AQI"]


@dataclass(frozen=True)
class Outcome:
    """What came of a table both ways."""

    frame: pd.DataFrame
    told: str
    refused: str

    def of(self, pollutant: str) -> list[float]:
        return self.frame[pollutant].tolist()


Read = Callable[..., Outcome]


@pytest.fixture(autouse=True)
def _english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIRRANK_LANG", "en")


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Read a table both ways; the ways must agree."""

    def both(content: bytes, name: str = "table.xlsx", **options: Any) -> Outcome:
        path = tmp_path / name
        path.write_bytes(content)
        accounts: list[Account] = []
        frame, refused = pd.DataFrame(), ""
        with listening(accounts.append):
            try:
                frame = read_city_days(path, **options)
            except ValueError as error:
                refused = str(error)
        store = Store(tmp_path / f"store {len(list(tmp_path.iterdir()))}")
        summary = update(store, OfficeFile(path, options))
        reasons = "".join(reason for _, reason in summary.failed)
        assert reasons == refused
        if refused:
            return Outcome(frame, "", refused)
        assert summary.account is not None
        told = "\n".join(summary.account.lines())
        assert not accounts or "\n".join(accounts[0].lines()) == told
        assert bool(accounts) == bool(summary.account.notices)
        ours = load_observations(store=store, priority=["file"])
        kept = frame.dropna(subset=VALUES, how="all").sort_values(["date", "city"])
        pd.testing.assert_frame_equal(
            ours[["date", "city", *VALUES]],
            kept[["date", "city", *VALUES]].reset_index(drop=True),
            check_dtype=False,
        )
        return Outcome(frame, told, "")

    return both


def plain(rows: Sequence[Sequence[Any]] | None = None) -> list[Any]:
    return [HEAD, *(days() if rows is None else rows)]


OK = workbook(plain())
THREE = [35.0, 36.0, 37.0]
CITY_MERGED = Page([HEAD, days(1)[0], *days(3, None)[1:]], merged=["B2:B4"])
TITLE = ["驻马店市2023年1月环境空气质量日报"]
OFFICE_HEAD = (
    ["日期", "城市", "AQI", "颗粒物", None, "气态污染物"],
    [None, None, None, "PM2.5(μg/m³)", "PM10(μg/m³)", "SO2(μg/m³)", "NO2(μg/m³)",
     "CO(mg/m³)", "O3-8h(μg/m³)"],
)  # fmt: skip
OFFICE = Page(
    [
        ["2023年9月18日—24日驻马店市及周边城市空气质量日报（审核数据）"],
        *OFFICE_HEAD,
        *days(3),
        ["平均", None, None, 36, 71, 9, 30, 0.8, 101],
        ["注：数据为审核后数据"],
    ],
    merged=["A1:I1", "A2:A3", "B2:B3", "C2:C3", "D2:E2", "F2:I2"],
)  # fmt: skip


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (OK, []),
        (with_extent(OK, "A1"), []),
        (with_extent(OK, "A1:I2"), []),
        (with_extent(OK, None), []),
        (workbook(plain([[44931 + k, *cells[1:]] for k, cells in enumerate(days())])), []),
        (workbook(plain([[str(44931 + k), *cells[1:]] for k, cells in enumerate(days())])), []),
        (workbook(CITY_MERGED), []),
        (workbook(Page([TITLE, *plain()], merged=["A1:I1"])), ["title: 驻马店市2023年1月"]),
        (workbook([TITLE, ["单位：μg/m³（CO为mg/m³）"], *plain()]), ["title: 单位"]),
        (workbook([["驻马店市监测站"], [None], ["填表：张三"], *plain()]), ["title: 填表"]),
        (workbook(OFFICE), ["title: 2023年9月18日", "sum up others left out: row 7", "row 8"]),
        (workbook([HEAD, [None, None, None, *["μg/m³"] * 4, "mg/m³", "μg/m³"], *days()]), []),
        (workbook([HEAD, ["date", "city", "aqi", *VALUES], *days()]), []),
        (workbook([*plain(), ["平均", None, None, 36, 71, 9, 30, 0.8, 101]]), ["left out: row 5"]),
        (workbook([*plain(), [None, "均值", None, 36, 71, 9, 30, 0.8, 101]]), ["left out: row 5"]),
        (workbook([*plain(), ["最大值", *[None] * 2, 37, 72, 9, 30, 0.8, 102],
                   ["达标率(%)", None, None, 100, 100, 100, 100, 100, 100]]), ["row 5; row 6"]),
        (workbook([*plain(), ["1月平均", None, None, 36, 71, 9, 30, 0.8, 101]]), ["row 5"]),
        (workbook([*plain(), ["Mean", None, None, 36, 71, 9, 30, 0.8, 101]]), ["row 5"]),
        (workbook([*plain(), row(city="全省平均"), row(city="合计")]), ["row 5; row 6"]),
        (workbook([*plain(), [], ["注：数据为审核后数据"]]), ["注:数据为审核后数据: row 6"]),
        (workbook([*plain(), ["制表人：张三", None, "审核人：李四"]]), ["left out: 制表人"]),
        (workbook(Page([["填表说明"], ["本表由监测站提供"]], "说明"), Page(plain(), "数据")),
         ["sheet '说明'"]),
        (workbook(Page(plain(), "旧", hidden=True), Page(plain(), "数据")), ["hidden: sheet '旧'"]),
        (workbook([HEAD, *days(2), HEAD, days(3)[2]]), []),
        (workbook([HEAD, *days(2), [], days(3)[2]]), []),
    ],
)  # fmt: skip
def test_what_stands_around_a_table_does_not_matter(
    read: Read, content: bytes, told: list[str]
) -> None:
    outcome = read(content)
    assert outcome.of("pm25") == THREE
    assert outcome.frame["city"].tolist() == ["驻马店"] * 3
    assert outcome.frame["date"].dt.strftime("%F").tolist() == [f"2023-01-0{k}" for k in (5, 6, 7)]
    for words in told:
        assert words in outcome.told


KINDS_BELOW = Page(
    [["日期", "城市", *(cell for name in HEAD[3:] for cell in (name, None))],
     [None, None, *["分指数", "浓度"] * 6],
     ["2023-01-05", "驻马店", 50, 35, 60, 70, 9, 9, 38, 30, 20, 0.8, 50, 100]],
    merged=["A1:A2", "B1:B2", "C1:D1", "E1:F1", "G1:H1", "I1:J1", "K1:L1", "M1:N1"],
)  # fmt: skip
GROUP_WITH_UNITS = Page(
    [["日期", "城市", "污染物浓度（μg/m³，CO为mg/m³）"], [None, None, *HEAD[3:]],
     ["2023-01-05", "驻马店", 35, 70, 9, 30, 0.8, 100]],
    merged=["C1:H1"],
)  # fmt: skip


@pytest.mark.parametrize(
    "content",
    [
        workbook(KINDS_BELOW),
        text(KINDS_BELOW.rows),
        workbook(GROUP_WITH_UNITS),
        text([OFFICE_HEAD[0], OFFICE_HEAD[1], row()]),
    ],
)
def test_headings_of_two_rows(read: Read, content: bytes) -> None:
    name = "a.xlsx" if content.startswith(b"PK") else "a.csv"
    assert read(content, name).frame.loc[0, VALUES].tolist() == [35, 70, 9, 30, 0.8, 100]


def test_columns_of_several_cities_side_by_side_are_refused(read: Read) -> None:
    values = [35, 70, 9, 30, 0.8, 100]
    page = Page(
        [["日期", "驻马店", *[None] * 5, "信阳"], [None, *HEAD[3:], *HEAD[3:]],
         ["2023-01-05", *values, *values]],
        merged=["B1:G1", "H1:M1"],
    )  # fmt: skip
    refused = read(workbook(page)).refused
    assert "columns B ('驻马店 PM2.5') and H ('信阳 PM2.5') say the same" in refused


def test_the_narrower_place_counts(read: Read) -> None:
    head = ["日期", "城市", "县区", *HEAD[2:]]
    outcome = read(workbook([head, [DAY, "驻马店市", "泌阳县", *row()[2:]]]))
    assert outcome.frame["city"].tolist() == ["泌阳县"]
    assert "another column names the city: column '城市'" in outcome.told


def test_every_visible_sheet_counts(read: Read) -> None:
    later = days(3, first=dt.datetime(2023, 2, 1))
    outcome = read(workbook(Page(plain(), "1月"), Page(plain(later), "2月")))
    assert outcome.frame["date"].dt.month.tolist() == [1, 1, 1, 2, 2, 2]
    twice = read(workbook(Page(plain(), "1月"), Page(plain(), "复制")))
    assert "sheet '复制', row 2" in twice.refused
    assert "second record for 2023-01-05" in twice.refused


def test_a_sheet_without_a_table_is_told_by_its_name() -> None:
    content = workbook(Page(plain(), "1月"), Page([["说明"], ["见附件"]], "封面"))
    account = read_city_table(content, "table.xlsx", "table.xlsx").account.close()
    assert [(sheet["name"], sheet["read"], sheet["rows"]) for sheet in account.sheets] == [
        ("1月", True, 3), ("封面", False, 0),
    ]  # fmt: skip
    (notice,) = [one for one in account.notices if one.code == "sheet"]
    assert [place.sheet for place in notice.places] == ["封面"]


def test_cities_as_the_names_of_sheets(read: Read) -> None:
    rows = [NO_AQI[:1] + NO_AQI[2:], *([r[0], *r[3:]] for r in days())]
    outcome = read(workbook(Page(rows, "驻马店"), Page(rows, "信阳市")))
    assert outcome.frame["city"].tolist() == ["驻马店"] * 3 + ["信阳"] * 3
    assert "the sheet's name says the city, 信阳" in outcome.told


@pytest.mark.parametrize(
    "cell",
    ["2023年1月5日", "2023/1/5", "2023.01.05", "20230105", "2023-1-5 00:00:00",
     "2023-01-05 星期四", "２０２３－０１－０５", "2023-01-05T00:00:00+08:00",
     "2023-01-04T16:00:00Z",
     dt.date(2023, 1, 5), 20230105, 44931, "2023年01月05号", " 2023-01-05 "],
)  # fmt: skip
def test_ways_to_write_a_day(read: Read, cell: object) -> None:
    outcome = read(workbook(plain([row(day=cell)])))
    assert outcome.frame["date"].tolist() == [pd.Timestamp("2023-01-05")]


def test_a_day_that_the_title_completes(read: Read) -> None:
    rows = [row(day="1月5日"), row(day="1月6日")]
    outcome = read(workbook([TITLE, *plain(rows)]))
    assert outcome.frame["date"].dt.day.tolist() == [5, 6]
    assert "year or month of the days are those of the title" in outcome.told
    assert "expected a calendar day" in read(workbook(plain(rows))).refused
    alone = [[k, *row()[1:]] for k in (5, 6)]
    outcome = read(workbook([TITLE, *plain(alone)]))
    assert outcome.frame["date"].dt.strftime("%F").tolist() == ["2023-01-05", "2023-01-06"]


def test_a_table_of_one_day_named_by_its_title(read: Read) -> None:
    rows = [HEAD[1:], row(city="驻马店")[1:], row(city="信阳")[1:]]
    outcome = read(workbook([["2023年9月18日空气质量日报"], *rows]))
    assert outcome.frame["date"].dt.strftime("%F").unique().tolist() == ["2023-09-18"]
    assert "the day 2023-09-18 is the title's" in outcome.told
    assert "none of the day" in read(workbook([["2023年9月18日—24日"], *rows])).refused


def test_year_month_and_day_in_columns(read: Read) -> None:
    head = ["年", "月", "日", *HEAD[1:]]
    outcome = read(workbook([head, [2023, 1, 5, *row()[1:]]]))
    assert outcome.frame["date"].tolist() == [pd.Timestamp("2023-01-05")]


@pytest.mark.parametrize(
    ("rows", "refusal"),
    [
        ([row(), row(day=dt.datetime(2023, 1, 6, 8))], "row 3, column '日期': expected a calendar "
         "day without a time, found '2023-01-06 08:00:00'"),
        ([row(day=DAY + dt.timedelta(hours=k)) for k in range(24)], "row 3.*without a time"),
        ([row(day="2023-01-05 8时")], "row 2.*without a time"),
        ([row(day="2023-01")], "row 2, column '日期': expected a calendar day"),
        ([row(day="2023年11月")], "row 2.*expected a calendar day"),
        ([row(day="2023-02-30")], "row 2.*expected a calendar day"),
        ([row(day="05/01/2023")], "row 2.*expected a calendar day"),
        ([row(), row(day=None)], "row 3.*expected a calendar day.*The row has values"),
        ([row(), row(day="2024-01-05", city=None)], "row 3, column '城市': expected a name"),
        ([row(PM25="35(H)")], "row 2, column 'PM2.5': expected a number.*'35\\(H\\)'"),
        ([row(SO2="<3")], "row 2, column 'SO2': expected a number.*'<3'"),
        ([row(PM25="=30+5")], "row 2, column 'PM2.5'.*formula.*open the file in Excel, save it"),
        ([row(PM10=-5)], "row 2, column 'PM10': expected a concentration of at least 0.*'-5'"),
        ([row(PM10="1,234")], "row 2, column 'PM10': expected a number"),
        ([row(PM10=True)], "row 2, column 'PM10': expected a number"),
        ([row(PM10=DAY)], "row 2, column 'PM10': expected a number"),
        ([row(), row()], "row 3: 驻马店 has a second record for 2023-01-05"),
        ([row(), row(city="驻马店市", PM25=40)], "row 3: 驻马店 has a second record"),
        ([row(day=dt.datetime(2091, 1, 5))], "row 2: the day 2091-01-05 is after today"),
        ([[*row(), 8]], r"row 2: the cell J \('8'\) has no heading"),
    ],
)  # fmt: skip
def test_a_row_that_has_two_readings_is_refused_with_its_place(
    read: Read, rows: list[Any], refusal: str
) -> None:
    outcome = read(workbook(plain(rows)))
    assert outcome.frame.empty
    assert pd.Series([outcome.refused]).str.contains(refusal).all(), outcome.refused


def test_a_value_merged_over_rows_is_refused(read: Read) -> None:
    page = Page(plain(), merged=["D2:D4"])
    assert "row 3, column 'PM2.5': a value merged" in read(workbook(page)).refused


@pytest.mark.parametrize(
    ("cell", "told"),
    [("—", "— taken as missing: row 2, column 'SO2'"), ("——", "—— taken as missing"),
     ("--", "-- taken as missing"), ("-", "- taken"), ("/", "/ taken"), ("无数据", "无数据 taken"),
     ("缺测", "缺测 taken"), ("NA", "NA taken"), ("#N/A", "#N/A taken"),
     ("#DIV/0!", "#DIV/0! taken"),
     (-99, "-99 stands for a missing value: row 2"), ("-999", "-999 stands"),
     (-9999, "-9999 stands"), (9999, "9999 stands"), (0, "0 is no reading of a day"),
     ("0.0", "0 is no reading of a day"), (None, "")],
)  # fmt: skip
def test_what_stands_for_a_missing_value(read: Read, cell: object, told: str) -> None:
    outcome = read(workbook(plain([row(SO2=cell)])))
    assert outcome.frame["so2"].isna().all()
    assert outcome.of("pm25") == [35.0]
    assert told in outcome.told
    assert "taken" not in outcome.told or told


def test_a_row_of_zeros_is_a_day_without_data(read: Read) -> None:
    zeros = row(AQI=0, PM25=0, PM10=0, SO2=0, NO2=0, CO=0, O3=0)
    outcome = read(workbook(plain([zeros, row(day="2023-01-06")])))
    assert outcome.frame[VALUES].isna().all(axis=1).tolist() == [True, False]
    assert "0 is no reading of a day" in outcome.told


def headed(*changes: tuple[str, str], extra: dict[str, object] | None = None) -> bytes:
    """One row whose headings are changed; ``extra`` columns come first after the city."""
    names = dict(changes)
    added = extra or {}
    head = ["日期", "城市", *added, *(names.get(name, name) for name in HEAD[3:])]
    return workbook([head, [*row()[:2], *added.values(), *row()[3:]]])


@pytest.mark.parametrize(
    ("content", "pollutant", "value", "told"),
    [
        (headed(("PM2.5", "ＰＭ２．５（μｇ／ｍ３）")), "pm25", 35, ""),
        (headed(("PM2.5", "PM₂.₅"), ("O3_8h", "O₃-8h")), "pm25", 35, ""),
        (headed(("PM2.5", "细颗粒物"), ("PM10", "可吸入颗粒物")), "pm25", 35, ""),
        (headed(("PM10", "颗粒物（粒径小于等于10μm）24小时平均浓度")), "pm10", 70, ""),
        (headed(("O3_8h", "臭氧")), "o3_8h", 100, "taken as the daily maximum of 8-h means"),
        (headed(("O3_8h", "O3日最大8小时浓度（微克/立方米）")), "o3_8h", 100, ""),
        (headed(("O3_8h", "MDA8 O3 [ug/m3]")), "o3_8h", 100, ""),
        (headed(("PM2.5", "PM2.5[μg/m³]")), "pm25", 35, ""),
        (headed(("PM2.5", "PM2.5_24h"), ("O3_8h", "O3_8h_24h")), "pm25", 35, ""),
        (headed(("CO", "一氧化碳(CO)24小时平均浓度(毫克/立方米)")), "co", 0.8, ""),
        (headed(extra={"O3": 160}), "o3_8h", 100, "names the averaging time: column 'O3'"),
        (headed(("O3_8h", "O3(8h)"), extra={"O3(1h)": 188}), "o3_8h", 100, "column 'O3(1h)'"),
        (headed(("O3_8h", "臭氧（最大8小时滑动平均）"), extra={"臭氧（最大1小时平均）": 188}),
         "o3_8h", 100, "not the hourly: column '臭氧（最大1小时平均）'"),
        (headed(extra={"PM2.5(IAQI)": 50, "PM10分指数": 60}), "pm25", 35, "column 'PM2.5(IAQI)'"),
        (headed(extra={"PM2.5(同比%)": 3.5}), "pm25", 35, "column 'PM2.5(同比%)'"),
        (headed(extra={"PM2.5月均": 50, "PM2.5去年同期": 40}), "pm25", 35, "column 'PM2.5月均'"),
        (headed(extra={"IAQI_CO": 20, "CO-95per": 1.4}), "co", 0.8, "column 'IAQI_CO'"),
        (headed(extra={"PM2.5实时": 50, "PM2.5 1h": 50}), "pm25", 35, "column 'PM2.5实时'"),
        (headed(("PM2.5", "PM2.5日均值"), extra={"PM2.5": 50}), "pm25", 35, "column 'PM2.5'"),
        (headed(extra={"PM2.5(mg/m3)": 0.035}), "pm25", 35, "column 'PM2.5(mg/m3)'"),
        (headed(extra={"首要污染物": "O3", "质量等级": "良"}), "pm25", 35, "column '首要污染物'"),
        (headed(extra={"NOx": 50, "PM2.5/PM10": 0.5}), "no2", 30, "column 'NOx'"),
    ],
)  # fmt: skip
def test_headings_are_understood(
    read: Read, content: bytes, pollutant: str, value: float, told: str
) -> None:
    outcome = read(content)
    assert outcome.of(pollutant) == [value], outcome.refused
    assert told in outcome.told


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (headed(extra={"PM2.5": 50}), "columns C ('PM2.5') and D ('PM2.5') say the same"),
        (headed(("O3_8h", "O3_1h")), "no column of o3_8h. Found"),
        (headed(("O3_8h", "O3_1h")), "'O3_1h' does not count: of ozone the daily maximum of 8-h"),
        (headed(("O3_8h", "O3日均")), "'O3日均' does not count"),
        (headed(("PM2.5", "PM2.5分指数")), "no column of pm25"),
        (headed(("SO2", "SO2(ppb)")), "column 'SO2(ppb)': the unit ppb cannot be converted"),
        (headed(("CO", "CO(ppm)")), "the unit ppm cannot be converted"),
        (headed(("PM2.5", "烟尘")), "no column of pm25"),
        (headed(("PM2.5", "PM2.5(原始)"), extra={"PM2.5(审核)": 50}), "say the same"),
    ],
)
def test_headings_with_two_readings_are_refused(read: Read, content: bytes, refusal: str) -> None:
    assert refusal in read(content).refused


def test_units_are_converted_exactly_and_told(read: Read) -> None:
    head = ["日期", "城市", *(f"{name}(mg/m3)" for name in HEAD[3:])]
    rows = [["2023-01-05", "驻马店", 0.035, 0.07, 0.009, 0.03, 0.8, 0.1]]
    outcome = read(workbook([head, *rows]))
    assert outcome.frame[VALUES].iloc[0].tolist() == [35, 70, 9, 30, 0.8, 100]
    assert "converted from mg/m³ to µg/m³: column 'PM2.5(mg/m3)'" in outcome.told
    outcome = read(workbook([[*HEAD[:7], "CO(μg/m³)", "O3_8h"], row(CO=800)]))
    assert outcome.of("co") == [0.8]
    assert "converted from µg/m³ to mg/m³: column 'CO(μg/m³)'" in outcome.told
    units = [None, None, None, *["mg/m³"] * 6]
    outcome = read(workbook([HEAD, units, ["2023-01-05", "驻马店", None, *rows[0][2:]]]))
    assert outcome.of("pm25") == [35]
    outcome = read(workbook([["单位：mg/m³"], HEAD, ["2023-01-05", "驻马店", None, *rows[0][2:]]]))
    assert outcome.of("pm25") == [35]


@pytest.mark.parametrize(
    ("day", "value"), [("2018-08-31", 38), ("2018-09-05", 35), ("2023-09-05", 35)]
)
def test_the_reference_state_goes_by_the_day(read: Read, day: str, value: float) -> None:
    head = ["日期", "城市", "PM2.5(标况)", "PM2.5(实况)", *HEAD[4:]]
    outcome = read(workbook([head, [day, "驻马店", 38, 35, *row()[4:]]]))
    assert outcome.of("pm25") == [value]
    assert "actual one (实况)" in outcome.told


def test_a_standard_state_that_is_no_longer_reported_is_refused(read: Read) -> None:
    head = [*HEAD[:5], "SO2(标况)", *HEAD[6:]]
    assert read(workbook([head, row(day="2018-08-31")])).of("so2") == [9]
    refused = read(workbook([head, row(day="2018-09-01")])).refused
    assert "row 2, column 'SO2(标况)': a concentration at standard state" in refused


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (text([NO_AQI, *([*r[:2], *r[3:]] for r in days())], encoding="gb18030"), "a.csv"),
        (text([NO_AQI, *([*r[:2], *r[3:]] for r in days())], encoding="utf-8-sig"), "a.csv"),
        (text([NO_AQI, *([*r[:2], *r[3:]] for r in days())], "\t", "utf-16"), "a.csv"),
        (text([NO_AQI, *([*r[:2], *r[3:]] for r in days())], "\t", "utf-16-le"), "a.txt"),
        (text([NO_AQI, *([*r[:2], *r[3:]] for r in days())], "\t", "gb18030"), "a.xls"),
        (text([NO_AQI, *([*r[:2], *r[3:]] for r in days())], "|"), "a.csv"),
        (text([NO_AQI, *([*r[:2], *r[3:], ""] for r in days())]), "a.csv"),
        (text([TITLE, NO_AQI, *([*r[:2], *r[3:]] for r in days())]), "a.csv"),
        (text([NO_AQI, *([*r[:2], *r[3:6], str(r[6]), str(r[7]).replace(".", ","), r[8]]
                         for r in days())], ";"), "a.csv"),
    ],
)  # fmt: skip
def test_texts_in_any_encoding_and_with_any_delimiter(
    read: Read, content: bytes, name: str
) -> None:
    outcome = read(content, name)
    assert outcome.of("pm25") == THREE
    assert outcome.of("co") == [0.8] * 3


def test_old_excel(read: Read) -> None:
    xlwt = pytest.importorskip("xlwt")
    book = xlwt.Workbook()
    sheet = book.add_sheet("数据")
    style = xlwt.easyxf(num_format_str="yyyy-mm-dd")
    for number, cells in enumerate(plain()):
        for place, cell in enumerate(cells):
            sheet.write(number, place, cell, *([style] if isinstance(cell, dt.datetime) else []))
    out = io.BytesIO()
    book.save(out)
    assert read(out.getvalue(), "a.xls").of("pm25") == THREE
    assert read(out.getvalue(), "a.et").of("pm25") == THREE


def test_one_city_without_a_column_of_cities(read: Read) -> None:
    rows = [[HEAD[0], *HEAD[2:]], *([r[0], *r[2:]] for r in days())]
    refused = read(workbook(rows)).refused
    assert "no column of cities" in refused
    assert "--city 郑州" in refused
    assert read(workbook(rows), city="驻马店").of("pm25") == THREE
    assert read(workbook(rows), city="Zhumadian").frame["city"].unique().tolist() == ["驻马店"]


@pytest.mark.parametrize(
    "lines",
    [
        "日期,AQI,质量等级,PM2.5,PM10,SO2,CO,NO2,O3_8h\n2014-01-01,177,中度污染,134,248,45,1.9,96,55\n"
        "2014-01-02,0,,0,0,0,0,0,0\n",
        "time,aqi,pm2_5,pm10,co,no2,o3,so2,rank\n2014-01-01,177,134,248,1.9,96,55,45,12\n",
        "日期,质量等级,AQI指数,当天AQI排名,PM2.5,PM10,So2,No2,Co,O3\n"
        "2014-01-01,中度污染,177,150,134,248,45,96,1.9,55\n",
    ],
)
def test_exports_of_one_city(read: Read, lines: str) -> None:
    outcome = read(lines.encode(), "驻马店.csv", city="驻马店")
    assert outcome.frame.loc[0, VALUES].tolist() == [134, 248, 45, 96, 1.9, 55]


def test_the_national_platforms_export(read: Read) -> None:
    lines = (
        "TimePoint,CityCode,Area,AQI,PrimaryPollutant,Quality,SO2_24h,NO2_24h,PM10_24h,CO_24h,"
        "O3_8h_24h,PM2_5_24h\n2023-01-05T00:00:00,411700,驻马店市,51,PM10,良,9,30,70,0.8,100,35\n"
    )
    outcome = read(lines.encode(), "a.csv")
    assert outcome.frame.loc[0, VALUES].tolist() == [35, 70, 9, 30, 0.8, 100]


@pytest.mark.parametrize(
    ("rows", "refusal"),
    [
        ([["location_id", "location_name", "parameter", "value", "unit", "datetimeUtc"],
          [1, "Zhumadian", "pm25", 35, "µg/m³", "2023-01-04T16:00:00Z"]], "one row per reading"),
        ([["日期", "城市", "污染物", "浓度"], [DAY, "驻马店", "PM2.5", 35]], "one row per reading"),
        ([["日期", "时", *HEAD[1:]], [DAY, 8, *row()[1:]]], "a table of hours"),
        ([["日期", "站点名称", *HEAD[1:]], [DAY, "一中", *row()[1:]]], "one row per station"),
        ([["城市", "指标", *(DAY + dt.timedelta(days=k) for k in range(10))],
          ["驻马店", "PM2.5", *range(30, 40)]], "the days run across the columns"),
        ([["城市", *HEAD[3:]], ["驻马店", 35, 70, 9, 30, 0.8, 100]], "none of the day"),
        ([["日期", "城市", "PM2.5小时", "PM10同比"], [DAY, "驻马店", 35, 70]],
         "column 'PM2.5小时': an hourly or 8-h value, not the daily mean"),
        ([["说明"], ["见附件"]], "no row of it is a heading"),
    ],
)  # fmt: skip
def test_layouts_that_are_no_city_days_are_refused_with_what_to_do(
    read: Read, rows: list[Any], refusal: str
) -> None:
    assert refusal in read(workbook(rows)).refused


@pytest.mark.parametrize(
    ("name", "kept", "told"),
    [
        ("河南省驻马店市", "驻马店", ""),
        ("河南驻马店", "驻马店", ""),
        ("驻 马 店", "驻马店", ""),
        ("Zhumadian", "驻马店", ""),
        ("411700", "驻马店", ""),
        (411700, "驻马店", ""),
        ("411700.0", "驻马店", ""),
        ("411700000000", "驻马店", ""),
        ("襄樊市", "襄阳", "襄樊市 is called 襄阳 since 2010"),
        ("淮阴", "淮安", "is called 淮安"),
        ("思茅", "普洱", "is called 普洱"),
        ("哈密地区", "哈密", "is called 哈密"),
        ("莱芜市", "莱芜", "in no list since 2019"),
        ("371200", "莱芜", "371200 (莱芜) is in no list since 2019"),
        ("泌阳县", "泌阳县", "'泌阳县' is in no national list"),
        ("驻马甸", "驻马甸", "nearest name is 驻马店"),
        ("河北省驻马店市", "河北省驻马店市", "in no national list"),
    ],
)
def test_names_of_cities(read: Read, name: object, kept: str, told: str) -> None:
    outcome = read(workbook(plain([row(city=name)])))
    assert outcome.frame["city"].tolist() == [kept]
    assert told in outcome.told
    assert told or "list" not in outcome.told


def test_a_correction_taken_back_is_told(tmp_path: Path) -> None:
    store, path = Store(tmp_path / "store"), tmp_path / "a.csv"
    told = []
    for value in (35, 33):
        path.write_bytes(text([NO_AQI, [DAY, "驻马店", value, *row()[4:]]]))
        told.append(update(store, OfficeFile(path)).revisions)
    (revision,) = told[1]
    assert told[0] == []
    assert (revision.city, revision.day, revision.pollutant) == ("驻马店", DAY.date(), "pm25")
    assert (revision.old, revision.new) == (35, 33)


@pytest.mark.parametrize("nothing", [None, "—"])
def test_a_day_without_any_value_is_kept_and_told(read: Read, nothing: str | None) -> None:
    """Also where the row is as long as the others, of cells that hold no number."""
    empty = [DAY + dt.timedelta(days=3), "驻马店", None, *[nothing] * 6]
    found = read(workbook(plain([*days(), empty])))
    assert "rows without any value: kept as missing" in found.told
    assert found.frame[VALUES].iloc[-1].isna().all()
    assert "without any value" not in read(OK).told
