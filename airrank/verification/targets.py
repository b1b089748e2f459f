"""What a backtest forecasts, and from which days: kinds of periods."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from airrank.errors import check_choice
from airrank.periods import Period, month_ends

YEARS_AHEAD = {"year": 0, "next": 1, "next2": 2}
"""Kinds whose target is a calendar year: how many years after the day of the forecast's."""
KINDS = ("month", "quarter", *YEARS_AHEAD)
MIDDLE = 15
"""Day of the month from which a month is forecast."""


def targets(
    year: int, kind: str, origin_days: Callable[[int], list[date]]
) -> list[tuple[date, Period]]:
    """Give the days and periods of which a year's forecasts are made.

    Parameters
    ----------
    year : int
        In which the periods lie.
    kind : {"month", "quarter", "year", "next", "next2"}
        Months as of their 15th, quarters after two months, the running year, the next year and the
        one after from days of the year before and of that before it.
    origin_days : callable
        Gives the days of a year from which calendar years are forecast.

    Raises
    ------
    InputError
        If there is no such kind.

    Examples
    --------
    >>> day, quarter = targets(2017, "quarter", lambda year: [])[0]
    >>> str(day), str(quarter)
    ('2017-02-28', '2017Q1')
    """
    if check_choice("period", kind, KINDS) in YEARS_AHEAD:
        return [(day, Period.of_year(year)) for day in origin_days(year - YEARS_AHEAD[kind])]
    if kind == "month":
        return [(date(year, m, MIDDLE), Period.of_month(year, m)) for m in range(1, 13)]
    ends = list(month_ends(date(year, 1, 1), date(year, 12, 31)))
    return [(ends[m], Period.of_months(year, m, m + 2)) for m in range(1, 12, 3)]
