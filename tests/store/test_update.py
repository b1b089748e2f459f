"""Filling a store: settled days, versions, what was known when, interruption, two writers."""

from __future__ import annotations

import datetime as dt
import hashlib
import multiprocessing
import threading

import numpy as np
import pytest

from airrank.errors import InputError, StoreError
from airrank.store import Store, load_observations
from airrank.store.checking import check
from airrank.store.lock import holder
from airrank.store.summary import summarise
from airrank.store.update import plan, update

FIRST = dt.date(2019, 1, 1)
DAY = dt.timedelta(days=1)
SECOND = "/china_cities_20190102.csv"


def bytes_of(root):
    return {
        str(p.relative_to(root)): hashlib.sha256(p.read_bytes()).hexdigest()
        for p in root.rglob("*")
        if p.is_file()
    }


def test_a_second_run_asks_nothing_and_changes_no_byte(server, archive, store, clock):
    server.add_days(5)
    assert update(store, archive(), clock=clock).complete
    before, asked = bytes_of(store.root), len(server.asked)
    second = update(store, archive(), clock=clock)
    assert (second.wanted, second.new, len(server.asked)) == (0, 0, asked)
    assert bytes_of(store.root) == before


def test_identical_content_adds_no_version(server, archive, store, clock):
    server.add_days(5)
    update(store, archive(), clock=clock)
    before = store.versions("archive")
    again = update(store, archive(again="all"), clock=clock)
    assert (again.fetched, again.unchanged, again.new, again.revised) == (5, 5, 0, 0)
    assert store.versions("archive").equals(before)


def test_revised_retracted_backfilled(server, archive, store, clock, make_hours):
    server.add_days(7)
    gap = server.files.pop("/china_cities_20190105.csv")
    update(store, archive(6), clock=clock)
    moment = clock()
    old = load_observations(store=store, as_known_at=moment, priority=["archive"])
    server.files[SECOND] = make_hours(FIRST + DAY, add=5).encode()
    third = make_hours(FIRST + 2 * DAY, empty=("城03",)).encode()
    server.files["/china_cities_20190103.csv"] = third
    server.files["/china_cities_20190105.csv"] = gap
    summary = update(store, archive(6, again="all"), clock=clock)
    assert summary.retracted == 1
    assert summary.revised >= 20
    assert summary.new_days == 1
    now = load_observations(store=store, priority=["archive"])
    same = load_observations(store=store, as_known_at=moment, priority=["archive"])
    assert same.equals(old)
    key = now.set_index(["date", "city"])
    was = old.set_index(["date", "city"])
    assert key.loc[("2019-01-02", "城00"), "pm25"] > was.loc[("2019-01-02", "城00"), "pm25"]
    # Its 24:00 stands in the next file: one hour is left, and no value.
    assert np.isnan(key.loc[("2019-01-03", "城03"), "pm25"])
    assert "pm25:hours" in key.loc[("2019-01-03", "城03"), "flags"]
    assert was.loc[("2019-01-03", "城03"), "pm25"] == 33
    changes = summarise(store, clock())["sources"]["archive"]["changes"]
    assert changes["retracted"] == 1
    assert changes["revised"] == summary.revised
    assert changes["backfilled"] == ["2019-01-05"]
    assert {line["change"] for line in changes["latest"]} == {"revised", "retracted"}


def test_a_file_that_vanished_keeps_our_copy(server, archive, store, clock):
    server.add_days(5)
    update(store, archive(), clock=clock)
    before = store.versions("archive")
    del server.files[SECOND]
    summary = update(store, archive(again="all"), clock=clock)
    assert summary.vanished == ["2019-01-02"]
    assert store.versions("archive").equals(before)


