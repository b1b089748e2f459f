"""A year's figures where data is thin or a rule is open."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from airrank.goals.counties import grade_2_value, places_value
from airrank.goals.plan import rank_goal
from airrank.goals.values import FinishedYear, observed_values, other_readings
from airrank.goals.verdicts import INSUFFICIENT, MET, judge
from airrank.panel import Panel
from airrank.periods import Period
from airrank.rules.choices import LIST_OR_PROXY, Rules
from airrank.rules.standards import POLLUTANTS

FIRST = {"rounding concentrations_first"}


@pytest.mark.parametrize(
    ("rules", "dust", "year", "names"),
    [
        (Rules(), None, 2017, {*FIRST, "rounding index_only"}),
        (Rules(rounding="index_only"), None, 2017, {*FIRST, "rounding single_index"}),
        (Rules(), "deduct", 2025, {*FIRST, "rounding index_only", "dust deduct"}),
        (Rules(dust="deduct"), "keep", 2017, {*FIRST, "rounding index_only", "dust keep"}),
        (Rules(), None, 2026, {*FIRST, "rounding index_only", "edition 2012"}),
        (Rules("2012"), None, 2026, {*FIRST, "rounding index_only", "edition 2026-transition"}),
    ],
)
def test_other_readings(rules: Rules, dust: str | None, year: int, names: set[str]) -> None:
    others = other_readings(rules, dust=dust, period=Period.of_year(year))
    found = set()
    for other in others.values():
        (key,) = (k for k in vars(rules) if getattr(other, k) != getattr(rules, k))
        found.add(f"{key} {getattr(other, key)}")
    assert found == names
    assert len(set(map(str, others))) == len(names)


def without(panel: Panel, year: int, *, city: str | None = None, keep: str = "") -> Panel:
    """Leave out a city's values of a year, or all cities', but those of one pollutant."""
    values = panel.values.copy()
    days = panel.days.astype("datetime64[Y]").astype(int) + 1970 == year
    cities = [panel.cities.index(c) for c in ([city] if city else panel.cities)]
    gone = [k for k, pollutant in enumerate(POLLUTANTS) if pollutant != keep]
    values[np.ix_(days, cities, gone)] = np.nan
    return replace(panel, values=values)


def test_a_year_without_observations_has_no_figures(panel: Panel) -> None:
    assert observed_values(panel, "丙", 2013) == {}
    assert observed_values(without(panel, 2017, city="丙"), "丙", 2017) == {}


def test_good_days_keep_the_dust_of_a_deducted_year(panel: Panel) -> None:
    dust, values = panel.dust.copy(), panel.values.copy()
    days = (panel.days >= np.datetime64("2017-04-01")) & (panel.days <= np.datetime64("2017-04-05"))
    dust[days, 0] = True
    values[days, 0, 1] = 900.0
    world = replace(panel, values=values, dust=dust)
    kept, found = (
        observed_values(world, "甲", 2017, Rules(dust=mode)) for mode in ("keep", LIST_OR_PROXY)
    )
    for indicator in ("good_day_ratio", "heavy_day_ratio"):
        assert found[indicator].counts == kept[indicator].counts
        assert any("list or proxy" in str(c) for c in found[indicator].caveats)
        assert any("list or proxy" in str(name) for name, _ in found[indicator].variants)
    assert found["pm10"].value < kept["pm10"].value


def test_a_city_without_an_index_is_told(panel: Panel) -> None:
    figures = observed_values(without(panel, 2017, city="丙", keep="so2"), "丙", 2017)
    assert figures["rank"].value is None
    assert str(figures["rank"].reason) == "a pollutant has no values, so the city has no index"
    assert "good_day_ratio" not in figures
    assert figures["so2"].usable
    assert not figures["co"].usable


def test_a_year_without_any_index_is_told(panel: Panel) -> None:
    figures = observed_values(without(panel, 2017, keep="so2"), "丙", 2017)
    assert figures["rank"].value is None
    assert "no city of the list has all six pollutants" in str(figures["rank"].reason)


def test_cities_without_an_index_could_stand_before_us(panel: Panel) -> None:
    world = without(without(panel, 2017, city="壬", keep="so2"), 2017, city="癸", keep="so2")
    figure = observed_values(world, "丙", 2017)["rank"]
    assert figure.plus == 2
    assert list(map(str, figure.caveats[-2:])) == [
        "2 of 10 cities have fewer valid days than required",
        "2 of 10 cities have no index, hence no rank",
    ]
    assert figure.value is not None
    verdicts = [judge(rank_goal(int(figure.value) + n, 2017), figure).verdict for n in range(4)]
    assert verdicts == [INSUFFICIENT, INSUFFICIENT, MET, MET]


def test_estimated_values_are_counted(panel: Panel) -> None:
    estimated = np.zeros(panel.values.shape, dtype=bool)
    estimated[panel.days == np.datetime64("2017-02-03"), 2, 0] = True
    figures = observed_values(replace(panel, estimated=estimated), "丙", 2017)
    caveats = list(map(str, figures["pm25"].caveats))
    assert "PM2.5: 1 of 365 values estimated" in caveats
    assert not any(caveat.startswith("PM10") for caveat in caveats)


def test_a_pollutant_without_values_is_tried_under_no_other_reading(panel: Panel) -> None:
    dust = panel.dust.copy()
    dust[-9:] = True
    values = panel.values.copy()
    values[:, panel.cities.index("丙"), POLLUTANTS.index("so2")] = np.nan
    figure = observed_values(replace(panel, values=values, dust=dust), "丙", 2017)["so2"]
    assert (figure.value, figure.variants) == (None, ())


def test_day_shares_are_tried_under_both_editions() -> None:
    """PM2.5 of 70 is a good day by the limits of 2012 and none by those of 2026."""
    clean = {"pm10": 60.0, "so2": 8.0, "no2": 20.0, "co": 1.0, "o3_8h": 100.0}
    rows = pd.DataFrame(
        {
            "date": pd.date_range("2027-01-01", "2027-12-31"),
            "city": "甲",
            "dust": False,
            "pm25": 40.0,
            **clean,
        }
    )
    rows.loc[:9, "pm25"] = 70.0
    rules = Rules(dust="keep")
    others = other_readings(rules, dust=None, period=Period.of_year(2027))
    finished = FinishedYear(Period.of_year(2027), rules, others, {"keep": rows})
    good = finished.day_shares()["good_day_ratio"]
    assert good.counts == (355, 365)
    assert [(str(name), value) for name, value in good.variants] == [("edition 2012", 100)]


# Counties


def test_places_need_both_years(daily: pd.DataFrame) -> None:
    moved = daily.copy()
    moved.loc[(moved.city == "癸") & (moved.date.dt.year == 2016), "co"] = np.nan
    figure = places_value(moved, "癸", 2017, 2016, Rules())
    assert str(figure.reason) == "too few valid days of 癸 in 2016"
    figure = places_value(moved, "癸", 2019, 2017, Rules())
    assert str(figure.reason) == "no unit can be ranked in 2019"


def test_grade_2_as_a_figure(daily: pd.DataFrame) -> None:
    rules = Rules()
    assert str(grade_2_value(daily, "无", 2017, rules).reason) == "no records of 无 in 2017"
    assert str(grade_2_value(daily, "甲", 2013, rules).reason) == "no records of 甲 in 2013"
    empty = daily[daily.city == "甲"].assign(**dict.fromkeys(POLLUTANTS, np.nan))
    assert str(grade_2_value(empty, "甲", 2017, rules).reason) == "no records of 甲 in 2017"
    some = daily[(daily.city == "甲") & (daily.date < "2017-10-01")]
    few = grade_2_value(some, "甲", 2017, rules)
    assert (few.value, few.valid_days) == (None, 273)
    assert str(few.reason) == "only 273 valid days of the 324 a year needs"
    dirty = grade_2_value(daily, "癸", 2017, rules)
    assert dirty.value == 0
    assert str(dirty.caveats[0]).startswith("exceeding: PM2.5, PM10")
    assert dirty.caveats[0].in_words("zh").startswith("超标：PM2.5、PM10")
