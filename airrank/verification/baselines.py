"""Baselines: five plain ways to guess a year's statistics, each also as a distribution.

A baseline is a point forecast *dressed* with its own past errors: it is asked the same question on
the same calendar day of every past year in its history (a pseudo-origin), and the logarithms of
outcome / forecast give the size of its errors. Draws multiply the point forecast by exp(error):
a part that all cities share, and a part independent between cities but correlated between
pollutants as the past errors are. Without a usable pseudo-origin a prior size stands in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from airrank.errors import InputError
from airrank.panel import Panel
from airrank.periods import Period
from airrank.rules.evaluation import statistics_array
from airrank.rules.standards import POLLUTANTS
from airrank.simulation.blocks import Days, FloatArray
from airrank.simulation.period_draws import Statistics
from airrank.simulation.remainder import CELLS
from airrank.verification.forecasters import Hindsight, JointModel, RemainderForecaster, ThisYear
from airrank.words import Listed

TWELVE = 365
"""Days of the last twelve months."""
ENOUGH = 0.75
"""Share of a past stretch's days a city needs there; else the year before that one serves."""
PRIOR_ERROR = 0.12
"""Error of a log statistic without any pseudo-origin, a whole year ahead [1]; a judgement."""
PRIOR_SHARED = 0.05
"""Error of a log statistic that all cities share, a whole year ahead [1]; a judgement."""
MIN_ERRORS = 10
"""Cities with past errors below which the prior size stands in."""


@dataclass(frozen=True)
class Past:
    """A history as the baselines see it.

    Attributes
    ----------
    seen : ndarray, shape [day, city, pollutant]
        The period's days up to the end of the history.
    last : ndarray, shape [day, city, pollutant]
        All days of the period as they were in the latest past year that has enough of them, by
        city and pollutant; NaN where none has.
    years : list of ndarray, shape [city, pollutant]
        Statistics of the whole period in each past year, NaN where it has not enough days.
    recent : pair of ndarray, shape [city, pollutant]
        Statistics of the latest 365 days and of the 365 before them, likewise.
    """

    seen: FloatArray
    last: FloatArray
    rest: FloatArray
    years: list[FloatArray]
    recent: tuple[FloatArray, FloatArray]

    @classmethod
    def of(cls, history: Panel, period: Period) -> Past:
        """Arrange a history that ends within or before the period."""
        days = np.arange(np.datetime64(period.start, "D"), np.datetime64(period.end, "D") + 1)
        seen = history.values[history.days >= days[0]]
        last = np.full((len(days), *history.values.shape[1:]), np.nan)
        rest = last[len(seen) :].copy()
        years = []
        for back in range(1, period.start.year - history.first_day.year + 1):
            known = _years_earlier(history, days, back)
            values, coming = with_enough(known), with_enough(known[len(seen) :])
            years.append(statistics_array(values))
            last = np.where(np.isnan(last).all(axis=0), values, last)
            rest = np.where(np.isnan(rest).all(axis=0), coming, rest)
        latest, before = (
            statistics_array(with_enough(_at_least(history.values, end - TWELVE, end)))
            for end in (len(history.values), len(history.values) - TWELVE)
        )
        return cls(seen, last, rest, years, (latest, before))


def _at_least(values: FloatArray, first: int, after: int) -> FloatArray:
    """Give some rows, with unknown ones where they lie before the first."""
    lacking = np.full((max(0, -first), *values.shape[1:]), np.nan)
    return np.concatenate([lacking, values[max(0, first) : max(0, after)]])[: after - first]


def with_enough(values: FloatArray) -> FloatArray:
    """Blank the cities and pollutants that lack too many of the days."""
    known = np.isfinite(values).mean(axis=0) if len(values) else np.zeros(values.shape[1:])
    return np.where(known >= ENOUGH, values, np.nan)


