"""Small panels from a known joint process: every parameter is ours, so the truth is known."""

from __future__ import annotations

from datetime import date

import numpy as np

from airrank.cities import City, RankingList
from airrank.panel import Panel

USUAL = np.array([45.0, 80.0, 20.0, 35.0, 0.9, 85.0])
SEASON = np.array([0.4, 0.3, 0.4, 0.25, 0.3, -0.4])


def cities(number: int) -> RankingList:
    """Cities on a grid some 150 km apart."""
    side = int(np.ceil(np.sqrt(number)))
    units = tuple(
        City(f"C{k:02d}", lon=110.0 + 1.6 * (k % side), lat=32.0 + 1.3 * (k // side))
        for k in range(number)
    )
    return RankingList("simulated", "模拟", "simulated", units)


def simulate(
    number: int, first: date, last: date, seed: int, *, correlation: float, spread: float = 0.12
) -> Panel:
    """Daily log values: level + season + yearly shift + monthly weather + daily noise.

    Parameters
    ----------
    correlation : float
        Share of the variance of shifts, weather and noise that all cities have in common.
    spread : float
        Standard deviation of the cities' lasting levels [log].
    """
    rng = np.random.default_rng(seed)
    days = np.arange(np.datetime64(first), np.datetime64(last) + 1)
    year = days.astype("datetime64[Y]").astype(int)
    month = days.astype("datetime64[M]").astype(int)
    phase = 2 * np.pi * (days - days.astype("datetime64[Y]")).astype(int) / 365.25

    def joint(size: int, sd: float) -> np.ndarray:
        shared = rng.normal(size=(size, 1, 6)) * np.sqrt(correlation)
        own = rng.normal(size=(size, number, 6)) * np.sqrt(1 - correlation)
        return sd * (shared + own)

    def persistent(size: int, sd: float, memory: float) -> np.ndarray:
        noise, out = joint(size, sd), np.zeros((size, number, 6))
        out[0] = noise[0]
        for step in range(1, size):
            out[step] = memory * out[step - 1] + np.sqrt(1 - memory**2) * noise[step]
        return out

    level = rng.normal(0, spread, (number, 6))
    swing = SEASON * (1 + rng.normal(0, 0.15, (number, 6)))
    logs = level + swing * np.cos(phase)[:, None, None]
    logs = logs + persistent(year[-1] - year[0] + 1, 0.08, 0.5)[year - year[0]]
    logs = logs + persistent(month[-1] - month[0] + 1, 0.08, 0.4)[month - month[0]]
    logs = logs + persistent(len(days), 0.35, 0.6)
    values = np.round(USUAL * np.exp(logs), 3)
    nothing = np.zeros(values.shape, dtype=bool)
    return Panel(cities(number), days, values, nothing, nothing[..., 0])
