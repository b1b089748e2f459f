"""How wrong forecasts of this kind are: pseudo-forecasts inside the history, and their outcomes.

Stretches of the past that resemble the days to come, the same season of earlier years and the
latest blocks, are predicted from what came before them. The errors, in relation to what the
model expected, widen (or narrow) the error of the forecast by pollutant and by city.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from airrank.simulation.blocks import POWERS, Blocks, FloatArray, mean_of_known
from airrank.simulation.components import Series, same_gaps

PRIOR_ERROR, PRIOR_WINDOWS = 1.25**2, 2.0
"""Prior of the squared standardised error of pseudo-forecasts, and its weight in windows."""
OUT_OF_SAMPLE = {15: 2.5, 31: 1.0, 61: 2.0, 92: 2.1, 153: 1.7, 365: 1.7, 460: 1.5}
"""By days from the forecast to the period's end, what true error variances are larger by: pseudo-
forecasts use variances fitted on their own outcomes, and know nothing of half a month's weather."""
CITY_WEIGHT, OVERLAP = 6.0, 0.25
"""Prior weight of an ordinary error size of a city; windows overlap and count by a quarter."""
POLLUTED = 0.7
"""Power of a city's pollution level in its error variance, from the usual level on: episodes and
campaigns move polluted cities more. Set with the scores of 2016 and 2017 in view."""
LARGEST_ERROR = 16.0
"""Squared standardised error beyond which one window does not count more."""


class Calibration:
    """Pseudo-forecasts inside a history against their outcomes, each stretch of it tried once.

    Parameters
    ----------
    series : sequence of Series
        All bands and mixes.
    past : ndarray, shape [7, block, block]
        Unit covariances of the known blocks.
    blocks : Blocks
        The known blocks.
    """

    def __init__(self, series: Sequence[Series], past: FloatArray, blocks: Blocks) -> None:
        self.series, self.blocks = series, blocks
        self._covariances = [(one.covariance(past), one.covariance(past[:-1])) for one in series]
        self._squared: dict[tuple[int, int], FloatArray] = {}

    def factors(self, coming: FloatArray, lead: int) -> tuple[FloatArray, FloatArray]:
        """Give the factors on the error variances of predicting some blocks.

        Parameters
        ----------
        coming : ndarray, shape [coming block]
            Middle of the blocks to come [year].
        lead : int
            Days to the end of the period.

        Returns
        -------
        by_pollutant : ndarray, shape [6]
            Factors on the error variance of each pollutant.
        by_city : ndarray, shape [city]
            Factors on the error variance of each city.
        """
        total, windows = np.zeros(len(POWERS)), 0
        excess = np.zeros(self.blocks.levels.shape[1])
        count = np.zeros_like(excess)
        for window in _windows(self.blocks.time, coming):
            squared = self._squared_errors(window)
            known = np.isfinite(squared)
            if known.sum(axis=0).min() <= 3:
                continue
            squared = np.where(known, np.minimum(squared, LARGEST_ERROR), 0.0)
            mean = squared.sum(axis=0) / known.sum(axis=0)
            total, windows = total + mean, windows + 1
            excess += (squared / np.maximum(mean, 0.3)).sum(axis=1)
            count += known.sum(axis=1)
        by_pollutant = (PRIOR_WINDOWS * PRIOR_ERROR + total) / (PRIOR_WINDOWS + windows)
        by_city = (CITY_WEIGHT + OVERLAP * excess) / (CITY_WEIGHT + OVERLAP * count)
        by_city *= np.maximum(_pollution(self.blocks), 1.0) ** POLLUTED
        leads, widening = list(OUT_OF_SAMPLE), list(OUT_OF_SAMPLE.values())
        return float(np.interp(lead, leads, widening)) * by_pollutant, by_city

    def _squared_errors(self, window: NDArray[np.intp]) -> FloatArray:
        """Squared standardised errors [city, pollutant] of predicting a past window of blocks."""
        key = int(window[0]), int(window[-1])  # blocks in a row
        if key not in self._squared:
            error = variance = np.zeros(1)
            for one, covariances in zip(self.series, self._covariances, strict=True):
                missed, expected = _pseudo_error(one, *covariances, self.blocks.size, window)
                error = error + missed[:, None] * one.unmix
                variance = variance + expected[:, None] * one.unmix**2
            self._squared[key] = np.asarray(error**2 / np.maximum(variance, 1e-9))
        return self._squared[key]


def _pollution(blocks: Blocks) -> FloatArray:
    """Give how polluted each city was in the latest twelve months against the usual city, [1].

    Geometric mean over pollutants but ozone, which is high where others are low.
    """
    levels = blocks.levels[-12:, :, : len(POWERS) - 1]
    away = levels - mean_of_known(levels, axis=1)[:, None]
    level = mean_of_known(away.swapaxes(1, 2).reshape(-1, levels.shape[1]), axis=0)
    return np.asarray(np.exp(level - level.mean()))


def _windows(past: FloatArray, coming: FloatArray) -> Iterator[NDArray[np.intp]]:
    """Find past stretches of blocks that resemble the coming ones, with a past of their own."""
    margin = 0.04
    for years_back in range(1, 12):
        for months in (-1, 0, 1):
            start = coming[0] - years_back + months / 12
            end = coming[-1] - years_back + months / 12
            window = np.flatnonzero((past > start - margin) & (past < end + margin))
            if len(window) >= max(1.0, 0.8 * len(coming)) and window[0] >= 6:
                yield window
    latest = min(3, len(coming))
    if len(past) - latest >= 6:
        yield np.arange(len(past) - latest, len(past))


def _pseudo_error(
    series: Series,
    covariance: FloatArray,
    lasting: FloatArray,
    size: FloatArray,
    window: NDArray[np.intp],
) -> tuple[FloatArray, FloatArray]:
    """Error by city of predicting a past window from what came before it, and its variance."""
    weight = size[window] / size[window].sum()
    before = np.arange(window[0])
    error = np.full(series.values.shape[1], np.nan)
    variance = np.full_like(error, np.nan)
    complete = np.asarray(np.isfinite(series.values[window]).all(axis=0))
    for blocks, members in same_gaps(np.isfinite(series.values[before])):
        known, cities = before[blocks], members[complete[members]]
        if len(known) < 4 or not len(cities):
            continue
        towards = weight @ lasting[np.ix_(window, known)]
        gain = np.linalg.solve(covariance[np.ix_(known, known)], towards)
        variance[cities] = weight @ covariance[np.ix_(window, window)] @ weight - towards @ gain
        outcome = weight @ series.values[np.ix_(window, cities)]
        error[cities] = outcome - gain @ series.values[np.ix_(known, cities)]
    return error, variance
