"""Scores of probabilistic rank forecasts; smaller is better unless said otherwise.

Draws have shape [draw, city], truths [city]; ranks are whole numbers from 1.

References
----------
Brier, G. W. (1950): Verification of forecasts expressed in terms of probability. Mon. Weather Rev.
78, 1-3. Czado, C., Gneiting, T., Held, L. (2009): Predictive model assessment for count data.
Biometrics 65, 1254-1261. Diebold, F. X., Mariano, R. S. (1995): Comparing predictive accuracy.
J. Bus. Econ. Stat. 13, 253-263. Epstein, E. S. (1969): A scoring system for probability forecasts
of ranked categories. J. Appl. Meteorol. 8, 985-987. Gneiting, T., Raftery, A. E. (2007): Strictly
proper scoring rules, prediction, and estimation. J. Am. Stat. Assoc. 102, 359-378. Good, I. J.
(1952): Rational decisions. J. R. Stat. Soc. B 14, 107-114. Harvey, D., Leybourne, S., Newbold, P.
(1997): Testing the equality of prediction mean squared errors. Int. J. Forecast. 13, 281-291.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtr, stdtrit  # scipy.stats would load much more

from airrank.errors import InputError
from airrank.forecasting.chance import quantiles

FloatArray = NDArray[np.float64]
Draws = NDArray[Any]


def ranked_probability_score(probabilities: FloatArray, truth: Draws) -> FloatArray:
    """Ranked probability score of each city's rank (Epstein 1969), divided by n - 1.

    ``RPS = 1 / (n - 1) · Σ_k (P(rank ≤ k) - [truth ≤ k])²``: 0 is perfect, 1 the worst.

    Parameters
    ----------
    probabilities : ndarray, shape [city, n]
        Of ranks 1..n.
    truth : ndarray of int, shape [city]

    Returns
    -------
    ndarray, shape [city]

    Examples
    --------
    >>> ranked_probability_score(np.array([[0.5, 0.5, 0.0]]), np.array([1])).tolist()
    [0.125]
    """
    n = probabilities.shape[1]
    reached = truth[:, None] <= np.arange(1, n + 1)
    squares: FloatArray = (np.cumsum(probabilities, axis=1) - reached) ** 2
    score: FloatArray = squares.sum(axis=1) / max(n - 1, 1)
    return score


def clip_probability(probability: FloatArray, draws: int) -> FloatArray:
    """Keep a share of draws away from 0 and 1 by 1 / (draws + 2): draws cannot show certainty."""
    edge = 1.0 / (draws + 2)
    return np.clip(probability, edge, 1.0 - edge)


def log_score(probability: FloatArray, happened: NDArray[np.bool_], draws: int) -> FloatArray:
    """Logarithmic score ``-ln p(what happened)`` [nat] (Good 1952)."""
    p = clip_probability(probability, draws)
    return np.asarray(-np.log(np.where(happened, p, 1.0 - p)))


def brier_score(probability: FloatArray, happened: NDArray[np.bool_]) -> FloatArray:
    """Half Brier score ``(p - [happened])²`` (Brier 1950)."""
    return np.asarray((probability - happened) ** 2)


def interval(draws: Draws, level: float) -> tuple[FloatArray, FloatArray]:
    """Central interval of ``level`` [%] whose bounds are drawn values, as a forecast reports it."""
    low, high = quantiles(draws, [50 - level / 2, 50 + level / 2])
    return low, high


def covered(draws: Draws, truth: Draws, level: float) -> NDArray[np.bool_]:
    """Whether the truth lies in the central interval, bounds included; the nominal rate is best.

    Ranks and rounded indices are lumpy: intervals that include their bounds cover a little more
    than their level.
    """
    low, high = interval(draws, level)
    inside: NDArray[np.bool_] = (low <= truth) & (truth <= high)
    return inside


def median(draws: Draws) -> Draws:
    """Median over draws, a drawn value, as a forecast reports it."""
    return quantiles(draws, 50)


def randomised_pit(draws: Draws, truth: Draws, seed: int = 0) -> FloatArray:
    """Randomised probability integral transform (Czado et al. 2009): uniform if calibrated.

    ``F(x - 1) + v · (F(x) - F(x - 1))`` with v uniform, so that ties do not pile up.
    """
    below, upto = (draws < truth).mean(axis=0), (draws <= truth).mean(axis=0)
    v = np.random.default_rng([seed, 7]).random(draws.shape[1])
    return np.asarray(below + v * (upto - below))


def sample_crps(draws: Draws, truth: Draws) -> FloatArray:
    """Continuous ranked probability score of a sample (Gneiting and Raftery 2007, eq. 21).

    ``E|X - y| - E|X - X'| / 2`` with expectations over the m draws; in the unit of the draws. The
    second term is ``Σ_i (2 i - m - 1) x_(i) / m²`` for sorted draws.
    """
    m = len(draws)
    ordered = np.sort(draws, axis=0).astype(float)
    spread = (2.0 * np.arange(1, m + 1) - m - 1) @ ordered / m**2
    return np.asarray(np.abs(ordered - truth).mean(axis=0) - spread)


@dataclass(frozen=True)
class Difference:
    """A mean difference of scores and how sure it is.

    Attributes
    ----------
    mean : float
        Negative: the first forecaster is better.
    low, high : float
        95 % interval.
    p_value : float
        Of no difference, two-sided; NaN where it cannot be judged.
    """

    mean: float
    low: float
    high: float
    p_value: float


def diebold_mariano(first: FloatArray, second: FloatArray, lag: int) -> Difference:
    """Diebold-Mariano test with the correction of Harvey et al. (1997) and Bartlett weights.

    Parameters
    ----------
    first, second : ndarray, shape [origin]
        Scores in order of time.
    lag : int
        Origins whose errors overlap; the autocovariances up to this lag count.

    Raises
    ------
    InputError
        If the scores are fewer than three or differ in number.
    """
    from statsmodels.regression.linear_model import OLS  # late: a second of start-up

    d = np.asarray(first, dtype=float) - np.asarray(second, dtype=float)
    n = len(d)
    if n < 3 or len(first) != len(second):
        raise InputError("expected at least three pairs of scores, found {n}", n=n)
    lag = min(lag, n - 2)
    fitted = OLS(d, np.ones(n)).fit(cov_type="HAC", cov_kwds={"maxlags": lag})
    variance = float(fitted.cov_params()[0, 0])
    h = lag + 1
    correction = max((n + 1 - 2 * h + h * (h - 1) / n) / n, 1.0 / n)
    error = float(np.sqrt(max(variance, 0.0) / correction))
    mean = float(d.mean())
    if error <= 1e-12 * max(1.0, abs(mean)):
        return Difference(mean, mean, mean, float("nan"))
    reach = error * float(stdtrit(n - 1, 0.975))
    p_value = 2.0 * float(stdtr(n - 1, -abs(mean) / error))
    return Difference(mean, mean - reach, mean + reach, p_value)


def year_bootstrap(
    first: FloatArray,
    second: FloatArray,
    years: Sequence[int],
    *,
    replicates: int = 2000,
    seed: int = 0,
) -> Difference:
    """Bootstrap the mean difference by whole years: origins of one year share their outcome.

    With fewer than five years the interval is far too short to trust; the p-value is then NaN.
    """
    d = np.asarray(first, dtype=float) - np.asarray(second, dtype=float)
    names, group = np.unique(np.asarray(years), return_inverse=True)
    total, count = np.bincount(group, weights=d), np.bincount(group).astype(float)
    rng = np.random.default_rng([seed, 11])
    picked = rng.integers(0, len(names), (replicates, len(names)))
    means = total[picked].sum(axis=1) / count[picked].sum(axis=1)
    low, high = np.percentile(means, [2.5, 97.5])
    p = 2.0 * min(float((means >= 0).mean()), float((means <= 0).mean()))
    p_value = min(1.0, p) if len(names) >= 5 else float("nan")
    return Difference(float(d.mean()), float(low), float(high), p_value)
