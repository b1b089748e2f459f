"""The path to the period's end: rank to date so far, and its fan over the months to come."""

from __future__ import annotations

import numpy as np
import pandas as pd

from airrank.forecasting.index import period_index
from airrank.forecasting.result import INTERVALS, Forecast
from airrank.panel import Panel
from airrank.periods import month_ends
from airrank.rules.evaluation import statistics_array
from airrank.rules.ranking import rank_array
from airrank.simulation.remainder import RemainderModel

FAN_DRAWS = 1000
"""Draws behind each month's step of the fan; the last step uses the forecast's own draws."""
NEAR = 7
"""Days within which a month's end is too near to see in the figure."""


def ranks_to_date(panel: Panel, forecast: Forecast, city: str) -> pd.Series[float]:
    """Give a city's year-to-date rank at the end of every week of data, and on ``as_of``.

    Returns
    -------
    Series
        By day; NaN where not all cities of the list have all six pollutants yet.
    """
    column, elapsed = forecast.cities.index(city), forecast.period.to_date(forecast.as_of)
    if elapsed is None:
        return pd.Series(dtype=float, index=pd.DatetimeIndex([]), name="rank")
    start = elapsed.start
    values = panel.between(start, elapsed.end).without_dust(forecast.rules.dust).values
    ends = sorted({*range(len(values), 0, -7)})
    ranks = []
    for end in ends:
        index = _index(statistics_array(values[:end]), forecast)
        places = _ranks(index, forecast)
        ranks.append(float(places[column]) if (index >= 0).all() else np.nan)
    days = [pd.Timestamp(start) + pd.Timedelta(days=end - 1) for end in ends]
    return pd.Series(ranks, index=pd.DatetimeIndex(days), name="rank")


def _index(statistics: np.ndarray, forecast: Forecast) -> np.ndarray:
    return period_index(statistics, forecast.period, forecast.rules)


def _ranks(index: np.ndarray, forecast: Forecast) -> np.ndarray:
    return rank_array(index, ties=forecast.rules.ties, last=forecast.columns_last)


def rank_fan(panel: Panel, forecast: Forecast, city: str) -> pd.DataFrame:
    """Give the fan of a city's rank to date: each coming month's end, and that of the period.

    Returns
    -------
    DataFrame
        By day: ``median, lo50, hi50, lo80, hi80, lo95, hi95`` of the rank.
    """
    column = forecast.cities.index(city)
    if forecast.over:
        return pd.DataFrame()
    if "months" not in forecast.derived:
        forecast.derived["months"] = _ranks_by_month(panel, forecast)
    steps = {day: ranks[:, column] for day, ranks in forecast.derived["months"].items()}
    steps[pd.Timestamp(forecast.period.end)] = forecast.rank_draws[:, column]
    return pd.DataFrame({day: _quantiles(ranks) for day, ranks in steps.items()}).T


def _ranks_by_month(panel: Panel, forecast: Forecast) -> dict[pd.Timestamp, np.ndarray]:
    """Draw the ranks of all cities at the end of each coming month, [draw, city]."""
    history = panel.until(forecast.as_of).without_dust(forecast.rules.dust)
    model = RemainderModel(history, forecast.parameters)
    seed = int(forecast.settings["seed"])  # type: ignore[call-overload]
    period, found = forecast.period, dict[pd.Timestamp, np.ndarray]()
    for end in month_ends(max(forecast.as_of, period.start), period.end):
        if (end - forecast.as_of).days < NEAR:
            continue
        draws = model.remainder(period.start, end).draws(FAN_DRAWS, seed)
        indices = (_index(chunk.statistics, forecast) for chunk in draws)
        found[pd.Timestamp(end)] = np.concatenate([_ranks(one, forecast) for one in indices])
    return found


def _quantiles(ranks: np.ndarray) -> dict[str, float]:
    row = {"median": 50.0}
    for level in INTERVALS:
        row |= {f"lo{level}": 50 - level / 2, f"hi{level}": 50 + level / 2}
    values = np.percentile(ranks, list(row.values()), method="inverted_cdf")
    return dict(zip(row, map(float, values), strict=True))
