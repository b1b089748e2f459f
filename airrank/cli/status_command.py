"""``airrank status``: what the store holds, whether it is whole, and how it fits official ranks."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from airrank.cli import options, screen, speech
from airrank.cli.numbers import NumberType
from airrank.words import MISSING, Listed, Percent, Text

if TYPE_CHECKING:
    from airrank.request import Request

SHOWN = 6
PARTS = {"raw": Text("raw"), "journal": Text("journal"), "city_days": Text("city_days")}


@speech.command("status")
@speech.option("--store", type=click.Path(path_type=Path), metavar="DIR", help="The store.  "
              "[default: AIRRANK_STORE, else the user's data folder]")  # fmt: skip
@speech.option("--check", "checking", is_flag=True, help="Verify every hash.")
@speech.option("--reconcile", is_flag=True,
              help="Compare our means and ranks with the official ones.")  # fmt: skip
@speech.option("--threshold", type=NumberType(0, 1000), default=6.0, show_default=True,
               metavar="NUMBER", help="With --reconcile: means further apart contradict each other "
               "[µg/m³].")  # fmt: skip
@options.together(options.edition, options.dust, options.rounding, options.as_json, options.lang)
@options.as_request
def command(
    request: Request, checking: bool, reconcile: bool, threshold: float, as_json: bool
) -> None:
    """Show what the store holds, source by source.

    Last day, coverage of the 168, gaps, flags, revised, retracted and backfilled days, disk use.
    Exit status: 0, or 1 if --check finds something broken.
    """
    from airrank.cli import render
    from airrank.cli.readiness import readiness
    from airrank.store import Store, default_store

    if reconcile:
        _reconcile(request, threshold, as_json=as_json)
        return
    opened, now = Store(request.store or default_store()), dt.datetime.now(dt.UTC)
    told = readiness(opened.root, now)
    if not as_json:
        screen.echo(told.text)
    opened.require()
    if checking:
        _check(opened, as_json=as_json)
    else:
        from airrank.store.summary import summarise

        content = {**summarise(opened, now), "readiness": told.as_dict()}
        if as_json:
            render.print_json(content)
        else:
            _print(content)


def _reconcile(request: Request, threshold: float, *, as_json: bool) -> None:
    """Set ours beside the official figures: of the store if there is one, else as bundled."""
    from airrank.cli.reconcile import print_reconciliation, reconciliation_json
    from airrank.cli.render import print_json, show
    from airrank.inputs import load_known
    from airrank.reconciliation import official_figures, reconcile
    from airrank.store import Store, default_store

    store = Store(request.store or default_store())
    observations, origin = load_known(None, request.store)
    official = official_figures(store if store.exists() else None)
    found = reconcile(observations, official, rules=request.rules, threshold=threshold)
    if as_json:
        print_json(reconciliation_json(found))
    else:
        show(Text("data: {data}", data=origin))
        print_reconciliation(found)


def _check(store: Any, *, as_json: bool) -> None:
    from airrank.cli.render import print_json
    from airrank.store.checking import check

    report = check(store)
    if as_json:
        print_json(vars(report))
    else:
        broken = Text("{n} broken", n=len(report.broken)) if report.broken else Text("clean")
        checked = Text(
            "{entries} journal lines, {raw} raw answers and {records} records checked: {result}",
            entries=report.entries_checked,
            raw=report.raw_checked,
            records=report.records_checked,
            result=broken,
        )
        screen.echo(checked)
        for line in report.broken:
            screen.echo(Text("broken: {what}", what=line))
        for line in report.notes:
            screen.echo(Text("note: {what}", what=line))
    sys.exit(1 if report.broken else 0)


def _print(content: dict[str, Any]) -> None:
    from airrank.ingest.sources import PRIORITY

    disk = content["disk_bytes"]
    parts = (
        Text("{part} {size:.1f}", part=PARTS[part], size=size / 1e6) for part, size in disk.items()
    )
    store = Text(
        "store: {store} ({total:.1f} MB: {parts})",
        store=content["store"],
        total=sum(disk.values()) / 1e6,
        parts=Listed(parts),
    )
    screen.echo(store)
    screen.echo(Text("source priority: {order}", order=" > ".join(PRIORITY)))
    if content["writer"]:
        screen.echo(Text("writer: {writer}", writer=content["writer"]))
    for name, source in content["sources"].items():
        for line in _of_source(name, source):
            screen.echo(line)


def _in_beijing(moment: str | None) -> str:
    """Give a moment as a clock on the wall shows it."""
    from datetime import datetime

    from airrank.ingest.limits import BEIJING

    if moment is None:
        return MISSING
    return f"{datetime.fromisoformat(moment).astimezone(BEIJING):%Y-%m-%d %H:%M}"


def _of_source(name: str, source: dict[str, Any]) -> Iterator[Text | str]:
    """Give the lines about a source."""
    from airrank.ingest.flags import CODES

    yield ""
    yield Text(
        "{source}: {answers} answers, {absent} not there, last asked {last} (Beijing time)",
        source=name,
        answers=source["answers"],
        absent=source["absent"],
        last=_in_beijing(source["last_retrieval"]),
    )
    if "first_day" in source:
        days = Text(
            "  days {first} … {last} ({since} days ago), {cities} cities, {records} records",
            first=source["first_day"],
            last=source["last_day"],
            since=source["days_since"],
            cities=source["cities"],
            records=source["records"],
        )
        share = source["coverage_168"]
        if share is not None:
            days = Text("{days}, {share} of the 168", days=days, share=Percent(100 * share, 1))
        yield days
        yield from _runs(Text("gaps"), source["gaps"])
        yield from _runs(Text("days below 95 % of the 168"), source["thin_days"])
    if source.get("listed", {}).get("city_days"):
        listed = source["listed"]
        yield Text(
            "  dust: {days} city-days, {first} … {last}",
            days=listed["city_days"],
            first=listed["first_day"],
            last=listed["last_day"],
        )
    for flag, n in source.get("flags", {}).items():
        code = CODES.get(flag.split(":")[1])
        if code is None:
            yield Text("  flag {flag}: {n}", flag=flag, n=n)
        else:
            yield Text("  flag {flag} ({meaning}): {n}", flag=flag, meaning=code.meaning, n=n)
    if source.get("changes"):
        yield from _changes(source["changes"])


def _changes(found: dict[str, Any]) -> Iterator[Text]:
    from airrank.cities import load_ranking_list

    names = load_ranking_list("168")
    yield Text(
        "  revised {revised}, retracted {gone}", revised=found["revised"], gone=found["retracted"]
    )
    yield from _runs(Text("backfilled"), found["backfilled"])
    for row in found["latest"][-SHOWN:]:
        city = names.find(row["city"]) or row["city"]
        facts = {"day": row["date"], "city": city, "when": row["retrieved_at"]}
        if row["change"] == "revised":
            yield Text("    revised {day} {city}, known {when}", **facts)
        else:
            yield Text("    retracted {day} {city}, known {when}", **facts)


def _runs(what: Text, found: list[str]) -> Iterator[Text]:
    if found:
        days = Listed(found[:SHOWN])
        if len(found) > SHOWN:
            more = len(found) - SHOWN
            yield Text("  {what}: {days} and {n} more", what=what, days=days, n=more)
        else:
            yield Text("  {what}: {days}", what=what, days=days)
