"""Great-circle distances between places."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

EARTH_RADIUS_KM = 6371.0


def distances_km(lon: ArrayLike, lat: ArrayLike) -> NDArray[np.float64]:
    """Give the distances between all places by the haversine formula.

    Parameters
    ----------
    lon, lat : array_like, shape [place]
        Degrees east and north [°]; NaN where unknown.

    Returns
    -------
    ndarray, shape [place, place]
        [km]; NaN where either place is unknown.

    Examples
    --------
    >>> round(float(distances_km([116.41, 121.47], [39.90, 31.23])[0, 1]))  # Beijing, Shanghai
    1067
    """
    x, y = np.radians(np.asarray(lon, dtype=float)), np.radians(np.asarray(lat, dtype=float))
    haversine = (
        np.sin((y[:, None] - y) / 2) ** 2
        + np.cos(y[:, None]) * np.cos(y) * np.sin((x[:, None] - x) / 2) ** 2
    )
    return np.asarray(2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(haversine)))
