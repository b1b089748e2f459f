"""Tables that people make, at the command line: told, tried without storing, refused, used."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from airrank.store import Store, load_observations
from tests.cli.conftest import Run
from tests.ingest.tables_of_people import DAY, HEAD, Page, days, row, text, workbook

pytestmark = pytest.mark.usefixtures("english")
OFFICE = workbook(
    Page([["填表说明"]], "说明"),
    Page(
        [
            ["2017年9月25日—27日空气质量日报（审核数据）"],
            ["日期", "城市", "AQI", "颗粒物", None, "气态污染物"],
            [None, None, None, "PM2.5", "PM10", "SO2", "NO2", "CO", "O3-8h"],
            *([f"2017年9月{25 + k}日", "驻马店市", 177, 91 + k, 170, 12, 30, 1.1, "—"]
              for k in range(3)),
            ["平均", None, None, 92, 170, 12, 30, 1.1, None],
            ["注：数据为审核后数据"],
        ],
        "9月第4周",
        merged=["A1:I1", "A2:A3", "B2:B3", "C2:C3", "D2:E2", "F2:I2"],
    ),
)  # fmt: skip
ONE_CITY = text([[HEAD[0], *HEAD[3:]], *([r[0], *r[3:]] for r in days())])


@pytest.fixture
def office(tmp_path: Path) -> Path:
    path = tmp_path / "日报.xlsx"
    path.write_bytes(OFFICE)
    return path


def test_a_dry_run_tells_how_a_table_is_read_and_stores_nothing(
    run: Run, office: Path, tmp_path: Path
) -> None:
    store = tmp_path / "store"
    order = ("update", "--source", "file", "--from", office, "--store", store, "--dry-run")
    done = run(*order)
    assert done.status == 0
    for words in (
        "rows read: 3, cities: 1, days: 2017-09-25 to 2017-09-27",
        "not read: no row of it is a heading with a day and pollutants: sheet '说明'",
        "title: 2017年9月25日—27日空气质量日报(审核数据): sheet '9月第4周'",
        "— taken as missing: sheet '9月第4周', row 4, column '气态污染物 O3-8h'",
        "rows that sum up others left out: sheet '9月第4周', row 7",
        "left out: 注:数据为审核后数据: sheet '9月第4周', row 8",
    ):
        assert words in done.out
    content = json.loads(run(*order, "--json").out)
    account = content["account"]
    assert (content["schema"], account["schema"]) == (
        "airrank/update-plan/1",
        "airrank/table-account/1",
    )
    read = {sheet["name"]: sheet["read"] for sheet in account["sheets"]}
    assert read == {"说明": False, "9月第4周": True}
    assert account["sheets"][1]["heading_rows"] == [2, 3]
    assert {c["column"]: c["used_as"] for c in account["columns"]}["D"] == "pm25"
    (total,) = [n for n in account["notices"] if n["code"] == "total"]
    assert total["places"] == [{"sheet": "9月第4周", "row": 7}]
    assert not store.exists()


@pytest.mark.slow
def test_an_office_workbook_goes_in_by_one_command_and_counts(
    run: Run, office: Path, tmp_path: Path
) -> None:
    store = tmp_path / "store"
    done = run("update", "--source", "file", "--from", office, "--store", store, "--json")
    assert done.status == 0
    content = json.loads(done.out)
    assert (content["new"], content["account"]["rows"]) == (3, 3)
    found = load_observations(store=store).set_index(["date", "city"])
    assert found.loc[("2017-09-26", "驻马店"), ["pm25", "source"]].tolist() == [92, "file"]
    ask = ("rank", "--period", "2017-09-25..2017-09-27", "--panel", "henan17", "--json")
    kept = json.loads(run(*ask).out)
    ours = json.loads(run(*ask, "--store", store).out)
    assert kept != ours


def test_through_data_the_account_goes_to_standard_error(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    total = ["平均", None, None, 36, 71, 9, 30, 0.8, 101]
    path.write_bytes(workbook([["日报"], HEAD, *days(), total]))
    own = tmp_path / "list.csv"
    own.write_bytes("名单\n城市,省份\n驻马店,河南\n注：一个,\n".encode("gb18030"))
    ask = ("rank", "--data", path, "--panel", own, "--period", "2023-01-05..2023-01-07")
    done = run(*ask)
    assert done.status == 0, done.err
    assert "airrank:   rows that sum up others left out: row 6" in done.err
    assert "airrank:   title: 名单" in done.err
    assert "airrank" not in done.out
    path.write_bytes(workbook([HEAD, *days()]))
    own.write_text("city\n驻马店\n", "utf-8")
    assert run(*ask).err == ""


def test_a_table_of_one_city_needs_its_name(run: Run, tmp_path: Path) -> None:
    path, store = tmp_path / "a.csv", tmp_path / "store"
    path.write_bytes(ONE_CITY)
    own = tmp_path / "list.csv"
    own.write_text("city\n信阳\n", "utf-8")
    order = ("update", "--source", "file", "--from", path, "--store", store)
    refused = run(*order)
    assert refused.status == 1
    assert "with `--city 郑州`" in refused.err
    assert run(*order, "--city", "信阳").status == 0
    assert Store(store).versions("file")["city"].unique().tolist() == ["信阳"]
    ask = ("rank", "--data", path, "--panel", own, "--period", "2023-01-05..2023-01-07")
    assert "with `--city 郑州`" in run(*ask).err
    assert run(*ask, "--city", "信阳").status == 0
    assert "one --city" in run(*order, "--city", "信阳", "--city", "驻马店").err


def test_rules_are_accepted_by_name(run: Run, tmp_path: Path) -> None:
    path, store = tmp_path / "a.xlsx", tmp_path / "store"
    path.write_bytes(workbook([HEAD, row(CO=800)]))
    order = ("update", "--source", "file", "--from", path, "--store", store)
    refused = run(*order)
    assert refused.status == 1
    assert "--accept units" in refused.err
    assert run(*order, "--dry-run").status == 2
    assert run(*order, "--accept", "units").status == 0
    assert Store(store).versions("file")["co"].tolist() == [800]
    own = tmp_path / "list.csv"
    own.write_text("city\n驻马店\n", "utf-8")
    ask = ("rank", "--data", path, "--panel", own, "--period", "2023-01-05..2023-01-05")
    assert "--accept units" in run(*ask).err
    assert run(*ask, "--accept", "units").status == 0
    assert "units" in run("update", "--help").out


def test_a_revision_is_told_with_both_values(run: Run, tmp_path: Path) -> None:
    path, store = tmp_path / "a.xlsx", tmp_path / "store"
    order = ("update", "--source", "file", "--from", path, "--store", store)
    for value in (35, 33):
        path.write_bytes(workbook([HEAD, row(PM25=value)]))
        done = run(*order)
    assert "revised: 驻马店, 2023-01-05, pm25: 35 → 33" in done.out
    path.write_bytes(workbook([HEAD, row(PM25=34)]))
    (revision,) = json.loads(run(*order, "--json").out)["revisions"]
    assert revision == {"day": f"{DAY:%Y-%m-%d}", "city": "驻马店", "pollutant": "pm25",
                        "old": 33.0, "new": 34.0}  # fmt: skip
