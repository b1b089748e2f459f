"""Our ranks and indices beside the official ones, period by period."""

from __future__ import annotations

import pandas as pd
from rich.markup import escape

from airrank.cities import load_ranking_list
from airrank.cli.render import show
from airrank.errors import AirrankError, InsufficientDataError
from airrank.ingest.official import parse_official
from airrank.panel import Panel
from airrank.periods import parse_period
from airrank.ranking_table import standings
from airrank.rules.choices import Rules
from airrank.store import Store, load_observations
from airrank.words import Text, number, worded

COLUMNS = ("period", "city", "rank", "our_rank", "rank_difference", "index", "our_index",
           "index_difference", "valid", "status", "note")  # fmt: skip


def reconciliation(store: Store, rules: Rules) -> pd.DataFrame:
    """Compare every official rank the store holds with ours.

    Returns
    -------
    DataFrame
        A row per official line; ``note`` says why ours is missing, ``valid`` whether our period
        has enough days.

    Raises
    ------
    InsufficientDataError
        If the store holds no official table.
    """
    tables = [
        parse_official(store.read_raw(entry.sha256), entry.extra["name"], entry.origin)
        for entry in store.entries("official")
        if entry.sha256 is not None
    ]
    if not tables:
        raise InsufficientDataError(
            "the store holds no official table; add one with "
            "airrank update --source official --from FILE"
        )
    official = pd.concat(tables, ignore_index=True)
    official = official.drop_duplicates(["period", "city"], keep="last", ignore_index=True)
    panel = Panel.from_observations(load_observations(store=store), load_ranking_list("168"))
    parts = [_of_period(panel, str(p), part, rules) for p, part in official.groupby("period")]
    return pd.concat(parts, ignore_index=True)[list(COLUMNS)]


def _of_period(panel: Panel, period: str, part: pd.DataFrame, rules: Rules) -> pd.DataFrame:
    note = ""
    try:
        ours = standings(panel, parse_period(period), rules)
        ours = ours.reindex(part["city"]).reset_index()
    except AirrankError as error:
        ours = pd.DataFrame({"rank": [float("nan")] * len(part)})
        ours = ours.assign(index=float("nan"), valid=False)
        note = str(error)
    part = part.sort_index().reset_index(drop=True)
    part = part.assign(
        our_rank=pd.to_numeric(ours["rank"]).astype("float64"),
        our_index=pd.to_numeric(ours["index"]).astype("float64"),
        valid=ours["valid"].eq(other=True),
        note=note,
    )
    return part.assign(
        rank_difference=part["our_rank"] - part["rank"],
        index_difference=part["our_index"] - part["index"],
    )


def print_reconciliation(table: pd.DataFrame) -> None:
    """Print the comparison, a block for each period."""
    from rich.table import Table

    names = load_ranking_list("168")
    difference = Text("difference")
    heads = (
        Text("official"),
        Text("ours"),
        difference,
        Text("index"),
        Text("our index"),
        difference,
    )
    for period, part in table.groupby("period"):
        both = part["rank_difference"].notna()
        if not both.any():
            missing = Text(
                "{period}: {n} official ranks, ours not available: {note}",
                period=period,
                n=len(part),
                note=part["note"].iloc[0],
            )
            show(missing)
            continue
        error = part["rank_difference"].abs()
        title = Text(
            "{period}: mean rank difference {mean:.1f}, largest {largest:.0f}",
            period=period,
            mean=error.mean(),
            largest=error.max(),
        )
        if not part.loc[both, "valid"].all():
            title = Text("{title}; our period has too few days", title=title)
        grid = Table(title=escape(str(title)), title_justify="left")
        grid.add_column(str(Text("city")))
        for head in heads:
            grid.add_column(str(head), justify="right")
        for row in part.to_dict(orient="records"):
            ranks = [number(row[k]) for k in ("rank", "our_rank", "rank_difference")]
            indices = [number(row[k], 2) for k in ("index", "our_index", "index_difference")]
            grid.add_row(worded(names.resolve(row["city"])), *ranks, *indices)
        show(grid)
