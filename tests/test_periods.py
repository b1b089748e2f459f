"""Periods as people write them."""

from __future__ import annotations

from datetime import date

import pytest

from airrank.errors import InputError
from airrank.periods import Period, parse_day, parse_period


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2017", date(2017, 1, 1), date(2017, 12, 31)),
        ("2016-02", date(2016, 2, 1), date(2016, 2, 29)),
        ("2017Q4", date(2017, 10, 1), date(2017, 12, 31)),
        ("2017-q1", date(2017, 1, 1), date(2017, 3, 31)),
        ("2017-01..2017-09", date(2017, 1, 1), date(2017, 9, 30)),
        ("2017-01-01..2017-09-24", date(2017, 1, 1), date(2017, 9, 24)),
        ("2017-09-24", date(2017, 9, 24), date(2017, 9, 24)),
        ("2016..2017", date(2016, 1, 1), date(2017, 12, 31)),
    ],
)
def test_forms(text: str, start: date, end: date) -> None:
    assert parse_period(text) == Period(start, end)


@pytest.mark.parametrize(
    "text", ["", "17", "2017-13", "2017-02-30", "2017Q5", "last year", "2017.."]
)
def test_other_forms_are_refused(text: str) -> None:
    with pytest.raises(InputError, match="expected 2017, 2017-09"):
        parse_period(text)


def test_a_period_runs_forward() -> None:
    with pytest.raises(InputError, match="before it starts"):
        parse_period("2017-09..2017-01")
    assert parse_period("2016").days == 366


@pytest.mark.parametrize(
    ("text", "earlier"),
    [
        ("2017", "2016-01-01..2016-12-31"),
        ("2017-02", "2016-02-01..2016-02-29"),
        ("2016-02", "2015-02-01..2015-02-28"),
        ("2017-01-01..2017-09-24", "2016-01-01..2016-09-24"),
        ("2016-02-29", "2015-02-28..2015-02-28"),
        ("2016-01-01..2016-02-28", "2015-01-01..2015-02-28"),
        ("2016-02-28", "2015-02-28..2015-02-28"),
    ],
)
def test_year_earlier(text: str, earlier: str) -> None:
    assert str(parse_period(text).year_earlier()) == earlier


def test_parse_day() -> None:
    assert parse_day("2017-09-24") == date(2017, 9, 24)
    with pytest.raises(InputError, match="expected a day such as"):
        parse_day("24.9.2017")


@pytest.mark.parametrize("year", ["0001", "1989", "2101", "9999"])
def test_years_far_off_are_slips(year: str) -> None:
    with pytest.raises(InputError, match=f"from 1990 to 2100, found '{year}'"):
        parse_period(year)
    with pytest.raises(InputError, match="from 1990 to 2100"):
        parse_day(f"{year}-12-31")
