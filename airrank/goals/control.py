"""What it would take: control values of the remaining days (年剩余日控制值) and days to spare."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from math import floor, inf

import numpy as np
import pandas as pd

from airrank.errors import InputError
from airrank.goals.days import DaysSoFar, counts_so_far, days_so_far
from airrank.goals.plan import Goal
from airrank.goals.values import RATIO_DECIMALS, published_decimals
from airrank.goals.verdicts import count_bound
from airrank.panel import Panel
from airrank.periods import Period
from airrank.rules.choices import Rules, mode_of_days
from airrank.rules.evaluation import PERCENTILES
from airrank.rules.standards import POLLUTANTS

TREND_DAYS = 90
"""Days from which the period to date tells a year's level; before, the last 365 do."""


def remaining_control_value(
    target: float, mean_so_far: float, days_so_far: int, days_in_year: int
) -> float:
    """Mean that the remaining days may have for the year to end at a target.

    T·D = YTD·d + x·(D − d), solved for x.

    Parameters
    ----------
    target : float
        Mean of the whole year, T [µg/m³].
    mean_so_far : float
        Mean to date, YTD [µg/m³].
    days_so_far : int
        Days with a value so far, d.
    days_in_year : int
        Days of the year, D; the days so far without a value left out.

    Returns
    -------
    float
        x [µg/m³]; below zero the target is out of reach.

    Raises
    ------
    InputError
        If no day remains or the numbers of days make no sense.

    Examples
    --------
    Wei county, 2020, with a target of 57.14 µg/m³ on day 209 of 366:

    >>> round(remaining_control_value(57.14, 58, 209, 366))
    56
    """
    if not 0 <= days_so_far < days_in_year:
        raise InputError(
            "expected fewer days so far than in the year, found {days_so_far} of "
            "{days_in_year}; on the last day nothing remains to be controlled",
            days_so_far=days_so_far,
            days_in_year=days_in_year,
        )
    left = days_in_year - days_so_far
    return (target * days_in_year - mean_so_far * days_so_far) / left


def implied_target(
    mean_so_far: float, days_so_far: int, days_in_year: int, remaining_mean: float
) -> float:
    """Mean of the whole year that a mean of the remaining days leads to [µg/m³].

    Examples
    --------
    >>> round(implied_target(58, 209, 366, 56)), round(implied_target(55, 348, 366, 95))
    (57, 57)
    """
    left = days_in_year - days_so_far
    return (mean_so_far * days_so_far + remaining_mean * left) / days_in_year


def highest_mean(goal: Goal, decimals: int | None) -> float:
    """Give the highest unrounded figure that still rounds to one within a goal [unit of the goal].

    "Below 36" with integers is a rounded mean of at most 35, hence up to 35.5. The bound itself
    rounds half to even, so it may belong to either side.

    Examples
    --------
    >>> from airrank.goals.plan import load_plan
    >>> pm25, = load_plan().select(["pm25_2025"])
    >>> highest_mean(pm25, 0), highest_mean(pm25, 1), highest_mean(pm25, None)
    (35.5, 35.95, 36.0)
    """
    if goal.comparison not in {"lt", "le"}:
        raise InputError(
            "goal {goal} sets no upper bound, so it has no control value", goal=goal.id
        )
    target = goal.values[0]
    if decimals is None:
        return float(target)
    unit = Decimal(1).scaleb(-decimals)
    steps = target / unit
    last = floor(steps)
    if goal.comparison == "lt" and last == steps:
        last -= 1
    return float((last + Decimal("0.5")) * unit)


def exceedances_allowed(days: int, percentile: int) -> int:
    """Days above a threshold that leave a percentile at or below it for certain (HJ 663, annex A).

    The percentile lies between the values at ranks s and s + 1, k = 1 + (n − 1)·p: with rank s + 1
    at or below the threshold, so is the percentile, whatever the days above it bring.

    Examples
    --------
    >>> exceedances_allowed(365, 90), exceedances_allowed(365, 95)
    (36, 18)
    """
    scaled = 100 + (days - 1) * percentile  # hundredths of the rank k
    highest_needed = scaled // 100 + (1 if scaled % 100 else 0)
    return days - highest_needed


@dataclass(frozen=True)
class Unusual:
    """How a needed remainder compares with the city's own past ones, the trend taken out.

    ``percentile`` [%] is the share of past remainders at least as clean, in relation to their
    year's level, as the one needed; ``years`` are those compared.
    """

    percentile: float
    years: tuple[int, ...]


def unusualness(
    panel: Panel, city: str, period: Period, as_of: date, pollutant: str, needed: float
) -> Unusual | None:
    """Compare a needed mean of the remaining days with the city's past remainders.

    The trend is taken out by dividing each remainder by its own year's level: the mean from the
    period's first day to the same day, early in the period the mean of the 365 days before. None
    without a past year that has both nearly complete, or where a level is zero.
    """
    k, column = POLLUTANTS.index(pollutant), panel.cities.index(city)
    series = panel.values[:, column, k]
    level = _level(panel, series, period.start, as_of)
    ratios = {}
    for ago in range(as_of.year - panel.first_day.year, 0, -1):
        year = as_of.year - ago
        day = as_of.replace(year=year, day=min(as_of.day, 28) if as_of.month == 2 else as_of.day)
        past = period.years_earlier(ago)
        before = _level(panel, series, past.start, day)
        rest = _mean(panel, series, Period(day + timedelta(days=1), past.end))
        if before > 0 and np.isfinite(rest):
            ratios[year] = rest / before
    if not ratios or not level > 0:
        return None
    share = np.mean([ratio <= needed / level for ratio in ratios.values()])
    return Unusual(float(100 * share), tuple(ratios))


