"""Observations the forecasting tests share."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from airrank.cities import load_ranking_list
from airrank.forecasting.result import Forecast
from airrank.forecasting.run import forecast_panel
from airrank.panel import Panel
from airrank.store import load_observations


@pytest.fixture(scope="session")
def henan() -> Panel:
    """Henan's 17 cities in the bundled data."""
    return Panel.from_observations(load_observations(), load_ranking_list("henan17"))


@pytest.fixture(scope="session")
def autumn(henan: Panel) -> Forecast:
    """Henan as of 2017-09-24."""
    return forecast_panel(henan, date(2017, 9, 24), draws=400, goals=(5, 9))


@pytest.fixture(scope="session")
def observations() -> pd.DataFrame:
    """The bundled observations."""
    return load_observations()


@pytest.fixture(scope="session")
def whole(observations: pd.DataFrame) -> Panel:
    """All 168 cities in the bundled data."""
    return Panel.from_observations(observations, load_ranking_list("168"))
