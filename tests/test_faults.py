"""What machines do: full disks, odd clocks, zones and locales, closed pipes, damaged files."""

from __future__ import annotations

import datetime as dt
import errno
import os
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from airrank.cities import load_ranking_list
from airrank.errors import StoreError
from airrank.forecasting.run import forecast_panel
from airrank.ingest.office_file import OfficeFile
from airrank.panel import Panel
from airrank.periods import Period
from airrank.rules.standards import POLLUTANTS
from airrank.store import Store, load_observations
from airrank.store.checking import check
from airrank.store.update import update
from airrank.verification.backtest import origin_days
from tests.cli.conftest import Run, run  # noqa: F401  (a fixture)

NOW = dt.datetime(2026, 1, 1, 12, tzinfo=dt.UTC)
RUN = "import sys; from airrank.cli import main; sys.argv[0] = 'airrank'; main()"


def table(folder: Path, level: float = 40.0) -> OfficeFile:
    days = pd.DataFrame({"date": pd.date_range("2025-09-01", "2025-09-24"), "city": "驻马店"})
    path = folder / f"{level}.csv"
    days.assign(**dict.fromkeys(POLLUTANTS, level) | {"co": 0.5}).to_csv(path, index=False)
    return OfficeFile(path)


def content(store: Store) -> pd.DataFrame:
    return store.versions("file")


