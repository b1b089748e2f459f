"""The store on disk: raw answers and journal are the truth, partitions are derived from them.

    raw/ab/<sha256>.zst                     every answer, compressed, under its hash
    journal/<source>/<year>.jsonl           which answer came when, from where; only ever appended
    city_days/<source>/<year>-<hash>.parquet    every version of every record
    manifest.json                           which partitions count, and how far the journal is in

An update replaces the manifest last: a crash before leaves the old state, which the next run
brings up to the journal.
"""

from __future__ import annotations

import datetime as dt
import json
import math
from collections.abc import Callable, Collection, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from airrank.errors import InputError, StoreError
from airrank.ingest.foreign_json import Every, check_shape, read_json
from airrank.ingest.retrieval import Entry, Fetched, Job
from airrank.ingest.sources import INTERPRET, REACH
from airrank.rules.standards import POLLUTANTS
from airrank.store import disk, journal, partitions
from airrank.store.lock import writer
from airrank.store.ownership import is_store, partitions_of_ours
from airrank.whole import write_whole

FORMAT = 1
REVISIONS_KEPT = 200
"""Changed values that an update names; their number is given in any case."""
BATCH = 60
"""Journal entries turned into records at a time."""
NO_TIME = dt.timedelta()
_TRIES = 5


@dataclass(frozen=True)
class Revision:
    """A value that a later answer changed; NaN where one of both is missing."""

    day: dt.date
    city: str
    pollutant: str
    old: float
    new: float


class Changes:
    """What an application of the journal changed: versions added, by kind.

    ``revisions`` are the first :data:`REVISIONS_KEPT` changed values.
    """

    def __init__(self) -> None:
        self.new = self.revised = self.retracted = 0
        self.days: set[dt.date] = set()
        self.revisions: list[Revision] = []

    def add(self, before: pd.DataFrame, after: pd.DataFrame) -> None:
        """Count the versions of `after` that `before` lacks."""
        version = after.groupby(partitions.KEYS).cumcount()
        old = pd.MultiIndex.from_frame(before[[*partitions.KEYS, "retrieved_at"]])
        fresh = ~pd.MultiIndex.from_frame(after[[*partitions.KEYS, "retrieved_at"]]).isin(old)
        gone = partitions.withdrawn(after)
        first = (version == 0).to_numpy()
        self.new += int((fresh & first).sum())
        self.retracted += int((fresh & gone).sum())
        self.revised += int((fresh & ~first & ~gone).sum())
        self.days |= set(after["date"][fresh & first].dt.date)
        for row in np.flatnonzero(fresh & ~first & ~gone)[: REVISIONS_KEPT - len(self.revisions)]:
            self._keep(after.iloc[row - 1], after.iloc[row])

    def _keep(self, before: pd.Series, now: pd.Series) -> None:
        for name in POLLUTANTS:
            old, new = float(before[name]), float(now[name])
            if old != new and not (math.isnan(old) and math.isnan(new)):
                self.revisions.append(Revision(now["date"].date(), now["city"], name, old, new))


