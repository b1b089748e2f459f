"""``airrank weekly``: status, forecast, assessment and report in one dated folder."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from airrank.cli import options

if TYPE_CHECKING:
    from datetime import date, datetime

    from airrank.wording import Lang


@click.command("weekly")
@click.option("--no-update", is_flag=True, help="Use the data at hand; needs no network.")
@options.together(
    *options.FORECAST,
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    metavar="DIR",
    help="Folder in which the week's folder is made.",
)
@options.lang
@click.option(
    "--goal",
    "goals",
    type=click.IntRange(1),
    multiple=True,
    metavar="RANK",
    help="Rank to reach; the first is the headline's.  [default: 110, 105, 100 for the list 168]",
)
@click.option(
    "--plan",
    default="zhumadian_2023_2025",
    show_default=True,
    metavar="NAME|FILE",
    help="Plan whose goals are assessed, if it is the city's.",
)
def command(
    no_update: bool,
    data: Path | None,
    store: Path | None,
    city: str | None,
    as_of: date | None,
    as_known_at: datetime | None,
    panel: str,
    edition: str,
    dust: str,
    rounding: str,
    seed: int,
    draws: int,
    out: Path,
    lang: Lang,
    goals: tuple[int, ...],
    plan: str,
) -> None:
    """Make the week's briefing; safe to repeat.

    First the store is updated from the archive, unless --no-update or --data is given; if that
    fails the run goes on with the data at hand and ends with exit status 1.

    A step already done with the same settings, data and versions is kept. After a failure the next
    run goes on from the step that failed; manifest.json says how far it came.

    Exit status: 0 done, 1 the store was not updated, 2 wrong usage or input, 3 insufficient data.
    """
    from time import perf_counter

    from airrank.report.weekly import Settings, weekly

    updated = no_update or data is not None or _update(store)
    begun = perf_counter()

    def tell(step: str, state: str) -> None:
        click.echo(f"{perf_counter() - begun:6.1f} s  {step}: {state}", err=True)

    settings = Settings(
        as_of=as_of,
        as_known_at=as_known_at,
        city=city,
        data=data,
        store=store,
        panel=panel,
        plan=plan,
        goals=goals,
        edition=edition,
        dust=dust,
        rounding=rounding,
        draws=draws,
        seed=seed,
        lang=lang,
    )
    outcome = weekly(settings, out, tell)
    click.echo(str(outcome.folder))
    if not updated:
        sys.exit(1)


def _update(store: Path | None) -> bool:
    """Run ``airrank update``; say whether it got everything."""
    from contextlib import redirect_stdout

    from airrank.cli import update_command
    from airrank.errors import AirrankError

    arguments = ["--store", str(store)] if store else []
    status: object = 0
    try:
        with redirect_stdout(sys.stderr):
            update_command.command.main(arguments, standalone_mode=False)
    except SystemExit as stop:
        status = stop.code
    except (AirrankError, click.ClickException) as error:
        status = str(error)
    if status == 130:
        raise click.Abort
    if status:
        click.echo(f"update: failed ({status}); going on with the data at hand", err=True)
    return not status
