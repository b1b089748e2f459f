"""Dust days (沙尘天): which city-days a dust mode deducts, and what to tell the reader of it.

The national ranking deducts dust days from PM10, PM2.5 and the composite index and keeps them in
the ratios of good and heavy days (环办监测〔2016〕120号; the ministry's monthly reports). The
official list comes weeks later and is not public day by day, so that there are four modes:
``keep``; ``deduct`` the days of an imported list or marked in the data; ``proxy``, days that look
like dust; ``auto``. Periods that end in July 2018 or later, when the ranking of 169 cities began,
are then read as ``list_or_proxy``: what a list marks in the months and provinces that it speaks of,
elsewhere what the proxy finds; earlier ones as ``keep``: the official months of 2017 hold their
dust, those of 2019 do not.

The proxy, for one city and day, from its own daily values of that day and of days before:

* PM10 is at least 150 µg/m³, the daily limit of GB 3095-2012;
* PM2.5/PM10 is at most 0.45;
* PM10 is at least 1.5 times its median over the 30 days before, if five of them are known: dust
  comes and goes, while a coarse winter or a building site stays.

The three numbers were chosen by looking at scores: with dust days so deducted, the monthly means of
PM2.5 of 2019-01 … 2019-06, rounded to integers, differ from the official ones by 0.46 µg/m³ on
average over the 168 cities (kept: 0.71), in May by 0.54 (kept: 1.84), and no month is worse than
kept by more than 0.02. They lie in the middle of a plateau; leaving out each month in turn when
choosing gives 0.48. Hour-wise deduction, after the rule that dust starts where PM10 is twice the
mean of the six hours before, gives 0.52 at best. See ``tests/benchmarks/bench_dust.py``.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from airrank.cities import RankingList
from airrank.periods import Period
from airrank.rules.choices import DEDUCTED_SINCE, LIST_OR_PROXY
from airrank.rules.standards import POLLUTANTS
from airrank.words import Text

PARTICLES = np.isin(POLLUTANTS, ("pm25", "pm10"))
"""Which of ``POLLUTANTS`` a dust day loses."""
LEAST_PM10 = 150.0
"""Daily mean of PM10 of a dust day [µg/m³]."""
LARGEST_RATIO = 0.45
"""PM2.5/PM10 of a dust day [1]."""
LEAST_RISE = 1.5
"""PM10 of a dust day over its usual value [1]."""
USUAL_DAYS, LEAST_USUAL_DAYS = 30, 5
"""The usual value is the median of so many days before; of fewer known ones there is none."""

BoolArray = NDArray[np.bool_]


def proxy_days(values: NDArray[np.float64]) -> BoolArray:
    """Find the city-days that look like dust; see the module's text.

    Parameters
    ----------
    values : ndarray, shape [day, city, pollutant]
        Concentrations [µg/m³, co in mg/m³] of consecutive days in the order of ``POLLUTANTS``; NaN
        where missing.

    Returns
    -------
    ndarray of bool, shape [day, city]
        No day depends on a later one, no city on another.
    """
    pm25, pm10 = (values[..., POLLUTANTS.index(name)] for name in ("pm25", "pm10"))
    found = (pm10 >= LEAST_PM10) & (pm25 <= LARGEST_RATIO * pm10)  # False where missing
    day, city = np.nonzero(found)  # one in a hundred
    before = np.pad(pm10, ((USUAL_DAYS, 0), (0, 0)), constant_values=np.nan)
    past = before[day[:, None] + np.arange(USUAL_DAYS), city[:, None]]
    unknown = np.isnan(past).sum(axis=1) > USUAL_DAYS - LEAST_USUAL_DAYS
    past[unknown] = 0.0
    found[day, city] = pm10[day, city] >= LEAST_RISE * np.nanmedian(past, axis=1)
    return found


def marked_or_likely(
    days: NDArray[np.datetime64], marked: BoolArray, likely: BoolArray, ranking_list: RankingList
) -> BoolArray:
    """Give the marked days where marks are, else those that look like dust.

    A list decides for its own province and calendar month: all that it does not mark there is no
    dust.

    Parameters
    ----------
    days : ndarray of datetime64[D], shape [day]
    marked, likely : ndarray of bool, shape [day, city]
        Days marked in the data or by an imported list, and those that :func:`proxy_days` finds.
    ranking_list : RankingList
        The cities, in the order of the second axis; those without a province count as one.
    """
    if not marked.any():
        return likely
    provinces, province = np.unique([c.province for c in ranking_list.cities], return_inverse=True)
    month = days.astype("datetime64[M]").astype(int)
    month -= month[0]
    day, city = np.nonzero(marked)
    spoken = np.zeros((month[-1] + 1, len(provinces)), dtype=bool)
    spoken[month[day], province[city]] = True
    return np.where(spoken[month[:, None], province], marked, likely)


def dust_caveat(mode: str, count: int, period: Period | None) -> Text | None:
    """Say what a reader must know of the dust mode.

    Parameters
    ----------
    mode : str
        Not ``auto``, but what it is in the period.
    count : int
        City-days deducted.
    period : Period, optional
        In which days.
    """
    if mode == "keep":
        if period is not None and period.end < DEDUCTED_SINCE:
            return Text("dust days not deducted, as in the official figures of the time")
        return Text("dust days not deducted; the national ranking deducts them")
    if mode == "deduct":
        return (
            None
            if count
            else Text(
                "nothing was deducted: no dust day of {period} is listed or marked in the data",
                period=period,
            )
        )
    criteria = Text(
        "PM10 ≥ {least:.0f} µg/m³, PM2.5/PM10 ≤ {ratio:g}, PM10 ≥ {rise:g} × the median of the "
        "{days} days before",
        least=LEAST_PM10,
        ratio=LARGEST_RATIO,
        rise=LEAST_RISE,
        days=USUAL_DAYS,
    )
    told = {"count": count, "period": period, "criteria": criteria}
    if mode == LIST_OR_PROXY:
        return Text(
            "{count} city-days of {period} deducted as dust: those of a list where there is one, "
            "elsewhere by a proxy ({criteria}); the official list may differ",
            **told,
        )
    return Text(
        "{count} city-days of {period} deducted as dust by a proxy ({criteria}); the official list "
        "may differ",
        **told,
    )
