"""The forecast on years that chose the model less: 2015, and the first halves of 2019 and 2020.

    python tests/benchmarks/bench_other_years.py [--draws 2000] [--seed 0]

The bundled data of 2018-12 to 2020-06 hold two half years, so the target there is the ranking of
January to June, forecast from month ends with whatever history there is (one month for 2019, 17
for 2020). 2015 has one past year of 118 cities. Baselines are dressed with their own past errors.
"""

from __future__ import annotations

import argparse
import calendar
from datetime import date

import numpy as np
import pandas as pd

from airrank.forecasting.result import rank_probabilities
from airrank.inputs import load_panel
from airrank.panel import Panel
from airrank.periods import Period
from airrank.rules.choices import Rules
from airrank.rules.ranking import rank_array
from airrank.verification import scores
from airrank.verification.backtest import MODELS
from airrank.verification.baselines import get_model
from airrank.verification.outcomes import draw_index, outcome

RULES = Rules()
TARGETS = {
    "2015": (Period(date(2015, 1, 1), date(2015, 12, 31)), range(1, 12)),
    "H1 2019": (Period(date(2019, 1, 1), date(2019, 6, 30)), range(2, 5)),
    "H1 2020": (Period(date(2020, 1, 1), date(2020, 6, 30)), range(1, 6)),
}


def rows(panel: Panel, target: str, draws: int, seed: int) -> list[dict[str, object]]:
    period, months = TARGETS[target]
    truth = outcome(panel, period, RULES)
    on, found = truth.scored, []
    for month in months:
        as_of = date(period.start.year, month, calendar.monthrange(period.start.year, month)[1])
        for name in MODELS:
            history = panel.until(as_of)
            index = draw_index(get_model(name), history, period, RULES, draws, seed)
            ranks = rank_array(index)
            chances = rank_probabilities(ranks, len(truth.rank))
            low, high = np.quantile(ranks, [0.1, 0.9], axis=0, method="inverted_cdf")
            inside = (low <= truth.rank) & (truth.rank <= high)
            found.append(
                {
                    "target": target,
                    "as_of": as_of,
                    "model": name,
                    "mae": np.abs(np.median(ranks, axis=0) - truth.rank)[on].mean(),
                    "rps": scores.ranked_probability_score(chances, truth.rank)[on].mean(),
                    "covers_80": inside[on].mean(),
                }
            )
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--draws", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    panel = load_panel(None, "168").panel
    table = pd.DataFrame(
        [row for target in TARGETS for row in rows(panel, target, options.draws, options.seed)]
    )
    means = table.groupby(["target", "model"])[["mae", "rps", "covers_80"]].mean()
    print(means.round(4).to_string())
    for target, part in table.groupby("target"):
        wide = part.pivot_table(index="as_of", columns="model", values="mae")
        ours, others = wide.pop("remainder"), wide
        print(
            f"{target}: MAE / best single baseline {ours.mean() / others.mean().min():.3f}, "
            f"/ best of each origin {(ours / others.min(axis=1)).mean():.3f}"
        )


if __name__ == "__main__":
    main()
