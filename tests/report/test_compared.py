"""What a briefing compares, on days whose answer is known."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest

from airrank.cities import City, RankingList
from airrank.panel import Panel
from airrank.periods import Period
from airrank.report.compared import SEASON, Compared
from airrank.rules.choices import Rules
from airrank.rules.standards import POLLUTANTS

CITIES = RankingList("test", "试", "test", (City("甲", province="某省"),))
HIGH = date(2017, 11, 20)
"""First of the four weeks that are high in every year."""


@pytest.fixture
def panel() -> Panel:
    days = np.arange("2014-01-01", "2018-01-01", dtype="datetime64[D]")
    values = np.full((len(days), 1, len(POLLUTANTS)), 50.0)
    for year in (2014, 2015, 2016):
        first = np.datetime64(HIGH.replace(year=year))
        values[(days >= first) & (days < first + SEASON), :, 0] = 120.0
    values[days == np.datetime64("2015-10-10"), :, 0] = 900.0  # a haze of one year is no season
    values[days >= np.datetime64("2017-10-01"), :, 0] = 999.0  # nor does what is to come count
    flags = np.zeros(values.shape, dtype=bool)
    return Panel(CITIES, days, values, flags, flags[..., 0])


def compared(panel: Panel, day: date) -> Compared:
    year = Period.of_year(2017)
    return Compared(panel.until(day), year, Period(year.start, day), Rules())


def test_high_weeks_are_those_of_past_years(panel: Panel) -> None:
    found = compared(panel, date(2017, 9, 30)).high_weeks("甲", "pm25")
    assert found is not None
    assert found.days == Period(HIGH, HIGH + timedelta(days=SEASON - 1))
    assert found.mean == pytest.approx(120)
    assert found.usual == pytest.approx((92 * 50 + 28 * 70 + 850 / 3) / 92)


def test_there_are_no_high_weeks_of_a_few_days_or_without_a_past(panel: Panel) -> None:
    assert compared(panel, date(2017, 11, 10)).high_weeks("甲", "pm25") is None
    young = panel.between(date(2017, 1, 1), date(2017, 12, 31))
    assert compared(young, date(2017, 9, 30)).high_weeks("甲", "pm25") is None
