"""``airrank rank`` as its user meets it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pandas as pd
import pytest

from tests.cli.conftest import Run


def test_the_year_2017(run: Run) -> None:
    done = run("rank", "--period", "2017", "--city", "Zhumadian", "--lang", "en")
    assert done.status == 0, done.err
    line = next(line for line in done.out.splitlines() if "Zhumadian" in line)
    assert [cell.strip() for cell in line.split("│")][1:5] == ["103", "Zhumadian", "5.87", "+14"]
    assert "edition 2012" in done.out
    assert sum("│" in line for line in done.out.splitlines()) >= 168


def test_ties_are_shown(run: Run) -> None:
    order = ("--rounding", "concentrations-first")
    done = run("rank", "--period", "2016", "--top", "120", *order)
    line = next(line for line in done.out.splitlines() if "Zhumadian" in line)
    assert "117=" in line


@pytest.mark.parametrize(
    ("lang", "city", "change", "heading", "note"),
    [
        ("zh", "拉萨", "-18.5% (1)", "综合指数同比变化率\uff08改善排名\uff09", "同比改善幅度排名"),
        ("en", "Lhasa", "-18.5 % (1)", "index y/y (rank)", "the same period a year earlier"),
    ],
)
def test_the_change_of_the_index_is_ranked(
    run: Run, lang: str, city: str, change: str, heading: str, note: str
) -> None:
    done = run("rank", "--period", "2017", "--top", "3", "--lang", lang)
    lines = [[cell.strip() for cell in line.split("│")] for line in done.out.splitlines()]
    assert next(cells for cells in lines if city in cells)[5] == change
    assert heading in done.out
    assert note in done.out


@pytest.mark.slow
def test_the_change_in_json_and_csv(run: Run, tmp_path: Path) -> None:
    done = run("rank", "--period", "2017", "--json", "--out", tmp_path)
    cities = {row["city"]: row for row in json.loads(done.out)["cities"]}
    before = json.loads(run("rank", "--period", "2016", "--json").out)["cities"]
    index = {row["city"]: row["index"] for row in before}["拉萨"]
    assert cities["拉萨"]["change_rank"] == 1
    assert cities["拉萨"]["index_change"] == pytest.approx(100 * (3.12 - index) / index)
    table = pd.read_csv(tmp_path / "rank_2017.csv", index_col="city")
    assert table.loc["拉萨", "change_rank"] == 1


def test_no_change_without_the_year_before(run: Run) -> None:
    done = run("rank", "--period", "2014", "--json")
    assert {row["index_change"] for row in json.loads(done.out)["cities"]} == {None}
    done = run("rank", "--period", "2014", "--top", "1", "--lang", "en")
    line = next(line for line in done.out.splitlines() if line.startswith("│"))
    assert line.split("│")[5].strip() == "–"


def test_json_says_how_the_rules_were_read(run: Run) -> None:
    done = run(
        "rank", "--period", "2017", "--json", "--rounding", "index-only", "--edition", "2012"
    )
    content = json.loads(done.out)
    cities = {row["city"]: row for row in content["cities"]}
    assert cities["驻马店"]["rank"] == 104
    assert content["reading"] == {
        "edition": "2012",
        "dust": "keep",
        "rounding": "index_only",
        "weights": "equal",
    }
    assert content["period"] == {"start": "2017-01-01", "end": "2017-12-31"}


def test_another_list_and_a_file(run: Run, tmp_path: Path) -> None:
    done = run("rank", "--period", "2017Q3", "--panel", "henan17", "--out", tmp_path, "--json")
    assert done.status == 0
    assert len(json.loads(done.out)["cities"]) == 17
    table = pd.read_csv(tmp_path / "rank_2017Q3.csv")
    assert table["city"].nunique() == 17


def test_thin_data_is_said(run: Run) -> None:
    done = run("rank", "--period", "2018-12", "--lang", "en")
    assert done.status == 0
    assert "insufficient data" in done.out


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (["--period", "soon"], 2, "expected 2017, 2017-09"),
        (["--period", "2018-05"], 3, "the data spans December 2013"),
        (["--city", "Atlantis"], 2, "no city 'Atlantis'"),
        (["--data", "nowhere.csv"], 2, "there is no file nowhere.csv"),
        (["--panel", "337"], 2, "no ranking list '337'"),
        (["--edition", "1996"], 2, "Unknown edition '1996'"),
        (["--dust", "maybe"], 2, "maybe"),
        (["--colour"], 2, "No such option"),
    ],
)
def test_wrong_use_says_what_to_do(
    run: Run, arguments: list[str], status: int, message: str
) -> None:
    done = run("rank", *arguments)
    assert done.status == status
    assert message in done.err
    assert "Traceback" not in done.err
    assert done.out == ""


def test_help_and_version(run: Run) -> None:
    assert "ranking table of any period" in run("--help").out
    assert run("--version").out.startswith("airrank, version ")
    assert run("nonsense").status == 2


@pytest.mark.slow
def test_a_narrow_terminal_gets_the_main_columns(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "80")
    narrow = run("rank", "--period", "2017", "--lang", "en").out
    assert "narrow window" in narrow
    assert "…" not in narrow.split("narrow window")[0]
    assert "(23 %)" not in narrow
    monkeypatch.setenv("COLUMNS", "200")
    wide = run("rank", "--period", "2017", "--lang", "en").out
    assert "narrow window" not in wide
    assert "(23 %)" in wide


@pytest.mark.slow
def test_changes_and_days(run: Run, tmp_path: Path) -> None:
    done = run(
        "rank", "--period", "2017-09", "--changes", "--days", "--top", "2", "--city", "海口",
        "--lang", "en", "--out", str(tmp_path),
    )  # fmt: skip
    assert done.status == 0, done.err
    assert "-30.1" in done.out
    assert "below each figure" in done.out
    assert "Days by class" in done.out
    table = pd.read_csv(tmp_path / "changes_2017-09.csv", encoding="utf-8-sig", index_col=0)
    assert len(table) == 168
    assert {
        "PM2.5, year on year %",
        "PM2.5, on the period before %",
        "index, year to date",
        "rank of worsening",
    } <= set(table.columns)
    days = pd.read_csv(tmp_path / "days_2017-09.csv", encoding="utf-8-sig", index_col=0)
    assert days.loc["海口", ["days counted", "excellent"]].tolist() == [30, 29]


def test_headings_of_files_are_the_readers_and_with_json_the_codes(
    run: Run, tmp_path: Path
) -> None:
    heads = []
    for more in (("--lang", "zh"), ("--lang", "zh", "--json")):
        assert run("rank", "--period", "2017-09", "--out", tmp_path, *more).status == 0
        heads.append(list(pd.read_csv(tmp_path / "rank_2017-09.csv").columns))
    people, machine = heads
    assert people[:4] == ["城市", "排名", "并列城市数", "综合指数"]
    assert machine[:4] == ["city", "rank", "tied", "index"]
    assert not [head for head in people if re.search("[a-z]{3}|_", head)]
    assert len(set(people)) == len(people)


@pytest.mark.slow
def test_changes_in_json(run: Run) -> None:
    done = run("rank", "--period", "2017", "--changes", "--json")
    content = json.loads(done.out)
    assert content["schema"] == "airrank/changes/1"
    first = content["cities"][0]
    assert (first["city"], first["index_mom"], first["meets_grade_2"]) == ("海口", None, True)


@pytest.mark.slow
def test_several_tables_are_one_json_document(run: Run) -> None:
    done = run("rank", "--period", "2019-05", "--changes", "--days", "--json")
    content = json.loads(done.out)
    assert [part["schema"] for part in content.values()] == ["airrank/changes/1", "airrank/days/1"]


@pytest.mark.slow
def test_changes_of_a_deducted_period_show_the_rank_with_dust_kept(run: Run) -> None:
    content = json.loads(run("rank", "--period", "2019-05", "--changes", "--json").out)
    assert content["reading"]["dust_city_days"] > 100
    assert "dust" in content["caveats"][0]
    lanzhou = next(row for row in content["cities"] if row["city"] == "兰州")
    assert lanzhou["rank"] < lanzhou["rank_dust_kept"] - 50
    told = run("rank", "--period", "2019-05", "--changes", "--top", "1", "--lang", "zh").out
    assert "保留沙尘" in told


@pytest.mark.slow
def test_changes_tell_which_cities_have_too_few_days(run: Run) -> None:
    told = run("rank", "--period", "2018", "--changes", "--top", "1", "--lang", "en").out
    assert "(insufficient" in told


def test_a_wrong_province_is_refused_before_anything_is_printed(run: Run) -> None:
    done = run("rank", "--period", "2017", "--changes", "--provincial", "henan")
    assert (done.status, done.out) == (2, "")
    assert "henan17" in done.err


def test_a_city_placed_last(run: Run) -> None:
    done = run("rank", "--period", "2017", "--placed-last", "Haikou", "--json")
    last = json.loads(done.out)["cities"][-1]
    assert (last["city"], last["rank"], last["placed_last"]) == ("海口", 168, True)
    told = run("rank", "--period", "2017", "--placed-last", "海口", "--lang", "en")
    assert "placed last by rule, not by the index: Haikou" in told.out
    assert run("rank", "--period", "2017", "--placed-last", "某地").status == 2


@pytest.mark.parametrize(
    ("lang", "end"),
    [
        ("zh", "驻马店第103名，综合指数5.87。距前100名差0.06。"),
        ("en", "Zhumadian: rank 103, index 5.87. It is 0.06 short of the top 100."),
    ],
)
def test_the_city_asked_for_is_shown_and_told_of(run: Run, lang: str, end: str) -> None:
    asked = ("rank", "--period", "2017", "--city", "驻马店", "--top", "3", "--lang", lang)
    lines = run(*asked).out.splitlines()
    assert lines[-1] == end
    ranks = [line.split("│")[1].strip() for line in lines if line.startswith("│")]
    assert ranks == ["1", "2=", "2=", "103"]
    changed = run(*asked, "--changes")
    assert end.split("第", maxsplit=1)[0].split(":", maxsplit=1)[0] in changed.out


def test_a_city_within_its_goal_and_one_that_shares_its_rank(run: Run) -> None:
    done = run("rank", "--period", "2017", "--city", "厦门", "--top", "1", "--lang", "zh")
    assert done.out.splitlines()[-1].startswith("厦门第5名，综合指数3.29。在前10名以内")
    done = run("rank", "--period", "2017-09", "--city", "驻马店", "--top", "1", "--lang", "zh")
    assert "（并列）" in done.out.splitlines()[-1]


def test_a_city_without_data_does_not_break_the_table(run: Run, tmp_path: Path) -> None:
    days = pd.date_range("2017-01-01", "2017-01-31")
    six = {"pm25": 80, "pm10": 120, "so2": 20, "no2": 40, "co": 1.2, "o3_8h": 60}
    rows = [{"date": day, "city": city, **six} for city in ("郑州", "信阳") for day in days]
    rows += [{"date": day, "city": "驻马店", **six, "co": None} for day in days]
    pd.DataFrame(rows).to_csv(tmp_path / "days.csv", index=False)
    asked = ("rank", "--data", tmp_path / "days.csv", "--panel", "henan17", "--period", "2017-01")
    for city, reason in (("驻马店", "缺少CO的数据"), ("开封", "缺少PM2.5、PM10")):
        done = run(*asked, "--city", city, "--top", "1", "--lang", "zh")
        assert done.status == 0, done.err
        assert city in done.out.splitlines()[-1]
        assert reason in done.out.splitlines()[-1]


@pytest.mark.slow
@pytest.mark.parametrize("width", ["70", pytest.param("220", marks=pytest.mark.slow)])
def test_a_list_of_which_most_cities_have_no_data(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, width: str
) -> None:
    monkeypatch.setenv("COLUMNS", width)
    few = tmp_path / "few.csv"
    days = pd.date_range("2022-01-01", "2023-10-03").strftime("%Y-%m-%d")
    lines = [f"{day},{city},35,70,9,30,0.8,100" for day in days for city in ("驻马店", "信阳")]
    few.write_text("date,city,pm25,pm10,so2,no2,co,o3_8h\n" + "\n".join(lines) + "\n")
    for period, without in (("2022", 166), ("2023-09", 166), ("2023-10", 168)):
        done = run("rank", "--data", few, "--period", period, "--lang", "en")
        assert done.status == 0, done.err
        assert done.out.count("(insufficient data)") == without
        assert sum("1=" in line for line in done.out.splitlines()) == 2
