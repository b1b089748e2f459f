"""A briefing from the bundled data with few draws, made once."""

from __future__ import annotations

from datetime import date

import pytest

from airrank.forecasting.run import forecast_panel
from airrank.inputs import load_panel
from airrank.report.briefing import Briefing, make_briefing
from airrank.store import load_observations


@pytest.fixture(scope="session")
def briefing() -> Briefing:
    source = load_panel(None, "168")
    forecast = forecast_panel(source.panel, date(2017, 9, 24), draws=300)
    return make_briefing(source, load_observations(), forecast, "驻马店")
