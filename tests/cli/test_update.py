"""``airrank update``: from options to a filled store, exit status, messages."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from airrank.cities import load_ranking_list
from airrank.cli import update_command
from airrank.cli.source_options import Wanted, make_source
from airrank.ingest.hour_files import HOURLY_TYPES
from airrank.ingest.retrieval import Entry
from airrank.store import Store, journal, load_observations

pytestmark = pytest.mark.usefixtures("english")
FIRST = dt.date(2020, 7, 1)


@pytest.fixture
def folder(tmp_path):
    cities = load_ranking_list("168").names
    made = tmp_path / "files"
    made.mkdir()
    for k in (0, 1, 3):
        day = FIRST + dt.timedelta(days=k)
        lines = [",".join(["date", "hour", "type", *cities])]
        for hour in range(24):
            for kind in HOURLY_TYPES:
                cells = (str(20 + i % 30 + k) for i in range(len(cities)))
                lines.append(",".join([f"{day:%Y%m%d}", str(hour), kind, *cells]))
        (made / f"china_cities_{day:%Y%m%d}.csv").write_text("\n".join(lines) + "\n")
    return made


@pytest.fixture
def store(tmp_path):
    return tmp_path / "store"


def test_fill_repeat_and_look(run, folder, store):
    options = ("update", "--from", folder, "--store", store)
    plan = run(*options, "--dry-run")
    assert "5 requests" in plan.out
    assert not store.exists()
    done = run(*options)
    assert done.status == 0, done.err
    assert "3 of 5 answers (0 unchanged), 2 not there; 3 new days, 504 new records" in done.out
    again = json.loads(run(*options, "--json").out)
    assert (again["new"], again["complete"], again["absent"]) == (0, True, [])
    status = run("status", "--store", store)
    assert "gaps: 2020-07-03" in status.out
    assert "75.0 % of the 168" in status.out  # of four days one is missing
    assert run("status", "--store", store, "--check").status == 0
    loaded = load_observations(store=store)
    assert (loaded["date"] >= "2020-07-01").sum() == 504


def test_in_chinese(run, folder, store):
    options = ("--store", store, "--lang", "zh")
    fill = ("update", "--from", folder, *options)
    assert "将向" in run(*fill, "--dry-run").out
    assert "应取5份，取得3份（0份未变），2份不存在；新增3天、504条记录" in run(*fill).out
    status = run("status", *options).out
    assert "缺日：2020-07-03" in status
    assert "168城覆盖率" in status
    assert "修订0条，撤回0条" in status
    assert "完好" in run("status", "--check", *options).out
    old = run("update", "--source", "cnemc", "--city", "驻马店", "--dry-run", *options)
    assert "次请求" in old.out
    (folder / "china_cities_20200702.csv").write_text("<html>")
    other = ("--store", store.with_name("other"), "--lang", "zh")
    assert "失败：" in run("update", "--from", folder, *other).err


def test_the_environment_names_the_store(run, folder, store, monkeypatch):
    monkeypatch.setenv("AIRRANK_STORE", str(store))
    assert run("update", "--from", folder).status == 0
    assert json.loads(run("status", "--json").out)["store"] == str(store)


@pytest.mark.parametrize(("stored", "since"), [(range(20), 12), (range(3), 0)])
def test_days_that_may_still_change_are_asked_again(store, stored, since):
    now = dt.datetime(2020, 7, 21, 2, tzinfo=dt.UTC)
    for k in stored:
        day = FIRST + dt.timedelta(days=k)
        content = None if k == 15 else "0" * 64
        journal.append(store, Entry("archive", str(day), now, content, "http://x", day, day))
    source = make_source(Wanted("archive", "http://x/{YYYYMMDD}"), Store(store), now)
    assert source.since == FIRST + dt.timedelta(days=since)


def test_something_failed(run, folder, store):
    (folder / "china_cities_20200702.csv").write_text("<html>")
    done = run("update", "--from", folder, "--store", store)
    assert done.status == 1
    assert "failed: " in done.err
    assert "20200702" in done.err
    assert "Traceback" not in done.err


def test_interrupted(run, folder, store, monkeypatch):
    def stop(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(update_command, "_log_lines", lambda: stop)
    done = run("update", "--from", folder, "--store", store)
    assert done.status == 130
    assert "run the update again to go on" in done.err


def test_a_run_that_goes_on_says_how_far_the_earlier_one_came(run, folder, store):
    fill = ("update", "--from", folder, "--store", store, "--since", FIRST, "--until")
    first = run(*fill, "2020-07-01")
    assert "going on" not in first.err
    second = run(*fill, "2020-07-04")
    assert "2 of 5 days are here, going on" in second.err
    assert "1 of 3 answers" in second.out
    assert "going on" not in run(*fill, "2020-07-04").err


def test_a_log_gets_a_line_a_minute(monkeypatch, capsys):
    now = [0.0]
    monkeypatch.setattr(update_command.time, "monotonic", lambda: now[0])
    report = update_command._log_lines()
    for k in range(180):
        now[0] = float(k)
        report(k, 180, f"day {k}")
    assert capsys.readouterr().err.splitlines() == [
        "60 of 180, next day 60, about 2 min left",
        "120 of 180, next day 120, about 1 min left",
    ]


def test_long_lists_are_cut(run, folder, store):
    long = ("update", "--from", folder, "--store", store, "--since", "2020-07-01")
    plan = run(*long, "--until", "2020-08-31", "--dry-run")
    assert plan.status == 0
    lines = plan.out.splitlines()
    assert lines[0].startswith("63 requests to ")  # a day's 24:00 is in the next file
    assert len(lines) == 1 + update_command.SHOWN + 1
    assert "2020-07-01" in lines[1] or "20200701" in lines[1]
    assert lines[-1].startswith("  … to ")
    content = json.loads(run(*long, "--until", "2020-08-31", "--dry-run", "--json").out)
    assert content["schema"] == "airrank/update-plan/1"
    assert len(content["requests"]) == 63
    assert not store.exists()


def test_audited_values_come_first(run, folder, store, tmp_path):
    run("update", "--from", folder, "--store", store)
    table = tmp_path / "audited.csv"
    text = "日期,城市,PM2.5,PM10,SO2,NO2,CO,O3\n2020-07-01,驻马店市,99,120,5,20,0.5,100\n"
    table.write_bytes(text.encode("gb18030"))
    done = run("update", "--source", "file", "--from", table, "--store", store)
    assert done.status == 0, done.err
    assert "1 new records" in done.out
    row = load_observations(store=store).set_index(["date", "city"]).loc[("2020-07-01", "驻马店")]
    assert (row["pm25"], row["source"]) == (99, "file")
    order = ["archive", "file", "bundled"]
    other = load_observations(store=store, priority=order).set_index(["date", "city"])
    assert other.loc[("2020-07-01", "驻马店"), "source"] == "archive"
    assert "0 of 0" in run("update", "--source", "file", "--from", table, "--store", store).out
    table.write_text(text.replace(",0.5,", ",500,"), encoding="utf-8")
    refused = run("update", "--source", "file", "--from", table, "--store", store)
    assert refused.status == 1
    assert "name the unit in the heading" in refused.err


def test_rebuild_makes_a_damaged_partition_whole(run, folder, store):
    run("update", "--from", folder, "--store", store)
    before = Store(store).versions("archive")
    next(store.glob("city_days/archive/*.parquet")).write_bytes(b"PAR1 no more")
    broken = run("status", "--store", store, "--check")
    assert broken.status == 1
    assert "update --rebuild" in broken.out
    assert run("update", "--rebuild", "--store", store).status == 0
    assert run("status", "--store", store, "--check").status == 0
    assert Store(store).versions("archive").equals(before)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--source", "archive"], "say where to begin: --since"),
        (["--since", "2020-02-02", "--until", "2020-02-01"], "lies before --since 2020-02-02"),
        (["--source", "file"], "one --from FILE"),
        (["--source", "file", "--from", "nowhere.csv"], "cannot read nowhere.csv"),
        (["--url", "http://127.0.0.1:9/x", "--since", "2020-01-01"], "expected {YYYYMMDD}"),
        (["--from", "nowhere"], "there is no file or folder nowhere"),
        (["--source", "cnemc", "--city", "Atlantis"], "no city 'Atlantis'"),
        (["--rebuild"], "there is no store at"),
    ],
)
def test_wrong_use(run, store, arguments, message):
    done = run("update", "--store", store, *arguments)
    assert done.status == 2
    assert message in " ".join(done.err.split())
    assert not store.exists()


def test_an_old_last_day_is_warned_of(run, store):
    from airrank.ingest.retrieval import Fetched, Job, today
    from airrank.store.update import utc_now

    day = today(utc_now()) - dt.timedelta(days=20)
    Store(store).add("cnemc", Job("110000", "", day, day), Fetched(b"[]"), "", utc_now(), None)
    done = run("update", "--source", "cnemc", "--store", store, "--dry-run", "--city", "驻马店")
    assert "20 days ago; the platform keeps 14 days, so 5 days are lost" in done.err
    assert "1 requests" in done.out
