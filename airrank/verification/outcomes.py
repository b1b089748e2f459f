"""What came of a year, and what a model said before: the pairs that scores compare."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from airrank.errors import InsufficientDataError
from airrank.forecasting.index import period_index
from airrank.panel import Panel
from airrank.periods import Period
from airrank.rules.choices import Rules
from airrank.rules.composite import NOT_AVAILABLE
from airrank.rules.evaluation import required_days, statistics_array
from airrank.rules.ranking import rank_array
from airrank.verification.forecasters import JointModel
from airrank.words import Percent, Some

IntArray = NDArray[np.int32]

ENOUGH_CITIES = 0.9
"""Share of the cities that need a valid year for its ranks to serve as truth."""


@dataclass(frozen=True)
class Outcome:
    """The true standings of a period.

    Attributes
    ----------
    index : ndarray of int32, shape [city]
        Composite index [1/100]; -1 where not available.
    rank : ndarray of int32, shape [city]
        Competition ranks; 0 where not available.
    scored : ndarray of bool, shape [city]
        Cities with a valid period, whose forecasts are scored.
    """

    index: IntArray
    rank: IntArray
    scored: NDArray[np.bool_]


def outcome(panel: Panel, period: Period, rules: Rules) -> Outcome:
    """Rank the cities by the whole period.

    Raises
    ------
    InsufficientDataError
        If the data ends before the period or too few cities have a valid one.
    """
    if panel.last_day < period.end:
        raise InsufficientDataError(
            "the outcome of {period} is not known: the data ends on {last_day}. Choose years "
            "that are over.",
            period=period,
            last_day=panel.last_day,
        )
    rules = rules.during(period)
    part = panel.between(period.start, period.end)
    measured = np.isfinite(part.values).sum(axis=0)
    values = panel.without_dust(rules.dust).between(period.start, period.end).values
    index = period_index(statistics_array(values), period, rules)
    valid = (measured >= required_days(period.start, period.end)).all(axis=1)
    scored: NDArray[np.bool_] = valid & (index != NOT_AVAILABLE)
    if scored.mean() < ENOUGH_CITIES:
        raise InsufficientDataError(
            "the outcome of {period} is known for {scored} of {number} cities only; "
            "{enough} of them need {days} days of all six pollutants. "
            "Choose other years, or a list of the cities with data.",
            period=period,
            scored=scored.sum(),
            number=len(scored),
            enough=Percent(100 * ENOUGH_CITIES),
            days=required_days(period.start, period.end),
        )
    return Outcome(index, rank_array(index, ties=rules.ties), scored)


def draw_index(
    model: JointModel, history: Panel, period: Period, rules: Rules, draws: int, seed: int
) -> IntArray:
    """Draw the index [draw, city] [1/100] of a period from what was known.

    Raises
    ------
    InsufficientDataError
        If the model leaves a city without an index.
    """
    mode = rules.during(period).dust
    chunks = [
        period_index(chunk, period, rules)
        for chunk in model.draw_statistics(
            history.without_dust(mode), period, draws=draws, seed=seed
        )
    ]
    index = np.concatenate(chunks)
    lacking = (index == NOT_AVAILABLE).any(axis=0)
    if lacking.any():
        names = [city for city, gap in zip(history.cities, lacking, strict=True) if gap]
        raise InsufficientDataError(
            "{model} as of {last_day} cannot say the index of {number} cities "
            "({names}): too little data before that day",
            model=model.name,
            last_day=history.last_day,
            number=len(names),
            names=Some(names, 5),
        )
    return index
