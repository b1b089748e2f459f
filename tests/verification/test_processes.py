"""Calls in other processes: results in order, and no process that outlives its parent."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from airrank.verification.processes import in_processes

SCRIPT = """
import sys, time
from pathlib import Path
from airrank.verification.processes import in_processes
sys.path.insert(0, sys.argv[1])
from endless import work
list(in_processes(work, [(sys.argv[1], k) for k in range(2)], 2))
"""
ENDLESS = """
import os, time
from pathlib import Path
def work(folder, k):
    Path(folder, f"{k}.pid").write_text(str(os.getpid()))
    time.sleep(600)
"""


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    status = Path(f"/proc/{pid}/stat")
    return not status.exists() or status.read_text().rpartition(")")[2].split()[0] != "Z"


def until(what: object, seconds: float = 30.0) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if what():  # type: ignore[operator]
            return True
        time.sleep(0.1)
    return False


def test_one_job_is_this_process() -> None:
    assert list(in_processes(pow, [(2, 3), (3, 2)], 1)) == [8, 9]


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="processes are told of by POSIX means")
def test_no_process_outlives_its_parent(tmp_path: Path) -> None:
    (tmp_path / "endless.py").write_text(ENDLESS)
    environment = os.environ | {"PYTHONPATH": f"{tmp_path}{os.pathsep}{os.pathsep.join(sys.path)}"}
    parent = subprocess.Popen([sys.executable, "-c", SCRIPT, str(tmp_path)], env=environment)
    files = [tmp_path / f"{k}.pid" for k in range(2)]
    try:
        assert until(lambda: all(path.exists() and path.read_text() for path in files))
        workers = [int(path.read_text()) for path in files]
        assert all(map(alive, workers))
    finally:
        parent.send_signal(signal.SIGKILL)
        parent.wait()
    assert until(lambda: not any(map(alive, workers)), 15.0)
