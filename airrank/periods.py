"""Periods as people write them: a year, a month, a quarter, January to a month, any days."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from airrank.errors import InputError
from airrank.ingest.limits import FIRST_YEAR, LAST_YEAR
from airrank.words import Lang, Text

_FORMS = Text("2017, 2017-09, 2017Q3, 2017-01..2017-09 or 2017-01-01..2017-09-24")


@dataclass(frozen=True)
class Period:
    """Calendar days from ``start`` to ``end``, both inclusive."""

    start: date
    end: date

    def __post_init__(self) -> None:
        if self.end < self.start:
            raise InputError(
                "the period ends on {end}, before it starts on {start}",
                end=self.end,
                start=self.start,
            )

    def __str__(self) -> str:
        return f"{self.start}..{self.end}"

    def in_words(self, lang: Lang) -> str:
        """Give the period as readers of a language write it.

        Examples
        --------
        >>> parse_period("2017-01..2017-12").in_words("zh"), parse_period("2017Q1").in_words("zh")
        ('2017年', '2017年1—3月')
        >>> parse_period("2017-01-01..2017-09-24").in_words("zh")
        '2017年1月1日—9月24日'
        """
        return _in_chinese(self.start, self.end) if lang == "zh" else str(self)

    @property
    def days(self) -> int:
        """Number of calendar days."""
        return (self.end - self.start).days + 1

    def year_earlier(self) -> Period:
        """Give the same period of the year before; a period to 29 February ends on the 28th."""
        # A month's end stays a month's end; 28 February of a leap year is none.
        last = _year_earlier(self.end + timedelta(days=1)) - timedelta(days=1)
        return Period(_year_earlier(self.start), max(last, _year_earlier(self.end)))


def _in_chinese(first: date, last: date) -> str:
    same_year, whole = (
        first.year == last.year,
        first.day == 1 and (last + timedelta(days=1)).day == 1,
    )
    if not whole:
        year = "" if same_year else f"{last.year}年"
        start = f"{first.year}年{first.month}月{first.day}日"
        return start if first == last else f"{start}—{year}{last.month}月{last.day}日"
    if same_year and (first.month, last.month) == (1, 12):
        return f"{first.year}年"
    if same_year and first.month == last.month:
        return f"{first.year}年{first.month}月"
    if same_year:
        return f"{first.year}年{first.month}—{last.month}月"
    return f"{first.year}年{first.month}月—{last.year}年{last.month}月"


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
        raise InputError(
            "cannot read {whole!r} as a period: expected {forms}", whole=whole, forms=_FORMS
        )
    year, quarter, month, day = (int(group) if group else 0 for group in match.groups())
    _refuse_year(year, whole)
    first = month or (3 * quarter - 2 if quarter else 1)
    final = month or (3 * quarter if quarter else 12)
    try:
        start = date(year, first, day or 1)
        return Period(start, date(year, final, day or calendar.monthrange(year, final)[1]))
    except ValueError:
        raise InputError(
            "cannot read {whole!r} as a period: there is no such day or month; expected {forms}",
            whole=whole,
            forms=_FORMS,
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
        raise InputError("expected a day such as 2017-09-24, found {text!r}", text=text) from None
    _refuse_year(day.year, text)
    return day


def _refuse_year(year: int, text: str) -> None:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise InputError(
            "expected a year from {first_year} to {last_year}, found {text!r}",
            first_year=FIRST_YEAR,
            last_year=LAST_YEAR,
            text=text,
        )
