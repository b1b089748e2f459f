"""The way to year end: rank to date so far, and its fan over the months to come."""

from __future__ import annotations

import calendar
from datetime import date

import numpy as np
import pandas as pd

from airrank.forecasting.result import INTERVALS, Forecast
from airrank.panel import Panel
from airrank.periods import Period
from airrank.rules.composite import index_array
from airrank.rules.evaluation import statistics_array
from airrank.rules.ranking import rank_array
from airrank.simulation.remainder import RemainderModel

FAN_DRAWS = 1000
"""Draws behind each month's step of the fan; the year end uses the forecast's own draws."""


def ranks_to_date(panel: Panel, forecast: Forecast, city: str) -> pd.Series[float]:
    """Give a city's year-to-date rank at the end of every week of data, and on ``as_of``.

    Returns
    -------
    Series
        By day; NaN where not all cities of the list have all six pollutants yet.
    """
    column = forecast.cities.index(city)
    start = date(forecast.target_year, 1, 1)
    values = panel.between(start, forecast.as_of).without_dust(forecast.reading.dust).values
    ends = sorted({*range(len(values), 0, -7)})
    ranks = []
    for end in ends:
        index = _index(statistics_array(values[:end]), forecast)
        ranks.append(float(rank_array(index)[column]) if (index >= 0).all() else np.nan)
    days = [pd.Timestamp(start) + pd.Timedelta(days=end - 1) for end in ends]
    return pd.Series(ranks, index=pd.DatetimeIndex(days), name="rank")


def _index(statistics: np.ndarray, forecast: Forecast) -> np.ndarray:
    reading, year_end = forecast.reading, date(forecast.target_year, 12, 31)
    edition = reading.on(Period(year_end, year_end))
    return index_array(
        statistics, edition, weights=reading.weights, rounding=reading.rounding, on=year_end
    )


def rank_fan(panel: Panel, forecast: Forecast, city: str) -> pd.DataFrame:
    """Give the fan of a city's rank to date: each coming month's end, and 31 December.

    Returns
    -------
    DataFrame
        By day: ``median, lo50, hi50, lo80, hi80, lo95, hi95`` of the rank.
    """
    column = forecast.cities.index(city)
    history = panel.until(forecast.as_of).without_dust(forecast.reading.dust)
    model = RemainderModel(history, forecast.parameters)
    seed = int(forecast.settings["seed"])  # type: ignore[call-overload]
    year, steps = forecast.target_year, dict[pd.Timestamp, np.ndarray]()
    for month in range(forecast.as_of.month, 12):
        end = date(year, month, calendar.monthrange(year, month)[1])
        if (end - forecast.as_of).days < 7:  # too near to see in the figure
            continue
        draws = model.remainder(date(year, 1, 1), end).draws(FAN_DRAWS, seed)
        chunks = [rank_array(_index(chunk.statistics, forecast))[:, column] for chunk in draws]
        steps[pd.Timestamp(end)] = np.concatenate(chunks)
    if not forecast.final:
        steps[pd.Timestamp(year, 12, 31)] = forecast.rank_draws[:, column]
    return pd.DataFrame({day: _quantiles(ranks) for day, ranks in steps.items()}).T


def _quantiles(ranks: np.ndarray) -> dict[str, float]:
    row = {"median": 50.0}
    for level in INTERVALS:
        row |= {f"lo{level}": 50 - level / 2, f"hi{level}": 50 + level / 2}
    values = np.percentile(ranks, list(row.values()), method="inverted_cdf")
    return dict(zip(row, map(float, values), strict=True))
