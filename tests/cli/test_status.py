"""``airrank status``: beyond what test_update looks at."""

from __future__ import annotations

import json

import pytest

from airrank.cli.status_command import _in_beijing

pytestmark = pytest.mark.usefixtures("english")


@pytest.fixture
def store(run, tmp_path):
    table = tmp_path / "ranks.csv"
    table.write_text(
        "period,city,rank,index\n2017,驻马店,102,\n2017,海口,1,2.49\n2022,海口,2,\n",
        encoding="utf-8",
    )
    made = tmp_path / "store"
    done = run("update", "--source", "official", "--from", table, "--store", made)
    assert done.status == 0, done.err
    return made


@pytest.mark.slow
def test_reconcile_sets_ours_beside_theirs(run, store):
    options = ("status", "--reconcile", "--store", store)
    content = json.loads(run(*options, "--json").out)
    assert content["schema"] == "airrank/reconcile/2"
    imported = [row for row in content["rows"] if row["source"] == "imported"]
    by = {(row["period"], row["city"], row["quantity"]): row for row in imported}
    ours = by["2017", "驻马店", "rank"]
    assert (ours["official"], ours["ours"], ours["difference"]) == (102, 103, 1)
    assert by["2017", "海口", "index"]["difference"] is not None
    assert by["2022", "海口", "rank"]["ours"] is None
    assert "spans" in by["2022", "海口", "rank"]["note"]
    text = run(*options).out
    assert "2022: 1 official ranks, ours not available" in text
    assert "Haikou" in text
    text = run(*options, "--lang", "zh").out
    assert "平均相差" in text
    assert "官方" in text
    assert "海口" in text


@pytest.mark.slow
def test_reconcile_needs_no_store(run, tmp_path, monkeypatch):
    monkeypatch.setenv("AIRRANK_STORE", "")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    done = run("status", "--reconcile")
    assert done.status == 0, done.err
    for words in ("bundled observations", "official file in doubt", "too few days", "Lianyungang"):
        assert words in done.out
    loose = run("status", "--reconcile", "--threshold", "1000").out
    assert "No monthly mean is more than 1000" in loose


def test_no_store(run, tmp_path):
    done = run("status", "--store", tmp_path / "nowhere")
    assert done.status == 2
    assert "there is no store at" in done.err
    done = run("status", "--reconcile", "--store", tmp_path / "nowhere")
    assert done.status == 2


def test_json_names_every_part(run, store):
    content = json.loads(run("status", "--store", store, "--json").out)
    assert content["schema"] == "airrank/status/1"
    assert set(content["disk_bytes"]) == {"raw", "journal", "city_days"}
    assert content["sources"]["official"]["answers"] == 1
    report = json.loads(run("status", "--check", "--store", store, "--json").out)
    assert report["broken"] == []


def test_a_moment_is_told_as_a_clock_in_beijing_shows_it() -> None:
    assert _in_beijing("2026-11-27T17:58:49.553987+00:00") == "2026-11-28 01:58"
    assert _in_beijing(None) == "–"
