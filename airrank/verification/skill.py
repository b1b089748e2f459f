"""Skill: what a backtest says about the models, side by side."""

from __future__ import annotations

import numpy as np
import pandas as pd

from airrank.verification.backtest import Backtest
from airrank.verification.baselines import BASELINES
from airrank.verification.scores import diebold_mariano, year_bootstrap


def best_baseline(scores: pd.DataFrame, column: str) -> pd.Series[float]:
    """Give the lowest score of any baseline at each origin; empty if none was run."""
    baselines = scores[scores["model"].isin(list(BASELINES))]
    return baselines.groupby("as_of")[column].min()


def summary(scores: pd.DataFrame) -> pd.DataFrame:
    """Give one row per model over all origins, best RPS first.

    Columns: means of ``rank_mae``, ``rps``, ``crps``, ``coverage_50/80/95`` and ``median_change``;
    ``mae_ratio`` and ``rps_ratio``, the mean over origins of score / best baseline of that origin
    (baselines included: none can be below 1); NaN where no baseline was run.
    """
    columns = ["rank_mae", "rps", "crps", "coverage_50", "coverage_80", "coverage_95"]
    table = scores.groupby("model")[[*columns, "median_change"]].mean()
    for name, column in (("mae_ratio", "rank_mae"), ("rps_ratio", "rps")):
        best = scores["as_of"].map(best_baseline(scores, column))
        table[name] = (scores[column] / best).groupby(scores["model"]).mean()
    return table.sort_values("rps")


def differences(scores: pd.DataFrame, model: str, column: str = "rps") -> pd.DataFrame:
    """Test a model against each other one at the same origins; negative: the model is better.

    Diebold-Mariano with as many lags as a year has origins, less one, because origins of one year
    share their outcome; and the bootstrap by whole years. Rows by rival: ``mean, low, high,
    p_value, year_low, year_high``.
    """
    wide = scores.pivot(index="as_of", columns="model", values=column).sort_index()
    years = scores.groupby("as_of")["period"].first().reindex(wide.index)
    lag = int(years.value_counts().max()) - 1
    rows = {}
    for rival in wide.columns.drop(model):
        own, other = wide[model].to_numpy(float), wide[rival].to_numpy(float)
        if len(own) < 3:
            continue
        test = diebold_mariano(own, other, lag)
        block = year_bootstrap(own, other, years.tolist())
        rows[rival] = {
            "mean": test.mean,
            "low": test.low,
            "high": test.high,
            "p_value": test.p_value,
            "year_low": block.low,
            "year_high": block.high,
        }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("rival")


def by_lead(scores: pd.DataFrame, column: str = "rps") -> pd.DataFrame:
    """Skill 1 - score / best baseline against lead, averaged over years: months left × model."""
    best = scores["as_of"].map(best_baseline(scores, column))
    months = np.rint(scores["lead_days"] / 30.4375).astype(int).rename("months_left")
    skill = (1.0 - scores[column] / best).groupby([months, scores["model"]]).mean()
    return skill.unstack("model")


def reliability(result: Backtest, model: str, bins: int = 10) -> pd.DataFrame:
    """Pool P(rank ≤ goal) over goals, cities and origins, and compare it with what came.

    Returns
    -------
    DataFrame
        By bin of probability: ``forecast`` (mean probability), ``observed`` (share reached),
        ``count``. Bins are of equal width; city-origins far from the goal fill the outer ones.
    """
    p, hit = [], []
    for scored in result.results:
        if scored.row["model"] != model:
            continue
        truth = scored.table.loc[scored.table["scored"], "outcome_rank"]
        for goal in result.goals:
            p.append(scored.probability(goal).to_numpy(float))
            hit.append((truth <= goal).to_numpy(bool))
    probability, happened = np.clip(np.concatenate(p), 0.0, 1.0), np.concatenate(hit)
    place = np.minimum((probability * bins).astype(int), bins - 1)
    frame = pd.DataFrame({"bin": place, "forecast": probability, "observed": happened})
    table = frame.groupby("bin").agg(
        forecast=("forecast", "mean"), observed=("observed", "mean"), count=("forecast", "size")
    )
    return table.rename_axis("bin")
