"""Forecast: the joint draws of a period's final standings, and what is read off them."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from airrank.cities import RankingList
from airrank.forecasting.chance import chance, quantiles
from airrank.forecasting.index import hundredths
from airrank.panel import Panel
from airrank.periods import Period
from airrank.placed_last import columns_last
from airrank.ranking_table import standings
from airrank.rules.choices import Rules
from airrank.rules.standards import POLLUTANTS
from airrank.simulation.levels import Parameters
from airrank.simulation.period_draws import Statistics
from airrank.simulation.unknown_days import unknown_days
from airrank.words import Text

INTERVALS = (50, 80, 95)
CELLS = 4_000_000
"""Draws × cities looked at in one go: bounds the memory beside the draws themselves."""


def blocks(number: int, other: int) -> Iterator[slice]:
    """Cut one axis of draws × cities into slices of at most ``CELLS`` cells.

    Parameters
    ----------
    number : int
        Length of the axis to cut.
    other : int
        Length of the other one.

    Examples
    --------
    >>> [(part.start, part.stop) for part in blocks(50_000, 168)]
    [(0, 23809), (23809, 47618), (47618, 50000)]
    """
    size = max(1, CELLS // max(1, other))
    for start in range(0, number, size):
        yield slice(start, min(start + size, number))


def rank_probabilities(ranks: NDArray[Any], last: int) -> NDArray[np.float64]:
    """Give the share of draws on each rank.

    Parameters
    ----------
    ranks : ndarray of int, shape [draw, city]
    last : int
        The last rank there can be.

    Returns
    -------
    ndarray, shape [city, rank 1..last]
    """
    cities = ranks.shape[1]
    counts = np.zeros(last * cities, dtype=np.intp)
    for part in blocks(len(ranks), cities):
        offsets = (ranks[part].astype(np.intp) - 1) + last * np.arange(cities)
        counts += np.bincount(offsets.ravel(), minlength=last * cities)
    return counts.reshape(cities, last) / len(ranks)


@dataclass(frozen=True, eq=False)
class Forecast:
    """Joint draws of the standings at the end of a period.

    Attributes
    ----------
    ranking_list : RankingList
        The cities, in the order of the last axis of the draws.
    as_of : date
        Last day whose data was used.
    period : Period
        The days whose final ranks are forecast.
    statistics_draws : ndarray of float32, shape [draw, city, pollutant]
        Unrounded period statistics of the whole period [µg/m³, co in mg/m³]; float64 once it is
        over.
    index_draws : ndarray of float64, shape [draw, city]
        Composite index, rounded as published.
    rank_draws : ndarray of int16, shape [draw, city]
        Competition ranks; cities of equal index share one.
    year_to_date : DataFrame
        Standings from the period's first day to ``as_of``, see
        :func:`airrank.ranking_table.standings`; without figures if the period has not begun.
    settings : dict
        Reading of the rules, model, number of draws and seed.
    fingerprint : str
        SHA-256 of the data used.
    history : Panel
        The data used: everything known up to and including ``as_of``.
    caveats : tuple of Text
        What the reader must know to judge the numbers.
    goals : tuple of int
        Ranks whose probability :meth:`summary` gives.
    parameters : tuple of Parameters
        What the model estimated over all cities, for months and half months; empty if unknown.
    """

    ranking_list: RankingList
    as_of: date
    period: Period
    rules: Rules
    statistics_draws: Statistics
    index_draws: NDArray[np.float64]
    rank_draws: NDArray[np.int16]
    year_to_date: pd.DataFrame
    settings: dict[str, object]
    fingerprint: str
    history: Panel = field(repr=False)
    caveats: tuple[Text, ...] = ()
    goals: tuple[int, ...] = field(default=())
    parameters: tuple[Parameters, ...] = ()
    derived: dict[Hashable, Any] = field(default_factory=dict, init=False, repr=False)
    """What takes time to read off the draws, for all cities: kept where it is made."""

    def aimed_at(self, goals: Sequence[int], caveats: Sequence[Text] = ()) -> Forecast:
        """Give the same forecast for other ranks to reach, with some caveats more."""
        other = replace(self, goals=tuple(goals), caveats=(*self.caveats, *caveats))
        object.__setattr__(other, "derived", self.derived)
        return other

    def standings(self, period: Period, rules: Rules | None = None) -> pd.DataFrame:
        """Give the standings of another period that is over, made once for all cities.

        They are by the forecast's rules where none are given.

        Raises
        ------
        InsufficientDataError
            See :func:`airrank.ranking_table.standings`.
        """
        key = period, rules or self.rules
        if key not in self.derived:
            self.derived[key] = standings(self.history.until(period.end), *key)
        table: pd.DataFrame = self.derived[key]
        return table

    @property
    def ranking(self) -> RankingList:
        """The ranking list, under its public name."""
        return self.ranking_list

    @property
    def cities(self) -> tuple[str, ...]:
        """Short names of the cities, in the order of the draws."""
        return self.ranking_list.names

    @property
    def over(self) -> bool:
        """Whether the period has no days to come."""
        return self.as_of >= self.period.end

    @property
    def ahead(self) -> bool:
        """Whether the period has not begun."""
        return self.as_of < self.period.start

    @cached_property
    def final(self) -> bool:
        """Whether nothing is left to forecast: the period is over, and no gap of it was drawn."""
        if not self.over:
            return False
        known = self.history.without_dust(self.rules.dust)
        return not unknown_days(known, self.period.start, self.period.end).any()

    @property
    def columns_last(self) -> list[int]:
        """Positions of the cities that are placed last by rule."""
        return columns_last(self.rules, self.ranking_list, self.period, over=self.over)

    @property
    def rank_distribution(self) -> pd.DataFrame:
        """Probability of each rank: frame city × rank 1..n; rows sum to 1."""
        n = len(self.cities)
        return pd.DataFrame(
            rank_probabilities(self.rank_draws, n),
            index=pd.Index(self.cities, name="city"),
            columns=pd.RangeIndex(1, n + 1, name="rank"),
        )

    def _column(self, city: str) -> int:
        return self.cities.index(self.ranking_list.resolve(city).name)

    def probability(self, city: str, rank: int) -> float:
        """Give P(final rank ≤ ``rank``) of a city, named in any of its spellings.

        Of k of n draws (k + ½)/(n + 1), so never 0 or 1 before the period's end; then exact.

        Raises
        ------
        UnknownCityError
            If the ranking list has no such city.
        InputError
            If ``rank`` is not between 1 and the number of cities.
        """
        self.ranking_list.check_ranks([rank])
        return float(chance(self.rank_draws[:, self._column(city)] <= rank, final=self.final))

    def summary(self, goals: Sequence[int] | None = None) -> pd.DataFrame:
        """Give one row per city, best year-to-date rank first.

        Columns: ``ytd_rank``, ``ytd_index``, where dust is deducted ``ytd_rank_dust_kept``,
        ``rank_median``, ``rank_lo50`` … ``rank_hi95`` and the same for the index, and
        ``p_rank_le_<goal>`` for each goal.

        Parameters
        ----------
        goals : sequence of int, optional
            Ranks to reach; the forecast's own goals without it.
        """
        goals = self.goals if goals is None else goals
        table: dict[str, object] = {
            "ytd_rank": self.year_to_date["rank"].reindex(list(self.cities)).to_numpy(),
            "ytd_index": self.year_to_date["index"].reindex(list(self.cities)).to_numpy(),
        }
        if "rank_dust_kept" in self.year_to_date:
            kept = self.year_to_date["rank_dust_kept"].reindex(list(self.cities))
            table["ytd_rank_dust_kept"] = kept.to_numpy()
        for name, bounds in self._quantiles.items():
            table[f"{name}_median"] = bounds[0]
            for i, level in enumerate(INTERVALS):
                table[f"{name}_lo{level}"] = bounds[1 + 2 * i]
                table[f"{name}_hi{level}"] = bounds[2 + 2 * i]
        for goal in goals:
            table[f"p_rank_le_{goal}"] = chance(self.rank_draws <= goal, final=self.final)
        frame = pd.DataFrame(table, index=pd.Index(self.cities, name="city"))
        return frame.sort_values(["ytd_rank", "rank_median"], kind="stable")

    @property
    def _quantiles(self) -> dict[str, NDArray[np.float64]]:
        """Median and bounds of the intervals of rank and index, [quantile, city]."""
        if "quantiles" not in self.derived:
            self.derived["quantiles"] = self._made_quantiles()
        made: dict[str, NDArray[np.float64]] = self.derived["quantiles"]
        return made

    def _made_quantiles(self) -> dict[str, NDArray[np.float64]]:
        levels = [q for level in INTERVALS for q in (50 - level / 2, 50 + level / 2)]
        found, number = {}, np.arange(len(self.rank_draws))
        # An observed rank or index is a quantile, never a number between two of them.
        places = quantiles(number, [50.0, *levels])
        for name, draws in (("rank", self.rank_draws), ("index", self.index_draws)):
            parts = [_at(places, draws[:, part]) for part in blocks(len(self.cities), len(draws))]
            found[name] = np.concatenate(parts, axis=1)
        return found

    def of_city(self, city: str, goals: Sequence[int] | None = None) -> dict[str, float]:
        """Give the row of :meth:`summary` of a city, named in any of its spellings."""
        row: Any = self.summary(goals).loc[self.ranking_list.resolve(city).name]
        return {str(key): float(value) for key, value in row.astype(float).items()}

    def to_frame(self) -> pd.DataFrame:
        """Give ranks and index of all cities in one tidy table.

        Returns
        -------
        DataFrame
            ``city``; ``quantity``: ``rank_to_date``, ``index_to_date``, quantiles of the final
            ``rank`` and ``index``, and ``probability`` of a final rank; ``quantile`` or ``rank``
            where it has one; ``value``.
        """
        summary, cities = self.summary(()), list(self.cities)
        parts = [
            _tidy(summary.loc[cities, column], f"{name}_to_date")
            for name, column in (("rank", "ytd_rank"), ("index", "ytd_index"))
        ]
        for name in ("rank", "index"):
            for column, quantile in _quantile_columns(name).items():
                parts.append(_tidy(summary.loc[cities, column], name, quantile=quantile))
        places = self.rank_distribution.stack()
        parts.append(
            pd.DataFrame(
                {
                    "city": places.index.get_level_values("city"),
                    "quantity": "probability",
                    "quantile": np.nan,
                    "rank": pd.Series(places.index.get_level_values("rank"), dtype="Int64"),
                    "value": places.to_numpy(),
                }
            )
        )
        return pd.concat(parts, ignore_index=True)

    def statistics(self, city: str) -> pd.DataFrame:
        """Give a city's drawn period statistics, frame draw × pollutant [µg/m³, co mg/m³]."""
        draws = self.statistics_draws[:, self._column(city)].astype(float)
        return pd.DataFrame(draws, columns=list(POLLUTANTS))


