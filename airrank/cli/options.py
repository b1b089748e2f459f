"""Options that several commands share, and the reading of their values."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from airrank.arguments import FEWEST_DRAWS, LARGEST_SEED, MOST_DRAWS, MOST_PROCESSES
from airrank.cli import screen
from airrank.cli.numbers import WholeType
from airrank.cli.speech import option
from airrank.ingest.limits import ACCEPTABLE
from airrank.request import Request
from airrank.words import LANGS, Text, language

if TYPE_CHECKING:
    from datetime import datetime

    from airrank.inputs import Source

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]


class Written(click.ParamType[Any]):
    """A value as people write it, which a function of :mod:`airrank.periods` reads."""

    def __init__(self, name: str, reader: str) -> None:
        self.name, self.reader = name, reader

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Read it, or let the error say how it is written."""
        from airrank import periods
        from airrank.errors import InputError

        try:
            return getattr(periods, self.reader)(str(value))
        except InputError as error:
            self.fail(str(error), param, ctx)


PERIOD = Written("period", "parse_period")
DAY = Written("day", "parse_day")
YEAR = Written("year", "as_year")


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
        return end_of(DAY.convert(value, param, ctx))


def folder(name: str, **more: Any) -> Decorator:
    """Give an option that names a folder."""
    kind = click.Path(path_type=Path, file_okay=False)
    return option(name, type=kind, metavar="DIR", **more)


def goal(**more: Any) -> Decorator:
    """Give the option of the ranks to reach."""
    rank = WholeType(1)
    return option("--goal", "goals", type=rank, multiple=True, metavar="RANK", **more)


def plan(**more: Any) -> Decorator:
    """Give the option of the plan."""
    return option("--plan", metavar="NAME|FILE", **more)


accept = option(
    "--accept",
    type=click.Choice(ACCEPTABLE),
    multiple=True,
    help="Let values through that a rule calls impossible: units (most values look like another "
    "unit), shifted (columns against headings), bounds (beyond any day's), inverted (PM2.5 above "
    "PM10 in most rows); may be repeated.",
)


