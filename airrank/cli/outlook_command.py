"""``airrank outlook``: the odds of a plan's goals, each in its own year and all together."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from airrank.amounts import Interval
from airrank.cli import options, speech
from airrank.whole import write_whole
from airrank.words import MISSING, Text, number

if TYPE_CHECKING:
    from airrank.goals.plan_odds import PlanOdds
    from airrank.inputs import Source
    from airrank.periods import Period
    from airrank.request import Request

_OF_FORECAST = tuple(one for one in options.FORECAST if one is not options.period)


@speech.command("outlook")
@options.together(*_OF_FORECAST, options.periods, options.out, options.as_json, options.lang)
@options.goal(help="Rank to reach in every period; may be repeated.  [default: the plan's]")
@options.plan(help="Plan whose years and goals are looked at.  [default: the city's own]")
@options.as_request
def command(request: Request, periods: tuple[Period, ...], out: Path | None, as_json: bool) -> None:
    """Say what becomes of a plan: the odds of its goals year by year, and of all together.

    Draws the years of the plan from the same futures for all cities. Each goal is held against its
    own year; "given" are the odds in those futures that reach the rank goal of the year before. A
    year that is over is its ranking. With --out it also writes outlook.json and the figure of the
    plan, outlook.png, with its table.
    """
    from airrank.cli import render
    from airrank.goals.outlook_json import outlook_json
    from airrank.own_json import to_json

    source = request.load()
    odds, note = request.outlook(source, periods)
    if out is not None:
        from airrank.plots.outlook import outlook_figure
        from airrank.report.files import write_figures
        from airrank.report.section import Picture

        written = write_figures({"outlook": Picture(lambda: outlook_figure(odds))}, out)
        write_whole(out / "outlook.json", to_json(outlook_json(odds)))
        render.wrote(out, ["outlook.json", *written])
    if as_json:
        render.print_json(outlook_json(odds))
    else:
        _print(odds, source, note)


def _print(odds: PlanOdds, source: Source, note: Text | None) -> None:
    from airrank.cli import render
    from airrank.report.outlook_table import outlook_table, together
    from airrank.report.table import Table
    from airrank.report.terminal import grid

    outlook, city = odds.outlook, odds.outlook.ranking_list.resolve(odds.city)
    title = Text(
        "{city}: outlook, {panel}, as of {as_of}",
        city=city,
        panel=outlook.ranking_list.title,
        as_of=outlook.as_of,
    )
    head = (Text("period"), Text("rank to date"), Text("median"), Text("80 % interval"))
    rows = []
    for period, made in outlook.forecasts.items():
        row = made.of_city(odds.city, ())
        wide = MISSING if made.final else Interval(row["rank_lo80"], row["rank_hi80"])
        rows.append((period, number(row["ytd_rank"]), number(row["rank_median"]), wide))
    ranks = Table(Text("final rank"), head, tuple(rows), left=(0,))
    render.show(render.heading(title), grid(ranks))
    if odds.aims:
        render.show(grid(outlook_table(odds)))
    for said in together(odds):
        render.show(said)
    if not all(aim.goal.duty for aim in odds.aims):
        render.show(Text("* aspiration, does not count"))
    render.show(render.of_data(source))
    caveats = [caveat for made in outlook.forecasts.values() for caveat in made.caveats]
    notes = caveats if note is None else [*caveats, note]
    render.show_settings(outlook.first.settings, notes)
