"""Checks every forecast passes before it may be reported.

They look at the forecast from outside: at the observations it claims to continue, and at the days
behind some of its draws, with the rules' own kernels.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from airrank.errors import AirrankError
from airrank.forecasting.index import hundredths, period_index
from airrank.forecasting.result import INTERVALS, Forecast, blocks
from airrank.panel import Panel
from airrank.placed_last import columns_last
from airrank.rules.composite import NOT_AVAILABLE
from airrank.rules.evaluation import statistics_array
from airrank.rules.ranking import UNRANKED, rank_array
from airrank.simulation.blocks import FLOOR

SAMPLE = 20
"""Draws that are worked out once more in full."""
NEARLY = 1e-4
"""Relative difference that single precision may make."""
ENORMOUS = 1e9
"""A concentration above any [µg/m³]."""


class ForecastCheckError(AirrankError):
    """A forecast failed a check; it must not be reported."""


@dataclass(frozen=True, eq=False)
class Basis:
    """What a forecast must agree with.

    Attributes
    ----------
    history : Panel
        Everything known up to and including the day of the forecast.
    city : int
        The city whose days were drawn out, by its column.
    days : ndarray, shape [draw, day, pollutant]
        Its unknown days of the period in the first draws [µg/m³, co in mg/m³]; NaN where known.
    unknown : ndarray of bool, shape [day, city, pollutant]
        What was drawn of the period's days.
    """

    history: Panel
    city: int
    days: NDArray[np.float32]
    unknown: NDArray[np.bool_]

    def seen(self, forecast: Forecast) -> NDArray[np.float64]:
        """Observed days of the period as the rules read them, [day, city, pollutant]."""
        elapsed = forecast.period.to_date(forecast.as_of)
        if elapsed is None:
            return np.empty((0, *self.unknown.shape[1:]))
        part = self.history.between(elapsed.start, elapsed.end)
        return part.without_dust(forecast.rules.dust).values


def _no_missing_values(forecast: Forecast, _: Basis) -> bool:
    return all(
        bool(np.isfinite(array[part]).all())
        for array in (forecast.statistics_draws, forecast.index_draws)
        for part in blocks(*array.shape[:2])
    )


def _all_cities_present(forecast: Forecast, _: Basis) -> bool:
    n = len(forecast.ranking_list)
    arrays = (forecast.rank_draws, forecast.index_draws, forecast.statistics_draws)
    return {a.shape[1] for a in arrays} == {n} and set(forecast.year_to_date.index) == set(
        forecast.cities
    )


def _period_and_day(forecast: Forecast, basis: Basis) -> bool:
    """Compare the day of the forecast with its data's last day, the period with what was drawn."""
    return forecast.period.days == len(basis.unknown) and basis.history.last_day == forecast.as_of


def _observed_part_reproduced(forecast: Forecast, basis: Basis) -> bool:
    """Find the observed days in every draw, as they were observed.

    Every draw lies between the statistics of a period whose unknown days are all zero and all
    enormous; and in some draws the statistics of a city are those of its observed and drawn days.
    """
    seen, drawn = basis.seen(forecast), forecast.statistics_draws
    to_come = ((0, len(basis.unknown) - len(seen)), (0, 0))
    low, high = np.zeros(1), np.full(1, ENORMOUS)
    if len(seen):
        whole = np.pad(seen, (*to_come, (0, 0)), constant_values=np.nan)
        low, high = (
            statistics_array(np.where(basis.unknown, value, whole)) for value in (0.0, ENORMOUS)
        )
    parts = list(blocks(*drawn.shape[:2]))
    least = np.min([drawn[part].min(axis=0) for part in parts], axis=0)
    most = np.max([drawn[part].max(axis=0) for part in parts], axis=0)
    inside = bool(((least >= low * (1 - NEARLY)) & (most <= high * (1 + NEARLY))).all())
    own = basis.unknown[:, basis.city]
    days = np.where(own, basis.days, np.pad(seen[:, basis.city], to_come, constant_values=np.nan))
    again = statistics_array(days.swapaxes(0, 1))
    same = np.allclose(drawn[: len(days), basis.city], again, rtol=NEARLY, atol=FLOOR)
    return inside and same


def _year_to_date_is_the_ranking(forecast: Forecast, basis: Basis) -> bool:
    """Compare index and rank to date by the kernels of the draws with ``airrank rank``."""
    period = forecast.period.to_date(forecast.as_of)
    if period is None:
        return bool(forecast.year_to_date["rank"].isna().all())
    index = period_index(statistics_array(basis.seen(forecast)), period, forecast.rules)
    table = forecast.year_to_date.reindex(list(forecast.cities))
    told = np.where(
        table["index"].isna(), NOT_AVAILABLE, hundredths(table["index"].to_numpy(float))
    )
    places = table["rank"].fillna(UNRANKED).to_numpy(int)
    last = columns_last(forecast.rules, forecast.ranking_list, period, over=True)
    again = rank_array(index, ties=forecast.rules.ties, last=last)
    return bool(np.array_equal(told, index) and np.array_equal(places, again))


