"""``airrank assess`` as a script calls it: exit status, JSON, template, files."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner, Result

from airrank.cli.assess_command import command
from airrank.rules.standards import POLLUTANTS

CITIES = "甲乙丙丁"
PLAN = """
title_zh = "试"
title_en = "test"
city = "乙"
panel = "{units}"
years = [2016, 2017]
[[goal]]
id = "top"
title_zh = "前二名"
title_en = "top two"
indicator = "rank"
comparison = "le"
value = 2
year = 2017
strength = "duty"
assessed = "computed"
[[goal]]
id = "coal"
title_zh = "煤炭占比"
title_en = "coal share"
indicator = "coal_share"
comparison = "le"
value = 55
unit = "%"
year = 2017
strength = "duty"
assessed = "reported"
"""


@pytest.fixture
def options(tmp_path: Path) -> list[str]:
    days = pd.date_range("2017-01-01", "2017-12-31")
    levels = np.array([30.0, 60.0, 10.0, 30.0, 1.0, 100.0])
    parts = [
        pd.DataFrame(np.tile(levels + i, (len(days), 1)), columns=list(POLLUTANTS)).assign(
            date=days.strftime("%Y-%m-%d"), city=city
        )
        for i, city in enumerate(CITIES)
    ]
    data, units, plan = (tmp_path / name for name in ("days.csv", "units.csv", "plan.toml"))
    pd.concat(parts).to_csv(data, index=False)
    units.write_text("city\n" + "\n".join(CITIES) + "\n", encoding="utf-8")
    plan.write_text(PLAN.format(units=units.as_posix()), encoding="utf-8")
    return ["--data", str(data), "--plan", str(plan), "--year", "2017"]


def run(*arguments: str) -> Result:
    result = CliRunner().invoke(command, list(arguments), standalone_mode=False)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def status(result: Result) -> int:
    return result.exit_code


def test_exit_status_and_json(options: list[str], tmp_path: Path) -> None:
    result = run(*options, "--json")
    content = json.loads(result.stdout)
    assert status(result) == content["exit_status"] == 3  # the coal share is not reported
    assert [goal["verdict"] for goal in content["goals"]] == ["met", "insufficient data"]
    assert status(run(*options, "--require", "top")) == 0
    assert status(run(*options, "--require", "top,coal")) == 3
    assert status(run(*options, "--goals", "2")) == 0
    assert status(run(*options, "--goals", "2,1")) == 1
    actuals = tmp_path / "actuals.csv"
    for value, expected in (("55", 0), ("55.1", 1)):
        actuals.write_text(f"goal,value\ncoal,{value}\n", encoding="utf-8")
        assert status(run(*options, "--actuals", str(actuals))) == expected


def test_the_table_reads_in_both_languages(options: list[str]) -> None:
    chinese, english = run(*options), run(*options, "--lang", "en")
    for text in ("前二名", "完成", "数据不足", "设置"):
        assert text in chinese.stdout
    for text in ("top two", "met", "insufficient data", "settings", "edition 2012"):
        assert text in english.stdout


def test_template_and_files(options: list[str], tmp_path: Path) -> None:
    rows = list(csv.DictReader(run(*options, "--template").stdout.splitlines()))
    assert [(row["goal"], row["target"], row["value"]) for row in rows] == [
        ("top", "≤ 2", ""),
        ("coal", "≤ 55 %", ""),
    ]
    out = tmp_path / "out"
    run(*options, "--template", "--out", str(out))
    run(*options, "--out", str(out))
    assert sorted(path.name for path in out.iterdir()) == [
        "actuals.csv",
        "assessment.csv",
        "assessment.json",
    ]
    table = pd.read_csv(out / "assessment.csv", index_col="id")
    assert table.loc["top", "margin"] == 0
    content = json.loads((out / "assessment.json").read_text(encoding="utf-8"))
    assert content["schema"] == "airrank/assessment/1"
