"""``airrank forecast`` as its user meets it."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from airrank.store import load_observations
from tests.cli.conftest import Run

AS_OF = "2017-09-24"
FILES = ("forecast.json", "ranks.csv", "rank_distribution.parquet", "path.png", "path.csv")


def files(folder: Path) -> dict[str, bytes]:
    return {name: (folder / name).read_bytes() for name in FILES}


@pytest.mark.afresh
@pytest.mark.slow
def test_the_same_bytes_twice(run: Run, tmp_path: Path) -> None:
    """What later days hold makes no difference either: see test_leakage.py."""
    common = ("forecast", "--as-of", AS_OF, "--draws", "300", "--panel", "henan17", "--goal", "9")
    for name in ("a", "b"):
        done = run(*common, "--out", tmp_path / name)
        assert done.status == 0, done.err
    assert files(tmp_path / "a") == files(tmp_path / "b")


@pytest.mark.slow
def test_json_and_table_say_the_same(run: Run) -> None:
    common = ("forecast", "--as-of", AS_OF, "--draws", "400", "--city", "411700")
    content = json.loads(run(*common, "--json").out)
    assert content["city"] == "驻马店"
    assert content["year_to_date"]["rank"] == 104
    assert content["settings"]["seed"] == 0
    assert [goal["rank"] for goal in content["goals"]] == [110, 105, 100]
    odds = [goal["probability"] for goal in content["goals"]]
    assert odds == sorted(odds, reverse=True)
    assert any("provisional" in caveat for caveat in content["caveats"])
    assert len(content["data_fingerprint"]) == 64
    table = run(*common, "--lang", "zh").out
    for goal in content["goals"]:
        line = next(line for line in table.splitlines() if f"前{goal['rank']}名" in line)
        assert goal["shown"].replace(" ", "") in line


def test_without_options_it_forecasts_zhumadian_from_the_bundled_data(run: Run) -> None:
    done = run("forecast", "--draws", "200")
    assert done.status == 0
    assert "Zhumadian" in done.out
    assert "2020-06-30" in done.out
    assert "--data FILE" in done.err


@pytest.mark.slow
def test_certainty_is_never_claimed_before_year_end(run: Run) -> None:
    done = run(
        "forecast", "--as-of", "2017-11-30", "--draws", "200", "--goal", "1", "--goal", "168"
    )
    assert "<1 %" in done.out
    assert ">99 %" in done.out
    assert "100 %" not in done.out


def test_at_year_end_the_forecast_is_the_outcome(run: Run) -> None:
    content = json.loads(run("forecast", "--as-of", "2017-12-31", "--draws", "100", "--json").out)
    assert content["rank"]["median"] == 103
    assert content["rank"]["intervals"]["95"] == [103, 103]
    assert [goal["shown"] for goal in content["goals"]] == ["100 %", "100 %", "0 %"]


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (["--as-of", "2021-01-01"], 2, "lies outside the data, which spans 2013-12-01"),
        (["--as-of", "2013-06-01"], 2, "lies outside the data"),
        (["--as-of", "24.9.2017"], 2, "expected a day such as 2017-09-24"),
        (["--as-of", "2014-02-01"], 3, "insufficient data"),
        (["--city", "Atlantis"], 2, "no city 'Atlantis'"),
        (["--goal", "200"], 2, "between 1 and 168"),
        (["--data", "tests"], 2, "is a folder"),
        (["--draws", "1"], 2, "100<=x"),
    ],
)
def test_wrong_use_says_what_to_do(
    run: Run, arguments: list[str], status: int, message: str
) -> None:
    done = run("forecast", *arguments)
    assert done.status == status, done.err
    assert message in done.err
    assert "Traceback" not in done.err


@pytest.mark.slow
def test_a_pollutant_missing_everywhere_is_insufficient(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "no_co.parquet"
    load_observations().assign(co=np.nan).to_parquet(path)
    done = run("forecast", "--data", path, "--as-of", AS_OF)
    assert done.status == 3
    assert "no city has any CO" in done.err


def test_an_unwritable_folder_is_named(run: Run, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    done = run("forecast", "--as-of", AS_OF, "--draws", "100", "--out", tmp_path / "file")
    assert done.status == 2
    assert "Choose another folder" in done.err or "is a file" in done.err


def test_users_own_csv(run: Run, tmp_path: Path) -> None:
    days = load_observations()
    days = days[days["city"].isin(["驻马店", "信阳", "南阳"]) & (days["date"] >= "2016-01-01")]
    columns = ["date", "city", "pm25", "pm10", "so2", "no2", "co", "o3_8h"]
    path, panel = tmp_path / "days.csv", tmp_path / "three.csv"
    days[columns].to_csv(path, index=False)
    pd.Series(["驻马店", "信阳", "南阳"], name="city").to_csv(panel, index=False)
    done = run(
        *("forecast", "--data", path, "--panel", panel, "--city", "信阳", "--as-of", "2017-05-31"),
        *("--draws", "200", "--json"),
    )
    assert done.status == 0, done.err
    assert json.loads(done.out)["cities"] == 3


@pytest.mark.parametrize("command", ["forecast", "report", "assess"])
@pytest.mark.slow
def test_a_failed_check_stops_the_command_and_is_named(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    from airrank.forecasting import run as module

    monkeypatch.setattr(module, "rank_array", lambda index, **_: np.full(index.shape, 7))
    goal = ("--goals", "9") if command == "assess" else ("--goal", "9")
    common = ("--as-of", AS_OF, "--draws", "100", "--panel", "henan17", "--out", tmp_path / "out")
    done = run(command, *common, *goal)
    assert done.status == 2
    assert "failed the check 'ranks follow the index'" in done.err
    assert not done.out
    assert not list(tmp_path.rglob("*.*"))
