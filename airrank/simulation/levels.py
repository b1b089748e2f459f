"""The level of the days to come: where each city's pollutants will stand, and how surely.

Deviations from what all cities share are split into bands (wide, regional, own) and mixes of
pollutants; each of these is a set of independent series whose variance components are estimated
over all cities. The best linear prediction of the coming blocks follows from them, with an error
covariance that is widened by how wrong pseudo-forecasts inside the history turned out to be.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from airrank.cities import RankingList
from airrank.simulation.bands import left_out, mixing, split_bands
from airrank.simulation.blocks import (
    POWERS,
    Blocks,
    Days,
    FloatArray,
    block_keys,
    block_times,
    mean_of_known,
    split_common,
)
from airrank.simulation.calibration import Calibration
from airrank.simulation.components import (
    COMPONENTS,
    Series,
    fit_variances,
    kernels,
    noise_size,
    same_gaps,
    with_noise,
)
from airrank.simulation.shared_level import SharedLevel, correlation_root
from airrank.simulation.stretch import CommonShare, Gains, Share, Stretch

if TYPE_CHECKING:
    from airrank.simulation.correction import Correction

PRIOR_SHARES = (
    (0.050, 0.004, 0.020, 0.003, 0.004, 0.004, 0.006),
    (0.020, 0.003, 0.004, 0.001, 0.002, 0.002, 0.002),
    (0.030, 0.006, 0.004, 0.002, 0.003, 0.002, 0.002),
)
"""Prior relative size of the components in the wide, regional and own band."""
FIT_BLOCKS = 96
"""The latest blocks serve the estimation of variances; predictions use all."""


@dataclass(frozen=True, eq=False)
class Parameters:
    """What is estimated over all cities, by band (wide, regional, own).

    Attributes
    ----------
    mix : ndarray, shape [3, 6, 6]
        ``series = part @ mix``: combinations of pollutants that hardly correlate.
    variances : ndarray, shape [3, 6, 7]
        Of each combination's components, in the order of ``COMPONENTS``.
    correction : Correction, optional
        Of the rest of the year, learned with the months.
    """

    mix: FloatArray
    variances: FloatArray
    correction: Correction | None = None


class LevelModel:
    """Fitted variance components of one division into blocks.

    Parameters
    ----------
    blocks : Blocks
        Up to the day of the forecast, of values comparable over time.
    ranking_list : RankingList
    half : bool
        Blocks are half months instead of months.
    parameters : Parameters, optional
        Of an earlier fit; estimated from the blocks without them.
    """

    def __init__(
        self,
        blocks: Blocks,
        ranking_list: RankingList,
        *,
        half: bool,
        parameters: Parameters | None = None,
    ) -> None:
        self.half = half
        self.blocks = blocks
        self.common, deviations = split_common(self.blocks.levels)
        parts = split_bands(ranking_list, deviations)
        self.past = with_noise(kernels(self.blocks.time, self.blocks.time), self.blocks.size)
        self.shared = SharedLevel.of(self.common, self.past, self.blocks.time)
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
        self.reach = left_out(ranking_list)

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

    def stretch(self, days: Days, rise: FloatArray, *, past: bool = False) -> Stretch:
        """Predict the levels of a calendar year's days.

        Parameters
        ----------
        days : ndarray of datetime64[D], shape [day]
            All to come, or all past.
        rise : ndarray, shape [day, pollutant]
            Known change of the logarithm against the history, as of the reference state of gases.
        past : bool
        """
        key, time, size = block_times(days, half=self.half)
        place = np.searchsorted(key, block_keys(days, half=self.half))
        starts = np.searchsorted(place, np.arange(len(key)))
        cross = kernels(time, self.blocks.time)
        common = self.shared.predict(cross, time)
        known = np.full(len(key), -1)
        if past:
            at = np.minimum(np.searchsorted(self.blocks.key, key), len(self.blocks.key) - 1)
            known = np.where(self.blocks.key[at] == key, at, -1)
            common = np.where((known >= 0)[:, None], self.common[known], common)
        deviation = np.zeros((len(time), self.blocks.levels.shape[1], len(POWERS)))
        gains = []
        lacking = np.ones((len(self.series), *deviation.shape[:2]), dtype=bool)
        for number, series in enumerate(self.series):
            predicted, gain = _predict(series, self.past, cross)
            gains.append(gain)
            if past:
                lacking[number] = ~np.isfinite(series.values[known]) | (known < 0)[:, None]
                alone = self._reach(number, known >= 0) * predicted
                predicted = np.where(lacking[number], alone, series.values[known])
            deviation += predicted[..., None] * series.unmix
        levels = common[:, None] + deviation
        levels += (np.add.reduceat(rise, starts, axis=0) / size[:, None])[:, None]
        months = days[starts].astype("datetime64[M]").astype(np.int64) % 12 + 1
        return Stretch(
            days, past, place, months, time, size, levels, cross, tuple(gains), lacking, known < 0
        )

    def _reach(self, number: int, known: NDArray[np.bool_]) -> FloatArray:
        """Factor on a series in blocks [block, city] that other cities have, where a city lacks it.

        A city's regional part is then its neighbours' alone, so that its own part is larger.
        """
        own = number >= len(self.series) - len(POWERS)
        return np.where(known[:, None] & own, self.reach, 1.0)

    def covariance(self, first: Share, second: Share) -> FloatArray:
        """Covariance of the errors of two shares of stretches between pollutants, [city, 6, 6]."""
        (one, weights), (other, by) = first, second
        same = one is other
        between = kernels(one.time, other.time)
        if same and not one.past:
            between = with_noise(between, one.size)
        weights, by = weights.transpose(1, 2, 0), by.transpose(1, 2, 0)
        total = np.zeros((weights.shape[0], weights.shape[1], by.shape[1]))
        for number, series in enumerate(self.series):
            ahead = series.covariance(between)
            error = np.broadcast_to(ahead, (len(total), *ahead.shape)).copy()
            for (units, gain, _), (_, _, towards) in zip(
                one.gains[number], other.gains[number], strict=True
            ):
                error[units[units < len(total)]] -= gain @ towards.T
            for at, axis in ((one, 2), (other, 1)):
                if at.past:
                    size = at.open[number] * self._reach(number, ~at.open_common)
                    error *= np.expand_dims(size[:, : len(total)].T, axis)
            total += np.outer(series.unmix, series.unmix) * (
                weights @ error @ by.transpose(0, 2, 1)
            )
        return total

    def scatter(self, share: Share, days: FloatArray) -> FloatArray:
        """Covariance [city, 6, 6] of the noise of a past stretch's unknown days.

        Where the block's level is known, it is that of the other days, with a noise of their own.

        Parameters
        ----------
        share : pair of Stretch and ndarray, shape [block, city, pollutant]
        days : ndarray, shape [block, city, pollutant]
            Unknown days.
        """
        stretch, weights = share
        known = np.maximum(stretch.size[:, None, None] - days, 0.0)
        noise = noise_size(days) + np.where(
            stretch.open[-1, :, : days.shape[1], None], 0.0, noise_size(known)
        )
        weights = weights * np.sqrt(noise)
        unit = sum(
            series.variances[-1] * np.outer(series.unmix, series.unmix)
            for series in self.series[-len(POWERS) :]
        )
        return np.asarray(np.einsum("bcp,bcq->cpq", weights, weights) * unit)

    def common_covariance(self, first: CommonShare, second: CommonShare) -> FloatArray:
        """Covariance of the errors that all cities share, [pollutant]."""
        (one, weights), (other, by) = first, second
        between = kernels(one.time, other.time)
        if one is other and not one.past:
            between = with_noise(between, one.size)
        error = self.shared.error(one.cross, other.cross, between)
        if one.past:
            error = error * one.open_common[:, None]
        if other.past:
            error = error * other.open_common
        return np.asarray(np.einsum("bp,pbd,dp->p", weights, error, by))

    def common_root(self) -> FloatArray:
        """Root of how the pollutants' shared levels move together, [pollutant, pollutant]."""
        return correlation_root(self.common, self.blocks.time)

    @cached_property
    def _calibration(self) -> Calibration:
        return Calibration(self.series, self.past, self.blocks)

    def error_spread(self, time: FloatArray, lead: int) -> FloatArray:
        """Give the factor on the errors [city, pollutant] of predicting blocks so many days on."""
        by_pollutant, by_city = self._calibration.factors(time, lead)
        return np.asarray(np.sqrt(by_pollutant * by_city[:, None]))


def _predict(series: Series, past: FloatArray, cross: FloatArray) -> tuple[FloatArray, Gains]:
    """Best linear prediction [block, city], and the weights of the known blocks in it."""
    observed, towards = series.covariance(past), series.covariance(cross)
    predicted = np.zeros((len(towards), series.values.shape[1]))
    gains = []
    for blocks, members in same_gaps(np.isfinite(series.values)):
        if not blocks.any():
            continue
        gain = np.linalg.solve(observed[np.ix_(blocks, blocks)], towards[:, blocks].T).T
        predicted[:, members] = gain @ series.values[np.ix_(blocks, members)]
        gains.append((members, gain, towards[:, blocks]))
    return predicted, gains
