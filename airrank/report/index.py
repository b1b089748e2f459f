"""The index of the weekly pages: rewritten whenever a week is added, so that it knows the next."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from airrank.errors import InputError
from airrank.forecasting.record import Record, record_table
from airrank.panel import Panel
from airrank.plots.labels import named
from airrank.report.page import FOLDER, filled
from airrank.report.wording_report import word
from airrank.wording import Lang, label, number, probability_text, told

PAGE = "report.html"


def page_of(out: Path, day: date) -> str | None:
    """Give the address of a week's page relative to the folder of all weeks, if there is one."""
    return f"{day}/{PAGE}" if (out / str(day) / PAGE).is_file() else None


def write_index(
    record: Record, panel: Panel, city: str, goals: Sequence[int], out: Path, lang: Lang
) -> None:
    """Write ``index.html``: every week with its numbers and a link to its page, last week first.

    Raises
    ------
    InputError
        If the file cannot be written.
    """
    table = record_table(record, city, goals)
    rows = []
    for week, (_, row) in zip(record.weeks, table.iterrows(), strict=True):
        cells = [number(row["rank"]), number(row["median"])]
        cells.append(f"{number(row['lo80'])}–{number(row['hi80'])}")
        cells += [probability_text(row[f"p_rank_le_{g}"], final=week.final) for g in goals]
        rows.append((str(week.as_of), page_of(out, week.as_of), cells))
    rows.reverse()
    head = [word("week_of", lang), label("ytd_rank", lang), word("median", lang)]
    head += [word("interval80", lang), *(word("rank_goal", lang, goal=goal) for goal in goals)]
    content: dict[str, Any] = {
        "lang": lang,
        "w": lambda key: word(key, lang),
        "title": word("weeks_title", lang, city=named(panel, city, lang)),
        "head": head,
        "rows": rows,
        "latest": next((page for _, page, _ in rows if page), None),
        "troubles": [(str(day), told(why, lang)) for day, why in record.troubles.items()],
        "css": (FOLDER / "page.css").read_text(encoding="utf-8"),
    }
    try:
        (out / "index.html").write_text(
            filled("index.html.j2", content), encoding="utf-8", newline="\n"
        )
    except OSError as error:
        raise InputError(f"cannot write {out / 'index.html'}: {error}; see --out") from error
