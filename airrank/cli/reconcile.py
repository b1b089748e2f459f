"""Printing of our figures beside the official ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd
from rich.markup import escape
from rich.table import Table

from airrank.cities import load_ranking_list
from airrank.cli.render import show
from airrank.cli.wording_cli import say
from airrank.reconciliation import IMPORTED, MEANS
from airrank.wording import Lang, label, number

if TYPE_CHECKING:
    from airrank.reconciliation import Reconciliation

FEW = 2
"""Places of a list's rank that ours may be off before the city is named."""


def reconciliation_json(found: Reconciliation) -> dict[str, Any]:
    """Give all of it as JSON content."""
    return {
        "schema": "airrank/reconcile/2",
        "threshold": found.threshold,
        "periods": found.by_period().to_dict(orient="records"),
        "contradictions": found.contradictions().to_dict(orient="records"),
        "rows": found.rows.to_dict(orient="records"),
    }


def print_reconciliation(found: Reconciliation, lang: Lang) -> None:
    """Print a line per period, the cities and months that contradict, and ranks that are off."""
    show(_periods(found, lang))
    contradictions = found.contradictions()
    if contradictions.empty:
        show(escape(say("none_contradicts", lang, threshold=f"{found.threshold:g}")))
    else:
        show(_contradictions(contradictions, found, lang))
    off = _ranks(found)
    if len(off):
        show(_rank_table(off, lang))
    lost = found.rows[(found.rows["source"] == IMPORTED) & (found.rows["note"] != "")]
    for (period, note), part in lost.groupby(["period", "note"]):
        show(escape(say("no_ours", lang, period=period, n=len(part), note=note)))


def _periods(found: Reconciliation, lang: Lang) -> Table:
    title = say("reconciled", lang, threshold=f"{found.threshold:g}", places=FEW)
    grid = Table(title=title, title_justify="left")
    for name in ("period", "quantity", "compared", "mean_off", "largest_off", "beyond", "remark"):
        left = name in {"period", "quantity", "remark"}
        grid.add_column(say(name, lang), justify="left" if left else "right")
    for row in found.by_period().to_dict(orient="records"):
        remarks = [] if row["enough"] else [say("few_days", lang)]
        if row["doubt"]:
            remarks.append(say(f"doubt_{row['doubt']}", lang))
        means = row["quantity"] in MEANS
        grid.add_row(
            row["period"],
            _quantity(row["quantity"], row["of"], lang),
            str(row["compared"]),
            number(row["mean"], 2),
            number(row["largest"], 0 if means or "rank" in row["quantity"] else 2),
            str(row["beyond"]),
            escape(("；" if lang == "zh" else "; ").join(remarks)),
        )
    return grid


def _contradictions(table: pd.DataFrame, found: Reconciliation, lang: Lang) -> Table:
    title = say("contradictions", lang, threshold=f"{found.threshold:g}")
    grid = Table(title=title, title_justify="left")
    for name in ("city", "year", "quantity", "months_off", "doubtful", "spread"):
        grid.add_column(say(name, lang), justify="left")
    called = load_ranking_list("168")
    for row in table.to_dict(orient="records"):
        spread = f"{row['least']:+.0f} … {row['largest']:+.0f} ({row['compared']})"
        grid.add_row(
            called.resolve(row["city"]).called(lang),
            row["year"],
            label(row["quantity"], lang),
            _months(row["months"], lang),
            _months(row["doubtful"], lang),
            spread,
        )
    return grid


def _months(found: dict[str, float], lang: Lang) -> str:
    comma = "，" if lang == "zh" else ", "
    return comma.join(f"{period[5:] or period} {value:+.0f}" for period, value in found.items())


def _ranks(found: Reconciliation) -> pd.DataFrame:
    """Give the ranks to print: ours more than a few places off, and all that were imported."""
    rows = found.rows[found.rows["difference"].notna() & ~found.rows["quantity"].isin(MEANS)]
    off = (rows["difference"].abs() > FEW) & rows["valid"] & (rows["quantity"] != "index")
    return rows[off | (rows["source"] == IMPORTED)]


def _rank_table(rows: pd.DataFrame, lang: Lang) -> Table:
    grid = Table(title=say("ranks_off", lang, places=FEW), title_justify="left")
    for name in ("period", "city", "quantity", "official", "ours", "off_by"):
        left = name in {"period", "city", "quantity"}
        grid.add_column(say(name, lang), justify="left" if left else "right")
    called = load_ranking_list("168")
    for row in rows.to_dict(orient="records"):
        decimals = 2 if row["quantity"] == "index" else 0
        grid.add_row(
            row["period"],
            called.resolve(row["city"]).called(lang),
            _quantity(row["quantity"], row["of"], lang),
            *(number(row[key], decimals) for key in ("official", "ours", "difference")),
        )
    return grid


def _quantity(quantity: str, of: str, lang: Lang) -> str:
    name = label(quantity, lang) if quantity in {*MEANS, "rank", "index"} else say(quantity, lang)
    return f"{name} ({of})" if of and quantity not in MEANS else name
