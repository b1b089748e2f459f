"""Our forecast against its baselines and statsforecast: error, score, time and memory.

    python3 -m venv rival && rival/bin/pip install statsforecast
    python -m tests.benchmarks.bench_rivals --rival-python rival/bin/python --out DIR
        [--origins 2017-03-31 2017-06-30 2017-09-30] [--rivals SeasonalNaive MSTL AutoTheta AutoETS]

Same data, one run: writes ``rivals.csv``, ``rivals.md`` and ``rivals.png`` to ``--out`` and exits
with status 1 if MSTL is not ten times as dear as our forecast, or better than it, at any origin.
A rival's results are kept in ``--out`` after each origin, so that a run of hours can be watched.

Every model runs in a fresh process, one after another; imports are not counted. Ours runs before
and after each rival and its dearer run counts. Ours and the baselines: fit, 10,000 joint draws,
index and ranks. statsforecast: the six daily series of each city to 31 December (on two
processes; its peak is that of the largest one), gaps interpolated, no interval. Its days go
through our rules for the statistics, the index and the rank. The path is one of expected days, too
smooth: the 95th and 90th percentiles of CO and O3 come out low, for all cities alike.

``mae``: of the rank, over cities with a valid year; our median, the point of the others.
``rps``: of the draws; baselines dressed with their own past errors. ``rps_generous``: of the point
dressed with Gaussian noise of the index of its *true* error, which no forecaster could know.
statsforecast needs pandas below 3, hence an environment of its own.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from airrank.forecasting.index import period_index
from airrank.forecasting.result import rank_probabilities
from airrank.inputs import load_panel
from airrank.panel import Panel
from airrank.plots import style
from airrank.plots.place import spread
from airrank.rules.evaluation import statistics_array
from airrank.rules.ranking import rank_array
from airrank.verification import scores
from airrank.verification.baselines import BASELINES, get_model
from airrank.verification.forecasters import RemainderForecaster
from airrank.verification.outcomes import Outcome, draw_index, outcome
from tests.benchmarks.bench_forecast import RULES, generous, mae, year_of

OURS = RemainderForecaster.name
RIVALS = ("SeasonalNaive", "MSTL", "AutoTheta", "AutoETS")
WORKER = Path(__file__).with_name("statsforecast_worker.py")
FASTER = 10.0
"""Times by which our forecast must be cheaper than MSTL."""
COLOURS = {
    OURS: style.BLUE,
    "baseline": style.MUTED,
    "SeasonalNaive": style.ORANGE,
    "MSTL": style.VERMILION,
    "AutoTheta": style.GREEN,
    "AutoETS": style.PINK,
}
COLUMNS = ("mae", "rps", "rps_generous", "wall", "cpu", "peak_mb", "load")


def own_worker(name: str, as_of: date, draws: int, target: Path) -> None:
    """Run one of our models in this process; leave its ranks [draw, city] in ``target``."""
    history = load_panel(None, "168").panel.until(as_of)
    wall, cpu = time.perf_counter(), time.process_time()
    index = draw_index(get_model(name), history, year_of(as_of), RULES, draws, 0)
    ranks = rank_array(index)
    cost = {"wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu}
    cost["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    np.savez(target, ranks=ranks)
    print(json.dumps(cost))


def own_row(name: str, as_of: date, draws: int, panel: Panel, truth: Outcome) -> dict[str, Any]:
    """Time and score one of our models."""
    with tempfile.TemporaryDirectory() as folder:
        got = Path(folder) / "got.npz"
        command = [sys.executable, "-m", "tests.benchmarks.bench_rivals", "--worker", name]
        command += ["--origins", str(as_of), "--draws", str(draws), "--out", str(got)]
        row = _cost(command)
        ranks = np.load(got)["ranks"]
    on = truth.scored
    table = rank_probabilities(ranks, ranks.shape[1])
    row["rps"] = float(scores.ranked_probability_score(table, truth.rank)[on].mean())
    row["mae"] = float(np.abs(scores.median(ranks) - truth.rank)[on].mean())
    if name in BASELINES:
        period = year_of(as_of)
        point = BASELINES[name].point(panel.until(as_of), period)
        index = period_index(point, period, RULES)
        row |= {"mae": mae(index, truth), "rps_generous": generous(index, truth)[0]}
    return {"as_of": as_of, "model": name, **row}


def rival_row(name: str, as_of: date, python: Path, panel: Panel, truth: Outcome) -> dict[str, Any]:
    """Time and score one of statsforecast's models."""
    history, period = panel.until(as_of), year_of(as_of)
    days, *shape = history.values.shape
    flat = pd.DataFrame(history.values.reshape(days, -1)).interpolate(limit_direction="both")
    horizon = (period.end - as_of).days
    with tempfile.TemporaryDirectory() as folder:
        given, got = Path(folder) / "given.npz", Path(folder) / "got.npz"
        np.savez(given, values=flat.to_numpy(), horizon=horizon)
        row = _cost([str(python), str(WORKER), name, str(given), str(got)])
        coming = np.maximum(np.load(got)["days"].reshape(horizon, *shape), 0.0)
    seen = history.between(period.start, as_of).values
    index = period_index(statistics_array(np.concatenate([seen, coming])), period, RULES)
    row |= {"mae": mae(index, truth), "rps_generous": generous(index, truth)[0]}
    return {"as_of": as_of, "model": name, **row}


