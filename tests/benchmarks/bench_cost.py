"""What a forecast costs, against draws, cities and years of history.

    python -m tests.benchmarks.bench_cost --out DIR [--scale] [--only draws cities years]

Writes ``cost.csv``, ``cost.md`` and ``cost.png``. Each point is a process of its own; imports and
the making of the data are not counted. ``--scale`` adds 2,000 units with 15 years and 50,000 draws.

The panel is the bundled one, as of 2017-06-30: units beyond 168 are copies with other coordinates
and other levels, years beyond the bundled ones repeat them with other weather. Three costs: ``fit``
of the model; ``draws``, a pass over all draws to index, ranks and their distribution that keeps
none; ``forecast``, what ``airrank forecast`` does (fit, draws kept, ranks, checks). ``peak_fit``
and ``peak_stream`` are the process's peak after the first and second, ``peak_mb`` at the end;
``panel_mb`` is the size of the observations alone.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from airrank.cities import City, RankingList
from airrank.forecasting.index import period_index
from airrank.forecasting.result import rank_probabilities
from airrank.forecasting.run import forecast_panel
from airrank.inputs import load_panel
from airrank.panel import Panel
from airrank.plots import style
from airrank.rules.ranking import rank_array
from airrank.simulation.remainder import RemainderModel
from tests.benchmarks.bench_forecast import RULES, year_of

AS_OF = date(2017, 6, 30)
USUAL = {"draws": 10_000, "cities": 168, "years": 3}
SERIES = {
    "draws": (1000, 2000, 5000, 10_000, 20_000, 50_000),
    "cities": (17, 60, 168, 366, 1000, 2000),
    "years": (1, 2, 3, 6, 15),
}
SCALE = {"draws": 50_000, "cities": 2000, "years": 15}
PERIOD = 3 * 365 + 1
"""Days after which the bundled weather is repeated: whole years."""


def enlarged(cities: int, years: int) -> Panel:
    """Give a panel of so many units with so many years before the year of ``AS_OF``."""
    bundled = load_panel(None, "168").panel.until(AS_OF)
    rng = np.random.default_rng(0)
    days = np.arange(np.datetime64(date(AS_OF.year - years, 1, 1)), np.datetime64(AS_OF) + 1)
    back = (days[-1] - days).astype(int)
    rows = len(bundled.days) - 1 - back % PERIOD
    number = len(bundled.cities)
    if cities == 17:
        columns = [bundled.cities.index(c) for c in load_panel(None, "henan17").panel.cities]
    else:
        columns = [k % number for k in range(cities)]
    level = np.exp(rng.normal(0, 0.1, (cities, 6))) if cities > number else np.ones((cities, 6))
    year = np.exp(rng.normal(0, 0.05, (int(back.max()) // PERIOD + 1, cities, 6)))
    year[0] = 1.0
    values = bundled.values[rows][:, columns] * level * year[back // PERIOD]
    originals = [bundled.ranking_list.cities[k] for k in columns]
    units = tuple(
        c
        if k < number
        else City(
            f"{c.name}{k // number}",
            lon=c.lon + rng.normal(0, 0.3),
            lat=c.lat + rng.normal(0, 0.3),
        )
        for k, c in enumerate(originals)
    )
    nothing = np.zeros(values.shape, dtype=bool)
    ranking_list = RankingList("enlarged", "", "", units)
    panel = Panel(ranking_list, days, np.round(values, 3), nothing, nothing[..., 0])
    return replace(panel, estimated=nothing.copy())


def peak() -> float:
    """Largest memory of this process so far [MB]."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def worker(point: dict[str, int]) -> None:
    """Measure one point in this process and print it as JSON."""
    panel = enlarged(point["cities"], point["years"])
    row: dict[str, Any] = dict(point)
    row["panel_mb"] = panel.values.nbytes / 2**20
    clock = time.process_time, time.perf_counter
    marks = [[c() for c in clock]]
    remainder = RemainderModel(panel).remainder(year_of(AS_OF).start, year_of(AS_OF).end)
    marks.append([c() for c in clock])
    row["peak_fit"] = peak()
    table = np.zeros((point["cities"], point["cities"]))
    for chunk in remainder.draws(point["draws"], 0):
        ranks = rank_array(period_index(chunk.statistics, year_of(AS_OF), RULES))
        table += rank_probabilities(ranks, point["cities"]) * (len(ranks) / point["draws"])
    marks.append([c() for c in clock])
    row["peak_stream"] = peak()
    del remainder, chunk, ranks
    forecast_panel(panel, AS_OF, draws=point["draws"], rules=RULES)
    marks.append([c() for c in clock])
    row["peak_mb"] = peak()
    for name, before, after in zip(("fit", "draws", "forecast"), marks, marks[1:], strict=False):
        row[f"{name}_cpu"], row[f"{name}_wall"] = (
            b - a for a, b in zip(before, after, strict=True)
        )
    print(json.dumps(row | {"rank_sum": float(table.sum())}))


