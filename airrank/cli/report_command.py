"""``airrank report``: page, deck, workbook, document, text and figures of one forecast."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from airrank.cli import options, screen, speech

if TYPE_CHECKING:
    from airrank.request import Request


@speech.command("report")
@speech.option("--html", is_flag=True, help="One HTML page that needs nothing else.")
@speech.option("--pptx", is_flag=True, help="A deck with native charts and tables.")
@speech.option("--xlsx", is_flag=True, help="A workbook with the tables.")
@speech.option("--docx", is_flag=True, help="A Word document of one to two pages.")
@speech.option("--text", is_flag=True, help="Three to five sentences, printed too.")
@speech.option("--figures", is_flag=True, help="Every figure as PNG, its numbers as CSV.")
@speech.option(
    "--kind",
    type=click.Choice(["weekly", "monthly"]),
    default="weekly",
    show_default=True,
    help="monthly: about the month of --as-of, and its end if it still runs, beside the year to "
    "date.",
)
@options.together(*options.FORECAST, options.out, options.lang)
@options.goal(help="Rank to reach; the first is the headline's.  [default: the plan's]")
@options.plan(help="Plan whose air goals are shown, if it is the city's.")
@options.backtest
@options.as_request
def command(
    request: Request,
    html: bool,
    pptx: bool,
    xlsx: bool,
    docx: bool,
    text: bool,
    kind: str,
    figures: bool,
    out: Path | None,
) -> None:
    """Write what people are handed: page, slides, workbook, document, text, figures.

    Without --html, --pptx, --xlsx, --docx, --text or --figures all of them are written to --out.
    A field of the document is the office's own: what is typed there is kept by a later run.
    """
    from airrank.cli import render
    from airrank.report.briefing import brief
    from airrank.report.files import KINDS, check_kinds, write_report
    from airrank.report.outline import Outline
    from airrank.report.text import text as as_text
    from airrank.words import worded

    chosen = {"html": html, "pptx": pptx, "xlsx": xlsx, "docx": docx, "text": text}
    chosen["figures"] = figures
    kinds = tuple(kind for kind in KINDS if chosen[kind]) or KINDS
    check_kinds(kinds)
    if kind == "monthly":
        request = request.of_month()
    outline = Outline(brief(request))
    folder = out or Path()
    written = write_report(outline, folder, kinds=kinds)
    screen.echo(as_text(outline) if "text" in kinds else worded(outline.headline))
    render.wrote(folder, written)
