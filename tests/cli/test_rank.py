"""``airrank rank`` as its user meets it."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from tests.cli.conftest import Run


def test_the_year_2017(run: Run) -> None:
    done = run("rank", "--period", "2017", "--city", "Zhumadian", "--lang", "en")
    assert done.status == 0, done.err
    line = next(line for line in done.out.splitlines() if "Zhumadian" in line)
    assert [cell.strip() for cell in line.split("│")][1:5] == ["102", "Zhumadian", "5.87", "+15"]
    assert "edition 2012" in done.out
    assert sum("│" in line for line in done.out.splitlines()) >= 168


def test_ties_are_shown(run: Run) -> None:
    done = run("rank", "--period", "2016", "--top", "120")
    line = next(line for line in done.out.splitlines() if "驻马店" in line)
    assert "117=" in line


def test_json_says_how_the_rules_were_read(run: Run) -> None:
    done = run(
        "rank", "--period", "2017", "--json", "--rounding", "index-only", "--edition", "2012"
    )
    content = json.loads(done.out)
    cities = {row["city"]: row for row in content["cities"]}
    assert cities["驻马店"]["rank"] == 103
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
    table = pd.read_csv(tmp_path / "rank_2017-07-01_2017-09-30.csv")
    assert table["city"].nunique() == 17


def test_thin_data_is_said(run: Run) -> None:
    done = run("rank", "--period", "2018-12", "--lang", "en")
    assert done.status == 0
    assert "insufficient data" in done.out


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (["--period", "soon"], 2, "expected 2017, 2017-09"),
        (["--period", "2018-05"], 3, "the data spans 2013-12-01"),
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
