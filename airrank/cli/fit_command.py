"""``airrank fit``: estimate the forecaster's parameters once and keep them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from airrank.cli import options, screen, speech

if TYPE_CHECKING:
    from airrank.request import Request


@speech.command("fit")
@options.together(
    options.data, options.store, options.as_of, options.panel, options.dust, options.lang
)
@options.folder("--out", help="Folder for model.json and card.md; made if missing.", required=True)
@speech.option(
    "--scores",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="scores.csv of airrank backtest, for the card.",
)
@options.as_request
def command(request: Request, out: Path, scores: Path | None) -> None:
    """Fit the forecaster and keep its parameters with a card.

    A forecast given the folder with --model starts at once where it was fitted to the same data;
    otherwise it fits afresh and says why. The model of the bundled data comes with airrank.
    """
    import pandas as pd

    from airrank.errors import InputError
    from airrank.periods import Period
    from airrank.simulation.fitted import Fitted, write_fitted
    from airrank.words import Listed, Text

    source = request.load()
    table = None
    if scores is not None:
        try:
            table = pd.read_csv(scores)
        except (OSError, ValueError) as error:
            raise InputError(
                "cannot read the scores {scores}: {error}", scores=scores, error=error
            ) from error
    day = request.day(source)
    mode = request.rules.during(Period.of_year(day.year)).dust
    fitted = Fitted.of(source.panel.until(day), dust=mode)
    written = write_fitted(fitted, out, table)
    screen.echo(
        Text(
            "{folder}: {files} (data until {until})",
            folder=out,
            files=Listed(written),
            until=fitted.until,
        ),
        err=True,
    )
