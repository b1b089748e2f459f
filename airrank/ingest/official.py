"""Published ranking tables, kept beside the observations to compare ours with."""

from __future__ import annotations

from functools import partial

import pandas as pd

from airrank.cities import short_names
from airrank.errors import InputError
from airrank.ingest.retrieval import Entry, History, ReadRaw
from airrank.ingest.tables import TableFile, known_columns, plain_day, read_cells

HEADINGS = {
    "PERIOD": "period", "时段": "period", "PERIODSTART": "period_start", "开始": "period_start",
    "PERIODEND": "period_end", "结束": "period_end", "CITY": "city", "城市": "city",
    "RANK": "rank", "排名": "rank", "名次": "rank", "INDEX": "index", "综合指数": "index",
    "METRIC": "metric", "STATUS": "status", "SCOPE": "scope",
}  # fmt: skip
COLUMNS = ("period", "city", "rank", "index", "status")
METRIC = "composite_index"


def parse_official(content: bytes, name: str, origin: str) -> pd.DataFrame:
    """Read a ranking table.

    Parameters
    ----------
    content, name, origin
        As for :func:`~airrank.ingest.tables.read_cells`.

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
    cells = read_cells(content, name, origin)
    table = known_columns(cells, HEADINGS)
    dated = "period" in table or {"period_start", "period_end"} <= set(table)
    ranked = "city" in table and bool({"rank", "index"} & set(table))
    if table.columns.has_duplicates or not dated or not ranked:
        raise InputError(
            f"{origin}: expected period (or period_start and period_end), city, and rank or index, "
            f"each once; found {', '.join(map(str, cells.columns))}"
        )
    if {"period_start", "period_end"} <= set(table):
        start, end = (table[c].map(plain_day).astype("str") for c in ("period_start", "period_end"))
        table["period"] = start + ".." + end
    for column, wanted in (("metric", METRIC), ("scope", "168")):
        if column in table:
            table = table[table[column].astype("str").str.removesuffix(".0") == wanted]
    table = table.reindex(columns=list(COLUMNS)).reset_index(drop=True)
    for column in ("rank", "index"):
        numbers = pd.to_numeric(table[column], errors="coerce").astype("float64")
        wrong = numbers.isna() & table[column].notna()
        if wrong.any():
            row = int(wrong.to_numpy().argmax())
            raise InputError(
                f"{origin}: {column} of {table.city[row]}, {table.period[row]} should be a number, "
                f"found {table[column][row]!r}"
            )
        table[column] = numbers
    table["city"] = short_names(table["city"])
    return table.astype({"period": "str", "city": "str", "status": "str"})


OfficialTable = partial(TableFile, "official", parse_official)
"""The source that is one table of ranks."""


def interpret(entry: Entry, history: History, read_raw: ReadRaw) -> list[pd.DataFrame]:  # noqa: ARG001
    """Give no city-days: the tables are read from the raw archive when asked for."""
    return []
