"""The path to the period's end: rank to date so far, and its fan over the weeks to come."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

import numpy as np
import pandas as pd

from airrank.forecasting.chance import quantiles
from airrank.forecasting.index import period_index
from airrank.forecasting.record import WEEK
from airrank.forecasting.result import INTERVALS, Forecast
from airrank.panel import Panel
from airrank.rules.evaluation import statistics_array
from airrank.rules.ranking import rank_array
from airrank.simulation.remainder import RemainderModel

FAN_DRAWS = 500
"""Draws behind each week's step of the fan; the last step uses the forecast's own draws."""
FAN_TEMPLATES = 40
"""Courses of days behind the fan: preparing them for every week is what it costs."""
TOO_NEAR = 4
"""Days to the period's end within which a week's end is too near to it to see in the figure."""


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


def rank_fan(forecast: Forecast, city: str) -> pd.DataFrame:
    """Give the fan of a city's rank to date: a week ahead, two, … and at the period's end.

    All weeks are of the same futures; the last step is of the forecast's own draws.

    Returns
    -------
    DataFrame
        By day: ``median, lo50, hi50, lo80, hi80, lo95, hi95`` of the rank.
    """
    if forecast.over:
        return pd.DataFrame()
    if "weeks" not in forecast.derived:
        forecast.derived["weeks"] = _coming_ranks(forecast)
    column = forecast.cities.index(city)
    steps = {day: ranks[:, column] for day, ranks in forecast.derived["weeks"].items()}
    steps[pd.Timestamp(forecast.period.end)] = forecast.rank_draws[:, column]
    return pd.DataFrame({day: _quantiles(ranks) for day, ranks in steps.items()}).T


def _coming_ranks(forecast: Forecast) -> Mapping[pd.Timestamp, np.ndarray]:
    """Give the ranks to date [draw, city] at the end of each coming week, by its last day."""
    history, period = forecast.history, forecast.period
    seed = int(forecast.settings["seed"])  # type: ignore[call-overload]  # a number
    first = max(forecast.as_of, period.start - timedelta(days=1))
    weeks = range(WEEK.days, (period.end - first).days - TOO_NEAR + 1, WEEK.days)
    ends = [first + timedelta(days=days) for days in weeks]
    known = history.without_dust(forecast.rules.dust)
    model = RemainderModel(known, forecast.parameters, templates=FAN_TEMPLATES)
    asked = [model.remainder(period.start, end) for end in ends]
    parts: list[list[np.ndarray]] = [[] for _ in ends]
    for which, draws in model.joint_draws(asked, FAN_DRAWS, seed) if ends else ():
        ranks = _ranks(_index(draws.statistics, forecast), forecast)
        parts[which].append(ranks.astype(np.int16))
    return {pd.Timestamp(end): np.concatenate(part) for end, part in zip(ends, parts, strict=True)}


def _quantiles(ranks: np.ndarray) -> dict[str, float]:
    row = {"median": 50.0}
    for level in INTERVALS:
        row |= {f"lo{level}": 50 - level / 2, f"hi{level}": 50 + level / 2}
    values = quantiles(ranks, list(row.values()))
    return dict(zip(row, map(float, values), strict=True))