def _at(places: NDArray[Any], draws: NDArray[Any]) -> NDArray[Any]:
    """Give the values at some places of each city's draws in order, [place, city].

    Ranks, and indices in hundredths, are short whole numbers, which are sorted by their digits.
    """
    whole = draws if np.issubdtype(draws.dtype, np.integer) else hundredths(draws)
    ordered = np.array(whole.T, dtype=np.min_scalar_type(int(whole.max())), order="C")
    ordered.sort(axis=1, kind="stable")
    found = ordered[:, places].T
    return found.astype(draws.dtype) if whole is draws else found / 100


def _quantile_columns(name: str) -> dict[str, float]:
    """Give the columns of a summary that are quantiles, with the quantile."""
    columns = {f"{name}_median": 0.5}
    for level in INTERVALS:
        columns[f"{name}_lo{level}"] = 0.5 - level / 200
        columns[f"{name}_hi{level}"] = 0.5 + level / 200
    return dict(sorted(columns.items(), key=lambda item: item[1]))


def _tidy(values: pd.Series, quantity: str, quantile: float = np.nan) -> pd.DataFrame:
    """Give one number of each city as rows of the tidy table."""
    return pd.DataFrame(
        {
            "city": values.index,
            "quantity": quantity,
            "quantile": quantile,
            "rank": pd.array([pd.NA] * len(values), dtype="Int64"),
            "value": values.to_numpy(dtype=float),
        }
    )