def command(*arguments: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """Run airrank in a process of its own."""
    return subprocess.run(
        [sys.executable, "-c", RUN, *arguments],
        capture_output=True,
        env=os.environ | environment,
        check=False,
    )


def fail_at(number: int, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Let the disk be full from the n-th time on that something is to be kept safe on it."""
    calls: list[int] = []
    whole = os.fsync

    def fsync(handle: int) -> None:
        calls.append(handle)
        if len(calls) >= number:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        whole(handle)

    monkeypatch.setattr(os, "fsync", fsync)
    return calls


@pytest.mark.slow
def test_a_full_disk_at_every_step_loses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, whole = table(tmp_path), Store(tmp_path / "whole")
    with monkeypatch.context() as patch:
        calls = fail_at(10**9, patch)
        update(whole, source, clock=lambda: NOW)
    assert len(calls) > 10
    for step in range(1, len(calls)):
        store = Store(tmp_path / f"store{step}")
        with monkeypatch.context() as patch:
            fail_at(step, patch)
            with pytest.raises(StoreError, match=r"cannot write the store .*No space left"):
                update(store, source, clock=lambda: NOW)
        if store.exists():
            assert check(store).broken == []
        assert update(store, source, clock=lambda: NOW).complete
        assert check(store).broken == []
        assert content(store).equals(content(whole))


def test_a_folder_that_cannot_be_written_is_named(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    run: Run,  # noqa: F811
) -> None:
    def refuse(self: Path, *_args: object, **_options: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied", str(self))

    monkeypatch.setattr(Path, "mkdir", refuse)
    with pytest.raises(StoreError, match=r"cannot write the store .*Permission denied"):
        update(Store(tmp_path / "store"), table(tmp_path))
    done = run("rank", "--period", "2017", "--panel", "henan17", "--out", tmp_path / "new")
    assert done.status == 2
    assert f"cannot read or write {tmp_path / 'new'}: Permission denied" in done.err


@pytest.mark.slow
def test_a_full_disk_leaves_the_outlook_of_before(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    run: Run,  # noqa: F811
) -> None:
    """Whatever is written when it fills: what stood there stays, and nothing half written."""
    whole, tried = Path.replace, list[str]()

    def full(self: Path, target: Path) -> Path:
        tried.append(target.name)
        if target.name == "outlook.json":
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(self))
        return whole(self, target)

    out = tmp_path / "out"
    out.mkdir()
    (out / "outlook.json").write_text("before")
    monkeypatch.setattr(Path, "replace", full)
    asked = ("outlook", "--as-of", "2017-09-30", "--period", "2017", "--goal", "9")
    done = run(*asked, "--panel", "henan17", "--draws", "100", "--out", out)
    assert done.status == 2
    assert "No space left on device" in done.err
    assert "Traceback" not in done.err
    assert tried[-1] == "outlook.json"
    assert (out / "outlook.json").read_text() == "before"
    assert sorted(path.name for path in out.iterdir()) == sorted(tried)


def test_a_clock_set_back_does_not_turn_the_order_round(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    update(store, table(tmp_path, 40.0), clock=lambda: NOW)
    update(store, table(tmp_path, 50.0), clock=lambda: NOW - dt.timedelta(days=400))
    first, second = store.entries("file")
    assert second.retrieved_at > first.retrieved_at
    assert content(store)["pm25"].tolist() == [40.0, 50.0] * 24
    latest = load_observations(store=store)
    assert (latest.loc[latest["date"] >= "2025-09-01", "pm25"] == 50.0).all()


def test_a_damaged_partition_is_refused_and_built_again(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    update(store, table(tmp_path), clock=lambda: NOW)
    whole = content(store)
    (path,) = store.root.glob("city_days/file/*.parquet")
    damaged = bytearray(path.read_bytes())
    damaged[len(damaged) // 2] ^= 0xFF
    path.write_bytes(bytes(damaged))
    with pytest.raises(StoreError, match="is damaged; rebuild it: airrank update --rebuild"):
        load_observations(store=store)
    with store.writing():
        store.apply("file", rebuild=True)
    assert content(store).equals(whole)


ZONES = """
import datetime as dt, json
import numpy as np, pandas as pd
from itertools import pairwise
from pathlib import Path
from airrank.cli.source_options import Wanted, make_source
from airrank.ingest.city_day import check_city_days
from airrank.ingest.retrieval import today, end_of
from airrank.inputs import load_panel
from airrank.rules.standards import POLLUTANTS
from airrank.store import Store, retrieved_by
noon = dt.datetime(2020, 3, 8, 15, 59, 59, tzinfo=dt.UTC)
late = noon + dt.timedelta(seconds=1)
frame = pd.DataFrame({"date": ["2020-03-07", "2020-03-08", "2020-03-09"], "city": "x",
                      "retrieved_at": "2020-03-10T00:30", **dict.fromkeys(POLLUTANTS, 30.0)})
frame = check_city_days(frame)
found = [str(today(noon)), str(today(late)), str(end_of(dt.date(2020, 3, 8)).timestamp())]
found += frame["retrieved_at"].astype(str).tolist() + frame["date"].astype(str).tolist()
found += [str(retrieved_by(dt.date(2020, 3, 8)).timestamp())]
for now in (noon, late):
    wanted = Wanted("archive", "http://x/{YYYYMMDD}", since=dt.date(2020, 3, 1))
    source = make_source(wanted, Store(Path("nowhere")), now)
    found.append(f"{source.until} {len(source.plan({}, now))}")
found.append(str(load_panel(None, "henan17").last_complete_day()))
print(json.dumps(found))
"""


@pytest.mark.slow
def test_the_zone_of_the_machine_moves_no_day() -> None:
    """Days are Beijing's; 15:59:59 UTC is their last second."""
    printed = set()
    for zone in ("Asia/Shanghai", "America/New_York", "Pacific/Auckland"):
        done = subprocess.run(
            [sys.executable, "-c", ZONES],
            capture_output=True,
            text=True,
            env=os.environ | {"TZ": zone},
            check=False,
        )
        assert done.returncode == 0, done.stderr
        printed.add(done.stdout)
    (only,) = printed
    assert only.startswith('["2020-03-08", "2020-03-09", ')


@pytest.mark.slow
@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
def test_a_terminal_that_knows_no_chinese(encoding: str) -> None:
    done = command(
        *("rank", "--period", "2017", "--panel", "henan17"),
        AIRRANK_LANG="zh",
        LC_ALL="C",
        PYTHONUTF8="0",
        PYTHONCOERCECLOCALE="0",
        PYTHONIOENCODING=encoding,
    )
    assert done.returncode == 0, done.stderr
    assert "驻马店".encode("ascii", "backslashreplace") in done.stdout.replace(b"\n", b"")
    assert b"Traceback" not in done.stderr


@pytest.mark.slow
def test_files_are_read_and_written_as_utf8_in_the_locale_c(tmp_path: Path) -> None:
    done = command(
        *("assess", "--year", "2017", "--goals", "9", "--panel", "henan17"),
        *("--template", "--out", str(tmp_path)),
        LC_ALL="C",
        PYTHONUTF8="0",
        PYTHONCOERCECLOCALE="0",
    )
    assert b"Traceback" not in done.stderr
    assert done.returncode == 0, done.stderr


@pytest.mark.slow
def test_a_reader_that_leaves_is_no_error() -> None:
    line = f'"{sys.executable}" -c "{RUN}" rank --period 2017 | head -1'
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", line], capture_output=True, text=True, check=False
    )
    assert done.stderr == ""
    assert done.returncode == 0
    assert len(done.stdout.splitlines()) == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ("rank", "--period", "2017"),
        ("forecast",),
        ("assess", "--year", "2017"),
        ("control",),
        ("report",),
        ("weekly", "--no-update"),
        ("backtest", "--years", "2017"),
    ],
)
def test_out_on_a_file_is_refused_at_once(
    run: Run,  # noqa: F811
    tmp_path: Path,
    arguments: tuple[str, ...],
) -> None:
    (tmp_path / "file").write_text("in the way")
    done = run(*arguments, "--out", tmp_path / "file")
    assert done.status == 2
    assert "is a file" in done.err
    assert (tmp_path / "file").read_text() == "in the way"


@pytest.mark.parametrize("day", [dt.date(2016, 2, 29), dt.date(2020, 2, 29)])
@pytest.mark.slow
def test_leap_days_are_days_like_others(day: dt.date) -> None:
    panel = Panel.from_observations(load_observations(), load_ranking_list("henan17"))
    forecast = forecast_panel(panel, day, draws=100, goals=(9,))
    summary: Any = forecast.summary()
    assert summary["rank_median"].between(1, 17).all()
    assert forecast.period == Period.of_year(day.year)


@pytest.mark.parametrize("year", [2015, 2017, 2020])
def test_every_sunday_once_also_in_years_of_53_weeks(year: int) -> None:
    days = [*origin_days(year - 1, "weekly"), *origin_days(year, "weekly")]
    later = [*origin_days(year, "weekly"), *origin_days(year + 1, "weekly")]
    for some in (days, later):
        assert all(day.isoweekday() == 7 for day in some)
        gaps = {(b - a).days for a, b in pairwise(some)}
        assert gaps <= {7, 14}  # a Sunday on 31 December leaves nothing to forecast
        left_out = [
            d for d in pd.date_range(some[0], some[-1], freq="W-SUN") if d.date() not in some
        ]
        assert all((d.month, d.day) == (12, 31) for d in left_out)