def _a_finished_period_is_the_ranking(forecast: Forecast, basis: Basis) -> bool:
    """Find the ranking of ``airrank rank`` in every draw, median and odds of what is over."""
    if basis.unknown.any():
        return True
    table = forecast.year_to_date.reindex(list(forecast.cities))
    if table["rank"].isna().any():
        return False
    index = hundredths(table["index"].to_numpy(float))
    ranks = table["rank"].to_numpy(int)
    told = forecast.summary(()).reindex(list(forecast.cities))
    ends = ["median", *(f"{end}{level}" for level in INTERVALS for end in ("lo", "hi"))]
    return all(bool((told[f"rank_{end}"] == ranks).all()) for end in ends) and all(
        bool((hundredths(forecast.index_draws[part]) == index).all())
        and bool((forecast.rank_draws[part] == ranks).all())
        for part in blocks(*forecast.rank_draws.shape)
    )


def _ranks_in_range(forecast: Forecast, _: Basis) -> bool:
    return bool(
        forecast.rank_draws.min() >= 1 and forecast.rank_draws.max() <= len(forecast.cities)
    )


def _ranks_follow_index(forecast: Forecast, _: Basis) -> bool:
    """Give rank 1 to the lowest index in every draw; in some, 1 + the cities before to all.

    Cities placed last by rule count as having indices above all others; of dense ranks the
    different indices before count, not the cities.
    """
    index, ranks = forecast.index_draws, forecast.rank_draws
    if forecast.columns_last:
        index = index.copy()
        index[:, forecast.columns_last] = index.max() + np.arange(len(forecast.columns_last), 0, -1)
    best = index == index.min(axis=1, keepdims=True)
    some = index[:SAMPLE]
    if forecast.rules.ties == "dense":
        before = np.array([np.unique(row, return_inverse=True)[1] for row in some])
    else:
        before = (some[:, None, :] < some[:, :, None]).sum(axis=2)
    return bool(np.array_equal(best, ranks == 1) and np.array_equal(before + 1, ranks[:SAMPLE]))


def _rows_sum_to_one(forecast: Forecast, _: Basis) -> bool:
    return bool(np.allclose(forecast.rank_distribution.sum(axis=1), 1.0, atol=1e-12))


def _quantiles_in_order(forecast: Forecast, _: Basis) -> bool:
    table = forecast.summary(())
    ends = (
        *(f"lo{level}" for level in reversed(INTERVALS)),
        "median",
        *(f"hi{level}" for level in INTERVALS),
    )
    return all(
        bool((np.diff(table[[f"{name}_{end}" for end in ends]].to_numpy(), axis=1) >= 0).all())
        for name in ("rank", "index")
    )


def _goals_in_order(forecast: Forecast, _: Basis) -> bool:
    """P(rank ≤ 100) ≤ P(rank ≤ 105) ≤ P(rank ≤ 110)."""
    goals = sorted(forecast.goals)
    table = forecast.summary(goals)[[f"p_rank_le_{goal}" for goal in goals]]
    return bool((np.diff(table.to_numpy(), axis=1) >= 0).all())


CHECKS: dict[str, Callable[[Forecast, Basis], bool]] = {
    "no missing values": _no_missing_values,
    "all cities present": _all_cities_present,
    "days of the period and of the data": _period_and_day,
    "observed part reproduced": _observed_part_reproduced,
    "year to date equal to airrank rank": _year_to_date_is_the_ranking,
    "finished period equal to airrank rank": _a_finished_period_is_the_ranking,
    "ranks between 1 and the number of cities": _ranks_in_range,
    "ranks follow the index": _ranks_follow_index,
    "probabilities of each city sum to 1": _rows_sum_to_one,
    "quantiles in order": _quantiles_in_order,
    "P(rank ≤ goal) grows with the goal": _goals_in_order,
}
"""In this order: each may rely on those before it."""


def check_forecast(forecast: Forecast, basis: Basis) -> None:
    """Stop a forecast that must not be reported.

    Parameters
    ----------
    forecast : Forecast
    basis : Basis
        What it was made from.

    Raises
    ------
    ForecastCheckError
        Names the first check that failed.
    """
    for name, holds in CHECKS.items():
        if not holds(forecast, basis):
            raise ForecastCheckError(
                "the forecast as of {as_of} failed the check {check!r}. Nothing is reported. "
                "Please report this with the data used.",
                as_of=forecast.as_of,
                check=name,
            )
