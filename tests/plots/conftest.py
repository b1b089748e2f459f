"""A real forecast with few draws, for looking at what the figures are made of."""

from __future__ import annotations

from datetime import date

import pytest

from airrank.forecasting.result import Forecast
from airrank.forecasting.run import forecast_panel
from airrank.inputs import Source, load_panel


@pytest.fixture(scope="session")
def source() -> Source:
    return load_panel(None, "168")


@pytest.fixture(scope="session")
def made(source: Source) -> Forecast:
    return forecast_panel(source.panel, date(2017, 9, 24), draws=300, goals=(110, 105, 100))
