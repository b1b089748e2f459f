"""``airrank forecast``: the year-end rank of a city, with probabilities."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from airrank.cli import options
from airrank.spreadsheet import write_csv

if TYPE_CHECKING:
    from datetime import date, datetime

    from airrank.wording import Lang


@click.command("forecast")
@options.together(
    *options.FORECAST,
    options.out,
    options.as_json,
    options.lang,
)
@click.option(
    "--goal",
    "goals",
    type=click.IntRange(1),
    multiple=True,
    metavar="RANK",
    help="Rank to reach; may be repeated.  [default: 110, 105, 100 for the list 168]",
)
@click.option(
    "--model",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Fitted model of airrank fit; used if it is of the same data.  [default: the bundled one]",
)
def command(
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
    as_json: bool,
    lang: Lang,
    goals: tuple[int, ...],
    model: Path | None,
) -> None:
    """Forecast where a city will rank at year end.

    Simulates the rest of the year for all cities together and prints the rank to date, median and
    intervals of the final rank, and the probability of each goal. With --out it also writes
    forecast.json, ranks.csv, rank_distribution.parquet and the figure of the gap.
    """
    from airrank.cli import render
    from airrank.forecasting.files import forecast_json, write_forecast
    from airrank.forecasting.fitted import read_fitted
    from airrank.forecasting.run import forecast_panel
    from airrank.inputs import BUNDLED, load_panel
    from airrank.ranking_table import Reading

    fitted = None if model is None else read_fitted(model)
    source = load_panel(data, panel, store=store, as_of=as_of, as_known_at=as_known_at)
    names = source.panel.ranking_list
    unit = names.home(city).name
    day = as_of or source.last_complete_day()
    if source.origin == BUNDLED:
        click.echo(
            f"Using the {source.description}, as of {day}. For newer data give a city-day file "
            "with --data FILE, or fill a store with airrank update.",
            err=True,
        )
    result = forecast_panel(
        source.panel,
        day,
        draws=draws,
        seed=seed,
        reading=Reading(edition, dust, rounding),
        goals=goals or None,
        fitted=fitted,
        as_known_at=as_known_at,
    )
    if fitted is not None:
        click.echo(f"{model}: fit {result.settings['fit']}", err=True)
    if out is not None:
        from airrank.plots.gap import gap_figure
        from airrank.plots.style import save

        written = write_forecast(result, unit, out)
        figure, table = gap_figure(result, source.panel, unit, lang=lang)
        save(figure, out / "gap.png")
        write_csv(table, out / "gap.csv")
        click.echo(f"{out}: {', '.join([*written, 'gap.png', 'gap.csv'])}", err=True)
    if as_json:
        render.print_json(forecast_json(result, unit))
    else:
        render.print_forecast(result, unit, source, lang=lang)
