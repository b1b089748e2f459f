"""A year's ranks estimated from PM2.5 and PM10 alone, where nothing else is public.

The yearly means of the particles of all 168 cities are known from a public archive
(``data/annual``), their gases are not. :mod:`airrank.goals.particles` turns particles into an index
with each city's own shift, fitted on the bundled observations; joint draws of all cities' indices
give ranks. An estimate is never a verdict: it says how likely a goal was met.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from airrank.cities import RankingList, load_ranking_list, registry
from airrank.errors import InsufficientDataError
from airrank.forecasting.chance import quantiles
from airrank.goals.annual import archive
from airrank.goals.particles import LIMITS, ShiftModel, fit, particle_part
from airrank.panel import Panel
from airrank.periods import Period, parse_period
from airrank.placed_last import columns_last
from airrank.ranking_table import standings
from airrank.rules.choices import Rules
from airrank.rules.evaluation import YEAR_DAYS_REQUIRED
from airrank.rules.ranking import rank_array
from airrank.store import load_observations

YEARS = (2015, 2016, 2017)
HALVES = (*YEARS, 2019, 2020)
"""Years and first halves of years in which the bundled observations have all six pollutants."""
DRAWS = 20_000
SEED = 0
LEVEL = 0.8
TAILS = 4
"""Degrees of freedom of the draws: Student's t fitted to the errors of years left out has 3.7, some
cities having changed much more than most."""
GAP_SPREAD = 0.025
"""What the correction of a gap errs by, relative to a city's particles: the mean of 2015 to 2017
over that without 25 February to 15 April varies by this much from year to year in one city."""
HUAIHE = 33.0
"""Latitude from which the correction counts north and south [°]; only a zero of the axis."""


@dataclass(frozen=True, eq=False)
class RankEstimate:
    """Joint draws of a year's ranks.

    Attributes
    ----------
    year : int
    cities : tuple of str
    ranks : ndarray, shape [draw, city]
    corrected : tuple of str
        Cities whose particles were corrected for days that lack.
    """

    year: int
    cities: tuple[str, ...]
    ranks: NDArray[np.int32]
    corrected: tuple[str, ...]

    def median(self, city: str) -> int:
        """Give the middle of a city's ranks."""
        return int(quantiles(self._of(city), 50))

    def interval(self, city: str, level: float = LEVEL) -> tuple[int, int]:
        """Give the ranks between which a city lies with a probability."""
        tail = 100 * (1 - level) / 2
        low, high = quantiles(self._of(city), [tail, 100 - tail])
        return int(low), int(high)

    def probability(self, city: str, rank: int) -> float:
        """Give the probability of a rank or a better one; never 0 or 1."""
        reached = int((self._of(city) <= rank).sum())
        return (reached + 0.5) / (len(self.ranks) + 1)

    def _of(self, city: str) -> NDArray[np.int32]:
        return np.asarray(self.ranks[:, self.cities.index(city)])


def can_estimate(year: int, ranking_list: RankingList) -> bool:
    """Tell whether the particles of a whole year are known for all cities of a list."""
    table = archive()
    days = table[table["year"] == year].set_index("city")["days"]
    whole = not days.empty and days.max() >= YEAR_DAYS_REQUIRED
    return whole and all(city.name in days.index for city in ranking_list.cities)


@cache
def estimate_ranks(year: int, ranking_list: RankingList) -> RankEstimate:
    """Estimate the ranks of a year from particles.

    Parameters
    ----------
    year : int
    ranking_list : RankingList
        The 168 cities or some of them.

    Returns
    -------
    RankEstimate

    Raises
    ------
    InsufficientDataError
        If the particles of the whole year are not known for all cities of the list.

    Examples
    --------
    >>> from airrank.cities import load_ranking_list
    >>> estimate = estimate_ranks(2022, load_ranking_list("168"))
    >>> low, high = estimate.interval("驻马店")
    >>> low < estimate.median("驻马店") < high
    True
    """
    if not can_estimate(year, ranking_list):
        raise InsufficientDataError(
            "the particles of all cities of {panel} are not known for the whole of {year}",
            panel=ranking_list.name,
            year=year,
        )
    model = bundled_model()
    particles, corrected = filled(year)
    column = [model.cities.index(city.name) for city in ranking_list.cities]
    ranks = draw_ranks(model, year, particles.loc[list(model.cities)], set(corrected))[:, column]
    names = tuple(city.name for city in ranking_list.cities)
    last = columns_last(Rules(), ranking_list, Period.of_year(year), over=True)
    return RankEstimate(year, names, rank_array(ranks.astype(np.float64), last=last), corrected)


def draw_ranks(
    model: ShiftModel,
    year: int,
    particles: pd.DataFrame,
    corrected: set[str] | None = None,
    *,
    draws: int = DRAWS,
    seed: int = SEED,
) -> NDArray[np.int32]:
    """Draw the ranks of a model's cities from their particles, shape [draw, city]."""
    mean, deviation = model.predict(year, particle_part(particles))
    gap = np.array(
        [model.slope * GAP_SPREAD * (city in (corrected or ())) for city in model.cities]
    )
    scale = np.sqrt(deviation**2 + gap**2) * np.sqrt((TAILS - 2) / TAILS)  # of t, by its variance
    errors = np.random.default_rng(seed).standard_t(TAILS, (draws, len(model.cities)))
    return rank_array(mean + scale * errors)


@cache
def bundled_model() -> ShiftModel:
    """Fit the shifts to the bundled observations."""
    years, halves = known_tables()
    return fit(years, halves)


@cache
def known_tables() -> tuple[Mapping[int, pd.DataFrame], Mapping[int, pd.DataFrame]]:
    """Give the ranking tables of the bundled years and first halves of years.

    Dust is kept, as it is in the archive's particles.
    """
    rules = Rules(dust="keep")
    panel = Panel.from_observations(load_observations(), load_ranking_list("168"))

    def table(period: Period) -> pd.DataFrame:
        return standings(panel, period, rules).reindex(list(panel.cities))

    years = {year: table(Period.of_year(year)) for year in YEARS}
    return years, {year: table(parse_period(f"{year}-01..{year}-06")) for year in HALVES}


def filled(year: int) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Give a year's particles, corrected where days lack, and the cities corrected.

    In 2023 most cities lack 25 February to 15 April, when dust blows. How much that takes is read
    off the cities that have these days: both kinds' particles are held against the years before and
    after, by latitude, and the difference is added.

    Returns
    -------
    particles : DataFrame by city
        ``pm25`` and ``pm10`` [µg/m³].
    corrected : tuple of str
    """
    table = archive().pivot_table(index="city", columns="year")
    lacking = table["days"][year] < YEAR_DAYS_REQUIRED
    particles = pd.DataFrame({name: table[name][year] for name in LIMITS})
    if not lacking.any():
        return particles, ()
    latitude = {city.name: city.lat for city in registry().cities}
    north = particles.index.map(latitude).to_numpy(dtype=float) - HUAIHE
    gap = lacking.to_numpy(dtype=float)
    terms = np.column_stack([np.ones_like(north), north, gap, gap * north])
    for name in LIMITS:
        around = np.sqrt(table[name][year - 1] * table[name][year + 1])
        change = np.log(particles[name] / around).to_numpy(dtype=float)
        _, _, level, slope = np.linalg.lstsq(terms, change, rcond=None)[0]
        particles[name] *= np.exp(-gap * (level + slope * north))
    return particles, tuple(particles.index[lacking])
