"""``airrank backtest``: score the forecaster against the baselines over past years."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from airrank.cli import options

if TYPE_CHECKING:
    from airrank.request import Request
    from airrank.verification.backtest import Backtest
    from airrank.wording import Lang


def _years(text: str) -> list[int]:
    """Read 2016, 2016-2017 or 2015,2017."""
    years: list[int] = []
    for part in text.split(","):
        first, dash, last = part.strip().partition("-")
        ends = (first, last if dash else first)
        if not all(end.isdigit() and len(end) == 4 for end in ends) or ends[1] < ends[0]:
            raise click.BadParameter(
                f"expected years such as 2016-2017, found {text!r}", param_hint="'--years'"
            )
        years += range(int(ends[0]), int(ends[1]) + 1)
    return years


@click.command("backtest")
@click.option("--years", required=True, metavar="YEARS", help="2017, 2016-2017 or 2015,2017.")
@click.option(
    "--origins",
    type=click.Choice(["monthly", "weekly"]),
    default="monthly",
    show_default=True,
    help="Forecast from every month's end (January to November) or every Sunday.",
)
@click.option(
    "--models",
    metavar="LIST",
    help="Comma-separated: remainder, last_year, ytd, ytd_last_remainder, ratio, climatology.  "
    "[default: all]",
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
@click.option(
    "--draws",
    type=click.IntRange(100, 1_000_000),
    default=2000,
    show_default=True,
    help="Joint simulations of each forecast.",
)
@options.goal("Rank to score P(rank ≤ goal) of; may be repeated.  [default: 110, 105, 100 for 168]")
@click.option("--jobs", type=click.IntRange(1), default=1, show_default=True, help="Processes.")
@click.option("--scheduler", metavar="ADDRESS", help="Run on a Dask cluster, tcp://host:port.")
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
    from airrank.verification.backtest import MODELS, backtest
    from airrank.verification.skill import summary
    from airrank.wording import line

    source, lang = request.load(), request.lang
    names = tuple(name.strip() for name in models.split(",")) if models else MODELS
    with render.Progress("backtest") as progress:
        result = backtest(
            source.panel,
            wanted,
            origins=origins,
            models=names,
            draws=request.draws,
            seed=request.seed,
            goals=request.goals or None,
            rules=request.rules,
            out=out,
            jobs=jobs,
            scheduler=scheduler,
            progress=progress.update,
        )
    if out is not None:
        from airrank.report.evidence import evidence_makers
        from airrank.report.files import write_figures

        figures = write_figures(evidence_makers(result, lang), out)
        click.echo(f"{out}: {', '.join(['scores.csv', 'distributions/', *figures])}", err=True)
    table = summary(result.scores)
    if as_json:
        rows = [{"model": name, **row} for name, row in table.to_dict(orient="index").items()]
        content = {"schema": "airrank/backtest/1", "data": source.description, "models": rows}
        render.print_json(content)
    else:
        _print(result, table, line("data", source.described(lang), lang), lang)


def _print(result: Backtest, table: Any, data: str, lang: Lang) -> None:
    from rich.markup import escape
    from rich.table import Table

    from airrank.cli import render
    from airrank.cli.wording_cli import say
    from airrank.verification.skill import differences
    from airrank.wording import number

    def named(model: object) -> str:
        return f"{say(f'model_{model}', lang)} {model}" if lang == "zh" else str(model)

    grid = Table(header_style="bold")
    for head in ("model", "rank_mae", "ratio", "RPS", "ratio", "crps", "cover", "unrest"):
        shown = head if head == "RPS" else say(head, lang)
        grid.add_column(shown, justify="left" if head == "model" else "right")
    for name, row in table.iterrows():
        cover = [number(100 * row[f"coverage_{level}"]) for level in (50, 80, 95)]
        cells = [
            number(row["rank_mae"], 2),
            number(row["mae_ratio"], 3),
            number(row["rps"], 4),
            number(row["rps_ratio"], 3),
            number(row["crps"], 3),
            "/".join(cover),
            number(row["median_change"], 2),
        ]
        grid.add_row(named(name), *cells)
    origins = result.scores["as_of"].nunique()
    years = ", ".join(map(str, sorted(result.scores["period"].unique())))
    render.show(grid, say("backtest_note", lang, origins=origins, years=years), escape(data))
    first = result.scores["model"].iloc[0]
    model = "remainder" if "remainder" in table.index else first
    for rival, row in differences(result.scores, model).iterrows():
        numbers = {key: f"{row[key]:+.4f}" for key in ("mean", "low", "high")}
        p = row["p_value"]
        text = "< 0.001" if p < 0.001 else f"= {p:.3f}"
        names = {"model": named(model), "rival": named(rival)}
        render.show(escape(say("difference", lang, **numbers, **names, p=text)))
