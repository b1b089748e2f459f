"""What the reader must know to judge a forecast's numbers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

import numpy as np
from numpy.typing import NDArray

from airrank.forecasting.sufficiency import gap_caveat
from airrank.panel import Panel
from airrank.periods import Period
from airrank.rules.choices import Rules
from airrank.rules.scheme import REVISED_FROM
from airrank.rules.standards import POLLUTANTS
from airrank.store import retrieved_by
from airrank.terms import POLLUTANT_NAMES
from airrank.words import Percent, Text

MUCH_MISSING = 0.02
"""Share of the year's city-days without all six pollutants that is told."""
TESTED = 2
"""Years ahead of the running one up to which forecasts were held against what came
(:data:`airrank.verification.targets.YEARS_AHEAD`)."""


def forecast_caveats(
    history: Panel,
    period: Period,
    rules: Rules,
    dust: Text | None,
    as_known_at: datetime | None,
    unknown: NDArray[np.bool_],
) -> tuple[Text, ...]:
    """Give the caveats of a forecast.

    Parameters
    ----------
    history : Panel
        The days up to and including that of the forecast.
    period : Period
        The days whose ranks are forecast.
    rules : Rules
    dust : Text, optional
        What to tell of the dust days.
    as_known_at : datetime, optional
        Until when retrievals count, if that was chosen.
    unknown : ndarray of bool, shape [day, city, pollutant]
        What was drawn of the period's days.
    """
    return (
        Text("provisional real-time values; audited figures may differ"),
        *((dust,) if dust is not None else ()),
        *_estimated(history),
        *_missing(history, period),
        *((gap,) if (gap := gap_caveat(history, period, unknown)) is not None else ()),
        *_far(history.last_day, period),
        *_edition(period, rules),
        *_hindsight(history.last_day, as_known_at),
    )


def _estimated(history: Panel) -> Iterator[Text]:
    known = ~np.isnan(history.values)
    for k, pollutant in enumerate(POLLUTANTS):
        share = history.estimated[..., k].sum() / known[..., k].sum()
        if share > 0:
            yield Text(
                "{pollutant}: {share} of the values used are estimated",
                pollutant=POLLUTANT_NAMES[pollutant],
                share=Percent(100 * share),
            )


def _missing(history: Panel, period: Period) -> Iterator[Text]:
    elapsed = period.to_date(history.last_day)
    if elapsed is None:
        return
    so_far = history.between(elapsed.start, elapsed.end)
    missing = np.isnan(so_far.values).any(axis=2).mean()
    if missing > MUCH_MISSING:
        yield Text(
            "{share} of the period's city-days so far lack a pollutant",
            share=Percent(100 * missing),
        )


def _far(as_of: date, period: Period) -> Iterator[Text]:
    """Warn of a period that ends later than any that was ever verified."""
    if period.end.year - as_of.year > TESTED:
        yield Text(
            "{period} ends in more than two years: no forecast so far ahead has been verified",
            period=period,
        )


def _edition(year: Period, rules: Rules) -> Iterator[Text]:
    if rules.edition == "auto" and year.end >= REVISED_FROM:
        yield Text("edition: whether the ranking rule follows the 2026 limits is open")


def _hindsight(as_of: date, as_known_at: datetime | None) -> Iterator[Text]:
    """Warn where later retrievals count than those known right after ``as_of``."""
    if as_known_at is not None and as_known_at > retrieved_by(as_of):
        yield Text(
            "uses values retrieved up to {moment}, later than the day after {as_of}: not what was "
            "known then",
            moment=as_known_at.isoformat(),
            as_of=as_of,
        )
