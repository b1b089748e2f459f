"""``airrank forecast``: the year-end rank of a city, with probabilities."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from airrank.cli import options

if TYPE_CHECKING:
    from airrank.request import Request


@click.command("forecast")
@options.together(*options.FORECAST, options.out, options.as_json, options.lang)
@options.goal("Rank to reach; may be repeated.  [default: 110, 105, 100 for the list 168]")
@options.folder(
    "--model",
    "Fitted model of airrank fit; used if it is of the same data.  [default: the bundled one]",
)
@options.as_request
def command(request: Request, out: Path | None, as_json: bool, model: Path | None) -> None:
    """Forecast where a city will rank at year end.

    Simulates the rest of the year for all cities together and prints the rank to date, median and
    intervals of the final rank, and the probability of each goal. With --out it also writes
    forecast.json, ranks.csv, rank_distribution.parquet and the figure of the gap.
    """
    from airrank.cli import render
    from airrank.cli.wording_cli import say
    from airrank.forecasting.files import forecast_json, write_forecast
    from airrank.inputs import BUNDLED
    from airrank.simulation.fitted import read_fitted
    from airrank.wording import settings_text

    fitted = None if model is None else read_fitted(model)
    source, lang = request.load(), request.lang
    unit = source.panel.ranking_list.home(request.city).name
    if source.origin == BUNDLED:
        told = {"source": source.described(lang), "as_of": request.day(source)}
        click.echo(say("bundled", lang, **told), err=True)
    result = request.forecast(source, fitted=fitted)
    if fitted is not None:
        fit = settings_text({"fit": result.settings["fit"]}, lang)
        click.echo(f"{model}: {fit}", err=True)
    if out is not None:
        from airrank.plots.gap import gap_figure
        from airrank.report.files import write_figures

        written = write_forecast(result, unit, out)
        gap = {"gap": lambda: gap_figure(result, source.panel, unit, lang=lang)}
        click.echo(f"{out}: {', '.join(written + write_figures(gap, out))}", err=True)
    if as_json:
        render.print_json(forecast_json(result, unit))
    else:
        render.print_forecast(result, unit, source, lang=lang)
