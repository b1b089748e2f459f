"""``airrank assess``: a verdict or a probability for every goal of a plan."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from airrank.cli import options, screen, speech
from airrank.columns import write_table
from airrank.whole import write_whole

if TYPE_CHECKING:
    from airrank.goals.plan import Goal
    from airrank.request import Request


def _names(
    ctx: click.Context,  # noqa: ARG001
    param: click.Parameter,  # noqa: ARG001
    values: tuple[str, ...],
) -> tuple[str, ...]:
    """Split ids given once with commas, or several times."""
    parts = (part.strip() for value in values for part in re.split("[,，、]", value))
    return tuple(part for part in parts if part)


@speech.command("assess")
@speech.option(
    "--year",
    type=options.YEAR,
    metavar="YEAR",
    help="Year to assess.  [default: the last year of the plan]",
)
@options.plan(help="Plan: a name, or a .toml file of your own.")
@speech.option(
    "--actuals",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Table of figures the office reports, CSV or Excel; --template writes one to fill in.",
)
@speech.option(
    "--goals",
    "wanted",
    multiple=True,
    callback=_names,
    metavar="LIST",
    help="Ranks and goal ids to assess instead of the plan's due goals: 110,105,pm25_2025.",
)
@speech.option(
    "--require",
    multiple=True,
    callback=_names,
    metavar="ID…",
    help="Goals that alone decide the exit status.  [default: all duties]",
)
@speech.option(
    "--counties",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="City-day file of counties and districts, for the goals about them.",
)
@speech.option(
    "--county-list",
    metavar="NAME|FILE",
    help="Ranking list of counties, such as the province's, among which places are counted.  "
    "[default: all units of --counties]",
)
@speech.option(
    "--template",
    is_flag=True,
    help="Write the table to fill in for --actuals, and stop; with --out as CSV and as .xlsx.",
)
@speech.option("--all", "whole", is_flag=True, help="Show goals without figures one by one too.")
@options.together(
    options.data,
    options.store,
    options.city,
    options.as_of,
    options.as_known_at,
    options.panel,
    options.edition,
    options.dust,
    options.rounding,
    options.weights,
    options.ties,
    options.placed_last,
    options.seed,
    options.draws,
    options.out,
    options.as_json,
    options.lang,
)
@options.as_request
def command(
    request: Request,
    year: int | None,
    actuals: Path | None,
    wanted: tuple[str, ...],
    require: tuple[str, ...],
    counties: Path | None,
    county_list: str | None,
    template: bool,
    whole: bool,
    out: Path | None,
    as_json: bool,
) -> None:
    """Assess the goals of a plan for a year.

    For a year that is over: met, not met or insufficient data, with figure, margin and the reading
    of the rules; for a year running on --as-of, or ahead of it, the probability of each goal and of
    all together. Of the years 2019 to 2025, what is publicly known of the city comes with airrank;
    a rank that was not published is estimated from particles, and likely met or not.

    Exit status: 0 all duties met, 1 some not, 2 wrong usage or input, 3 insufficient data (also
    while a year not over leaves a duty open). --require limits what counts.
    """
    from airrank.cli import render
    from airrank.cli.assess_tables import print_assessment
    from airrank.goals.assess import assess
    from airrank.own_json import to_json
    from airrank.store import load_observations

    aims, as_of = request.aims, request.as_of
    plan = aims.given or aims.plan
    if template or not (plan or year):
        plan = plan or aims.own_plan()
    chosen = year or (as_of.year if as_of else plan.years[1] if plan else 0)
    if template and plan:
        _write_template(plan.due(chosen), out, as_json=as_json)
        return
    result = assess(
        request.load().observations,
        chosen,
        plan=plan,
        actuals=actuals,
        goals=wanted or None,
        require=require,
        city=request.city,
        panel=request.panel,
        counties=load_observations(counties, accept=request.accept) if counties else None,
        county_list=county_list,
        as_of=as_of,
        as_known_at=request.as_known_at,
        edition=request.edition,
        dust=request.dust,
        rounding=request.rounding,
        weights=request.weights,
        ties=request.ties,
        placed_last=request.placed_last,
        draws=request.draws,
        seed=request.seed,
    )
    if out is not None:
        table = result.to_frame() if as_json else result.to_table()
        write_table(table, out / "assessment.csv", as_json=as_json)
        content = to_json(result.as_dict())
        write_whole(out / "assessment.json", content)
        render.wrote(out, ["assessment.json", "assessment.csv"])
    if as_json:
        render.print_json(result.as_dict())
    else:
        print_assessment(result, request.unit, whole=whole or bool(wanted))
    if result.exit_status:
        sys.exit(result.exit_status)  # click's own Exit is swallowed outside standalone mode


def _write_template(goals: tuple[Goal, ...], out: Path | None, *, as_json: bool) -> None:
    from airrank.cli import render
    from airrank.goals.template import as_csv, write_template

    if out is not None:
        render.wrote(out, write_template(goals, out, as_json=as_json))
        return
    # Excel takes a file for UTF-8 only if a mark says so; a terminal would show the mark.
    mark = "" if sys.stdout.isatty() else "\ufeff"
    screen.echo(mark + as_csv(goals, as_json=as_json), nl=False)
