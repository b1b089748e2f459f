"""Lists that people make, wherever the project reads one: titles, notes, encodings and formats."""

from __future__ import annotations

from pathlib import Path

import pytest

from airrank.cities import load_ranking_list
from airrank.errors import InputError
from airrank.goals.plan import load_plan
from airrank.goals.reported import read_reported
from airrank.ingest.dust_list import parse_dust_list
from airrank.ingest.official import parse_official
from airrank.ingest.stations import Stations
from airrank.rules.standards import reference_folder
from airrank.tables.account import Account, listening
from tests.ingest.tables_of_people import Page, text, workbook

TITLE = ["2023年名单"]
NOTE = ["注：截至2023年"]


@pytest.mark.parametrize("form", ["gb18030", "utf-16", "xlsx"])
def test_a_ranking_list(tmp_path: Path, form: str) -> None:
    rows = [TITLE, ["城市", "省份"], ["驻马店市", "河南"], ["泌阳县", "河南"], NOTE]
    path = tmp_path / ("list.xlsx" if form == "xlsx" else "list.csv")
    path.write_bytes(workbook(rows) if form == "xlsx" else text(rows, "\t", form))
    accounts: list[Account] = []
    with listening(accounts.append):
        units = load_ranking_list(path)
    assert units.names == ("驻马店", "泌阳县")
    assert [notice.code for notice in accounts[0].notices] == ["title", "note"]


@pytest.mark.parametrize("form", ["gb18030", "xlsx"])
def test_reported_figures(tmp_path: Path, form: str) -> None:
    head = ["城市", "年份", "指标", "数值", "备注"]
    rows = [TITLE, head, ["驻马店", 2023, "pm25", 42, "—"], ["驻马店", 2023, "rank", "—", None]]
    path = tmp_path / ("actuals.xlsx" if form == "xlsx" else "actuals.csv")
    path.write_bytes(workbook(rows) if form == "xlsx" else text(rows, encoding=form))
    with listening(lambda _: None):
        found = read_reported(path).by_indicator
    assert {key: value.value for key, value in found.items()} == {("驻马店", 2023, "pm25"): 42}
    other = tmp_path / "other.csv"
    other.write_bytes(text([["城市", "年份"], ["驻马店", 2023]]))
    with pytest.raises(InputError, match="the columns value and goal, or value, city, year"):
        read_reported(other)


def test_a_list_of_dust_days_over_several_sheets() -> None:
    pages = [
        Page([["沙尘影响日"], ["日期", "城市"], ["2023年3月22日", "驻马店市、信阳"], NOTE], "3月"),
        Page([["开始", "结束", "省份"], [45030, "2023-04-15", "河南省"]], "4月"),
        Page([["日期", "城市"], ["2023-05-01", "北京"]], "旧", hidden=True),
        Page([["说明"], ["见附件"]], "说明"),
    ]
    account = Account("dust")
    frame = parse_dust_list(workbook(*pages), "a.xlsx", "dust", account=account)
    assert frame[frame["date"].dt.month == 3]["city"].tolist() == ["驻马店", "信阳"]
    assert frame[frame["date"].dt.month == 4]["date"].nunique() == 2
    assert (frame["date"].dt.month < 5).all()
    codes = [notice.code for notice in account.close().notices]
    assert codes == ["title", "note", "sheet", "sheet"]


def test_published_ranks_with_title_and_total() -> None:
    rows = [["168城市排名"], ["时段", "城市", "排名", "综合指数"], ["2019", "驻马店市", 120, 5.11],
            [2019, "海口", 1, "—"], ["平均", None, None, 5.1]]  # fmt: skip
    table = parse_official(workbook(rows), "a.xlsx", "a.xlsx")
    assert table[["period", "city", "rank"]].to_numpy().tolist() == [
        ["2019", "驻马店", 120.0],
        ["2019", "海口", 1.0],
    ]
    assert table["index"].isna().tolist() == [False, True]


def test_stations_in_excel() -> None:
    rows = [TITLE, ["监测点编码", "监测点名称", "城市", "对照点"], ["1A", "一中", "驻马店", "N"],
            ["2A", "水库", "驻马店", "Y"]]  # fmt: skip
    assert Stations.parse(workbook(rows)).city_of == {"1A": "驻马店"}


def test_a_formula_without_its_result_is_refused() -> None:
    rows = [["日期", "城市"], ["=TODAY()", "驻马店"]]
    with pytest.raises(InputError, match="row 2, column 'date': a formula that was never"):
        parse_dust_list(workbook(rows), "a.xlsx", "dust")


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8-sig", "utf-16"])
def test_a_plan_in_any_encoding(tmp_path: Path, encoding: str) -> None:
    known = (reference_folder() / "plans" / "zhumadian_2023_2025.toml").read_text("utf-8")
    path = tmp_path / "plan.toml"
    path.write_bytes(known.encode(encoding))
    assert [goal.id for goal in load_plan(path).goals]


@pytest.mark.shared
def test_the_lists_of_the_cases(shared_data: Path) -> None:
    cases = shared_data.parent / "cases"
    if not cases.is_dir():
        pytest.skip(f"the cases are not at {cases}")
    assert load_ranking_list(cases / "other" / "panel_gbk.csv").names == ("驻马店", "信阳")
    plan = load_plan(cases / "other" / "plan_gbk.toml")
    assert read_reported(cases / "other" / "act_gbk.csv", plan=plan).by_goal
    stations = Stations.parse((cases / "stations" / "st_real_gbk.csv").read_bytes())
    assert len(stations.city_of) == 8
