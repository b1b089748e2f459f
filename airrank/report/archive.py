"""Office files whose bytes repeat: the clock taken out of their archive."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

from airrank.whole import write_whole

_MOMENT = re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z?")
_FIXED = b"2000-01-01T00:00:00Z"


def settled(content: bytes) -> bytes:
    """Give an Office file with fixed times, workbooks inside it included."""
    result = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as source,
        zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            part = source.read(name)
            if name.endswith(".xlsx"):
                part = settled(part)
            elif name == "docProps/core.xml":
                part = _MOMENT.sub(_FIXED, part)
            info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(info, part)
    return result.getvalue()


def write_settled(content: bytes, path: Path) -> None:
    """Write an Office file so that the same content gives the same bytes."""
    write_whole(path, settled(content))


def untouched(path: Path) -> bool:
    """Say whether an Office file still has our fixed times: programs set theirs when they save."""
    with zipfile.ZipFile(path) as archive:
        moments = _MOMENT.findall(archive.read("docProps/core.xml"))
    return all(moment == _FIXED for moment in moments)
