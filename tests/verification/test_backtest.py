"""The backtest sees no future, goes on where it stopped, and gives the same bytes everywhere."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from airrank.errors import InputError, InsufficientDataError
from airrank.forecasting.run import forecast_panel
from airrank.panel import Panel
from airrank.plots.reliability import reliability_figure
from airrank.plots.skill import skill_figure
from airrank.rules.choices import Rules
from airrank.verification import backtest as module
from airrank.verification.backtest import Backtest, backtest, origin_days
from airrank.verification.skill import by_lead, differences, reliability, summary
from tests.forecasting.simulated import simulate

RULES = Rules("2012")
MODELS = ("ytd", "ytd_last_remainder")


@pytest.fixture(scope="module")
def panel() -> Panel:
    return simulate(12, date(2015, 1, 1), date(2017, 12, 31), 1, correlation=0.3)


def run(panel: Panel, out: Path | None = None, **more: object) -> Backtest:
    settings = {"models": MODELS, "draws": 100, "goals": (4, 8), "rules": RULES, **more}
    return backtest(panel, [2017], out=out, **settings)  # type: ignore[arg-type]


@pytest.fixture
def two_origins(monkeypatch: pytest.MonkeyPatch) -> None:
    """The end of May and of August: fits of the model take a second each."""
    days = [date(2017, 5, 31), date(2017, 8, 31)]
    monkeypatch.setattr(module, "origin_days", lambda *_: days)


def files(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_scores_have_the_promised_columns_and_rows(panel: Panel, tmp_path: Path) -> None:
    result = run(panel, tmp_path)
    table = pd.read_csv(tmp_path / "scores.csv")
    assert len(table) == 11 * len(MODELS) == len(result.results)
    for column in ("as_of", "model", "rank_mae", "rps", "crps", "log_score_4", "brier_8"):
        assert table[column].notna().all()
    assert table[["coverage_50", "coverage_80", "coverage_95"]].stack().between(0, 1).all()
    body = result.results[0].table[[str(k) for k in range(1, 13)]]
    assert body.sum(axis=1).to_numpy() == pytest.approx(1.0)


def test_nothing_after_as_of_has_any_influence(panel: Panel, two_origins: None) -> None:
    """Spoil June on: the forecasts up to May are the same, though their truth is another."""
    spoiled = panel.values.copy()
    spoiled[panel.days > np.datetime64("2017-05-31")] *= np.random.default_rng(0).uniform(
        0.2, 3.0, (1, 12, 6)
    )
    models = (*MODELS, "remainder")
    first, second = (
        run(p, models=models) for p in (panel, replace(panel, values=np.round(spoiled, 3)))
    )
    columns = ["rank_median", "index_median", *map(str, range(1, 13))]
    same = {
        (a.row["as_of"], a.row["model"]): a.table[columns].equals(b.table[columns])
        for a, b in zip(first.results, second.results, strict=True)
    }
    assert all(equal for (day, _), equal in same.items() if day <= "2017-05-31")
    assert not any(equal for (day, _), equal in same.items() if day >= "2017-08-31")


def test_the_ranks_are_those_of_a_forecast_with_the_same_seed(
    panel: Panel, two_origins: None
) -> None:
    result = run(panel, models=("remainder",), seed=3)
    alone = forecast_panel(panel, date(2017, 8, 31), draws=100, seed=3, rules=RULES)
    table = result.results[1].table[[str(k) for k in range(1, 13)]]
    assert np.array_equal(table.to_numpy(), alone.rank_distribution.to_numpy())


@pytest.mark.slow
def test_two_processes_and_a_resumed_run_give_the_same_bytes(
    panel: Panel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(panel, tmp_path / "serial")
    run(panel, tmp_path / "parallel", jobs=2)
    whole = files(tmp_path / "serial")
    assert files(tmp_path / "parallel") == whole

    folder = tmp_path / "serial" / "distributions"
    names = sorted(p.name for p in folder.iterdir())
    (folder / names[0]).unlink()
    (folder / names[1]).write_bytes(b"half a file")
    (folder / names[2]).write_bytes((folder / names[5]).read_bytes())
    made = []
    original = module.score_task
    monkeypatch.setattr(module, "score_task", lambda *a: made.append(a[2]) or original(*a))
    run(panel, tmp_path / "serial")
    assert [task.file_name for task in made] == names[:3]
    assert files(tmp_path / "serial") == whole


@pytest.mark.slow
def test_other_settings_or_data_are_not_taken_from_an_old_run(
    panel: Panel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(panel, tmp_path)
    made = []
    original = module.score_task
    monkeypatch.setattr(module, "score_task", lambda *a: made.append(a[2]) or original(*a))
    run(panel, tmp_path)
    assert made == []
    run(panel, tmp_path, seed=1)
    assert len(made) == 22
    changed = panel.values.copy()
    changed[0, 0, 0] += 1
    run(replace(panel, values=changed), tmp_path, seed=1)
    assert len(made) == 44


def test_summary_skill_and_figures(panel: Panel) -> None:
    result = run(panel, models=(*MODELS, "last_year"))
    table = summary(result.scores)
    assert (table.loc[list(MODELS), "rps_ratio"] >= 1).all()  # none beats the best of each origin
    assert by_lead(result.scores).shape == (11, 3)
    tests = differences(result.scores, "ytd")
    assert set(tests.index) == {"ytd_last_remainder", "last_year"}
    bins = reliability(result, "ytd", bins=5)
    assert bins["count"].sum() == 11 * 12 * 2
    assert bins["forecast"].is_monotonic_increasing
    for figure, numbers in (reliability_figure(result, "ytd"), skill_figure(result.scores)):
        assert len(numbers)
        assert figure.axes[0].get_title(loc="left")


def test_wrong_use_is_refused(panel: Panel) -> None:
    with pytest.raises(InsufficientDataError, match=r"2018.*ends on 2017-12-31"):
        backtest(panel, [2018], models=MODELS, rules=RULES)
    with pytest.raises(InputError, match="expected one of monthly, weekly"):
        run(panel, origins="daily")
    with pytest.raises(InputError, match="between 1 and 12"):
        run(panel, goals=(13,))
    with pytest.raises(InputError, match="no year"):
        backtest(panel, [], rules=RULES)


def test_weekly_origins_are_all_sundays() -> None:
    days = origin_days(2016, "weekly")
    assert len(days) == 52
    assert {day.isoweekday() for day in days} == {7}
