"""Days and numbers as cells write them, at the bounds of what is read."""

from __future__ import annotations

import datetime as dt

import pytest

from airrank.ingest.limits import FIRST_YEAR, LAST_YEAR
from airrank.tables.cells import EPOCH, Odd, read_day, read_number

FIRST, LAST = dt.date(FIRST_YEAR, 1, 1), dt.date(LAST_YEAR, 1, 1)


def serial(day: dt.date) -> int:
    return (day - EPOCH).days


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        (str(serial(FIRST)), FIRST),
        (str(serial(FIRST) - 1), Odd.UNREADABLE),
        (str(serial(LAST) - 1), LAST - dt.timedelta(days=1)),
        (str(serial(LAST)), Odd.UNREADABLE),
        (float(serial(FIRST)), FIRST),
        ("44931.0", dt.date(2023, 1, 5)),
        ("44931.5", Odd.TIME),
        (44931.5, Odd.TIME),
        (9.1, Odd.UNREADABLE),  # the first or the tenth of September
        (True, Odd.UNREADABLE),
        (dt.time(8), Odd.UNREADABLE),
        (dt.datetime(2023, 1, 5), dt.date(2023, 1, 5)),
        (dt.datetime(2023, 1, 5, 0, 0, 1), Odd.TIME),
        (dt.datetime(2023, 1, 4, 16, tzinfo=dt.UTC), dt.date(2023, 1, 5)),
        (f"{FIRST_YEAR}-01-01", FIRST),
        (f"{FIRST_YEAR - 1}-12-31", Odd.UNREADABLE),
        (f"{LAST_YEAR}-12-31", dt.date(LAST_YEAR, 12, 31)),
        (f"{LAST_YEAR + 1}-01-01", Odd.UNREADABLE),
        ("2023-01-05 noon", Odd.UNREADABLE),
        ("2023-01-05 00:00:00", dt.date(2023, 1, 5)),
        ("2023-01-05 0时", dt.date(2023, 1, 5)),
        ("2023-01-05 24:00", Odd.TIME),
        ("2023-01-05 00:60", Odd.TIME),
        ("2023-01-05 00:00:60", Odd.TIME),
        ("2023-01-05 00:00:01", Odd.TIME),
        ("2023-01-05T23:00+07:00", dt.date(2023, 1, 6)),
        ("2023-01-05T21:30+05:30", dt.date(2023, 1, 6)),
        ("2023-01-05T12:30-0330", dt.date(2023, 1, 6)),
        ("2023-01-05T16:00Z", dt.date(2023, 1, 6)),
        ("2023-01-05T16:00z", dt.date(2023, 1, 6)),
        ("2023-01-05 +08:00", Odd.UNREADABLE),
        ("2023-01-05 (星期四)", dt.date(2023, 1, 5)),
        ("2023-02-30 00:00", Odd.UNREADABLE),
        ("9月18日", Odd.UNREADABLE),
        ("18日", Odd.UNREADABLE),
    ],
)
def test_days(cell: object, day: dt.date | Odd) -> None:
    assert read_day(cell) == day  # type: ignore[arg-type]


def test_days_that_titles_complete() -> None:
    assert read_day("9月18日", 2023) == dt.date(2023, 9, 18)
    assert read_day("18日", 2023) is Odd.UNREADABLE
    assert read_day("18日", 2023, 9) == dt.date(2023, 9, 18)
    assert read_day("31", 2023, 9) is Odd.UNREADABLE


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        (0.0, 0.0),
        (-0.1, Odd.NEGATIVE),
        (-999.0, -999.0),
        ("-999", -999.0),
        ("-5", Odd.NEGATIVE),
        ("35", 35.0),
        ("1e3", 1000.0),
        ("1e999", Odd.UNREADABLE),
        ("0,8", Odd.UNREADABLE),
        ("35(H)", Odd.UNREADABLE),
        (True, Odd.UNREADABLE),
        (dt.date(2023, 1, 5), Odd.UNREADABLE),
        ("", None),
    ],
)
def test_numbers(cell: object, number: float | Odd | None) -> None:
    assert read_number(cell) == number  # type: ignore[arg-type]


def test_a_comma_that_can_only_be_a_decimal_one() -> None:
    assert read_number("0,8", comma=True) == 0.8
    assert read_number("1,234", comma=True) is Odd.UNREADABLE
    assert read_number("1,2345", comma=True) == 1.2345
