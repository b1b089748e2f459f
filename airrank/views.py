"""A forecast as its user holds it: all cities at once, or one city with its odds and figures."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from datetime import date
from functools import cached_property
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import pandas as pd

from airrank.cities import City
from airrank.errors import InsufficientDataError, UnknownNameError, check_choice
from airrank.forecasting import result
from airrank.forecasting.files import Week, write_forecast
from airrank.forecasting.record import WEEK
from airrank.forecasting.sufficiency import refuse_gaps
from airrank.goals.aims import Aims, place_of
from airrank.goals.change import OddsChange, odds_change
from airrank.goals.control import control_table
from airrank.goals.counterfactuals import Counterfactuals, Earlier
from airrank.goals.movement import index_movement
from airrank.goals.odds import rank_curves
from airrank.goals.requirements import air_goals, air_goals_in
from airrank.goals.rivals import rivals
from airrank.periods import parse_day
from airrank.rules.standards import POLLUTANTS
from airrank.terms import settings_text
from airrank.words import Chance, Lang, Text, worded

if TYPE_CHECKING:
    from matplotlib.figure import Figure

LINES = 6
"""Cities shown where a forecast shows itself."""


class Forecast(result.Forecast):
    """Joint draws of the standings at the end of a period, of all cities.

    ``forecast["Zhumadian"]`` is the same for one city, named in any of its spellings. The fields
    and the other methods are those of :class:`airrank.forecasting.result.Forecast`.
    """

    @classmethod
    def of(cls, made: result.Forecast) -> Self:
        """Give a forecast just made to its user."""
        given = {one.name: getattr(made, one.name) for one in fields(made) if one.init}
        view = cls(**given)
        object.__setattr__(view, "derived", made.derived)
        return view

    def __getitem__(self, city: str) -> CityForecast:
        """Give the forecast of one city.

        Raises
        ------
        UnknownCityError
            If the ranking list has no such city.
        InsufficientDataError
            If too little of the city's days so far is known.
        """
        unit = self.ranking_list.resolve(city)
        refuse_gaps(self.history, self.period, unit.name)
        return CityForecast(self, unit)

    def save(self, folder: str | Path, *, city: str | None = None) -> list[str]:
        """Write ``forecast.json``, ``ranks.csv`` and ``rank_distribution.parquet``.

        Parameters
        ----------
        folder : str or Path
            Made if missing.
        city : str, optional
            Whose ``forecast.json`` it is; the plan's without it, else the list's first.

        Returns
        -------
        list of str
            The names of the files written.

        Raises
        ------
        InputError
            If the folder cannot be written to.
        UnknownCityError
            If the ranking list has no such city.
        """
        unit = Aims.of(city, panel=self.ranking_list).city
        return write_forecast(self, unit.name, Path(folder))

    @property
    def _medians(self) -> pd.DataFrame:
        """Median final rank and 80 % interval of every city, best first."""
        table = self.summary(())[["ytd_rank", "rank_median", "rank_lo80", "rank_hi80"]]
        return table.sort_values("rank_median", kind="stable")

    @property
    def _head(self) -> tuple[Text, Text]:
        what = Text(
            "final rank of {period}, {panel}, as of {as_of}",
            period=self.period,
            panel=self.ranking_list.title,
            as_of=self.as_of,
        )
        return what, Text("settings: {settings}", settings=settings_text(self.settings))

    def __repr__(self) -> str:
        what, how = (worded(text) for text in self._head)
        return f"{what}\n{how}\n{self._medians.head(LINES).to_string()}"

    def _repr_html_(self) -> str:
        what, how = (escape(worded(text)) for text in self._head)
        return f"<p><b>{what}</b><br><small>{how}</small></p>{self._medians.head(LINES).to_html()}"


@dataclass(frozen=True, eq=False, repr=False)
class CityForecast:
    """What a forecast says of one city.

    Attributes
    ----------
    forecast : Forecast
    city : City
    """

    forecast: Forecast
    city: City

    @cached_property
    def goals(self) -> tuple[int, ...]:
        """Ranks to reach: those of the forecast, else of the city's plan, else the round ones."""
        if self.forecast.goals:
            return self.forecast.goals
        place = place_of(self.forecast.year_to_date, self.city.name)
        return self._aims.ranks(self.forecast.period, place)[0]

    @cached_property
    def _aims(self) -> Aims:
        return Aims.of(self.city.name, panel=self.forecast.ranking_list)

    def summary(self, goals: Sequence[int] | None = None) -> pd.Series[float]:
        """Give rank and index to date, medians, intervals and the probability of each goal.

        Parameters
        ----------
        goals : sequence of int, optional
            Ranks to reach; :attr:`goals` without it.
        """
        chosen = self.goals if goals is None else tuple(goals)
        self.forecast.ranking_list.check_ranks(chosen)
        row = pd.Series(self.forecast.of_city(self.city.name, chosen), name=self.city.name)
        return row.astype(float)

    def probability(self, rank: int) -> float:
        """Give P(final rank ≤ ``rank``).

        Raises
        ------
        InputError
            If ``rank`` is none of the list.
        """
        return self.forecast.probability(self.city.name, rank)

    @property
    def rank_distribution(self) -> pd.Series[float]:
        """Probability of each final rank."""
        row: pd.Series[float] = self.forecast.rank_distribution.T[self.city.name]
        return row

    def to_frame(self) -> pd.DataFrame:
        """Give the rows of :meth:`Forecast.to_frame` about the city."""
        table = self.forecast.to_frame()
        return table[table["city"] == self.city.name].reset_index(drop=True)

    def around(self, rank: int) -> pd.DataFrame:
        """Give the cities around a rank and how we stand against each, see :mod:`rivals`.

        Raises
        ------
        InputError
            If ``rank`` is none of the list.
        """
        return rivals(self.forecast, self.city.name, rank)

    def control_values(self) -> pd.DataFrame:
        """Give what the remaining days may bring, by pollutant.

        For the targets of the city's plan, and the Grade II limits of the other pollutants; see
        :func:`airrank.goals.control.control_table`.
        """
        made, plan = self.forecast, self._aims.plan
        return control_table(
            made.history,
            self.city.name,
            made.period,
            made.as_of,
            air_goals(plan, made.period.end.year) if plan else (),
            made.rules,
        )

    def odds(self, pollutant: str, rank: int | None = None) -> pd.DataFrame:
        """Give the probability of a rank by what the remaining days bring of a pollutant.

        Parameters
        ----------
        pollutant : str
            Key such as ``pm25``.
        rank : int, optional
            The first of :attr:`goals` without it.

        Returns
        -------
        DataFrame
            ``x``: mean of the remaining days [µg/m³], for ``co`` [mg/m³] and ``o3_8h`` [µg/m³] the
            period's percentile; ``probability`` of a final rank ≤ ``rank``.

        Raises
        ------
        InputError
            If there is no such pollutant or rank, or the draws are too few or the period is over.
        """
        check_choice("pollutant", pollutant, POLLUTANTS)
        chosen, made = next(iter(self.goals), 0) if rank is None else rank, self.forecast
        made.ranking_list.check_ranks([chosen])
        (curve,) = rank_curves(made.history, made, self.city.name, [chosen], pollutant)
        return curve.frame()

    def change_since(
        self, earlier: result.Forecast | Week | date | str | None = None
    ) -> OddsChange:
        """Say why the odds of the goals changed since an earlier forecast.

        Parameters
        ----------
        earlier : Forecast, Week, date or str, optional
            A forecast of the same period and cities; one that ``airrank weekly`` stored, see
            :func:`airrank.forecasting.files.read_week`; or its day, a week ago without it: it is
            then made anew from the days up to that day, with the values that they have now.

        Returns
        -------
        OddsChange
            Of the rank goals, and of the plan's goals for the air where the period is a year: the
            parts of the city's own new days, the other cities' new days, time gone by, revised
            days, and model or settings; they add up to the change.

        Raises
        ------
        InputError
            If the earlier forecast is later, or of another period or list, or the data do not
            reach its day.
        """
        made = self.forecast
        if earlier is None or isinstance(earlier, str):
            earlier = parse_day(earlier) if earlier else made.as_of - WEEK
        worlds = Counterfactuals(made, Earlier.of(earlier, made))
        more = air_goals_in(self._aims.plan, made.period)
        return odds_change(worlds, self.city, (*self.goals, *more))

    def index_change(self) -> pd.DataFrame:
        """Say what the change of the index to date on the year before is made of.

        Returns
        -------
        DataFrame
            Points of the index by pollutant: what the whole ``country`` shares, the ``region``,
            and the ``city`` alone; see :mod:`airrank.goals.movement`.

        Raises
        ------
        InsufficientDataError
            If the city has no index in one of the years.
        """
        made = self.forecast
        so_far = made.period.to_date(made.as_of) or made.period
        parts = index_movement(made.history, so_far, made.rules).of_city(self.city.name)
        if parts is None:
            raise InsufficientDataError(
                "{city} has no index in {period} or a year earlier; nothing can be compared",
                city=self.city,
                period=so_far,
            )
        return parts

    @property
    def plot(self) -> Plots:
        """The figures: ``forecast["Zhumadian"].plot.path()``."""
        return Plots(self)

    def save(self, folder: str | Path) -> list[str]:
        """Write the files of a forecast, see :meth:`Forecast.save`."""
        return self.forecast.save(folder, city=self.city.name)

    def __repr__(self) -> str:
        row, final = self.summary(), self.forecast.final
        lines = [
            Text(
                "{city}: final rank of {period}, as of {as_of}",
                city=self.city,
                period=self.forecast.period,
                as_of=self.forecast.as_of,
            ),
            Text(
                "median {median:.0f}, 80 % interval {low:.0f} to {high:.0f}",
                median=row["rank_median"],
                low=row["rank_lo80"],
                high=row["rank_hi80"],
            ),
            *(
                Text("P(top {goal}): {chance}", goal=goal, chance=Chance(p, final))
                for goal in self.goals
                for p in (row[f"p_rank_le_{goal}"],)
            ),
        ]
        return "\n".join(map(worded, lines))


class Plots:
    """The figures of a city's forecast, each a method that gives the figure and its table."""

    def __init__(self, view: CityForecast) -> None:
        self._view = view

    def __dir__(self) -> list[str]:
        from airrank.plots import FIGURES  # late: matplotlib takes a second to load

        return list(FIGURES)

    def __getattr__(self, name: str) -> Callable[..., tuple[Figure, pd.DataFrame]]:
        from airrank.plots import FIGURES

        if name not in FIGURES:
            raise UnknownNameError.of(Text("figure"), name, FIGURES)

        def draw(*, lang: Lang | None = None, **more: Any) -> tuple[Figure, pd.DataFrame]:
            view, needs = self._view, FIGURES[name].needs
            if "panel" in needs:
                more.setdefault("panel", view.forecast.history)
            if "rank" in needs and view.goals:
                more.setdefault("rank", view.goals[0])
            drawn: tuple[Figure, pd.DataFrame] = FIGURES[name](
                view.forecast, view.city.name, lang=lang, **more
            )
            return drawn

        draw.__name__ = name
        return draw
