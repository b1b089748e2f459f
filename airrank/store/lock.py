"""One writer at a time, by a lock of the operating system that dies with its holder."""

from __future__ import annotations

import datetime as dt
import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from airrank.errors import StoreError
from airrank.store.disk import TEMPORARY, make_folder, write_atomic


def holder(root: Path) -> str | None:
    """Say who holds the lock, or held it and died; None where nobody does."""
    try:
        content = json.loads((root / "holder.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return f"process {content['pid']} on {content['host']} since {content['since']}"


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
    make_folder(root)
    lock = FileLock(root / "lock", timeout=wait)
    try:
        lock.acquire()
    except Timeout as error:
        raise StoreError(
            f"the store {root} is being written by {holder(root) or 'another process'}; "
            f"waited {wait:g} s. Try again when it has finished, or wait longer with --wait."
        ) from error
    try:
        if holder(root) is not None:  # its process died without letting go
            for path in root.rglob(f".*{TEMPORARY}"):
                path.unlink(missing_ok=True)
        since = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
        content = {"pid": os.getpid(), "host": socket.gethostname(), "since": since}
        write_atomic(root / "holder.json", json.dumps(content).encode())
        yield
        (root / "holder.json").unlink(missing_ok=True)
    except (Exception, KeyboardInterrupt):
        (root / "holder.json").unlink(missing_ok=True)
        raise
    finally:
        lock.release()
