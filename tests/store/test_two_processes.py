"""Two real ``airrank update`` processes on one store, and one that is killed."""

from __future__ import annotations

import datetime as dt
import os
import subprocess
import sys
import threading
import time

import pytest

from airrank.cities import load_ranking_list
from airrank.cli.source_options import Wanted, make_source
from airrank.store import Store
from airrank.store.checking import check
from airrank.store.lock import holder
from airrank.store.update import update, utc_now

FIRST = dt.date(2019, 1, 1)
DAYS = 4
RUN = "import sys; from airrank.cli import main; sys.argv[0] = 'airrank'; main()"
SECOND = "/china_cities_20190102.csv"


@pytest.fixture
def start(server, store):
    """Start an update in a process of its own; what still runs at the end is killed."""
    started = []

    def call(*more: str) -> subprocess.Popen[str]:
        until = FIRST + dt.timedelta(days=DAYS - 2)
        options = ["update", "--url", server.template, "--since", str(FIRST), "--until", str(until),
                   "--lang", "en", "--pace", "0", "--store", str(store.root), *more]  # fmt: skip
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
        process = subprocess.Popen([sys.executable, "-c", RUN, *options], **pipes)
        started.append(process)
        return process

    yield call
    for process in started:
        if process.poll() is None:
            process.kill()
        process.communicate()


@pytest.fixture
def held(server, sending):
    """Let the server keep the second day back until the event is set."""
    server.add_days(DAYS, cities=load_ranking_list("168").names)
    go = threading.Event()

    def wait(handler, content):
        go.wait(60)
        sending(handler, content)

    server.tricks[SECOND] = [wait]
    yield go
    go.set()


def until_asked(server, path=SECOND):
    deadline = time.monotonic() + 60
    while path not in server.asked:
        assert time.monotonic() < deadline, "the update never got that far"
        time.sleep(0.01)


def undisturbed(server, folder):
    """Give what one update alone makes of the same files."""
    alone = Store(folder)
    until = FIRST + dt.timedelta(days=DAYS - 2)
    wanted = Wanted("archive", server.template, since=FIRST, until=until, pace=0.0)
    assert update(alone, make_source(wanted, alone, utc_now())).complete
    return alone.versions("archive").drop(columns="retrieved_at")


@pytest.mark.slow
def test_one_waits_for_the_other(server, store, start, held, tmp_path):
    first = start()
    until_asked(server)
    second = start("--wait", "60")
    time.sleep(1.5)  # long enough for it to come to the lock
    assert second.poll() is None
    held.set()
    outputs = [process.communicate(timeout=60) for process in (first, second)]
    assert [first.returncode, second.returncode] == [0, 0], outputs
    assert len(server.asked) == DAYS  # the second found nothing left to ask
    assert "3 new days" in outputs[0][0]
    assert "0 new days" in outputs[1][0]
    report = check(store)
    assert (report.broken, report.notes) == ([], [])
    content = store.versions("archive").drop(columns="retrieved_at")
    assert content.equals(undisturbed(server, tmp_path / "alone"))


@pytest.mark.slow
def test_one_that_does_not_wait_names_the_holder(server, store, start, held, tmp_path):
    first = start()
    until_asked(server)
    second = start("--wait", "0")
    _, said = second.communicate(timeout=60)
    assert second.returncode == 2
    assert f"is being written by process {first.pid} on " in said
    assert "--wait" in said
    held.set()
    first.communicate(timeout=60)
    assert first.returncode == 0
    assert check(store).broken == []
    content = store.versions("archive").drop(columns="retrieved_at")
    assert content.equals(undisturbed(server, tmp_path / "alone"))


@pytest.mark.skipif(os.name == "nt", reason="SIGKILL")
@pytest.mark.slow
def test_a_killed_holder_does_not_block(server, store, start, held, tmp_path):
    first = start()
    until_asked(server)
    first.kill()
    first.wait()
    assert holder(store.root) is not None  # it could not clean up
    held.set()
    second = start("--wait", "0")
    _, said = second.communicate(timeout=60)
    assert second.returncode == 0, said
    assert holder(store.root) is None
    report = check(store)
    assert (report.broken, report.notes) == ([], [])
    content = store.versions("archive").drop(columns="retrieved_at")
    assert content.equals(undisturbed(server, tmp_path / "alone"))
