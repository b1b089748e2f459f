"""What a backtest scores, and what it is handed: our forecaster, and its hindsight.

Every model of a backtest, ours and the baselines, is a :class:`JointModel`: it is handed the panel
up to the day of the forecast, and nothing else, and gives joint draws of the period's statistics.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Protocol

import numpy as np

from airrank.panel import Panel
from airrank.periods import Period
from airrank.simulation.period_draws import Statistics
from airrank.simulation.remainder import RemainderModel


class JointModel(Protocol):
    """What a backtest scores."""

    @property
    def name(self) -> str:
        """Name in tables and files."""

    def draw_statistics(
        self, history: Panel, period: Period, *, draws: int, seed: int
    ) -> Iterator[Statistics]:
        """Give joint draws of the period's statistics in chunks [draw, city, pollutant].

        Parameters
        ----------
        history : Panel
            Everything known up to and including the day of the forecast, without what is deducted
            as dust.
        period : Period
            Begins before the history ends and may end after it.
        draws, seed : int

        Yields
        ------
        ndarray of float, shape [draw, city, pollutant]
            Unrounded statistics of the whole period [µg/m³, co in mg/m³].
        """


class RemainderForecaster:
    """The model of ``airrank forecast``, see :class:`~airrank.simulation.remainder`."""

    name = RemainderModel.name

    def draw_statistics(
        self, history: Panel, period: Period, *, draws: int, seed: int
    ) -> Iterator[Statistics]:
        """Give the draws a forecast with the same seed is made of."""
        model = RemainderModel(history)
        for chunk in model.remainder(period.start, period.end).draws(draws, seed):
            yield chunk.statistics


class Hindsight(RemainderForecaster):
    """The forecaster told the days after the period as well, see :func:`told`. No forecast.

    It interpolates the rest of the period from both sides: the floor for models of this kind.
    """

    name = "hindsight"


def told(panel: Panel, model: str, as_of: date, period: Period) -> Panel:
    """Give what a model is handed: the days up to ``as_of``; hindsight also those after the period.

    Parameters
    ----------
    panel : Panel
        All that is known by now.
    model : str
    as_of : date
    period : Period
    """
    if model != Hindsight.name:
        return panel.until(as_of)
    hidden = (panel.days > np.datetime64(as_of, "D")) & (
        panel.days <= np.datetime64(period.end, "D")
    )
    around = panel.surroundings and told(panel.surroundings, model, as_of, period)
    return replace(
        panel,
        values=np.where(hidden[:, None, None], np.nan, panel.values),
        dust=panel.dust & ~hidden[:, None],
        likely_dust=panel.likely_dust & ~hidden[:, None],
        surroundings=around,
    )


class ThisYear:
    """The forecast of the running year, taken as that of a year ahead."""

    name = "this_year"

    def draw_statistics(
        self, history: Panel, period: Period, *, draws: int, seed: int
    ) -> Iterator[Statistics]:
        """Give the draws of the year of the history's last day; those of an earlier period."""
        running = Period.of_year(history.last_day.year)
        running = min(running, period, key=lambda one: one.start)
        yield from RemainderForecaster().draw_statistics(history, running, draws=draws, seed=seed)
