"""Printing of our figures beside the official ones."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd
from rich.table import Table

from airrank.cities import load_ranking_list
from airrank.cli.render import show
from airrank.reconciliation import IMPORTED, MEANS
from airrank.terms import POLLUTANT_NAMES
from airrank.words import Clauses, Phrases, Text, number, worded

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
    show(_periods(found))
    contradictions = found.contradictions()
    if contradictions.empty:
        show(
            Text(
                "No monthly mean is more than {threshold:g} µg/m³ off the official one",
                threshold=found.threshold,
            )
        )
    else:
        show(_contradictions(contradictions, found.threshold))
    off = _ranks(found)
    if len(off):
        show(_rank_table(off))
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


def _grid(title: Text, left: tuple[Text, ...], right: tuple[Text, ...]) -> Table:
    grid = Table(title=str(title), title_justify="left")
    for head in left:
        grid.add_column(str(head))
    for head in right:
        grid.add_column(str(head), justify="right")
    return grid


def _periods(found: Reconciliation) -> Table:
    title = Text(
        "Mean absolute difference from official figures; beyond: means more than {threshold:g} "
        "µg/m³ off, ranks more than {places} places",
        threshold=found.threshold,
        places=FEW,
    )
    numbers = (Text("compared"), Text("mean difference"), Text("largest"), Text("beyond"))
    grid = _grid(title, (Text("period"), Text("quantity")), numbers)
    grid.add_column(str(Text("remark")))
    for row in found.by_period().to_dict(orient="records"):
        remarks = [] if row["enough"] else [Text("our data have too few days")]
        if row["doubt"]:
            remarks.append(DOUBTS[row["doubt"]])
        grid.add_row(
            row["period"],
            _quantity(row["quantity"], row["of"]),
            str(row["compared"]),
            number(row["mean"], 2),
            number(row["largest"], 2 if row["quantity"] == "index" else 0),
            str(row["beyond"]),
            str(Clauses(remarks)) if remarks else "",
        )
    return grid


def _contradictions(table: pd.DataFrame, threshold: float) -> Table:
    title = Text(
        "Cities and months more than {threshold:g} µg/m³ off the official mean (ours less "
        "official)",
        threshold=threshold,
    )
    heads = (
        Text("city"),
        Text("year"),
        Text("quantity"),
        Text("months and differences"),
        Text("months in which the official figure is in doubt"),
        Text("all months of the year (their number)"),
    )
    grid = _grid(title, heads, ())
    names = load_ranking_list("168")
    for row in table.to_dict(orient="records"):
        grid.add_row(
            worded(names.resolve(row["city"])),
            row["year"],
            str(QUANTITIES[row["quantity"]]),
            _months(row["months"]),
            _months(row["doubtful"]),
            f"{row['least']:+.0f} … {row['largest']:+.0f} ({row['compared']})",
        )
    return grid


def _months(found: Mapping[str, float]) -> str:
    parts = [f"{period[5:] or period} {value:+.0f}" for period, value in found.items()]
    return str(Phrases(parts)) if parts else ""


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
    heads = (Text("period"), Text("city"), Text("quantity"))
    grid = _grid(title, heads, (Text("official"), Text("ours"), Text("difference")))
    names = load_ranking_list("168")
    for row in rows.to_dict(orient="records"):
        decimals = 2 if row["quantity"] == "index" else 0
        grid.add_row(
            row["period"],
            worded(names.resolve(row["city"])),
            _quantity(row["quantity"], row["of"]),
            *(number(row[key], decimals) for key in ("official", "ours", "difference")),
        )
    return grid


def _quantity(quantity: str, of: str) -> str:
    name = QUANTITIES[quantity]
    if not of or quantity in MEANS:
        return str(name)
    return str(Text("{name} (of {of})", name=name, of=of))
