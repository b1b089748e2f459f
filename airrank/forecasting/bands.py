"""Space and pollutants: wide, regional and local parts of a deviation, and what moves together."""

from __future__ import annotations

import numpy as np
from scipy.linalg import eigh

from airrank.cities import RankingList
from airrank.forecasting.blocks import FloatArray, mean_of_known

BANDWIDTHS = (500.0, 150.0)
"""Reach of the wide and the regional part [km]; the rest is the city's own."""
ISOLATION = 1.0
"""Weight of the common mean in a smooth, which lonely cities are drawn to."""
EARTH = 6371.0
"""Radius [km]."""


def neighbour_weights(ranking_list: RankingList, bandwidth: float) -> FloatArray:
    """Gaussian weights of distance between cities, shape [city, city].

    A city without coordinates has no neighbour but itself.
    """
    lon = np.radians([np.nan if c.lon is None else c.lon for c in ranking_list.cities])
    lat = np.radians([np.nan if c.lat is None else c.lat for c in ranking_list.cities])
    middle = np.cos(np.nanmean(lat)) if np.isfinite(lat).any() else 1.0
    x, y = EARTH * lon * middle, EARTH * lat
    squared = (x[:, None] - x) ** 2 + (y[:, None] - y) ** 2
    weights = np.exp(-0.5 * np.nan_to_num(squared, nan=np.inf) / bandwidth**2)
    np.fill_diagonal(weights, 1.0)
    return weights


def smooth(weights: FloatArray, deviations: FloatArray) -> FloatArray:
    """Smooth deviations [block, city, pollutant] over neighbours, as far as they are known."""
    known = np.isfinite(deviations)
    shape = deviations.shape
    flat = np.where(known, deviations, 0.0).swapaxes(0, 1).reshape(shape[1], -1)
    count = known.swapaxes(0, 1).reshape(shape[1], -1).astype(float)
    smoothed: FloatArray = (weights @ flat) / (weights @ count + ISOLATION)
    return smoothed.reshape(shape[1], shape[0], -1).swapaxes(0, 1)


def split_bands(
    ranking_list: RankingList, deviations: FloatArray
) -> tuple[list[FloatArray], list[FloatArray]]:
    """Split deviations into bands that add up to them: wide, regional, own.

    Returns
    -------
    parts : list of ndarray, shape [block, city, pollutant]
    patterns : list of ndarray, shape [city, city]
        Unit-norm rows: how a band's independent errors spread over cities.
    """
    parts, patterns = [], []
    rest, left = deviations, np.eye(len(ranking_list))
    for bandwidth in BANDWIDTHS:
        weights = neighbour_weights(ranking_list, bandwidth)
        parts.append(smooth(weights, rest))
        spread = weights / (weights.sum(axis=1, keepdims=True) + ISOLATION) @ left
        patterns.append(spread)
        rest, left = rest - parts[-1], left - spread
    parts.append(rest)
    patterns.append(left)
    return parts, [p / np.linalg.norm(p, axis=1, keepdims=True) for p in patterns]


def mixing(part: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Find combinations of pollutants that hardly correlate, in lasting levels or in changes.

    Both covariances, of the cities' means and of the deviations from them, are brought to diagonal
    form at once (generalised eigenvectors).

    Parameters
    ----------
    part : ndarray, shape [block, city, pollutant]

    Returns
    -------
    mix, unmix : ndarray, shape [6, 6]
        ``series = part @ mix``, ``part = series @ unmix``.
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
    mix = vectors / scale[:, None]
    return mix, np.linalg.inv(mix)