def _years_earlier(history: Panel, days: Days, back: int) -> FloatArray:
    """Values of the same calendar days some years earlier; 29 February may stand for the 28th."""
    months = days.astype("datetime64[M]")
    offset = (days - months).astype(int)
    earlier = months - 12 * back
    length = ((earlier + 1).astype("datetime64[D]") - earlier.astype("datetime64[D]")).astype(int)
    wanted = earlier.astype("datetime64[D]") + np.minimum(offset, length - 1)
    row = (wanted - history.days[0]).astype(int)
    inside = (row >= 0) & (row < len(history.days))
    values: FloatArray = history.values[np.clip(row, 0, len(history.days) - 1)]
    return np.where(inside[:, None, None], values, np.nan)


def last_year(past: Past) -> FloatArray:
    """Last year's statistics again."""
    return statistics_array(past.last)


def ytd(past: Past) -> FloatArray:
    """Take the statistics of the period to date, as if the rest were like them."""
    return statistics_array(past.seen) if len(past.seen) else np.full(past.last.shape[1:], np.nan)


def ytd_last_remainder(past: Past) -> FloatArray:
    """Complete the year to date with last year's values of the remaining days."""
    both = statistics_array(np.concatenate([past.seen, past.rest]))
    lacking = (
        np.isnan(past.rest).all(axis=0) if len(past.rest) else np.zeros(both.shape, dtype=bool)
    )
    return np.where(lacking, np.nan, both)


def ratio(past: Past) -> FloatArray:
    """Annualise: year to date × last year's (whole period / same days)."""
    same_days = statistics_array(past.last[: len(past.seen)])
    factor = statistics_array(past.last) / np.where(same_days > 0, same_days, np.nan)
    return statistics_array(past.seen) * factor


def climatology(past: Past) -> FloatArray:
    """Mean statistics of all past years."""
    if not past.years:
        return np.full(past.seen.shape[1:], np.nan)
    years = np.stack(past.years)
    known = np.isfinite(years)
    total = np.where(known, years, 0.0).sum(axis=0)
    return np.where(known.any(axis=0), total / np.maximum(known.sum(axis=0), 1), np.nan)


def mean_to_date(past: Past) -> FloatArray:
    """Average the period to date, as it is and completed by last year's rest."""
    return (ytd(past) + ytd_last_remainder(past)) / 2


def twelve_months(past: Past) -> FloatArray:
    """Take the latest twelve months, as if the period were like them."""
    return past.recent[0]


def half_drift(past: Past) -> FloatArray:
    """Let the latest twelve months change on half as much as they did."""
    latest, before = past.recent
    return latest * np.sqrt(latest / np.where(before > 0, before, np.nan))


Point = Callable[[Past], FloatArray]


