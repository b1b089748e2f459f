"""CPU seconds of a forecast and of an outlook, side by side with another commit.

    python -m tests.benchmarks.bench_speed [--before WORKTREE] [--draws 10000] [--repeat 5]

168 cities as of 2017-06-30, parameters kept. ``--before`` is a worktree of the commit to compare
with; its forecasts and ours take turns, one process each, and the lowest of each is told: on a
shared machine it is the least disturbed. The outlook is of this year and the two after
it, whole, dust kept in all: where some years' dust is deducted a second model is fitted. One year
and three take turns in one process, ``ROUNDS`` times: on a virtual machine the first touch of the
memory that the draws are kept in costs up to twenty times the later ones.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parents[2]
ROUNDS = 5
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
OUTLOOK = """
import sys, time
from datetime import date
from airrank.forecasting.run import forecast_periods
from airrank.inputs import load_panel
from airrank.periods import Period
from airrank.rules.choices import Rules
from airrank.simulation.fitted import Fitted
panel, day, draws = load_panel(None, "168").panel, date(2017, 6, 30), int(sys.argv[1])
options = {"fitted": Fitted.of(panel.until(day), dust="keep"), "rules": Rules(dust="keep")}
years = [Period.of_year(2017 + k) for k in range(3)]
forecast_periods(panel, day, years[:1], draws=100, **options)
lowest = {1: 1e9, 3: 1e9}
for _ in range(int(sys.argv[2])):
    for asked in (years[:1], years):
        start = time.process_time()
        made = forecast_periods(panel, day, asked, draws=draws, **options)
        lowest[len(asked)] = min(lowest[len(asked)], time.process_time() - start)
        del made
for spent in lowest.values():
    print(spent)
"""


def seconds(code: str, folder: Path, *arguments: int) -> list[float]:
    """Run code in a process of its own with the package of a folder; give what it prints."""
    environment = {**os.environ, "PYTHONPATH": str(folder), "OMP_NUM_THREADS": "1"}
    done = subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)],
        env=environment,
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
    )
    return [float(line) for line in done.stdout.split()]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--before", type=Path)
    parser.add_argument("--draws", type=int, default=10_000)
    parser.add_argument("--repeat", type=int, default=5)
    options = parser.parse_args()
    cases = {"forecast": (FORECAST, HERE, options.draws)}
    if options.before:
        cases["forecast before"] = (FORECAST, options.before.resolve(), options.draws)
    cases["outlook"] = (OUTLOOK, HERE, options.draws, ROUNDS)
    found: dict[str, list[list[float]]] = {name: [] for name in cases}
    for _ in range(options.repeat):
        for name, case in cases.items():
            found[name].append(seconds(*case))
    one, three = zip(*found.pop("outlook"), strict=True)
    times = {name: [time for (time,) in runs] for name, runs in found.items()}
    times |= {"outlook of one year": list(one), "outlook of three years": list(three)}
    lowest = {name: min(runs) for name, runs in times.items()}
    for name, runs in times.items():
        print(f"{name:<22} {lowest[name]:.2f} s CPU (of {', '.join(f'{t:.2f}' for t in runs)})")
    missed = False
    if options.before:
        ratio = lowest["forecast"] / lowest["forecast before"]
        missed = ratio > 0.65
        print(f"forecast / before: {ratio:.2f} (at most 0.65)")
    ratio = lowest["outlook of three years"] / lowest["outlook of one year"]
    print(f"three years / one: {ratio:.2f} (at most 2), each with its checks and tables")
    return int(missed or ratio > 2)


if __name__ == "__main__":
    sys.exit(main())
