"""Whose folder is it: a store is made in a folder only where it can harm nothing of anyone else's.

A store bears a mark. Where there is none, and one of the names a store uses is taken, only a
manifest or a journal line that airrank wrote proves that the folder is a store of an earlier
version. Files are removed only if their names and places, and of partitions their content too, are
those airrank gives.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path

from airrank.errors import InputError, StoreError
from airrank.ingest.foreign_json import read_json
from airrank.store import journal
from airrank.whole import write_whole

MARK = "airrank-store.json"
FORMAT = 1
TAKEN = ("journal", "raw", "city_days", "manifest.json", "lock", "holder.json")
"""Names a store uses in its folder."""
_PARTITION = re.compile(r"\d{4}-([0-9a-f]{12})\.parquet")
_UNFINISHED = re.compile(
    r"\.(?:airrank-store\.json|manifest\.json|holder\.json|\d{4}\.jsonl|[0-9a-f]{64}\.zst"
    r"|\d{4}-[0-9a-f]{12}\.parquet)\.[0-9a-z_]{8}\.tmp"
)


def is_store(root: Path) -> bool:
    """Tell whether a folder is a store, by its mark or by what an earlier version wrote."""
    return (root / MARK).is_file() or _of_earlier_version(root)


def claim(root: Path) -> None:
    """Mark a folder as a store before anything else is written into it.

    Raises
    ------
    StoreError
        If it holds something under a name of the store's that airrank did not write.
    """
    if (root / MARK).is_file():
        return
    taken = [name for name in TAKEN if (root / name).exists() or (root / name).is_symlink()]
    if taken and not _of_earlier_version(root):
        raise StoreError(
            "{root} is no store, and holds {name}, which a store would overwrite. Choose an empty "
            "or new folder with --store or AIRRANK_STORE.",
            root=root,
            name=taken[0],
        )
    text = json.dumps({"what": "a store of airrank; see docs/ingest.md", "format": FORMAT})
    write_whole(root / MARK, f"{text}\n".encode())


def unfinished(root: Path) -> Iterator[Path]:
    """Give the files that a writer of ours left behind half written."""
    for pattern in (".*.tmp", "journal/*/.*.tmp", "raw/??/.*.tmp", "city_days/*/.*.tmp"):
        for path in root.glob(pattern):
            if _UNFINISHED.fullmatch(path.name) and _lies_here(root, path):
                yield path


def partitions_of_ours(root: Path) -> Iterator[Path]:
    """Give the partition files whose content is what their name says."""
    for path in sorted((root / "city_days").glob("*/*.parquet")):
        match = _PARTITION.fullmatch(path.name)
        if not match or not _lies_here(root, path):
            continue
        if hashlib.sha256(path.read_bytes()).hexdigest().startswith(match[1]):
            yield path


def _lies_here(root: Path, path: Path) -> bool:
    """Tell whether a path is a file, and no link leads to it."""
    return path.is_file() and path.resolve() == root.resolve() / path.relative_to(root)


def _of_earlier_version(root: Path) -> bool:
    try:
        if set(read_json(root / "manifest.json", dict)) == {"format", "sources"}:
            return True
    except InputError:
        pass  # none, or another's: the journal decides
    return any(journal.is_journal(path) for path in root.glob("journal/*/[0-9]*.jsonl"))
