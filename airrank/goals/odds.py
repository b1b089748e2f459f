"""How the odds depend on the rest of the year: curves, even odds, places per microgram.

Everything is read off the joint draws of one forecast. Two questions are kept apart: the odds
*given* that the rest of the year turns out so clean (the neighbours then had the same weather), and
the odds if *our city alone* is changed and all others stay as drawn.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from airrank.arguments import FEWEST_DRAWS
from airrank.errors import InputError, InsufficientDataError
from airrank.forecasting.chance import share_as_chance
from airrank.forecasting.result import Forecast
from airrank.goals.days import days_so_far, remainder_means
from airrank.goals.draws import index_of, with_statistics
from airrank.goals.whatif import Scale, scaled_difference
from airrank.panel import Panel
from airrank.rules.evaluation import PERCENTILES
from airrank.rules.standards import POLLUTANTS

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
GRID = 41
NEIGHBOURS = 0.2
"""Share of the draws that a point of a curve rests on."""
MIN_NEIGHBOURS = FEWEST_DRAWS // 2
"""Draws that it rests on at least: enough for a curve from the fewest draws of a command."""
PLACES_DRAWS = 2000
"""Draws behind the places that a little less of a pollutant buys."""


@dataclass(frozen=True, eq=False)
class Curve:
    """Probability of a goal as a function of what the rest of the year brings.

    Attributes
    ----------
    pollutant : str
    x : ndarray
        Mean of the remaining days [µg/m³]; for CO and O3 the whole year's percentile.
    probability : ndarray
        P(goal | x); falls as x grows.
    draws : int
        Draws behind each point.
    expected : float
        Mean of the x of all draws.
    """

    pollutant: str
    x: Floats
    probability: Floats
    draws: int
    expected: float

    @property
    def even(self) -> float | None:
        """The x at which the odds are even; None where they are not within the curve."""
        p = self.probability
        if not p[0] >= 0.5 >= p[-1] or p[0] == p[-1]:
            return None
        return float(np.interp(0.5, p[::-1] + 1e-12 * np.arange(len(p)), self.x[::-1]))

    def frame(self) -> pd.DataFrame:
        """Give the curve as a table."""
        return pd.DataFrame({"x": self.x, "probability": self.probability})


def conditional_curves(x: Floats, reached: Bools, pollutant: str = "") -> tuple[Curve, ...]:
    """Estimate P(reached | x) of several goals from draws, as falling functions.

    At each point the nearest draws are averaged, weighted by their distance and corrected for the
    slope of x within the window (local linear regression); then each curve is made monotone.

    Parameters
    ----------
    x : ndarray, shape [draw]
    reached : ndarray of bool, shape [goal, draw]
    pollutant : str

    Raises
    ------
    InputError
        If there are too few draws for a curve.
    """
    draws = len(x)
    window = max(MIN_NEIGHBOURS, int(NEIGHBOURS * draws))
    if draws < 2 * window or not np.isfinite(x).all():
        raise InputError(
            "expected at least {least} draws with a known remainder for a curve, found "
            "{known} of {draws}; raise --draws, or take a day before year end",
            least=2 * window,
            known=int(np.isfinite(x).sum()),
            draws=draws,
        )
    order = np.argsort(x, kind="stable")
    xs, hits = x[order], reached[:, order].astype(float, order="C")
    grid = _grid(xs)
    raw = np.transpose([_local(xs, hits, point, window) for point in grid])
    edge, mean = float(share_as_chance(0, window)), float(x.mean())
    return tuple(
        Curve(pollutant, grid, _falling(np.clip(of_goal, edge, 1.0 - edge)), window, mean)
        for of_goal in raw
    )


def _grid(x: Floats) -> Floats:
    low, high = (float(q) for q in np.quantile(x, [0.01, 0.99]))
    return np.linspace(low, high, GRID)


def _local(xs: Floats, hits: Floats, point: float, window: int) -> Floats:
    """Average the draws around a point, [goal]."""
    middle = int(np.searchsorted(xs, point))
    low = int(np.clip(middle - window // 2, 0, len(xs) - window))
    near, y = xs[low : low + window] - point, hits[:, low : low + window]
    width = max(float(np.abs(near).max()), 1e-12)
    weight = (1 - (np.abs(near) / width) ** 3) ** 3 + 1e-9
    center = np.average(near, weights=weight)
    spread = np.average((near - center) ** 2, weights=weight)
    level = np.average(y, axis=1, weights=weight)
    if spread <= 0:
        return level
    away = (near - center) * (y - level[:, None])
    return np.asarray(level - np.average(away, axis=1, weights=weight) / spread * center)


def _falling(values: Floats) -> Floats:
    from sklearn.isotonic import IsotonicRegression  # late: a second of start-up

    fit = IsotonicRegression(increasing=False).fit_transform(np.arange(len(values)), values)
    return np.asarray(fit, dtype=np.float64)


def rest_of_year(panel: Panel, forecast: Forecast, city: str, pollutant: str) -> Floats:
    """Give each draw's remaining mean [µg/m³]; for CO and O3 the whole year's percentile."""
    k = POLLUTANTS.index(pollutant)
    if pollutant in PERCENTILES:
        return np.asarray(forecast.statistics(city).to_numpy()[:, k])
    so_far = days_so_far(panel, city, forecast.period, forecast.as_of, forecast.rules.dust)
    return np.asarray(remainder_means(forecast, so_far, city)[:, k])


def rank_curves(
    panel: Panel, forecast: Forecast, city: str, ranks: Sequence[int], pollutant: str
) -> tuple[Curve, ...]:
    """Give P(final rank ≤ rank | the rest of the year) of several ranks.

    The neighbours share the weather that makes the rest of the year so.
    """
    own = forecast.rank_draws[:, forecast.cities.index(city)]
    reached = own <= np.reshape(np.array(ranks, dtype=int), (-1, 1))
    return conditional_curves(rest_of_year(panel, forecast, city, pollutant), reached, pollutant)


def alone_curves(
    panel: Panel, forecast: Forecast, city: str, reach: NDArray[np.int64], pollutant: str
) -> tuple[Curve, ...]:
    """Give P(final rank ≤ rank) of several ranks if our remaining mean were x, all else as drawn.

    The city's pollutant is set to x in every draw and its index made anew, once for all ranks: the
    effect of measures at home, where :func:`rank_curves` tells what a clean rest of the year goes
    with.

    Parameters
    ----------
    panel : Panel
    forecast : Forecast
    city : str
    reach : ndarray, shape [rank, draw]
        See :func:`airrank.goals.draws.largest_index`.
    pollutant : str
    """
    so_far = days_so_far(panel, city, forecast.period, forecast.as_of, forecast.rules.dust)
    weight, k = so_far.share_left(pollutant), POLLUTANTS.index(pollutant)
    x = rest_of_year(panel, forecast, city, pollutant)
    statistics = forecast.statistics(city).to_numpy().copy()
    grid = _grid(x)
    original, chances = statistics[:, k].copy(), []
    for point in grid:
        statistics[:, k] = original + (point - x) * weight
        reached = (index_of(forecast, statistics) <= reach).sum(axis=1)
        chances.append(share_as_chance(reached, len(x)))
    mean = float(x.mean())
    return tuple(Curve(pollutant, grid, of_rank, len(x), mean) for of_rank in np.transpose(chances))


def places_per_unit(panel: Panel, forecast: Forecast, city: str) -> pd.DataFrame:
    """Say how many ranks a little less of each pollutant buys, our city alone.

    Returns
    -------
    DataFrame
        By pollutant, the cheapest in index terms first: ``unit`` (1 µg/m³ less over the remaining
        days; for CO 0.1 mg/m³ and for O3 1 µg/m³ less of the year's percentile); ``places``, mean
        number of ranks gained by it, and ``index``, index points gained; ``places_per_percent`` and
        ``index_per_percent``, the same for 1 % less on every remaining day, which moves the
        percentile of O3 only while its season lasts. They are NaN where no past year tells what
        the remaining days are like.
    """
    so_far = days_so_far(panel, city, forecast.period, forecast.as_of, forecast.rules.dust)
    part = slice(0, min(PLACES_DRAWS, len(forecast.rank_draws)))
    statistics = forecast.statistics(city).to_numpy()[part]
    before = with_statistics(forecast, city, statistics, part)
    start = forecast.as_of + timedelta(days=1)
    scale = Scale(dict.fromkeys(POLLUTANTS, 0.99), start, (city,))
    try:
        percent = scaled_difference(panel, forecast, city, scale, len(statistics))
    except InsufficientDataError:  # a goal on days then says so in its own row
        percent = np.full(statistics.shape, np.nan, dtype=np.float32)
    limits, rows = _limits(forecast), {}
    for k, pollutant in enumerate(POLLUTANTS):
        unit = 0.1 if pollutant == "co" else 1.0
        row: dict[str, float] = {"unit": unit}
        step = np.full(len(before), -unit * so_far.share_left(pollutant))
        for name, change in (("", step), ("_per_percent", percent[:, k])):
            known, changed = not np.isnan(change).any(), statistics.copy()
            changed[:, k] += change
            gained = before - with_statistics(forecast, city, changed, part)
            row[f"places{name}"] = float(gained.mean()) if known else float("nan")
            row[f"index{name}"] = float(-change.mean() / limits[k])
        rows[pollutant] = row
    frame = pd.DataFrame.from_dict(rows, orient="index").rename_axis("pollutant")
    return frame.sort_values("index_per_percent", ascending=False, kind="stable")


def _limits(forecast: Forecast) -> Floats:
    rules = forecast.rules
    edition = rules.on(forecast.period)
    limits = np.array([float(edition.index_limits[p]) for p in POLLUTANTS])
    return np.asarray(limits / np.array(rules.weights or 1.0), dtype=np.float64)
