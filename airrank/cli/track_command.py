"""``airrank track``: what the stored weekly forecasts said, and what came of it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from airrank.cli import options
from airrank.spreadsheet import write_csv

if TYPE_CHECKING:
    import pandas as pd

    from airrank.forecasting.record import Record
    from airrank.inputs import Source
    from airrank.periods import Period
    from airrank.request import Request
    from airrank.wording import Lang

ARGUMENT_OR_OPTION = "give the folder of the weekly forecasts once: airrank track DIR, or --out DIR"


@click.command("track")
@click.argument(
    "folder",
    required=False,
    type=click.Path(path_type=Path, file_okay=False),
    metavar="[DIR]",
)
@click.option(
    "--replay",
    type=click.IntRange(1990, 2200),
    metavar="YEAR",
    help="First make the forecasts of every Sunday of this year.",
)
@click.option("--year", type=int, help="Target year to list.  [default: the last one stored]")
@options.together(
    options.data,
    options.store,
    options.city,
    options.panel,
    options.edition,
    options.dust,
    options.rounding,
    options.seed,
    options.draws,
    options.out,
    options.as_json,
    options.lang,
)
@click.option("--jobs", type=click.IntRange(1), default=2, show_default=True, help="Processes.")
@options.goal("Rank to reach; may be repeated.  [default: those of the stored forecasts]")
@options.as_request
def command(
    request: Request,
    folder: Path | None,
    replay: int | None,
    year: int | None,
    out: Path | None,
    as_json: bool,
    jobs: int,
) -> None:
    """List the weekly forecasts stored in DIR and score them once the outcome is known.

    DIR is the folder that airrank weekly --out writes to. With --replay YEAR it is first filled
    with a forecast of every Sunday of that year, each made from the days up to its own; weeks
    there already are kept. --edition, --dust, --rounding, --seed and --draws are for --replay.

    Also writes track.csv, odds_over_time.png and odds_over_time.csv to DIR.
    """
    from airrank.forecasting.record import read_record

    place = folder or out
    if place is None or (folder and out):
        raise click.UsageError(ARGUMENT_OR_OPTION)
    source = request.load()
    names = source.panel.ranking_list
    if replay is not None:
        from airrank.forecasting.run import chosen_goals
        from airrank.verification.replay import Wanted

        wanted = Wanted(
            replay,
            names.home(request.city).name,
            chosen_goals(source.panel, request.goals or None),
            request.draws,
            request.seed,
            request.rules,
        )
        _replay(source, wanted, place, jobs)
    record = read_record(place, names.names)
    if year is None:
        years = [week.period.end.year for week in record.weeks]
        years += [day.year for day in record.troubles]
        year = replay or max(years, default=None)
    _show(record, source, place, year, request, as_json=as_json)


def _replay(source: Source, wanted: Any, place: Path, jobs: int) -> None:
    from airrank.cli import render
    from airrank.verification.replay import replay

    try:
        place.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        from airrank.errors import InputError

        raise InputError(f"cannot make the folder {place}: {error}; see --out") from error
    with render.Progress("replay") as progress:
        replay(source.panel, wanted, place, jobs=jobs, progress=progress.update)


def _show(
    record: Record,
    source: Source,
    place: Path,
    year: int | None,
    request: Request,
    *,
    as_json: bool,
) -> None:
    """Join forecasts and scores, write the files, print."""
    from airrank.cli import render
    from airrank.errors import InputError
    from airrank.forecasting.run import chosen_goals
    from airrank.periods import Period
    from airrank.plots.odds_over_time import odds_over_time_figure
    from airrank.plots.style import save
    from airrank.verification.record_scores import outcomes, score_record

    part = record.of_period(Period.of_year(year)) if year is not None else record
    if not part.weeks:
        wrong = "; ".join(f"{day}: {why}" for day, why in part.troubles.items())
        raise InputError(
            f"{place} holds no readable weekly forecast{f' of {year}' if year else ''}"
            f"{f' ({wrong})' if wrong else ''}. Make some with airrank weekly --out DIR or "
            "airrank track --replay YEAR --out DIR."
        )
    last = part.weeks[-1].content
    names = source.panel.ranking_list
    unit = names.resolve(request.city or last["city"]).name
    stored = tuple(int(goal["rank"]) for goal in last["goals"])
    ranks = chosen_goals(source.panel, request.goals or stored)
    known, unknown = outcomes(part, source.panel)
    scored = score_record(part, known, unit, ranks)
    final = scored["outcome"].dropna()
    figure, said = odds_over_time_figure(
        part,
        source.panel,
        unit,
        ranks,
        outcome=int(final.iloc[-1]) if len(final) else None,
        lang=request.lang,
    )
    table = said.join(scored)
    try:
        save(figure, place / "odds_over_time.png")
        write_csv(said, place / "odds_over_time.csv")
        write_csv(table, place / "track.csv")
    except OSError as error:
        raise InputError(f"cannot write to {place}: {error}") from error
    click.echo(f"{place}: track.csv, odds_over_time.png, odds_over_time.csv", err=True)
    if as_json:
        weeks = [
            {"as_of": str(day), **row}
            for day, row in zip(table.index, table.to_dict("records"), strict=True)
        ]
        content = {
            "schema": "airrank/track/1",
            "city": unit,
            "panel": names.name,
            "goals": list(ranks),
            "weeks": weeks,
            "not_read": {str(day): why for day, why in part.troubles.items()},
            "outcome_not_known": {str(y): why for y, why in unknown.items()},
        }
        render.print_json(content)
    else:
        _print(table, part, unknown, names, unit, ranks, request.lang)


def _print(
    table: pd.DataFrame,
    record: Record,
    unknown: dict[Period, str],
    names: Any,
    city: str,
    goals: tuple[int, ...],
    lang: Lang,
) -> None:
    from rich.markup import escape
    from rich.table import Table

    from airrank.cli import render
    from airrank.wording import label, line, number, probability_text, told

    shown = names.resolve(city).called(lang)
    grid = Table(title=label("track_title", lang, city=shown), header_style="bold")
    heads = [label("as_of", lang), label("ytd_rank", lang), label("median", lang)]
    heads += [label("interval", lang, level=80)]
    heads += [label("goal", lang, goal=goal) for goal in goals]
    scored = table["rps_all"].notna().any()
    if scored:
        heads += [label("rank_error", lang), "RPS", *(f"Brier {goal}" for goal in goals)]
        heads += [label("coverage_all", lang)]
    for head in heads:
        grid.add_column(head, justify="right", overflow="fold")
    for week, (_, row) in zip(record.weeks, table.iterrows(), strict=True):
        cells = [str(week.as_of), number(row["rank"]), number(row["median"])]
        cells += [f"{row['lo80']:.0f} – {row['hi80']:.0f}"]
        cells += [probability_text(row[f"p_rank_le_{g}"], final=week.final) for g in goals]
        if scored:
            cells += [number(row["rank_error"], signed=True), number(row["rps"], 4)]
            cells += [number(row[f"brier_{g}"], 3) for g in goals]
            cells += [f"{100 * row['coverage_80_all']:.0f} %"]
        grid.add_row(*cells)
    render.show(grid)
    final = table["outcome"].dropna()
    if len(final):
        hits, weeks = int(table["inside_80"].sum()), len(final)
        render.show(
            label("track_outcome", lang, rank=int(final.iloc[-1]), inside=hits, weeks=weeks)
        )
    for why in unknown.values():
        render.show(escape(line("track_open", why, lang)))
    for day, why in record.troubles.items():
        render.show(escape(f"{day}: {told(why, lang)}"))
