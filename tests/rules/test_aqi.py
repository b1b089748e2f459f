from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from airrank.errors import InputError
from airrank.rules import aqi, iaqi
from airrank.rules.aqi import CATEGORIES, aqi_array, good_day, heavy_day, iaqi_array
from airrank.rules.standards import POLLUTANTS

LEVELS = (0, 50, 100, 150, 200, 300, 400, 500)
NODES_2012 = {  # from HJ 633-2012, not read from the tables under test
    "so2": (0, 50, 150, 475, 800, 1600, 2100, 2620),
    "no2": (0, 40, 80, 180, 280, 565, 750, 940),
    "co": (0, 2, 4, 14, 24, 36, 48, 60),
    "o3_8h": (0, 100, 160, 215, 265, 800),
    "pm10": (0, 50, 150, 250, 350, 420, 500, 600),
    "pm25": (0, 35, 75, 115, 150, 250, 350, 500),
}
NODES_2026 = NODES_2012 | {
    "pm10": (0, 50, 120, 250, 350, 420, 500, 600),
    "pm25": (0, 35, 60, 115, 150, 250, 350, 500),
}
NODES = {"2012": NODES_2012, "2026-transition": NODES_2026, "2026-final": NODES_2026}
CLEAN = {"pm25": 10.0, "pm10": 20.0, "so2": 5.0, "no2": 10.0, "co": 0.5, "o3_8h": 40.0}


def exact_iaqi(pollutant: str, concentration: Fraction, edition: str) -> int:
    nodes = NODES[edition][pollutant]
    for i in range(1, len(nodes)):
        if concentration <= nodes[i]:
            slope = Fraction(LEVELS[i] - LEVELS[i - 1], nodes[i] - nodes[i - 1])
            return math.ceil(LEVELS[i - 1] + slope * (concentration - nodes[i - 1]))
    return LEVELS[len(nodes) - 1]


@pytest.mark.parametrize("edition", NODES)
@pytest.mark.parametrize("pollutant", POLLUTANTS)
def test_every_published_concentration_against_fractions(pollutant: str, edition: str) -> None:
    scale = 10 if pollutant == "co" else 1
    units = range(NODES[edition][pollutant][-1] * scale + 301)
    expected = [exact_iaqi(pollutant, Fraction(u, scale), edition) for u in units]
    values = [u / scale for u in units]
    assert iaqi(pollutant, values, edition=edition).tolist() == expected
    assert [iaqi(pollutant, v, edition=edition) for v in values] == expected
    panel = np.full((len(values), 6), np.nan)
    panel[:, POLLUTANTS.index(pollutant)] = values
    kernel = iaqi_array(panel, edition)
    assert kernel[:, POLLUTANTS.index(pollutant)].tolist() == expected
    assert (kernel.sum(axis=1) == np.array(expected) - 5).all()


def test_the_case_floats_get_wrong() -> None:
    assert iaqi("co", 2.2) == 55


def test_concentrations_are_rounded_half_even_first() -> None:
    assert iaqi("pm25", [35.5, 74.5, 75.5]).tolist() == [52, 99, 102]
    assert iaqi("co", [2.25, 2.35]).tolist() == [55, 60]


def test_types() -> None:
    assert type(iaqi("pm25", 35)) is int
    assert iaqi("pm25", float("nan")) is pd.NA
    assert iaqi("pm25", None) is pd.NA
    array = iaqi("pm25", np.array([35.0, np.nan]))
    assert array.dtype == "Int64"
    assert array.isna().tolist() == [False, True]
    series = pd.Series([35, None], index=["a", "b"], dtype="Int64", name="pm25")
    result = iaqi("pm25", series)
    assert result.index.tolist() == ["a", "b"]
    assert result.name == "pm25"
    assert result["a"] == 50
    assert result["b"] is pd.NA
    assert iaqi("pm25", []).tolist() == []


