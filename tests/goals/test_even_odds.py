"""The even-odds remainder, checked by simulating again with the real model."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from airrank.cities import load_ranking_list
from airrank.forecasting.result import Forecast
from airrank.forecasting.run import forecast_panel
from airrank.goals.odds import rank_curves, rest_of_year
from airrank.panel import Panel
from airrank.store import load_observations

AS_OF = date(2017, 9, 24)


@pytest.fixture(scope="module")
def panel() -> Panel:
    return Panel.from_observations(load_observations(), load_ranking_list("168"))


@pytest.fixture(scope="module")
def forecast(panel: Panel) -> Forecast:
    return forecast_panel(panel, AS_OF, draws=10_000, seed=0)


@pytest.fixture(scope="module")
def again(panel: Panel) -> Forecast:
    """Other draws than those the curve is estimated from, and many of them."""
    return forecast_panel(panel, AS_OF, draws=30_000, seed=1)


@pytest.mark.parametrize("goal", [100, 105])
@pytest.mark.slow
def test_simulating_again_at_the_even_odds_remainder(
    panel: Panel, forecast: Forecast, again: Forecast, goal: int
) -> None:
    even = rank_curves(panel, forecast, "驻马店", [goal], "pm25")[0].even
    assert even is not None
    rest = rest_of_year(panel, again, "驻马店", "pm25")
    near = np.argsort(np.abs(rest - even))[:3000]
    reached = again.rank_draws[:, again.cities.index("驻马店")] <= goal
    # The curve rests on some thousand neighbours of 10,000 draws: it errs by about .02.
    assert reached[near].mean() == pytest.approx(0.5, abs=0.05)
