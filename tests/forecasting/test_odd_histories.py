"""Much history, hardly any year yet, hardly any year left, a gap in one city."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest

from airrank.forecasting.result import Forecast
from airrank.forecasting.run import forecast_panel
from airrank.panel import Panel
from airrank.periods import Period
from airrank.ranking_table import standings
from airrank.rules.standards import POLLUTANTS

WHOLE_YEARS = 3 * 365 + 1
"""Days after which the weather is repeated."""


@pytest.fixture(scope="module")
def truth(henan: Panel) -> pd.Series:
    return standings(henan, Period(date(2017, 1, 1), date(2017, 12, 31)))["index"]


def sane(forecast: Forecast, truth: pd.Series) -> pd.DataFrame:
    """Every city has a finite forecast whose 95 % interval is not far from what came."""
    table = forecast.summary().reindex(truth.index)
    columns = [c for c in table.columns if c.startswith(("rank_", "index_"))]
    assert np.isfinite(table[columns].to_numpy(float)).all()
    margin = 0.05 * truth
    inside = table["index_lo95"].sub(margin).le(truth) & table["index_hi95"].add(margin).ge(truth)
    assert inside.mean() >= 0.85
    return table


@pytest.mark.slow
def test_ten_past_years(henan: Panel, truth: pd.Series) -> None:
    """Seven more years of the same weather, each city's level another every three years."""
    rng = np.random.default_rng(0)
    as_of = np.datetime64("2017-06-30")
    days = np.arange(np.datetime64("2007-01-01"), as_of + 1)
    back = (as_of - days).astype(int)
    rows = int(np.flatnonzero(henan.days == as_of)[0]) - back % WHOLE_YEARS
    change = np.exp(rng.normal(0.1, 0.1, (back.max() // WHOLE_YEARS + 1, 17, 6)))
    change[0] = 1.0
    panel = replace(
        henan,
        days=days,
        values=np.round(henan.values[rows] * change[back // WHOLE_YEARS], 3),
        estimated=henan.estimated[rows],
        dust=henan.dust[rows],
        likely_dust=henan.likely_dust[rows],
    )
    table = sane(forecast_panel(panel, date(2017, 6, 30), draws=300), truth)
    width = (table["index_hi80"] - table["index_lo80"]) / truth
    assert width.between(0.01, 0.3).all()


@pytest.mark.slow
def test_all_is_open_on_5_january_and_nearly_settled_on_30_december(
    henan: Panel, truth: pd.Series
) -> None:
    early = sane(forecast_panel(henan, date(2017, 1, 5), draws=300), truth)
    late = sane(forecast_panel(henan, date(2017, 12, 30), draws=300), truth)
    for table, low, high in ((early, 0.08, 0.75), (late, 0.0, 0.02)):
        width = (table["index_hi95"] - table["index_lo95"]) / truth
        assert width.between(low, high).all()
    assert (early["rank_hi80"] - early["rank_lo80"]).mean() > 2
    assert (late["rank_hi80"] - late["rank_lo80"]).mean() < 1
    assert late["index_median"].to_numpy() == pytest.approx(truth.to_numpy(), abs=0.04)


@pytest.mark.slow
def test_a_city_away_for_two_months_is_not_sure_of_its_year(henan: Panel) -> None:
    """It keeps its place in the list; its own days and its neighbours' tell of the gap."""
    city = henan.cities.index("驻马店")
    values = henan.values.copy()
    gone = (henan.days >= np.datetime64("2017-07-01")) & (henan.days < np.datetime64("2017-09-01"))
    values[gone, city] = np.nan
    for as_of, less, more in ((date(2017, 8, 31), 0.9, 1.5), (date(2017, 12, 31), 0.0, 0.0)):
        whole = forecast_panel(henan, as_of, draws=500)
        gappy = forecast_panel(replace(henan, values=values), as_of, draws=500)
        before, after = (f.index_draws[:, city].std() for f in (whole, gappy))
        assert less * before <= after <= more * before + 0.2
        middle = [float(np.median(f.index_draws[:, city])) for f in (whole, gappy)]
        assert middle[1] == pytest.approx(middle[0], rel=0.03)
    assert before == 0
    assert after > 0.01


@pytest.mark.slow
@pytest.mark.parametrize("level", [1e-6, 9e4])
def test_a_pollutant_that_is_nearly_nothing_or_beyond_any(henan: Panel, level: float) -> None:
    values = henan.values.copy()
    values[..., POLLUTANTS.index("so2")] = level
    made = forecast_panel(replace(henan, values=values), date(2017, 9, 24), draws=100)
    assert np.isfinite(made.index_draws).all()