def test_young_days_are_asked_again(server, archive, store):
    server.add_days(5)
    moment = dt.datetime(2019, 1, 3, 10, tzinfo=dt.UTC)  # 18:00 in Beijing
    summary = update(store, archive(2), clock=lambda: moment)
    assert summary.new_days == 2
    later = moment + DAY
    assert [job.key for job in plan(store, archive(2), moment)] == ["2019-01-02", "2019-01-03"]
    second = update(store, archive(2), clock=lambda: later)
    assert (second.wanted, second.unchanged, second.new) == (2, 2, 0)
    # The last file served only its hour 0: it is not old enough yet, the others are.
    assert [job.key for job in plan(store, archive(2), later)] == ["2019-01-03"]
    # A day that is not over yet is never asked for.
    assert [job.key for job in plan(store, archive(9), moment)][-1] == "2019-01-03"


def test_a_day_is_settled_only_when_its_file_has_all_hours(server, archive, store, make_hours):
    """Hour 23 alone does not make a file whole: it is asked for again for a week."""
    server.add_days(3)
    lacking = [hour for hour in range(24) if hour != 5]
    server.files[SECOND] = make_hours(FIRST + DAY, hours=lacking).encode()
    end = dt.datetime(2019, 1, 3, 16, tzinfo=dt.UTC)  # of 3 January in Beijing
    assert update(store, archive(1), clock=lambda: end + DAY).complete
    wanted = [
        [job.key for job in plan(store, archive(1), end + days * DAY)] for days in (1, 5, 6, 30)
    ]
    assert wanted == [["2019-01-02"]] * 4
    update(store, archive(1), clock=lambda: end + 6 * DAY)
    assert plan(store, archive(1), end + 7 * DAY) == []  # too old to change


def test_ctrl_c_stops_cleanly_and_the_next_run_goes_on(server, archive, store, clock):
    server.add_days(9)

    def stop(done, total, label):
        if done == 5:
            raise KeyboardInterrupt

    first = update(store, archive(8), clock=clock, report=stop)
    assert first.stopped
    assert first.new_days == 4
    assert holder(store.root) is None
    second = update(store, archive(8), clock=clock)
    assert (second.wanted, second.new_days) == (4, 4)
    assert not check(store).broken


def test_the_holder_is_named_and_a_waiter_gets_its_turn(server, archive, store, clock):
    server.add_days(5)
    with store.writing(), pytest.raises(StoreError, match=r"written by process \d+ on .*--wait"):
        update(store, archive(), clock=clock)
    entered, leave = threading.Event(), threading.Event()

    def hold():
        with Store(store.root).writing():
            entered.set()
            leave.wait(5)

    other = threading.Thread(target=hold)
    other.start()
    entered.wait(5)
    threading.Timer(0.2, leave.set).start()
    assert update(store, archive(), clock=clock, wait=5).complete
    other.join()


def _hold_and_die(root):
    import os

    lock = Store(root).writing()
    lock.__enter__()
    (root / ".manifest.json.0a1b2c3d.tmp").write_text("half")
    (root / ".mine.tmp").write_text("of the user")
    os._exit(9)


def test_a_dead_holder_does_not_hold(store, server, archive, clock):
    process = multiprocessing.get_context("spawn").Process(target=_hold_and_die, args=(store.root,))
    process.start()
    process.join()
    assert holder(store.root) is not None
    server.add_days(5)
    assert update(store, archive(), clock=clock).complete
    assert holder(store.root) is None
    assert not (store.root / ".manifest.json.0a1b2c3d.tmp").exists()
    assert (store.root / ".mine.tmp").exists()


