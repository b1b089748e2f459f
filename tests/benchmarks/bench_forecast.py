"""The forecast against its baselines: the acceptance table of models/README.md.

    python tests/benchmarks/bench_forecast.py [--years 2016 2017] [--draws 2000] [--seed 0]
        [--jobs 2] [--out DIR]

Prints the acceptance lines; exit status 1 if one is missed. statsforecast, time and memory are in
``bench_rivals``.

Baselines are point forecasts here; "dressed generously" means Gaussian noise of
the index with the *true* centred root mean square error of that origin, which no forecaster could
know. The harshest reading, the best of four such dressings picked by the truth, is printed too.
"""

from __future__ import annotations

import argparse
import sys
import time
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from airrank.forecasting.index import period_index
from airrank.forecasting.result import rank_probabilities
from airrank.inputs import load_panel
from airrank.panel import Panel
from airrank.periods import Period
from airrank.rules.choices import Rules
from airrank.rules.ranking import rank_array
from airrank.verification.backtest import MODELS, backtest
from airrank.verification.baselines import BASELINES
from airrank.verification.outcomes import Outcome, outcome
from airrank.verification.scores import ranked_probability_score

RULES = Rules()


def year_of(as_of: date) -> Period:
    return Period(date(as_of.year, 1, 1), date(as_of.year, 12, 31))


def mae(index: np.ndarray, truth: Outcome) -> float:
    return float(np.abs(rank_array(index) - truth.rank)[truth.scored].mean())


def generous(index: np.ndarray, truth: Outcome, draws: int = 1000) -> list[float]:
    """RPS of a point forecast dressed with its true error: index, relative, rank, resampled."""
    rng, on = np.random.default_rng(0), truth.scored
    n, error = len(index), (truth.index - index).astype(float)
    error -= error[on].mean()
    noise = rng.standard_normal((draws, n))
    size, relative = np.sqrt((error[on] ** 2).mean()), np.sqrt(((error / index)[on] ** 2).mean())
    rank = rank_array(index)
    off = (truth.rank - rank)[on]
    candidates = [
        rank_array(np.maximum(np.rint(index + noise * size), 0).astype(int)),
        rank_array(np.maximum(np.rint(index + noise * relative * index), 0).astype(int)),
        np.clip(np.rint(rank + noise * off.std()), 1, n).astype(int),
        np.clip(rank + rng.choice(off, (draws, n)), 1, n),
    ]
    return [
        float(ranked_probability_score(rank_probabilities(r, n), truth.rank)[on].mean())
        for r in candidates
    ]


def baseline_rows(panel: Panel, origins: list[date], truths: dict[int, Outcome]) -> pd.DataFrame:
    rows = []
    for as_of in origins:
        history, period = panel.until(as_of), year_of(as_of)
        for name, baseline in BASELINES.items():
            index = period_index(baseline.point(history, period), period, RULES)
            dressed = generous(index, truths[as_of.year])
            rows.append(
                {
                    "as_of": as_of,
                    "month": as_of.month,
                    "model": name,
                    "mae": mae(index, truths[as_of.year]),
                    "rps": dressed[0],
                    "rps_hardest": min(dressed),
                }
            )
    return pd.DataFrame(rows)


def acceptance(ours: pd.DataFrame, rivals: pd.DataFrame) -> list[tuple[str, float, float, float]]:
    """Lines (what, lowest allowed, highest allowed, found); years averaged month by month."""
    month = pd.to_datetime(ours["as_of"]).dt.month
    own = ours.groupby(month)[["rank_mae", "rps"]].mean()
    wide = {
        column: rivals.pivot_table(index="month", columns="model", values=column)
        for column in ("mae", "rps", "rps_hardest")
    }
    by_origin = own["rank_mae"] / wide["mae"].min(axis=1)
    print(pd.concat([own, wide["mae"], by_origin.rename("mae ratio")], axis=1).round(3).to_string())
    return [
        ("MAE / best single baseline", 0, 0.85, own["rank_mae"].mean() / wide["mae"].mean().min()),
        ("MAE / best baseline of each origin, mean", 0, 0.96, by_origin.mean()),
        ("MAE / best baseline of each origin, worst", 0, 1.05, by_origin.max()),
        (
            "RPS / best generously dressed, mean",
            0,
            0.88,
            (own["rps"] / wide["rps"].min(axis=1)).mean(),
        ),
        (
            "  the same, hardest of four dressings [not a target]",
            0,
            np.inf,
            (own["rps"] / wide["rps_hardest"].min(axis=1)).mean(),
        ),
        ("coverage of the 80 % interval", 0.74, 0.88, ours["coverage_80"].mean()),
    ]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--years", type=int, nargs="+", default=[2016, 2017])
    parser.add_argument("--draws", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    panel = load_panel(None, "168").panel
    truths = {year: outcome(panel, year_of(date(year, 1, 1)), RULES) for year in options.years}
    start = time.perf_counter()
    result = backtest(
        panel,
        options.years,
        models=MODELS,
        draws=options.draws,
        seed=options.seed,
        jobs=options.jobs,
        out=options.out,
    )
    print(
        f"backtest of {len(result.results)} forecasts, {options.draws} draws, seed {options.seed}: "
        f"{time.perf_counter() - start:.0f} s (those found in --out are not made again)"
    )
    ours = result.scores[result.scores["model"] == "remainder"]
    origins = [date.fromisoformat(day) for day in ours["as_of"]]
    missed = 0
    for what, low, high, found in acceptance(ours, baseline_rows(panel, origins, truths)):
        held = low <= found <= high
        missed += not held
        wanted = f"{low:.2f} … {high:.2f}" if low else f"at most {high:.2f}"
        print(f"{what:<54} {found:.3f}  ({wanted}) {'' if held else 'MISSED'}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
