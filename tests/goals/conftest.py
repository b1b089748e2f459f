"""Small worlds for the goals: a panel of invented cities, and a forecast made of known draws."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from airrank.cities import City, RankingList
from airrank.forecasting.result import Forecast
from airrank.panel import Panel
from airrank.periods import Period
from airrank.ranking_table import standings
from airrank.rules.choices import Rules
from airrank.rules.composite import index_array
from airrank.rules.ranking import rank_array
from airrank.rules.standards import POLLUTANTS

CITIES = tuple("甲乙丙丁戊己庚辛壬癸")
LEVELS = np.array([40.0, 80.0, 12.0, 30.0, 1.1, 120.0])


def observations(
    start: str = "2014-01-01", end: str = "2017-12-31", *, cities: tuple[str, ...] = CITIES
) -> pd.DataFrame:
    """City-days with seasons; the cities get dirtier in their order, slowly."""
    rng = np.random.default_rng(7)
    days = pd.date_range(start, end)
    season = 1 + 0.4 * np.cos(2 * np.pi * days.day_of_year.to_numpy() / 365)
    parts = []
    for i, city in enumerate(cities):
        noise = np.exp(0.35 * rng.standard_normal((len(days), 6)))
        values = LEVELS * (0.85 + 0.015 * i) * noise
        values[:, :5] *= season[:, None]
        values[:, 5] *= (2 - season) ** 0.7
        frame = pd.DataFrame(np.round(values, 1), columns=list(POLLUTANTS))
        parts.append(frame.assign(date=days.astype("datetime64[s]"), city=city))
    return pd.concat(parts, ignore_index=True)


def write_plan(folder: Path, city: str, *goals: dict[str, Any]) -> Path:
    """Write plan.toml, and units.csv with the cities; goals are about a rank unless they tell.

    戊 is also called Fifth.
    """
    units, plan = folder / "units.csv", folder / "plan.toml"
    rows = [f"{name},{'Fifth' if name == '戊' else ''}" for name in CITIES]
    units.write_text("\n".join(["city,name_en", *rows]) + "\n", encoding="utf-8")
    usual = {"indicator": "rank", "comparison": "le", "year": 2017, "strength": "duty"}
    head = {"title_zh": "试", "title_en": "test", "city": city, "panel": units.as_posix()}
    parts: list[dict[str, Any]] = [head | {"years": [2016, 2018]}]
    for goal in goals:
        titles = {"title_zh": goal["id"], "title_en": goal["id"]}
        parts.append(titles | usual | {"assessed": "computed"} | goal)
    lines = [
        "\n".join(f"{key} = {json.dumps(value)}" for key, value in part.items()) for part in parts
    ]
    plan.write_text("\n[[goal]]\n".join(lines) + "\n", encoding="utf-8")
    return plan


@pytest.fixture(scope="session")
def daily() -> pd.DataFrame:
    return observations()


@pytest.fixture(scope="session")
def panel(daily: pd.DataFrame) -> Panel:
    units = RankingList("test", "试", "test", tuple(City(c, province="某省") for c in CITIES))
    return Panel.from_observations(daily, units)


@pytest.fixture(scope="session")
def make_forecast(panel: Panel) -> Callable[..., Forecast]:
    """Make a forecast whose remainder is the true one times a shared and an own random factor."""

    def make(as_of: date = date(2017, 9, 30), draws: int = 4000, seed: int = 1) -> Forecast:
        rng = np.random.default_rng(seed)
        year = Period(date(as_of.year, 1, 1), date(as_of.year, 12, 31))
        rules = Rules().during(year)
        truth = standings(panel, year, rules).loc[list(CITIES), list(POLLUTANTS)].to_numpy(float)
        shared = 0.04 * rng.standard_normal((draws, 1, len(POLLUTANTS)))
        own = 0.05 * rng.standard_normal((draws, len(CITIES), len(POLLUTANTS)))
        statistics = (truth * np.exp(shared + own)).astype(np.float32)
        index = index_array(statistics, rules.on(year), on=year.end)
        return Forecast(
            ranking_list=panel.ranking_list,
            as_of=as_of,
            period=Period.of_year(as_of.year),
            rules=rules,
            statistics_draws=statistics,
            index_draws=index / 100.0,
            rank_draws=rank_array(index).astype(np.int16),
            year_to_date=standings(panel.until(as_of), Period(year.start, as_of), rules),
            settings={"seed": seed, "draws": draws},
            fingerprint="test",
            history=panel.until(as_of),
        )

    return make


@pytest.fixture(scope="session")
def forecast(make_forecast: Callable[..., Forecast]) -> Forecast:
    return make_forecast()
