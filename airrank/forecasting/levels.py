"""The level of the days to come: where each city's pollutants will stand, and how surely.

Deviations from what all cities share are split into bands (wide, regional, own) and mixes of
pollutants; each of these is a set of independent series whose variance components are estimated
over all cities. The best linear prediction of the coming blocks follows from them, with an error
covariance that is widened by how wrong pseudo-forecasts inside the history turned out to be.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from airrank.cities import RankingList
from airrank.forecasting.bands import mixing, split_bands
from airrank.forecasting.blocks import (
    POWERS,
    Days,
    FloatArray,
    block_keys,
    block_times,
    mean_of_known,
    observed_blocks,
    split_common,
)
from airrank.forecasting.components import (
    COMPONENTS,
    fit_variances,
    kernels,
    same_gaps,
    with_noise,
)

PRIOR_SHARES = (
    (0.050, 0.004, 0.020, 0.003, 0.004, 0.004, 0.006),
    (0.020, 0.003, 0.004, 0.001, 0.002, 0.002, 0.002),
    (0.030, 0.006, 0.004, 0.002, 0.003, 0.002, 0.002),
)
"""Prior relative size of the components in the wide, regional and own band."""
COMMON_VARIANCES = np.array([0.2, 0.02, 0.15, 0.005, 0.004, 0.003, 0.006])
"""Variances of the level all cities share, by component: prior knowledge, it hardly moves ranks."""
COMMON_WEIGHT = 24.0
"""Weight of those variances' size against what a pollutant's past says [blocks]."""
COMMON_TREND = -0.04
"""Prior trend of the shared level [1/year]: air in China has become cleaner by some 4 % a year."""
PRIOR_ERROR, PRIOR_WINDOWS = 1.25**2, 2.0
"""Prior of the squared standardised error of pseudo-forecasts, and its weight in windows."""
OUT_OF_SAMPLE = 1.5
"""Pseudo-forecasts use variances fitted on their own outcomes; true errors are larger by this."""
CITY_WEIGHT, OVERLAP = 6.0, 0.25
"""Prior weight of an ordinary error size of a city; windows overlap and count by a quarter."""
LARGEST_ERROR = 16.0
"""Squared standardised error beyond which one window does not count more."""
FIT_BLOCKS = 96
"""The latest blocks serve the estimation of variances; predictions use all."""


@dataclass(frozen=True)
class LevelForecast:
    """Levels of the days to come, as logarithms of power means.

    Attributes
    ----------
    block_of_day : ndarray of int, shape [day]
    block_levels : ndarray, shape [block, city, pollutant]
    level : ndarray, shape [city, pollutant]
        Of all the days together.
    root : ndarray, shape [city, pollutant, pollutant]
        Root of the error covariance of a city's level between pollutants.
    common_root : ndarray, shape [pollutant, pollutant]
        The same of the error that all cities share.
    """

    block_of_day: np.ndarray
    block_levels: FloatArray
    level: FloatArray
    root: FloatArray
    common_root: FloatArray


@dataclass(frozen=True, eq=False)
class Parameters:
    """What is estimated over all cities, by band (wide, regional, own).

    Attributes
    ----------
    mix : ndarray, shape [3, 6, 6]
        ``series = part @ mix``: combinations of pollutants that hardly correlate.
    variances : ndarray, shape [3, 6, 7]
        Of each combination's components, in the order of ``COMPONENTS``.
    """

    mix: FloatArray
    variances: FloatArray


@dataclass(frozen=True)
class _Series:
    """One mix of pollutants in one band: series [block, city] and their covariance."""

    values: FloatArray
    variances: FloatArray
    unmix: FloatArray

    def covariance(self, units: FloatArray) -> FloatArray:
        return np.tensordot(self.variances[: len(units)], units, 1)


class LevelModel:
    """Fitted variance components of one division into blocks.

    Parameters
    ----------
    values : ndarray, shape [day, city, pollutant]
        Daily values up to the day of the forecast, comparable over time; NaN where missing.
    days : ndarray of datetime64[D], shape [day]
    ranking_list : RankingList
    half : bool
        Blocks are half months instead of months.
    parameters : Parameters, optional
        Of an earlier fit; estimated from ``values`` without them.
    """

    def __init__(
        self,
        values: FloatArray,
        days: Days,
        ranking_list: RankingList,
        *,
        half: bool,
        parameters: Parameters | None = None,
    ) -> None:
        self.half = half
        self.blocks = observed_blocks(values, days, half=half)
        self.common, deviations = split_common(self.blocks.levels)
        parts = split_bands(ranking_list, deviations)
        self.past = with_noise(kernels(self.blocks.time, self.blocks.time), self.blocks.size)
        self.parameters = parameters or self._fit(parts)
        self.bands = [
            [
                _Series(series, variances, unmix)
                for series, variances, unmix in zip(
                    np.moveaxis(part @ mix, 2, 0), by_mix, np.linalg.inv(mix), strict=True
                )
            ]
            for part, mix, by_mix in zip(
                parts, self.parameters.mix, self.parameters.variances, strict=True
            )
        ]

    def _fit(self, parts: list[FloatArray]) -> Parameters:
        """Estimate what the cities have in common from the deviations of each band."""
        latest = slice(-FIT_BLOCKS, None)
        mixes, variances = [], []
        for part, shares in zip(parts, PRIOR_SHARES, strict=True):
            mixes.append(mixing(part))
            for series in np.moveaxis(part @ mixes[-1], 2, 0):
                size = max(float(mean_of_known((series**2).ravel(), axis=0)), 1e-6)
                prior = np.array(shares) * size / sum(PRIOR_SHARES[0])
                variances.append(fit_variances(series[latest], self.past[:, latest, latest], prior))
        shape = (len(parts), len(POWERS), len(COMPONENTS))
        return Parameters(np.stack(mixes), np.reshape(variances, shape))

    def forecast(self, days: Days, rise: FloatArray) -> LevelForecast:
        """Predict the levels of coming days.

        Parameters
        ----------
        days : ndarray of datetime64[D], shape [day]
        rise : ndarray, shape [day, pollutant]
            Known change of the logarithm against the history, as of the reference state of gases.
        """
        key, time, size = block_times(days, half=self.half)
        place = np.searchsorted(key, block_keys(days, half=self.half))
        starts = np.searchsorted(place, np.arange(len(key)))
        cross = kernels(time, self.blocks.time)
        coming = with_noise(kernels(time, time), size)
        common, common_error = self._common(cross, coming, time)
        cities = self.blocks.levels.shape[1]
        deviation = np.zeros((len(time), cities, len(POWERS)))
        errors = []
        for band in self.bands:
            for series in band:
                predicted, covariance = _predict(series, self.past, cross, coming)
                deviation += predicted[..., None] * series.unmix
                errors.append(covariance)
        levels = common[:, None] + deviation
        levels += (np.add.reduceat(rise, starts, axis=0) / size[:, None])[:, None]
        weights = np.exp(levels * POWERS) * size[:, None, None]
        level = np.log(weights.sum(axis=0) / size.sum()) / POWERS
        weights /= weights.sum(axis=0)
        every = [series for band in self.bands for series in band]
        by_pollutant, by_city = self._calibrate(time)
        spread = np.sqrt(by_pollutant * by_city[:, None])
        error = _covariance(every, errors, weights) * spread[:, :, None] * spread[:, None]
        shared = weights.mean(axis=1)
        sizes = np.sqrt(np.einsum("pf,pfg,pg->p", shared.T, common_error, shared.T))
        return LevelForecast(
            block_of_day=place,
            block_levels=levels,
            level=level,
            root=_root(error),
            common_root=sizes[:, None] * self._common_correlation(),
        )

    def _common(
        self, cross: FloatArray, coming: FloatArray, time: FloatArray
    ) -> tuple[FloatArray, FloatArray]:
        """Predict what all cities share, [block, pollutant]; its error [pollutant, block, block].

        The prior variances keep their proportions; each pollutant's size is what its past says,
        with the prior counted as so many blocks.
        """
        lasting = COMMON_VARIANCES[:-1]
        past = np.tensordot(COMMON_VARIANCES, self.past, 1)
        towards = np.tensordot(lasting, cross, 1)
        trend = COMMON_TREND * self.blocks.time[:, None]
        base = (self.common - trend).mean(axis=0)
        away = self.common - trend - base
        explained = np.linalg.solve(past, away)
        predicted = base + COMMON_TREND * time[:, None] + towards @ explained
        error = np.tensordot(COMMON_VARIANCES, coming, 1)
        error = error - towards @ np.linalg.solve(past, towards.T)
        found = np.einsum("bp,bp->p", away, explained)
        size = (COMMON_WEIGHT + found) / (COMMON_WEIGHT + len(away))
        return predicted, size[:, None, None] * error

    def _common_correlation(self) -> FloatArray:
        """Root of how the shared levels of the pollutants move together, shrunk to independence."""
        month = np.round(self.blocks.time * 12).astype(int) % 12
        seasonal = np.stack(
            [
                self.common[month == m].mean(axis=0) if (month == m).any() else self.common[0]
                for m in range(12)
            ]
        )
        changes = self.common - seasonal[month]
        scale = changes.std(axis=0) + 1e-9
        correlation = (changes / scale).T @ (changes / scale) / len(changes)
        weight = len(changes) / (len(changes) + 24.0)
        shrunk = weight * correlation + (1 - weight) * np.eye(len(scale))
        np.fill_diagonal(shrunk, 1.0)
        return np.linalg.cholesky(shrunk + 1e-9 * np.eye(len(scale)))

    def _calibrate(self, time: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Compare pseudo-forecasts inside the history with their outcomes.

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
        for window in _windows(self.blocks.time, time):
            squared = self._pseudo_errors(window)
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
        return OUT_OF_SAMPLE * by_pollutant, by_city

    def _pseudo_errors(self, window: np.ndarray) -> FloatArray:
        """Squared standardised errors [city, pollutant] of predicting a past window of blocks."""
        shape = self.blocks.levels.shape[1:]
        error, variance = np.zeros(shape), np.zeros(shape)
        for series in (series for band in self.bands for series in band):
            missed, expected = _pseudo_error(series, self.past, self.blocks.size, window)
            error += missed[:, None] * series.unmix
            variance += expected[:, None] * series.unmix**2
        squared: FloatArray = error**2 / np.maximum(variance, 1e-9)
        return squared


def _predict(
    series: _Series, past: FloatArray, cross: FloatArray, coming: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Best linear prediction [block, city] and its error covariance [city, block, block]."""
    observed, towards = series.covariance(past), series.covariance(cross)
    ahead = series.covariance(coming)
    cities = series.values.shape[1]
    predicted = np.zeros((len(ahead), cities))
    error = np.broadcast_to(ahead, (cities, *ahead.shape)).copy()
    for blocks, members in same_gaps(np.isfinite(series.values)):
        if not blocks.any():
            continue
        gain = np.linalg.solve(observed[np.ix_(blocks, blocks)], towards[:, blocks].T).T
        predicted[:, members] = gain @ series.values[np.ix_(blocks, members)]
        error[members] = ahead - gain @ towards[:, blocks].T
    return predicted, error


