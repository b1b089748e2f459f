"""Reading lists of dust days."""

from __future__ import annotations

import io

import pandas as pd
import pytest

from airrank.errors import InputError
from airrank.ingest.dust_list import parse_dust_list


def read(text: str, name: str = "list.csv") -> set[tuple[str, str]]:
    frame = parse_dust_list(text.encode(), name, name)
    assert frame["dust"].all()
    return {(f"{row.date:%m-%d}", row.city) for row in frame.itertuples()}


@pytest.mark.parametrize(
    "text",
    [
        "date,city\n2023-03-22,驻马店\n2023-03-23,驻马店市\n",
        "日期,城市\n2023/3/22,Zhumadian\n2023年3月23日,411700\n",
        "start,end,city\n2023-03-22,2023-03-23,驻马店\n",
        "开始日期,结束日期,城市\n20230322,20230323,驻马店\n",
        "日期,城市,沙尘\n2023-03-22,驻马店,是\n2023-03-23,驻马店,\n2023-03-23,驻马店,1\n",
    ],
)
def test_forms(text: str) -> None:
    assert read(text) == {("03-22", "驻马店"), ("03-23", "驻马店")}


def test_provinces_regions_and_several_cities() -> None:
    henan = {city for _, city in read("日期,省份\n2023-03-22,河南省\n")}
    assert len(henan) == 17
    assert "驻马店" in henan
    assert read("日期,城市,省份\n2023-03-22,北京、驻马店,\n2023-03-22,,海南\n") == {
        ("03-22", "北京"),
        ("03-22", "驻马店"),
        ("03-22", "海口"),
    }
    region = {city for _, city in read("日期,区域\n2023-03-22,汾渭平原\n")}
    assert "西安" in region


def test_gb18030_and_excel() -> None:
    text = "日期,城市\n2023-03-22,驻马店\n"
    assert len(parse_dust_list(text.encode("gb18030"), "a.csv", "a.csv")) == 1
    sheet = io.BytesIO()
    days = pd.to_datetime(["2023-03-22", "2023-03-23"])
    pd.DataFrame({"日期": days, "城市": "驻马店"}).to_excel(sheet, index=False)
    frame = parse_dust_list(sheet.getvalue(), "a.xlsx", "a.xlsx")
    assert frame["date"].tolist() == list(days)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "日期,城市\n2023-03-22,驻马店\n2023-13-22,北京\n",
            r"list.csv, row 3, column 'date': expec",
        ),
        ("日期,城市\n,驻马店\n", "row 2, column 'date'"),
        ("日期,城市\n1023-03-22,驻马店\n", "a day from 2013 on"),
        (
            "日期,城市\n2023-03-22,驻马点\n",
            r"list.csv, row 2: no city '驻马点'.*Did you mean Zhumadian",
        ),
        ("日期,城市\n2023-03-22,\n", "row 2: expected a city, province or region, found none"),
        ("日期,城市\n2023-03-22,、\n", "row 2: expected a city, province or region, found none"),
        ("日期,省份\n2023-03-22,河北南\n", "row 2: no province '河北南'.*expected one of"),
        ("开始,结束,城市\n2023-03-22,2023-03-21,驻马店\n", "row 2: from 2023-03-22 to 2023-03-21"),
        ("开始,结束,城市\n2023-03-22,2024-03-21,驻马店\n", "at most 31 days"),
        ("日期,城市,沙尘\n2023-03-22,驻马店,perhaps\n", "row 2, column 'dust'"),
        (
            "日期,城市,沙尘\n2023-03-22,驻马店,1\n2023-03-22,驻马店,0\n",
            "to have dust and to have none",
        ),
        ("日期,排名\n2023-03-22,1\n", "expected date .* and city .*found 日期, 排名"),
        ("城市\n驻马店\n", "expected date"),
        ("日期,开始,结束,城市\n1,1,1,驻马店\n", "expected date"),
        ("日期,城市\n", "holds no row"),
    ],
)
def test_refused(text: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        read(text)
