"""Months, quarters and years ahead against their baselines.

    python -m tests.benchmarks.bench_periods [--draws 2000] [--seed 0] [--jobs 1] [--kinds month …]

Months as of their 15th and quarters after two months of 2016 and 2017, next year as of 30 September
of 2015 and 2016, the year after as of 30 September 2015. Told are means over the origins: rank MAE
of the median, RPS, and the share of outcomes in the central 80 % by the randomised PIT; ours over
the best single baseline, dressed with its own past errors. Few years ahead: their targets are told
one by one.
"""

from __future__ import annotations

import argparse
import sys
from datetime import date

import pandas as pd

from airrank.inputs import load_panel
from airrank.verification import backtest as module
from airrank.verification.backtest import Backtest, backtest

YEARS = {"month": (2016, 2017), "quarter": (2016, 2017), "next": (2016, 2017), "next2": (2017,)}
LIMITS = {"month": (0.93, 0.93), "quarter": (0.87, 0.87), "next": (0.90, 0.90), "next2": (0.9, 0.9)}
"""At most this of the best baseline's MAE and RPS."""
COVERAGE = {"month": (0.76, 0.86), "next": (0.72, 0.90), "next2": (0.72, 0.90)}
SEPTEMBER = 9


def in_the_middle(result: Backtest) -> pd.Series[float]:
    """Share of outcomes in the central 80 %, by model."""
    shares: dict[str, list[float]] = {}
    for scored in result.results:
        on = scored.table[scored.table["scored"]]
        shares.setdefault(scored.row["model"], []).append(((on["pit"] - 0.5).abs() <= 0.4).mean())
    return pd.Series({name: sum(values) / len(values) for name, values in shares.items()})


def told(kind: str, result: Backtest) -> bool:
    """Print the table and the lines of a kind; whether all are met."""
    table = result.scores.groupby("model")[["rank_mae", "rps", "crps"]].mean()
    table["central_80"] = in_the_middle(result)
    print(f"\n{kind}: {result.scores['as_of'].nunique()} origins")
    print(table.sort_values("rps").round(4).to_string())
    if kind in COVERAGE and kind != "month":
        wide = result.scores.pivot_table(index="model", columns="as_of", values=["rank_mae", "rps"])
        print(wide.round(4).to_string())
    ours, rivals = table.loc["remainder"], table.drop(index="remainder")
    met = True
    for column, limit in zip(("rank_mae", "rps"), LIMITS[kind], strict=True):
        ratio = ours[column] / rivals[column].min()
        met &= ratio <= limit
        print(f"{column} / best baseline {ratio:.3f} (at most {limit:.2f})", end="; ")
    low, high = COVERAGE.get(kind, (0.0, 1.0))
    inside = low <= ours["central_80"] <= high
    print(f"central 80 % holds {ours['central_80']:.3f} ({low:.2f} … {high:.2f})")
    return met and inside


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--draws", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--kinds", nargs="+", choices=list(YEARS), default=list(YEARS))
    options = parser.parse_args()
    panel = load_panel(None, "168").panel
    module.origin_days = lambda year, _: [date(year, SEPTEMBER, 30)]
    met = [
        told(
            kind,
            backtest(
                panel,
                YEARS[kind],
                period=kind,
                draws=options.draws,
                seed=options.seed,
                jobs=options.jobs,
            ),
        )
        for kind in options.kinds
    ]
    return int(not all(met))


if __name__ == "__main__":
    sys.exit(main())
