"""What if some cities were cleaner from a day on: the same draws, their days scaled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from airrank.cities import RankingList
from airrank.errors import InputError
from airrank.forecasting.result import Forecast
from airrank.goals.days import DaySimulator
from airrank.goals.draws import INDEX_DECIMALS, index_of, scaled_index
from airrank.panel import Panel
from airrank.rules.evaluation import statistics_array
from airrank.rules.ranking import rank_array
from airrank.rules.standards import POLLUTANTS
from airrank.words import Listed


@dataclass(frozen=True)
class Scale:
    """Concentrations changed by a factor from a day on, for some cities.

    ``factors`` are by pollutant: 0.95 is 5 % less. Days from ``start`` to ``as_of`` are changed
    as observed, later ones as simulated.
    """

    factors: Mapping[str, float]
    start: date
    cities: tuple[str, ...]


def parse_scale(text: str) -> dict[str, float]:
    """Read changes such as ``pm25=-5%,no2=-10%`` as factors.

    Raises
    ------
    InputError
        If a part is not a pollutant and a percentage above −100.

    Examples
    --------
    >>> parse_scale("pm25=-5%,no2=+10%")
    {'pm25': 0.95, 'no2': 1.1}
    """
    factors = {}
    for part in text.split(","):
        name, _, change = part.strip().partition("=")
        try:
            percent = float(change.removesuffix("%")) if change.endswith("%") else None
        except ValueError:
            percent = None
        if name not in POLLUTANTS or percent is None or not -100 < percent < 1000:
            raise InputError(
                "expected changes such as pm25=-5% (pollutants: {pollutants}), found {part!r}",
                pollutants=Listed(POLLUTANTS),
                part=part.strip(),
            )
        factors[name] = round(1 + percent / 100, 6)
    return factors


def what_if(panel: Panel, forecast: Forecast, scale: Scale, *, limit: int = 2000) -> Forecast:
    """Give the forecast as it would be with some cities' concentrations changed.

    Each changed city's days are simulated to agree with its draws, scaled, and evaluated anew; the
    difference is added to its drawn statistics. Weather, and all cities not named, stay as drawn.

    Parameters
    ----------
    panel : Panel
    forecast : Forecast
    scale : Scale
    limit : int
        Draws to use; percentiles of simulated days take time.

    Returns
    -------
    Forecast
        With at most ``limit`` draws.
    """
    draws = min(limit, len(forecast.rank_draws))
    statistics = forecast.statistics_draws[:draws].copy()
    index = scaled_index(forecast, slice(draws))
    for city in scale.cities:
        column = forecast.cities.index(city)
        statistics[:, column] += scaled_difference(panel, forecast, city, scale, draws)
        index[:, column] = index_of(forecast, statistics[:, column].astype(float))
    told = {"what_if": dict(scale.factors), "from": str(scale.start), "changed": len(scale.cities)}
    ranks = rank_array(index, ties=forecast.rules.ties, last=forecast.columns_last)
    return replace(
        forecast,
        statistics_draws=statistics,
        index_draws=index / 10.0**INDEX_DECIMALS,
        rank_draws=ranks.astype(np.int16),
        settings={**forecast.settings, "draws": draws, **told},
    )


def scaled_difference(
    panel: Panel, forecast: Forecast, city: str, scale: Scale, draws: int
) -> NDArray[np.float32]:
    """Change of a city's statistics in each draw, shape [draw, pollutant]."""
    simulator = DaySimulator(panel, forecast, city)
    before = simulator.so_far.values
    days = np.arange(len(before) + simulator.so_far.remaining)
    first = (scale.start - forecast.period.start).days
    factor = np.ones((len(days), len(POLLUTANTS)))
    for pollutant, value in scale.factors.items():
        factor[days >= first, POLLUTANTS.index(pollutant)] = value
    result = np.empty((draws, len(POLLUTANTS)), dtype=np.float32)
    for part, values in simulator.chunks(draws):
        known = np.broadcast_to(before, (len(values), *before.shape))
        year = np.moveaxis(np.concatenate([known, values], axis=1), 1, 0)
        changed = statistics_array(year * factor[:, None, :])
        result[part] = changed - statistics_array(year)
    return result


def cities_of(ranking_list: RankingList, name: str) -> tuple[str, ...]:
    """Give the cities of a province or region of the list.

    Raises
    ------
    InputError
        If the list has no such province or region.
    """
    found = tuple(c.name for c in ranking_list.cities if name in {c.province, c.region})
    if not found:
        known = {c.province for c in ranking_list.cities} | {c.region for c in ranking_list.cities}
        raise InputError(
            "no city of the list {ranking_list!r} is in {name!r}; there are {known}",
            ranking_list=ranking_list.name,
            name=name,
            known=Listed(sorted(known - {""})),
        )
    return found
