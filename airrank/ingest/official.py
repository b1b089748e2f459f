"""Published ranking tables, kept beside the observations to compare ours with."""

from __future__ import annotations

import datetime as dt
import math
from functools import partial

import pandas as pd

from airrank.cities import short_names
from airrank.errors import InputError
from airrank.ingest.retrieval import Entry, History, ReadRaw
from airrank.ingest.tables import TableFile
from airrank.tables.account import Account
from airrank.tables.cells import read_day
from airrank.tables.records import Record, read_records
from airrank.words import Text

HEADINGS = {
    "PERIOD": "period", "时段": "period", "PERIODSTART": "period_start", "开始": "period_start",
    "PERIODEND": "period_end", "结束": "period_end", "CITY": "city", "城市": "city",
    "RANK": "rank", "排名": "rank", "名次": "rank", "INDEX": "index", "综合指数": "index",
    "METRIC": "metric", "STATUS": "status", "SCOPE": "scope",
}  # fmt: skip
COLUMNS = ("period", "city", "rank", "index", "status")
METRIC = "composite_index"
EXPECTED = Text("period (时段; or period_start and period_end), city (城市), and rank or index")


def parse_official(
    content: bytes, name: str, origin: str, *, account: Account | None = None
) -> pd.DataFrame:
    """Read a ranking table.

    Parameters
    ----------
    content, name, origin, account
        As for :func:`~airrank.tables.records.read_records`.

    Returns
    -------
    DataFrame
        ``period`` (text such as ``2019`` or ``2019-01-01..2019-12-31``), ``city``, ``rank``,
        ``index`` and ``status``; rows of another metric or list than the 168 are left out.

    Raises
    ------
    InputError
        If a column is missing or there twice, or a rank or index is no number.
    """
    found = read_records(content, name, origin, HEADINGS, _enough, EXPECTED, account=account)
    rows = [
        {
            "period": _period(record),
            "city": record.text("city") or None,
            "rank": _number(record, "rank", origin),
            "index": _number(record, "index", origin),
            "status": record.text("status") or None,
        }
        for record in found.rows
        if record.text("metric") in {"", METRIC} and record.text("scope") in {"", "168"}
    ]
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    table["city"] = short_names(table["city"])
    types = {"period": "str", "city": "str", "status": "str", "rank": "float64", "index": "float64"}
    return table.astype(types)


def _enough(columns: frozenset[str]) -> bool:
    dated = "period" in columns or {"period_start", "period_end"} <= columns
    return dated and "city" in columns and bool(columns & {"rank", "index"})


def _period(record: Record) -> str:
    if "period_start" not in record.cells or "period_end" not in record.cells:
        return record.text("period")
    ends = []
    for name in ("period_start", "period_end"):
        day = read_day(record.cells[name])
        ends.append(day.isoformat() if isinstance(day, dt.date) else record.text(name))
    return "..".join(ends)


def _number(record: Record, column: str, origin: str) -> float:
    text = record.text(column)
    if not text:
        return math.nan
    try:
        number = float(text)
    except ValueError:
        number = math.inf
    if not math.isfinite(number):
        raise InputError(
            "{origin}, {place}: {column} of {city}, {period} should be a number, found {found!r}",
            origin=origin,
            place=record.place,
            column=column,
            city=record.text("city"),
            period=_period(record),
            found=text,
        )
    return number


OfficialTable = partial(TableFile, "official", parse_official)
"""The source that is one table of ranks."""


def interpret(entry: Entry, history: History, read_raw: ReadRaw) -> list[pd.DataFrame]:  # noqa: ARG001
    """Give no city-days: the tables are read from the raw archive when asked for."""
    return []
