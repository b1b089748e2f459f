"""One city's index and rank anew in every draw, all other cities as drawn."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from airrank.forecasting.index import hundredths, period_index
from airrank.forecasting.result import Forecast

Floats = NDArray[np.float64]
INDEX_DECIMALS = 2


def with_statistics(
    forecast: Forecast, city: str, statistics: Floats, rows: slice = slice(None)
) -> NDArray[np.int32]:
    """Rank one city anew in each draw with other statistics, all other cities as drawn.

    Parameters
    ----------
    forecast : Forecast
    city : str
        Short name.
    statistics : ndarray, shape [draw, pollutant]
        The city's statistics of the period [µg/m³, co in mg/m³].
    rows : slice
        The draws that they belong to.
    """
    column = forecast.cities.index(city)
    scaled = scaled_index(forecast, rows)
    scaled[:, column] = index_of(forecast, statistics)
    ahead = (scaled < scaled[:, [column]]).sum(axis=1)
    return np.asarray(ahead + 1, dtype=np.int32)


def largest_index(forecast: Forecast, city: str, ranks: Sequence[int]) -> NDArray[np.int64]:
    """Give the largest index with which one city reaches each rank, all other cities as drawn.

    Returns
    -------
    ndarray, shape [rank, draw]
        In whole hundredths: the final rank of :func:`with_statistics` is within the rank where
        the city's index is at most this.
    """
    column = forecast.cities.index(city)
    others = np.delete(scaled_index(forecast), column, axis=1)
    anything = np.full((len(others), 1), np.iinfo(np.int64).max)  # the last rank is always reached
    places = sorted({rank - 1 for rank in ranks if rank <= others.shape[1]})
    if places:
        others = np.partition(others, places, axis=1)
    return np.concatenate([others, anything], axis=1)[:, [rank - 1 for rank in ranks]].T


def scaled_index(forecast: Forecast, rows: slice = slice(None)) -> NDArray[np.int64]:
    """Give the drawn indices as whole hundredths, so that equal ones are equal."""
    return np.asarray(hundredths(forecast.index_draws[rows]), dtype=np.int64)


def index_of(forecast: Forecast, statistics: Floats) -> NDArray[np.int32]:
    """Give the index of statistics by the forecast's reading, in whole hundredths."""
    return period_index(np.maximum(statistics, 0.0), forecast.period, forecast.rules)
