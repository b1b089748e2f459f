"""Files and answers made to do harm: refused with the limit said, and nothing touched outside."""

from __future__ import annotations

import contextlib
import datetime as dt
import gzip
import hashlib
import io
import json
import time
import zipfile
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from airrank.errors import AirrankError, InputError, StoreError
from airrank.ingest import city_day, limits, transport
from airrank.ingest.city_day import read_city_days
from airrank.ingest.day_sources import find_day_sources
from airrank.ingest.hour_files import read_day_file
from airrank.ingest.office_file import parse_table
from airrank.ingest.retrieval import Entry
from airrank.store import Store, journal
from airrank.store.update import update
from airrank.tables import text
from tests.store.conftest import FIRST, Server, send

NAME = f"china_cities_{FIRST:%Y%m%d}.csv"
SMALL = 1_000_000


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Limits a test can reach."""
    monkeypatch.setattr(limits, "LARGEST_ANSWER", SMALL)
    monkeypatch.setattr(transport, "LARGEST_ANSWER", SMALL)
    monkeypatch.setattr(limits, "LONGEST_LINE", 10_000)


def zipped(path: Path, name: str, content: bytes) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return path


def test_a_zip_bomb_is_not_unpacked(small: None, tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", NAME, bytes(20 * SMALL))
    assert path.stat().st_size < SMALL / 10
    (source,) = find_day_sources(path)
    with pytest.raises(InputError, match="has more than 1 MB"):
        source.read()


def test_names_in_a_zip_lead_nowhere(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    path = zipped(tmp_path / "in" / "a.zip", f"../../{NAME}", b"content")
    (source,) = find_day_sources(path)
    assert source.read() == b"content"
    assert [p.name for p in tmp_path.rglob("*") if p.is_file()] == ["a.zip"]


def test_a_link_to_itself_among_hour_files_is_reported(tmp_path: Path) -> None:
    (tmp_path / NAME).symlink_to(tmp_path / NAME)
    (source,) = find_day_sources(tmp_path)
    with pytest.raises(InputError, match="cannot read"):
        source.read()


def test_endless_lines_are_refused(small: None, tmp_path: Path) -> None:
    path = tmp_path / "days.csv"
    path.write_bytes(b"date,city," + b"x" * 20_000)
    with pytest.raises(InputError, match="line of more than 10000 characters"):
        read_city_days(path)
    with pytest.raises(InputError, match="line of more than"):
        read_day_file(path.read_bytes(), FIRST, "hours")
    with pytest.raises(InputError, match="line of more than"):
        parse_table(path.read_bytes(), "a.csv", "a.csv")


def test_lines_are_measured_across_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MEGABYTE", 10)
    monkeypatch.setattr(limits, "LONGEST_LINE", 15)
    limits.refuse_long_lines(io.BytesIO(b"123456789012345\n" * 5), "text")
    with pytest.raises(InputError, match="15 characters"):
        limits.refuse_long_lines(io.BytesIO(b"1234567\n1234567890123456\n1"), "text")


def test_files_too_large_are_refused_before_they_are_read(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(city_day, "LARGEST_TABLE", 100)
    monkeypatch.setattr(city_day, "MOST_ROWS", 1000)
    path = tmp_path / "days.csv"
    path.write_bytes(b"date,city\n" * 20)
    with pytest.raises(InputError, match="has more than 0 MB"):
        read_city_days(path)
    monkeypatch.setattr(city_day, "LARGEST_TABLE", 10**6)
    bomb = tmp_path / "days.parquet"
    pq.write_table(pa.table({"city": pa.repeat("a", 100_000)}), bomb)
    assert bomb.stat().st_size < 5000
    with pytest.raises(InputError, match="more than 1000 rows"):
        read_city_days(bomb)


def test_an_excel_bomb_is_not_unpacked(small: None, tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.xlsx", "xl/worksheets/sheet1.xml", bytes(20 * SMALL))
    with pytest.raises(InputError, match="would unpack to 20 MB"):
        parse_table(path.read_bytes(), "a.xlsx", "a.xlsx")


@pytest.mark.parametrize(("row", "column"), [(1, 16_384), (900_000, 2000), (3, 5000)])
def test_cells_far_out_do_not_make_a_huge_table(row: int, column: int) -> None:
    book = openpyxl.Workbook()
    book.active.cell(row, column, "far")
    out = io.BytesIO()
    book.save(out)
    with pytest.raises(InputError, match="cells beyond column 1000 or row 1100000"):
        parse_table(out.getvalue(), "a.xlsx", "a.xlsx")


def test_a_csv_has_the_bounds_of_a_sheet(monkeypatch: pytest.MonkeyPatch) -> None:
    wide = ",".join(f"c{k}" for k in range(100_000)).encode()
    started = time.monotonic()
    with pytest.raises(InputError, match="100000 cells; a table has at most 1000 columns"):
        parse_table(wide, "a.csv", "a.csv")
    assert time.monotonic() - started < 2
    with pytest.raises(InputError, match="a cell of 40000 characters"):
        parse_table(b"date,city\n" + b"x" * 40_000, "a.csv", "a.csv")
    monkeypatch.setattr(text, "MOST_ROWS", 1000)
    with pytest.raises(InputError, match="more than 1000 rows"):
        parse_table(b"date,city\n" * 1001, "a.csv", "a.csv")


def test_a_gzip_bomb_from_the_server_is_given_up(
    small: None, server: Server, archive, store: Store, clock
) -> None:
    bomb = gzip.compress(bytes(20 * SMALL))

    def trick(handler, content) -> None:
        send(handler, bomb, headers=[("Content-Encoding", "gzip")])

    server.add_days(3)
    server.tricks[server.path(FIRST)] = [trick] * 9
    summary = update(store, archive(2), clock=clock)
    ((_, reason),) = summary.failed
    assert "larger than 1000000 bytes" in reason
    assert server.asked.count(server.path(FIRST)) == 1
    assert len(list(store.root.glob("raw/*/*.zst"))) == 2


def entry(**changes: object) -> Entry:
    content = {"source": "file", "key": "k", "retrieved_at": dt.datetime(2026, 1, 1, tzinfo=dt.UTC),
               "sha256": None, "origin": "", "first": FIRST, "last": FIRST}  # fmt: skip
    return Entry(**{**content, **changes})  # type: ignore[arg-type]


@pytest.mark.parametrize("what", ["file", "folder"])
def test_a_journal_is_not_written_through_a_link(store: Store, tmp_path: Path, what: str) -> None:
    victim = tmp_path / "victim"
    folder = store.root / "journal" / "file"
    if what == "file":
        victim.write_text("mine")
        folder.mkdir(parents=True)
        (folder / "2026.jsonl").symlink_to(victim)
    else:
        victim.mkdir()
        folder.parent.mkdir(parents=True)
        folder.symlink_to(victim)
    with pytest.raises(StoreError, match="symbolic link"):
        journal.append(store.root, entry())
    assert victim.read_text() == "mine" if what == "file" else not list(victim.iterdir())


def test_a_linked_manifest_is_replaced_and_its_target_left_alone(
    server: Server, archive, store: Store, clock, tmp_path: Path
) -> None:
    victim = tmp_path / "victim"
    victim.write_text('{"format": 1, "sources": {}}')
    store.root.mkdir()
    (store.root / "manifest.json").symlink_to(victim)
    server.add_days(3)
    assert update(store, archive(2), clock=clock).complete
    assert victim.read_text() == '{"format": 1, "sources": {}}'
    assert not (store.root / "manifest.json").is_symlink()


def test_a_journal_of_a_source_nobody_knows(store: Store) -> None:
    journal.append(store.root, entry(source="other"))
    with pytest.raises(StoreError, match="'other', a source nobody knows"):
        store.apply("other", rebuild=True)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.just("../../etc/passwd"),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["format", "sources", "file", "years", "2019"]), inner)
    ),
    max_leaves=8,
)


@given(content=JSON, whole=st.booleans())
def test_invented_manifests(tmp_path_factory, content: object, whole: bool) -> None:
    root = tmp_path_factory.getbasetemp() / "invented"
    (root / "journal").mkdir(parents=True, exist_ok=True)
    invented = content if whole else {"format": 1, "sources": {"file": content}}
    (root / "manifest.json").write_text(json.dumps(invented))
    with contextlib.suppress(AirrankError):
        Store(root).versions("file")


KEYS = ("source", "key", "retrieved_at", "sha256", "origin", "first", "last", "extra")


@given(changed=st.sampled_from(KEYS), content=JSON)
def test_invented_journal_lines(tmp_path_factory, changed: str, content: object) -> None:
    """Lines whose check is right, as only a person can write them."""
    root = tmp_path_factory.getbasetemp() / "forged"
    folder = root / "journal" / "file"
    folder.mkdir(parents=True, exist_ok=True)
    good = {"source": "file", "key": "k", "retrieved_at": "2026-01-01T00:00:00+00:00",
            "sha256": "0" * 64, "origin": "", "first": "2026-01-01", "last": "2026-01-01",
            "extra": {}}  # fmt: skip
    text = json.dumps(good | {changed: content})
    check = hashlib.sha256(text.encode()).hexdigest()[:16]
    (folder / "2026.jsonl").write_text(f"{check} {text}\n", "utf-8")
    with contextlib.suppress(AirrankError):
        Store(root).apply("file")
