"""``airrank status``: what the store holds, whether it is whole, and how it fits official ranks."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from airrank.cli import options

if TYPE_CHECKING:
    from airrank.request import Request
    from airrank.wording import Lang

SHOWN = 6


@click.command("status")
@click.option("--store", type=click.Path(path_type=Path), metavar="DIR", help="The store.  "
              "[default: AIRRANK_STORE, else the user's data folder]")  # fmt: skip
@click.option("--check", "checking", is_flag=True, help="Verify every hash.")
@click.option("--reconcile", is_flag=True,
              help="Compare our ranks and indices with the official ones.")  # fmt: skip
@options.together(options.edition, options.dust, options.rounding, options.as_json, options.lang)
@options.as_request
def command(request: Request, checking: bool, reconcile: bool, as_json: bool) -> None:
    """Show what the store holds, source by source.

    Last day, coverage of the 168, gaps, flags, revised, retracted and backfilled days, disk use.
    Exit status: 0, or 1 if --check finds something broken.
    """
    from airrank.cli import render
    from airrank.store import Store, default_store

    opened, lang = Store(request.store or default_store()).require(), request.lang
    if checking:
        _check(opened, lang, as_json=as_json)
    elif reconcile:
        from airrank.cli.reconcile import print_reconciliation, reconciliation

        table = reconciliation(opened, request.rules)
        if as_json:
            rows = table.to_dict(orient="records")
            render.print_json({"schema": "airrank/reconcile/1", "rows": rows})
        else:
            print_reconciliation(table, lang)
    else:
        from airrank.store.summary import summarise
        from airrank.store.update import utc_now

        content = summarise(opened, utc_now())
        if as_json:
            render.print_json(content)
        else:
            _print(content, lang)


def _check(store: Any, lang: Lang, *, as_json: bool) -> None:
    from airrank.cli.render import print_json
    from airrank.cli.wording_cli import say
    from airrank.store.checking import check
    from airrank.wording import told

    report = check(store)
    if as_json:
        print_json(vars(report))
    else:
        result = say("broken_count" if report.broken else "clean", lang, n=len(report.broken))
        counts = {
            "entries": report.entries_checked,
            "raw": report.raw_checked,
            "records": report.records_checked,
        }
        click.echo(say("checked", lang, **counts, result=result))
        for line in report.broken:
            click.echo(say("broken", lang, what=told(line, lang)))
        for line in report.notes:
            click.echo(say("note", lang, what=told(line, lang)))
    sys.exit(1 if report.broken else 0)


def _print(content: dict[str, Any], lang: Lang) -> None:
    from airrank.cli.wording_cli import say
    from airrank.ingest.sources import PRIORITY
    from airrank.wording import told

    disk = content["disk_bytes"]
    comma = "、" if lang == "zh" else ", "
    parts = comma.join(f"{say(part, lang)} {size / 1e6:.1f}" for part, size in disk.items())
    total = f"{sum(disk.values()) / 1e6:.1f}"
    click.echo(say("store", lang, store=content["store"], total=total, parts=parts))
    click.echo(say("priority", lang, order=" > ".join(PRIORITY)))
    if content["writer"]:
        click.echo(say("writer", lang, writer=told(content["writer"], lang)))
    for name, source in content["sources"].items():
        for line in _of_source(name, source, lang):
            click.echo(line)


def _of_source(name: str, source: dict[str, Any], lang: Lang) -> Iterator[str]:
    """Give the lines about a source."""
    from airrank.cli.wording_cli import say

    counts = {"answers": source["answers"], "absent": source["absent"]}
    yield say("answers", lang, source=name, **counts, last=source["last_retrieval"])
    if "first_day" in source:
        share = source["coverage_168"]
        yield say(
            "span",
            lang,
            first=source["first_day"],
            last=source["last_day"],
            since=source["days_since"],
            cities=source["cities"],
            records=source["records"],
            share="" if share is None else say("share_168", lang, share=f"{share:.1%}"),
        )
        yield from _runs("gaps", source["gaps"], lang)
        yield from _runs("thin_days", source["thin_days"], lang)
    if source.get("listed", {}).get("city_days"):
        listed = source["listed"]
        span = {"first": listed["first_day"], "last": listed["last_day"]}
        yield say("listed", lang, days=listed["city_days"], **span)
    for flag, n in source.get("flags", {}).items():
        yield say("flag", lang, flag=flag, meaning=say(flag.split(":")[1], lang), n=n)
    if source.get("changes"):
        yield from _changes(source["changes"], lang)


def _changes(found: dict[str, Any], lang: Lang) -> Iterator[str]:
    from airrank.cities import load_ranking_list
    from airrank.cli.wording_cli import say

    names = load_ranking_list("168")
    yield say("changes", lang, revised=found["revised"], gone=found["retracted"])
    yield from _runs("backfilled", found["backfilled"], lang)
    for row in found["latest"][-SHOWN:]:
        city = names.find(row["city"])
        shown = row["city"] if city is None else city.called(lang)
        when = {"day": row["date"], "when": row["retrieved_at"]}
        yield say(f"change_{row['change']}", lang, city=shown, **when)


def _runs(title: str, found: list[str], lang: Lang) -> Iterator[str]:
    from airrank.cli.wording_cli import say

    if found:
        more = say("more_runs", lang, n=len(found) - SHOWN) if len(found) > SHOWN else ""
        days = ("、" if lang == "zh" else ", ").join(found[:SHOWN])
        yield say("runs", lang, what=say(title, lang), days=days, more=more)
