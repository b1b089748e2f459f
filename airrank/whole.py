"""Files that are there whole or not at all, whatever happens while they are written."""

from __future__ import annotations

import os
import re
import secrets
from pathlib import Path

UNFINISHED = re.compile(r"\..+\.[0-9a-f]{8}\.tmp")
"""Name of a file that is being written."""


def write_whole(path: Path, content: bytes | str) -> None:
    """Write a file so that it is there whole or not at all; a text as UTF-8.

    Temporary file in the same folder, fsync, rename, fsync of the folder; folders that lack are
    made. A link that stands in the file's place is replaced, what it leads to stays as it is:
    whoever can write into the folder must not choose what else is overwritten. A link to a folder
    on the way is followed.

    Raises
    ------
    OSError
        If it cannot be written; what stood there before still does.
    """
    make_folder(path.parent)
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}.tmp")
    with part.open("xb") as file:  # with the rights the umask leaves, as any file
        try:
            file.write(content.encode() if isinstance(content, str) else content)
            file.flush()
            os.fsync(file.fileno())
            part.replace(path)
        except BaseException:
            part.unlink(missing_ok=True)
            raise
    sync_folder(path.parent)


def clear_unfinished(folder: Path) -> None:
    """Remove what a process that was killed has left of files it was writing, also further down.

    Nobody else may be writing into the folder.
    """
    for part in folder.rglob(".*.tmp"):
        if UNFINISHED.fullmatch(part.name):
            part.unlink(missing_ok=True)


def make_folder(path: Path) -> None:
    """Make a folder and those above it, each kept safe on disk."""
    if path.is_dir():
        return
    make_folder(path.parent)
    path.mkdir(exist_ok=True)
    sync_folder(path.parent)


def sync_folder(path: Path) -> None:
    """Make a folder's list of files survive a power cut (where the system can)."""
    if os.name == "nt":
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
