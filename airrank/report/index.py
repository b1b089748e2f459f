"""The index of the weekly pages: rewritten whenever a week is added, so that it knows the next."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from airrank.amounts import Interval, Number
from airrank.errors import InputError
from airrank.forecasting.record import Record, record_table
from airrank.panel import Panel
from airrank.report.page import filled
from airrank.report.tables import INTERVAL, MEDIAN, TOP
from airrank.whole import write_whole
from airrank.words import Chance, Lang, Percent, Text, speaking

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
        cells = [Number(row["rank"]), Number(row["median"]), Interval(row["lo80"], row["hi80"])]
        cells += [Chance(row[f"p_rank_le_{goal}"], week.final) for goal in goals]
        rows.append((week.as_of, page_of(out, week.as_of), cells))
    rows.reverse()
    head = [Text("as of"), Text("rank to date"), MEDIAN.with_values(end=Text("year end"))]
    head += [INTERVAL.with_values(level=Percent(80))]
    head += [TOP.with_values(goal=goal) for goal in goals]
    title = Text("{city}: weekly forecasts", city=panel.ranking_list.resolve(city))
    latest = next((page for _, page, _ in rows if page), None)
    path = out / "index.html"
    with speaking(lang):
        text = filled(
            "index.html.j2",
            title=title,
            head=head,
            rows=rows,
            latest=latest,
            troubles=list(record.troubles.items()),
        )
    try:
        write_whole(path, text)
    except OSError as error:
        raise InputError(
            "cannot write {path}: {error}; see --out", path=path, error=error
        ) from error
