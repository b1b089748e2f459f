"""Kinds of periods in a backtest, and the baselines of each."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest

from airrank.errors import InputError
from airrank.panel import Panel
from airrank.periods import Period
from airrank.rules.choices import Rules
from airrank.rules.evaluation import statistics_array
from airrank.verification import backtest as module
from airrank.verification.backtest import backtest
from airrank.verification.baselines import AHEAD, OF_PARTS, Past, get_model
from airrank.verification.targets import KINDS, targets
from tests.forecasting.simulated import simulate


@pytest.fixture(scope="module")
def panel() -> Panel:
    return simulate(12, date(2013, 7, 1), date(2017, 12, 31), 2, correlation=0.3)


def test_every_period_of_a_year_is_asked_before_it_is_over() -> None:
    for kind in KINDS:
        asked = targets(2016, kind, lambda year: [date(year, 3, 31), date(year, 9, 30)])
        assert len(asked) == {"month": 12, "quarter": 4}.get(kind, 2)
        for as_of, period in asked:
            assert period.start.year == 2016
            assert as_of < period.end
            assert (as_of < period.start) == kind.startswith("next")
    assert targets(2016, "month", lambda _: [])[1] == (date(2016, 2, 15), Period.of_month(2016, 2))
    with pytest.raises(InputError, match="next2"):
        targets(2016, "week", lambda _: [])


@pytest.mark.parametrize("kind", ["month", "quarter", "next", "next2"])
@pytest.mark.slow
def test_a_kind_is_scored_with_its_baselines(
    panel: Panel, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "origin_days", lambda year, _: [date(year, 9, 30)])
    result = backtest(panel, [2017], period=kind, draws=60, goals=(4,), rules=Rules("2012"))
    names = {"remainder", *(OF_PARTS if kind in {"month", "quarter"} else AHEAD)}
    assert set(result.scores["model"]) == names
    assert len(result.scores) == len(names) * {"month": 12, "quarter": 4}.get(kind, 1)
    assert np.isfinite(result.scores["rps"]).all()
    ahead = {"next": "2016-09-30", "next2": "2015-09-30"}
    if kind in ahead:
        assert set(result.scores["as_of"]) == {ahead[kind]}
        assert set(result.scores["period"]) == {"2017"}


def test_points_of_a_year_ahead(panel: Panel) -> None:
    history, year = panel.until(date(2016, 9, 30)), Period.of_year(2017)
    latest = statistics_array(history.values[-365:])
    before = statistics_array(history.values[-730:-365])
    past = Past.of(history, year)
    assert np.array_equal(past.recent[0], latest)
    assert get_model("twelve_months").point(history, year) == pytest.approx(latest)  # type: ignore[attr-defined]
    drifted = get_model("half_drift").point(history, year)  # type: ignore[attr-defined]
    assert drifted == pytest.approx(latest * np.sqrt(latest / before))
    whole = statistics_array(panel.between(date(2015, 1, 1), date(2015, 12, 31)).values)
    assert get_model("last_year").point(history, year) == pytest.approx(whole)  # type: ignore[attr-defined]


def test_errors_of_a_year_ahead_are_of_the_same_lead(panel: Panel) -> None:
    """The pseudo-origin a year earlier sees until 30 September of the year before, not more."""
    history, year = panel.until(date(2016, 9, 30)), Period.of_year(2017)
    errors = get_model("twelve_months").errors(history, year)  # type: ignore[attr-defined]
    guess = statistics_array(panel.until(date(2014, 9, 30)).values)
    assert len(errors) == 1  # 2016 is not over, and for 2014 too little was known
    seen = panel.until(date(2015, 9, 30))
    assert not np.allclose(guess, statistics_array(seen.values[-365:]))
    truth = statistics_array(panel.between(date(2015, 1, 1), date(2015, 12, 31)).values)
    assert np.isfinite(errors[0]).all()
    assert np.abs(errors[0] - np.log(truth / guess)).max() < 0.2


def test_this_year_is_the_running_year(panel: Panel) -> None:
    history = panel.until(date(2016, 9, 30))
    this, ours = (
        np.concatenate(list(get_model(name).draw_statistics(history, period, draws=40, seed=1)))
        for name, period in (
            ("this_year", Period.of_year(2017)),
            ("remainder", Period.of_year(2016)),
        )
    )
    assert np.array_equal(this, ours)


def test_the_average_to_date(panel: Panel) -> None:
    history, month = panel.until(date(2017, 5, 15)), Period.of_month(2017, 5)
    points = pd.Series(
        {
            name: get_model(name).point(history, month)[3, 0]  # type: ignore[attr-defined]
            for name in ("ytd", "ytd_last_remainder", "mean_to_date")
        }
    )
    assert points["mean_to_date"] == pytest.approx(points.iloc[:2].mean())
