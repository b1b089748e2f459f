"""Outlook: several periods from the same futures, so that they have odds together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from airrank.cities import RankingList
from airrank.errors import InputError
from airrank.forecasting.chance import chance
from airrank.forecasting.result import Forecast
from airrank.forecasting.run import forecast_periods
from airrank.panel import Panel
from airrank.periods import Period, as_period
from airrank.words import Listed

FORM = "{2023: 110, 2024: 105}"
Ranks = Mapping[Any, int]
"""Ranks by period; a period is a Period, its text or a year."""


@dataclass(frozen=True, eq=False)
class Outlook:
    """Forecasts of several periods; draw number n of each is of the same future.

    Attributes
    ----------
    forecasts : mapping of Period to Forecast
        In the order of the periods' ends. Each is what a forecast of its period alone would be.
    """

    forecasts: Mapping[Period, Forecast]

    @property
    def periods(self) -> tuple[Period, ...]:
        """The periods, the first to end first."""
        return tuple(self.forecasts)

    @property
    def first(self) -> Forecast:
        """The forecast of the first period."""
        return next(iter(self.forecasts.values()))

    @property
    def as_of(self) -> date:
        """Last day whose data was used."""
        return self.first.as_of

    @property
    def ranking_list(self) -> RankingList:
        """The cities ranked."""
        return self.first.ranking_list

    def held(self, period: Period | str | int) -> Period:
        """Give the period that is meant, if the outlook holds it.

        Raises
        ------
        InputError
            If it does not.
        """
        found = as_period(period)
        if found not in self.forecasts:
            raise InputError(
                "the outlook does not hold {period}; it holds {periods}",
                period=found,
                periods=Listed(self.periods),
            )
        return found

    def reached(self, ranks: Ranks, city: str) -> NDArray[np.bool_]:
        """Say in which draws a city reaches a rank in every one of some periods.

        Raises
        ------
        InputError
            If the outlook does not hold a period, or a rank is none of the list.
        UnknownCityError
            If the list has no such city.
        """
        if not ranks:
            raise InputError("expected ranks by period such as {form}", form=FORM)
        self.ranking_list.check_ranks(list(ranks.values()))
        name = self.ranking_list.resolve(city).name
        draws = [
            made.rank_draws[:, made.cities.index(name)] <= rank
            for made, rank in ((self.forecasts[self.held(p)], r) for p, r in ranks.items())
        ]
        return np.asarray(np.logical_and.reduce(draws))

    def probability(self, ranks: Ranks, city: str, *, given: Ranks | None = None) -> float:
        """Give the probability that a city reaches all of some ranks, each in its own period.

        Parameters
        ----------
        ranks : mapping
            By period: ``{2023: 110, 2024: 105}``.
        city : str
            In any of its spellings.
        given : mapping, optional
            Only the futures count in which the city reaches these ranks.

        Returns
        -------
        float
            NaN if no drawn future reaches those that are given.

        Raises
        ------
        InputError
            If the outlook does not hold a period, or a rank is none of the list.
        UnknownCityError
            If the list has no such city.
        """
        reached = self.reached(ranks, city)
        if given is not None:
            reached = reached[self.reached(given, city)]
        return float(chance(reached, final=all(self.forecasts[as_period(p)].final for p in ranks)))

    def to_frame(self) -> pd.DataFrame:
        """Give :meth:`Forecast.to_frame` of every period in one tidy table, by ``period``."""
        parts = []
        for period, made in self.forecasts.items():
            table = made.to_frame()
            table.insert(0, "period", str(period))
            parts.append(table)
        return pd.concat(parts, ignore_index=True)


def outlook_panel(panel: Panel, as_of: date, periods: Sequence[Period], **options: Any) -> Outlook:
    """Forecast several periods from the same futures.

    Parameters
    ----------
    panel : Panel
    as_of : date
    periods : sequence of Period
        Running, ahead or over; one asked for twice counts once.
    **options
        Of :func:`airrank.forecasting.run.forecast_periods`.

    Raises
    ------
    InputError
        If there is no period, or something cannot be used.
    InsufficientDataError
        If there is too little data for an honest forecast of a period.
    """
    asked = sorted(set(periods), key=lambda period: (period.end, period.start))
    if not asked:
        raise InputError("no period to forecast; give some such as [2023, 2024, 2025]")
    made = forecast_periods(panel, as_of, asked, **options)
    return Outlook(dict(zip(asked, made, strict=True)))