def data(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give the options of a file of city-days."""
    file = option(
        "--data",
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="City-days: Parquet, or a table as offices make them (CSV, .xlsx, .xls).  "
        "[default: the store, else the bundled observations]",
    )
    return file(accept(command))


store = folder(
    "--store",
    help="Store filled by airrank update.  [default: the usual place, if there is one]",
    envvar="AIRRANK_STORE",
)
city = option(
    "--city",
    metavar="NAME",
    help="Chinese or English name, or 6-digit code.  [default: the plan's, else the list's first]",
)
as_of = option(
    "--as-of",
    type=DAY,
    metavar="DAY",
    help="Last day whose data is used.  [default: the data's last complete day]",
)
period = option(
    "--period",
    type=PERIOD,
    metavar="PERIOD",
    help="Period whose final rank is forecast, running or ahead: 2017, 2017Q3, 2017-09, 2018.  "
    "[default: the year]",
)
periods = option(
    "--period",
    "periods",
    type=PERIOD,
    multiple=True,
    metavar="PERIOD",
    help="Period of the outlook, running, ahead or over: 2018, 2017W; may be repeated.  [default: "
    "the years of the plan, else this year and the next two]",
)
as_known_at = option(
    "--as-known-at",
    type=MomentType(),
    metavar="DAY|now",
    help="Count what was retrieved by the end of this day.  [default: of the day after --as-of]",
)
panel = option(
    "--panel",
    metavar="NAME|FILE",
    help="Ranking list: 168, henan17, or a .toml or .csv file.  [default: the plan's]",
)
edition = option(
    "--edition",
    default="auto",
    show_default=True,
    metavar="NAME",
    help="Standard: 2012, 2026-transition, 2026-final, or auto.",
)
dust = option(
    "--dust",
    type=click.Choice(["auto", "keep", "deduct", "proxy"]),
    default="auto",
    show_default=True,
    help="Dust days: keep them; deduct from PM10 and PM2.5 those listed or marked in the data; "
    "proxy: deduct those that look like dust; auto: as the ministry does since July 2018, by a "
    "list where there is one, else by the proxy.",
)
rounding = option(
    "--rounding",
    type=click.Choice(["single-index", "concentrations-first", "index-only"]),
    default="single-index",
    show_default=True,
    callback=lambda _context, _option, value: value.replace("-", "_"),  # as the rules spell it
    help="What is rounded before the sum: concentrations, then single indices, as nearly every "
    "published index was; concentrations alone; nothing.",
)
weights = option(
    "--weights",
    metavar="NAME|LIST",
    help="Weights of the single indices: pm25-3_o3-2_no2-2, or six numbers for PM2.5, PM10, SO2, "
    "NO2, CO, O3 such as 3,1,1,2,1,2.  [default: equal]",
)
ties = option(
    "--ties",
    type=click.Choice(["competition", "dense"]),
    default="competition",
    show_default=True,
    help="Ranks after cities that tie: competition 1, 2, 2, 4, as in the national list; dense "
    "1, 2, 2, 3.",
)
placed_last = option(
    "--placed-last",
    multiple=True,
    metavar="CITY|FILE",
    help="City placed last by rule, whatever its index; CITY:change in the ranking by change; or a "
    ".toml file of cases by period.",
)
seed = option(
    "--seed",
    type=WholeType(0, LARGEST_SEED),
    default=0,
    show_default=True,
    help="Seed of the draws.",
)


def draws_of(default: int) -> Decorator:
    """Give the option of the number of draws."""
    kind = WholeType(FEWEST_DRAWS, MOST_DRAWS)
    return option(
        "--draws",
        type=kind,
        default=default,
        show_default=True,
        help="Number of joint simulations.",
    )


def jobs(default: int | None = None, **more: Any) -> Decorator:
    """Give the option of the number of processes, with the ``help`` that its command says."""
    more["show_default"] = default is not None
    return option("--jobs", type=WholeType(1, MOST_PROCESSES), default=default, **more)


draws = draws_of(10_000)
out = folder("--out", help="Folder for files; made if missing.")
as_json = option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")
lang = option(
    "--lang",
    type=click.Choice(LANGS),
    callback=lambda _context, _option, _value: language(),  # chosen before anything was parsed
    help="Language of tables, figures, messages and help.  [default: AIRRANK_LANG, else the "
    "system's]",
)
backtest = folder(
    "--backtest", help="Folder of airrank backtest --out: shows how good such forecasts were."
)

FORECAST: tuple[Decorator, ...] = (
    data,
    store,
    city,
    as_of,
    period,
    as_known_at,
    panel,
    edition,
    dust,
    rounding,
    weights,
    ties,
    placed_last,
    seed,
    draws,
)
"""What every command that makes a forecast is given."""


def together(*options: Decorator) -> Decorator:
    """Join options into one decorator, in the order given."""

    def decorate(command: Callable[..., Any]) -> Callable[..., Any]:
        for add in reversed(options):
            command = add(command)
        return command

    return decorate


@dataclass(frozen=True)
class _Told(Request):
    """A request of the command line, which says what the data hold that does not count."""

    def load(self) -> Source:
        """Load the data, and tell of values of one's own that are left out."""
        source = super().load()
        note = source.unused(self.as_of)
        if note is not None:
            screen.echo(note, err=True)
        return source


def _prefer_the_file(given: dict[str, Any]) -> None:
    """Let ``--data`` win over a store that only the environment names, and say so."""
    from_environment = click.get_current_context().get_parameter_source("store")
    if given.get("data") is None or from_environment is not ParameterSource.ENVIRONMENT:
        return
    told = Text("--data {data} counts, and not AIRRANK_STORE", data=given["data"])
    screen.echo(told, err=True)
    given["store"] = None


def as_request(command: Callable[..., Any]) -> Callable[..., Any]:
    """Hand a command its common options as a :class:`Request`, the others as they are."""
    common = {field.name for field in fields(Request)}

    @wraps(command)
    def called(**given: Any) -> Any:
        _prefer_the_file(given)
        request = _Told(**{name: given.pop(name) for name in common & set(given)})
        return command(request, **given)

    return called
