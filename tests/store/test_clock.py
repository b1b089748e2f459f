"""A clock that was ahead: named, kept from poisoning what follows, and mended."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pandas as pd
import pytest

from airrank.errors import StoreError
from airrank.ingest.office_file import OfficeFile
from airrank.rules.standards import POLLUTANTS
from airrank.store import Store, journal, load_observations
from airrank.store import update as updating
from airrank.store.checking import check
from airrank.store.clock import mend
from airrank.store.update import plan, update
from tests.cli.conftest import Run, run  # noqa: F401  (a fixture)
from tests.store.conftest import FIRST

NOW = dt.datetime(2019, 3, 1, 4, tzinfo=dt.UTC)
AHEAD = NOW + dt.timedelta(days=500)
DAY = dt.timedelta(days=1)


def at(moment):
    return lambda: moment


@pytest.fixture
def poisoned(store, server, archive):
    """Two days fetched in time, two more while the clock was ahead."""
    server.add_days(5)
    update(store, archive(1), clock=at(NOW - DAY))
    update(store, archive(), clock=at(AHEAD))
    return store


def test_it_is_named_and_nothing_is_added_until_it_is_mended(poisoned, archive):
    (broken,) = check(poisoned, at(NOW)).broken
    assert "3 answers are dated later than now, up to 2020-07-13" in broken
    assert "airrank update --mend-clock" in broken
    with pytest.raises(StoreError, match=r"dated 2020-07-13.*update --mend-clock.*set it right"):
        update(poisoned, archive(again="all"), clock=at(NOW))
    assert check(poisoned, at(AHEAD)).broken == []


def test_mended_answers_count_from_now_on(poisoned, server, archive, make_hours):
    early = poisoned.versions("archive").query("retrieved_at < @NOW")
    day = pd.Timestamp(FIRST + 2 * DAY)
    known = load_observations(store=poisoned, as_known_at=NOW + DAY, priority=["archive"])
    assert not (known["date"] == day).any()
    with poisoned.writing():
        assert mend(poisoned, "archive", NOW)[0] == 3
        assert mend(poisoned, "archive", NOW)[0] == 0
    assert check(poisoned, at(NOW)).broken == []
    entries = poisoned.entries("archive")
    times = [entry.retrieved_at for entry in entries]
    assert times == sorted(set(times))
    assert times[-3:] == [NOW + k * dt.timedelta(microseconds=1) for k in range(3)]
    assert [entry.extra.get("clock", "")[:10] for entry in entries] == ["", "", *["2020-07-13"] * 3]
    assert len(list(poisoned.root.glob("journal/archive/*.before-*"))) == 2
    before = load_observations(store=poisoned, as_known_at=NOW - DAY / 2, priority=["archive"])
    assert not (before["date"] == day).any()  # not known too early
    known = load_observations(store=poisoned, as_known_at=NOW + DAY, priority=["archive"])
    assert (known["date"] == day).any()
    again = poisoned.versions("archive")
    assert again.merge(early.drop(columns="flags"), how="inner").shape[0] == len(early)
    # What came under a wrong clock may have been young: it is asked for once more.
    wanted = [job.key for job in plan(poisoned, archive(), NOW)]
    assert wanted == ["2019-01-03", "2019-01-04", "2019-01-05"]
    server.files[server.path(FIRST + 2 * DAY)] = make_hours(FIRST + 2 * DAY, add=7).encode()
    later = update(poisoned, archive(), clock=at(NOW + DAY))
    assert later.complete
    assert later.revised > 0
    assert poisoned.entries("archive")[-1].retrieved_at < NOW + DAY + dt.timedelta(seconds=1)
    assert plan(poisoned, archive(), NOW + DAY) == []


@pytest.mark.parametrize("step", [1, 2, 3, 4])
def test_a_crash_while_mending_is_made_good(poisoned, monkeypatch, step):
    """While the two years are copied, while the one left is written, before the other goes."""
    whole, remove, calls = journal.write_whole, Path.unlink, []

    def crash(path, content):
        calls.append(path)
        if len(calls) == step:
            raise OSError("power cut")
        whole(path, content)

    def keep(path, missing_ok=False):
        if path.suffix == ".jsonl" and step == 4:
            raise OSError("power cut")
        remove(path, missing_ok)

    with monkeypatch.context() as patch:
        patch.setattr(journal, "write_whole", crash)
        patch.setattr(Path, "unlink", keep)
        with pytest.raises(StoreError, match="power cut"), poisoned.writing():
            mend(poisoned, "archive", NOW)
    with poisoned.writing():
        poisoned.apply("archive")
        mend(poisoned, "archive", NOW)
    assert check(poisoned, at(NOW)).broken == []
    assert len(poisoned.versions("archive")) == 80


def test_small_differences_of_clocks_are_none(store, server, archive):
    server.add_days(5)
    update(store, archive(1), clock=at(NOW))
    assert update(store, archive(), clock=at(NOW - dt.timedelta(minutes=30))).complete
    assert check(store, at(NOW - dt.timedelta(minutes=30))).broken == []


def test_a_clock_that_is_behind_the_data_is_no_proof_of_another_ahead(tmp_path):
    days = pd.DataFrame({"date": pd.date_range("2025-09-01", "2025-09-24"), "city": "驻马店"})
    store = Store(tmp_path / "store")
    for level, moment in ((40.0, dt.datetime(2026, 1, 1, tzinfo=dt.UTC)), (50.0, NOW)):
        path = tmp_path / f"{level}.csv"
        days.assign(**dict.fromkeys(POLLUTANTS, level) | {"co": 0.5}).to_csv(path, index=False)
        update(store, OfficeFile(path), clock=at(moment))
    first, second = store.entries("file")
    assert second.retrieved_at > first.retrieved_at


def test_from_the_command_line(
    poisoned: Store,
    run: Run,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AIRRANK_LANG", "en")
    monkeypatch.setattr(updating, "utc_now", at(NOW))
    done = run("update", "--mend-clock", "--store", poisoned.root)
    assert done.status == 0, done.err
    assert "archive: 3 answers dated later than now count as retrieved now" in done.err
    assert run("status", "--check", "--store", poisoned.root).status == 0
