"""Bytes on disk that a crash leaves whole: atomic files, and raw answers under their hash."""

from __future__ import annotations

import hashlib
import os
import secrets
from pathlib import Path

import pyarrow as pa

from airrank.errors import StoreError
from airrank.ingest.limits import LARGEST_ANSWER


def write_atomic(path: Path, content: bytes) -> None:
    """Write a file so that it is there whole or not at all, whatever happens meanwhile.

    Temporary file in the same folder, fsync, rename, fsync of the folder.
    """
    make_folder(path.parent)
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}.tmp")
    with part.open("xb") as file:  # with the rights the umask leaves, as any file
        try:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
            part.replace(path)
        except BaseException:
            part.unlink(missing_ok=True)
            raise
    sync_folder(path.parent)


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


def raw_path(root: Path, sha256: str) -> Path:
    """Give where a raw answer lies."""
    return root / "raw" / sha256[:2] / f"{sha256}.zst"


def write_raw(root: Path, content: bytes) -> str:
    """Keep a raw answer, compressed, and give its hash; the same content is kept once."""
    sha256 = hashlib.sha256(content).hexdigest()
    path = raw_path(root, sha256)
    if path.exists():
        try:
            read_raw(root, sha256)
        except StoreError:
            path.unlink()  # damaged; here is the right content again
        else:
            return sha256
    sink = pa.BufferOutputStream()
    with pa.CompressedOutputStream(sink, "zstd") as packed:
        packed.write(content)
    write_atomic(path, sink.getvalue().to_pybytes())
    return sha256


def read_raw(root: Path, sha256: str) -> bytes:
    """Give a raw answer, its hash verified.

    Raises
    ------
    StoreError
        If it is missing or damaged.
    """
    path = raw_path(root, sha256)
    try:
        with pa.CompressedInputStream(pa.OSFile(str(path)), "zstd") as packed:
            content: bytes = packed.read(LARGEST_ANSWER + 1)
    except (OSError, pa.ArrowException) as error:
        raise StoreError(
            "{path}: the raw answer cannot be read: {error}", path=path, error=error
        ) from error
    if hashlib.sha256(content).hexdigest() != sha256:
        raise StoreError("{path}: the raw answer is damaged: its hash is not its name", path=path)
    return content
