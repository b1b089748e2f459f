"""Every command honours ``--dust``; the list is imported from the command line."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from tests.cli.conftest import GOOD_DAYS, Run
from tests.goals.conftest import CITIES, observations, write_plan

DIRTY = CITIES[:6]
STORM = pd.date_range("2017-04-10", "2017-04-19")
MARKED = len(DIRTY) * len(STORM)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ten units without coordinates; ten days of dust in six of them, marked in days.csv only."""
    folder = tmp_path_factory.mktemp("dust")
    frame = observations("2015-01-01", "2017-12-31")
    storm = frame["date"].isin(STORM) & frame["city"].isin(DIRTY)
    calm = ~storm & (frame["pm10"] >= 150) & (frame["pm25"] <= 0.45 * frame["pm10"])
    frame.loc[calm, "pm10"] = 149.0  # noise must not look like dust
    frame.loc[storm, ["pm10", "pm25"]] = [800.0, 160.0]
    frame.to_parquet(folder / "unmarked.parquet")
    frame.assign(dust=storm).to_parquet(folder / "marked.parquet")
    write_plan(folder, "甲", GOOD_DAYS)
    return folder


RUNNING = ("--as-of", "2017-09-30", "--city", "甲", "--goal", "5", "--json")
COMMANDS = {
    "rank": ("--period", "2017", "--json"),
    "forecast": ("--draws", "100", *RUNNING),
    "control": ("--draws", "1000", *RUNNING),
    "assess": ("--year", "2017", "--city", "甲", "--plan", "plan.toml", "--json"),
    "backtest": ("--years", "2017", "--models", "ytd", "--draws", "100", "--goal", "5",
                 "--json"),
}  # fmt: skip


@pytest.fixture
def ask(run: Run, world: Path):
    """Run a command in a dust mode on the data marked or unmarked; gives its JSON."""

    def call(command: str, mode: str, data: str, *more: str) -> dict[str, Any]:
        plan = world / "plan.toml"
        options = [plan if word == plan.name else word for word in (*COMMANDS[command], *more)]
        where = ("--panel", world / "units.csv", "--data", world / f"{data}.parquet")
        done = run(command, *options, *where, "--dust", mode)
        assert done.status in {0, 1}, done.err
        content: dict[str, Any] = json.loads(done.out)
        return content

    return call


def figures(command: str, content: dict[str, Any]) -> object:
    """Give what dust changes."""
    if command == "rank":
        return {row["city"]: (row["index"], row["pm10"], row["pm25"]) for row in content["cities"]}
    if command == "forecast":
        told = {k: v for k, v in content["year_to_date"].items() if k != "rank_dust_kept"}
        return content["index"], told
    if command == "assess":
        return [goal["figure"] for goal in content["goals"]]
    return content["control"] if command == "control" else content["models"]


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.slow
def test_every_command_honours_the_mode(ask, command: str) -> None:
    kept = figures(command, ask(command, "keep", "unmarked"))
    assert figures(command, ask(command, "keep", "marked")) == kept
    assert figures(command, ask(command, "deduct", "unmarked")) == kept
    deducted = figures(command, ask(command, "deduct", "marked"))
    assert deducted != kept
    assert figures(command, ask(command, "proxy", "unmarked")) == deducted


@pytest.mark.parametrize("command", ["rank", pytest.param("forecast", marks=pytest.mark.slow)])
def test_the_rank_with_dust_kept_stands_beside(ask, command: str) -> None:
    kept, found = (ask(command, mode, "unmarked") for mode in ("keep", "proxy"))
    if command == "rank":
        ranks = {row["city"]: row["rank"] for row in kept["cities"]}
        assert {row["city"]: row["rank_dust_kept"] for row in found["cities"]} == ranks
        days = {row["city"]: row["dust_days"] for row in found["cities"]}
        assert days == {city: len(STORM) * (city in DIRTY) for city in CITIES}
    else:
        assert found["year_to_date"]["rank_dust_kept"] == kept["year_to_date"]["rank"]
        assert "rank_dust_kept" not in kept["year_to_date"]


def test_auto_keeps_the_dust_of_2017_and_deducts_that_of_2019(run: Run) -> None:
    def asked(period: str, *more: str) -> Any:
        done = run("rank", "--period", period, "--dust", "auto", *more)
        assert done.status == 0, done.err
        return done.out

    old, new = (json.loads(asked(p, "--json")) for p in ("2017-05", "2019-05"))
    assert old["reading"]["dust"] == "keep"
    assert "dust_city_days" not in old["reading"]
    assert new["reading"]["dust"] == "list_or_proxy"
    assert 150 < new["reading"]["dust_city_days"] < 300
    assert any(row["rank_dust_kept"] != row["rank"] for row in new["cities"])
    shown = asked("2019-05", "--lang", "en", "--top", "3")
    for words in ("dust kept", "deducted by list or proxy", "city-days of "):
        assert words in shown


def test_the_proxy_of_a_forecast_sees_no_later_day(ask, world: Path) -> None:
    frame = pd.read_parquet(world / "unmarked.parquet")
    frame.loc[frame["date"] > "2017-09-30", ["pm10", "pm25"]] = [900.0, 100.0]
    frame.to_parquet(world / "later.parquet")
    expected, found = (ask("forecast", "proxy", data) for data in ("unmarked", "later"))
    assert found == expected


