"""Whatever stands around, beside and above the values: the same city-days, or a refusal."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from airrank.errors import InputError
from airrank.ingest.city_table import read_city_table
from tests.ingest.tables_of_people import Page, text, workbook

NAMES = {
    "date": ["日期", "时间", "监测日期", "Date", "日　期"],
    "city": ["城市", "城市名称", "City", "城 市"],
    "pm25": ["PM2.5", "PM₂.₅", "细颗粒物", "pm2_5", "ＰＭ２．５", "PM2.5_24h",
             "PM2.5（μg/m³）", "PM25"],
    "pm10": ["PM10", "可吸入颗粒物", "PM₁₀", "PM10 (ug/m3)", "PM10浓度（微克/立方米）"],
    "so2": ["SO2", "SO₂", "二氧化硫", "So2", "二氧化硫(SO2)24小时平均浓度(μg/m3)"],
    "no2": ["NO2", "NO₂", "二氧化氮", "NO2日均值", "ＮＯ２"],
    "co": ["CO", "一氧化碳", "CO(mg/m³)", "CO_24h", "CO[毫克/立方米]"],
    "o3_8h": ["O3_8h", "O₃-8h", "O3日最大8小时", "臭氧8小时", "O3_8h_max", "MDA8 O3"],
}  # fmt: skip
BESIDE = ["AQI", "质量等级", "首要污染物", "PM2.5分指数", "PM2.5(IAQI)", "O3_1h", "NO2同比(%)",
          "排名", "备注"]  # fmt: skip
TITLES = ["驻马店市环境空气质量日报", "（审核数据）", "2023年1月城市空气质量",
          "单位：μg/m³（CO为mg/m³）", "附表1"]  # fmt: skip
NOTES = ["注：数据为审核后数据", "数据来源：驻马店市监测站", "说明：CO单位为mg/m³", "制表人：张三"]
TOTALS = ["平均", "合计", "均值", "最大值", "最小值", "月均", "Mean", "达标率", "全市平均",
          "1月平均"]  # fmt: skip
DAYS = ["{:%Y-%m-%d}", "{:%Y/%m/%d}", "{:%Y年%m月%d日}", "{:%Y%m%d}", "{:%Y.%m.%d}"]
VALUES = ["pm25", "pm10", "so2", "no2", "co", "o3_8h"]


@st.composite
def city_days(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Plausible records of one to three cities."""
    cities = draw(st.lists(st.sampled_from(["驻马店", "信阳", "北京"]), min_size=1, unique=True))
    count = draw(st.integers(1, 4))
    whole = st.integers(2, 200)
    return [
        {"date": dt.date(2023, 1, 5) + dt.timedelta(days=k), "city": city, "pm25": draw(whole),
         "pm10": 220 + draw(whole), "so2": draw(whole), "no2": draw(whole),
         "co": draw(st.integers(2, 90)) / 10, "o3_8h": draw(whole)}
        for city in cities for k in range(count)
    ]  # fmt: skip


@st.composite
def made_up(draw: st.DrawFn) -> tuple[list[dict[str, Any]], bytes, str]:
    """Records, and a table of them as somebody might make it."""
    records = draw(city_days())
    columns = draw(st.permutations(list(NAMES)))
    beside = draw(st.lists(st.sampled_from(BESIDE), max_size=3, unique=True))
    head = [draw(st.sampled_from(NAMES[name])) for name in columns] + beside
    order = draw(st.permutations(range(len(head))))
    write_day = draw(st.sampled_from(DAYS))

    def cells(record: dict[str, Any]) -> list[Any]:
        own = [write_day.format(record[c]) if c == "date" else record[c] for c in columns]
        return [*own, *([1.5] * len(beside))]

    def shuffled(row: list[Any]) -> list[Any]:
        return [row[k] for k in order]

    def total(word: str) -> list[Any]:
        row: list[Any] = [33] * len(head)
        day, city = columns.index("date"), columns.index("city")
        row[day], row[city] = draw(st.sampled_from([(word, None), (None, word)]))
        return shuffled(row)

    titles = [[title] for title in draw(st.lists(st.sampled_from(TITLES), max_size=2))]
    units = [{"co": "mg/m³", "date": None, "city": None}.get(name, "μg/m³") for name in columns]
    with_units = draw(st.booleans())
    sheets = []
    cut = draw(st.integers(0, len(records) - 1)) if draw(st.booleans()) else 0
    for part in filter(None, (records[:cut], records[cut:])):
        rows = [*titles, shuffled(list(head))]
        if with_units:
            rows.append(shuffled([*units, *([None] * len(beside))]))
        for record in part:
            rows += [[]] if draw(st.integers(0, 9)) == 0 else []
            rows.append(shuffled(cells(record)))
        rows += [total(word) for word in draw(st.lists(st.sampled_from(TOTALS), max_size=2))]
        rows += [[note] for note in draw(st.lists(st.sampled_from(NOTES), max_size=2))]
        sheets.append(rows)
    if len(sheets) > 1 or draw(st.booleans()):
        pages = [Page(rows, f"{k + 1}月") for k, rows in enumerate(sheets)]
        cover = [Page([["填表说明"]], "说明")] if draw(st.booleans()) else []
        return records, workbook(*cover, *pages), "a.xlsx"
    encoding = draw(st.sampled_from(["utf-8", "utf-8-sig", "gb18030", "utf-16"]))
    return records, text(sheets[0], draw(st.sampled_from(",\t;")), encoding), "a.csv"


@settings(max_examples=settings.default.max_examples // 2)  # type: ignore[union-attr]
@given(made_up())
def test_the_same_city_days_come_out_or_a_refusal(
    case: tuple[list[dict[str, Any]], bytes, str],
) -> None:
    records, content, name = case
    table = read_city_table(content, name, name)
    expected = pd.DataFrame(records)
    found = table.frame[["date", "city", *VALUES]]
    keys = ["date", "city"]
    expected["date"] = pd.to_datetime(expected["date"]).astype("datetime64[s]")
    pd.testing.assert_frame_equal(
        found.sort_values(keys, ignore_index=True),
        expected.sort_values(keys, ignore_index=True),
        check_dtype=False,
    )


@settings(max_examples=settings.default.max_examples // 2)  # type: ignore[union-attr]
@given(made_up(), st.data())
def test_two_headings_for_one_pollutant_never_pass(
    case: tuple[list[dict[str, Any]], bytes, str], data: st.DataObject
) -> None:
    records, _, _ = case
    name = data.draw(st.sampled_from(VALUES))
    heading = data.draw(st.sampled_from(NAMES[name]))
    head = [*(NAMES[key][0] for key in NAMES), heading]
    first = NAMES[name][0]
    if heading != first and any(word in heading for word in ("24", "日均", "mg", "μg", "ug", "克")):
        return  # says more than the first: it counts
    rows = [[*(record[key] for key in NAMES), record[name] + 1] for record in records]
    content = workbook([head, *rows])
    with pytest.raises(InputError) as refused:
        read_city_table(content, "a.xlsx", "a.xlsx")
    assert "say the same" in refused.value.text.in_words("en")
