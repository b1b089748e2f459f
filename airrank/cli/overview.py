"""What bare ``airrank`` says: the data there are, and the commonest commands."""

from __future__ import annotations

import datetime as dt

from airrank.cli import screen
from airrank.cli.readiness import readiness
from airrank.store_place import default_store
from airrank.words import Text

COMMONEST = (
    ("airrank rank --period 2017", Text("where a city stands, in any period")),
    ("airrank forecast", Text("where it will stand at the end of the year")),
    ("airrank control", Text("what it would take: control values, odds, rivals")),
    ("airrank assess", Text("verdict or odds for every goal of the plan")),
    ("airrank weekly --out weeks", Text("page, slides and workbook of the week")),
)


def print_overview() -> None:
    """Print it."""
    screen.echo(readiness(default_store(), dt.datetime.now(dt.UTC)).text)
    screen.echo()
    width = max(len(command) for command, _ in COMMONEST)
    for command, what in COMMONEST:
        screen.echo(f"  {command:<{width}}  {what}")
    screen.echo()
    screen.echo(Text("All commands and options: airrank --help"))
