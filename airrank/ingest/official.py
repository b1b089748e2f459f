"""Published ranking tables, kept beside the observations to compare ours with."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from airrank.cities import RankingList, all_cities
from airrank.errors import InputError, SourceError
from airrank.ingest.office_file import plain_heading, read_cells
from airrank.ingest.retrieval import Entry, Fetched, History, Job, ReadRaw, today
from airrank.reading import read_bytes

HEADINGS = {
    "PERIOD": "period", "时段": "period", "PERIODSTART": "period_start", "开始": "period_start",
    "PERIODEND": "period_end", "结束": "period_end", "CITY": "city", "城市": "city",
    "RANK": "rank", "排名": "rank", "名次": "rank", "INDEX": "index", "综合指数": "index",
    "METRIC": "metric", "STATUS": "status", "SCOPE": "scope",
}  # fmt: skip
COLUMNS = ("period", "city", "rank", "index", "status")
METRIC = "composite_index"


@dataclass(frozen=True)
class OfficialTable:
    """One CSV or Excel table: period, city, rank, and the index where it was published."""

    path: Path
    name: str = "official"

    @property
    def origin(self) -> str:
        """The file's path."""
        return str(self.path.resolve())

    def plan(self, history: History, now: dt.datetime) -> list[Job]:
        """Give the file, unless its content is held already."""
        key = hashlib.sha256(read_bytes(self.path)).hexdigest()
        return [] if key in history else [Job(key, str(self.path), today(now), today(now))]

    def fetch(self, job: Job) -> Fetched:  # noqa: ARG002
        """Read and check it."""
        content = read_bytes(self.path)
        try:
            self.check(content)
        except InputError as error:
            raise SourceError(str(error)) from error
        return Fetched(content, {"name": self.path.name})

    def check(self, content: bytes) -> None:
        """Read it whole."""
        parse_official(content, self.path.name, str(self.path))


def parse_official(content: bytes, name: str, origin: str) -> pd.DataFrame:
    """Read a ranking table.

    Returns
    -------
    DataFrame
        ``period`` (text such as ``2019`` or ``2019-01-01..2019-12-31``), ``city``, ``rank``,
        ``index`` and ``status``; rows of another metric or list than the 168 are left out.

    Raises
    ------
    InputError
        If a column is missing or a rank or index is no number.
    """
    cells = read_cells(content, name, origin)
    known = {h: HEADINGS[plain_heading(h)] for h in cells if plain_heading(h) in HEADINGS}
    table = cells[list(known)].rename(columns=known)
    if {"period_start", "period_end"} <= set(table):
        start, end = (table[c].astype("str") for c in ("period_start", "period_end"))
        table["period"] = start + ".." + end
    lacking = [c for c in ("period", "city") if c not in table]
    if lacking or not {"rank", "index"} & set(table):
        raise InputError(
            f"{origin}: expected period (or period_start and period_end), city, and rank or index; "
            f"found {', '.join(map(str, cells.columns))}"
        )
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
    registry = RankingList("all", "", "", all_cities())
    found = {c: registry.find(str(c)) for c in table["city"].unique()}
    table["city"] = table["city"].map({c: v.name if v else c for c, v in found.items()})
    return table.astype({"period": "str", "city": "str", "status": "str"})


def interpret(entry: Entry, history: History, read_raw: ReadRaw) -> list[pd.DataFrame]:  # noqa: ARG001
    """Give no city-days: the tables are read from the raw archive when asked for."""
    return []
