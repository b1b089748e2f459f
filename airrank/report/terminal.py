"""The tables of a briefing on a terminal."""

from __future__ import annotations

from rich.markup import escape
from rich.table import Table as Grid

from airrank.report.table import Table


def grid(table: Table) -> Grid:
    """Arrange a table for :mod:`rich`, its texts escaped."""
    arranged = Grid(header_style="bold", title_justify="left", show_header=bool(table.head))
    if table.head:
        arranged.title = escape(str(table.title))
    for place, heading in enumerate(table.head or [""] * len(table.rows[0])):
        arranged.add_column(
            escape(heading), justify="left" if place in table.left else "right", overflow="fold"
        )
    for row in table.cells:
        arranged.add_row(*map(escape, row))
    return arranged
