"""Is everything still what it was: every hash of a store verified."""

from __future__ import annotations

from dataclasses import dataclass, field

from airrank.errors import StoreError
from airrank.ingest.retrieval import Entry
from airrank.store import disk, partitions
from airrank.store.base import Store
from airrank.store.clock import ahead
from airrank.store.ownership import unfinished
from airrank.store.update import Clock, utc_now
from airrank.words import Text, counted


@dataclass
class Report:
    """What a check found: ``broken`` needs action, ``notes`` need none."""

    raw_checked: int = 0
    records_checked: int = 0
    entries_checked: int = 0
    broken: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def check(store: Store, clock: Clock = utc_now) -> Report:
    """Verify journals, raw answers, partitions and that records name answers that exist.

    Answers that were retrieved later than now, by what the journal says, are named too.
    """
    report = Report()
    entries: dict[str, list[Entry]] = {}
    for source in store.sources():
        try:
            entries[source] = store.entries(source)
            report.entries_checked += len(entries[source])
            _check_times(source, ahead(entries[source], clock()), report)
        except StoreError as error:
            report.broken.append(str(error))
    named = _check_raw(store, entries, report)
    try:
        manifest = store.manifest()
    except StoreError as error:
        report.broken.append(str(error))
        return report
    for source, state in manifest["sources"].items():
        waiting = len(entries.get(source, [])) - state["applied"]
        if waiting < 0 and source in entries:
            told = Text("journal of {source}: {n} entries fewer than once applied", n=-waiting)
            report.broken.append(str(told.with_values(source=source)))
        elif waiting > 0:
            told = Text("{source}: {waiting} answers wait to be turned into records")
            report.notes.append(str(told.with_values(source=source, waiting=waiting)))
        for line in state["years"].values():
            _check_partition(store, line, named, report)
    leftover = [*store.unlisted(manifest), *unfinished(store.root)]
    if leftover:
        told = Text("{n} files of an interrupted run; the next update removes them")
        report.notes.append(str(told.with_values(n=len(leftover))))
    return report


def _check_times(source: str, late: list[Entry], report: Report) -> None:
    if late:
        last = late[-1].retrieved_at.isoformat(timespec="seconds")
        told = counted(
            "{source}: {n} answer is dated later than now, {last}: a clock was ahead, and "
            "until then no forecast counts it. Mend: airrank update --mend-clock",
            "{source}: {n} answers are dated later than now, up to {last}: a clock was "
            "ahead, and until then no forecast counts them. Mend: "
            "airrank update --mend-clock",
            len(late),
            source=source,
            last=last,
        )
        report.broken.append(str(told))


def _check_raw(store: Store, entries: dict[str, list[Entry]], report: Report) -> set[str]:
    named: dict[str, str] = {}
    for source, lines in entries.items():
        for entry in lines:
            where = f"{source}, {entry.key}"
            for sha256 in (entry.sha256, entry.extra.get("stations")):
                if sha256 is not None:
                    named.setdefault(sha256, where)
    for sha256, where in named.items():
        try:
            disk.read_raw(store.root, sha256)
        except StoreError as error:
            told = Text("{error} ({where}); ask for it again: airrank update --again all")
            report.broken.append(str(told.with_values(error=error, where=where)))
    report.raw_checked = len(named)
    lost = {path.stem for path in (store.root / "raw").glob("*/*.zst")} - set(named)
    if lost:
        told = Text("{lost} raw answers without a journal line", lost=len(lost))
        report.notes.append(str(told))
    return set(named)


def _check_partition(store: Store, line: dict[str, str], named: set[str], report: Report) -> None:
    file = line["file"]
    try:
        frame = partitions.read(store.root, file, line["sha256"])
    except StoreError as error:
        report.broken.append(str(error))
        return
    report.records_checked += len(frame)
    strange = {h for raw in frame["raw"].unique() for h in raw.split()} - named
    if strange:
        told = Text("{file}: {n} records name answers not journalled", file=file, n=len(strange))
        report.broken.append(str(told))
