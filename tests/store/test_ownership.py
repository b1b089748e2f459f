"""A store in a folder with other people's files: it harms none, and removes only its own."""

from __future__ import annotations

import hashlib
import json
import os
import stat

import pytest

from airrank.errors import StoreError
from airrank.store import Store
from airrank.store.checking import check
from airrank.store.lock import holder
from airrank.store.ownership import MARK, TAKEN
from airrank.store.update import update


def everything(root):
    return {path.relative_to(root): path.read_bytes() for path in root.rglob("*") if path.is_file()}


HOME = {
    "notes.txt": b"mine",
    ".draft.tmp": b"mine",
    "photos/.x.tmp": b"mine",
    "city/2019-000000000000.parquet": b"mine",
    ".config/lock": b"mine",
}


def fill(root, files):
    for name, content in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(content)


def test_a_store_in_a_home_folder_harms_nothing(tmp_path, server, archive, clock):
    fill(tmp_path, HOME)
    store = Store(tmp_path)
    server.add_days(5)
    assert update(store, archive(), clock=clock).complete
    (tmp_path / "holder.json").write_text("a holder that died")  # its leavings are cleaned up
    assert update(store, archive(again="all"), clock=clock).complete
    store.apply("archive", rebuild=True)
    found = everything(tmp_path)
    assert {name: found[type(next(iter(found)))(name)] for name in HOME} == HOME
    assert check(store, clock).notes == []
    assert holder(tmp_path) is None


@pytest.mark.parametrize("name", TAKEN)
def test_a_folder_where_a_name_is_taken_is_refused(tmp_path, server, archive, clock, name):
    path = tmp_path / name
    if "." in name or name == "lock":
        path.write_text('{"name": "a web page", "sources": []}')
    else:
        fill(tmp_path, {f"{name}/2024/2024.jsonl": b"dear diary\n", f"{name}/a.parquet": b"mine"})
    before = everything(tmp_path)
    with pytest.raises(StoreError, match=f"is no store, and holds {name}"):
        update(Store(tmp_path), archive(), clock=clock)
    assert everything(tmp_path) == before
    assert not Store(tmp_path).exists()


def test_a_store_of_an_earlier_version_is_known(store, server, archive, clock):
    server.add_days(5)
    update(store, archive(2), clock=clock)
    (store.root / MARK).unlink()
    assert store.exists()
    (store.root / "manifest.json").unlink()
    assert store.exists()
    assert update(store, archive(), clock=clock).complete
    assert (store.root / MARK).is_file()


def test_only_what_is_proved_its_own_is_removed(store, server, archive, clock, tmp_path):
    server.add_days(5)
    update(store, archive(), clock=clock)
    folder = store.root / "city_days" / "archive"
    content = b"once a partition"
    own = folder / f"2018-{hashlib.sha256(content).hexdigest()[:12]}.parquet"
    own.write_bytes(content)
    others = [
        folder / "data.parquet",
        folder / "2018-000000000000.parquet",
        store.root / "city_days" / "mine" / "data.parquet",
        store.root / "raw" / "ab" / ".mine.tmp",
        store.root / ".0.tmp",
    ]
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / own.name).write_bytes(content)
    (store.root / "city_days" / "linked").symlink_to(elsewhere)
    for path in others:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"of someone else")
    half = [
        store.root / "raw" / "ab" / f".{'0' * 64}.zst.0a1b2c3d.tmp",
        folder / ".2018-000000000000.parquet.0a1b2c3d.tmp",
        store.root / ".manifest.json.x_1b2c3d.tmp",  # of version 0.1
    ]
    for path in half:
        path.write_bytes(b"half")
    assert any("4 files of an interrupted run" in note for note in check(store, clock).notes)
    (store.root / "holder.json").write_text("one that died")
    update(store, archive(), clock=clock)
    store.apply("archive", rebuild=True)
    assert not own.exists()
    assert not any(path.exists() for path in half)
    assert all(path.read_bytes() == b"of someone else" for path in others)
    assert (elsewhere / own.name).exists()


@pytest.mark.skipif(os.name == "nt", reason="file modes")
@pytest.mark.parametrize("mask", [0o022, 0o002, 0o077])
def test_files_have_the_rights_the_umask_leaves(store, server, archive, clock, mask):
    server.add_days(5)
    before = os.umask(mask)
    try:
        update(store, archive(), clock=clock)
    finally:
        os.umask(before)
    for path in store.root.rglob("*"):
        kind = 0o777 if path.is_dir() else 0o666
        assert stat.S_IMODE(path.stat().st_mode) == kind & ~mask, path


def test_the_mark_says_what_it_is(store, server, archive, clock):
    server.add_days(3)
    update(store, archive(2), clock=clock)
    assert "airrank" in json.loads((store.root / MARK).read_text())["what"]
