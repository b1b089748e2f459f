"""Raw answers on disk, under their hash."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pyarrow as pa

from airrank.errors import StoreError
from airrank.ingest.limits import LARGEST_ANSWER
from airrank.whole import write_whole


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
    write_whole(path, sink.getvalue().to_pybytes())
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
