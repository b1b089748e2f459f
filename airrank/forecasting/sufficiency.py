"""What is known of a period so far, and whether it suffices for odds.

The rule of all commands: with less than half of the elapsed days known, of the list's cities or of
the city asked for, there are no odds and no verdict. Above it what is missing is drawn, and told.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from airrank.errors import InputError, InsufficientDataError
from airrank.panel import Panel
from airrank.periods import Period
from airrank.rules.standards import POLLUTANTS
from airrank.terms import POLLUTANT_NAMES
from airrank.words import Percent, Some, Text

MIN_HISTORY_DAYS = 180
"""Days of history before the first unknown day below which the season is unknown."""
LEAST_KNOWN = 0.5
"""Share of the values of the elapsed days that must be known."""
DAYS_A_MINUTE = 60
"""Of the archive, which is asked once a second."""
FEW = 8
"""Cities named in a message."""


def refuse_before(history: Panel, period: Period) -> None:
    """Refuse a period of which nothing can be known.

    Raises
    ------
    InputError
        If it was over before the data begin.
    """
    if period.end < history.first_day:
        raise InputError(
            "the period {period} was over before the first day of the data, {first}; choose a "
            "later period, or older data",
            period=period,
            first=history.first_day,
        )


def refuse_gaps(history: Panel, period: Period, city: str | None = None) -> None:
    """Refuse odds of a period before the data, or of whose elapsed days less than half is known.

    Parameters
    ----------
    history : Panel
        The days up to and including that of the forecast.
    period : Period
    city : str, optional
        The city asked for; all of the list without it.

    Raises
    ------
    InputError
        If the period was over before the data begin.
    InsufficientDataError
        Says what is known, and how to fill the gap.
    """
    refuse_before(history, period)
    elapsed = period.to_date(history.last_day)
    if elapsed is None:
        return
    part = history.between(elapsed.start, elapsed.end)
    known = ~np.isnan(part.values)
    if city is not None:
        known = known[:, [history.cities.index(city)]]
    share = float(known.mean())
    if share >= LEAST_KNOWN:
        return
    lacking = np.flatnonzero(known.mean(axis=(1, 2)) < LEAST_KNOWN)
    days = part.days[lacking] if len(lacking) else part.days
    start, end = days[0].item(), days[-1].item()
    many = Text("the {number} cities", number=len(history.cities))
    raise InsufficientDataError(
        "insufficient data: of the {days} days of {elapsed}, {share} of the values of {cities} "
        "are known; odds need half. Fill the gap: {command} (about {minutes} min).",
        days=elapsed.days,
        elapsed=elapsed,
        share=Percent(100 * share),
        cities=many if city is None else history.ranking_list.resolve(city),
        command=f"airrank update --source archive --since {start}",
        minutes=-(-(end - start).days // DAYS_A_MINUTE) or 1,
    )


def gap_caveat(history: Panel, period: Period, unknown: NDArray[np.bool_]) -> Text | None:
    """Name the gaps of a period's elapsed days that were drawn; None without any.

    Parameters
    ----------
    history : Panel
    period : Period
    unknown : ndarray of bool, shape [day, city, pollutant]
        What was drawn of the period's days.
    """
    elapsed = period.to_date(history.last_day)
    if elapsed is None or not unknown[: elapsed.days].any():
        return None
    gap = unknown[: elapsed.days]
    cities = np.flatnonzero(gap.any(axis=(0, 2)))
    missing = gap[:, cities].mean(axis=(1, 2))
    days = np.flatnonzero(missing >= missing.max() / 2)  # not the single days around the gap
    start = np.datetime64(elapsed.start, "D")
    names = [history.ranking_list.cities[k] for k in cities]
    return Text(
        "gaps from {first} to {last}, {share} of the elapsed days' values, in {number} cities "
        "({cities}): drawn like days to come",
        first=(start + days[0]).item(),
        last=(start + days[-1]).item(),
        share=Percent(100 * float(gap.mean()), 1),
        number=len(cities),
        cities=Some(names, FEW),
    )


def refuse_too_little(history: Panel, period: Period) -> None:
    """Raise where no honest forecast of unknown days is possible.

    Raises
    ------
    InsufficientDataError
        If a pollutant or a city is unknown altogether, or the history is too short.
    """
    known: NDArray[np.bool_] = ~np.asarray(np.isnan(history.values))
    for k, pollutant in enumerate(POLLUTANTS):
        if not known[..., k].any():
            raise InsufficientDataError(
                "insufficient data: no city has any {pollutant} up to {last_day}; the "
                "composite index needs all six pollutants",
                pollutant=POLLUTANT_NAMES[pollutant],
                last_day=history.last_day,
            )
    seen: NDArray[np.bool_] = np.asarray(known.any(axis=(0, 2)))
    empty = [city for city, any_known in zip(history.cities, seen, strict=True) if not any_known]
    if empty:
        raise InsufficientDataError(
            "insufficient data: no record up to {last_day} of {missing} of the {number} "
            "cities ({cities}). Add their data, or give --panel a list without them.",
            last_day=history.last_day,
            missing=len(empty),
            number=len(history.cities),
            cities=Some(empty, FEW),
        )
    complete = np.any(np.all(known, axis=2), axis=1)
    before = int(complete[history.days < np.datetime64(period.start)].sum())
    if before < MIN_HISTORY_DAYS:
        raise InsufficientDataError(
            "insufficient data: {before} days with data before {start}; a forecast of {period} "
            "needs at least {least} to know the seasons",
            before=before,
            start=period.start,
            period=period,
            least=MIN_HISTORY_DAYS,
        )
