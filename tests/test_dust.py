"""The dust proxy: what it finds, what it must not, and that no day depends on another."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from airrank.cities import City, RankingList
from airrank.dust import dust_caveat, near, proxy_days
from airrank.errors import InputError
from airrank.inputs import load_panel
from airrank.panel import Panel
from airrank.periods import parse_period
from airrank.ranking_table import standings
from airrank.rules.choices import Rules
from airrank.rules.standards import POLLUTANTS

PM25, PM10 = POLLUTANTS.index("pm25"), POLLUTANTS.index("pm10")


def places(*cities: City) -> RankingList:
    return RankingList("test", "试", "test", cities)


WEST = places(
    City("兰州", province="甘肃", lon=103.8, lat=36.1),
    City("西宁", province="青海", lon=101.8, lat=36.6),  # 190 km from 兰州
    City("上海", province="上海", lon=121.5, lat=31.2),  # 1700 km
)
BARE = places(City("甲"), City("乙"), City("丙"))


def day(*particles: tuple[float, float]) -> np.ndarray:
    """Give one day, (PM10, PM2.5) of each city."""
    values = np.full((1, len(particles), len(POLLUTANTS)), 20.0)
    values[0, :, PM10], values[0, :, PM25] = np.transpose(particles)
    return values


@pytest.mark.parametrize(
    ("particles", "found"),
    [
        ([(400, 160), (200, 80), (50, 30)], [True, False, False]),  # all limits just reached
        ([(600, 100), (500, 90), (50, 30)], [True, True, False]),
        ([(399, 100), (500, 90), (50, 30)], [False, True, False]),  # 399 is a witness, no dust day
        ([(600, 100), (199, 50), (50, 30)], [False, False, False]),  # alone: an instrument
        ([(600, 100), (50, 30), (600, 100)], [False, False, False]),  # the other is too far away
        ([(600, 400), (700, 500), (50, 30)], [False, False, False]),  # haze, fireworks
        ([(600, 100), (500, 400), (50, 30)], [False, False, False]),  # the witness sees haze
        ([(600, np.nan), (500, 90), (50, 30)], [False, False, False]),
        ([(600, 100), (np.nan, 90), (50, 30)], [False, False, False]),
    ],
)
def test_proxy(particles: list[tuple[float, float]], found: list[bool]) -> None:
    assert proxy_days(day(*particles), WEST)[0].tolist() == found


def test_without_coordinates_the_province_or_else_the_list_is_the_region() -> None:
    event = day((600, 100), (300, 60), (50, 30))
    assert proxy_days(event, BARE)[0].tolist() == [True, False, False]
    provinces = places(City("甲", province="河南"), City("乙", province="甘肃"), City("丙"))
    assert near(provinces).tolist() == [
        [False, False, True],
        [False, False, True],
        [True, True, False],
    ]
    assert not proxy_days(event, provinces).any()
    caveat = dust_caveat("proxy", 1, "2017", BARE)
    assert caveat is not None
    assert "3 cities without coordinates" in caveat
    assert "3个城市无坐标" in caveat.text("zh")
    located = dust_caveat("proxy", 1, "2017", WEST)
    assert located is not None
    assert "without coordinates" not in located


concentrations = st.one_of(st.floats(0, 1500), st.just(np.nan))


@given(
    values=hnp.arrays(float, (6, 3, len(POLLUTANTS)), elements=concentrations),
    split=st.integers(1, 5),
)
def test_no_day_depends_on_another(values: np.ndarray, split: int) -> None:
    whole = proxy_days(values, BARE)
    other = values.copy()
    other[split:] = 900.0
    assert np.array_equal(proxy_days(other, BARE)[:split], whole[:split])
    assert np.array_equal(proxy_days(values[split:], BARE), whole[split:])
    high = (values[..., PM10] >= 400) & (values[..., PM25] <= 0.4 * values[..., PM10])
    assert not (whole & ~high).any()


@given(values=hnp.arrays(float, (2, 3, len(POLLUTANTS)), elements=concentrations))
def test_the_order_of_the_cities_does_not_matter(values: np.ndarray) -> None:
    turned = places(*reversed(WEST.cities))
    assert np.array_equal(proxy_days(values[:, ::-1], turned)[:, ::-1], proxy_days(values, WEST))


@pytest.fixture(scope="module")
def bundled() -> Panel:
    return load_panel(None, "168").panel


def test_the_bundled_days_are_plausible(bundled: Panel) -> None:
    found = bundled.dust_days("proxy")
    months = bundled.days.astype("datetime64[M]").astype(int) % 12 + 1
    spring = (months >= 3) & (months <= 5)
    assert 150 <= found.sum() <= 300
    assert found[spring].sum() > 0.8 * found.sum()
    assert found[(months >= 6) & (months <= 10)].sum() <= 3
    storm = bundled.between(date(2017, 5, 4), date(2017, 5, 6)).dust_days("proxy")
    assert storm.sum(axis=1).tolist() == [28, 38, 22]  # the great storm of May 2017
    tropics = bundled.cities.index("海口")
    assert not found[:, tropics].any()


def test_a_panel_deducts_what_the_mode_says(bundled: Panel) -> None:
    part = bundled.between(date(2017, 5, 1), date(2017, 5, 31))
    marks = np.zeros_like(part.dust)
    marks[0, 0] = True
    marked = replace(part, dust=marks)
    assert not marked.dust_days("keep").any()
    assert np.array_equal(marked.dust_days("deduct"), marks)
    assert not marked.dust_days("proxy")[0, 0]
    without = marked.without_dust("proxy")
    lost = np.isnan(without.values) & ~np.isnan(part.values)
    assert lost[..., [PM25, PM10]].sum() == 2 * marked.dust_days("proxy").sum()
    assert lost.sum() == lost[..., [PM25, PM10]].sum()
    same = marked.without_dust("keep").values
    assert np.array_equal(same, part.values, equal_nan=True)
    with pytest.raises(InputError, match="unknown dust mode 'maybe': expected keep, deduct, proxy"):
        marked.dust_days("maybe")


def test_ranks_with_the_proxy(bundled: Panel) -> None:
    year = parse_period("2017")
    kept, found = (standings(bundled, year, Rules(dust=m)) for m in ("keep", "proxy"))
    deducted = standings(bundled.deducting("proxy"), year, Rules(dust="deduct"))
    assert deducted.equals(found)
    assert (found["pm10"].reindex(kept.index) <= kept["pm10"]).all()
    assert found["pm10"]["兰州"] < kept["pm10"]["兰州"] - 5
    for gas in ("so2", "no2", "co", "o3_8h"):
        assert found[gas].reindex(kept.index).equals(kept[gas])
