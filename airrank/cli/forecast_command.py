"""``airrank forecast``: the year-end rank of a city, with probabilities."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from airrank.cli import options, screen, speech

if TYPE_CHECKING:
    from airrank.request import Request


@speech.command("forecast")
@options.together(*options.FORECAST, options.out, options.as_json, options.lang)
@options.goal(help="Rank to reach; may be repeated.  [default: the plan's]")
@options.folder(
    "--model",
    help="Fitted model of airrank fit; used if it is of the same data.  [default: the bundled one]",
)
@options.as_request
def command(request: Request, out: Path | None, as_json: bool, model: Path | None) -> None:
    """Forecast where a city will rank at year end.

    Simulates the rest of the year for all cities together and prints the rank to date, median and
    intervals of the final rank, and the probability of each goal. With --out it also writes
    forecast.json, ranks.csv, rank_distribution.parquet and the figure of the path.
    """
    from airrank.cli import render
    from airrank.forecasting.files import forecast_json, write_forecast
    from airrank.inputs import BUNDLED
    from airrank.simulation.fitted import read_fitted
    from airrank.terms import setting
    from airrank.words import Text

    fitted = None if model is None else read_fitted(model)
    source = request.load()
    unit = request.unit.name
    if source.origin == BUNDLED:
        told = Text(
            "Using the {source}, as of {as_of}. For newer data give a city-day file with --data "
            "FILE, or fill a store with airrank update.",
            source=source.description,
            as_of=request.day(source),
        )
        screen.echo(told, err=True)
    result = request.forecast(source, fitted=fitted)
    if fitted is not None:
        screen.echo(
            Text(
                "{path}: fitted by airrank {version} to {panel}, {first} to {until} (SHA-256 "
                "{digest}); {what}",
                path=model,
                version=fitted.version,
                panel=fitted.panel,
                first=fitted.first,
                until=fitted.until,
                digest=fitted.digest()[:12],
                what=setting("fit", result.settings["fit"]),
            ),
            err=True,
        )
    if out is not None:
        from functools import partial

        from airrank.plots import draw
        from airrank.report.files import write_figures
        from airrank.report.section import Picture

        written = write_forecast(result, unit, out)
        path = {"path": Picture(partial(draw, "path", result, unit, panel=source.panel))}
        render.wrote(out, written + write_figures(path, out))
    if as_json:
        render.print_json(forecast_json(result, unit))
    else:
        render.print_forecast(result, unit, source)
