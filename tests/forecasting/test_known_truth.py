"""Forecasts of panels from a known process: intervals and probabilities mean what they say.

City-forecasts of one simulated panel depend on each other, so errors are counted between panels:
the rate of each panel is one observation.
"""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from airrank.periods import Period
from airrank.rules.choices import Rules
from airrank.rules.ranking import rank_array
from airrank.verification import scores
from airrank.verification.baselines import get_model
from airrank.verification.outcomes import draw_index, outcome
from tests.forecasting.simulated import simulate

pytestmark = pytest.mark.slow

CITIES, PANELS, DRAWS = 20, 16, 250
YEAR = Period(date(2017, 1, 1), date(2017, 12, 31))
AS_OF = date(2017, 5, 31)


def forecasts(correlation: float) -> dict[str, np.ndarray]:
    """PIT [panel, city]; probability and outcome of each rank goal [panel, city × goal]."""
    rules, collected = Rules("2012"), dict[str, list[np.ndarray]]()
    for seed in range(PANELS):
        panel = simulate(CITIES, date(2015, 1, 1), YEAR.end, seed, correlation=correlation)
        truth = outcome(panel, YEAR, rules)
        history = panel.until(AS_OF)
        index = draw_index(get_model("remainder"), history, YEAR, rules, DRAWS, seed)
        ranks = rank_array(index)
        goals = (5, 10, 15)
        values = {
            "rank_pit": scores.randomised_pit(ranks, truth.rank, seed),
            "index_pit": scores.randomised_pit(index, truth.index, seed),
            "p": np.concatenate([(ranks <= g).mean(axis=0) for g in goals]),
            "hit": np.concatenate([truth.rank <= g for g in goals]),
        }
        for name, value in values.items():
            collected.setdefault(name, []).append(np.asarray(value))
    return {name: np.array(rows) for name, rows in collected.items()}


@pytest.fixture(
    scope="module",
    params=[
        pytest.param(0.0, id="independent", marks=pytest.mark.slow),
        pytest.param(0.8, id="correlated"),
    ],
)
def found(request: pytest.FixtureRequest) -> dict[str, np.ndarray]:
    return forecasts(request.param)


def rate(pit: np.ndarray, level: float) -> tuple[float, float]:
    """Rate at which a central interval covers, and its standard error between panels.

    The randomised PIT gives the rate without the excess of lumpy ranks.
    """
    inside = (np.abs(pit - 0.5) <= level / 200).mean(axis=1)
    return float(inside.mean()), float(inside.std(ddof=1) / np.sqrt(len(inside)))


@pytest.mark.parametrize("level", [50, 80, 95])
@pytest.mark.parametrize("of", ["rank_pit", "index_pit"])
def test_intervals_cover_at_their_nominal_rate(
    found: dict[str, np.ndarray], of: str, level: int
) -> None:
    """Or at a little more: errors are widened for what a Gaussian world does not do."""
    mean, error = rate(found[of], level)
    assert -3 * error <= mean - level / 100 <= 3 * error + 0.02


@pytest.mark.parametrize("low", [0.0, 0.2, 0.4, 0.6, 0.8])
def test_goals_are_reached_as_often_as_said(found: dict[str, np.ndarray], low: float) -> None:
    inside = (found["p"] >= low) & ((found["p"] < low + 0.2) | (low == 0.8))
    excess = np.where(inside, found["hit"] - found["p"], 0.0).sum(axis=1)
    error = excess.std(ddof=1) * np.sqrt(PANELS)
    assert inside.sum() > 30
    assert abs(excess.sum()) <= 3 * error
