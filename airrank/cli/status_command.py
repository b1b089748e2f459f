"""``airrank status``: what the store holds, whether it is whole, and how it fits official ranks."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from airrank.cli import options

SHOWN = 6


@click.command("status")
@click.option("--store", type=click.Path(path_type=Path), metavar="DIR", help="The store.  "
              "[default: AIRRANK_STORE, else the user's data folder]")  # fmt: skip
@click.option("--check", "checking", is_flag=True, help="Verify every hash.")
@click.option("--reconcile", is_flag=True,
              help="Compare our ranks and indices with the official ones.")  # fmt: skip
@options.together(options.edition, options.dust, options.rounding, options.as_json)
def command(
    store: Path | None,
    checking: bool,
    reconcile: bool,
    edition: str,
    dust: str,
    rounding: str,
    as_json: bool,
) -> None:
    """Show what the store holds, source by source.

    Last day, coverage of the 168, gaps, flags, revised, retracted and backfilled days, disk use.
    Exit status: 0, or 1 if --check finds something broken.
    """
    from airrank.cli import render
    from airrank.store import Store, default_store

    opened = Store(store or default_store()).require()
    if checking:
        _check(opened, as_json=as_json)
        return
    if reconcile:
        from airrank.cli.reconcile import print_reconciliation, reconciliation
        from airrank.ranking_table import Reading

        table = reconciliation(opened, Reading(edition, dust, rounding))
        print_reconciliation(table, as_json=as_json)
        return
    from airrank.store.summary import summarise
    from airrank.store.update import utc_now

    content = summarise(opened, utc_now())
    if as_json:
        render.print_json(content)
        return
    _print(content)


def _check(store: Any, *, as_json: bool) -> None:
    from airrank.store.checking import check, to_json

    report = check(store)
    if as_json:
        click.echo(to_json(report))
    else:
        click.echo(
            f"{report.entries_checked} journal lines, {report.raw_checked} raw answers and "
            f"{report.records_checked} records checked: "
            + ("clean" if not report.broken else f"{len(report.broken)} broken")
        )
        for line in report.broken:
            click.echo(f"broken: {line}")
        for line in report.notes:
            click.echo(f"note: {line}")
    sys.exit(1 if report.broken else 0)


def _print(content: dict[str, Any]) -> None:
    from airrank.cli.render import show
    from airrank.ingest.sources import PRIORITY

    disk = content["disk_bytes"]
    show(f"store: {content['store']} ({sum(disk.values()) / 1e6:.1f} MB: "
         + ", ".join(f"{k} {v / 1e6:.1f}" for k, v in disk.items()) + ")")  # fmt: skip
    show(f"source priority: {' > '.join(PRIORITY)}")
    if content["writer"]:
        show(f"writer: {content['writer']}")
    for name, source in content["sources"].items():
        show(f"\n{name}: {source['answers']} answers, {source['absent']} not there, "
             f"last asked {source['last_retrieval']}")  # fmt: skip
        if "first_day" in source:
            coverage = source["coverage_168"]
            show(f"  days {source['first_day']} … {source['last_day']} ({source['days_since']} days"
                 f" ago), {source['cities']} cities, {source['records']} records"
                 + ("" if coverage is None else f", {coverage:.1%} of the 168"))  # fmt: skip
            _runs("gaps", source["gaps"])
            _runs("days below 95 % of the 168", source["thin_days"])
        if source.get("listed", {}).get("city_days"):
            listed = source["listed"]
            show(f"  dust: {listed['city_days']} city-days, {listed['first_day']} … "
                 f"{listed['last_day']}")  # fmt: skip
        for key, value in source.get("flags", {}).items():
            show(f"  flag {key}: {value}")
        if source.get("changes"):
            _changes(source["changes"])


def _changes(found: dict[str, Any]) -> None:
    from airrank.cli.render import show

    show(f"  revised {found['revised']}, retracted {found['retracted']}")
    _runs("backfilled", found["backfilled"])
    for line in found["latest"][-SHOWN:]:
        show(f"    {line['change']} {line['date']} {line['city']}, known {line['retrieved_at']}")


def _runs(title: str, found: list[str]) -> None:
    from airrank.cli.render import show

    if found:
        more = f" and {len(found) - SHOWN} more" if len(found) > SHOWN else ""
        show(f"  {title}: {', '.join(found[:SHOWN])}{more}")
