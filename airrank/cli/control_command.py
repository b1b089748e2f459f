"""``airrank control``: what it would take to reach the goals in the rest of the year."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from airrank.cli import options, speech
from airrank.columns import write_table
from airrank.whole import write_whole
from airrank.words import Text

if TYPE_CHECKING:
    from datetime import date

    import pandas as pd

    from airrank.forecasting.result import Forecast
    from airrank.goals.requirements import Requirements
    from airrank.request import Request


@speech.command("control")
@options.together(*options.FORECAST, options.out, options.as_json, options.lang)
@options.goal(help="Rank to reach; may be repeated.  [default: the plan's]")
@options.plan(
    help="Plan whose air goals give the control values; Grade II limits where it has none."
)
@speech.option(
    "--scale",
    metavar="CHANGES",
    help="What if: pm25=-5%,no2=-10% from --from on, for --region or our city alone.",
)
@speech.option("--from", "start", type=options.DAY, metavar="DAY", help="First day of --scale.")
@speech.option("--region", metavar="NAME", help="Province or region that --scale changes.")
@speech.option(
    "--replay",
    type=options.YEAR,
    metavar="YEAR",
    help="Instead: a finished year month by month, odds against the outcome.",
)
@options.as_request
def command(
    request: Request,
    out: Path | None,
    as_json: bool,
    scale: str | None,
    start: date | None,
    region: str | None,
    replay: int | None,
) -> None:
    """Say how clean the rest of the year must be, and whom to pass.

    Control values of the remaining days for the plan's targets, days to spare, the remainder at
    which the odds of each rank goal are even, places per microgram, and the rivals around each
    goal rank.
    """
    from datetime import timedelta

    from airrank.cli import control_tables, render
    from airrank.errors import InputError
    from airrank.goals import requirements as parts
    from airrank.goals.whatif import Scale, cities_of, parse_scale, what_if

    source = request.load()
    names = source.panel.ranking_list
    unit = request.unit.name
    ranks, _ = request.ranks(source)
    if replay is not None:
        how = {"draws": request.draws, "seed": request.seed}
        table = parts.replay(source.panel, unit, replay, ranks, rules=request.rules, **how)
        if out is not None:
            write_table(table, out / f"replay_{replay}.csv", as_json=as_json)
        if as_json:
            render.print_json({"schema": "airrank/replay/1", "months": _rows(table)})
        else:
            control_tables.print_months(table, replay)
        return
    if scale is None and (start or region):
        wrong = Text("--from and --region say where --scale counts; give --scale too")
        raise click.UsageError(str(wrong))
    day = request.day(source)
    period = request.span(source)
    if start and start not in period:
        raise InputError(
            "--from {start}: expected a day of {period}, the period forecast",
            start=start,
            period=period,
        )
    change = None
    if scale is not None:
        where = cities_of(names, region) if region else (unit,)
        change = Scale(parse_scale(scale), start or day + timedelta(days=1), where)
    plan = request.aims.plan
    air = parts.air_goals(plan, period.end.year) if plan else ()
    forecast = request.forecast(source)
    result = parts.requirements(source.panel, forecast, unit, ranks, air)
    chances = None
    if change is not None:
        after = what_if(source.panel, forecast, change)
        chances = _chances(forecast, after, unit, ranks)
    if out is not None:
        _write(result, out, as_json=as_json)
    if as_json:
        content = result.as_dict()
        if chances is not None:
            content["what_if"] = chances
        render.print_json(content)
        return
    control_tables.print_requirements(result, {goal.id: goal for goal in air})
    if change is not None and chances is not None:
        control_tables.print_what_if(change.factors, chances)


def _chances(
    before: Forecast, after: Forecast, city: str, ranks: tuple[int, ...]
) -> list[dict[str, Any]]:
    """Compare the odds on the same draws."""
    from airrank.forecasting.chance import chance

    column = before.cities.index(city)
    same = before.rank_draws[: len(after.rank_draws), column]
    return [
        {
            "rank": rank,
            "before": float(chance(same <= rank)),
            "after": after.probability(city, rank),
        }
        for rank in ranks
    ]


def _rows(table: pd.DataFrame) -> list[dict[str, Any]]:
    return [
        {str(key): value for key, value in row.items()}
        for row in table.reset_index().to_dict(orient="records")
    ]


def _write(result: Requirements, out: Path, *, as_json: bool) -> None:
    from airrank.cli import render
    from airrank.own_json import to_json

    tables = {"control": result.control, "odds": result.odds, "places": result.places}
    tables.update({f"rivals_{rank}": table for rank, table in result.rivals.items()})
    for name, table in tables.items():
        write_table(table, out / f"{name}.csv", as_json=as_json)
    write_whole(out / "control.json", to_json(result.as_dict()))
    render.wrote(out, ["control.json", *(f"{name}.csv" for name in tables)])
