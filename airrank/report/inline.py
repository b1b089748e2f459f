"""What notebooks show: figures and texts as HTML that needs no other file, nothing in it run."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from airrank.report.page import svg_uri
from airrank.report.tables import Table

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(frozen=True)
class Shown:
    """A piece of HTML that a notebook displays."""

    html: str

    def _repr_html_(self) -> str:
        return self.html

    def __repr__(self) -> str:
        """Say what it is where no HTML can be shown."""
        return f"<HTML, {len(self.html)} characters>"


def picture(figure: Figure) -> Shown:
    """Show a figure, Chinese text as drawn here whatever fonts the reader has."""
    said = escape(figure.axes[0].get_title(loc="left"))
    return Shown(f'<img class="figure" alt="{said}" src="{svg_uri(figure)}">')


def cards(table: Table) -> Shown:
    """Show the rows of a table of names and values side by side, the values large."""
    found = [f"<div>{escape(name)}<br><b>{escape(value)}</b></div>" for name, value in table.rows]
    return Shown(f'<div class="cards">{"".join(found)}</div>')


def lines(texts: Iterable[str]) -> Shown:
    """Show remarks, a line each."""
    return Shown("".join(f'<p class="remark">{escape(text)}</p>' for text in texts))


def section(title: str, *contents: Shown | Table | Figure | None) -> Shown | None:
    """Show a heading with what belongs under it; None if all of it is missing.

    Parameters
    ----------
    title : str
    *contents : Shown, Table, Figure or None
        What the data do not allow is None, and left out.
    """
    known = [part for part in contents if part is not None]
    if not known:
        return None
    html = [_html(part) for part in known]
    return Shown("".join([f"<h2>{escape(title)}</h2>", *html]))


def _html(part: Shown | Table | Figure) -> str:
    if isinstance(part, Shown):
        return part.html
    return part._repr_html_() if isinstance(part, Table) else picture(part).html
