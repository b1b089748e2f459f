"""A forecast as of a day: what may influence it, and what it says."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import numpy as np
import pandas as pd
import pytest

import airrank
from airrank.errors import InputError, InsufficientDataError
from airrank.forecasting.result import Forecast
from airrank.panel import Panel
from airrank.periods import Period
from airrank.ranking_table import standings

AS_OF = "2017-09-24"


@pytest.fixture(scope="module")
def observations() -> pd.DataFrame:
    days = airrank.load_observations()
    return days[days["date"] >= "2015-01-01"]


def run(frame: pd.DataFrame, **more: object) -> Forecast:
    return airrank.forecast(frame, AS_OF, draws=200, panel="henan17", **more)  # type: ignore[arg-type]


def same(first: Forecast, second: Forecast) -> bool:
    return (
        np.array_equal(first.index_draws, second.index_draws)
        and np.array_equal(first.statistics_draws, second.statistics_draws)
        and first.fingerprint == second.fingerprint
        and first.caveats == second.caveats
    )


@pytest.mark.afresh
@pytest.mark.slow
def test_later_days_and_later_retrievals_have_no_influence(observations: pd.DataFrame) -> None:
    base = observations.assign(
        retrieved_at=observations["date"].dt.tz_localize("Asia/Shanghai") + pd.Timedelta(hours=26)
    )
    expected = run(base)
    assert same(expected, run(observations))
    later = base["date"] > AS_OF
    assert same(expected, run(base[~later]))
    assert same(expected, run(base.assign(pm25=base["pm25"].mask(later, 999.0))))
    revised = base[base["date"].between("2017-03-01", "2017-06-30")].assign(
        pm25=999.0, retrieved_at=pd.Timestamp("2017-10-01T00:00+08:00")
    )
    both = pd.concat([base, revised], ignore_index=True)
    assert same(expected, run(both))
    assert not same(expected, run(both, as_known_at="2017-10-02"))


@pytest.mark.slow
def test_backfilled_data_ask_for_as_known_at(observations: pd.DataFrame) -> None:
    late = observations.assign(retrieved_at=pd.Timestamp("2026-01-01T00:00+08:00"))
    with pytest.raises(InsufficientDataError, match="give as_known_at a later time"):
        run(late)
    known, plain = run(late, as_known_at=datetime(2026, 2, 1)), run(observations)
    assert same(replace(known, caveats=known.caveats[:-1]), plain)
    assert "later than the day after 2017-09-24" in str(known.caveats[-1])
    assert known.settings["as_known_at"] == "2026-02-01T00:00:00+08:00"


def test_the_forecast_starts_from_the_standings(autumn: Forecast, henan: Panel) -> None:
    table = standings(henan, Period(date(2017, 1, 1), date(2017, 9, 24)))
    assert autumn.year_to_date["rank"].equals(table["rank"])
    assert autumn.of_city("Zhumadian")["ytd_index"] == table.loc["驻马店", "index"]


def test_the_distribution_is_the_draws(autumn: Forecast) -> None:
    table = autumn.rank_distribution
    assert table.shape == (17, 17)
    assert table.sum(axis=1).to_numpy() == pytest.approx(1.0)
    column = autumn.cities.index("信阳")
    for goal in (1, 2, 9, 17):
        reached = sum(1 for rank in autumn.rank_draws[:, column] if rank <= goal)
        assert autumn.probability("信阳", goal) == pytest.approx((reached + 0.5) / 401)
        assert table.loc["信阳", 1:goal].sum() == pytest.approx(reached / 400)
    with pytest.raises(InputError, match="between 1 and 17"):
        autumn.probability("信阳", 18)


def test_ranks_are_recomputed_in_every_draw(autumn: Forecast) -> None:
    for index, ranks in zip(autumn.index_draws[:50], autumn.rank_draws[:50], strict=True):
        assert [1 + sum(other < own for other in index) for own in index] == ranks.tolist()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"as_of": "2030-01-01"}, "lies outside the data"),
        ({"panel": "atlantis"}, "no ranking list"),
        ({"edition": "1996"}, "Unknown edition"),
        ({"goals": [0]}, "between 1 and 17"),
        ({"draws": 0}, "draws: expected a whole number from 1 to 1000000, found 0"),
        ({"draws": 2.5}, "draws: expected a whole number"),
        ({"seed": -1}, "seed: expected a whole number from 0 to .*, found -1"),
        ({"as_of": None}, "expected a day such as 2017-09-24, found None"),
    ],
)
def test_wrong_options(
    observations: pd.DataFrame, changes: dict[str, object], message: str
) -> None:
    options = {"as_of": AS_OF, "draws": 100, "panel": "henan17"} | changes
    with pytest.raises(InputError, match=message):
        airrank.forecast(observations, **options)  # type: ignore[arg-type]


def test_quantiles_are_of_the_draws(autumn: Forecast) -> None:
    """An observed one each, as numpy gives them."""
    table = autumn.summary(()).reindex(list(autumn.cities))
    levels = {"lo95": 2.5, "lo80": 10, "lo50": 25, "median": 50, "hi50": 75, "hi80": 90}
    for name, draws in (("rank", autumn.rank_draws), ("index", autumn.index_draws)):
        for end, level in levels.items():
            expected = np.percentile(draws, level, axis=0, method="inverted_cdf")
            assert np.array_equal(table[f"{name}_{end}"], expected), (name, end)
