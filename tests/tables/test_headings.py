"""What headings say, at the edges: too long, of several rows, of years."""

from __future__ import annotations

from airrank.tables.headings import LONGEST, Heading, parse_heading


def test_nothing_and_too_much() -> None:
    assert parse_heading("") == Heading("")
    longest = "PM2.5".ljust(2 * LONGEST, "。")
    assert parse_heading(longest).what == "pm25"
    assert parse_heading(longest + "。") == Heading(longest + "。")


def test_the_upper_row_names_what_the_lower_one_does_not() -> None:
    assert parse_heading("日期", "按自然日").what == "date"
    assert parse_heading("基本信息", "城市").what == "city"


def test_one_year_is_told_several_are_none() -> None:
    assert parse_heading("2022年PM2.5").year == 2022
    assert parse_heading("2022年", "2023年PM2.5").year is None
    assert parse_heading("PM2.5").year is None
