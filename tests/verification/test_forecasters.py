"""What a backtest hands to its models."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np

from airrank.periods import Period
from airrank.rules.choices import Rules
from airrank.verification.forecasters import told
from airrank.verification.outcomes import outcome
from airrank.verification.scored import Task, score_task
from tests.forecasting.simulated import simulate

YEAR, AS_OF = Period.of_year(2016), date(2016, 9, 30)


def test_hindsight_is_told_the_days_after_the_period_and_none_of_the_rest() -> None:
    panel = simulate(20, date(2015, 1, 1), date(2017, 3, 31), 0, correlation=0.3)
    assert told(panel, "remainder", AS_OF, YEAR).last_day == AS_OF
    seen = told(panel, "hindsight", AS_OF, YEAR)
    assert seen.last_day == panel.last_day
    rest = (panel.days > np.datetime64(AS_OF)) & (panel.days <= np.datetime64(YEAR.end))
    assert np.isnan(seen.values[rest]).all()
    assert np.array_equal(seen.values[~rest], panel.values[~rest])
    changed = replace(panel, values=np.where(rest[:, None, None], 9.0, panel.values))
    assert told(changed, "hindsight", AS_OF, YEAR).fingerprint() == seen.fingerprint()


def test_hindsight_errs_less_than_the_forecast() -> None:
    panel = simulate(20, date(2015, 1, 1), date(2017, 12, 31), 1, correlation=0.3)
    truth, error = outcome(panel, YEAR, Rules()), {}
    for name in ("remainder", "hindsight"):
        task = Task(AS_OF, name, YEAR, Rules(), draws=100, seed=0, goals=(10,))
        error[name] = score_task(task.history(panel), truth, task).row["rps"]
    assert error["hindsight"] < error["remainder"]
