"""Space and pollutants: wide, regional and local parts of a deviation, and what moves together."""

from __future__ import annotations

import numpy as np
from scipy.linalg import eigh

from airrank.cities import RankingList
from airrank.distance import distances_km
from airrank.simulation.blocks import FloatArray, mean_of_known

BANDWIDTHS = (500.0, 150.0)
"""Reach of the wide and the regional part [km]; the rest is the city's own."""
ISOLATION = 1.0
"""Weight of the common mean in a smooth, which lonely cities are drawn to."""
SHARED_ERROR, ERROR_RANGE = 0.85, 450.0
"""Share of a level error's variance that neighbours share, and its range [km].

Read off forecast errors of PM2.5 and PM10 (correlation 0.55 below 100 km, 0.4 at 200 km, 0.2 at
400 km); SO2, NO2 and O3 share somewhat less. The prediction's own bands would give 0.15: what
they leave unexplained is weather, which does not stop at a city's limits.
"""


def distances(ranking_list: RankingList) -> FloatArray:
    """Distances between cities [km], shape [city, city]; infinite where coordinates lack."""
    lon = [np.nan if city.lon is None else city.lon for city in ranking_list.cities]
    lat = [np.nan if city.lat is None else city.lat for city in ranking_list.cities]
    apart = np.nan_to_num(distances_km(lon, lat), nan=np.inf)
    np.fill_diagonal(apart, 0.0)
    return apart


def error_field_root(ranking_list: RankingList) -> FloatArray:
    """Root of the correlation of level errors between cities, shape [city, city]."""
    shared = SHARED_ERROR * np.exp(-distances(ranking_list) / ERROR_RANGE)
    correlation = shared + (1.0 - SHARED_ERROR) * np.eye(len(shared))
    return np.asarray(np.linalg.cholesky(correlation), dtype=np.float64)


def smooth(weights: FloatArray, deviations: FloatArray) -> FloatArray:
    """Smooth deviations [block, city, pollutant] over neighbours, as far as they are known."""
    known = np.isfinite(deviations)
    shape = deviations.shape
    flat = np.where(known, deviations, 0.0).swapaxes(0, 1).reshape(shape[1], -1)
    count = known.swapaxes(0, 1).reshape(shape[1], -1).astype(float)
    smoothed: FloatArray = (weights @ flat) / (weights @ count + ISOLATION)
    return smoothed.reshape(shape[1], shape[0], -1).swapaxes(0, 1)


def split_bands(
    ranking_list: RankingList, deviations: FloatArray, *, itself: bool = True
) -> list[FloatArray]:
    """Split deviations [block, city, pollutant] into parts that add up: wide, regional, own.

    Without ``itself`` a city has no part in what its neighbours share: a lonely one, half of whose
    smooth is itself, then has no region.
    """
    parts, rest = [], deviations
    apart = distances(ranking_list)
    for bandwidth in BANDWIDTHS:
        weights = np.exp(-0.5 * (apart / bandwidth) ** 2)
        if not itself:
            np.fill_diagonal(weights, 0.0)
        parts.append(smooth(weights, rest))
        rest = rest - parts[-1]
    return [*parts, rest]


def left_out(ranking_list: RankingList) -> FloatArray:
    """Give how much larger a city's own part is, [city], where its regional part leaves it out."""
    weights = np.exp(-0.5 * (distances(ranking_list) / BANDWIDTHS[-1]) ** 2)
    total = weights.sum(axis=1) + ISOLATION
    return np.asarray(total / (total - 1.0))


def mixing(part: FloatArray) -> FloatArray:
    """Find combinations of pollutants that hardly correlate, in lasting levels or in changes.

    Both covariances, of the cities' means and of the deviations from them, are brought to diagonal
    form at once (generalised eigenvectors).

    Parameters
    ----------
    part : ndarray, shape [block, city, pollutant]

    Returns
    -------
    ndarray, shape [6, 6]
        ``series = part @ mix``.
    """
    scale = np.sqrt(mean_of_known((part**2).reshape(-1, part.shape[2]), axis=0)) + 1e-6
    means = mean_of_known(part, axis=0)
    changes = ((part - means) / scale).reshape(-1, part.shape[2])
    changes = changes[np.isfinite(changes).all(axis=1)]
    lasting = means / scale
    ridge = 0.05 * np.eye(part.shape[2])
    within = changes.T @ changes / max(len(changes), 1) + ridge
    between = lasting.T @ lasting / len(lasting) + ridge
    _, vectors = eigh(between, within)
    return np.asarray(vectors / scale[:, None])
