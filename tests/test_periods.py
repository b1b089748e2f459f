"""Periods as people write them."""

from __future__ import annotations

from datetime import date

import pytest

from airrank.errors import InputError
from airrank.periods import Period, as_period, as_year, parse_day, parse_period


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
        ("2017H1", date(2017, 1, 1), date(2017, 6, 30)),
        ("2017W", date(2017, 10, 1), date(2018, 3, 31)),
        ("2017-10..2018-03", date(2017, 10, 1), date(2018, 3, 31)),
        ("2017年", date(2017, 1, 1), date(2017, 12, 31)),
        ("２０１７年９月", date(2017, 9, 1), date(2017, 9, 30)),
        ("2017年1—9月", date(2017, 1, 1), date(2017, 9, 30)),
        ("2017年1月至9月", date(2017, 1, 1), date(2017, 9, 30)),
        ("2017年1-9", date(2017, 1, 1), date(2017, 9, 30)),
        ("2017年第三季度", date(2017, 7, 1), date(2017, 9, 30)),
        ("2017年3季", date(2017, 7, 1), date(2017, 9, 30)),
        ("2016年至2017年", date(2016, 1, 1), date(2017, 12, 31)),
        ("2017年下半年", date(2017, 7, 1), date(2017, 12, 31)),
        ("2017年秋冬季", date(2017, 10, 1), date(2018, 3, 31)),
        ("2017年10月-2018年3月", date(2017, 10, 1), date(2018, 3, 31)),
        ("2017/9", date(2017, 9, 1), date(2017, 9, 30)),
        ("2017年9月24日", date(2017, 9, 24), date(2017, 9, 24)),
        ("2017/9/1..2017/9/24", date(2017, 9, 1), date(2017, 9, 24)),
    ],
)
def test_forms(text: str, start: date, end: date) -> None:
    assert parse_period(text) == Period(start, end)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "17",
        "2017-13",
        "2017-02-30",
        "2017Q5",
        "2017H3",
        "2017W2",
        "last year",
        "2017..",
        "2017年13月",
        "2017年0-9月",
        "2017年1-13月",
        "2017年第五季度",
    ],
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
        ("2017", "2016"),
        ("2017-02", "2016-02"),
        ("2016-02", "2015-02"),
        ("2017-01-01..2017-09-24", "2016-01-01..2016-09-24"),
        ("2016-02-29", "2015-02-28"),
        ("2016-01-01..2016-02-28", "2015-01..2015-02"),
        ("2016-02-28", "2015-02-28"),
    ],
)
def test_year_earlier(text: str, earlier: str) -> None:
    assert str(parse_period(text).year_earlier()) == earlier


@pytest.mark.parametrize(
    ("text", "zh", "en"),
    [
        ("2017", "2017年", "2017"),
        ("2017-09", "2017年9月", "September 2017"),
        ("2017Q3", "2017年第3季度", "2017 Q3"),
        ("2017H1", "2017年上半年", "the first half of 2017"),
        ("2017W", "2017年10月—2018年3月（秋冬季）", "winter 2017/2018 (October to March)"),
        ("2017-01..2017-09", "2017年1—9月", "January to September 2017"),
        ("2017-11..2018-03", "2017年11月—2018年3月", "November 2017 to March 2018"),
        ("2017-09-24", "2017年9月24日", "2017-09-24"),
        ("2017-01-01..2017-09-24", "2017年1月1日—2017年9月24日", "2017-01-01 to 2017-09-24"),
    ],
)
def test_words_and_text(text: str, zh: str, en: str) -> None:
    period = parse_period(text)
    assert (period.in_words("zh"), period.in_words("en")) == (zh, en)
    assert str(period) == text
    assert (
        as_period(text)
        == as_period(period)
        == period
        == parse_period(zh.split("（", maxsplit=1)[0])
    )


def test_parts_of_a_period() -> None:
    year = Period.of_year(2017)
    today, eve = date(2017, 9, 24), date(2016, 12, 31)
    assert str(year.to_date(today)) == "2017-01-01..2017-09-24"
    assert str(year.after(today)) == "2017-09-25..2017-12-31"
    assert (year.to_date(eve), year.after(eve)) == (None, year)
    assert (year.to_date(year.end), year.after(year.end)) == (year, None)
    assert today in year
    assert eve not in year


def test_a_year_is_a_number_or_a_text() -> None:
    assert as_year(2017) == as_year("2017") == as_year("２０１７年") == 2017
    assert as_period(2017) == Period.of_year(2017)
    for wrong in ("last", 2017.5, None, True, "20171"):
        with pytest.raises(InputError):
            as_year(wrong)  # type: ignore[arg-type]
    for wrong in (None, True, 2.5, ("2017",)):
        with pytest.raises(InputError, match="expected a period such as"):
            as_period(wrong)  # type: ignore[arg-type]


def test_parse_day() -> None:
    assert parse_day("2017-09-24") == date(2017, 9, 24)
    assert parse_day("2017年9月4日") == parse_day("2017/9/4") == date(2017, 9, 4)
    with pytest.raises(InputError, match="expected a day such as"):
        parse_day("24.9.2017")


@pytest.mark.parametrize("year", ["0001", "1989", "2101", "9999"])
def test_years_far_off_are_slips(year: str) -> None:
    with pytest.raises(InputError, match=f"from 1990 to 2100, found '{year}'"):
        parse_period(year)
    with pytest.raises(InputError, match="from 1990 to 2100"):
        parse_day(f"{year}-12-31")
