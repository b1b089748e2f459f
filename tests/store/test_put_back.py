"""Tables that change: put back to what they were, or changing while they are read."""

from __future__ import annotations

import datetime as dt
import hashlib

import pandas as pd
import pytest

from airrank.ingest import tables
from airrank.ingest.dust_list import DustList
from airrank.ingest.office_file import OfficeFile
from airrank.ingest.official import OfficialTable
from airrank.reconciliation import IMPORTED, official_figures
from airrank.rules.standards import POLLUTANTS
from airrank.store import load_observations
from airrank.store.dust_lists import listed_days
from airrank.store.update import update


def audited(path, level, day="2025-09-01"):
    row = {"date": day, "city": "驻马店", **dict.fromkeys(POLLUTANTS, level), "co": 0.5}
    pd.DataFrame([row]).to_csv(path, index=False)
    return OfficeFile(path)


def pm25(store):
    found = load_observations(store=store)
    return found[found["source"] == "file"].set_index("date")["pm25"]


@pytest.fixture
def clock():
    ticks = iter(range(10**6))
    return lambda: dt.datetime(2026, 1, 1, tzinfo=dt.UTC) + dt.timedelta(seconds=next(ticks))


def test_a_correction_taken_back_counts_again(store, tmp_path, clock):
    found = []
    for level in (35.0, 99.0, 35.0):
        done = update(store, audited(tmp_path / "days.csv", level), clock=clock)
        found.append((done.wanted, done.new, done.revised, pm25(store)["2025-09-01"]))
    assert found == [(1, 1, 0, 35.0), (1, 0, 1, 99.0), (1, 0, 1, 35.0)]
    assert update(store, audited(tmp_path / "days.csv", 35.0), clock=clock).wanted == 0
    first = store.entries("file")[0].retrieved_at
    was = load_observations(store=store, as_known_at=first, priority=["file"])
    assert was["pm25"].tolist() == [35.0]


@pytest.mark.slow
def test_two_files_in_turn_disturb_nothing(store, tmp_path, clock):
    files = [audited(tmp_path / f"{day}.csv", 30.0 + day, f"2025-09-0{day}") for day in (1, 2)]
    for _ in range(3):
        for file in files:
            assert update(store, file, clock=clock).revised == 0
    assert pm25(store).tolist() == [31.0, 32.0]
    assert len(store.versions("file")) == 2


def test_a_dust_list_put_back_counts_again(store, tmp_path, clock):
    path, found = tmp_path / "dust.csv", []
    for word in ("true", "false", "true"):
        path.write_text(f"date,city,dust\n2025-03-22,驻马店,{word}\n")
        assert update(store, DustList(path), clock=clock).wanted == 1
        found.append(len(listed_days(store)))
    assert found == [1, 0, 1]


def test_an_official_table_put_back_counts_again(store, tmp_path, clock):
    path, found = tmp_path / "ranks.csv", []
    for rank in (102, 103, 102):
        path.write_text(f"period,city,rank\n2017,驻马店,{rank}\n")
        assert update(store, OfficialTable(path), clock=clock).wanted == 1
        figures = official_figures(store)
        ours = figures[(figures["source"] == IMPORTED) & (figures["quantity"] == "rank")]
        found.append(ours["value"].tolist())
    assert found == [[102], [103], [102]]


def test_a_file_that_changes_between_two_reads_is_filed_under_what_was_read(
    store, tmp_path, clock, monkeypatch
):
    path = tmp_path / "days.csv"
    source = audited(path, 35.0)
    reading, reads = tables.read_bytes, []

    def changing(file):
        content = reading(file)
        reads.append(content)
        if len(reads) == 1:
            audited(path, 99.0)
        return content

    with monkeypatch.context() as patch:
        patch.setattr(tables, "read_bytes", changing)
        update(store, source, clock=clock)
    assert reads[0] != reads[1]
    (entry,) = store.entries("file")
    assert entry.key == entry.sha256 == hashlib.sha256(reads[1]).hexdigest()
    assert pm25(store).tolist() == [99.0]
    assert update(store, audited(path, 35.0), clock=clock).wanted == 1
    assert pm25(store).tolist() == [35.0]
