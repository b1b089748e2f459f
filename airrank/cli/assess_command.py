"""``airrank assess``: a verdict or a probability for every goal of a plan."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from airrank.cli import options
from airrank.spreadsheet import write_csv

if TYPE_CHECKING:
    from airrank.goals.assessment import Assessment
    from airrank.goals.verdicts import Verdict
    from airrank.request import Request
    from airrank.wording import Lang

COLOURS = {
    "met": "green",
    "already safe": "green",
    "not met": "red",
    "already out of reach": "red",
    "insufficient data": "yellow",
}


def _names(
    ctx: click.Context,  # noqa: ARG001
    param: click.Parameter,  # noqa: ARG001
    values: tuple[str, ...],
) -> tuple[str, ...]:
    """Split ids given once with commas, or several times."""
    parts = (part.strip() for value in values for part in value.split(","))
    return tuple(part for part in parts if part)


@click.command("assess")
@click.option(
    "--year",
    type=click.IntRange(2013, 2100),
    help="Year to assess.  [default: the last year of the plan]",
)
@options.plan("Plan: a name, or a .toml file of your own.")
@click.option(
    "--actuals",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="CSV of figures the office reports; --template writes one to fill in.",
)
@click.option(
    "--goals",
    "wanted",
    multiple=True,
    callback=_names,
    metavar="LIST",
    help="Ranks and goal ids to assess instead of the plan's due goals: 110,105,pm25_2025.",
)
@click.option(
    "--require",
    multiple=True,
    callback=_names,
    metavar="ID…",
    help="Goals that alone decide the exit status.  [default: all duties]",
)
@click.option(
    "--counties",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="City-day file of counties and districts, for the goals about them.",
)
@click.option("--template", is_flag=True, help="Write the CSV to fill in for --actuals, and stop.")
@options.together(
    options.data,
    options.store,
    options.city,
    options.as_of,
    options.as_known_at,
)
@click.option(
    "--panel", "ranking_list", metavar="NAME|FILE", help="Ranking list.  [default: the plan's]"
)
@options.together(
    options.edition,
    options.dust,
    options.rounding,
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
    template: bool,
    ranking_list: str | None,
    out: Path | None,
    as_json: bool,
) -> None:
    """Assess the goals of a plan for a year.

    For a year that is over: met, not met or insufficient data, with figure, margin and the reading
    of the rules; for a running year the probability of each goal and of all together.

    Exit status: 0 all duties met, 1 some not, 2 wrong usage or input, 3 insufficient data (also
    while a running year leaves a duty open). --require limits what counts.
    """
    from airrank.cities import load_ranking_list
    from airrank.cli import render
    from airrank.goals.assess import assess
    from airrank.goals.plan import load_plan
    from airrank.goals.reported import template as to_fill_in
    from airrank.inputs import load_known
    from airrank.store import load_observations

    document, as_of = load_plan(request.plan), request.as_of
    chosen = year or (as_of.year if as_of else document.years[1])
    if template:
        _write_template(to_fill_in(document.due(chosen)), out)
        return
    result = assess(
        load_known(request.data, request.store, as_of, request.as_known_at)[0],
        year=chosen,
        plan=document,
        actuals=actuals,
        goals=wanted or None,
        require=require,
        city=request.city,
        panel=ranking_list,
        counties=load_observations(counties) if counties else None,
        as_of=as_of,
        as_known_at=request.as_known_at,
        edition=request.edition,
        dust=request.dust,
        rounding=request.rounding,
        draws=request.draws,
        seed=request.seed,
    )
    if out is not None:
        write_csv(result.to_frame(), out / "assessment.csv")
        content = render.to_json(result.as_dict())
        (out / "assessment.json").write_text(content, encoding="utf-8")
        click.echo(f"{out}: assessment.json, assessment.csv", err=True)
    if as_json:
        render.print_json(result.as_dict())
    else:
        home = load_ranking_list(ranking_list or document.panel).resolve(result.city)
        _print(result, home.called(request.lang), request.lang)
    if result.exit_status:
        sys.exit(result.exit_status)  # click's own Exit is swallowed outside standalone mode


def _write_template(text: str, out: Path | None) -> None:
    if out is None:
        sys.stdout.write(text)
        return
    out.mkdir(parents=True, exist_ok=True)
    (out / "actuals.csv").write_text(text, encoding="utf-8-sig")
    click.echo(f"{out}: actuals.csv", err=True)


def _print(result: Assessment, city: str, lang: Lang) -> None:
    from rich.markup import escape
    from rich.table import Table

    from airrank.cli import render
    from airrank.cli.wording_cli import say
    from airrank.wording import probability_text

    of_plan = {goal.id for goal in result.plan.goals}
    title = result.plan.title_zh if lang == "zh" else result.plan.title_en
    if not any(verdict.goal.id in of_plan for verdict in result.verdicts):
        title = ""  # ranks alone are nobody's plan
    running = any(v.probability is not None for v in result.verdicts)
    figure = "actual_or_median" if running else "actual"
    columns = ["goal", "target", figure, "margin", "verdict", *(["chance"] * running), "remark"]
    grid = Table(
        title=" · ".join(filter(None, [f"{city} {result.year}", escape(title)])),
        header_style="bold",
        title_justify="left",
    )
    for key in columns:
        right = key in {figure, "margin", "chance"}
        grid.add_column(say(key, lang), justify="right" if right else "left")
    for verdict in result.verdicts:
        cells = _cells(verdict, lang)
        grid.add_row(*(cells[key] for key in columns))
    render.show(grid)
    if not all(verdict.goal.duty for verdict in result.verdicts):
        render.show(say("aspiration", lang))
    comma = "，" if lang == "zh" else ", "
    render.show(say(result.state, lang) + (f"{comma}{result.as_of}" if result.as_of else ""))
    if result.joint and result.joint["all"] is not None:
        chance = result.joint["all"]
        assert isinstance(chance, float)
        render.show(say("joint", lang, chance=probability_text(chance)))
    render.show_settings(result.settings, (c for v in result.verdicts for c in v.caveats), lang)


def _cells(verdict: Verdict, lang: Lang) -> dict[str, str]:
    from rich.markup import escape

    from airrank.cli.wording_cli import say
    from airrank.wording import probability_text, told

    goal, figure = verdict.goal, _figure(verdict)
    title = goal.title_zh if lang == "zh" else goal.title_en
    style = COLOURS.get(verdict.verdict, "default")
    others = [
        f"{told(a.reading, lang)}: {_number(a.figure)} → {say(a.verdict, lang)}"
        for a in verdict.alternatives
    ]
    unit = "天" if lang == "zh" else " d"
    days = "" if verdict.margin_days is None else f" ({verdict.margin_days:+d}{unit})"
    return {
        "goal": escape(title + ("" if goal.duty else " *")),
        "target": goal.target_text(),
        "actual": figure,
        "actual_or_median": figure,
        "margin": ("" if verdict.margin is None else f"{verdict.margin:+g}") + days,
        "verdict": f"[{style}]{say(verdict.verdict, lang)}[/{style}]",
        "chance": ""
        if verdict.probability is None or verdict.settled
        else probability_text(verdict.probability),
        "remark": escape("; ".join(filter(None, [told(verdict.reason, lang), *others]))),
    }


def _figure(verdict: Verdict) -> str:
    """Give the figure as read, and what it was before rounding where that shows more."""
    shown = _number(verdict.figure)
    if verdict.exact is None or verdict.margin_days is not None:
        return shown
    exact = f"{verdict.exact:.1f}".removesuffix(".0")
    return shown if exact == shown else f"{shown} ({exact})"


def _number(value: Any) -> str:
    return "–" if value is None else f"{value:g}"
