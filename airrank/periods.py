"""Periods as people write them: a year, a month, a quarter, January to a month, any days."""

from __future__ import annotations

import calendar
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property

from airrank.arguments import is_whole
from airrank.errors import InputError
from airrank.ingest.limits import BEIJING, FIRST_YEAR, LAST_YEAR
from airrank.words import Lang, Name, Text

_FORMS = Text(
    "2017, 2017-09, 2017Q3, 2017H1, 2017W (October 2017 to March 2018), 2017-01..2017-09 or "
    "2017-01-01..2017-09-24"
)
_DAY_FORM = "2017-09-24"


@dataclass(frozen=True)
class Period:
    """Calendar days from ``start`` to ``end``, both inclusive.

    Examples
    --------
    >>> print(Period.of_year(2017), Period(date(2017, 1, 1), date(2017, 9, 30)))
    2017 2017-01..2017-09
    >>> Period.of_year(2017).in_words("zh"), as_period("2017Q3").in_words("en")
    ('2017年', '2017 Q3')
    """

    start: date
    end: date

    def __post_init__(self) -> None:
        if self.end < self.start:
            raise InputError(
                "the period ends on {end}, before it starts on {start}",
                end=self.end,
                start=self.start,
            )

    @classmethod
    def of_year(cls, year: int) -> Period:
        """Give 1 January to 31 December."""
        return cls(date(year, 1, 1), date(year, 12, 31))

    @classmethod
    def of_month(cls, year: int, month: int) -> Period:
        """Give a calendar month."""
        return cls.of_months(year, month, month)

    @classmethod
    def of_months(cls, year: int, first: int, last: int) -> Period:
        """Give the first day of a month to the last of another of the same year."""
        return cls(date(year, first, 1), date(year, last, calendar.monthrange(year, last)[1]))

    @classmethod
    def of_winter(cls, year: int) -> Period:
        """Give the heating season 秋冬季: October to March of the next year."""
        return cls(date(year, 10, 1), date(year + 1, 3, 31))

    def __str__(self) -> str:
        """Give the shortest text that :func:`parse_period` reads as this period."""
        kind, number = self._parts
        written = {
            "year": f"{self.start:%Y}",
            "winter": f"{self.start:%Y}W",
            "half": f"{self.start:%Y}H{number}",
            "quarter": f"{self.start:%Y}Q{number}",
            "month": f"{self.start:%Y-%m}",
            "months": f"{self.start:%Y-%m}..{self.end:%Y-%m}",
            "day": f"{self.start}",
            "days": f"{self.start}..{self.end}",
        }
        return written[kind]

    def in_words(self, lang: Lang) -> str:
        """Give the period as a reader of a language writes it."""
        start, end = self.start, self.end
        values: dict[str, object] = {"year": start.year, "number": self._parts[1]}
        values |= {"month": month_name(start.month), "last": month_name(end.month)}
        values |= {"last_year": end.year, "start": start, "end": end}
        return _WORDS[self._name].with_values(**values).in_words(lang)

    @cached_property
    def _parts(self) -> tuple[str, int]:
        """Give the kind of calendar unit, and its number within the year."""
        start, end = self.start, self.end
        whole = start.day == 1 and (end + timedelta(days=1)).day == 1
        if start == end:
            return "day", 0
        if not whole:
            return "days", 0
        if self == Period.of_winter(start.year):
            return "winter", 0
        first, last = start.month, end.month
        if start.year != end.year:
            return "months", 0
        for kind, length in (("year", 12), ("half", 6), ("quarter", 3), ("month", 1)):
            if last - first + 1 == length and (first - 1) % length == 0:
                return kind, (first - 1) // length + 1
        return "months", 0

    @property
    def kind(self) -> str:
        """Calendar unit: year, half, quarter, month, winter, months, day or days."""
        return self._parts[0]

    @property
    def _name(self) -> str:
        kind, number = self._parts
        if kind == "half":
            return "first half" if number == 1 else "second half"
        two_years = kind == "months" and self.start.year != self.end.year
        return "months of two years" if two_years else kind

    @property
    def days(self) -> int:
        """Number of calendar days."""
        return (self.end - self.start).days + 1

    def __contains__(self, day: date) -> bool:
        return self.start <= day <= self.end

    def to_date(self, as_of: date) -> Period | None:
        """Give the part up to and including a day; None if the period begins after it."""
        return Period(self.start, min(as_of, self.end)) if self.start <= as_of else None

    def after(self, as_of: date) -> Period | None:
        """Give the part after a day; None if the period is over."""
        first = max(self.start, as_of + timedelta(days=1))
        return Period(first, self.end) if first <= self.end else None

    def years_earlier(self, number: int) -> Period:
        """Give the same period some years before, see :meth:`year_earlier`."""
        period = self
        for _ in range(number):
            period = period.year_earlier()
        return period

    def year_earlier(self) -> Period:
        """Give the same period of the year before; a period to 29 February ends on the 28th."""
        # A month's end stays a month's end; 28 February of a leap year is none.
        last = _year_earlier(self.end + timedelta(days=1)) - timedelta(days=1)
        return Period(_year_earlier(self.start), max(last, _year_earlier(self.end)))

    def preceding(self) -> Period:
        """Give the period just before: as many whole months, or days, up to the day before.

        Examples
        --------
        >>> print(as_period("2017-03").preceding(), as_period("2017Q1").preceding())
        2017-02 2016Q4
        """
        end = self.start - timedelta(days=1)
        if self.kind in {"day", "days"}:
            return Period(end - timedelta(days=self.days - 1), end)
        months = 12 * (self.end.year - self.start.year) + self.end.month - self.start.month + 1
        first = 12 * self.start.year + self.start.month - 1 - months
        return Period(date(first // 12, first % 12 + 1, 1), end)


def month_ends(after: date, before: date) -> Iterator[date]:
    """Give the months' last days from the day ``after`` to the day before ``before``."""
    year, month = after.year, after.month
    while (end := Period.of_month(year, month).end) < before:
        yield end
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)


def month_name(number: int) -> Name:
    """Name a month: by its number in Chinese, in full in English."""
    return Name(str(number), calendar.month_name[number])


_WORDS = {
    "year": Text("{year}"),
    "first half": Text("the first half of {year}"),
    "second half": Text("the second half of {year}"),
    "quarter": Text("{year} Q{number}"),
    "month": Text("{month} {year}"),
    "winter": Text("winter {year}/{last_year} (October to March)"),
    "months": Text("{month} to {last} {year}"),
    "months of two years": Text("{month} {year} to {last} {last_year}"),
    "day": Text("{start}"),
    "days": Text("{start} to {end}"),
}


def _year_earlier(day: date) -> date:
    return day.replace(year=day.year - 1, day=28 if (day.month, day.day) == (2, 29) else day.day)


def as_period(value: Period | str | int) -> Period:
    """Give the period that a period, its text or a year as a number means.

    Raises
    ------
    InputError
        If it is none of these.
    """
    if isinstance(value, Period):
        return value
    if is_whole(value):
        return Period.of_year(_checked_year(int(value), value))
    if isinstance(value, str):
        return parse_period(value)
    raise InputError(
        "expected a period such as {forms}, found {found!r}", forms=_FORMS, found=value
    )


def as_year(value: int | str) -> int:
    """Give the year that a number or a text means.

    Raises
    ------
    InputError
        If it is no year.
    """
    text = _plain(value) if isinstance(value, str) else value
    if isinstance(text, str) and text.removesuffix("年").isdecimal():
        text = int(text.removesuffix("年"))
    if not is_whole(text):
        raise InputError("expected a year such as 2017, found {found!r}", found=value)
    return _checked_year(int(text), value)


def parse_period(text: str) -> Period:
    """Read a period, in the short forms or as Chinese writes it.

    Raises
    ------
    InputError
        If the text is none of the forms.

    Examples
    --------
    >>> str(parse_period("2017Q3")), str(parse_period("2017年1—9月"))
    ('2017Q3', '2017-01..2017-09')
    >>> str(parse_period("2017-01..2017-09").year_earlier())
    '2016-01..2016-09'
    """
    first, dots, last = _short(_plain(text)).partition("..")
    start, end = _part(first, text), _part(last, text) if dots else _part(first, text)
    return Period(start.start, end.end)


def _plain(text: str) -> str:
    """Give a text in half-width characters without spaces, with one kind of dash."""
    folded = "".join(unicodedata.normalize("NFKC", text).split())
    return re.sub("[‐‑‒–—―−~〜]|至|到", "-", folded)


_SEASONS = {"上半年": "H1", "下半年": "H2", "秋冬季": "W", "秋冬": "W"}
for _k, _sign in enumerate("一二三四", 1):
    _SEASONS |= {f"{n}{unit}": f"Q{_k}" for n in (_k, _sign) for unit in ("季", "季度")}
_MONTHS = {f"Q{k}": (3 * k - 2, 3 * k) for k in range(1, 5)} | {"H1": (1, 6), "H2": (7, 12)}


def _short(text: str) -> str:
    """Give the short form of a part of a year, or of a range, that is written in Chinese.

    Of 2017年第三季度, 2017年上半年, 2017年秋冬季, 2017年1-9月, 2017年1月1日-9月24日.
    """
    year, _, rest = text.partition("年")
    if (season := rest.removeprefix("第")) in _SEASONS:
        return year + _SEASONS[season]
    first, dash, last = rest.partition("-")
    if not dash:
        return text
    return f"{year}年{first}..{last if '年' in last else f'{year}年{last}'}"


def _part(part: str, whole: str) -> Period:
    text = _iso(part)
    match = re.fullmatch(r"(\d{4})(?:-?([QH]\d|W)|-(\d{1,2})(?:-(\d{1,2}))?)?", text.upper())
    if match is None:
        raise _unreadable(whole)
    number, unit, month, day = match.groups()
    year = _checked_year(int(number), whole)
    try:
        if day:
            moment = date(year, int(month), int(day))
            return Period(moment, moment)
        if month:
            return Period.of_month(year, int(month))
        if unit == "W":
            return Period.of_winter(year)
        return Period.of_months(year, *_MONTHS[unit]) if unit else Period.of_year(year)
    except (ValueError, KeyError, calendar.IllegalMonthError):
        raise _unreadable(whole) from None


def _unreadable(text: str) -> InputError:
    return InputError(
        "cannot read {found!r} as a period: expected {forms}", found=text, forms=_FORMS
    )


def _iso(text: str) -> str:
    """Give a day or month with dashes, however its parts were separated."""
    plain = re.sub(r"[年月/.]", "-", text.removesuffix("日"))
    return plain.removesuffix("-")


def parse_day(text: str | date) -> date:
    """Read a calendar day such as 2017-09-24, 2017/9/24 or 2017年9月24日; of a moment its day.

    Raises
    ------
    InputError
        If it is not one, or a moment of another zone that falls on two days: there and in Beijing.
    """
    if isinstance(text, datetime):
        if text.tzinfo is None or text.astimezone(BEIJING).date() == text.date():
            day = text.date()
            if isinstance(day.year, int):  # pandas' NaT is a moment that has none
                return day
    elif isinstance(text, date):
        return text
    parts = re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})", _iso(_plain(str(text))))
    try:
        day = date(*map(int, parts.groups() if parts else ()))
    except (ValueError, TypeError):  # no such day; no day at all
        raise InputError(
            "expected a day such as {form}, found {found!r}", form=_DAY_FORM, found=text
        ) from None
    _checked_year(day.year, text)
    return day


def _checked_year(year: int, found: object) -> int:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise InputError(
            "expected a year from {first} to {last}, found {found!r}",
            first=FIRST_YEAR,
            last=LAST_YEAR,
            found=found,
        )
    return year