@pytest.mark.parametrize(
    ("pollutant", "value", "message"),
    [
        ("pm2.5", 1, "Unknown pollutant 'pm2.5': expected pm25, pm10, so2, no2, co, o3_8h"),
        ("co", -0.1, "not below zero, found -0.1"),
        ("co", [1.0, -2.0], "found -2.0 at position 1"),
        ("co", float("inf"), "found inf"),
        ("co", "much", "as numbers"),
        ("co", np.ones((2, 2)), "iaqi_array"),
    ],
)
def test_refusals(pollutant: str, value: object, message: str) -> None:
    with pytest.raises(InputError, match=message):
        iaqi(pollutant, value)  # type: ignore[call-overload]
    with pytest.raises(InputError, match="last day"):
        iaqi("co", 1.0, edition="auto")


@given(
    st.sampled_from(POLLUTANTS), st.floats(0, 1e6), st.floats(0, 1e6), st.sampled_from(list(NODES))
)
def test_iaqi_rises_with_the_concentration(p: str, a: float, b: float, edition: str) -> None:
    low, high = sorted((a, b))
    assert iaqi(p, low, edition=edition) <= iaqi(p, high, edition=edition)


def frame(*days: dict[str, object]) -> pd.DataFrame:
    return pd.DataFrame([{"date": "2017-01-01", "city": "驻马店", **CLEAN, **day} for day in days])


def test_levels_classes_and_primary_pollutant() -> None:
    daily = frame(
        {"pm25": 35}, {"pm25": 36}, {"pm25": 75, "pm10": 150}, {"pm25": 76}, {"pm25": 116},
        {"pm25": 151}, {"o3_8h": 900}, {"pm25": 251}, {"pm25": 900, "pm10": 900},
    )  # fmt: skip
    result = aqi(daily)
    assert result["aqi"].tolist() == [50, 52, 100, 102, 152, 201, 300, 301, 500]
    assert result["level"].tolist() == [1, 2, 2, 3, 4, 5, 5, 6, 6]
    assert result["category"].tolist() == [
        CATEGORIES[level - 1] for level in (1, 2, 2, 3, 4, 5, 5, 6, 6)
    ]
    assert result["category"].cat.ordered
    assert pd.isna(result["primary"].iloc[0])
    assert result["primary"].tolist()[1:] == [
        "pm25", "pm25,pm10", "pm25", "pm25", "pm25", "o3_8h", "pm25", "pm25,pm10",
    ]  # fmt: skip
    assert result["iaqi_pm10"].tolist()[2] == 100
    assert result[["date", "city"]].equals(daily[["date", "city"]])


def test_auto_changes_edition_on_the_day() -> None:
    daily = frame(
        {"date": "2026-03-01", "pm25": 75}, {"date": "2026-02-28", "pm25": 75},
        {"date": "2031-01-01", "pm25": 75},
    )  # fmt: skip
    assert aqi(daily)["aqi"].tolist() == [114, 100, 114]
    assert aqi(daily, edition="2012")["aqi"].tolist() == [100, 100, 100]


def test_a_day_before_every_edition_is_refused() -> None:
    with pytest.raises(InputError, match="No edition was in force on 1999-12-31"):
        aqi(frame({}, {"date": "1999-12-31"}))


def test_air_without_anything_is_excellent() -> None:
    result = aqi(frame(dict.fromkeys(POLLUTANTS, 0.0)))
    assert result[["aqi", "level", "category"]].iloc[0].tolist() == [0, 1, "优"]


def test_missing_pollutants() -> None:
    daily = frame({"so2": None, "pm25": 76}, {"so2": None, "pm25": 75}, dict.fromkeys(POLLUTANTS))
    result = aqi(daily)
    assert result["aqi"].tolist() == [102, pd.NA, pd.NA]
    assert result["level"].tolist() == [3, pd.NA, pd.NA]
    assert result["category"].isna().tolist() == [False, True, True]
    assert result["iaqi_pm25"].tolist() == [102, 100, pd.NA]


