"""``airrank weekly``: status, forecast, assessment and report in one dated folder."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from airrank.cli import options, screen, speech
from airrank.words import Text

if TYPE_CHECKING:
    from airrank.request import Request


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
@options.together(*options.FORECAST)
@options.folder("--out", help="Folder in which the week's folder is made.", required=True)
@options.lang
@options.goal(help="Rank to reach; the first is the headline's.  [default: the plan's]")
@options.plan(help="Plan whose goals are assessed, if it is the city's.")
@options.backtest
@options.as_request
def command(request: Request, no_update: bool, out: Path) -> None:
    """Make the week's briefing; safe to repeat.

    First the store is updated from the archive, unless --no-update or --data is given; if that
    fails the run goes on with the data at hand and ends with exit status 1.

    A step already done with the same settings, data and versions is kept. After a failure the next
    run goes on from the step that failed; manifest.json says how far it came.

    Exit status: 0 done, 1 the store was not updated, 2 wrong usage or input, 3 insufficient data.
    """
    from time import perf_counter

    from airrank.report.weekly import weekly

    request.check()
    updated = no_update or request.data is not None or _update(request)
    begun = perf_counter()

    def tell(step: str, state: str) -> None:
        seconds = perf_counter() - begun
        told = Text(
            "{seconds:6.1f} s  {step}: {state}",
            seconds=seconds,
            step=STEPS.get(step, step),
            state=STATES.get(state, state),
        )
        screen.echo(told, err=True)

    outcome = weekly(request, out, tell)
    if outcome.text:
        screen.echo(outcome.text)
    screen.echo(str(outcome.folder))
    if not updated:
        sys.exit(1)


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
