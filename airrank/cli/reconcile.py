"""Printing of our figures beside the official ones."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd

from airrank.amounts import Number
from airrank.cities import load_ranking_list
from airrank.cli.render import show
from airrank.reconciliation import IMPORTED, MEANS
from airrank.report.table import Table
from airrank.report.terminal import grid
from airrank.terms import POLLUTANT_NAMES
from airrank.words import Clauses, Phrases, Text

if TYPE_CHECKING:
    from airrank.reconciliation import Reconciliation

FEW = 2
"""Places of a list's rank that ours may be off before the city is named."""
DOUBTS: Mapping[str, Text] = {
    "month": Text("official file in doubt: two compilations agree with each other and not with it"),
    "slip": Text("official figure looks like a slip"),
    "low": Text("weak source"),
    "ambiguous_period": Text("the source's period is unclear"),
    "placed_last": Text("placed last by rule"),
}
QUANTITIES: Mapping[str, Text] = {
    **{name: Text(POLLUTANT_NAMES[name]) for name in MEANS},
    "rank": Text("rank"),
    "change_rank": Text("change rank"),
    "index": Text("index"),
}


def reconciliation_json(found: Reconciliation) -> dict[str, Any]:
    """Give all of it as JSON content."""
    return {
        "schema": "airrank/reconcile/2",
        "threshold": found.threshold,
        "periods": found.by_period().to_dict(orient="records"),
        "contradictions": found.contradictions().to_dict(orient="records"),
        "rows": found.rows.to_dict(orient="records"),
    }


def print_reconciliation(found: Reconciliation) -> None:
    """Print a line per period, the cities and months that contradict, and ranks that are off."""
    show(grid(_periods(found)))
    contradictions = found.contradictions()
    if contradictions.empty:
        show(
            Text(
                "No monthly mean is more than {threshold:g} µg/m³ off the official one",
                threshold=found.threshold,
            )
        )
    else:
        show(grid(_contradictions(contradictions, found.threshold)))
    off = _ranks(found)
    if len(off):
        show(grid(_rank_table(off)))
    lost = found.rows[(found.rows["source"] == IMPORTED) & (found.rows["note"] != "")]
    for (period, note), part in lost.groupby(["period", "note"]):
        show(
            Text(
                "{period}: {n} official ranks, ours not available: {note}",
                period=period,
                n=len(part),
                note=note,
            )
        )


def _periods(found: Reconciliation) -> Table:
    title = Text(
        "Mean absolute difference from official figures; beyond: means more than {threshold:g} "
        "µg/m³ off, ranks more than {places} places",
        threshold=found.threshold,
        places=FEW,
    )
    head = (
        Text("period"),
        Text("quantity"),
        Text("compared"),
        Text("mean difference"),
        Text("largest"),
        Text("beyond"),
        Text("remark"),
    )
    rows = []
    for row in found.by_period().to_dict(orient="records"):
        remarks = [] if row["enough"] else [Text("our data have too few days")]
        if row["doubt"]:
            remarks.append(DOUBTS[row["doubt"]])
        rows.append(
            (
                row["period"],
                _quantity(row["quantity"], row["of"]),
                row["compared"],
                Number(row["mean"], 2),
                Number(row["largest"], 2 if row["quantity"] == "index" else 0),
                row["beyond"],
                Clauses(remarks) if remarks else "",
            )
        )
    return Table(title, head, tuple(rows), left=(0, 1, 6))


def _contradictions(table: pd.DataFrame, threshold: float) -> Table:
    title = Text(
        "Cities and months more than {threshold:g} µg/m³ off the official mean (ours less "
        "official)",
        threshold=threshold,
    )
    head = (
        Text("city"),
        Text("year"),
        Text("quantity"),
        Text("months and differences"),
        Text("months in which the official figure is in doubt"),
        Text("all months of the year (their number)"),
    )
    names = load_ranking_list("168")
    rows = tuple(
        (
            names.resolve(row["city"]),
            row["year"],
            QUANTITIES[row["quantity"]],
            _months(row["months"]),
            _months(row["doubtful"]),
            f"{row['least']:+.0f} … {row['largest']:+.0f} ({row['compared']})",
        )
        for row in table.to_dict(orient="records")
    )
    return Table(title, head, rows, left=tuple(range(len(head))))


def _months(found: Mapping[str, float]) -> Phrases | str:
    parts = [f"{period[5:] or period} {value:+.0f}" for period, value in found.items()]
    return Phrases(parts) if parts else ""


def _ranks(found: Reconciliation) -> pd.DataFrame:
    """Give the ranks to print: ours more than a few places off, and all that were imported."""
    rows = found.rows[found.rows["difference"].notna() & ~found.rows["quantity"].isin(MEANS)]
    off = (rows["difference"].abs() > FEW) & rows["valid"] & (rows["quantity"] != "index")
    return rows[off | (rows["source"] == IMPORTED)]


def _rank_table(rows: pd.DataFrame) -> Table:
    title = Text(
        "Ranks more than {places} places off, and the official ranks and indices imported",
        places=FEW,
    )
    head = (
        *(Text("period"), Text("city"), Text("quantity")),
        *(Text("official"), Text("ours"), Text("difference")),
    )
    names = load_ranking_list("168")
    cells = []
    for row in rows.to_dict(orient="records"):
        told = (row["period"], names.resolve(row["city"]), _quantity(row["quantity"], row["of"]))
        decimals = 2 if row["quantity"] == "index" else 0
        figures = (Number(row[key], decimals) for key in ("official", "ours", "difference"))
        cells.append((*told, *figures))
    return Table(title, head, tuple(cells), left=(0, 1, 2))


def _quantity(quantity: str, of: str) -> Text:
    name = QUANTITIES[quantity]
    if not of or quantity in MEANS:
        return name
    return Text("{name} (of {of})", name=name, of=of)
