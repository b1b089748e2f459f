"""The level of the days to come: where each city's pollutants will stand, and how surely.

Deviations from what all cities share are split into bands (wide, regional, own) and mixes of
pollutants; each of these is a set of independent series whose variance components are estimated
over all cities. The best linear prediction of the coming blocks follows from them, with an error
covariance that is widened by how wrong pseudo-forecasts inside the history turned out to be.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from airrank.cities import RankingList
from airrank.simulation.bands import mixing, split_bands
from airrank.simulation.blocks import (
    POWERS,
    Days,
    FloatArray,
    block_keys,
    block_times,
    mean_of_known,
    observed_blocks,
    split_common,
)
from airrank.simulation.calibration import error_factors
from airrank.simulation.components import (
    COMPONENTS,
    Series,
    fit_variances,
    kernels,
    same_gaps,
    with_noise,
)
from airrank.simulation.shared_level import correlation_root, predict_shared

PRIOR_SHARES = (
    (0.050, 0.004, 0.020, 0.003, 0.004, 0.004, 0.006),
    (0.020, 0.003, 0.004, 0.001, 0.002, 0.002, 0.002),
    (0.030, 0.006, 0.004, 0.002, 0.003, 0.002, 0.002),
)
"""Prior relative size of the components in the wide, regional and own band."""
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

    def of_first(self, cities: int) -> LevelForecast:
        """Give the part about the first so many cities."""
        return replace(
            self,
            block_levels=self.block_levels[:, :cities],
            level=self.level[:cities],
            root=self.root[:cities],
        )


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
        self.series = [
            Series(series, variances, unmix)
            for part, mix, by_mix in zip(
                parts, self.parameters.mix, self.parameters.variances, strict=True
            )
            for series, variances, unmix in zip(
                np.moveaxis(part @ mix, 2, 0), by_mix, np.linalg.inv(mix), strict=True
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
        common, common_error = predict_shared(
            self.common, self.past, cross, coming, (self.blocks.time, time)
        )
        deviation = np.zeros((len(time), self.blocks.levels.shape[1], len(POWERS)))
        errors = []
        for series in self.series:
            predicted, covariance = _predict(series, self.past, cross, coming)
            deviation += predicted[..., None] * series.unmix
            errors.append(covariance)
        levels = common[:, None] + deviation
        levels += (np.add.reduceat(rise, starts, axis=0) / size[:, None])[:, None]
        weights = np.exp(levels * POWERS) * size[:, None, None]
        level = np.log(weights.sum(axis=0) / size.sum()) / POWERS
        weights /= weights.sum(axis=0)
        by_pollutant, by_city = error_factors(self.series, self.past, self.blocks, time)
        spread = np.sqrt(by_pollutant * by_city[:, None])
        error = _covariance(self.series, errors, weights) * spread[:, :, None] * spread[:, None]
        shared = weights.mean(axis=1)
        sizes = np.sqrt(np.einsum("pf,pfg,pg->p", shared.T, common_error, shared.T))
        return LevelForecast(
            block_of_day=place,
            block_levels=levels,
            level=level,
            root=_root(error),
            common_root=sizes[:, None] * correlation_root(self.common, self.blocks.time),
        )


def _predict(
    series: Series, past: FloatArray, cross: FloatArray, coming: FloatArray
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


def _covariance(series: list[Series], errors: list[FloatArray], weights: FloatArray) -> FloatArray:
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
