"""The dust proxy: what it finds, what it must not, and that no day depends on another."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from statistics import median

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from airrank.cities import City, RankingList
from airrank.dust import dust_caveat, marked_or_likely, proxy_days
from airrank.errors import InputError
from airrank.inputs import load_panel
from airrank.panel import Panel
from airrank.periods import parse_period
from airrank.ranking_table import standings
from airrank.rules.choices import LIST_OR_PROXY, Rules
from airrank.rules.standards import POLLUTANTS

PM25, PM10 = POLLUTANTS.index("pm25"), POLLUTANTS.index("pm10")


def places(*cities: City) -> RankingList:
    return RankingList("test", "试", "test", cities)


BARE = places(City("甲"), City("乙"), City("丙"))


def course(*days: tuple[float, float]) -> np.ndarray:
    """Give days of one city, (PM10, PM2.5) each."""
    values = np.full((len(days), 1, len(POLLUTANTS)), 20.0)
    values[:, 0, PM10], values[:, 0, PM25] = np.transpose(days)
    return values


CALM = ((100.0, 50.0),) * 10


@pytest.mark.parametrize(
    ("particles", "found"),
    [
        ((150, 67.5), True),  # all limits just reached
        ((149, 40), False),
        ((150, 68), False),  # haze, fireworks
        ((600, 100), True),
        ((600, np.nan), False),
        ((np.nan, 50), False),
    ],
)
def test_proxy(particles: tuple[float, float], found: bool) -> None:
    assert proxy_days(course(*CALM, particles))[:, 0].tolist() == [False] * 10 + [found]


@pytest.mark.parametrize(("usual", "found"), [(133, True), (134, False)])
def test_dust_rises_above_the_thirty_days_before(usual: float, found: bool) -> None:
    """A city that is always coarse has no dust every day."""
    before = ((30.0, 10.0),) * 31 + ((usual, 120.0),) * 30
    assert proxy_days(course(*before, (200, 60)))[-1, 0] == found


def test_five_days_make_a_usual_value() -> None:
    gap = (np.nan, np.nan)
    for known, found in ((4, True), (5, False)):
        before = ((160.0, 120.0),) * known + (gap,) * (30 - known)
        assert proxy_days(course(*before, (200, 60)))[-1, 0] == found


def oracle(values: np.ndarray) -> list[list[bool]]:
    """The rule in plain Python."""
    result = []
    for day in range(len(values)):
        row = []
        for city in range(values.shape[1]):
            pm10, pm25 = values[day, city, PM10], values[day, city, PM25]
            past = values[max(0, day - 30) : day, city, PM10]
            past = past[~np.isnan(past)].tolist()
            usual = median(past) if len(past) >= 5 else 0.0
            row.append(bool(pm10 >= 150 and pm25 <= 0.45 * pm10 and pm10 >= 1.5 * usual))
        result.append(row)
    return result


concentrations = st.one_of(st.floats(0, 600), st.just(np.nan))
courses = hnp.arrays(float, (40, 2, len(POLLUTANTS)), elements=concentrations)


@given(values=courses, split=st.integers(1, 39))
def test_the_rule_in_plain_python_and_no_later_day(values: np.ndarray, split: int) -> None:
    whole = proxy_days(values)
    assert whole.tolist() == oracle(values)
    other = values.copy()
    other[split:] = 900.0
    assert np.array_equal(proxy_days(other)[:split], whole[:split])
    assert np.array_equal(proxy_days(values[:, ::-1])[:, ::-1], whole)


def test_auto_depends_on_the_period() -> None:
    before, after = parse_period("2018-06"), parse_period("2018-07")
    assert Rules(dust="auto").during(before).dust == "keep"
    assert Rules(dust="auto").during(after).dust == LIST_OR_PROXY
    for mode in ("keep", "deduct", "proxy", LIST_OR_PROXY):
        assert Rules(dust=mode).during(before).dust == Rules(dust=mode).during(after).dust == mode
    with pytest.raises(InputError, match="expected one of auto, keep, deduct, proxy"):
        Rules(dust="maybe")


def test_a_list_decides_for_its_month_and_province() -> None:
    units = places(
        City("甲", province="河南"), City("乙", province="河南"), City("丙", province="甘肃")
    )
    days = np.arange("2019-04-29", "2019-05-03", dtype="datetime64[D]")
    likely = np.ones((4, 3), dtype=bool)
    marked = np.zeros((4, 3), dtype=bool)
    assert marked_or_likely(days, marked, likely, units) is likely
    marked[2, 0] = True  # 1 May, 河南: the other days and city of 河南 in May are none
    assert marked_or_likely(days, marked, likely, units).astype(int).tolist() == [
        [1, 1, 1],
        [1, 1, 1],
        [1, 0, 1],
        [0, 0, 1],
    ]


def test_caveats() -> None:
    assert dust_caveat("deduct", 3, parse_period("2019")) is None
    for mode, said in (("proxy", "3 city-days"), (LIST_OR_PROXY, "a list where there is one")):
        caveat = dust_caveat(mode, 3, parse_period("2019"))
        assert caveat is not None
        assert said in caveat.in_words("en")


@pytest.fixture(scope="module")
def bundled() -> Panel:
    return load_panel(None, "168").panel


def test_the_bundled_days_are_plausible(bundled: Panel) -> None:
    found = bundled.dust_days("proxy")
    months = bundled.days.astype("datetime64[M]").astype(int) % 12 + 1
    spring = (months >= 3) & (months <= 6)
    assert 0.005 < found.mean() / (~np.isnan(bundled.values[..., PM10])).mean() < 0.02
    assert found[spring].sum() > 0.65 * found.sum()
    assert found[(months >= 12) | (months <= 1)].sum() < 0.1 * found.sum()
    storm = bundled.between(date(2017, 5, 4), date(2017, 5, 6)).dust_days("proxy")
    assert (storm.sum(axis=1) >= [50, 70, 50]).all()  # the great storm of May 2017
    tropics = bundled.cities.index("海口")
    assert not found[:, tropics].any()


def test_a_part_of_a_panel_keeps_what_the_days_before_said(bundled: Panel) -> None:
    whole = bundled.dust_days("proxy")
    start, end = date(2017, 5, 3), date(2017, 5, 20)
    inside = (bundled.days >= np.datetime64(start)) & (bundled.days <= np.datetime64(end))
    assert np.array_equal(bundled.between(start, end).dust_days("proxy"), whole[inside])
    until = bundled.until(end)
    assert np.array_equal(until.dust_days("proxy"), proxy_days(until.values))
    beyond = bundled.between(date(2020, 6, 30), date(2020, 7, 2)).dust_days("proxy")
    assert np.array_equal(beyond[0], whole[-1])
    assert not beyond[1:].any()


def test_a_panel_deducts_what_the_mode_says(bundled: Panel) -> None:
    part = bundled.between(date(2017, 5, 1), date(2017, 5, 31))
    marks = np.zeros_like(part.dust)
    marks[0, 0] = True
    marked = replace(part, dust=marks)
    assert not marked.dust_days("keep").any()
    assert np.array_equal(marked.dust_days("deduct"), marks)
    assert not marked.dust_days("proxy")[0, 0]
    mixed = marked.dust_days(LIST_OR_PROXY)
    province = [c.province for c in part.ranking_list.cities]
    told = np.array([p == province[0] for p in province])
    assert np.array_equal(mixed[:, told], marks[:, told])
    assert np.array_equal(mixed[:, ~told], marked.dust_days("proxy")[:, ~told])
    without = marked.without_dust("proxy")
    lost = np.isnan(without.values) & ~np.isnan(part.values)
    assert lost[..., [PM25, PM10]].sum() == 2 * marked.dust_days("proxy").sum()
    assert lost.sum() == lost[..., [PM25, PM10]].sum()
    same = marked.without_dust("keep").values
    assert np.array_equal(same, part.values, equal_nan=True)
    with pytest.raises(InputError, match="expected one of list_or_proxy, keep, deduct, proxy"):
        marked.dust_days("auto")


def test_ranks_with_the_proxy(bundled: Panel) -> None:
    year = parse_period("2017")
    kept, found = (standings(bundled, year, Rules(dust=m)) for m in ("keep", "proxy"))
    deducted = standings(bundled.deducting("proxy"), year, Rules(dust="deduct"))
    assert deducted.equals(found)
    assert "rank_dust_kept" not in kept
    assert found["rank_dust_kept"].reindex(kept.index).equals(kept["rank"].rename("rank_dust_kept"))
    lost = bundled.between(date(2017, 1, 1), date(2017, 12, 31)).dust_days("proxy")
    assert found["dust_days"].reindex(bundled.cities).tolist() == lost.sum(axis=0).tolist()
    assert standings(bundled, year, Rules(dust="auto")).equals(kept)
    assert (found["pm10"].reindex(kept.index) <= kept["pm10"]).all()
    assert found["pm10"]["兰州"] < kept["pm10"]["兰州"] - 5
    for gas in ("so2", "no2", "co", "o3_8h"):
        assert found[gas].reindex(kept.index).equals(kept[gas])
