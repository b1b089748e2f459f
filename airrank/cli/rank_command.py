"""``airrank rank``: the ranking table of a period."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from airrank.cli import options, speech
from airrank.cli.numbers import WholeType
from airrank.columns import write_table

if TYPE_CHECKING:
    from airrank.request import Request


@speech.command("rank")
@speech.option(
    "--period",
    type=options.PERIOD,
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
    options.weights,
    options.ties,
    options.placed_last,
    options.out,
    options.as_json,
    options.lang,
)
@speech.option(
    "--changes",
    "compare",
    is_flag=True,
    help="Changes against the year before and the period before, of every pollutant, index and "
    "share of days; of a month also January to the month.",
)
@speech.option(
    "--days",
    "count",
    is_flag=True,
    help="Days by class and primary pollutant, exceeding days by pollutant.",
)
@speech.option(
    "--provincial",
    metavar="NAME|FILE",
    help="A province's own order and what its compensation looks at, unofficial: henan, or a .toml "
    "file of your own.",
)
@speech.option(
    "--top",
    type=WholeType(1),
    metavar="N",
    help="Print only the N best ranks, and the city asked for.",
)
@options.as_request
def command(
    request: Request,
    out: Path | None,
    as_json: bool,
    top: int | None,
    compare: bool,
    count: bool,
    provincial: str | None,
) -> None:
    """Rank the cities over any period.

    Shows rank and ties, composite index, the six statistics, each pollutant's share of the index,
    and the change in places against the same period a year earlier. --changes and --days show what
    an office reports every month instead.

    The city asked for by --city is always shown; the last line says how far its next goal is.
    """
    from airrank.cli import comparisons, render
    from airrank.goals.aims import place_of
    from airrank.ranking_table import standings

    source, rules, city = request.load(), request.rules, request.city
    chosen = request.period or source.year_to_date()
    unit = source.panel.ranking_list.resolve(city) if city else None
    if compare or count or provincial:
        marked = unit.name if unit else None
        telling = comparisons.Telling(source, chosen, rules, out, as_json, top, marked)
        asked = [telling.changes()] if compare else []
        asked += [telling.days()] if count else []
        asked += [telling.provincial(provincial)] if provincial else []
        telling.tell(asked)
        return
    table = standings(source.panel, chosen, rules)
    if out is not None:
        name = f"rank_{chosen}.csv".replace("..", "_")
        write_table(table, out / name, as_json=as_json)
    if as_json:
        short = render.too_little(table, chosen)
        render.print_json(render.ranking_json("standings", table, chosen, rules, source, short))
    else:
        place = place_of(table, unit.name) if unit else None
        goals = request.aims.ranks(chosen, place)[0]
        render.print_standings(table, chosen, rules, source, top=top, city=unit, goals=goals)
