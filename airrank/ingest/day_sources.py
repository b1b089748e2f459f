"""Where hour files lie: folders of them, zips of them, or both; read in order, a few at a time."""

from __future__ import annotations

import datetime as dt
import lzma
import struct
import zipfile
import zlib
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from airrank.errors import InputError
from airrank.ingest.hour_files import HOURLY_TYPES, DayFile, date_of_name, read_day_file
from airrank.ingest.limits import read_bytes, read_member

BROKEN_ZIP = (OSError, zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, lzma.LZMAError,
              KeyError, RuntimeError, EOFError, ValueError, struct.error)  # fmt: skip
"""What the zip reader raises for files that are damaged, encrypted or of an unknown kind."""
WORKERS = 2
"""Files parsed at the same time; with as many waiting, memory is flat in their number."""


@dataclass(frozen=True)
class DaySource:
    """One hour file on disk: ``path`` itself, or ``member`` of the zip at ``path``."""

    date: dt.date
    path: Path
    member: str | None = None

    @property
    def origin(self) -> str:
        """What an error calls the file."""
        return f"{self.path}" if self.member is None else f"{self.path}, {self.member}"

    def read(self) -> bytes:
        """Give the content.

        Raises
        ------
        InputError
            If the file or the zip cannot be read.
        """
        try:
            if self.member is None:
                return read_bytes(self.path)
            return read_member(self.path, self.member)
        except InputError:
            raise
        except BROKEN_ZIP as error:
            raise InputError(
                "cannot read {origin}: {error}. Copy or fetch it again.",
                origin=self.origin,
                error=error,
            ) from error


def find_day_sources(places: Path | Iterable[Path], *, kind: str = "cities") -> list[DaySource]:
    """Find the hour files of some places, ordered by day.

    Parameters
    ----------
    places : Path or iterable of Path
        Hour files, zips of them, or folders of either (subfolders are not searched).
    kind : {"cities", "sites"}
        Which of the archive's two kinds of files.

    Returns
    -------
    list of DaySource

    Raises
    ------
    InputError
        If a place cannot be read, holds no hour file, or two files are of the same day.
    """
    found: dict[dt.date, DaySource] = {}
    for place in [places] if isinstance(places, Path) else list(places):
        count = 0
        for source in _sources_at(place, kind):
            count += 1
            other = found.setdefault(source.date, source)
            if other is not source:
                raise InputError(
                    "two hour files of {date}: {origin} and {origin_2}. Keep one.",
                    date=source.date,
                    origin=other.origin,
                    origin_2=source.origin,
                )
        if not count:
            raise InputError(
                "{place} holds no hour file; expected china_{kind}_YYYYMMDD.csv files, or zips "
                "of them.",
                place=place,
                kind=kind,
            )
    return [found[day] for day in sorted(found)]


def iter_day_files(
    sources: Sequence[DaySource],
    *,
    types: Sequence[str] = HOURLY_TYPES,
    units: Sequence[str] | None = None,
) -> Iterator[DayFile]:
    """Read hour files in the order given, ahead of the reader by a few only.

    Parameters
    ----------
    sources : sequence of DaySource
        As :func:`find_day_sources` gives them.
    types, units
        As for :func:`~airrank.ingest.hour_files.read_day_file`.

    Yields
    ------
    DayFile
    """

    def load(source: DaySource) -> DayFile:
        return read_day_file(source.read(), source.date, source.origin, types=types, units=units)

    with ThreadPoolExecutor(WORKERS) as pool:
        pending: deque[Future[DayFile]] = deque()
        try:
            for source in sources:
                pending.append(pool.submit(load, source))
                if len(pending) > 2 * WORKERS:
                    yield pending.popleft().result()
            while pending:
                yield pending.popleft().result()
        finally:
            for future in pending:
                future.cancel()


def _sources_at(place: Path, kind: str) -> Iterator[DaySource]:
    try:
        if place.is_dir():
            paths = sorted(place.iterdir())
        elif place.exists():
            paths = [place]
        else:
            raise InputError(
                "there is no file or folder {place}; give one with hour files.", place=place
            )
    except OSError as error:
        raise InputError(
            "cannot read the folder {place}: {error}", place=place, error=error
        ) from error
    for path in paths:
        day = date_of_name(path.name, kind)
        if day is not None:
            yield DaySource(day, path)
        elif path.suffix.lower() == ".zip":
            yield from _members(path, kind)


def _members(path: Path, kind: str) -> Iterator[DaySource]:
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except BROKEN_ZIP as error:
        raise InputError(
            "cannot read {path} as a zip: {error}. Fetch it again.", path=path, error=error
        ) from error
    for name in names:
        day = date_of_name(PurePosixPath(name).name, kind)
        if day is not None:
            yield DaySource(day, path, name)
