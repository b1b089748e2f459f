"""One city's index and rank anew in every draw, all other cities as drawn."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from airrank.forecasting.index import period_index
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


def scaled_index(forecast: Forecast, rows: slice = slice(None)) -> NDArray[np.int64]:
    """Give the drawn indices as whole hundredths, so that equal ones are equal."""
    return np.asarray(np.rint(forecast.index_draws[rows] * 10**INDEX_DECIMALS), dtype=np.int64)


def index_of(forecast: Forecast, statistics: Floats) -> NDArray[np.int32]:
    """Give the index of statistics by the forecast's reading, in whole hundredths."""
    return period_index(np.maximum(statistics, 0.0), forecast.period, forecast.rules)
