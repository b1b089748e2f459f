"""Periods as people write them: a year, a month, a quarter, January to a month, any days."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from airrank.errors import InputError
from airrank.ingest.limits import FIRST_YEAR, LAST_YEAR

_FORMS = "2017, 2017-09, 2017Q3, 2017-01..2017-09 or 2017-01-01..2017-09-24"


@dataclass(frozen=True)
class Period:
    """Calendar days from ``start`` to ``end``, both inclusive."""

    start: date
    end: date

    def __post_init__(self) -> None:
        if self.end < self.start:
            raise InputError(f"the period ends on {self.end}, before it starts on {self.start}")

    def __str__(self) -> str:
        return f"{self.start}..{self.end}"

    @property
    def days(self) -> int:
        """Number of calendar days."""
        return (self.end - self.start).days + 1

    def year_earlier(self) -> Period:
        """Give the same period of the year before; a period to 29 February ends on the 28th."""
        # A month's end stays a month's end; 28 February of a leap year is none.
        last = _year_earlier(self.end + timedelta(days=1)) - timedelta(days=1)
        return Period(_year_earlier(self.start), max(last, _year_earlier(self.end)))


def _year_earlier(day: date) -> date:
    return day.replace(year=day.year - 1, day=28 if (day.month, day.day) == (2, 29) else day.day)


def parse_period(text: str) -> Period:
    """Read a period.

    Raises
    ------
    InputError
        If the text is none of the forms.

    Examples
    --------
    >>> str(parse_period("2017Q3"))
    '2017-07-01..2017-09-30'
    >>> str(parse_period("2017-01..2017-09").year_earlier())
    '2016-01-01..2016-09-30'
    """
    first, dots, last = text.strip().partition("..")
    start, end = _part(first, text), _part(last, text) if dots else _part(first, text)
    return Period(start.start, end.end)


def _part(text: str, whole: str) -> Period:
    match = re.fullmatch(r"(\d{4})(?:-?[Qq]([1-4])|-(\d{1,2})(?:-(\d{1,2}))?)?", text.strip())
    if match is None:
        raise InputError(f"cannot read {whole!r} as a period: expected {_FORMS}")
    year, quarter, month, day = (int(group) if group else 0 for group in match.groups())
    _refuse_year(year, whole)
    first = month or (3 * quarter - 2 if quarter else 1)
    final = month or (3 * quarter if quarter else 12)
    try:
        start = date(year, first, day or 1)
        return Period(start, date(year, final, day or calendar.monthrange(year, final)[1]))
    except ValueError as error:
        raise InputError(
            f"cannot read {whole!r} as a period: expected {_FORMS} ({error})"
        ) from None


def parse_day(text: str | date) -> date:
    """Read a calendar day such as 2017-09-24; of a moment give its day.

    Raises
    ------
    InputError
        If it is not one.
    """
    if isinstance(text, date):
        return text.date() if isinstance(text, datetime) else text
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        raise InputError(f"expected a day such as 2017-09-24, found {text!r}") from None
    _refuse_year(day.year, text)
    return day


def _refuse_year(year: int, text: str) -> None:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise InputError(f"expected a year from {FIRST_YEAR} to {LAST_YEAR}, found {text!r}")
