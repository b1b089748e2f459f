"""Levels of days to come and of gaps, and their errors: by whole joint covariances, inverted."""

from __future__ import annotations

import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from airrank.simulation.bands import left_out, mixing, split_bands
from airrank.simulation.blocks import FloatArray
from airrank.simulation.components import kernels, noise_size
from airrank.simulation.levels import PRIOR_SHARES, LevelModel
from airrank.simulation.stretch import Stretch
from tests.simulation.small import (
    COMING,
    GONE,
    LACKED,
    LIST,
    NEXT,
    PAST,
    small_model,
    stretch_of,
)


@pytest.fixture(scope="module")
def model() -> LevelModel:
    return small_model()


def joint(model: LevelModel, band: int, mix: int, time: FloatArray) -> FloatArray:
    """Covariance of a series at the known blocks and at other moments, of which noise is left."""
    variances = model.parameters.variances[band, mix]
    both = np.concatenate([model.blocks.time, time])
    found = sum(v * unit for v, unit in zip(variances[:-1], kernels(both, both), strict=True))
    known = len(model.blocks.time)
    noise = variances[-1] * noise_size(model.blocks.size)
    found[:known, :known] += np.diag(noise)
    return np.asarray(found)


def known_series(model: LevelModel, band: int, mix: int) -> FloatArray:
    deviations = model.blocks.levels - model.common[:, None]
    part = split_bands(LIST, deviations)[band]
    return np.asarray(part @ model.parameters.mix[band][:, mix])


