"""Options that several commands share, and the reading of their values."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from airrank.request import DEFAULT_PLAN, Request

if TYPE_CHECKING:
    from datetime import date, datetime

    from airrank.periods import Period

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]


class PeriodType(click.ParamType["Period"]):
    """A period such as 2017, 2017-09, 2017Q3 or 2017-01..2017-09."""

    name = "period"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> Period:
        """Read it, or let the error say which forms there are."""
        from airrank.errors import InputError
        from airrank.periods import parse_period

        try:
            return parse_period(str(value))
        except InputError as error:
            self.fail(str(error), param, ctx)


class DayType(click.ParamType["date"]):
    """A calendar day such as 2017-09-24."""

    name = "day"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Read it, or let the error say how a day is written."""
        from airrank.errors import InputError
        from airrank.periods import parse_day

        try:
            return parse_day(str(value))
        except InputError as error:
            self.fail(str(error), param, ctx)


class MomentType(click.ParamType["datetime"]):
    """The end of a Beijing calendar day such as 2017-09-24, or of today for ``now``."""

    name = "moment"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        """Read it, or let the error say how a day is written."""
        from datetime import UTC, datetime

        from airrank.ingest.retrieval import end_of, today

        if value == "now":
            return end_of(today(datetime.now(UTC)))
        return end_of(DayType().convert(value, param, ctx))


def folder(option: str, text: str, **more: Any) -> Decorator:
    """Give an option that names a folder."""
    kind = click.Path(path_type=Path, file_okay=False)
    return click.option(option, type=kind, metavar="DIR", help=text, **more)


def goal(text: str) -> Decorator:
    """Give the option of the ranks to reach."""
    rank = click.IntRange(1)
    return click.option("--goal", "goals", type=rank, multiple=True, metavar="RANK", help=text)


def plan(text: str) -> Decorator:
    """Give the option of the plan."""
    return click.option(
        "--plan", default=DEFAULT_PLAN, show_default=True, metavar="NAME|FILE", help=text
    )


data = click.option(
    "--data",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="City-day file (.parquet or .csv).  [default: the store, else the bundled observations]",
)
store = folder(
    "--store",
    "Store filled by airrank update.  [default: the usual place, if there is one]",
    envvar="AIRRANK_STORE",
)
city = click.option(
    "--city", help="Chinese or English name, or 6-digit code.  [default: 驻马店, if in the list]"
)
as_of = click.option(
    "--as-of",
    type=DayType(),
    metavar="DAY",
    help="Last day whose data is used.  [default: the data's last complete day]",
)
as_known_at = click.option(
    "--as-known-at",
    type=MomentType(),
    metavar="DAY|now",
    help="Count what was retrieved by the end of this day.  [default: of the day after --as-of]",
)
panel = click.option(
    "--panel",
    default="168",
    show_default=True,
    metavar="NAME|FILE",
    help="Ranking list: 168, henan17, or a .toml or .csv file.",
)
edition = click.option(
    "--edition",
    default="auto",
    show_default=True,
    help="Standard: 2012, 2026-transition, 2026-final, or auto.",
)
dust = click.option(
    "--dust",
    type=click.Choice(["keep", "deduct", "proxy"]),
    default="keep",
    show_default=True,
    help="Dust days: keep them; deduct from PM10 and PM2.5 those listed or marked in the data; "
    "proxy: deduct those that look like dust.",
)
rounding = click.option(
    "--rounding",
    type=click.Choice(["concentrations-first", "index-only"]),
    default="concentrations-first",
    show_default=True,
    callback=lambda _context, _option, value: value.replace("-", "_"),  # as the rules spell it
    help="Order of rounding (an open point of the national rule).",
)
seed = click.option(
    "--seed",
    type=click.IntRange(0),
    default=0,
    show_default=True,
    help="Seed of the draws.",
)
draws = click.option(
    "--draws",
    type=click.IntRange(100, 1_000_000),
    default=10_000,
    show_default=True,
    help="Number of joint simulations.",
)
out = folder("--out", "Folder for files; made if missing.")
as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")
lang = click.option(
    "--lang",
    type=click.Choice(["zh", "en"]),
    default="zh",
    show_default=True,
    envvar="AIRRANK_LANG",
    help="Language of tables and figures.",
)
backtest = folder(
    "--backtest", "Folder of airrank backtest --out: shows how good such forecasts were."
)

FORECAST: tuple[Decorator, ...] = (
    data,
    store,
    city,
    as_of,
    as_known_at,
    panel,
    edition,
    dust,
    rounding,
    seed,
    draws,
)
"""What every command that makes a forecast can be told."""


def together(*options: Decorator) -> Decorator:
    """Join options into one decorator, in the order given."""

    def decorate(command: Callable[..., Any]) -> Callable[..., Any]:
        for option in reversed(options):
            command = option(command)
        return command

    return decorate


def as_request(command: Callable[..., Any]) -> Callable[..., Any]:
    """Hand a command its common options as :class:`Settings`, the others as they are."""
    common = {field.name for field in fields(Request)}

    @wraps(command)
    def called(**given: Any) -> Any:
        request = Request(**{name: given.pop(name) for name in common & set(given)})
        return command(request, **given)

    return called