def _windows(past: FloatArray, coming: FloatArray) -> Iterator[np.ndarray]:
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
    series: _Series, past: FloatArray, size: FloatArray, window: np.ndarray
) -> tuple[FloatArray, FloatArray]:
    """Error by city of predicting a past window from what came before it, and its variance."""
    covariance, lasting = series.covariance(past), series.covariance(past[:-1])
    weight = size[window] / size[window].sum()
    before = np.arange(window[0])
    error = np.full(series.values.shape[1], np.nan)
    variance = np.full_like(error, np.nan)
    complete = np.isfinite(series.values[window]).all(axis=0)
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


def _covariance(series: list[_Series], errors: list[FloatArray], weights: FloatArray) -> FloatArray:
    """Error covariance of each city's level between pollutants, [city, 6, 6]."""
    share = weights.transpose(1, 2, 0)
    total = np.zeros((share.shape[0], share.shape[1], share.shape[1]))
    for one, error in zip(series, errors, strict=True):
        total += np.outer(one.unmix, one.unmix) * (share @ error @ share.transpose(0, 2, 1))
    return total


def _root(covariance: FloatArray) -> FloatArray:
    """Root of covariances [city, 6, 6], made safe against rounding by a little independence."""
    scale = np.sqrt(np.einsum("cpp->cp", covariance)) + 1e-6
    correlation = 0.98 * covariance / scale[:, :, None] / scale[:, None]
    root = np.linalg.cholesky(correlation + 0.02 * np.eye(scale.shape[1]))
    return np.asarray(root * scale[:, :, None])
