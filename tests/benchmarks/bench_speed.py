"""CPU seconds of a forecast and of an outlook, side by side with another commit.

    python -m tests.benchmarks.bench_speed [--before WORKTREE] [--draws 10000] [--repeat 5]

168 cities as of 2017-06-30, parameters kept. ``--before`` is a worktree of the commit to compare
with; its forecasts and ours take turns, one process each, and the lowest of each is told: on a
shared machine it is the least disturbed. The outlook is of this year and the two after it.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parents[2]
FORECAST = """
import sys, time
from datetime import date
try:
    from airrank.simulation.fitted import Fitted
except ImportError:
    from airrank.forecasting.fitted import Fitted
from airrank.forecasting.run import forecast_panel
from airrank.inputs import load_panel
panel, day, draws = load_panel(None, "168").panel, date(2017, 6, 30), int(sys.argv[1])
fitted = Fitted.of(panel.until(day), dust="keep")
forecast_panel(panel, day, draws=100, fitted=fitted)
start = time.process_time()
forecast_panel(panel, day, draws=draws, fitted=fitted)
print(time.process_time() - start)
"""
PERIODS = """
import sys, time
from datetime import date
from airrank.forecasting.index import period_index
from airrank.inputs import load_panel
from airrank.periods import Period
from airrank.rules.choices import Rules
from airrank.rules.ranking import rank_array
from airrank.simulation.remainder import RemainderModel
panel, draws, years = load_panel(None, "168").panel, int(sys.argv[1]), int(sys.argv[2])
history = panel.until(date(2017, 6, 30))
kept = RemainderModel(history).parameters
asked = [Period.of_year(2017 + k) for k in range(years)]
start = time.process_time()
model = RemainderModel(history, kept)
periods = [model.remainder(one.start, one.end) for one in asked]
for chunk in model.joint_draws(periods, draws, 0):
    for one, part in zip(asked, chunk):
        rank_array(period_index(part.statistics, one, Rules()))
print(time.process_time() - start)
"""


def seconds(code: str, folder: Path, *arguments: int) -> float:
    """Run code in a process of its own with the package of a folder."""
    environment = {**os.environ, "PYTHONPATH": str(folder), "OMP_NUM_THREADS": "1"}
    done = subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)],
        env=environment,
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
    )
    return float(done.stdout)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--before", type=Path)
    parser.add_argument("--draws", type=int, default=10_000)
    parser.add_argument("--repeat", type=int, default=5)
    options = parser.parse_args()
    cases = {"forecast": (FORECAST, HERE, options.draws)}
    if options.before:
        cases["forecast before"] = (FORECAST, options.before.resolve(), options.draws)
    cases["draws of one year"] = (PERIODS, HERE, options.draws, 1)
    cases["draws of three years"] = (PERIODS, HERE, options.draws, 3)
    found: dict[str, list[float]] = {name: [] for name in cases}
    for _ in range(options.repeat):
        for name, case in cases.items():
            found[name].append(seconds(*case))
    lowest = {name: min(times) for name, times in found.items()}
    for name, times in found.items():
        print(f"{name:<22} {lowest[name]:.2f} s CPU (of {', '.join(f'{t:.2f}' for t in times)})")
    missed = False
    if options.before:
        ratio = lowest["forecast"] / lowest["forecast before"]
        missed = ratio > 0.65
        print(f"forecast / before: {ratio:.2f} (at most 0.65)")
    more = lowest["draws of three years"] - lowest["draws of one year"]
    ratio = (lowest["forecast"] + more) / lowest["forecast"]
    print(f"three years / one forecast: {ratio:.2f} (at most 2), checks of one forecast counted")
    return int(missed or ratio > 2)


if __name__ == "__main__":
    sys.exit(main())
