"""``--as-known-at``: history that was filled in later, used when told to, and said so."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from tests.cli.conftest import GOOD_DAYS, Run
from tests.goals.conftest import observations, write_plan

RETRIEVED = "2018-02-01T12:00+08:00"
AS_OF = ("--as-of", "2017-09-30", "--city", "甲", "--goal", "5")
COMMANDS = {
    "rank": ("--period", "2017", "--json"),
    "forecast": (*AS_OF, "--draws", "100", "--json"),
    "control": (*AS_OF, "--draws", "1000", "--json"),
    "assess": ("--year", "2017", "--as-of", "2017-09-30", "--city", "甲",
               "--draws", "100", "--plan", "plan.toml", "--json"),
    "report": (*AS_OF, "--draws", "300", "--xlsx"),
    "backtest": ("--years", "2017", "--models", "ytd", "--draws", "100", "--goal", "5", "--json"),
}  # fmt: skip


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("late")
    frame = observations("2015-01-01", "2017-12-31")
    frame.assign(retrieved_at=pd.Timestamp(RETRIEVED)).to_parquet(folder / "days.parquet")
    write_plan(folder, "甲", GOOD_DAYS)
    return folder


@pytest.mark.parametrize(
    "command",
    [pytest.param(c, marks=pytest.mark.slow) if c == "report" else c for c in COMMANDS],
)
def test_later_retrievals_count_when_told_to(
    run: Run, world: Path, tmp_path: Path, command: str
) -> None:
    options = [world / o if o == "plan.toml" else o for o in COMMANDS[command]]
    options += ["--panel", world / "units.csv", "--data", world / "days.parquet"]
    if command == "report":
        options += ["--out", tmp_path]
    early = run(command, *options, "--as-known-at", "2018-01-31")
    assert early.status == 3
    assert "no record had been retrieved by 2018-02-01 00:00:00+08:00" in early.err
    done = run(command, *options, "--as-known-at", "2018-02-01")
    assert done.status in {0, 1, 3}, done.err
    assert "no record" not in done.err
    if command == "report":
        return
    content = json.loads(done.out)
    if command in {"rank", "backtest"}:
        assert "as known at 2018-02-02T00:00:00+08:00" in content["data"]
        return
    assert content["settings"]["as_known_at"] == "2018-02-02T00:00:00+08:00"
    whose = content["goals"][0] if command == "assess" else content
    assert any("later than the day after 2017-09-30" in caveat for caveat in whose["caveats"])


def test_without_it_a_day_in_the_past_knows_nothing_of_them(run: Run, world: Path) -> None:
    data = ("--panel", world / "units.csv", "--data", world / "days.parquet")
    done = run("forecast", *COMMANDS["forecast"], *data)
    assert done.status == 3
    assert "--as-known-at DAY or now" in done.err
    now = json.loads(run("forecast", *COMMANDS["forecast"], *data, "--as-known-at", "now").out)
    assert now["settings"]["as_known_at"] > "2018-02-02"
    wrong = run("forecast", *COMMANDS["forecast"], *data, "--as-known-at", "yesterday")
    assert wrong.status == 2
    assert "yesterday" in wrong.err


def test_no_caveat_where_nothing_later_counts(run: Run, world: Path, tmp_path: Path) -> None:
    frame = pd.read_parquet(world / "days.parquet").drop(columns="retrieved_at")
    frame.to_parquet(tmp_path / "days.parquet")
    data = ("--panel", world / "units.csv", "--data", tmp_path / "days.parquet")
    done = run("forecast", *COMMANDS["forecast"], *data, "--as-known-at", "2017-10-01")
    content = json.loads(done.out)
    assert content["settings"]["as_known_at"] == "2017-10-02T00:00:00+08:00"
    assert not any("retrieved" in caveat for caveat in content["caveats"])


def test_days_of_a_store_that_were_fetched_later_are_said(
    run: Run, world: Path, tmp_path: Path
) -> None:
    """They do not lie outside the data: they were not known then."""
    table = pd.DataFrame({"date": pd.date_range("2021-03-01", "2021-03-20"), "city": "驻马店"})
    path, store = tmp_path / "days.csv", tmp_path / "store"
    table.assign(pm25=40, pm10=70, so2=9, no2=30, co=0.8, o3_8h=90).to_csv(path, index=False)
    assert run("update", "--source", "file", "--from", path, "--store", store).status == 0
    done = run("forecast", "--store", store, "--as-of", "2021-03-10")
    assert done.status == 2
    assert "retrieved by the end of the day after 2021-03-10 ends on 2020-06-30" in done.err
    assert "--as-known-at now" in done.err
