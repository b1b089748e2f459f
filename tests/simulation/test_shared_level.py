"""What all cities share, predicted as a Gaussian process: its pieces worked out one by one."""

from __future__ import annotations

import numpy as np
import pytest

from airrank.simulation.blocks import FloatArray
from airrank.simulation.components import kernels, with_noise
from airrank.simulation.shared_level import (
    INDEPENDENCE,
    TREND,
    VARIANCES,
    WEIGHT,
    SharedLevel,
    correlation_root,
)

TIME = 14.0 + np.arange(40) / 12
LATER = 14.0 + np.array([40.0, 44.0, 51.0]) / 12
SIZE = np.full(40, 30.0)


def lasting(one: float, other: float) -> float:
    """Covariance of two moments by the sum of the components but noise."""
    units = kernels(np.array([one]), np.array([other]))[:, 0, 0].tolist()
    return float(sum(v * unit for v, unit in zip(VARIANCES[:-1].tolist(), units, strict=True)))


def matrix(first: FloatArray, second: FloatArray) -> FloatArray:
    return np.array([[lasting(a, b) for b in second.tolist()] for a in first.tolist()])


@pytest.fixture(scope="module")
def past() -> FloatArray:
    return with_noise(kernels(TIME, TIME), SIZE)


@pytest.fixture(scope="module")
def values() -> FloatArray:
    rng = np.random.default_rng(5)
    season = 0.4 * np.cos(2 * np.pi * TIME)[:, None]
    return np.asarray(3.5 + season + rng.normal(0.0, 0.05, (40, 6)) * np.arange(1, 7))


def test_the_prediction_is_the_mean_given_the_past(past: FloatArray, values: FloatArray) -> None:
    """By the joint covariance of past and future, inverted whole."""
    shared = SharedLevel.of(values, past, TIME)
    straight = values - TREND * TIME[:, None]
    base = straight.sum(axis=0) / 40
    noise = VARIANCES[-1] * 33.0 / 33.0
    inverse = np.linalg.inv(matrix(TIME, TIME) + noise * np.eye(40))
    expected = base + TREND * LATER[:, None] + matrix(LATER, TIME) @ inverse @ (straight - base)
    assert shared.predict(kernels(LATER, TIME), LATER) == pytest.approx(expected, rel=1e-8)
    assert np.abs(expected - base).max() > 0.1


def test_far_ahead_air_becomes_cleaner_by_four_per_cent_a_year(past: FloatArray) -> None:
    shared = SharedLevel.of(np.full((40, 6), 3.5), past, TIME)
    far = np.array([90.0, 91.0])
    fall = np.diff(shared.predict(kernels(far, TIME), far), axis=0)
    assert np.exp(fall) == pytest.approx(0.96, abs=0.002)


def test_errors_are_what_the_past_leaves_open(past: FloatArray, values: FloatArray) -> None:
    """Schur complement of the joint covariance; as large as each pollutant's past was wild."""
    shared = SharedLevel.of(values, past, TIME)
    cross = kernels(LATER, TIME)
    found = shared.error(cross, cross, with_noise(kernels(LATER, LATER), SIZE[:3]))
    times = np.concatenate([TIME, LATER])
    joint = matrix(times, times) + VARIANCES[-1] * np.eye(43)
    left = np.linalg.inv(np.linalg.inv(joint)[40:, 40:])
    straight = values - TREND * TIME[:, None]
    away = straight - straight.mean(axis=0)
    inverse = np.linalg.inv(joint[:40, :40])
    for p in range(6):
        size = (WEIGHT + float(away[:, p] @ inverse @ away[:, p])) / (WEIGHT + 40)
        assert found[p] == pytest.approx(size * left, rel=1e-6)
    assert shared.scale[5] > 1.2 * shared.scale[0]
    between = shared.error(cross[:, :1], cross[:, 1:], kernels(LATER[:1], LATER[1:]))
    assert between == pytest.approx(found[:, :1, 1:])  # of two sets there is no noise


def test_what_moves_together_is_what_differs_from_the_months_usual_level() -> None:
    """Shrunk to independence, by the number of blocks; a season in common counts for nothing."""
    rng = np.random.default_rng(8)
    drawn = rng.normal(0.0, 1.0, (40, 6))
    drawn[:, 1] = drawn[:, 0]
    drawn[:, 2] = 3.0 - 2.0 * drawn[:, 0]
    month = np.arange(40) % 12
    season = 5.0 * np.cos(2 * np.pi * month / 12)[:, None]
    time = 14.0 + (np.arange(40) + 0.2) / 12
    root = correlation_root(drawn + season, time)
    assert np.array_equal(root, np.tril(root))
    away = drawn.copy()
    for m in range(12):
        away[month == m] -= drawn[month == m].mean(axis=0)
    spread = away - away.mean(axis=0)
    correlation = spread.T @ spread / np.sqrt(np.outer(*[(spread**2).sum(axis=0)] * 2))
    expected = correlation * 40 / (40 + INDEPENDENCE)
    np.fill_diagonal(expected, 1.0)
    assert root @ root.T == pytest.approx(expected, abs=1e-6)
    assert (root @ root.T)[0, 1:3] == pytest.approx([0.625, -0.625], abs=1e-6)


def test_months_that_no_block_is_of_are_no_trouble() -> None:
    few = correlation_root(np.arange(18.0).reshape(3, 6), np.array([14.0, 14.1, 14.2]))
    assert few @ few.T == pytest.approx(np.eye(6), abs=1e-6)
