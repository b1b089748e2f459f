"""The command line: parse, call, print. Every command is a module, loaded when it is asked for."""

from __future__ import annotations

import importlib
import io
import os
import sys

import click

from airrank._version import __version__
from airrank.cli import screen, speech
from airrank.tables.account import Account, listening
from airrank.words import LANGS, Text

COMMANDS = {
    "update": Text("fetch new days from a source into the store"),
    "status": Text("what the store holds: last day, gaps, flags, revisions, per source"),
    "rank": Text("ranking table of any period, with ties, index shares and change"),
    "forecast": Text("rank forecast for a city as of a day: table, files, figure"),
    "outlook": Text("odds of a plan's goals over several years, alone and together; figure"),
    "fit": Text("keep a fitted model, with a card, for forecasts that start at once"),
    "assess": Text("verdict or probability for every goal of a plan, JSON for scripts"),
    "report": Text("page, slides, workbook and figures of one forecast"),
    "weekly": Text("forecast, assess and report in one dated folder; safe to repeat"),
    "track": Text("the stored weekly forecasts: what they said and what came of it"),
    "backtest": Text("score the forecaster against the baselines over past years"),
    "control": Text("what it would take: control values, odds, rivals, what-if"),
}


class _Commands(speech.Group):
    """Knows the commands' names and one-line helps without importing them."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"airrank.cli.{cmd_name}_command")
        command: click.Command = module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section(str(Text("Commands"))):
            formatter.write_dl([(name, str(text)) for name, text in COMMANDS.items()])


@click.group(
    cls=_Commands,
    context_settings={"help_option_names": ["-h", "--help"]},
    invoke_without_command=True,
)
@click.version_option(__version__, prog_name="airrank", cls=speech.Option)
@speech.option(
    "--lang",
    type=click.Choice(LANGS),
    expose_value=False,
    help="Language of tables, figures, messages and help.  [default: AIRRANK_LANG, else the "
    "system's]",
)
@click.pass_context
def cli(ctx: click.Context) -> None:
    """Forecast where a city will stand at year end in the national air-quality ranking.

    Exit status: 0 done, 1 goals not met (assess), 2 wrong usage or input, 3 insufficient data.
    """
    if ctx.invoked_subcommand is None:
        from airrank.cli.overview import print_overview

        print_overview()


def _print_account(account: Account) -> None:
    for line in account.lines():
        screen.echo(f"airrank: {line}", err=True)


def main() -> None:
    """Run the command line; expected errors become one paragraph and an exit status."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # Chinese on a terminal that knows only ASCII
            stream.reconfigure(errors="backslashreplace")
    with speech.listening(sys.argv[1:]):
        sys.exit(_status())


def _status() -> int:  # noqa: PLR0911  an ending each
    try:
        # Without click's own handling, ctx.exit(n) comes back as a number.
        with listening(_print_account):
            status = cli.main(standalone_mode=False)
        sys.stdout.flush()
    except click.UsageError as error:
        screen.show(error)
        return 2
    except click.ClickException as error:
        screen.show(error)
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        screen.echo(Text("airrank: stopped"), err=True)
        return 130
    except BrokenPipeError:
        # The reader of our output went away (`airrank rank | head`): not an error of ours.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        told = Text("airrank: cannot read or write: {error}. Mend that.", error=error)
        if error.filename:
            told = Text(
                "airrank: cannot read or write {path}: {error}. Mend that, or give another path.",
                path=error.filename,
                error=error,
            )
        screen.echo(told, err=True)
        return 2
    except Exception as error:
        from airrank.errors import AirrankError  # late: the package of the rules loads pandas

        if not isinstance(error, AirrankError):
            raise
        screen.echo(Text("airrank: {error}", error=error), err=True)
        return error.exit_status
    return status if isinstance(status, int) else 0
