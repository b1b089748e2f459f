"""Nothing known later may change what is said as of a day: corrupt it, get the same bytes."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from airrank.cities import load_ranking_list
from airrank.cli import COMMANDS as ALL
from airrank.ingest.office_file import OfficeFile
from airrank.rules.standards import POLLUTANTS
from airrank.store import Store, load_observations
from airrank.store.update import update
from airrank.verification import backtest as module
from tests.cli.conftest import Run

AS_OF = "2017-09-24"
LATER = "2017-12-31"
COMMON = ("--panel", "henan17", "--as-of", AS_OF, "--draws", "200")
COMMANDS = {
    "forecast": ("forecast", *COMMON, "--goal", "9"),
    "assess": ("assess", *COMMON, "--year", "2017", "--goals", "9,12", "--json"),
    "control": ("control", *COMMON, "--goal", "9"),
    "fit": ("fit", "--panel", "henan17", "--as-of", AS_OF),
    "outlook": ("outlook", *COMMON, "--goal", "9", "--period", "2017", "--period", "2018-03"),
    "rank": ("rank", "--panel", "henan17", "--period", "2017-01..2017-08", "--changes", "--days"),
    "report": ("report", *COMMON, "--goal", "9", "--xlsx", "--text"),
    "weekly": ("weekly", "--no-update", *COMMON, "--goal", "9"),  # with every format of a report
}
ELSEWHERE = {
    "backtest": "below, of the years before",
    "track": "its replay: tests/cli/test_track.py",
    "update": "fetches, and says nothing of a day",
    "status": "tells of all that the store holds",
}
"""Commands that are looked at elsewhere, or that say nothing as of a day."""
Observations = pd.DataFrame


@pytest.fixture(scope="module")
def observations() -> Observations:
    frame = load_observations()
    cities = (*load_ranking_list("henan17").names, "武汉", "合肥", "徐州", "西安", "北京")
    near = (frame["date"] >= "2015-01-01") & (frame["date"] <= LATER)
    return frame[near & frame["city"].isin(cities)].drop(columns=["flags", "source"])


def other_values(frame: Observations) -> Observations:
    later, rng = frame["date"] > AS_OF, np.random.default_rng(1)
    frame = frame.copy()
    for pollutant in POLLUTANTS:
        # PM10 above PM2.5, and no value that a table would be refused for
        low, high = {"pm25": (1, 200), "pm10": (200, 900), "co": (1, 9)}.get(pollutant, (1, 200))
        frame.loc[later, pollutant] = rng.integers(low, high, int(later.sum())).astype(float)
    frame.loc[later, "o3_8h_kind"] = "estimated"
    return frame.assign(dust=later)


def more_rows(frame: Observations) -> Observations:
    extra = frame[frame["date"] > "2017-06-01"]
    return pd.concat([frame, extra.assign(date=extra["date"] + pd.Timedelta(days=365))])


def fewer_rows(frame: Observations) -> Observations:
    return frame[(frame["date"] <= AS_OF) | (frame["city"] == "郑州")]


def nothing_later(frame: Observations) -> Observations:
    return frame[frame["date"] <= AS_OF]


def everything(frame: Observations) -> Observations:
    return more_rows(other_values(frame)).drop(index=frame.index[frame["date"] == "2017-10-07"])


CHANGES = (other_values, more_rows, fewer_rows, nothing_later)


def written(run: Run, command: str, data: tuple[object, ...], out: Path) -> dict[str, bytes]:
    """Run a command; give all it wrote, and what it printed where it prints JSON."""
    done = run(*COMMANDS[command], *data, "--out", out)
    assert done.status in ({0, 1, 3} if command == "assess" else {0}), done.err
    found = {
        str(path.relative_to(out)): path.read_bytes()
        for path in sorted(out.rglob("*"))
        if path.is_file()
    }
    if command == "assess":
        found["printed"] = done.out.encode()
    assert found
    return found


def test_no_command_is_forgotten() -> None:
    assert set(COMMANDS) | set(ELSEWHERE) == set(ALL)
    assert not set(COMMANDS) & set(ELSEWHERE)


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.afresh
@pytest.mark.slow
def test_later_days_do_not_count(
    run: Run, tmp_path: Path, observations: Observations, command: str
) -> None:
    path = tmp_path / "days.parquet"
    observations.to_parquet(path)
    before = written(run, command, ("--data", path), tmp_path / "before")
    for change in CHANGES if command == "forecast" else (everything,):
        change(observations).to_parquet(path)
        after = written(run, command, ("--data", path), tmp_path / change.__name__)
        different = [name for name in before if before[name] != after.get(name)]
        assert not different, f"{change.__name__} changes {different}"


@pytest.mark.parametrize("command", ["forecast", "assess", "control", "report"])
@pytest.mark.slow
def test_later_retrievals_do_not_count(run: Run, tmp_path: Path, command: str) -> None:
    """Values that came in by the day after, then others of the same days that came later."""
    store = Store(tmp_path / "store")

    def take(name: str, level: float, at: datetime) -> None:
        days = pd.DataFrame({"date": pd.date_range("2017-09-01", AS_OF), "city": "驻马店"})
        days.assign(**dict.fromkeys(POLLUTANTS, level) | {"co": 0.5}).to_csv(
            tmp_path / name, index=False
        )
        assert update(store, OfficeFile(tmp_path / name), clock=lambda: at).complete

    take("first.csv", 40.0, datetime(2017, 9, 25, 1, tzinfo=UTC))
    before = written(run, command, ("--store", store.root), tmp_path / "before")
    take("later.csv", 400.0, datetime(2017, 10, 5, 1, tzinfo=UTC))
    after = written(run, command, ("--store", store.root), tmp_path / "after")
    assert before == after


@pytest.mark.slow
def test_a_backtest_of_years_before_does_not_change(
    run: Run,
    tmp_path: Path,
    observations: Observations,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "origin_days", lambda *_: [date(2016, 8, 31)])
    found = {}
    for name, frame in (("before", observations), ("after", everything(observations))):
        path, out = tmp_path / "days.parquet", tmp_path / name
        frame.to_parquet(path)
        models = ("--models", "remainder,ytd_last_remainder")
        done = run(
            *("backtest", "--years", "2016", "--panel", "henan17", "--data", path, "--out", out),
            *("--draws", "100", "--goal", "9", *models),
        )
        assert done.status == 0, done.err
        found[name] = {str(p.relative_to(out)): p.read_bytes() for p in out.rglob("*.*")}
    assert found["before"] == found["after"]
