from __future__ import annotations

import datetime as dt
import threading
import zipfile

import pytest

from airrank.errors import InputError
from airrank.ingest import day_sources
from airrank.ingest.day_sources import find_day_sources, iter_day_files

FIRST = dt.date(2019, 1, 30)


def test_folders_and_zips_give_days_in_order(archive, tmp_path):
    folder = archive(FIRST, 4)
    (folder / "notes.txt").write_text("not an hour file")
    with zipfile.ZipFile(folder / "a.zip", "w") as bundle:
        for name in ("china_cities_20190130.csv", "china_cities_20190202.csv"):
            bundle.write(folder / name, f"inside/{name}")
            (folder / name).unlink()
    found = find_day_sources(folder)
    assert [source.date for source in found] == [FIRST + dt.timedelta(days=k) for k in range(4)]
    assert [source.member is None for source in found] == [False, True, True, False]
    assert found[0].origin == f"{folder / 'a.zip'}, inside/china_cities_20190130.csv"
    assert [day.date for day in iter_day_files(found)] == [source.date for source in found]
    assert find_day_sources([folder]) == found


def test_one_file_is_a_place_too(archive):
    path = archive(FIRST, 1) / "china_cities_20190130.csv"
    assert [source.path for source in find_day_sources(path)] == [path]


def test_nothing_found_twice_found_and_unreadable_are_refused(archive, tmp_path):
    folder = archive(FIRST, 1)
    with pytest.raises(InputError, match=r"holds no hour file; expected china_sites_"):
        find_day_sources(folder, kind="sites")
    with pytest.raises(InputError, match=r"there is no file or folder .*nowhere"):
        find_day_sources(folder / "nowhere")
    other = folder / "other"
    other.mkdir()
    (other / "china_cities_20190130.csv").write_text("")
    with pytest.raises(InputError, match=r"two hour files of 2019-01-30: .* and .*Keep one"):
        find_day_sources([folder, other])
    (other / "bad.zip").write_bytes(b"PK but no zip")
    with pytest.raises(InputError, match=r"cannot read .*bad\.zip as a zip"):
        find_day_sources(other)


def test_a_file_gone_since_is_reported(archive):
    (source,) = find_day_sources(archive(FIRST, 1))
    source.path.unlink()
    with pytest.raises(InputError, match=r"cannot read .*20190130\.csv"):
        list(iter_day_files([source]))


def test_a_damaged_zip_member_is_reported(archive):
    folder = archive(FIRST, 1)
    path = folder / "a.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as bundle:
        bundle.write(folder / "china_cities_20190130.csv", "china_cities_20190130.csv")
    (folder / "china_cities_20190130.csv").unlink()
    content = bytearray(path.read_bytes())
    content[120:140] = bytes(20)
    path.write_bytes(content)
    with pytest.raises(InputError, match=r"cannot read .*a\.zip, china_cities_20190130\.csv"):
        list(iter_day_files(find_day_sources(folder)))


def test_reading_ahead_is_bounded(archive, monkeypatch):
    """Memory stays flat in the number of files: a handful at most is read ahead."""
    sources = find_day_sources(archive(FIRST, 30))
    lock, started = threading.Lock(), []
    original = day_sources.DaySource.read

    def counting(self):
        with lock:
            started.append(self.date)
        return original(self)

    monkeypatch.setattr(day_sources.DaySource, "read", counting)
    days = iter_day_files(sources)
    for taken in range(1, 6):
        next(days)
        assert len(started) <= taken + 2 * day_sources.WORKERS
    days.close()
    assert len(started) < 15


def test_the_first_wrong_file_ends_the_reading(archive):
    folder = archive(FIRST, 5)
    (folder / "china_cities_20190131.csv").write_text("<html>")
    days = iter_day_files(find_day_sources(folder))
    assert next(days).date == FIRST
    with pytest.raises(InputError, match="20190131"):
        list(days)