class Store:
    """A store in a folder; see the module's text for the layout."""

    def __init__(self, root: str | Path) -> None:
        self.root = Path(root)
        # One object for all readings, so that what is parsed can be remembered by it.
        self.read_raw: Callable[[str], bytes] = partial(disk.read_raw, self.root)

    def exists(self) -> bool:
        """Tell whether there is a store."""
        return (self.root / "journal").is_dir() and is_store(self.root)

    def require(self) -> Store:
        """Give the store, or say how one is made."""
        if not self.exists():
            raise StoreError(
                "there is no store at {root}; fill one with airrank update, or say where it is "
                "with --store or AIRRANK_STORE",
                root=self.root,
            )
        return self

    def writing(self, wait: float = 0.0) -> AbstractContextManager[None]:
        """Hold the lock for writing."""
        return writer(self.root, wait)

    def sources(self) -> list[str]:
        """Name the sources the store has answers of."""
        return sorted(path.name for path in (self.root / "journal").glob("*") if path.is_dir())

    def entries(self, source: str) -> list[Entry]:
        """Give a source's journal."""
        return journal.read(self.root, source)

    def manifest(self) -> dict[str, Any]:
        """Give which partitions count.

        Raises
        ------
        StoreError
            If the manifest is damaged or of another format.
        """
        path = self.root / "manifest.json"
        if not path.exists():
            return {"format": FORMAT, "sources": {}}
        try:
            content: dict[str, Any] = read_json(path, {"format": int})
            if content["format"] == FORMAT:
                check_shape(content, path, {"sources": Every(partitions.STATE)})
                for state in content["sources"].values():
                    partitions.check_state(state)
        except InputError as error:
            raise StoreError(
                "{path} is damaged: {error}. Rebuild: airrank update --rebuild",
                path=path,
                error=error,
            ) from error
        if content["format"] != FORMAT:
            raise StoreError(
                "{path}: format {known}; this airrank knows {format}",
                path=path,
                known=content["format"],
                format=FORMAT,
            )
        return content

    def versions(self, source: str) -> pd.DataFrame:
        """Give every version of a source's records, ordered by date, city and retrieval."""
        for left in reversed(range(_TRIES)):
            years = self.manifest()["sources"].get(source, {}).get("years", {})
            try:
                frames = [
                    partitions.read(self.root, y["file"], y["sha256"]) for y in years.values()
                ]
                break
            except partitions.MissingError:
                if not left:  # not just replaced by a writer since the manifest was read
                    raise
        return pd.concat([partitions.conform(pd.DataFrame()), *frames], ignore_index=True)

    def add(self, source: str, job: Job, fetched: Fetched | None, origin: str, at: dt.datetime,
            after: Entry | None) -> Entry:  # fmt: skip
        """Keep an answer: its raw content first, then its line in the journal."""
        if after is not None:  # a clock set back must not turn the order round
            at = max(at, after.retrieved_at + dt.timedelta(microseconds=1))
        sha256, first, last, extra = None, job.first, job.last, {}
        if fetched is not None:
            for content in fetched.attached:
                disk.write_raw(self.root, content)
            sha256, extra = disk.write_raw(self.root, fetched.content), dict(fetched.extra)
            first, last = fetched.first or first, fetched.last or last
        key = job.key if fetched is None else fetched.key or job.key
        entry = Entry(source, key, at, sha256, origin, first, last, extra)
        journal.append(self.root, entry)
        return entry

    def apply(self, source: str, *, rebuild: bool = False) -> Changes:
        """Bring a source's partitions up to its journal.

        With `rebuild` the broken ones are made again; all of them where none is broken.
        """
        manifest, broken = self._to_rebuild(source) if rebuild else (self.manifest(), set())
        if source not in INTERPRET:
            raise StoreError(
                "{root}: a journal of {source!r}, a source nobody knows",
                root=self.root,
                source=source,
            )
        state = manifest["sources"].setdefault(source, {"applied": 0, "years": {}})
        entries, changes = self.entries(source), Changes()
        known = journal.history(entries[: state["applied"]])
        if state["applied"] > len(entries):
            raise StoreError(
                "{root}: the journal of {source} is shorter than it was; restore it from a "
                "backup, or start over with update --rebuild",
                root=self.root,
                source=source,
            )
        if broken:
            past: dict[str, Entry] = {}
            for start in range(0, state["applied"], BATCH):
                batch = entries[start : min(start + BATCH, state["applied"])]
                self._apply_batch(source, state, past, batch, changes, broken)
        for start in range(state["applied"], len(entries), BATCH):
            batch = entries[start : start + BATCH]
            self._apply_batch(source, state, known, batch, changes)
            state["applied"] = start + len(batch)
            self._commit(manifest)
        if rebuild:
            self._commit(manifest)
        return changes

    def forget_records(self, source: str) -> None:
        """Let a source's records no longer count: they are made anew from the journal."""
        manifest = self.manifest()
        manifest["sources"].pop(source, None)
        self._commit(manifest)

    def _to_rebuild(self, source: str) -> tuple[dict[str, Any], set[int]]:
        """Give the manifest without what must be made again, and the broken years.

        No year is named where the whole source is made again.
        """
        try:
            manifest = self.manifest()
        except StoreError:
            return {"format": FORMAT, "sources": {}}, set()
        years = manifest["sources"].get(source, {}).get("years", {})
        broken = set()
        for year, line in years.items():
            try:
                partitions.read(self.root, line["file"], line["sha256"])
            except StoreError:
                broken.add(int(year))
        if not 0 < len(broken) < len(years):
            manifest["sources"].pop(source, None)
            return manifest, set()
        for year in broken:
            del years[str(year)]
        return manifest, broken

    def _apply_batch(
        self,
        source: str,
        state: dict[str, Any],
        known: dict[str, Entry],
        batch: list[Entry],
        changes: Changes,
        only: Collection[int] = (),
    ) -> None:
        """Turn entries into records; with `only` those of these years, from what tells of them."""
        frames = [partitions.conform(pd.DataFrame())]
        for entry in batch:
            journal.remember(known, entry)
            reach = REACH.get(source, NO_TIME)
            years = range((entry.first - reach).year, (entry.last + reach).year + 1)
            if only and not set(only) & set(years):
                continue
            found = INTERPRET[source](entry, known, self.read_raw)
            frames += [partitions.conform(f.assign(retrieved_at=entry.retrieved_at)) for f in found]
        new = pd.concat(frames, ignore_index=True)
        for year, part in new.groupby(new["date"].dt.year):
            if only and year not in only:
                continue
            line = state["years"].get(str(year))
            stored = frames[0]
            if line is not None:
                stored = partitions.read(self.root, line["file"], line["sha256"])
            merged = partitions.merge(stored, part)
            if len(merged) > len(stored):
                changes.add(stored, merged)
                state["years"][str(year)] = partitions.write(self.root, source, int(year), merged)
        state["years"] = dict(sorted(state["years"].items()))

    def _commit(self, manifest: dict[str, Any]) -> None:
        """Make a manifest count, then remove partitions that no longer do."""
        text = json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True)
        write_whole(self.root / "manifest.json", text.encode())
        for path in self.unlisted(manifest):
            path.unlink(missing_ok=True)

    def unlisted(self, manifest: dict[str, Any]) -> Iterator[Path]:
        """Give partition files of ours that a manifest does not name."""
        listed = {
            line["file"] for s in manifest["sources"].values() for line in s["years"].values()
        }
        for path in partitions_of_ours(self.root):
            if path.relative_to(self.root).as_posix() not in listed:
                yield path