@pytest.mark.parametrize(
    ("mode", "data", "count", "said"),
    [
        ("keep", "marked", None, "dust days not deducted"),
        ("deduct", "marked", MARKED, None),
        ("deduct", "unmarked", 0, "nothing was deducted"),
        ("proxy", "unmarked", MARKED, f"{MARKED} city-days of "),
    ],
)
@pytest.mark.parametrize("command", ["rank", "forecast", "assess"])
def test_the_mode_and_its_count_are_recorded(ask, command, mode, data, count, said) -> None:
    content = ask(command, mode, data)
    settings = content["reading" if command == "rank" else "settings"]
    assert (settings["dust"], settings.get("dust_city_days")) == (mode, count)
    whose = content["goals"][0] if command == "assess" else content
    about = [c for c in whose["caveats"] if "deduct" in c and not c.startswith("good days")]
    assert len(about) == (said is not None)
    assert said is None or said in about[0]


def both(goal: dict[str, Any]) -> dict[str, int]:
    """Read the good days in both ways from the caveat."""
    (said,) = [caveat for caveat in goal["caveats"] if caveat.startswith("good days")]
    assert len(set(re.findall(r"of (\d+)", said))) == 1
    return {mode: int(days) for days, mode in re.findall(r"(\d+) of \d+ \(([^)]*)\)", said)}


@pytest.mark.slow
def test_assess_shows_both_results(ask) -> None:
    """Dusty days are not good, but nearly all are without their particles."""
    (kept,) = ask("assess", "keep", "unmarked")["goals"]
    (found,) = ask("assess", "proxy", "unmarked")["goals"]
    assert both(kept) == both(found)
    ways = both(kept)
    assert 5 <= ways["deducted by proxy"] - ways["kept"] <= len(STORM)
    assert kept["figure"] == pytest.approx(100 * ways["kept"] / 365, abs=0.051)
    assert found["figure"] == pytest.approx(100 * ways["deducted by proxy"] / 365, abs=0.051)
    (marked,) = ask("assess", "keep", "marked")["goals"]
    assert both(marked) == {"kept": ways["kept"], "deducted": ways["deducted by proxy"]}


def test_assess_of_a_running_year_shows_both_results(ask) -> None:
    (goal,) = ask("assess", "keep", "unmarked", "--as-of", "2017-09-30", "--draws", "100")["goals"]
    ways = both(goal)
    assert 5 <= ways["deducted by proxy"] - ways["kept"] <= len(STORM)


@pytest.mark.slow
def test_report(run: Run, world: Path, tmp_path: Path) -> None:
    options = ("--panel", world / "units.csv", "--data", world / "unmarked.parquet", "--city", "甲",
               "--as-of", "2017-09-30", "--draws", "200", "--goal", "5",
               "--dust", "proxy")  # fmt: skip
    for lang, words in (("zh", f"扣除沙尘{MARKED}天次"), ("en", "deducted by proxy")):
        out = tmp_path / lang
        done = run("report", "--html", "--out", out, "--lang", lang, *options)
        assert done.status == 0, done.err
        assert words in (out / "report.html").read_text(encoding="utf-8")


def test_weekly(run: Run, world: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("airrank.report.weekly.write_report", lambda *_a, **_o: [])
    done = run("weekly", "--no-update", "--out", tmp_path, "--panel", world / "units.csv",
               "--data", world / "unmarked.parquet", "--as-of", "2017-09-30", "--draws", "200",
               "--goal", "5", "--dust", "proxy")  # fmt: skip
    assert done.status == 0, done.err
    content = json.loads((tmp_path / "2017-09-30" / "forecast.json").read_text(encoding="utf-8"))
    assert content["settings"]["dust"] == "proxy"
    assert content["settings"]["dust_city_days"] == MARKED


@pytest.mark.slow
def test_a_list_is_imported_and_used(run: Run, tmp_path: Path) -> None:
    table, store = tmp_path / "沙尘.csv", tmp_path / "store"
    table.write_text("开始,结束,省份\n2017-05-04,2017-05-06,河南\n", encoding="utf-8")
    put = ("update", "--source", "dust", "--file", table, "--store", store)
    assert run(*put).status == 0
    assert "0 of 0 lists" in run(*put, "--lang", "en").out
    status = run("status", "--store", store, "--lang", "en")
    assert "dust: 51 city-days, 2017-05-04 … 2017-05-06" in status.out
    assert run("status", "--store", store, "--check").status == 0
    rank = ("rank", "--panel", "henan17", "--period", "2017-05", "--store", store, "--json")
    kept, deducted = (json.loads(run(*rank, "--dust", m).out) for m in ("keep", "deduct"))
    assert deducted["reading"]["dust_city_days"] == 51
    mean = {row["city"]: row["pm10"] for row in kept["cities"]}
    assert all(row["pm10"] < mean[row["city"]] for row in deducted["cities"])
    table.write_text("开始,结束,省份\n2017-05-04,2017-05-01,河南\n", encoding="utf-8")
    failed = run(*put)
    assert failed.status == 1
    assert "沙尘.csv, row 2: from 2017-05-04 to 2017-05-01" in failed.err
    assert json.loads(run(*rank, "--dust", "deduct").out) == deducted
