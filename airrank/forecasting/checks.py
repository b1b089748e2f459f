"""Checks every forecast passes before it may be reported."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from airrank.errors import AirrankError
from airrank.forecasting.result import INTERVALS, Forecast


class ForecastCheckError(AirrankError):
    """A forecast failed a check; it must not be reported."""


def _rows_sum_to_one(forecast: Forecast) -> bool:
    return bool(np.allclose(forecast.rank_distribution.sum(axis=1), 1.0, atol=1e-12))


def _ranks_in_range(forecast: Forecast) -> bool:
    return bool(
        forecast.rank_draws.min() >= 1 and forecast.rank_draws.max() <= len(forecast.cities)
    )


def _ranks_follow_index(forecast: Forecast) -> bool:
    """Rank 1 and the lowest index belong together, in every draw."""
    best = forecast.index_draws == forecast.index_draws.min(axis=1, keepdims=True)
    return bool(np.array_equal(best, forecast.rank_draws == 1))


def _quantiles_in_order(forecast: Forecast) -> bool:
    table = forecast.summary(())
    names = [
        *(f"rank_lo{level}" for level in reversed(INTERVALS)),
        "rank_median",
        *(f"rank_hi{level}" for level in INTERVALS),
    ]
    return bool((np.diff(table[names].to_numpy(), axis=1) >= 0).all())


def _goals_in_order(forecast: Forecast) -> bool:
    """P(rank ≤ 100) ≤ P(rank ≤ 105) ≤ P(rank ≤ 110)."""
    goals = sorted(forecast.goals)
    table = forecast.summary(goals)[[f"p_rank_le_{goal}" for goal in goals]]
    return bool((np.diff(table.to_numpy(), axis=1) >= 0).all())


def _all_cities_present(forecast: Forecast) -> bool:
    n = len(forecast.ranking_list)
    shapes = (forecast.rank_draws.shape[1], forecast.index_draws.shape[1])
    return shapes == (n, n) and set(forecast.year_to_date.index) == set(forecast.cities)


def _no_missing_values(forecast: Forecast) -> bool:
    return bool(
        np.isfinite(forecast.statistics_draws).all() and np.isfinite(forecast.index_draws).all()
    )


def _as_of_in_target_year(forecast: Forecast) -> bool:
    return forecast.as_of.year == forecast.target_year


CHECKS: dict[str, Callable[[Forecast], bool]] = {
    "no missing values": _no_missing_values,
    "all cities present": _all_cities_present,
    "as_of in the target year": _as_of_in_target_year,
    "ranks between 1 and the number of cities": _ranks_in_range,
    "ranks follow the index": _ranks_follow_index,
    "probabilities of each city sum to 1": _rows_sum_to_one,
    "quantiles in order": _quantiles_in_order,
    "P(rank ≤ goal) grows with the goal": _goals_in_order,
}


def failed_checks(forecast: Forecast) -> Iterator[str]:
    """Name the checks that a forecast fails."""
    for name, holds in CHECKS.items():
        if not holds(forecast):
            yield name


def check_forecast(forecast: Forecast) -> None:
    """Stop a forecast that must not be reported.

    Raises
    ------
    ForecastCheckError
        Names every check that failed.
    """
    failed = list(failed_checks(forecast))
    if failed:
        raise ForecastCheckError(
            f"the forecast as of {forecast.as_of} failed the check{'s' * (len(failed) > 1)} "
            f"{'; '.join(failed)}. Nothing is reported. Please report this with the data used."
        )