def measure(point: dict[str, int], of: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "tests.benchmarks.bench_cost", "--worker", json.dumps(point)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{point} failed: {done.stderr[-800:]}")
    row: dict[str, Any] = {"series": of, **json.loads(done.stdout.splitlines()[-1])}
    if round(row.pop("rank_sum")) != point["cities"]:
        raise SystemExit(f"{point}: the ranks of a city do not sum to one")
    print(
        f"{of:<7} {point['draws']:6} draws {point['cities']:5} cities {point['years']:3} years: "
        f"fit {row['fit_cpu']:.1f}, draws {row['draws_cpu']:.1f}, forecast "
        f"{row['forecast_cpu']:.1f} s CPU; {row['peak_stream']:.0f}, {row['peak_mb']:.0f} MB",
        flush=True,
    )
    return row


def markdown(table: pd.DataFrame) -> str:
    """Give the table as Markdown."""
    lines = [
        "| varied | draws | cities | past years | fit [CPU s] | draws [CPU s] | forecast [CPU s] "
        "| observations [MB] | peak, draws not kept [MB] | peak, forecast [MB] |",
        "|---|" + "---:|" * 9,
    ]
    lines += [
        f"| {r.series} | {r.draws} | {r.cities} | {r.years} | {r.fit_cpu:.2f} | {r.draws_cpu:.2f} "
        f"| {r.forecast_cpu:.2f} | {r.panel_mb:.0f} | {r.peak_stream:.0f} | {r.peak_mb:.0f} |"
        for r in table.itertuples()
    ]
    return "\n".join(lines) + "\n"


def decades(values: pd.DataFrame) -> tuple[float, float]:
    """Give the powers of ten around all values."""
    low, high = np.log10(values.min().min()), np.log10(values.max().max())
    return 10.0 ** np.floor(low), 10.0 ** np.ceil(high)


def figure_of(table: pd.DataFrame) -> Any:
    """Draw CPU time and memory against what varies."""
    shown = [name for name in SERIES if (table["series"] == name).sum() > 1]
    lines = (("fit_cpu", "fit", style.GREEN), ("draws_cpu", "draws", style.ORANGE))
    lines += (("forecast_cpu", "whole forecast", style.BLUE),)
    memory = (("peak_stream", "draws not kept", style.ORANGE), ("peak_mb", "forecast", style.BLUE))
    with style.styled():
        figure = style.new_figure(4.0 * len(shown), 6.6)
        panels = figure.subplots(2, len(shown), sharey="row", squeeze=False)
        for column, name in enumerate(shown):
            part = table[table["series"] == name].sort_values(name)
            for axes, drawn in zip(panels[:, column], (lines, memory), strict=True):
                for key, label, colour in drawn:
                    axes.plot(part[name], part[key], "o-", ms=4, color=colour, label=label)
                axes.set_xscale("log")
                axes.set_yscale("log")
                axes.set_ylim(*decades(table[[key for key, *_ in drawn]]))
                axes.yaxis.set_major_formatter(lambda value, _: f"{value:,g}")
                axes.set_xticks(part[name], [f"{value:,}" for value in part[name]], fontsize=8)
                axes.minorticks_off()
            panels[1, column].set_xlabel("past years" if name == "years" else name)
        panels[0, 0].set_ylabel("CPU time [s]")
        panels[1, 0].set_ylabel("peak memory [MB]")
        for axes in panels[:, -1]:
            axes.legend(frameon=False, fontsize=9)
        figure.suptitle("Cost of a forecast", x=0.01, ha="left")
        usual = "{draws:,} draws, {cities} cities, {years} past years".format(**USUAL)
        style.footer(figure, f"What does not vary: {usual}. As of {AS_OF}; one process each.")
    return figure


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path)
    parser.add_argument("--only", nargs="*", choices=tuple(SERIES), default=tuple(SERIES))
    parser.add_argument("--scale", action="store_true")
    parser.add_argument("--worker", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.worker:
        worker(json.loads(options.worker))
        return 0
    if options.out is None:
        parser.error("give a folder with --out")
    points = [({**USUAL, name: value}, name) for name in options.only for value in SERIES[name]]
    if options.scale:
        points.append((SCALE, "scale"))
    options.out.mkdir(parents=True, exist_ok=True)
    found: list[dict[str, Any]] = []
    for point, of in points:
        found.append(measure(point, of))
        table = pd.DataFrame(found)
        table.to_csv(options.out / "cost.csv", index=False, float_format="%.5g")
        (options.out / "cost.md").write_text(markdown(table), encoding="utf-8")
    if options.only:
        style.save(figure_of(table), options.out / "cost.png")
    return 0


if __name__ == "__main__":
    sys.exit(main())
