"""What a store takes in of an office's table, and published ranking tables."""

from __future__ import annotations

import datetime as dt
import io
import json
import zipfile
from pathlib import Path

import pytest

from airrank.errors import InputError
from airrank.ingest.office_file import OfficeFile, parse_table
from airrank.ingest.official import parse_official
from airrank.store import Store, load_observations
from airrank.store.update import update

HEAD = "日期,城市,AQI,PM2.5,PM10,SO2,NO2,CO,O3_8h,质量等级,首要污染物\n"
ROWS = (
    "2023/1/5,驻马店市,120,90,130,9,35,1.1,60,轻度污染,PM2.5\n"
    "2023年1月6日,西平县,,,—,9,35,0.8,60,良,\n"
)


@pytest.fixture(autouse=True)
def _english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIRRANK_LANG", "en")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_chinese_headings_in_any_encoding(encoding):
    frame = parse_table((HEAD + ROWS).encode(encoding), "a.csv", "a.csv")
    assert frame["city"].tolist() == ["驻马店", "西平县"]
    assert frame["date"].dt.strftime("%F").tolist() == ["2023-01-05", "2023-01-06"]
    assert frame.loc[0, ["aqi", "pm25", "co", "o3_8h"]].tolist() == [120, 90, 1.1, 60]
    assert frame.loc[1, ["aqi", "pm25", "pm10"]].isna().all()


def test_values_have_the_published_precision():
    text = HEAD + "2023-01-05,驻马店,,35.5,70,9,30,0.75,100.4,,\n"
    frame = parse_table(text.encode(), "a.csv", "a.csv")
    assert frame.loc[0, ["pm25", "co", "o3_8h"]].tolist() == [36, 0.8, 100]


def test_other_kinds_of_files():
    with pytest.raises(InputError, match=r"expected \.csv or \.xlsx"):
        parse_table(b"", "a.pdf", "a.pdf")
    with pytest.raises(InputError, match=r"cannot read a\.xlsx as Excel"):
        parse_table(b"PK no excel", "a.xlsx", "a.xlsx")
    with pytest.raises(InputError, match="does not begin as such"):
        parse_table(b"date,city", "a.xlsx", "a.xlsx")
    with pytest.raises(InputError, match="is no Excel workbook of the kinds that are read"):
        parse_table(_zip("content.xml"), "a.ods", "a.ods")
    with pytest.raises(InputError, match="neither UTF-8 nor UTF-16 nor GB18030"):
        parse_table(b"\xff\xff\xff", "a.csv", "a.csv")
    with pytest.raises(InputError, match="is a web page, XML or a document, not a table"):
        parse_table(b"<html><table><tr><td>1</td></tr></table>", "a.xls", "a.xls")
    with pytest.raises(InputError, match="a quote that is not closed"):
        parse_table(b'date,city\n"2023-01-05,x\n', "a.csv", "a.csv")


def _zip(name: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(name, "<a/>")
    return out.getvalue()


def test_dust_days_in_chinese():
    text = HEAD.replace("质量等级", "沙尘") + ROWS.replace("轻度污染", "是").replace("良", "否")
    assert parse_table(text.encode(), "a.csv", "a.csv")["dust"].tolist() == [True, False]


def test_the_journal_keeps_the_account_and_how_to_read_the_table_again(tmp_path: Path) -> None:
    path, store = tmp_path / "a.csv", Store(tmp_path / "store")
    path.write_text("日期,PM2.5,PM10,SO2,NO2,CO,O3_8h\n2023-01-05,35,70,9,30,800,100\n", "utf-8")
    done = update(store, OfficeFile(path, {"city": "驻马店", "accept": ("units",)}))
    assert (done.new, done.failed) == (1, [])
    (entry,) = store.entries("file")
    assert (entry.extra["city"], entry.extra["accept"]) == ("驻马店", "units")
    account = json.loads(entry.extra["account"])
    assert (account["rows"], account["first"]) == (1, "2023-01-05")
    assert [c["used_as"] for c in account["columns"]][:2] == ["date", "pm25"]
    before = load_observations(store=store, priority=["file"])
    path.unlink()
    with store.writing():
        store.apply("file", rebuild=True)
    after = load_observations(store=store, priority=["file"])
    assert before.equals(after)
    assert before["co"].tolist() == [800]


def test_a_table_of_before_the_rules_can_be_rebuilt(tmp_path: Path) -> None:
    from airrank.ingest.retrieval import Fetched, Job

    store, day = Store(tmp_path / "store"), dt.date(2023, 1, 5)
    content = (HEAD + ROWS.replace(",90,", ",3500,")).encode()
    with store.writing():
        store.add("file", Job("a", "", day, day), Fetched(content, {"name": "a.csv"}), "a.csv",
                  dt.datetime(2023, 3, 1, tzinfo=dt.UTC), None)  # fmt: skip
        assert store.apply("file").new == 2


def test_official_tables():
    text = "时段,城市,排名,综合指数\n2017,驻马店市,102,5.61\n2017,海口,1,\n"
    table = parse_official(text.encode("gb18030"), "a.csv", "a.csv")
    assert table["city"].tolist() == ["驻马店", "海口"]
    assert table["rank"].tolist() == [102, 1]
    other = "period_start,period_end,metric,city,rank\n2019-01-01,2019-12-31,pm25,海口,1\n"
    assert parse_official(other.encode(), "a.csv", "a.csv").empty
    with pytest.raises(InputError, match="row 2: rank of 驻马店市, 2017 should be a number"):
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
