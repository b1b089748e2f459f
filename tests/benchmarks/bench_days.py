"""Good and heavy days of a year: are the forecast's counts and odds right?

    python -m tests.benchmarks.bench_days [--years 2015 2016 2017] [--months 1 3 6 9 11]
        [--draws 1000] [--every 4] [--seed 0]

At the ends of some months, every so-many-th city: the days that `airrank assess` simulates against
the year's outcome, and against two plain rules: the share so far goes on, and the days so far plus
last year's remaining ones. Printed by kind of day: mean absolute error of the median and CRPS
[days of 365], Brier score of the plan's goal, share of outcomes in the central 80 % (randomised
PIT, nominal .80). A rule's CRPS is its absolute error, its Brier score that of a plain yes or no.
"""

from __future__ import annotations

import argparse
import calendar
from collections.abc import Iterator
from datetime import date

import numpy as np
import pandas as pd

from airrank.errors import InsufficientDataError
from airrank.forecasting.run import forecast_panel
from airrank.goals.days import counts_so_far, days_so_far, simulate_counts
from airrank.goals.plan import load_plan
from airrank.goals.verdicts import count_bound
from airrank.inputs import load_panel
from airrank.panel import Panel
from airrank.periods import Period
from airrank.rules.evaluation import required_days
from airrank.verification import scores

EDITION = "2012"
KINDS = ("good", "heavy")
GOALS = dict(zip(KINDS, load_plan().select(["good_days_2025", "heavy_days_2025"]), strict=True))
"""At least 82.5 % good days, at most 0.3 % heavy ones."""
DECIMALS = 1


def counted(panel: Panel, city: str, day: date) -> tuple[dict[str, int], int]:
    """Good and heavy days of a year up to a day, and its days with an AQI."""
    good, heavy, valid = counts_so_far(
        days_so_far(panel, city, Period.of_year(day.year), day), EDITION
    )
    return {"good": good, "heavy": heavy}, valid


def met(kind: str, days: np.ndarray, of: int) -> np.ndarray:
    """Whether counts reach the plan's goal, the share rounded as published."""
    bound = count_bound(GOALS[kind], of, DECIMALS)
    assert bound is not None
    return days >= bound if kind == "good" else days <= bound


def rules(panel: Panel, city: str, as_of: date, kind: str) -> dict[str, float]:
    """Days of the whole year by the two plain rules [day]."""
    so_far, valid = counted(panel, city, as_of)
    left = (date(as_of.year, 12, 31) - as_of).days
    guesses = {"share so far goes on": so_far[kind] * (valid + left) / max(valid, 1)}
    day = min(as_of.day, calendar.monthrange(as_of.year - 1, as_of.month)[1])
    last = as_of.replace(year=as_of.year - 1, day=day)
    if last > panel.first_day:
        year, in_year = counted(panel, city, date(last.year, 12, 31))
        before, in_part = counted(panel, city, last)
        rest = (year[kind] - before[kind]) * left / max(in_year - in_part, 1)
        guesses["so far + last year's rest"] = so_far[kind] + rest
    return guesses


def rows(
    panel: Panel, as_of: date, draws: int, seed: int, every: int
) -> Iterator[dict[str, object]]:
    forecast = forecast_panel(panel, as_of, draws=draws, seed=seed)
    end = date(as_of.year, 12, 31)
    for number, city in enumerate(panel.cities[::every]):
        truth, valid = counted(panel, city, end)
        if valid < required_days(date(as_of.year, 1, 1), end):
            continue
        try:
            counts = simulate_counts(panel, forecast, city)
        except InsufficientDataError:
            continue
        for kind, drawn in (("good", counts.good), ("heavy", counts.heavy)):
            # The outcome as a count of the days that the draws count, for those without an AQI.
            outcome = np.rint(truth[kind] * counts.of / valid)
            hit = met(kind, np.array([truth[kind]]), valid)
            chance = met(kind, drawn, counts.of).mean()
            pit = scores.randomised_pit(drawn[:, None], np.array([outcome]), seed + number)[0]
            head = {"as_of": as_of, "city": city, "kind": kind}
            yield head | {
                "model": "airrank",
                "mae": abs(np.median(drawn) - outcome),
                "crps": scores.sample_crps(drawn[:, None], np.array([outcome]))[0],
                "brier": scores.brier_score(np.array([chance]), hit)[0],
                "central_80": 0.1 <= pit <= 0.9,
                "bias": np.median(drawn) - outcome,
            }
            for name, guess in rules(panel, city, as_of, kind).items():
                away = abs(guess - outcome)
                says = met(kind, np.array([np.rint(guess)]), counts.of)
                yield head | {
                    "model": name,
                    "mae": away,
                    "crps": away,
                    "brier": float(says[0] != hit[0]),
                    "bias": guess - outcome,
                }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--years", type=int, nargs="+", default=[2015, 2016, 2017])
    parser.add_argument("--months", type=int, nargs="+", default=[1, 3, 6, 9, 11])
    parser.add_argument("--draws", type=int, default=1000)
    parser.add_argument("--every", type=int, default=4)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    panel = load_panel(None, "168").panel
    origins = [
        date(year, month, calendar.monthrange(year, month)[1])
        for year in options.years
        for month in options.months
    ]
    table = pd.DataFrame(
        [
            row
            for as_of in origins
            for row in rows(panel, as_of, options.draws, options.seed, options.every)
        ]
    )
    columns = ["mae", "crps", "brier", "central_80", "bias"]
    table["central_80"] = table["central_80"].astype(float)
    table["month"] = pd.to_datetime(table["as_of"]).dt.month
    print(f"{len(origins)} origins, {table['city'].nunique()} cities, {options.draws} draws")
    print(table.groupby(["kind", "model", "month"])[columns].mean().round(3).to_string())
    print(table.groupby(["kind", "model"])[columns].mean().round(3).to_string())


if __name__ == "__main__":
    main()
