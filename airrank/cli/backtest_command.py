"""``airrank backtest``: score the forecaster against the baselines over past years."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from airrank.amounts import Number
from airrank.cli import options, speech
from airrank.terms import MODELS
from airrank.words import Listed, Text, number

if TYPE_CHECKING:
    from airrank.inputs import Source
    from airrank.request import Request
    from airrank.verification.backtest import Backtest


def _years(text: str) -> list[int]:
    """Read 2016, 2016-2017 or 2015,2017."""
    years: list[int] = []
    for part in text.split(","):
        first, dash, last = part.strip().partition("-")
        ends = (first, last if dash else first)
        if not all(end.isdigit() and len(end) == 4 for end in ends) or ends[1] < ends[0]:
            wrong = Text("expected years such as 2016-2017, found {text!r}", text=text)
            raise click.BadParameter(str(wrong), param_hint="'--years'")
        years += range(int(ends[0]), int(ends[1]) + 1)
    return years


@speech.command("backtest")
@speech.option("--years", required=True, metavar="YEARS", help="2017, 2016-2017 or 2015,2017.")
@speech.option(
    "--origins",
    type=click.Choice(["monthly", "weekly"]),
    default="monthly",
    show_default=True,
    help="Forecast from every month's end (January to November) or every Sunday.",
)
@speech.option(
    "--models",
    metavar="LIST",
    help="Comma-separated: remainder, last_year, ytd, ytd_last_remainder, ratio, climatology; "
    "hindsight: told the years after, no forecast.  [default: all but hindsight]",
)
@options.together(
    options.data,
    options.store,
    options.as_known_at,
    options.panel,
    options.edition,
    options.dust,
    options.rounding,
    options.seed,
    options.out,
    options.as_json,
    options.lang,
)
@options.draws_of(2000)
@options.goal(
    help="Rank to score P(rank ≤ goal) of; may be repeated.  [default: the plan's or the middle]"
)
@options.jobs(1, help="Number of processes.")
@speech.option("--scheduler", metavar="ADDRESS", help="Run on a Dask cluster, tcp://host:port.")
@options.as_request
def command(
    request: Request,
    years: str,
    origins: str,
    models: str | None,
    out: Path | None,
    as_json: bool,
    jobs: int,
    scheduler: str | None,
) -> None:
    """Score the forecaster against the baselines over past years.

    Every forecast sees only the days up to its own. With --out it writes scores.csv,
    distributions/, reliability.png and skill.png; a run that was stopped goes on where it was.
    """
    wanted = _years(years)
    from airrank.cli import render
    from airrank.periods import Period
    from airrank.verification.backtest import MODELS as ALL
    from airrank.verification.backtest import backtest
    from airrank.verification.skill import summary

    source = request.load()
    names = tuple(name.strip() for name in models.split(",")) if models else ALL
    with render.Progress(Text("backtest")) as progress:
        result = backtest(
            source.panel,
            wanted,
            origins=origins,
            models=names,
            draws=request.draws,
            seed=request.seed,
            goals=request.aims.ranks(Period.of_year(max(wanted)), None, request.goals)[0] or None,
            rules=request.rules,
            out=out,
            jobs=jobs,
            scheduler=scheduler,
            progress=progress.update,
        )
    if out is not None:
        from airrank.report.evidence import evidence_figures
        from airrank.report.files import write_figures

        figures = write_figures(evidence_figures(result), out)
        render.wrote(out, ["scores.csv", "distributions/", *figures])
    table = summary(result.scores)
    if as_json:
        rows = [{"model": name, **row} for name, row in table.to_dict(orient="index").items()]
        content = {"schema": "airrank/backtest/1", "data": source.description, "models": rows}
        render.print_json(content)
    else:
        _print(result, table, source)


def _print(result: Backtest, table: Any, source: Source) -> None:
    from airrank.cli import render
    from airrank.report.table import Table
    from airrank.report.terminal import grid

    ratio, levels = Text("ratio"), (50, 80, 95)
    head = (
        *(Text("model"), Text("rank MAE"), ratio, "RPS", ratio, Text("CRPS index")),
        Text("cover {levels} %", levels="/".join(map(str, levels))),
        Text("unrest"),
    )
    rows = tuple(
        (
            _named(name),
            Number(row["rank_mae"], 2),
            Number(row["mae_ratio"], 3),
            Number(row["rps"], 4),
            Number(row["rps_ratio"], 3),
            Number(row["crps"], 3),
            "/".join(number(100 * row[f"coverage_{level}"]) for level in levels),
            Number(row["median_change"], 2),
        )
        for name, row in table.iterrows()
    )
    note = Text(
        "{origins} origins in {years}; ratio: mean over origins of score / best baseline of that "
        "origin; unrest: mean change of the median rank from one origin to the next",
        origins=result.scores["as_of"].nunique(),
        years=Listed(sorted(result.scores["period"].unique())),
    )
    scores = Table(Text("backtest"), head, rows)
    render.show(grid(scores), note, render.of_data(source))
    _print_differences(result, table)


def _print_differences(result: Backtest, table: Any) -> None:
    from airrank.cli import render
    from airrank.verification.skill import differences

    first = result.scores["model"].iloc[0]
    model = "remainder" if "remainder" in table.index else first
    for rival, row in differences(result.scores, model).iterrows():
        p = row["p_value"]
        said = Text(
            "RPS {model} - {rival}: {mean:+.4f}, 95 % {low:+.4f} … {high:+.4f} "
            "(Diebold-Mariano, p {p})",
            model=_named(model),
            rival=_named(rival),
            mean=row["mean"],
            low=row["low"],
            high=row["high"],
            p="< 0.001" if p < 0.001 else f"= {p:.3f}",
        )
        render.show(said)


def _named(model: object) -> Text:
    """Give the name of a model, and its key."""
    return Text("{name} ({model})", name=MODELS.get(str(model), model), model=model)
