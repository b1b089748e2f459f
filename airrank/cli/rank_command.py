"""``airrank rank``: the ranking table of a period."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from airrank.cli import options, speech
from airrank.spreadsheet import write_csv

if TYPE_CHECKING:
    from airrank.request import Request


@speech.command("rank")
@speech.option(
    "--period",
    type=options.PeriodType(),
    metavar="PERIOD",
    help="2017, 2017-09, 2017Q3, 2017-01..2017-09, or days joined by two dots.  "
    "[default: 1 January to the last complete day]",
)
@options.together(
    options.data,
    options.store,
    options.as_known_at,
    options.panel,
    options.city,
    options.edition,
    options.dust,
    options.rounding,
    options.out,
    options.as_json,
    options.lang,
)
@speech.option("--top", type=click.IntRange(1), metavar="N", help="Print only the N best ranks.")
@options.as_request
def command(request: Request, out: Path | None, as_json: bool, top: int | None) -> None:
    """Rank the cities over any period.

    Shows rank and ties, composite index, the six statistics, each pollutant's share of the index,
    and the change in places against the same period a year earlier.
    """
    from airrank.cli import render
    from airrank.ranking_table import standings

    source, rules, city = request.load(), request.rules, request.city
    chosen = request.period or source.year_to_date()
    table = standings(source.panel, chosen, rules)
    marked = source.panel.ranking_list.resolve(city).name if city else None
    if out is not None:
        write_csv(table, out / f"rank_{chosen}.csv".replace("..", "_"))
    if as_json:
        render.print_json(render.standings_json(table, chosen, rules, source))
    else:
        render.print_standings(table, chosen, rules, source, top=top, marked=marked)
