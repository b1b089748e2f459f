"""``airrank control``: what it would take to reach the goals in the rest of the year."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from airrank.cli import options
from airrank.spreadsheet import write_csv

if TYPE_CHECKING:
    from datetime import date

    import pandas as pd

    from airrank.forecasting.result import Forecast
    from airrank.goals.requirements import Requirements
    from airrank.request import Request


@click.command("control")
@options.together(*options.FORECAST, options.out, options.as_json, options.lang)
@options.goal(
    "Rank to reach; may be repeated.  [default: 110, 105, 100; in short lists the middle]"
)
@options.plan("Plan whose air goals give the control values; Grade II limits where it has none.")
@click.option(
    "--scale",
    metavar="CHANGES",
    help="What if: pm25=-5%,no2=-10% from --from on, for --region or our city alone.",
)
@click.option(
    "--from", "start", type=options.DayType(), metavar="DAY", help="First day of --scale."
)
@click.option("--region", metavar="NAME", help="Province or region that --scale changes.")
@click.option(
    "--replay",
    type=click.IntRange(2013, 2100),
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
    from airrank.goals.plan import load_plan
    from airrank.goals.whatif import Scale, cities_of, parse_scale, what_if

    source, lang = request.load(), request.lang
    names = source.panel.ranking_list
    unit = names.home(request.city).name
    ranks = request.goals or ((110, 105, 100) if len(names) >= 110 else (max(1, len(names) // 2),))
    if replay is not None:
        how = {"draws": request.draws, "seed": request.seed}
        table = parts.replay(source.panel, unit, replay, ranks, rules=request.rules, **how)
        if out is not None:
            write_csv(table, out / f"replay_{replay}.csv")
        if as_json:
            render.print_json({"schema": "airrank/replay/1", "months": _rows(table)})
        else:
            render.show(control_tables.months(table, replay, lang))
        return
    if scale is None and (start or region):
        raise click.UsageError("--from and --region say where --scale counts; give --scale too")
    day = request.day(source)
    if start and start.year != day.year:
        raise InputError(f"--from {start}: expected a day of {day.year}, the year forecast")
    change = None
    if scale is not None:
        where = cities_of(names, region) if region else (unit,)
        change = Scale(parse_scale(scale), start or day + timedelta(days=1), where)
    air = parts.air_goals(load_plan(request.plan), day.year)
    forecast = request.forecast(source, goals=ranks)
    result = parts.requirements(source.panel, forecast, unit, ranks, air)
    chances = None
    if change is not None:
        after = what_if(source.panel, forecast, change)
        chances = _chances(forecast, after, unit, ranks)
    if out is not None:
        _write(result, out)
    if as_json:
        content = result.as_dict()
        if chances is not None:
            content["what_if"] = chances
        render.print_json(content)
        return
    control_tables.print_requirements(result, {goal.id: goal for goal in air}, lang)
    if chances is not None:
        control_tables.print_what_if(scale, chances, lang)


def _chances(
    before: Forecast, after: Forecast, city: str, ranks: tuple[int, ...]
) -> list[dict[str, Any]]:
    """Compare the odds on the same draws."""
    column = before.cities.index(city)
    same = before.rank_draws[: len(after.rank_draws), column]
    return [
        {
            "rank": rank,
            "before": float((same <= rank).mean()),
            "after": after.probability(city, rank),
        }
        for rank in ranks
    ]


def _rows(table: pd.DataFrame) -> list[dict[str, Any]]:
    return [
        {str(key): value for key, value in row.items()}
        for row in table.reset_index().to_dict(orient="records")
    ]


def _write(result: Requirements, out: Path) -> None:
    from airrank.cli import render

    tables = {"control": result.control, "odds": result.odds, "places": result.places}
    tables.update({f"rivals_{rank}": table for rank, table in result.rivals.items()})
    for name, table in tables.items():
        write_csv(table, out / f"{name}.csv")
    (out / "control.json").write_text(render.to_json(result.as_dict()), encoding="utf-8")
    click.echo(f"{out}: control.json, {', '.join(f'{name}.csv' for name in tables)}", err=True)