def _cost(command: list[str]) -> dict[str, Any]:
    load = os.getloadavg()[0]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(command[:4])} failed: {done.stderr[-800:]}")
    return {"load": load, **json.loads(done.stdout.splitlines()[-1])}


def rows(options: argparse.Namespace, panel: Panel) -> Iterator[dict[str, Any]]:
    """Give the rows, ours before and after each rival."""
    truths = {
        year: outcome(panel, year_of(date(year, 1, 1)), RULES)
        for year in {day.year for day in options.origins}
    }
    for as_of in options.origins:
        truth = truths[as_of.year]
        for name in (OURS, *BASELINES):
            yield own_row(name, as_of, options.draws, panel, truth)
    if options.rival_python is None:
        return
    for name in options.rivals:
        for as_of in options.origins:
            truth = truths[as_of.year]
            yield rival_row(name, as_of, options.rival_python, panel, truth)
            yield own_row(OURS, as_of, options.draws, panel, truth)


def table_of(found: list[dict[str, Any]]) -> pd.DataFrame:
    """One row per origin × model, ours first; of several runs the dearest counts."""
    frame = pd.DataFrame(found).reindex(columns=["as_of", "model", *COLUMNS])
    frame["runs"] = 1
    order = {name: i for i, name in enumerate((OURS, *BASELINES, *RIVALS))}
    both = frame.groupby(["as_of", "model"], as_index=False).agg(
        {**dict.fromkeys(COLUMNS, "max"), "runs": "sum"}
    )
    return both.sort_values(
        ["as_of", "model"], key=lambda c: c.map(order) if c.name == "model" else c
    )


def markdown(table: pd.DataFrame) -> str:
    """Give the table as Markdown."""
    lines = [
        "| as of | model | rank MAE | RPS of draws | RPS, true error | wall [s] | CPU [s] "
        "| peak [MB] | load | runs |",
        "|---|---|" + "---:|" * 8,
    ]
    for row in table.itertuples():
        cells = [
            str(row.as_of),
            str(row.model),
            f"{row.mae:.2f}",
            *(f"{value:.4f}" for value in (row.rps, row.rps_generous)),
            *(f"{value:.2f}" if value < 100 else f"{value:.0f}" for value in (row.wall, row.cpu)),
            f"{row.peak_mb:.0f}",
            f"{row.load:.1f}",
            str(row.runs),
        ]
        lines.append("| " + " | ".join(cells).replace("nan", "–") + " |")
    return "\n".join(lines) + "\n"


