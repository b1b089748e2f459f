"""``airrank report``: page, deck, workbook and figures of one forecast."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from airrank.cli import options

if TYPE_CHECKING:
    from datetime import date, datetime

    from airrank.wording import Lang


@click.command("report")
@click.option("--html", is_flag=True, help="One HTML page that needs nothing else.")
@click.option("--pptx", is_flag=True, help="A deck with native charts and tables.")
@click.option("--xlsx", is_flag=True, help="A workbook with the tables.")
@click.option("--figures", is_flag=True, help="Every figure as PNG, its numbers as CSV.")
@options.together(
    *options.FORECAST,
    options.out,
    options.lang,
)
@click.option(
    "--goal",
    "goals",
    type=click.IntRange(1),
    multiple=True,
    metavar="RANK",
    help="Rank to reach; the first is the headline's.  [default: 110, 105, 100 for the list 168]",
)
@click.option(
    "--plan",
    default="zhumadian_2023_2025",
    show_default=True,
    metavar="NAME|FILE",
    help="Plan whose air goals are shown, if it is the city's.",
)
@click.option(
    "--backtest",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Folder of airrank backtest --out: shows how good such forecasts were.",
)
def command(
    html: bool,
    pptx: bool,
    xlsx: bool,
    figures: bool,
    data: Path | None,
    store: Path | None,
    city: str | None,
    as_of: date | None,
    as_known_at: datetime | None,
    panel: str,
    edition: str,
    dust: str,
    rounding: str,
    seed: int,
    draws: int,
    out: Path | None,
    lang: Lang,
    goals: tuple[int, ...],
    plan: str,
    backtest: Path | None,
) -> None:
    """Write what people are handed: page, slides, workbook, figures.

    Without --html, --pptx, --xlsx or --figures all four are written to --out.
    """
    from airrank.ranking_table import Reading
    from airrank.report.briefing import brief
    from airrank.report.files import KINDS, write_report

    chosen = {"html": html, "pptx": pptx, "xlsx": xlsx, "figures": figures}
    kinds = tuple(kind for kind in KINDS if chosen[kind]) or KINDS
    briefing = brief(
        city,
        as_of,
        data=data,
        store=store,
        panel=panel,
        plan=plan,
        goals=goals,
        reading=Reading(edition, dust, rounding),
        draws=draws,
        seed=seed,
        as_known_at=as_known_at,
        backtest=backtest,
    )
    folder = out or Path()
    written = write_report(briefing, folder, lang=lang, kinds=kinds)
    click.echo(briefing.headline(lang))
    click.echo(f"{folder}: {', '.join(written)}", err=True)