def conditional(
    model: LevelModel, band: int, mix: int, city: int, time: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Mean and covariance of a city's series at other moments, given the blocks that it has."""
    values = known_series(model, band, mix)[:, city]
    rows = np.flatnonzero(np.isfinite(values))
    new = len(model.blocks.time) + np.arange(len(time))
    cov = joint(model, band, mix, time)
    gain = cov[np.ix_(new, rows)] @ np.linalg.inv(cov[np.ix_(rows, rows)])
    return gain @ values[rows], cov[np.ix_(new, new)] - gain @ cov[np.ix_(rows, new)]


def unmixed(model: LevelModel, band: int) -> FloatArray:
    return np.asarray(np.linalg.inv(model.parameters.mix[band]))


def test_levels_to_come_are_the_mean_given_what_each_city_has(model: LevelModel) -> None:
    stretch = stretch_of(model, COMING)
    assert stretch.month.tolist() == [8, 9, 10, 11, 12]
    assert stretch.size.tolist() == [20, 30, 31, 30, 31]
    common = model.shared.predict(stretch.cross, stretch.time)
    assert stretch.cross == pytest.approx(kernels(stretch.time, model.blocks.time))
    for city in range(4):
        expected = common.copy()
        for band, mix in np.ndindex(3, 6):
            mean, _ = conditional(model, band, mix, city, stretch.time)
            expected += np.outer(mean, unmixed(model, band)[mix])
        assert stretch.levels[:, city] == pytest.approx(expected, rel=1e-6)
    assert stretch.open.all()
    assert stretch.open_common.all()


def test_a_known_change_of_the_reference_is_added_by_block(model: LevelModel) -> None:
    rise = np.random.default_rng(4).normal(0.0, 0.1, (len(COMING), 6))
    moved = model.stretch(COMING, rise).levels - stretch_of(model, COMING).levels
    month = COMING.astype("datetime64[M]").astype(int) % 12 + 1
    for k, number in enumerate(range(8, 13)):
        assert moved[k] == pytest.approx(np.tile(rise[month == number].mean(axis=0), (4, 1)))


def test_levels_of_the_past_are_known_or_those_of_the_neighbours(model: LevelModel) -> None:
    """A city's own part of a month that the others have is larger by what its region leaves out."""
    stretch = stretch_of(model, PAST, past=True)
    key = PAST[0].astype("datetime64[M]").astype(int) + np.arange(8)
    gone, lacked = (int(month.astype(int) - key[0]) for month in (GONE, LACKED))
    assert stretch.open_common.tolist() == [k == gone for k in range(8)]
    assert stretch.open[:, gone].all()
    own = np.zeros((18, 8, 4), dtype=bool)
    own[12:, lacked, 3] = own[:, gone] = True  # neighbours tell of the wider parts
    assert np.array_equal(stretch.open, own)
    for k in range(8):
        at = np.flatnonzero(model.blocks.key == key[k])
        for city in range(4):
            if k != gone and (k, city) != (lacked, 3):
                assert stretch.levels[k, city] == pytest.approx(model.blocks.levels[at[0], city])
    expected = model.common[model.blocks.key == key[lacked]][0].copy()
    reach = left_out(LIST)[3]
    assert reach > 1.2
    for band, mix in np.ndindex(3, 6):
        mean, _ = conditional(model, band, mix, 3, stretch.time[[lacked]])
        values = known_series(model, band, mix)[model.blocks.key == key[lacked], 3]
        expected += (reach * mean if band == 2 else values) * unmixed(model, band)[mix]
    assert stretch.levels[lacked, 3] == pytest.approx(expected, rel=1e-6)
    nobody = model.shared.predict(stretch.cross, stretch.time)[gone]
    for city in range(4):
        level = nobody.copy()
        for band, mix in np.ndindex(3, 6):
            mean, _ = conditional(model, band, mix, city, stretch.time[[gone]])
            level += mean * unmixed(model, band)[mix]
        assert stretch.levels[gone, city] == pytest.approx(level, rel=1e-6)


def test_the_first_block_is_one_like_any_other(model: LevelModel) -> None:
    """City 2 lacks it; city 1 lacks a spring, and each has what the other has not."""
    year = np.arange(np.datetime64("2014-01-01"), np.datetime64("2015-01-01"))
    stretch = stretch_of(model, year, past=True)
    assert not stretch.open_common.any()
    lacked = [(0, 2), *((k, 1) for k in (2, 3, 4, 5))]
    assert np.argwhere(stretch.open[-1]).tolist() == sorted(map(list, lacked))
    for k, city in lacked:
        expected = model.common[k].copy()
        for band, mix in np.ndindex(3, 6):
            value = known_series(model, band, mix)[k, city]
            if band == 2:
                mean, _ = conditional(model, band, mix, city, stretch.time[[k]])
                value = mean[0] * left_out(LIST)[city]
            expected += value * unmixed(model, band)[mix]
        assert stretch.levels[k, city] == pytest.approx(expected, rel=1e-6)


def test_variances_are_those_most_likely_for_all_cities_together(model: LevelModel) -> None:
    """No variance a little larger or smaller is likelier, by the density of each city's series."""
    with threadpool_limits(1, user_api="blas"):
        fitted = LevelModel(model.blocks, LIST, half=False)
    size = sum(PRIOR_SHARES[0])
    for band, mix in ((0, 0), (1, 3), (2, 5)):
        series = known_series(fitted, band, mix)
        prior = np.array(PRIOR_SHARES[band]) * np.nanmean(series**2) / size
        variances = fitted.parameters.variances[band, mix]

        def unlikely(
            found: FloatArray, series: FloatArray = series, prior: FloatArray = prior
        ) -> float:
            total = 0.5 * float(((np.log(found / prior) / 3.0) ** 2).sum())
            cov = np.tensordot(found, fitted.past, 1)
            for city in series.T:
                known = np.isfinite(city)
                values, seen = city[known], cov[np.ix_(known, known)]
                total += 0.5 * float(np.linalg.slogdet(seen)[1])
                total += 0.5 * float(values @ np.linalg.solve(seen, values))
            return total

        least = unlikely(variances)
        for component in range(7):
            for factor in (0.8, 1.25):
                moved = variances.copy()
                moved[component] *= factor
                assert unlikely(moved) > least
    for band in range(3):
        deviations = model.blocks.levels - model.common[:, None]
        part = split_bands(LIST, deviations)[band]
        assert fitted.parameters.mix[band] == pytest.approx(mixing(part))


def random_share(stretch: Stretch, units: int, seed: int) -> tuple[Stretch, FloatArray]:
    raw = np.random.default_rng(seed).uniform(0.1, 1.0, (len(stretch.time), units, 6))
    return stretch, raw / raw.sum(axis=0)


def test_errors_are_what_the_known_blocks_leave_open(model: LevelModel) -> None:
    """Of one stretch with the noise of its days, of two without; fewer cities than are known."""
    first, second = stretch_of(model, COMING), stretch_of(model, NEXT)
    one, other = random_share(first, 3, 0), random_share(second, 3, 1)
    time = np.concatenate([first.time, second.time])
    here = slice(0, len(first.time))
    there = slice(len(first.time), None)
    expected = np.zeros((3, 3, 6, 6))
    for band, mix in np.ndindex(3, 6):
        towards = unmixed(model, band)[mix]
        noise = model.parameters.variances[band, mix, -1]
        for city in range(3):
            _, left = conditional(model, band, mix, city, time)
            left = left + noise * np.diag(noise_size(np.concatenate([first.size, second.size])))
            a, b = one[1][:, city] * towards, other[1][:, city] * towards
            expected[0, city] += a.T @ left[here, here] @ a
            expected[1, city] += a.T @ left[here, there] @ b
            expected[2, city] += b.T @ left[there, there] @ b
    for found, right in zip(((one, one), (one, other), (other, other)), expected, strict=True):
        assert model.covariance(*found) == pytest.approx(right, rel=1e-6, abs=1e-12)


def test_errors_of_the_past_are_those_of_what_is_lacking(model: LevelModel) -> None:
    """Without noise: that of the unknown days is told apart, see the next test."""
    stretch = stretch_of(model, PAST, past=True)
    share, ahead = random_share(stretch, 4, 2), random_share(stretch_of(model, COMING), 4, 3)
    same, cross = model.covariance(share, share), model.covariance(share, ahead)
    time = np.concatenate([stretch.time, ahead[0].time])
    size = len(stretch.time)
    reach = left_out(LIST)
    for city in range(4):
        expected = [np.zeros((6, 6)), np.zeros((6, 6))]
        for band, mix in np.ndindex(3, 6):
            _, left = conditional(model, band, mix, city, time)
            factor = stretch.open[6 * band + mix, :, city].astype(float)
            if band == 2:
                factor[~stretch.open_common] *= reach[city]
            towards = unmixed(model, band)[mix]
            a = share[1][:, city] * factor[:, None] * towards
            b = ahead[1][:, city] * towards
            expected[0] += a.T @ left[:size, :size] @ a
            expected[1] += a.T @ left[:size, size:] @ b
        assert same[city] == pytest.approx(expected[0], rel=1e-6, abs=1e-12)
        assert cross[city] == pytest.approx(expected[1], rel=1e-6, abs=1e-12)
    assert model.covariance(ahead, share) == pytest.approx(cross.swapaxes(1, 2))


def test_unknown_days_of_a_gap_have_noise_of_their_own(model: LevelModel) -> None:
    """And where the block is known, that of the days it is known from."""
    stretch = stretch_of(model, PAST, past=True)
    weights = random_share(stretch, 3, 5)[1]
    days = np.random.default_rng(6).integers(0, 12, weights.shape).astype(float)
    found = model.scatter((stretch, weights), days)
    for city, p, q in np.ndindex(3, 6, 6):
        expected = 0.0
        unit = sum(
            model.parameters.variances[2, mix, -1]
            * unmixed(model, 2)[mix, p]
            * unmixed(model, 2)[mix, q]
            for mix in range(6)
        )
        for block in range(len(stretch.time)):
            product = 1.0
            for r in (p, q):
                noise = 33.0 / (days[block, city, r] + 3.0)
                if not stretch.open[-1, block, city]:
                    noise += 33.0 / (stretch.size[block] - days[block, city, r] + 3.0)
                product *= weights[block, city, r] * np.sqrt(noise)
            expected += product
        assert found[city, p, q] == pytest.approx(expected * unit, rel=1e-9)


def test_errors_of_what_all_share_are_of_the_blocks_that_nobody_has(model: LevelModel) -> None:
    past, coming = stretch_of(model, PAST, past=True), stretch_of(model, COMING)
    rng = np.random.default_rng(7)
    weights = {id(one): rng.uniform(0.1, 1.0, (len(one.time), 6)) for one in (past, coming)}
    for one, other in ((past, past), (past, coming), (coming, past), (coming, coming)):
        between = kernels(one.time, other.time)
        if one is other is coming:
            noise = np.diag(noise_size(one.size))[None]
            between = np.concatenate([between, noise])
        error = model.shared.error(one.cross, other.cross, between)
        expected = np.zeros(6)
        for i, j in np.ndindex(error.shape[1:]):
            counts = one.open_common[i] and other.open_common[j]
            expected += counts * weights[id(one)][i] * error[:, i, j] * weights[id(other)][j]
        shares = [(s, weights[id(s)]) for s in (one, other)]
        assert model.common_covariance(*shares) == pytest.approx(expected)
