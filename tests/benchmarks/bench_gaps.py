"""Gaps drawn like days to come: do the intervals of a finished year hold?

    python -m tests.benchmarks.bench_gaps [--years 2016 2017] [--draws 1000] [--seeds 4]

Days are removed from a year of which all is known, and the year forecast as of its last day: fifty
days of twenty cities, one pollutant of thirty cities all year (by seed another one), five months
and the winter of all. Printed: share of the gappy cities whose rank and index lie in the central
80 % (randomised PIT), mean error of the median rank, and that of the ranking of the known days.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd

from airrank.forecasting.run import forecast_panel
from airrank.inputs import load_panel
from airrank.panel import Panel
from airrank.periods import Period
from airrank.rules.choices import Rules
from airrank.verification import scores
from airrank.verification.outcomes import outcome


def gaps(panel: Panel, year: int, seed: int) -> Iterator[tuple[str, Panel, np.ndarray]]:
    """Give each kind of gap: its name, the panel without the days, the cities concerned."""
    rng = np.random.default_rng(seed)
    every = np.arange(len(panel.cities))

    def without(first: str, days: int, cities: np.ndarray, pollutants: list[int]) -> Panel:
        values = panel.values.copy()
        start = int((np.datetime64(first) - panel.days[0]).astype(int))
        values[np.ix_(np.arange(start, start + days), cities, pollutants)] = np.nan
        return replace(panel, values=values)

    some, gappy = rng.choice(every, 20, replace=False), panel
    for city in some:
        first = np.datetime64(f"{year}-01-01") + int(rng.integers(0, 310))
        start = int((first - panel.days[0]).astype(int))
        values = gappy.values.copy()
        values[start : start + 50, city] = np.nan
        gappy = replace(gappy, values=values)
    yield "fifty days of 20 cities", gappy, some
    some = rng.choice(every, 30, replace=False)
    yield "a pollutant of 30 cities", without(f"{year}-01-01", 365, some, [seed % 6]), some
    if seed == 0:
        yield "July to November of all", without(f"{year}-07-01", 153, every, [*range(6)]), every
        yield "winter of all", without(f"{year}-01-01", 69, every, [*range(6)]), every


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--years", type=int, nargs="+", default=[2016, 2017])
    parser.add_argument("--draws", type=int, default=1000)
    parser.add_argument("--seeds", type=int, default=4)
    options = parser.parse_args()
    panel, rows = load_panel(None, "168").panel, []
    for year in options.years:
        truth = outcome(panel, Period.of_year(year), Rules())
        for seed in range(options.seeds):
            for name, gappy, cities in gaps(panel, year, seed):
                made = forecast_panel(gappy, date(year, 12, 31), draws=options.draws)
                on = cities[truth.scored[cities]]
                index = np.rint(made.index_draws * 100).astype(int)
                known = made.year_to_date["rank"].reindex(list(panel.cities)).to_numpy(float)
                away = np.abs(known - truth.rank)[on]  # none where a pollutant is missing
                for of, draws, came in (
                    ("rank", made.rank_draws, truth.rank),
                    ("index", index, truth.index),
                ):
                    pit = scores.randomised_pit(draws, came, seed)[on]
                    rows.append(
                        {
                            "gap": name,
                            "year": year,
                            "of": of,
                            "central_80": float((np.abs(pit - 0.5) <= 0.4).mean()),
                            "mae": float(np.abs(np.median(draws, axis=0) - came)[on].mean()),
                            "known_days": away.mean(),
                        }
                    )
    table = pd.DataFrame(rows).pivot_table(
        index=["gap", "year"], columns="of", values=["central_80", "mae", "known_days"]
    )
    print(table.drop(columns=("known_days", "index")).round(3).to_string())


if __name__ == "__main__":
    main()
