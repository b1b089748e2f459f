"""One writer at a time, by a lock of the operating system that dies with its holder."""

from __future__ import annotations

import datetime as dt
import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from airrank.errors import InputError, StoreError
from airrank.ingest.foreign_json import read_json
from airrank.store.ownership import claim, unfinished
from airrank.whole import make_folder, write_whole
from airrank.words import Text


def holder(root: Path) -> Text | None:
    """Say who holds the lock, or held it and died; None where nobody does."""
    path = root / "holder.json"
    try:
        named = read_json(path, {"pid": int, "host": str, "since": str})
    except InputError:
        return Text("a process that left no readable name") if path.exists() else None
    return Text("process {pid} on {host} since {since}", **named)


@contextmanager
def writer(root: Path, wait: float = 0.0) -> Iterator[None]:
    """Hold the store's lock.

    Parameters
    ----------
    root : Path
        The store.
    wait : float
        How long to wait for another writer [s].

    Raises
    ------
    StoreError
        If another process still holds it.
    """
    try:
        make_folder(root)
        claim(root)
        lock = FileLock(root / "lock", timeout=wait)
        lock.acquire()
    except OSError as error:
        if not isinstance(error, Timeout):
            raise _unwritable(root, error) from error
        raise StoreError(
            "the store {root} is being written by {holder}; waited {wait:g} s. Try again when "
            "it has finished, or wait longer with --wait.",
            root=root,
            holder=holder(root) or "another process",
            wait=wait,
        ) from error
    try:
        if holder(root) is not None:  # its process died without letting go
            for path in unfinished(root):
                path.unlink(missing_ok=True)
        since = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
        content = {"pid": os.getpid(), "host": socket.gethostname(), "since": since}
        write_whole(root / "holder.json", json.dumps(content).encode())
        yield
        (root / "holder.json").unlink(missing_ok=True)
    except (Exception, KeyboardInterrupt) as error:
        with suppress(OSError):
            (root / "holder.json").unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise _unwritable(root, error) from error
        raise
    finally:
        lock.release()


def _unwritable(root: Path, error: OSError) -> StoreError:
    """Say that the disk is full or the folder read-only."""
    return StoreError(
        "cannot write the store {root}: {error}. Everything kept so far is whole; mend that "
        "and run the command again, it goes on from there.",
        root=root,
        error=error,
    )
