from __future__ import annotations

import io

import pandas as pd
import pytest

from airrank.errors import InputError
from airrank.ingest.office_file import parse_table
from airrank.ingest.official import parse_official

HEAD = "日期,城市,AQI,PM2.5,PM10,SO2,NO2,CO,O3_8h,质量等级,首要污染物\n"
ROWS = (
    "2023/1/5,驻马店市,120,90,130,9,35,1.1,60,轻度污染,PM2.5\n"
    "2023年1月6日,西平县,,,—,9,35,0.8,60,良,\n"
)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_chinese_headings_in_any_encoding(encoding):
    frame = parse_table((HEAD + ROWS).encode(encoding), "a.csv", "a.csv")
    assert frame["city"].tolist() == ["驻马店", "西平县"]
    assert frame["date"].dt.strftime("%F").tolist() == ["2023-01-05", "2023-01-06"]
    assert frame.loc[0, ["aqi", "pm25", "co", "o3_8h"]].tolist() == [120, 90, 1.1, 60]
    assert frame.loc[1, ["aqi", "pm25", "pm10"]].isna().all()


def test_excel_with_units_in_the_headings():
    pytest.importorskip("openpyxl")
    head = ["日期", "县区", "PM2.5(μg/m³)", "PM10（μg/m3）", "SO₂", "NO₂", "CO（mg/m³）", "O3"]
    rows = [[pd.Timestamp("2024-03-01"), "遂平县", 35.5, 70, 8, 22, 0.7, 101]]
    buffer = io.BytesIO()
    pd.DataFrame(rows, columns=head).to_excel(buffer, index=False)
    frame = parse_table(buffer.getvalue(), "a.xlsx", "a.xlsx")
    assert frame.iloc[0][["pm25", "co", "o3_8h"]].tolist() == [36, 0.7, 101]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (HEAD + ROWS.replace(",1.1,", ",1100,").replace(",0.8,", ",800,"), "divide the column by"),
        ((HEAD + ROWS).replace(",CO,", ",CO(ug/m3),"), "says CO is in µg/m³"),
        (HEAD.replace("CO,", "") + ROWS, "column co missing|co"),
        (HEAD + ROWS.replace("90", "ninety"), "row 2, column 'pm25'"),
        (HEAD + ROWS + ROWS, "second record"),
        (HEAD + ROWS + ROWS[:48].replace("市", ""), "row 4: a second row of 驻马店, 2023-01-05"),
        (HEAD + ROWS.replace("2023/1/5", "someday"), "a calendar day"),
    ],
)
def test_what_does_not_fit_is_refused(text, message):
    with pytest.raises(InputError, match=message):
        parse_table(text.encode(), "a.csv", "a.csv")


def test_other_kinds_of_files():
    with pytest.raises(InputError, match=r"expected \.csv or \.xlsx"):
        parse_table(b"", "a.pdf", "a.pdf")
    with pytest.raises(InputError, match="cannot read"):
        parse_table(b"PK no excel", "a.xlsx", "a.xlsx")
    with pytest.raises(InputError, match="neither UTF-8 nor GB18030"):
        parse_table(b"\xff\xff\xff", "a.csv", "a.csv")


def test_dust_days_in_chinese():
    text = HEAD.replace("质量等级", "沙尘") + ROWS.replace("轻度污染", "是").replace("良", "否")
    assert parse_table(text.encode(), "a.csv", "a.csv")["dust"].tolist() == [True, False]


@pytest.mark.parametrize(
    "text", ["20230105", "2023/1/5", "2023.01.05", "2023年1月5日", "2023-1-5 00:00:00"]
)
def test_ways_to_write_a_day(text):
    assert plain_day(text) == "2023-01-05"


@pytest.mark.parametrize("text", ["2023-11", "202311", "2023115", "2023", "2023年11月"])
def test_a_month_is_no_day(text):
    with pytest.raises(InputError, match="row 2, column 'date': expected a calendar day"):
        parse_table((HEAD + ROWS.replace("2023/1/5", text)).encode(), "a.csv", "a.csv")


def test_official_tables():
    text = "时段,城市,排名,综合指数\n2017,驻马店市,102,5.61\n2017,海口,1,\n"
    table = parse_official(text.encode("gb18030"), "a.csv", "a.csv")
    assert table["city"].tolist() == ["驻马店", "海口"]
    assert table["rank"].tolist() == [102, 1]
    other = "period_start,period_end,metric,city,rank\n2019-01-01,2019-12-31,pm25,海口,1\n"
    assert parse_official(other.encode(), "a.csv", "a.csv").empty
    with pytest.raises(InputError, match="rank of 驻马店市, 2017 should be a number"):
        parse_official(text.replace("102", "last").encode(), "a.csv", "a.csv")
    other = "开始,结束,城市,排名\n2019/1/1,2019年6月30日,海口,1\n"
    (period,) = parse_official(other.encode(), "a.csv", "a.csv")["period"]
    assert period == "2019-01-01..2019-06-30"
    with pytest.raises(InputError, match="each once; found 时段, 城市, 排名, 名次"):
        parse_official("时段,城市,排名,名次\n2017,海口,1,1\n".encode(), "a.csv", "a.csv")
    with pytest.raises(InputError, match="expected period"):
        parse_official("城市,排名\n海口,1\n".encode(), "a.csv", "a.csv")


@pytest.mark.shared
def test_the_collected_official_ranks(shared_data):
    content = (shared_data / "official" / "ranks_168.csv").read_bytes()
    table = parse_official(content, "ranks_168.csv", "ranks_168.csv")
    assert len(table) > 200
    assert table["rank"].between(1, 168).all()
