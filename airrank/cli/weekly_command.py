"""``airrank weekly``: status, forecast, assessment and report in one dated folder."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from airrank.cli import options, screen, speech
from airrank.words import Text

if TYPE_CHECKING:
    from airrank.request import Request


_OF_FORECAST = tuple(one for one in options.FORECAST if one is not options.city)
STEPS = {
    "status": Text("status"),
    "forecast": Text("forecast"),
    "assess": Text("assessment"),
    "report": Text("report"),
}
STATES = {
    "started": Text("started"),
    "done": Text("done"),
    "kept": Text("kept as it is"),
    "failed": Text("failed"),
}


@speech.command("weekly")
@speech.option("--no-update", is_flag=True, help="Use the data at hand; needs no network.")
@options.together(*_OF_FORECAST)
@speech.option(
    "--city",
    "cities",
    multiple=True,
    metavar="NAME",
    help="Chinese or English name, or 6-digit code; may be repeated.  [default: the plan's, else "
    "the list's first]",
)
@speech.option("--all-of", metavar="NAME|FILE", help="All cities of a list, such as henan17.")
@options.jobs(help="Processes for several cities.  [default: one for each core]")
@options.folder("--out", help="Folder in which the week's folder is made.", required=True)
@options.lang
@options.goal(help="Rank to reach; the first is the headline's.  [default: the plan's]")
@options.plan(help="Plan whose goals are assessed, if it is the city's.")
@options.backtest
@options.as_request
def command(
    request: Request,
    no_update: bool,
    cities: tuple[str, ...],
    all_of: str | None,
    jobs: int | None,
    out: Path,
) -> None:
    """Make the week's briefing; safe to repeat.

    First the store is updated from the archive, unless --no-update or --data is given; if that
    fails the run goes on with the data at hand and ends with exit status 1.

    A step already done with the same settings, data and versions is kept. After a failure the next
    run goes on from the step that failed; manifest.json says how far it came.

    Several cities, by --city or --all-of, share one forecast; each has a folder in the week's, and
    index.html there is an overview of them. A city that the list does not have, or of which too
    little is known, is told at the end; the others go on.

    Exit status: 0 done, 1 the store was not updated, 2 wrong usage or input, 3 insufficient data.
    """
    from dataclasses import replace
    from time import perf_counter

    if all_of is not None:
        from airrank.cities import load_ranking_list

        cities = (*cities, *load_ranking_list(all_of).names)
    several = len(cities) > 1 or all_of is not None
    if cities and not several:
        request = replace(request, city=cities[0])
    request.check()
    updated = no_update or request.data is not None or _update(request)
    begun = perf_counter()

    def tell(step: str, state: str, city: str | None = None) -> None:
        seconds = perf_counter() - begun
        told = Text("{seconds:6.1f} s  {step}: {state}")
        if city is not None:
            told = Text("{seconds:6.1f} s  {city}, {step}: {state}", city=city)
        told = told.with_values(
            seconds=seconds, step=STEPS.get(step, step), state=STATES.get(state, state)
        )
        screen.echo(told, err=True)

    status = 0
    if several:
        status = _several(request, cities, out, tell, jobs)
    else:
        from airrank.report.weekly import weekly

        outcome = weekly(request, out, tell)
        if outcome.text:
            screen.echo(outcome.text)
        screen.echo(str(outcome.folder))
    if status or not updated:
        sys.exit(status or 1)


def _several(
    request: Request,
    cities: tuple[str, ...],
    out: Path,
    tell: Callable[[str, str, str], None],
    jobs: int | None,
) -> int:
    """Run the cities' weeks; give the exit status."""
    from airrank.report.several import weekly_of_several

    folder, outcomes = weekly_of_several(
        request,
        cities,
        out,
        lambda city, step, state: tell(step, state, city),
        jobs or os.cpu_count() or 1,
    )
    for made in outcomes:
        if made.text:
            screen.echo(made.text)
    screen.echo(str(folder / "index.html"))
    for made in outcomes:
        if made.trouble is not None:
            screen.echo(
                Text("{city}: no forecast: {why}", city=made.city, why=made.trouble), err=True
            )
    statuses = {made.exit_status for made in outcomes}
    return min(statuses - {0}, default=0)


def _update(request: Request) -> bool:
    """Run ``airrank update``; say whether it got everything."""
    from contextlib import redirect_stdout

    from airrank.cli import update_command
    from airrank.errors import AirrankError

    arguments = ["--store", str(request.store)] if request.store else []
    status: object = 0
    try:
        with redirect_stdout(sys.stderr):
            update_command.command.main(arguments, standalone_mode=False)
    except SystemExit as stop:
        status = stop.code
    except (AirrankError, click.ClickException) as error:
        status = error
    if status == 130:
        raise click.Abort
    if status:
        why = status if isinstance(status, Exception) else Text("exit status {n}", n=status)
        screen.echo(
            Text("update: failed ({why}); going on with the data at hand", why=why), err=True
        )
    return not status
