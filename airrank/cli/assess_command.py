"""``airrank assess``: a verdict or a probability for every goal of a plan."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from airrank.cli import options, speech
from airrank.spreadsheet import write_csv
from airrank.whole import write_whole
from airrank.words import MISSING, Chance, Clauses, Phrases, Sayable, Text, worded

if TYPE_CHECKING:
    from airrank.cities import City
    from airrank.goals.assessment import Assessment
    from airrank.goals.verdicts import Verdict
    from airrank.request import Request

STATES = {
    "finished": Text("whole year"),
    "running": Text("year running"),
    "ahead": Text("year ahead"),
    "no observations": Text("no observations of the year"),
}
COLOURS = {
    "met": "green",
    "already safe": "green",
    "not met": "red",
    "already out of reach": "red",
    "insufficient data": "yellow",
    "likely met": "green",
    "likely not met": "red",
}


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
    type=options.YearType(),
    metavar="YEAR",
    help="Year to assess.  [default: the last year of the plan]",
)
@options.plan(help="Plan: a name, or a .toml file of your own.")
@speech.option(
    "--actuals",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="CSV of figures the office reports; --template writes one to fill in.",
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
@speech.option("--template", is_flag=True, help="Write the CSV to fill in for --actuals, and stop.")
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
    from airrank.goals.assess import assess
    from airrank.goals.reported import template as to_fill_in
    from airrank.store import load_observations

    aims, as_of = request.aims, request.as_of
    plan = aims.given or aims.plan
    if template or not (plan or year):
        plan = plan or aims.own_plan()
    chosen = year or (as_of.year if as_of else plan.years[1] if plan else 0)
    if template and plan:
        _write_template(to_fill_in(plan.due(chosen)), out)
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
        write_csv(result.to_frame(), out / "assessment.csv")
        content = render.to_json(result.as_dict())
        write_whole(out / "assessment.json", content)
        render.wrote(out, ["assessment.json", "assessment.csv"])
    if as_json:
        render.print_json(result.as_dict())
    else:
        _print(result, request.unit)
    if result.exit_status:
        sys.exit(result.exit_status)  # click's own Exit is swallowed outside standalone mode


def _write_template(text: str, out: Path | None) -> None:
    from airrank.cli import render

    if out is None:
        sys.stdout.write(text)
        return
    out.mkdir(parents=True, exist_ok=True)
    write_whole(out / "actuals.csv", "\ufeff" + text)
    render.wrote(out, ["actuals.csv"])


def _print(result: Assessment, city: City) -> None:
    from rich.markup import escape
    from rich.table import Table

    from airrank.cli import render

    of_plan = {goal.id for goal in result.plan.goals}
    # ranks alone are nobody's plan
    plan = any(verdict.goal.id in of_plan for verdict in result.verdicts)
    running = any(v.probability is not None for v in result.verdicts)
    title = Text("{city} {year}", city=city, year=result.year)
    if plan:
        title = Text("{head} · {plan}", head=title, plan=result.plan.title)
    grid = Table(title=escape(str(title)), header_style="bold", title_justify="left")
    columns = {
        "goal": Text("goal"),
        "target": Text("target"),
        "figure": Text("figure or median") if running else Text("figure"),
        "margin": Text("margin"),
        "verdict": Text("verdict"),
        **({"chance": Text("probability")} if running else {}),
        "remark": Text("remark"),
    }
    for key, head in columns.items():
        right = key in {"figure", "margin", "chance"}
        grid.add_column(str(head), justify="right" if right else "left")
    for verdict in result.verdicts:
        cells = _cells(verdict)
        grid.add_row(*(cells[key] for key in columns))
    render.show(grid if result.verdicts else f"[bold]{grid.title}[/bold]")
    _print_known(result)
    if not result.verdicts:
        return
    if not all(verdict.goal.duty for verdict in result.verdicts):
        render.show(Text("* aspiration, does not count"))
    if any(verdict.goal.one_reading for verdict in result.verdicts):
        render.show(Text("by one reading: the text may also mean other units; does not count"))
    state = STATES[result.state]
    render.show(state if result.as_of is None else Phrases([state, result.as_of]))
    if result.joint and result.joint["all"] is not None:
        chance = result.joint["all"]
        assert isinstance(chance, float)
        render.show(Text("P(all forecast goals together): {chance}", chance=Chance(chance)))
    render.show_settings(result.settings, (c for v in result.verdicts for c in v.caveats))


def _print_known(result: Assessment) -> None:
    """Print what is publicly known of the year, one fact a line."""
    from rich.markup import escape

    from airrank.cli import render

    if result.known is None:
        return
    heading = Text("Publicly known of {year}:", year=result.year)
    render.show(f"[bold]{escape(str(heading))}[/bold]")
    for told in result.known.lines():
        render.show(escape(f"- {told}"))


def _cells(verdict: Verdict) -> dict[str, str]:
    from rich.markup import escape

    from airrank.goals.verdicts import VERDICTS

    goal = verdict.goal
    title: Sayable = goal.title
    if goal.due_later is not None:
        title = Text("{title} (due in {year})", title=title, year=goal.due_later)
    if goal.one_reading:
        title = Text("{title} (by one reading)", title=title)
    target: Sayable = goal.target
    if goal.early:
        target = Text("{target} by {day}", target=target, day=goal.deadline)
    style = COLOURS.get(verdict.verdict, "default")
    others = [
        Text(
            "{reading}: {figure} → {verdict}",
            reading=a.reading,
            figure=_number(a.figure),
            verdict=VERDICTS[a.verdict],
        )
        for a in verdict.alternatives
    ]
    remarks = [*([] if verdict.reason is None else [verdict.reason]), *others]
    margin = "" if verdict.margin is None else f"{verdict.margin:+g}"
    if verdict.margin_days is not None:
        margin += str(Text(" ({days:+d} d)", days=verdict.margin_days))
    return {
        "goal": escape(worded(title) + ("" if goal.duty else " *")),
        "target": escape(worded(target)),
        "figure": _figure(verdict),
        "margin": margin,
        "verdict": f"[{style}]{VERDICTS[verdict.verdict]}[/{style}]",
        "chance": ""
        if verdict.probability is None or verdict.settled
        else str(Chance(verdict.probability)),
        "remark": escape(str(Clauses(remarks))) if remarks else "",
    }


def _figure(verdict: Verdict) -> str:
    """Give the figure as read, and what it was before rounding where that shows more."""
    shown = _number(verdict.figure)
    if verdict.exact is None or verdict.margin_days is not None:
        return shown
    exact = f"{verdict.exact:.1f}".removesuffix(".0")
    return shown if exact == shown else f"{shown} ({exact})"


def _number(value: Any) -> str:
    return MISSING if value is None else f"{value:g}"
