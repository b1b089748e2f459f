"""An outlook as its user holds it: all cities at once, or one city with its goals and figure."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cached_property
from html import escape
from typing import TYPE_CHECKING, Any, Self

import pandas as pd

from airrank.cities import City
from airrank.errors import InputError
from airrank.forecasting import outlook as result
from airrank.forecasting.sufficiency import refuse_gaps
from airrank.goals.aims import Aims, place_of
from airrank.goals.plan_odds import Aim, PlanOdds, plan_aims
from airrank.periods import Period, as_period
from airrank.views import CityForecast, Forecast
from airrank.words import Chance, Lang, Listed, Text, speaking, worded

if TYPE_CHECKING:
    from matplotlib.figure import Figure

LINES = 6
"""Periods or goals shown where an outlook shows itself."""


class Outlook(result.Outlook):
    """Forecasts of several periods from the same futures, of all cities.

    ``outlook["Zhumadian"]`` is the same for one city, ``outlook[2024]`` the forecast of one period.
    """

    @classmethod
    def of(cls, made: result.Outlook) -> Self:
        """Give an outlook just made to its user."""
        return cls(**{field.name: getattr(made, field.name) for field in fields(made)})

    def __getitem__(self, key: Any) -> Any:
        """Give a city's outlook, or the forecast of a period.

        Raises
        ------
        InputError
            If the outlook does not hold the period.
        UnknownCityError
            If the list has no such city.
        InsufficientDataError
            If too little of the city's days so far is known.
        """
        if isinstance(key, str) and self._period(key) is None:
            unit = self.ranking_list.resolve(key)
            for period, made in self.forecasts.items():
                refuse_gaps(made.history, period, unit.name)
            return CityOutlook(self, unit)
        return Forecast.of(self.forecasts[self.held(key)])

    @staticmethod
    def _period(text: str) -> Period | None:
        try:
            return as_period(text)
        except InputError:
            return None

    @property
    def _head(self) -> Text:
        return Text(
            "outlook to {periods}, {panel}, as of {as_of}",
            periods=Listed(self.periods),
            panel=self.ranking_list.title,
            as_of=self.as_of,
        )

    @property
    def _medians(self) -> pd.DataFrame:
        """Median final ranks of every city, the best of the first period first."""
        table = pd.DataFrame(
            {str(p): made.summary(())["rank_median"] for p, made in self.forecasts.items()}
        )
        return table.sort_values(str(self.periods[0]), kind="stable")

    def __repr__(self) -> str:
        return f"{worded(self._head)}\n{self._medians.head(LINES).to_string()}"

    def _repr_html_(self) -> str:
        return f"<p><b>{escape(worded(self._head))}</b></p>{self._medians.head(LINES).to_html()}"


@dataclass(frozen=True, eq=False, repr=False)
class CityOutlook:
    """What an outlook says of one city.

    Attributes
    ----------
    outlook : Outlook
    city : City
    """

    outlook: Outlook
    city: City

    @cached_property
    def odds(self) -> PlanOdds:
        """The goals of the city's plan in these years, else round ranks, with their odds."""
        made = self.outlook
        aims = Aims.of(self.city.name, panel=made.ranking_list)
        running = [f for f in made.forecasts.values() if not f.ahead]
        place = place_of(running[-1].year_to_date, self.city.name) if running else None
        return PlanOdds(made, self.city.name, plan_aims(aims, made.periods, (), place)[0])

    @property
    def goals(self) -> tuple[Aim, ...]:
        """Each goal in its own period."""
        return self.odds.aims

    def probability(self, ranks: result.Ranks, *, given: result.Ranks | None = None) -> float:
        """Give P(all of some ranks, each in its own period), see :meth:`Outlook.probability`.

        Parameters
        ----------
        ranks : mapping
            By period: ``{2023: 110, 2024: 105}``.
        given : mapping, optional
            Only the futures count in which the city reaches these ranks.
        """
        return self.outlook.probability(ranks, self.city.name, given=given)

    def summary(self) -> pd.DataFrame:
        """Give rank to date, median and intervals of every period, one row each.

        Returns
        -------
        DataFrame
            By period; columns as of :meth:`Forecast.summary`.
        """
        rows: Any = {
            str(period): made.of_city(self.city.name, ())
            for period, made in self.outlook.forecasts.items()
        }
        return pd.DataFrame.from_dict(rows, orient="index").rename_axis("period")

    def to_frame(self) -> pd.DataFrame:
        """Give the rows of :meth:`Outlook.to_frame` about the city."""
        table = self.outlook.to_frame()
        return table[table["city"] == self.city.name].reset_index(drop=True)

    def forecast(self, period: Period | str | int) -> CityForecast:
        """Give the city's forecast of one period.

        Raises
        ------
        InputError
            If the outlook does not hold it.
        """
        return CityForecast(
            Forecast.of(self.outlook.forecasts[self.outlook.held(period)]), self.city
        )

    @property
    def plot(self) -> OutlookPlots:
        """The figure: ``outlook["Zhumadian"].plot.path()``."""
        return OutlookPlots(self.odds)

    def __repr__(self) -> str:
        odds = self.odds
        lines = [
            Text(
                "{city}: outlook to {periods}, as of {as_of}",
                city=self.city,
                periods=Listed(self.outlook.periods),
                as_of=self.outlook.as_of,
            )
        ]
        for aim in odds.aims[:LINES]:
            chance = odds.probability(aim)
            final = self.outlook.forecasts[aim.period].final
            lines.append(
                Text(
                    "{period}, {goal} {target}: {chance}",
                    period=aim.period,
                    goal=aim.goal.title,
                    target=aim.goal.target,
                    chance=Chance(float("nan") if chance is None else chance, final),
                )
            )
        together = odds.joint(odds.aims)
        if together is not None:
            lines.append(Text("all together: {chance}", chance=Chance(together, odds.settled)))
        return "\n".join(map(worded, lines))


@dataclass(frozen=True)
class OutlookPlots:
    """The figures of a city's outlook."""

    odds: PlanOdds

    def path(self, *, lang: Lang | None = None) -> tuple[Figure, pd.DataFrame]:
        """Draw past ranks, the year so far, the fans to the coming years' ends, and the goals."""
        from airrank.plots.outlook import outlook_figure

        with speaking(lang):
            return outlook_figure(self.odds)
