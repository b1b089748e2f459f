"""``airrank update``: fetch new days from a source into the store."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from airrank.cli import options, screen, speech
from airrank.cli.numbers import NumberType, WholeType
from airrank.words import Text, counted

if TYPE_CHECKING:
    from airrank.ingest.retrieval import Job, Source
    from airrank.ingest.tables import TableFile
    from airrank.request import Request
    from airrank.store import Store
    from airrank.store.update import Report, Summary

DAY = 86_400.0
"""Longest time that an option takes [s]."""
LOG_EVERY = 60.0
SHOWN = 10


@speech.command("update")
@speech.option(
    "--source",
    type=click.Choice(["archive", "cnemc", "file", "official", "dust"]),
    help="Where from: hour-file archive, national platform, a table of audited values, "
    "a published ranking table, a list of dust days.",
)
@speech.option("--store", type=click.Path(path_type=Path), metavar="DIR", help="The store.  "
              "[default: AIRRANK_STORE, else the user's data folder]")  # fmt: skip
@speech.option("--url", metavar="URL", help="Address; for the archive with {YYYYMMDD}.")
@speech.option("--from", "--file", "places", type=click.Path(path_type=Path), multiple=True,
              metavar="PATH",
              help="Folder, zip or file instead of an address; may be repeated.")  # fmt: skip
@speech.option("--stations", type=click.Path(path_type=Path), metavar="FILE",
              help="Station list (code, city), for files with a column per station.")  # fmt: skip
@speech.option("--since", type=options.DAY, metavar="DAY",
              help="First day.  [default: a week before the last stored day]")  # fmt: skip
@speech.option("--until", type=options.DAY, metavar="DAY", help="Last day.  "
              "[default: yesterday]")  # fmt: skip
@speech.option("--city", "cities", multiple=True, help="Only these (cnemc; may be repeated); for "
               "--source file whose values a table without cities gives.")  # fmt: skip
@options.accept
@speech.option("--again", type=click.Choice(["gaps", "all"]), help="Ask again for settled days: "
              "missing ones, or all.")  # fmt: skip
@speech.option("--pace", type=NumberType(0.0, DAY), metavar="SECONDS",
              help="Least time between requests.  [default: 1; cnemc 1.5 to 3]")  # fmt: skip
@speech.option("--attempts", type=WholeType(1, 20), default=4, show_default=True,
              help="Tries of one request.")  # fmt: skip
@speech.option("--timeout", type=NumberType(0.1, DAY), default=30.0, show_default=True,
              metavar="SECONDS", help="Longest silence of the server.")  # fmt: skip
@speech.option("--wait", type=NumberType(0.0, DAY), default=30.0, show_default=True,
              metavar="SECONDS", help="How long to wait for another writer.")  # fmt: skip
@speech.option("--dry-run", is_flag=True, help="Say what would be fetched, and fetch nothing.")
@speech.option("--rebuild", is_flag=True, help="Build broken records again from the raw answers; "
              "all, where none is broken; without --source of every source.")  # fmt: skip
@speech.option("--mend-clock", is_flag=True, help="Count answers dated later than now, by a clock "
              "that was ahead, as retrieved now; without --source of every source.")  # fmt: skip
@options.together(options.as_json, options.lang)
@options.as_request
def command(
    request: Request,
    wait: float,
    dry_run: bool,
    rebuild: bool,
    mend_clock: bool,
    as_json: bool,
    **given: Any,
) -> None:
    """Fetch new days from a source into the store.

    Every answer is kept; a later value adds a version. Ctrl-C stops cleanly and the next run goes
    on. Exit status: 0 all got, 1 something failed (run again), 2 wrong usage, damaged or busy
    store, 130 stopped.
    """
    from airrank.store import Store, default_store

    target = Store(request.store or default_store())
    if rebuild:
        _rebuild(target, given["source"], wait)
        return
    if mend_clock:
        _mend_clock(target, given["source"], wait)
        return
    from airrank.cli.source_options import Wanted, make_source
    from airrank.ingest.archive import Archive
    from airrank.ingest.tables import TableFile
    from airrank.store.dust_lists import SOURCE as LISTS
    from airrank.store.dust_lists import listed_days
    from airrank.store.update import plan, update, utc_now

    chosen = make_source(Wanted(**given, accept=request.accept), target, utc_now())
    if dry_run and isinstance(chosen, TableFile):
        _print_reading(chosen, as_json=as_json)
        return
    if dry_run:
        _print_plan(plan(target, chosen, utc_now()), chosen, as_json=as_json)
        return
    if isinstance(chosen, Archive):
        _tell_resumed(len(chosen.days(utc_now())), len(plan(target, chosen, utc_now())))
    lists = chosen.name == LISTS
    before = len(listed_days(target)) if lists else 0
    with _progress() as report:
        summary = update(target, chosen, report=report, wait=wait)
    after = len(listed_days(target)) if lists else None
    _print_summary(summary, before, after, as_json=as_json)
    if summary.interrupted:
        sys.exit(130)
    sys.exit(0 if summary.complete else 1)


def _tell_resumed(days: int, left: int) -> None:
    """Say how many of the days wanted an earlier run has got for good."""
    if 0 < left < days:
        told = Text("{there} of {days} days are here, going on", there=days - left, days=days)
        screen.echo(told, err=True)


def _rebuild(store: Store, source: str | None, wait: float) -> None:
    names = [source] if source else store.require().sources()
    with store.writing(wait):
        for name in names:
            changes = store.apply(name, rebuild=True)
            built = Text(
                "{source}: {n} records built from the raw answers",
                source=name,
                n=changes.new + changes.revised + changes.retracted,
            )
            screen.echo(built, err=True)


def _mend_clock(store: Store, source: str | None, wait: float) -> None:
    from airrank.store.clock import mend
    from airrank.store.update import utc_now

    names = [source] if source else store.require().sources()
    with store.writing(wait):
        for name in names:
            answers, _ = mend(store, name, utc_now())
            told = counted(
                "{source}: {n} answer dated later than now counts as retrieved now",
                "{source}: {n} answers dated later than now count as retrieved now",
                answers,
                source=name,
            )
            screen.echo(told, err=True)


@contextmanager
def _progress() -> Iterator[Report]:
    """Show a bar on a terminal, a line a minute elsewhere; both on standard error."""
    if not sys.stderr.isatty():
        yield _log_lines()
        return
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TaskProgressColumn,
        TextColumn,
        TimeRemainingColumn,
    )

    columns = (TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn(),
               TaskProgressColumn(show_speed=True), TextColumn("{task.fields[rate]}"),
               TimeRemainingColumn())  # fmt: skip
    started = time.monotonic()
    with Progress(*columns, console=screen.console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None, rate="")

        def report(done: int, total: int, label: str) -> None:
            rate = f"{done / max(time.monotonic() - started, 1e-9):.1f}/s"
            bar.update(task, completed=done, total=total, description=label, rate=rate)

        yield report


def _log_lines() -> Report:
    started = time.monotonic()
    said = started

    def report(done: int, total: int, label: str) -> None:
        nonlocal said
        now = time.monotonic()
        if now - said >= LOG_EVERY:
            said, left = now, (now - started) / max(done, 1) * (total - done)
            going = Text(
                "{done} of {total}, next {label}, about {minutes:.0f} min left",
                done=done,
                total=total,
                label=label,
                minutes=left / 60,
            )
            screen.echo(going, err=True)

    return report


def _print_plan(jobs: list[Job], source: Source, *, as_json: bool) -> None:
    from airrank.cli.render import print_json

    if as_json:
        print_json({"schema": "airrank/update-plan/1", "source": source.name,
                    "origin": source.origin, "requests": [job.label for job in jobs]})  # fmt: skip
        return
    screen.echo(Text("{n} requests to {origin}", n=len(jobs), origin=source.origin))
    for job in jobs[:SHOWN]:
        screen.echo(f"  {job.label}")
    if len(jobs) > SHOWN:
        screen.echo(Text("  … to {label}", label=jobs[-1].label))


def _print_reading(table: TableFile, *, as_json: bool) -> None:
    """Print how a table is read, without taking it in."""
    from airrank.cli.render import print_json
    from airrank.ingest.limits import read_bytes

    account = table.read(read_bytes(table.path))[1]
    if as_json:
        told = {"requests": [str(table.path)], "account": account.to_dict()}
        print_json({"schema": "airrank/update-plan/1", "source": table.name,
                    "origin": table.origin, **told})  # fmt: skip
        return
    for line in account.lines():
        screen.echo(line)


def _print_revisions(summary: Summary) -> None:
    """Say which values were changed, the first of them."""
    for revision in summary.revisions[:SHOWN]:
        told = Text("revised: {city}, {day}, {pollutant}: {old:g} → {new:g}", **vars(revision))
        screen.echo(told)
    more = len(summary.revisions) - SHOWN
    if more > 0:
        screen.echo(Text("revised: {n} more values", n=more))


def _print_summary(
    summary: Summary, before: int = 0, listed: int | None = None, *, as_json: bool
) -> None:
    """Print what an update got; of lists of dust days how many city-days they name in all."""
    from airrank.cli.render import print_json

    if as_json:
        account = summary.account.to_dict() if summary.account else None
        revisions = [vars(r) | {"day": str(r.day)} for r in summary.revisions]
        extra = {"complete": summary.complete, "revisions": revisions, "account": account}
        print_json({"schema": "airrank/update/1", **vars(summary), **extra})
    else:
        for line in summary.account.lines() if summary.account else ():
            screen.echo(line)
        _print_revisions(summary)
        counts = vars(summary) | {"absent": len(summary.absent)}
        told = Text(
            "{source}: {fetched} of {wanted} answers ({unchanged} unchanged), {absent} not there; "
            "{new_days} new days, {new} new records, {revised} revised, {retracted} retracted",
            **counts,
        )
        if listed is not None:
            told = Text(
                "{source}: {fetched} of {wanted} lists; {listed} city-days listed, {more:+d} by "
                "this update",
                **counts,
                listed=listed,
                more=listed - before,
            )
        screen.echo(told)
    for label in summary.vanished:
        screen.echo(Text("gone at the source, our copy stays: {label}", label=label), err=True)
    for _, reason in summary.failed[:SHOWN]:
        screen.echo(Text("failed: {reason}", reason=reason), err=True)
    if len(summary.failed) > SHOWN:
        more = len(summary.failed) - SHOWN
        screen.echo(Text("… and {n} more failures", n=more), err=True)
    if summary.stopped:
        screen.echo(Text("{why}; run the update again to go on", why=summary.stopped), err=True)
