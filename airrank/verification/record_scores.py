"""Scores of the stored weekly forecasts whose outcome is known."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from airrank.errors import InsufficientDataError
from airrank.forecasting.record import Record
from airrank.panel import Panel
from airrank.periods import Period
from airrank.verification import scores
from airrank.verification.outcomes import Outcome, outcome
from airrank.words import Text


def outcomes(record: Record, panel: Panel) -> tuple[dict[Period, Outcome], dict[Period, Text]]:
    """Give the outcome of each period, and why there is none of the others.

    The outcome is reckoned by the rules of the period's last stored week.
    """
    known: dict[Period, Outcome] = {}
    open_: dict[Period, Text] = {}
    for period, rules in {week.period: week.rules for week in record.weeks}.items():
        try:
            known[period] = outcome(panel, period, rules)
        except InsufficientDataError as error:
            open_[period] = error.text
    return known, open_


def score_record(
    record: Record, known: dict[Period, Outcome], city: str, goals: Sequence[int]
) -> pd.DataFrame:
    """Score the weeks whose outcome is known.

    Returns
    -------
    DataFrame
        By as_of: ``outcome`` (final rank), ``rank_error`` (median minus outcome), ``inside_80``,
        ``rps`` and ``brier_<goal>`` of the city; over all cities with a valid period ``mae_all``,
        ``rps_all`` and ``coverage_80_all``. A city without a valid period has only the latter.
    """
    rows = {}
    for week in record.weeks:
        if week.period not in known:
            continue
        truth = known[week.period]
        on = truth.scored
        here = week.distribution.index.get_loc(city)
        said = week.summary.loc[week.distribution.index]
        rps = scores.ranked_probability_score(week.distribution.to_numpy(), truth.rank)
        error = said["rank_median"].to_numpy() - truth.rank
        low, high = said["rank_lo80"].to_numpy(), said["rank_hi80"].to_numpy()
        inside = (low <= truth.rank) & (truth.rank <= high)
        row: dict[str, float] = {}
        if on[here]:
            row = {
                "outcome": float(truth.rank[here]),
                "rank_error": float(error[here]),
                "inside_80": float(inside[here]),
                "rps": float(rps[here]),
            }
            for goal in goals:
                p = np.array([week.probability(city, goal)])
                hit = np.array([truth.rank[here] <= goal])
                row[f"brier_{goal}"] = float(scores.brier_score(p, hit)[0])
        row["mae_all"] = float(np.abs(error)[on].mean())
        row["rps_all"] = float(rps[on].mean())
        row["coverage_80_all"] = float(inside[on].mean())
        rows[week.as_of] = row
    columns = ["outcome", "rank_error", "inside_80", "rps", *(f"brier_{g}" for g in goals)]
    columns += ["mae_all", "rps_all", "coverage_80_all"]
    index = pd.Index(list(rows), name="as_of")
    return pd.DataFrame(list(rows.values()), index=index, columns=columns)
