"""An office's own audited values, in the city-day format or under the headings offices use."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from functools import partial

import pandas as pd

from airrank.ingest.aggregate import DECIMALS
from airrank.ingest.city_day import check_city_days
from airrank.ingest.city_table import read_city_table
from airrank.ingest.limits import ACCEPTABLE, BEIJING
from airrank.ingest.plausible import refuse_implausible, tell_odd
from airrank.ingest.retrieval import Entry, History, ReadRaw, today
from airrank.ingest.tables import TableFile
from airrank.rules.rounding import round_half_even
from airrank.rules.standards import POLLUTANTS
from airrank.tables.account import Account

_OF_A_STORE = ["source", "retrieved_at", "dust_retrieved_at"]
"""Columns that say where a copy of our records came from; a store says that itself."""


def parse_table(
    content: bytes,
    name: str,
    origin: str,
    *,
    account: Account | None = None,
    city: str | None = None,
    accept: Collection[str] = (),
    today: dt.date | None = None,
) -> pd.DataFrame:
    """Read a table as city-days with values at the published precision.

    Parameters
    ----------
    content, name, origin, city
        As for :func:`~airrank.ingest.city_table.read_city_table`.
    account : Account, optional
        What is told is added to it.
    accept, today
        As for :func:`~airrank.ingest.plausible.refuse_implausible`; today is Beijing's by default.

    Raises
    ------
    InputError
        If it is no such table, a city-day is there twice, or a value cannot be true.
    """
    account = Account(origin) if account is None else account
    table = read_city_table(content, name, origin, city=city, account=account)
    raw = table.frame.drop(columns=_OF_A_STORE, errors="ignore")
    frame = check_city_days(raw, origin, places=table.places)
    today = today or dt.datetime.now(BEIJING).date()
    refuse_implausible(frame, origin, table.places, today=today, accept=accept)
    frame = tell_odd(frame, table.places, account)
    for pollutant in POLLUTANTS:
        frame[pollutant] = round_half_even(frame[pollutant].to_numpy(), DECIMALS[pollutant])
    return frame


OfficeFile = partial(TableFile, "file", parse_table)
"""The source that is one table of audited values."""


def interpret(entry: Entry, history: History, read_raw: ReadRaw) -> list[pd.DataFrame]:  # noqa: ARG001
    """Give the table's city-days; a row without values retracts what an earlier file gave.

    It is read as it was when it came: with the city and the rules accepted then, as of that day.
    """
    if entry.sha256 is None:
        return []
    extra = entry.extra
    # Tables taken in before there were rules stay.
    accept = extra.get("accept", "").split() if "account" in extra else ACCEPTABLE
    frame = parse_table(
        read_raw(entry.sha256),
        extra["name"],
        entry.origin,
        city=extra.get("city"),
        accept=accept,
        today=today(entry.retrieved_at),
    )
    return [frame.assign(raw=entry.sha256)]
