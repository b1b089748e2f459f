"""``airrank status``: beyond what test_update looks at."""

from __future__ import annotations

import json

import pytest

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


def test_reconcile_sets_ours_beside_theirs(run, store):
    options = ("status", "--reconcile", "--store", store)
    rows = json.loads(run(*options, "--json").out)["rows"]
    by = {(row["period"], row["city"]): row for row in rows}
    ours = by["2017", "驻马店"]
    assert (ours["rank"], ours["our_rank"], ours["rank_difference"]) == (102, 102, 0)
    assert by["2017", "海口"]["index_difference"] is not None
    assert by["2022", "海口"]["our_rank"] is None
    assert "spans" in by["2022", "海口"]["note"]
    text = run(*options).out
    assert "2017: mean rank difference" in text
    assert "2022: 1 official ranks, ours not available" in text
    assert "Haikou" in text
    text = run(*options, "--lang", "zh").out
    assert "2017：名次平均相差" in text
    assert "官方" in text
    assert "海口" in text


def test_nothing_official_and_no_store(run, store, tmp_path):
    done = run("status", "--store", tmp_path / "nowhere")
    assert done.status == 2
    assert "there is no store at" in done.err
    for path in (store / "journal" / "official").iterdir():
        path.unlink()
    done = run("status", "--reconcile", "--store", store)
    assert done.status == 3
    assert "no official table" in done.err


def test_json_names_every_part(run, store):
    content = json.loads(run("status", "--store", store, "--json").out)
    assert content["schema"] == "airrank/status/1"
    assert set(content["disk_bytes"]) == {"raw", "journal", "city_days"}
    assert content["sources"]["official"]["answers"] == 1
    report = json.loads(run("status", "--check", "--store", store, "--json").out)
    assert report["broken"] == []
