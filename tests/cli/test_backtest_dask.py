"""``airrank backtest --scheduler``: a Dask cluster gives the bytes of one process."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from airrank.cli import render
from airrank.errors import InputError
from airrank.verification import backtest as module
from tests.cli.conftest import Run

pytest.importorskip("distributed", reason="needs the extra dask: pip install 'airrank[dask]'")

ORIGINS = [date(2017, 5, 31), date(2017, 8, 31)]
MODELS = ("remainder", "ytd", "ratio")
COMMON = ("--years", "2017", "--models", ",".join(MODELS), "--draws", "100")
LONGEST = 60
"""Time for a process to start [s]."""


@dataclass
class Cluster:
    address: str
    workers: list[subprocess.Popen[bytes]]


def _wait(ready: Any, what: str) -> None:
    end = time.monotonic() + LONGEST
    while not ready():
        assert time.monotonic() < end, f"{what} took more than {LONGEST} s"
        time.sleep(0.05)


def _start(folder: Path, name: str, *arguments: str) -> subprocess.Popen[bytes]:
    part = name.partition("-")[0]
    with (folder / f"{name}.log").open("wb") as log:
        command = [sys.executable, "-m", f"distributed.cli.dask_{part}", *arguments]
        return subprocess.Popen(command, stdout=log, stderr=log, cwd=folder)


@pytest.fixture
def cluster(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Cluster]:
    """A scheduler and two worker processes on loopback, without nannies to revive them."""
    import airrank

    folder = tmp_path / "cluster"
    folder.mkdir()
    monkeypatch.setenv("PYTHONPATH", str(Path(airrank.__file__).parents[1]))
    monkeypatch.setenv("DASK_DISTRIBUTED__COMM__TIMEOUTS__CONNECT", f"{LONGEST}s")
    place = folder / "scheduler.json"
    local = ("--host", "127.0.0.1", "--no-dashboard")
    started = [_start(folder, "scheduler", *local, "--port", "0", "--scheduler-file", str(place))]
    try:
        _wait(place.exists, "the scheduler")
        for name in ("worker-1", "worker-2"):
            given = ("--scheduler-file", str(place), "--no-nanny", "--nthreads", "1", *local)
            started.append(_start(folder, name, *given, "--name", name))
        logs = [folder / f"worker-{i}.log" for i in (1, 2)]
        _wait(lambda: all(b"Registered to" in log.read_bytes() for log in logs), "a worker")
        yield Cluster(json.loads(place.read_text())["address"], started[1:])
    finally:
        for process in started:
            process.kill()
            process.wait()


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "origin_days", lambda *_: ORIGINS)


def files(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


@pytest.mark.slow
def test_two_workers_give_the_bytes_of_one_process_even_if_one_is_killed(
    run: Run, cluster: Cluster, few: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    common = ("backtest", "--panel", "henan17", *COMMON)
    serial = run(*common, "--out", tmp_path / "serial")
    assert serial.status == 0, serial.err
    expected = files(tmp_path / "serial")
    assert len([name for name in expected if name.endswith(".parquet")]) == 6

    def not_here(*_: object) -> None:
        raise AssertionError("scored in this process, not on the cluster")

    monkeypatch.setattr(module, "score_task", not_here)
    whole = run(*common, "--out", tmp_path / "whole", "--scheduler", cluster.address)
    assert whole.status == 0, whole.err
    assert files(tmp_path / "whole") == expected
    assert whole.out == serial.out

    left = []

    def kill_one(_: object, done: int, total: int) -> None:
        if done == 1:
            left.append(total - done)
            os.kill(cluster.workers[0].pid, signal.SIGKILL)

    monkeypatch.setattr(render.Progress, "update", kill_one)
    halved = run(*common, "--out", tmp_path / "halved", "--scheduler", cluster.address)
    assert halved.status == 0, halved.err
    assert left == [5]
    assert cluster.workers[0].wait(LONGEST) == -signal.SIGKILL
    assert cluster.workers[1].poll() is None
    assert files(tmp_path / "halved") == expected

    cluster.workers[1].kill()
    cluster.workers[1].wait()
    monkeypatch.setattr(module, "CONNECT_SECONDS", 1)
    nobody = run(*common, "--scheduler", cluster.address)
    assert nobody.status == 2
    assert "has no worker after 1 s" in nobody.err


@pytest.mark.slow
def test_an_address_without_a_scheduler_is_refused(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "CONNECT_SECONDS", 1)
    for address in ("tcp://127.0.0.1:9", "nonsense://x"):
        done = run("backtest", "--panel", "henan17", *COMMON, "--scheduler", address)
        assert done.status == 2
        assert f"no Dask scheduler answers at '{address}'" in done.err


def test_a_worker_with_other_code_is_refused() -> None:
    with pytest.raises(InputError, match="another version of airrank"):
        module._score_on_worker(None, None, None, "of another day")  # type: ignore[arg-type]
