"""What notebooks show: sections and figures as HTML that needs no other file, nothing in it run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

from airrank.report.outline import Outline
from airrank.report.page import svg_uri
from airrank.report.section import SLIDES, Section
from airrank.report.table import Fact, Table
from airrank.words import worded

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


def slides(outline: Outline) -> Iterator[Shown]:
    """Show a briefing in the reader's language, each section a piece of its own."""
    for section in outline.shown_in(SLIDES):
        first = section.id == "summary"
        title = outline.headline if first else section.title
        remarks = outline.forecast.caveats if first else ()
        yield Shown(f"<h2>{escape(worded(title))}</h2>{_body(section)}{_lines(remarks)}")


def _body(section: Section) -> str:
    """Give a section's figures, and its table where it has none: there is no room for both."""
    html = _lines(section.said)
    if section.figures:
        return html + "".join(picture(make()[0]).html for make in section.figures.values())
    if section.table is None:
        return html + _cards(section.facts)
    return html + _table(section.table) + _lines(section.table.notes)


def _cards(facts: Iterable[Fact]) -> str:
    found = [
        f"<div>{escape(str(fact.name))}<br><b>{escape(worded(fact.value))}</b></div>"
        for fact in facts
    ]
    return f'<div class="cards">{"".join(found)}</div>'


def _lines(texts: Iterable[Any]) -> str:
    return "".join(f'<p class="remark">{escape(worded(text))}</p>' for text in texts)


def _table(table: Table) -> str:
    html = []
    for tag, cells in [("th", table.head)] * bool(table.head) + [
        ("td", row) for row in table.cells
    ]:
        styled = [
            f'<{tag} style="text-align:{"left" if c in table.left else "right"}">'
            f"{escape(cell)}</{tag}>"
            for c, cell in enumerate(cells)
        ]
        html.append(f"<tr>{''.join(styled)}</tr>")
    return f'<table class="airrank">{"".join(html)}</table>'
