"""``airrank track``: what the stored weekly forecasts said, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from airrank.cli import options, speech
from airrank.columns import write_table
from airrank.words import Chance, Clauses, Percent, Text, number

if TYPE_CHECKING:
    import pandas as pd

    from airrank.cities import City
    from airrank.forecasting.record import Record
    from airrank.inputs import Source
    from airrank.periods import Period
    from airrank.request import Request

ARGUMENT_OR_OPTION = Text(
    "give the folder of the weekly forecasts once: airrank track DIR, or --out DIR"
)


@speech.command("track")
@click.argument(
    "folder",
    required=False,
    type=click.Path(path_type=Path, file_okay=False),
    metavar="[DIR]",
)
@speech.option(
    "--replay",
    type=options.YEAR,
    metavar="YEAR",
    help="First make the forecasts of every Sunday of this year.",
)
@speech.option(
    "--year",
    type=options.YEAR,
    metavar="YEAR",
    help="Target year to list.  [default: the last one stored]",
)
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
@options.jobs(2, help="Number of processes.")
@options.goal(help="Rank to reach; may be repeated.  [default: those of the stored forecasts]")
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

    Also writes track.csv, odds_over_time.png and odds_over_time.csv to DIR. With --replay the five
    largest weekly changes are split into their causes, in causes.csv too.
    """
    from airrank.forecasting.record import read_record

    place = folder or out
    if place is None or (folder and out):
        raise click.UsageError(str(ARGUMENT_OR_OPTION))
    source = request.load()
    names = source.panel.ranking_list
    if replay is not None:
        from airrank.periods import Period
        from airrank.verification.replay import Wanted

        wanted = Wanted(
            replay,
            request.unit.name,
            request.aims.ranks(Period.of_year(replay), None, request.goals)[0],
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
    _show(record, source, place, year, request, as_json=as_json, causes=replay is not None)


def _replay(source: Source, wanted: Any, place: Path, jobs: int) -> None:
    from airrank.cli import render
    from airrank.errors import writing
    from airrank.verification.replay import replay

    with writing(Text("the forecasts"), place), render.Progress(Text("replay")) as progress:
        replay(source.panel, wanted, place, jobs=jobs, progress=progress.update)


def _show(
    record: Record,
    source: Source,
    place: Path,
    year: int | None,
    request: Request,
    *,
    as_json: bool,
    causes: bool,
) -> None:
    """Join forecasts and scores, write the files, print."""
    from airrank.cli import render
    from airrank.cli.track_causes import largest_changes, print_causes, write_causes
    from airrank.errors import writing
    from airrank.periods import Period
    from airrank.plots.odds_over_time import odds_over_time_figure
    from airrank.plots.style import save
    from airrank.verification.record_scores import outcomes, score_record

    part = record.of_period(Period.of_year(year)) if year is not None else record
    if not part.weeks:
        raise _nothing(place, year, part)
    last = part.weeks[-1].content
    names = source.panel.ranking_list
    unit = names.resolve(request.city or last["city"]).name
    stored = tuple(int(goal["rank"]) for goal in last["goals"])
    ranks = request.goals or stored
    names.check_ranks(ranks)
    known, unknown = outcomes(part, source.panel)
    scored = score_record(part, known, unit, ranks)
    final = scored["outcome"].dropna()
    outcome = int(final.iloc[-1]) if len(final) else None
    figure, said = odds_over_time_figure(part, source.panel, unit, ranks, outcome=outcome)
    table = said.join(scored)
    changes = []
    if causes:
        changes = largest_changes(part, source.panel, request, names.resolve(unit), ranks)
    files = ["track.csv", "odds_over_time.png", "odds_over_time.csv"]
    with writing(Text("the tables"), place):
        if changes:
            files.append(write_causes(changes, place, as_json=as_json))
        save(figure, place / "odds_over_time.png")
        write_table(said, place / "odds_over_time.csv", as_json=as_json)
        write_table(table, place / "track.csv", as_json=as_json)
    render.wrote(place, files)
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
            **({"largest_changes": [c.as_dict() for c in changes]} if causes else {}),
            "not_read": {str(day): why for day, why in part.troubles.items()},
            "outcome_not_known": {str(y): why for y, why in unknown.items()},
        }
        render.print_json(content)
    else:
        _print(table, part, unknown, names.resolve(unit), ranks)
        if changes:
            print_causes(changes)


def _nothing(place: Path, year: int | None, record: Record) -> Exception:
    """Say that there is nothing to list, and why what is there cannot be read."""
    from airrank.errors import InputError

    what = Text("{place} holds no readable weekly forecast", place=place)
    if year is not None:
        what = Text("{place} holds no readable weekly forecast of {year}", place=place, year=year)
    if record.troubles:
        wrong = (Text("{day}: {why}", day=day, why=why) for day, why in record.troubles.items())
        what = Text("{what} ({troubles})", what=what, troubles=Clauses(wrong))
    return InputError(
        "{what}. Make some with airrank weekly --out DIR or airrank track --replay YEAR --out DIR.",
        what=what,
    )


def _print(
    table: pd.DataFrame,
    record: Record,
    unknown: Mapping[Period, Text],
    city: City,
    goals: tuple[int, ...],
) -> None:
    from rich.markup import escape
    from rich.table import Table

    from airrank.cli import render

    title = Text("{city}: track record, week by week", city=city)
    grid = Table(title=escape(str(title)), title_justify="left", header_style="bold")
    heads: list[Text | str] = [Text("as of"), Text("rank, year to date")]
    heads += [Text("median rank at year end"), render.interval(80), *map(render.within, goals)]
    scored = table["rps_all"].notna().any()
    if scored:
        heads += [Text("error of median"), "RPS", *(f"Brier {goal}" for goal in goals)]
        heads += [Text("80 % covers (all cities)")]
    for head in heads:
        grid.add_column(str(head), justify="right", overflow="fold")
    for week, (_, row) in zip(record.weeks, table.iterrows(), strict=True):
        cells = [str(week.as_of), number(row["rank"]), number(row["median"])]
        cells += [f"{row['lo80']:.0f}–{row['hi80']:.0f}"]
        cells += [str(Chance(row[f"p_rank_le_{g}"], week.final)) for g in goals]
        if scored:
            cells += [number(row["rank_error"], signed=True), number(row["rps"], 4)]
            cells += [number(row[f"brier_{g}"], 3) for g in goals]
            cells += [str(Percent(100 * row["coverage_80_all"]))]
        grid.add_row(*cells)
    render.show(grid)
    final = table["outcome"].dropna()
    if len(final):
        outcome = Text(
            "final rank {rank}; inside the 80 % interval in {inside} of {weeks} weeks",
            rank=int(final.iloc[-1]),
            inside=int(table["inside_80"].sum()),
            weeks=len(final),
        )
        render.show(outcome)
    for why in unknown.values():
        render.show(Text("outcome not known: {why}", why=why))
    for day, why in record.troubles.items():
        render.show(Text("{day}: {why}", day=day, why=why))
