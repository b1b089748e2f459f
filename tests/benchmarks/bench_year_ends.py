"""Year ends side by side with another commit, and with hindsight.

    python -m tests.benchmarks.bench_year_ends [--before WORKTREE] [--years 2016 2017]
        [--draws 2000] [--seed 0] [--hindsight]

Every month's end from January to November, fitted afresh from the days before. ``--before`` is a
worktree of the commit to compare with: it draws the statistics from the same bundled observations,
and both are ranked and scored by the rules of this one. Told are rank MAE of the median and RPS,
over the other's and by year, and the share of outcomes in the central 80 % (randomised PIT) by
month and by rank. ``--hindsight``: MAE over that of the same model told the years after.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
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
from airrank.verification import scores
from airrank.verification.backtest import origin_days
from airrank.verification.forecasters import Hindsight, RemainderForecaster, told
from airrank.verification.outcomes import draw_index, outcome

HERE = Path(__file__).resolve().parents[2]
DATA = HERE / "data" / "observations" / "observations.parquet"
DRAW = """
import sys
from datetime import date
from pathlib import Path
import numpy as np
from airrank.inputs import load_panel
from airrank.periods import Period
try:
    from airrank.verification.forecasters import RemainderForecaster
except ImportError:
    try:
        from airrank.verification.baselines import RemainderForecaster
    except ImportError:
        from airrank.forecasting.baselines import RemainderForecaster
data, out, draws, seed, *days = sys.argv[1:]
panel = load_panel(Path(data), "168").panel
for day in map(date.fromisoformat, days):
    year = Period(date(day.year, 1, 1), date(day.year, 12, 31))
    drawn = RemainderForecaster().draw_statistics(
        panel.until(day), year, draws=int(draws), seed=int(seed)
    )
    np.save(f"{out}/{day}.npy", np.concatenate(list(drawn)))
"""
RULES = Rules()
MAE_RPS, OF_A_YEAR = 0.975, 1.02
"""At most this of the other's mean MAE and RPS, and of a single year's."""
COVERAGE, POLLUTED = (0.76, 0.84), 0.74
"""Of January to August together and of each month after; and least at ranks 121 to 150."""
MONTHS = {"January-August": range(1, 9), "September": [9], "October": [10], "November": [11]}
BAND = 30


def drawn_before(folder: Path, days: list[date], draws: int, seed: int) -> dict[date, np.ndarray]:
    """Let another commit draw; give its index [draw, city] by the rules of this one."""
    environment = {**os.environ, "PYTHONPATH": str(folder), "OMP_NUM_THREADS": "1"}
    with tempfile.TemporaryDirectory() as out:
        settings = [str(DATA), out, str(draws), str(seed)]
        subprocess.run(
            [sys.executable, "-c", DRAW, *settings, *map(str, days)],
            env=environment,
            cwd=folder,
            check=True,
        )
        return {
            day: period_index(np.load(f"{out}/{day}.npy"), Period.of_year(day.year), RULES)
            for day in days
        }


def drawn(
    panel: Panel, name: str, days: list[date], draws: int, seed: int
) -> dict[date, np.ndarray]:
    """Draw the index [draw, city] of each day's year."""
    model = Hindsight() if name == Hindsight.name else RemainderForecaster()
    years = {day: Period.of_year(day.year) for day in days}
    return {
        day: draw_index(model, told(panel, name, day, year), year, RULES, draws, seed)
        for day, year in years.items()
    }


def judged(panel: Panel, found: dict[date, np.ndarray], seed: int) -> pd.DataFrame:
    """Score every city of every day: absolute error, RPS, whether the central 80 % held."""
    rows = []
    truths = {year: outcome(panel, Period.of_year(year), RULES) for year in {d.year for d in found}}
    for day, index in found.items():
        truth, ranks = truths[day.year], rank_array(index)
        chances = rank_probabilities(ranks, len(truth.rank))
        row = pd.DataFrame(
            {
                "year": day.year,
                "month": day.month,
                "rank": truth.rank,
                "mae": np.abs(scores.median(ranks) - truth.rank),
                "rps": scores.ranked_probability_score(chances, truth.rank),
                "held": np.abs(scores.randomised_pit(ranks, truth.rank, seed) - 0.5) <= 0.4,
            }
        )
        rows.append(row[truth.scored])
    return pd.concat(rows)


def compared(now: pd.DataFrame, before: pd.DataFrame) -> bool:
    """Print the ratios to the other commit; whether they are met."""
    met = True
    for score in ("mae", "rps"):
        ours, theirs = (one.groupby("year")[score].mean() for one in (now, before))
        ratio, by_year = now[score].mean() / before[score].mean(), ours / theirs
        years = ", ".join(f"{year} {one:.3f}" for year, one in by_year.items())
        print(
            f"{score}: {now[score].mean():.4f} / {before[score].mean():.4f} = {ratio:.3f} "
            f"(at most {MAE_RPS}); {years} (at most {OF_A_YEAR})"
        )
        met &= bool(ratio <= MAE_RPS and by_year.max() <= OF_A_YEAR)
    return met


def held(tables: dict[str, pd.DataFrame]) -> bool:
    """Print the shares in the central 80 % side by side; whether ours are met."""
    band = {name: (one["rank"] - 1) // BAND * BAND + 1 for name, one in tables.items()}
    lines = {
        title: {name: one["held"][one["month"].isin(months)].mean() for name, one in tables.items()}
        for title, months in MONTHS.items()
    }
    low, high = COVERAGE
    met = all(low <= lines[title]["now"] <= high for title in MONTHS)
    for first in range(1, int(tables["now"]["rank"].max()) + 1, BAND):
        lines[f"ranks {first}-{first + BAND - 1}"] = {
            name: one["held"][band[name] == first].mean() for name, one in tables.items()
        }
    print(pd.DataFrame(lines).T.round(3).to_string())
    print(f"needed: {low} to {high} in each line of months, {POLLUTED} at ranks 121-150")
    return met and lines["ranks 121-150"]["now"] >= POLLUTED


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--before", type=Path)
    parser.add_argument("--years", type=int, nargs="+", default=[2016, 2017])
    parser.add_argument("--draws", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--hindsight", action="store_true")
    options = parser.parse_args()
    asked, seed = (options.draws, options.seed), options.seed
    panel = load_panel(None, "168").panel
    days = [day for year in options.years for day in origin_days(year, "monthly")]
    tables = {"now": judged(panel, drawn(panel, RemainderForecaster.name, days, *asked), seed)}
    met = True
    if options.before:
        before = drawn_before(options.before.resolve(), days, *asked)
        tables["before"] = judged(panel, before, seed)
        met = compared(tables["now"], tables["before"])
    met &= held(tables)
    if options.hindsight:
        floor = judged(panel, drawn(panel, Hindsight.name, days, *asked), seed)
        for name, one in tables.items():
            ratio = one.groupby("year")["mae"].mean() / floor.groupby("year")["mae"].mean()
            print(f"{name} / hindsight, which is no forecast:", ratio.round(2).to_dict())
    return int(not met)


if __name__ == "__main__":
    sys.exit(main())