@dataclass(frozen=True)
class Baseline:
    """A point forecast with the distribution of its own past errors.

    Attributes
    ----------
    name : str
    formula : callable
        From :class:`Past` to statistics [city, pollutant]; NaN where it cannot say.
    fades : bool
        Whether its error vanishes towards the period's end (it uses the observed part).
    """

    name: str
    formula: Point
    fades: bool

    def point(self, history: Panel, period: Period) -> FloatArray:
        """Give the point forecast [city, pollutant] [µg/m³, co in mg/m³].

        Where the formula lacks a past year, the year to date stands in, then last year, then the
        median of the other cities.
        """
        past = Past.of(history, period)
        result = self.formula(past)
        for substitute in (ytd, last_year):
            result = np.where(np.isnan(result), substitute(past), result)
        for k in range(result.shape[1]):
            known = result[np.isfinite(result[:, k]), k]
            middle = float(np.median(known)) if len(known) else np.nan
            result[np.isnan(result[:, k]), k] = middle
        return result

    def errors(self, history: Panel, period: Period) -> list[FloatArray]:
        """Give the log errors at the pseudo-origins, each [city, 6]; rows may hold NaN.

        A pseudo-origin is the same calendar day of a past year; the baseline there sees only the
        days up to it.
        """
        result = []
        as_of = Period(min(period.start, history.last_day), history.last_day)
        then, target = as_of, period
        while target.start.year > history.first_day.year:
            then, target = then.year_earlier(), target.year_earlier()
            if then.end < history.first_day:
                break
            truth = statistics_array(with_enough(history.between(target.start, target.end).values))
            guess = self.formula(Past.of(history.until(then.end), target))
            with np.errstate(divide="ignore", invalid="ignore"):
                error = np.log(truth / guess)
            error[~np.isfinite(error)] = np.nan
            if np.isfinite(error).all(axis=1).sum() >= min(MIN_ERRORS, len(error)):
                result.append(error)
        return result

    def draw_statistics(
        self, history: Panel, period: Period, *, draws: int, seed: int
    ) -> Iterator[Statistics]:
        """Give the dressed point forecast; see the module's notes."""
        point = self.point(history, period)
        left = (period.end - history.last_day).days / period.days
        size = float(np.sqrt(np.clip(left, 0.0, 1.0))) if self.fades else 1.0
        shared, own = error_roots(self.errors(history, period), size)
        rng = np.random.default_rng([seed, 5])
        chunk = max(50, CELLS // len(point))
        for first in range(0, draws, chunk):
            count = min(chunk, draws - first)
            logs = (rng.standard_normal((count, 1, len(POLLUTANTS))) * shared) + (
                rng.standard_normal((count, *point.shape)) @ own.T
            )
            yield (point * np.exp(logs)).astype(np.float32)


def error_roots(errors: Sequence[FloatArray], size: float) -> tuple[FloatArray, FloatArray]:
    """Size of past errors: the part all cities share, and each city's own.

    Parameters
    ----------
    errors : sequence of ndarray, shape [city, 6]
        Log errors at each pseudo-origin.
    size : float
        Factor on the prior sizes, for a lead shorter than a year.

    Returns
    -------
    shared : ndarray, shape [6]
        Standard deviation of the error that all cities share: root mean square of the medians over
        cities, with the prior counted as one more pseudo-origin.
    own : ndarray, shape [6, 6]
        Root of the covariance between pollutants of each city's own error.
    """
    medians = [np.nanmedian(error, axis=0) for error in errors]
    squares = [median**2 for median in medians]
    squares.append(np.full(len(POLLUTANTS), (PRIOR_SHARED * size) ** 2))
    shared = np.sqrt(np.mean(squares, axis=0))
    if not errors:
        return shared, PRIOR_ERROR * size * np.eye(len(POLLUTANTS))
    own = np.concatenate([e - m for e, m in zip(errors, medians, strict=True)])
    own = own[np.isfinite(own).all(axis=1)]
    covariance: NDArray[np.float64] = own.T @ own / len(own)
    values, vectors = np.linalg.eigh(covariance)
    return shared, vectors * np.sqrt(np.maximum(values, 0.0))


BASELINES: dict[str, Baseline] = {
    baseline.name: baseline
    for baseline in (
        Baseline("last_year", last_year, fades=False),
        Baseline("ytd", ytd, fades=True),
        Baseline("ytd_last_remainder", ytd_last_remainder, fades=True),
        Baseline("ratio", ratio, fades=True),
        Baseline("climatology", climatology, fades=False),
    )
}
"""Of the running year, by name."""
OF_PARTS = {
    baseline.name: baseline
    for baseline in (
        *(BASELINES[name] for name in ("last_year", "ytd", "ytd_last_remainder")),
        Baseline("mean_to_date", mean_to_date, fades=True),
    )
}
"""Of months and quarters."""
AHEAD: dict[str, JointModel] = {
    model.name: model
    for model in (
        BASELINES["last_year"],
        ThisYear(),
        Baseline("twelve_months", twelve_months, fades=False),
        Baseline("half_drift", half_drift, fades=False),
    )
}
"""Of years ahead."""
RIVALS: dict[str, Mapping[str, JointModel]] = {
    "year": BASELINES,
    "month": OF_PARTS,
    "quarter": OF_PARTS,
    "next": AHEAD,
    "next2": AHEAD,
}
"""The baselines of each kind of period."""


def get_model(name: str) -> JointModel:
    """Give a model by name.

    Raises
    ------
    InputError
        If there is no such model.
    """
    models: tuple[JointModel, ...] = (RemainderForecaster(), *BASELINES.values())
    models += (*OF_PARTS.values(), *AHEAD.values(), Hindsight())
    everything = {model.name: model for model in models}
    if name not in everything:
        known = Listed(everything)
        raise InputError("unknown model {name!r}: expected one of {known}", name=name, known=known)
    return everything[name]