def figure_of(table: pd.DataFrame) -> Any:
    """Draw error against CPU time, one panel per origin."""
    origins = list(dict.fromkeys(table["as_of"]))
    with style.styled():
        figure = style.new_figure(4.2 * len(origins), 4.8)
        panels = figure.subplots(1, len(origins), sharey=True, sharex=True, squeeze=False)[0]
        for axes, as_of in zip(panels, origins, strict=True):
            here = table[table["as_of"] == as_of]
            heights = spread(here["mae"].tolist(), 0.8)
            for row, height in zip(here.itertuples(), heights, strict=True):
                colour = COLOURS.get(str(row.model), COLOURS["baseline"])
                axes.plot(row.cpu, row.mae, "o", ms=9 if row.model == OURS else 6, color=colour)
                axes.annotate(
                    str(row.model),
                    (row.cpu, row.mae),
                    (row.cpu * 1.7, height),
                    va="center",
                    fontsize=9,
                    color=colour,
                    arrowprops={"arrowstyle": "-", "color": colour, "lw": 0.6, "shrinkB": 3},
                )
            axes.set_xscale("log")
            axes.xaxis.set_major_formatter(lambda value, _: f"{value:g}")
            axes.set_title(f"as of {as_of}", fontsize=11)
            axes.set_xlabel("CPU time [s]")
        low, high = table["cpu"].min(), table["cpu"].max()
        panels[0].set_xlim(low / 2, high * (high / low) ** 0.35)
        panels[0].set_ylim(0, None)
        panels[0].set_ylabel("mean absolute error of the final rank")
        figure.suptitle("Error and cost of a year-end forecast, 168 cities", x=0.01, ha="left")
        style.footer(
            figure,
            "Lower left is best. remainder and baselines: 10,000 joint draws; statsforecast: "
            "point forecasts of 1008 daily series. Imports not counted; dearest run.",
        )
    return figure


def missed(table: pd.DataFrame) -> list[str]:
    """Name the origins at which MSTL is better or not ten times as dear."""
    wide = table.pivot_table(index="as_of", columns="model", values=["mae", "cpu", "wall"])
    lines = []
    for as_of, row in wide.iterrows():
        if "MSTL" not in row["mae"] or np.isnan(row["mae"]["MSTL"]):
            continue
        cpu, wall = (row[name]["MSTL"] / row[name][OURS] for name in ("cpu", "wall"))
        print(
            f"{as_of}: MSTL costs {cpu:.0f} times our CPU and {wall:.0f} times our wall time; rank "
            f"MAE {row['mae']['MSTL']:.2f} against {row['mae'][OURS]:.2f}"
        )
        if row["mae"]["MSTL"] <= row["mae"][OURS] or min(cpu, wall) < FASTER:
            lines.append(str(as_of))
    return lines


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    quarters = [date(2017, 3, 31), date(2017, 6, 30), date(2017, 9, 30)]
    parser.add_argument("--origins", type=date.fromisoformat, nargs="+", default=quarters)
    parser.add_argument("--rival-python", type=Path)
    parser.add_argument("--rivals", nargs="+", choices=RIVALS, default=RIVALS[:3])
    parser.add_argument("--draws", type=int, default=10_000)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--worker", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.worker:
        own_worker(options.worker, options.origins[0], options.draws, options.out)
        return 0
    panel = load_panel(None, "168").panel
    options.out.mkdir(parents=True, exist_ok=True)
    found: list[dict[str, Any]] = []
    for row in rows(options, panel):
        found.append(row)
        print(
            f"{row['as_of']}  {row['model']:<18} MAE {row['mae']:6.2f}  {row['wall']:7.1f} s  "
            f"{row['cpu']:7.1f} s CPU  {row['peak_mb']:5.0f} MB  load {row['load']:.1f}",
            flush=True,
        )
        table = table_of(found)
        table.to_csv(options.out / "rivals.csv", index=False, float_format="%.5g")
        (options.out / "rivals.md").write_text(markdown(table), encoding="utf-8")
    style.save(figure_of(table), options.out / "rivals.png")
    failed = missed(table)
    if failed:
        print(f"MISSED: MSTL better, or less than {FASTER:.0f} times as dear: {', '.join(failed)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
