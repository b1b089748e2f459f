"""Dust days (沙尘天): which city-days a dust mode deducts, and what to tell the reader of it.

The national ranking deducts dust days from PM10, PM2.5 and the composite index and keeps them in
the ratios of good and heavy days. The official list comes weeks later and is not public day by day,
so that there are three modes: ``keep``; ``deduct`` the days of an imported list or marked in the
data; ``proxy``, days that look like dust.

The proxy, for one city and day, from that day's values alone:

* PM10 is at least 400 µg/m³. A published reverse-engineering of official monthly means puts the
  official criterion there.
* PM2.5/PM10 is at most 0.4. Among the 1266 bundled city-days with such PM10 the ratio has two
  peaks, 0.2 … 0.3 (dust) and 0.6 … 0.8 (winter haze, fireworks), and 34 values between 0.4 and 0.5;
  up to 0.4 five in six of them fall in March to May, above 0.5 one in sixty.
* Another city within 500 km has PM10 of at least 200 µg/m³ at such a ratio: one broken instrument
  or one building site is not dust. The ranked cities lie far apart where dust comes from (兰州 has
  one other within 300 km), so one witness must do and the circle must be wide; 乌鲁木齐 and 拉萨
  have none at all, so their dust is never found.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from airrank.cities import RankingList
from airrank.distance import distances_km
from airrank.periods import Period
from airrank.rules.standards import POLLUTANTS
from airrank.words import Text, counted

PARTICLES = np.isin(POLLUTANTS, ("pm25", "pm10"))
"""Which of ``POLLUTANTS`` a dust day loses."""
LEAST_PM10 = 400.0
"""Daily mean of PM10 of a dust day [µg/m³]."""
LARGEST_RATIO = 0.4
"""PM2.5/PM10 of a dust day, and of its witness [1]."""
WITNESS_PM10 = 200.0
"""Daily mean of PM10 of another city that makes it a matter of the region [µg/m³]."""
REACH_KM = 500.0
"""How far away the witness may be [km]."""

BoolArray = NDArray[np.bool_]


def proxy_days(values: NDArray[np.float64], ranking_list: RankingList) -> BoolArray:
    """Find the city-days that look like dust; see the module's text.

    Parameters
    ----------
    values : ndarray, shape [day, city, pollutant]
        Concentrations [µg/m³, co in mg/m³] in the order of ``POLLUTANTS``; NaN where missing.
    ranking_list : RankingList
        The cities, in the order of the second axis.

    Returns
    -------
    ndarray of bool, shape [day, city]
        No day depends on another.
    """
    pm25, pm10 = (values[..., POLLUTANTS.index(name)] for name in ("pm25", "pm10"))
    coarse = (pm10 >= WITNESS_PM10) & (pm25 <= LARGEST_RATIO * pm10)  # False where missing
    high = coarse & (pm10 >= LEAST_PM10)
    found = np.zeros(high.shape, dtype=bool)
    days = np.flatnonzero(high.any(axis=1))  # a few a year
    witnesses = coarse[days].astype(np.intp) @ near(ranking_list).astype(np.intp)
    found[days] = high[days] & (witnesses > 0)
    return found


def near(ranking_list: RankingList) -> BoolArray:
    """Tell which cities can witness each other's dust, shape [city, city].

    Those within :data:`REACH_KM`. Where either has no coordinates: those of one province or, if
    either has none, any other city of the list, which then counts as one region.
    """
    cities = ranking_list.cities
    lon, lat = (
        [np.nan if (x := getattr(c, name)) is None else x for c in cities]
        for name in ("lon", "lat")
    )
    distance = distances_km(lon, lat)
    province = np.array([c.province for c in cities], dtype=object)
    named = province != ""
    neighbours = (province[:, None] == province) | ~(named[:, None] & named)
    result = np.where(np.isnan(distance), neighbours, distance <= REACH_KM).astype(bool)
    np.fill_diagonal(result, val=False)
    return result


def dust_caveat(
    mode: str, count: int, period: Period | None, ranking_list: RankingList
) -> Text | None:
    """Say what a reader must know of the dust mode.

    Parameters
    ----------
    mode : str
    count : int
        City-days deducted.
    period : Period, optional
        In which days; not asked for where dust is kept.
    ranking_list : RankingList
        The cities looked at.
    """
    if mode == "keep":
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
    bare = sum(city.lon is None or city.lat is None for city in ranking_list.cities)
    told = Text(
        "{count} city-days of {period} deducted as dust by a proxy (PM10 ≥ {least:.0f} µg/m³, "
        "PM2.5/PM10 ≤ {ratio:g}, another such city within {reach:.0f} km); the official list may "
        "differ",
        count=count,
        period=period,
        least=LEAST_PM10,
        ratio=LARGEST_RATIO,
        reach=REACH_KM,
    )
    if not bare:
        return told
    without = counted(
        "{n} city without coordinates: judged by province or list",
        "{n} cities without coordinates: judged by province or list",
        bare,
    )
    return Text("{told}; {without}", told=told, without=without)
