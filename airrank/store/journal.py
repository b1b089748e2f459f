"""The journal: every answer of a source in the order it came, one line each, never rewritten."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import re
from collections.abc import Sequence
from pathlib import Path

from airrank.errors import StoreError
from airrank.ingest.foreign_json import Every, Maybe, parse_json
from airrank.ingest.retrieval import Entry
from airrank.whole import make_folder, sync_folder, write_whole

LONGEST_LINE = 100_000
_HASH = re.compile(r"[0-9a-f]{64}")
_LINE = {
    **dict.fromkeys(("source", "key", "origin"), str),
    "retrieved_at": dt.datetime.fromisoformat,
    "sha256": Maybe(str),
    **dict.fromkeys(("first", "last"), dt.date.fromisoformat),
    "extra": Every(str),
}


def folder(root: Path, source: str) -> Path:
    """Give the folder of a source's journal: a file for each year of retrieval."""
    return root / "journal" / source


def append(root: Path, entry: Entry) -> None:
    """Add an entry and see it safely on disk."""
    path = folder(root, entry.source) / f"{entry.retrieved_at:%Y}.jsonl"
    make_folder(path.parent)
    fresh = not path.exists()
    if path.is_symlink() or path.parent.is_symlink():
        raise StoreError(
            "{path} is or lies behind a symbolic link; a journal must be a file", path=path
        )
    with path.open("r+b" if not fresh else "xb") as file:
        file.seek(_whole(path) if not fresh else 0)
        file.truncate()
        file.write(_line(entry))
        file.flush()
        os.fsync(file.fileno())
    if fresh:
        sync_folder(path.parent)


def read(root: Path, source: str) -> list[Entry]:
    """Read a source's journal, the oldest entry first.

    A last line without its end is what a killed writer left: it does not count.

    Raises
    ------
    StoreError
        If a line is damaged.
    """
    entries = []
    for path in sorted(folder(root, source).glob("*.jsonl")):
        lines = path.read_bytes().split(b"\n")[:-1]
        entries += [_entry(line, f"{path}, line {n}") for n, line in enumerate(lines, start=1)]
    return entries


def is_journal(path: Path) -> bool:
    """Tell whether a file begins with a line that this module wrote."""
    try:
        with path.open("rb") as file:
            _entry(file.readline(LONGEST_LINE).rstrip(b"\n"), str(path))
    except (OSError, StoreError):
        return False
    return True


def rewrite(root: Path, source: str, entries: Sequence[Entry], now: dt.datetime) -> None:
    """Replace a source's journal, and keep the one before under names that are not read.

    A crash on the way leaves lines twice, which do no harm: doing it again ends it.
    """
    before = sorted(folder(root, source).glob("*.jsonl"))
    for path in before:
        write_whole(path.with_name(f"{path.name}.before-{now:%Y%m%dT%H%M%S}"), path.read_bytes())
    years: dict[str, list[bytes]] = {}
    for entry in entries:
        years.setdefault(f"{entry.retrieved_at:%Y}.jsonl", []).append(_line(entry))
    for name, lines in years.items():
        write_whole(folder(root, source) / name, b"".join(lines))
    for path in before:
        if path.name not in years:
            path.unlink()
    sync_folder(folder(root, source))


def history(entries: list[Entry]) -> dict[str, Entry]:
    """Give the latest answer by key."""
    known: dict[str, Entry] = {}
    for entry in entries:
        remember(known, entry)
    return known


def remember(known: dict[str, Entry], entry: Entry) -> None:
    """Add an entry to a history; "not there" does not displace a content."""
    old = known.get(entry.key)
    if entry.sha256 is not None or old is None or old.sha256 is None:
        known[entry.key] = entry


def _whole(path: Path) -> int:
    """Length of a file up to the end of its last whole line."""
    size = path.stat().st_size
    with path.open("rb") as file:
        file.seek(max(0, size - 65_536))
        tail = file.read()
    return size - len(tail) + tail.rfind(b"\n") + 1


def _line(entry: Entry) -> bytes:
    content = {
        "source": entry.source,
        "key": entry.key,
        "retrieved_at": entry.retrieved_at.astimezone(dt.UTC).isoformat(timespec="microseconds"),
        "sha256": entry.sha256,
        "origin": entry.origin,
        "first": str(entry.first),
        "last": str(entry.last),
        "extra": dict(entry.extra),
    }
    text = json.dumps(content, ensure_ascii=False)
    return f"{_check(text)} {text}\n".encode()


def _check(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _entry(line: bytes, where: str) -> Entry:
    try:
        check, _, text = line.decode().partition(" ")
        if check != _check(text):
            raise StoreError("{where}: damaged; restore the journal from a backup", where=where)
        content = parse_json(text, where, _LINE)
        entry = Entry(
            content["source"],
            content["key"],
            dt.datetime.fromisoformat(content["retrieved_at"]),
            content["sha256"],
            content["origin"],
            dt.date.fromisoformat(content["first"]),
            dt.date.fromisoformat(content["last"]),
            content["extra"],
        )
    except ValueError as error:  # of shape and decoding
        raise StoreError(
            "{where}: not a journal line: {error}", where=where, error=error
        ) from error
    hashed = entry.sha256 is None or _HASH.fullmatch(entry.sha256) is not None
    if not hashed or entry.retrieved_at.tzinfo is None:
        raise StoreError(
            "{where}: expected texts, a time with its zone, and a hash or null", where=where
        )
    return entry
