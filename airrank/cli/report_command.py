"""``airrank report``: page, deck, workbook and figures of one forecast."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from airrank.cli import options, speech

if TYPE_CHECKING:
    from airrank.request import Request


@speech.command("report")
@speech.option("--html", is_flag=True, help="One HTML page that needs nothing else.")
@speech.option("--pptx", is_flag=True, help="A deck with native charts and tables.")
@speech.option("--xlsx", is_flag=True, help="A workbook with the tables.")
@speech.option("--figures", is_flag=True, help="Every figure as PNG, its numbers as CSV.")
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
    figures: bool,
    out: Path | None,
) -> None:
    """Write what people are handed: page, slides, workbook, figures.

    Without --html, --pptx, --xlsx or --figures all four are written to --out.
    """
    from airrank.cli import render
    from airrank.report.briefing import brief
    from airrank.report.files import KINDS, check_kinds, write_report
    from airrank.report.outline import Outline
    from airrank.words import worded

    chosen = {"html": html, "pptx": pptx, "xlsx": xlsx, "figures": figures}
    kinds = tuple(kind for kind in KINDS if chosen[kind]) or KINDS
    check_kinds(kinds)
    outline = Outline(brief(request))
    folder = out or Path()
    written = write_report(outline, folder, kinds=kinds)
    click.echo(worded(outline.headline))
    render.wrote(folder, written)
