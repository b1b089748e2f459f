"""Scores against plain Python, and against values worked out by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from airrank.errors import InputError
from airrank.forecasting.result import rank_probabilities
from airrank.verification import scores

RNG = np.random.default_rng(3)
RANKS = RNG.integers(1, 8, (40, 5))
TRUTH = np.array([1, 7, 4, 4, 2])


def test_ranked_probability_score_in_plain_python() -> None:
    probabilities = rank_probabilities(RANKS, 7)
    found = scores.ranked_probability_score(probabilities, TRUTH)
    for city, truth in enumerate(TRUTH.tolist()):
        total = 0.0
        for k in range(1, 8):
            below = sum(1 for r in RANKS[:, city].tolist() if r <= k) / len(RANKS)
            total += (below - (1.0 if truth <= k else 0.0)) ** 2
        assert found[city] == pytest.approx(total / 6)


def test_ranked_probability_score_has_its_bounds() -> None:
    best, worst = np.eye(4)[[1]], np.eye(4)[[3]]
    assert scores.ranked_probability_score(best, np.array([2])).tolist() == [0.0]
    assert scores.ranked_probability_score(worst, np.array([1])).tolist() == [1.0]


def test_crps_is_the_double_sum_over_draws() -> None:
    draws, truth = RNG.normal(size=(30, 3)), np.array([0.1, -2.0, 5.0])
    found = scores.sample_crps(draws, truth)
    for city in range(3):
        x = draws[:, city].tolist()
        away = sum(abs(a - truth[city]) for a in x) / 30
        apart = sum(abs(a - b) for a in x for b in x) / 900
        assert found[city] == pytest.approx(away - apart / 2)


def test_crps_agrees_with_scoringrules() -> None:
    rival = pytest.importorskip("scoringrules")
    draws, truth = RNG.normal(size=(50, 4)), RNG.normal(size=4)
    theirs = rival.crps_ensemble(truth, draws.T, estimator="nrg")
    assert scores.sample_crps(draws, truth) == pytest.approx(theirs)


def test_no_forecast_from_draws_is_certain() -> None:
    p, hit = np.array([0.0, 1.0, 1.0]), np.array([True, True, False])
    found = scores.log_score(p, hit, 98)
    assert found == pytest.approx([math.log(100), -math.log(0.99), math.log(100)])
    assert scores.brier_score(p, hit).tolist() == [1.0, 0.0, 1.0]


def test_intervals_are_drawn_values_and_contain_their_bounds() -> None:
    draws = np.arange(1, 11)[:, None] * np.ones(2, dtype=int)
    assert [bound[0] for bound in scores.interval(draws, 80)] == [1, 9]
    assert scores.covered(draws, np.array([9, 10]), 80).tolist() == [True, False]
    assert scores.median(draws).tolist() == [5, 5]


def test_pit_of_a_calibrated_lumpy_forecast_is_uniform() -> None:
    cities = 4000
    draws = RNG.poisson(3.0, (200, cities))
    pit = scores.randomised_pit(draws, RNG.poisson(3.0, cities))
    counts = np.histogram(pit, bins=10, range=(0, 1))[0]
    expected = cities / 10
    assert ((counts - expected) ** 2 / expected).sum() < 27.9  # chi-square, 9 d.o.f., p = 0.001


def test_diebold_mariano_without_lags_is_the_t_test() -> None:
    from scipy.stats import ttest_1samp

    first, second = RNG.normal(0.3, 1, 25), RNG.normal(0, 1, 25)
    found = scores.diebold_mariano(first, second, 0)
    expected = ttest_1samp(first - second, 0.0)
    assert found.p_value == pytest.approx(expected.pvalue)
    interval = expected.confidence_interval(0.95)
    assert (found.low, found.high) == pytest.approx((interval.low, interval.high))


def test_diebold_mariano_sees_dependence_and_sameness() -> None:
    slow = np.repeat(RNG.normal(0.2, 1, 8), 6)
    zero = np.zeros(48)
    naive, aware = (scores.diebold_mariano(slow, zero, lag) for lag in (0, 5))
    assert aware.high - aware.low > naive.high - naive.low
    assert math.isnan(scores.diebold_mariano(slow, slow, 3).p_value)
    with pytest.raises(InputError, match="three pairs"):
        scores.diebold_mariano(slow[:2], slow[:2], 1)


def test_bootstrap_by_year_stays_between_the_years_means() -> None:
    d = np.array([-1.0, -1.0, -3.0, -3.0])
    found = scores.year_bootstrap(d, np.zeros(4), [2016, 2016, 2017, 2017])
    assert (found.mean, found.low, found.high) == (-2.0, -3.0, -1.0)
    assert math.isnan(found.p_value)  # two years cannot show significance