def test_damage_is_found_and_a_partition_rebuilt(server, archive, store, clock):
    server.add_days(5)
    update(store, archive(), clock=clock)
    good = store.versions("archive")
    assert check(store).broken == []
    (partition,) = store.root.glob("city_days/archive/*.parquet")
    content = bytearray(partition.read_bytes())
    content[len(content) // 2] ^= 1
    partition.write_bytes(content)
    assert "update --rebuild" in check(store).broken[0]
    with pytest.raises(StoreError, match="is damaged; rebuild"):
        load_observations(store=store)
    store.apply("archive", rebuild=True)
    assert check(store).broken == []
    assert store.versions("archive").equals(good)
    (store.root / "manifest.json").write_text("{")
    assert "manifest.json is damaged" in check(store).broken[0]
    store.apply("archive", rebuild=True)
    partition = next(store.root.glob("city_days/archive/*.parquet"))
    partition.unlink()
    assert "is missing" in check(store).broken[0]


@pytest.mark.parametrize("how", ["damaged", "missing"])
def test_only_the_broken_year_is_rebuilt(server, archive, store, clock, how):
    server.add_days(14, first=FIRST - 10 * DAY)
    update(store, archive(13, first=FIRST - 10 * DAY), clock=clock)
    good, manifest = store.versions("archive"), store.manifest()
    early, late = (store.root / manifest["sources"]["archive"]["years"][y]["file"]
                   for y in ("2018", "2019"))  # fmt: skip
    untouched = early.stat().st_mtime_ns
    late.write_bytes(b"rotten") if how == "damaged" else late.unlink()
    assert len(check(store).broken) == 1
    opened, asked = Store(store.root), []
    opened.read_raw = lambda sha256: asked.append(sha256) or store.read_raw(sha256)
    opened.apply("archive", rebuild=True)
    assert check(store).broken == []
    assert store.manifest() == manifest
    assert store.versions("archive").equals(good)
    assert early.stat().st_mtime_ns == untouched
    assert len(set(asked)) == 5  # the four files of 2019, and the one of New Year's Eve
    server.add_days(15, first=FIRST - 10 * DAY)  # and updates go on
    assert update(store, archive(14, first=FIRST - 10 * DAY), clock=clock).new_days == 1


def test_a_damaged_raw_answer_is_found_and_fetched_again(server, archive, store, clock):
    server.add_days(5)
    update(store, archive(), clock=clock)
    path = sorted(store.root.glob("raw/*/*.zst"))[0]
    path.write_bytes(b"rotten")
    assert "airrank update --again all" in check(store).broken[0]
    update(store, archive(again="all"), clock=clock)
    assert check(store).broken == []


def test_a_torn_journal_line_does_not_count(server, archive, store, clock):
    server.add_days(5)
    update(store, archive(2), clock=clock)
    (journal,) = store.root.glob("journal/archive/*.jsonl")
    with journal.open("ab") as file:
        file.write(b'abc {"source": "arch')
    assert len(store.entries("archive")) == 3
    assert update(store, archive(), clock=clock).complete
    assert len(store.entries("archive")) == 5
    content = journal.read_bytes()
    journal.write_bytes(content.replace(b"20190102", b"20190109", 1).replace(b"-02", b"-03", 1))
    assert "damaged" in check(store).broken[0]


def test_a_crash_before_the_manifest_is_made_good(server, archive, store, clock, monkeypatch):
    server.add_days(5)

    def crash(self, manifest):
        raise RuntimeError("power cut")

    with monkeypatch.context() as patch:
        patch.setattr(Store, "_commit", crash)
        with pytest.raises(RuntimeError):
            update(store, archive(), clock=clock)
    report = check(store)
    assert report.broken == []
    assert len(report.notes) == 1
    summary = update(store, archive(), clock=clock)
    assert (summary.wanted, summary.new_days) == (0, 4)


def test_loading(server, archive, store, clock, tmp_path):
    with pytest.raises(StoreError, match="there is no store at"):
        load_observations(store=store)
    server.add_days(5)
    update(store, archive(), clock=clock)
    both = load_observations(store=store.root)
    bundled = load_observations()
    assert len(both) == len(bundled) + 80
    assert not both.duplicated(["date", "city"]).any()
    assert (both["source"] == "archive").sum() == 80
    only = load_observations(store=store, priority=["bundled"])
    assert len(only) == len(bundled)
    with pytest.raises(InputError, match="found moon"):
        load_observations(store=store, priority=["moon"])
    with pytest.raises(InputError, match="a file or a store, found both"):
        load_observations("days.csv", store=store)
    nothing = load_observations(store=store, priority=["file"])
    assert nothing.empty
    assert set(nothing.columns) >= {"date", "city", "dust", "flags", "retrieved_at", "source"}
    with pytest.raises(InputError, match="with a time zone"):
        load_observations(store=store, as_known_at=dt.datetime(2020, 1, 1))
