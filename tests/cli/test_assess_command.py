"""``airrank assess`` as a script calls it: exit status, JSON, template, files."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from airrank.rules.standards import POLLUTANTS
from tests.cli.conftest import Run
from tests.goals.conftest import CITIES, LEVELS, write_plan

TOP = {"id": "top", "title_zh": "前二名", "title_en": "top two", "value": 2}
COAL = {"id": "coal", "indicator": "coal_share", "value": 55, "unit": "%", "assessed": "reported"}
STEPS = np.array([1.0, 1.0, 1.0, 1.0, 0.1, 1.0])
"""How much dirtier a city is than the one before [µg/m³, co in mg/m³]."""
Options = tuple[object, ...]


@pytest.fixture
def options(tmp_path: Path) -> Options:
    """City k is always k dirtier than the first."""
    days = pd.date_range("2017-01-01", "2017-12-31").strftime("%Y-%m-%d")
    levels = {city: LEVELS + i * STEPS for i, city in enumerate(CITIES)}
    rows = [(day, city, *levels[city]) for city in CITIES for day in days]
    data = tmp_path / "days.csv"
    pd.DataFrame(rows, columns=["date", "city", *POLLUTANTS]).to_csv(data, index=False)
    plan = write_plan(tmp_path, "乙", TOP, COAL)
    return ("assess", "--data", data, "--plan", plan, "--year", "2017")


@pytest.mark.slow
def test_exit_status_and_json(run: Run, options: Options, tmp_path: Path) -> None:
    result = run(*options, "--json")
    content = json.loads(result.out)
    assert result.status == content["exit_status"] == 3  # the coal share is not reported
    assert [goal["verdict"] for goal in content["goals"]] == ["met", "insufficient data"]
    assert run(*options, "--require", "top").status == 0
    assert run(*options, "--require", "top,coal").status == 3
    assert run(*options, "--goals", "2").status == 0
    assert run(*options, "--goals", "2,1").status == 1
    actuals = tmp_path / "actuals.csv"
    for value, expected in (("55", 0), ("55.1", 1)):
        actuals.write_text(f"goal,value\ncoal,{value}\n", encoding="utf-8")
        assert run(*options, "--actuals", actuals).status == expected


@pytest.mark.slow
def test_the_table_reads_in_both_languages(run: Run, options: Options) -> None:
    asked = (*options, "--all")
    chinese, english = run(*asked, "--lang", "zh"), run(*asked)
    for text in ("前二名", "完成", "数据不足", "设置"):
        assert text in chinese.out
    for text in ("2017 · test", "top two", "met", "insufficient data", "settings", "edition 2012"):
        assert text in english.out
    ranks = run(*options, "--goals", "2", "--lang", "en")
    assert "test" not in ranks.out  # it is not of the plan


@pytest.mark.slow
def test_other_readings_and_days_are_in_the_language(run: Run) -> None:
    asked = ("assess", "--year", "2017", "--goals", "103,good_days_2025")
    chinese, english = run(*asked, "--lang", "zh").out, run(*asked).out
    assert "修约 只修约指数：104 → 未完成" in chinese
    assert "rounding index only: 104 → not met" in english
    assert "天）" in chinese
    assert " d)" in english


def test_template_and_files(run: Run, options: Options, tmp_path: Path) -> None:
    asked = (*options, "--template")
    chinese = run(*asked, "--lang", "zh").out.lstrip("\ufeff").splitlines()
    assert chinese[0].startswith("目标编号,目标名称")
    rows = list(csv.DictReader(run(*asked, "--json").out.lstrip("\ufeff").splitlines()))
    assert [(row["goal"], row["target"], row["value"]) for row in rows] == [
        ("top", "≤ 2", ""),
        ("coal", "≤ 55 %", ""),
    ]
    out = tmp_path / "out"
    run(*options, "--template", "--out", out)
    run(*options, "--out", out)
    assert sorted(path.name for path in out.iterdir()) == [
        "actuals.csv",
        "actuals.xlsx",
        "assessment.csv",
        "assessment.json",
    ]
    run(*options, "--out", out, "--json")
    table = pd.read_csv(out / "assessment.csv", index_col="id")
    assert table.loc["top", "margin"] == 0
    content = json.loads((out / "assessment.json").read_text(encoding="utf-8"))
    assert content["schema"] == "airrank/assessment/1"


@pytest.mark.slow
def test_the_air_comes_first_and_empty_rows_are_one_line(run: Run, tmp_path: Path) -> None:
    actuals = tmp_path / "actuals.csv"
    actuals.write_text(
        "goal,value\ncoal_share_2025,60\ndistrict_heating_2025,95\n", encoding="utf-8"
    )
    asked = ("assess", "--year", "2025", "--lang", "zh")
    lines = run(*asked).out.splitlines()
    assert sum(line.startswith("│") for line in lines) == 4
    assert any(line.startswith("另有61项目标尚无数值") for line in lines)
    assert "< 36微克/立方米" in "".join(lines)
    told = run(*asked, "--actuals", actuals).out
    places = [
        told.index(text) for text in ("全市空气质量", "PM2.5年均浓度", "文件第", "煤炭消费占比")
    ]
    assert places == sorted(places)
    whole = run(*asked, "--all").out
    assert "尚无数值：" not in whole
    assert whole.count("未填报") > 20
    named = run(*asked, "--goals", "rank_2025，coal_share_2025").out
    assert "煤炭消费占比" in named
