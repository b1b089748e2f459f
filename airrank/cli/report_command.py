"""``airrank report``: page, deck, workbook and figures of one forecast."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from airrank.cli import options

if TYPE_CHECKING:
    from airrank.request import Request


@click.command("report")
@click.option("--html", is_flag=True, help="One HTML page that needs nothing else.")
@click.option("--pptx", is_flag=True, help="A deck with native charts and tables.")
@click.option("--xlsx", is_flag=True, help="A workbook with the tables.")
@click.option("--figures", is_flag=True, help="Every figure as PNG, its numbers as CSV.")
@options.together(*options.FORECAST, options.out, options.lang)
@options.goal(
    "Rank to reach; the first is the headline's.  [default: 110, 105, 100 for the list 168]"
)
@options.plan("Plan whose air goals are shown, if it is the city's.")
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
    from airrank.report.briefing import brief
    from airrank.report.files import KINDS, write_report

    chosen = {"html": html, "pptx": pptx, "xlsx": xlsx, "figures": figures}
    kinds = tuple(kind for kind in KINDS if chosen[kind]) or KINDS
    briefing = brief(request)
    folder = out or Path()
    written = write_report(briefing, folder, lang=request.lang, kinds=kinds)
    click.echo(briefing.headline(request.lang))
    click.echo(f"{folder}: {', '.join(written)}", err=True)