def _level(panel: Panel, series: np.ndarray, start: date, day: date) -> float:
    if (day - start).days + 1 < TREND_DAYS:
        start = day - timedelta(days=364)
    return _mean(panel, series, Period(start, day))


def _mean(panel: Panel, series: np.ndarray, period: Period) -> float:
    values = series[panel.inside(period.start, period.end)]
    known = values[~np.isnan(values)]
    return float(known.mean()) if len(known) >= 0.8 * period.days else float("nan")


def control_table(
    panel: Panel,
    city: str,
    period: Period,
    as_of: date,
    goals: tuple[Goal, ...] = (),
    rules: Rules | None = None,
) -> pd.DataFrame:
    """Give what the rest of the year may bring, pollutant by pollutant.

    The targets are those of the goals, and the Grade II limits for pollutants without one.

    Returns
    -------
    DataFrame
        By pollutant: ``target`` (as published), ``bound`` (the highest unrounded figure within
        it), ``so_far``, ``days_so_far``, ``days_remaining``; for means ``control`` [µg/m³], the
        mean the remaining days may have, ``change_needed`` (control / so far − 1),
        ``unusual_percentile`` and ``past_years``; for CO and O3 ``above_so_far`` and
        ``above_affordable``, days above the bound. ``basis`` says where the target comes from.
    """
    rules = (rules or Rules()).during(period)
    so_far = days_so_far(panel, city, period, as_of, rules.dust)
    edition = rules.on(period)
    decimals = edition.period_decimals(period.end)
    by_indicator = {goal.indicator: goal for goal in goals if goal.comparison in {"lt", "le"}}
    history, rows = panel.until(as_of).without_dust(rules.dust), {}
    for k, pollutant in enumerate(POLLUTANTS):
        goal = by_indicator.get(pollutant)
        if goal is not None:
            bound = highest_mean(goal, published_decimals(goal, rules, period))
            target, basis = float(goal.values[0]), goal.id
        else:
            target = float(edition.index_limits[pollutant])
            bound, basis = target + 0.5 * 10.0 ** -decimals[pollutant], "Grade II"
        rows[pollutant] = {
            "basis": basis,
            "target": target,
            "bound": bound,
            **_control_row(history, city, period, as_of, so_far, k, bound),
        }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("pollutant")


def _control_row(
    panel: Panel, city: str, period: Period, as_of: date, so_far: DaysSoFar, k: int, bound: float
) -> dict[str, object]:
    pollutant, days, left = POLLUTANTS[k], int(so_far.valid[k]), so_far.remaining
    row: dict[str, object] = {"days_so_far": days, "days_remaining": left}
    if pollutant in PERCENTILES:
        above = int((so_far.values[:, k] > bound).sum())
        allowed = exceedances_allowed(days + left, PERCENTILES[pollutant])
        return {**row, "above_so_far": above, "above_affordable": allowed - above}
    mean = float(so_far.mean()[k])
    row["so_far"] = mean
    if left and days:
        control = remaining_control_value(bound, mean, days, days + left)
        unusual = unusualness(panel, city, period, as_of, pollutant, control)
        row["control"] = control
        row["change_needed"] = control / mean - 1 if mean else inf
        if unusual is not None:
            row["unusual_percentile"] = unusual.percentile
            row["past_years"] = len(unusual.years)
    return row


@dataclass(frozen=True)
class DayMargin:
    """Days still to spare for a share-of-days goal (优良天余量).

    Attributes
    ----------
    goal : str
    so_far : int
        Good or heavy days so far.
    bound : int
        Good days needed, or heavy days allowed, in the whole year.
    affordable : int
        Days of the remaining ones that may be bad (not good, or heavy); below zero it is lost.
    remaining, of : int
        Days remaining, and days with an AQI in the year if all remaining have one.
    """

    goal: str
    so_far: int
    bound: int
    affordable: int
    remaining: int
    of: int


def day_margin(goal: Goal, so_far: int, valid: int, remaining: int) -> DayMargin | None:
    """Give the days to spare for a goal on good or heavy days; None if no count reaches it."""
    of = valid + remaining
    bound = count_bound(goal, of, RATIO_DECIMALS if goal.decimals is None else goal.decimals)
    if bound is None:
        return None
    limits = goal.comparison in {"lt", "le"}
    affordable = bound - so_far if limits else so_far + remaining - bound
    return DayMargin(goal.id, so_far, bound, affordable, remaining, of)


def day_margins(
    panel: Panel,
    city: str,
    period: Period,
    as_of: date,
    goals: tuple[Goal, ...],
    rules: Rules | None = None,
) -> list[DayMargin]:
    """Give the days to spare for every goal on good or heavy days."""
    rules = (rules or Rules()).during(period)
    so_far = days_so_far(panel, city, period, as_of, mode_of_days(rules.dust))
    edition = rules.on(period).name
    good, heavy, valid = counts_so_far(so_far, edition)
    counted = {"good_day_ratio": good, "heavy_day_ratio": heavy}
    margins = [
        day_margin(goal, counted[goal.indicator], valid, so_far.remaining)
        for goal in goals
        if goal.indicator in counted
    ]
    return [margin for margin in margins if margin is not None]