def test_dust_days_are_recomputed_without_particles() -> None:
    daily = frame(
        {"pm10": 600, "pm25": 80, "dust": True},
        {"pm10": 600, "dust": False},
        {"pm10": 600, "so2": None, "dust": True},
    )
    assert aqi(daily)["aqi"].tolist() == [500, 500, 500]
    deducted = aqi(daily, dust="deduct")
    assert deducted["aqi"].tolist() == [20, 500, pd.NA]
    assert deducted["iaqi_pm10"].tolist() == [pd.NA, 500, pd.NA]
    for kind in ("boolean", "object"):
        again = aqi(daily.astype({"dust": kind}), dust="deduct")
        assert again["aqi"].tolist() == [20, 500, pd.NA]


def test_thresholds() -> None:
    indices = pd.array([0, 100, 101, 200, 201, None], dtype="Int64")
    assert good_day(indices).tolist() == [True, True, False, False, False, pd.NA]
    assert heavy_day(indices).tolist() == [False, False, False, False, True, pd.NA]
    assert good_day(np.array([-1, 0, 100])).tolist() == [False, True, True]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"pm25": ["much"]}, "Column 'pm25', row 0: expected a number .* found 'much'"),
        ({"co": [-1.0]}, "Column 'co', row 0: .* found -1.0"),
        ({"date": ["soon"]}, "Column 'date', row 0: expected a calendar day"),
        ({"date": [20170101]}, "Column 'date', row 0: expected a calendar day"),
        ({"date": ["2017-01"]}, "Column 'date', row 0: expected a calendar day.*'2017-01'"),
        ({"date": ["9/24/2017"]}, "Column 'date', row 0: expected a calendar day"),
        ({"date": ["2017-01-01T05:00"]}, "Column 'date', row 0: expected a calendar day"),
        ({"date": [pd.Timestamp("2017-01-01", tz="UTC")]}, "without a time zone"),
    ],
)
def test_bad_cells_are_named(change: dict[str, list[object]], message: str) -> None:
    with pytest.raises(InputError, match=message):
        aqi(frame({}).assign(**change))


def test_bad_options_and_columns_are_named() -> None:
    with pytest.raises(InputError, match="one column 'no2', found 0"):
        aqi(frame({}).drop(columns="no2"))
    with pytest.raises(InputError, match="one column 'date', found 0"):
        aqi(frame({}).drop(columns="date"))
    with pytest.raises(InputError, match="one column 'dust', found 0"):
        aqi(frame({}), dust="deduct")
    with pytest.raises(InputError, match="Unknown dust mode 'proxy': expected one of keep, deduct"):
        aqi(frame({}), dust="proxy")
    with pytest.raises(InputError, match="Column 'dust', row 1: expected true or false"):
        aqi(frame({"dust": True}, {"dust": None}), dust="deduct")
    with pytest.raises(InputError, match="DataFrame of city-days, found list"):
        aqi([])  # type: ignore[arg-type]


def test_an_empty_frame_gives_an_empty_frame() -> None:
    assert aqi(frame({}).iloc[:0])["aqi"].tolist() == []


def test_array_kernel_agrees_with_the_frame() -> None:
    rng = np.random.default_rng(3)
    values = rng.gamma(2.0, 1.0, (500, 6)) * (30, 50, 10, 20, 1, 60)
    values[rng.random(values.shape) < 0.05] = np.nan
    daily = pd.DataFrame(values, columns=list(POLLUTANTS)).assign(date="2017-01-01", city="a")
    kernel = aqi_array(iaqi_array(values, "2012"))
    assert iaqi_array(values, "2012").dtype == np.int16
    assert kernel.dtype == np.int16
    assert aqi(daily)["aqi"].fillna(-1).tolist() == kernel.tolist()
