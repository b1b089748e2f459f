"""Hour files to city-days: airrank against a plain pandas melt-and-groupby, in the same run.

    python tests/benchmarks/bench_ingest.py [--shared ../shared/data] [--files 120]

Prints files per second of both, their ratio, whether they agree, and airrank's peak memory over
few and over many files. Exit status 1 if a target is missed: 40 files/s, five times
pandas, and memory flat in the number of files.
"""

from __future__ import annotations

import argparse
import io
import subprocess
import sys
import time
import warnings
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from airrank.ingest.aggregate import city_day_frame, iter_daily_values
from airrank.ingest.day_sources import DaySource, find_day_sources, iter_day_files
from airrank.rules.standards import POLLUTANTS

TYPES = {"PM2.5": "pm25", "PM10": "pm10", "SO2": "so2", "NO2": "no2", "CO": "co", "O3": "o3_8h"}
FLAT = 1.15
MEMORY_PROGRAM = """
import sys
from pathlib import Path
from airrank.ingest.aggregate import iter_daily_values
from airrank.ingest.day_sources import find_day_sources, iter_day_files
sources = find_day_sources(Path(sys.argv[1]))[: int(sys.argv[2])]
for _ in iter_daily_values(iter_day_files(sources)): pass
status = Path("/proc/self/status").read_text()
print(status.split("VmHWM:")[1].split()[0])
"""


def with_pandas(sources: Sequence[DaySource]) -> pd.DataFrame:
    """Melt every file, group by city and day: what one would write first."""
    parts = []
    for source in sources:
        wide = pd.read_csv(io.BytesIO(source.read()))
        wide = wide[wide["type"].isin(list(TYPES))]
        parts.append(wide.melt(["date", "hour", "type"], var_name="city"))
    hours = pd.concat(parts, ignore_index=True).dropna(subset="value")
    stamp = pd.to_datetime(hours["date"].astype(str)) + pd.to_timedelta(hours["hour"], unit="h")
    hours["ends"] = stamp
    hours["date"] = (stamp - pd.Timedelta(hours=1)).dt.normalize()
    groups = hours[hours["type"] != "O3"].groupby(["date", "city", "type"])["value"]
    means = groups.mean().where(groups.size() >= 20).unstack("type").rename(columns=TYPES)
    ozone = hours[hours["type"] == "O3"].pivot(index="ends", columns="city", values="value")
    full = pd.date_range(ozone.index.min(), ozone.index.max().ceil("D"), freq="h")
    running = ozone.reindex(full).rolling(8, min_periods=6).mean()
    running = running[(running.index.hour >= 8) | (running.index.hour == 0)]
    best = running.groupby((running.index - pd.Timedelta(hours=1)).normalize())
    top = best.max().where((best.count() >= 14) | (best.max() > 160))
    means["o3_8h"] = top.stack().reindex(means.index)
    return means[list(POLLUTANTS)]


def with_airrank(sources: Sequence[DaySource]) -> pd.DataFrame:
    """Stream over the files with the project's code."""
    frame = city_day_frame(iter_daily_values(iter_day_files(sources)), "bench")
    return frame.set_index(["date", "city"])[list(POLLUTANTS)]


def peak_memory(folder: Path, files: int) -> int:
    """Peak resident memory [MiB] of a fresh process that streams over some files (Linux)."""
    command = [sys.executable, "-c", MEMORY_PROGRAM, str(folder), str(files)]
    result = subprocess.run(command, capture_output=True, text=True, check=True)
    return int(result.stdout) // 1024


def largest_difference(ours: pd.DataFrame, plain: pd.DataFrame) -> float:
    """Largest difference of values both have, beyond the rounding of ours [published units]."""
    both = ours.index.intersection(plain.index)
    gap = (ours.loc[both] - plain.loc[both]).abs().max()
    return float((gap / np.where(gap.index == "co", 0.1, 1.0)).max())


def main() -> int:
    """Run, print the table, give the exit status."""
    warnings.simplefilter("ignore")
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, default=Path("../shared/data"))
    parser.add_argument("--files", type=int, default=120)
    options = parser.parse_args()
    folder = options.shared / "archive"
    sources = find_day_sources(folder)[: options.files]
    frames, speeds = {}, {}
    for name, run in (("airrank", with_airrank), ("pandas melt + groupby", with_pandas)):
        started = time.perf_counter()
        frames[name] = run(sources)
        speeds[name] = len(sources) / (time.perf_counter() - started)
    ours, plain = speeds.values()
    few, many = peak_memory(folder, 40), peak_memory(folder, 400)
    print(f"{len(sources)} hour files of {folder}\n{'program':<24}{'files/s':>9}")
    for name, speed in speeds.items():
        print(f"{name:<24}{speed:>9.1f}")
    print(
        f"ratio {ours / plain:.1f}; largest difference {largest_difference(*frames.values()):.2f}"
    )
    print(f"peak memory of airrank: {few} MiB over 40 files, {many} MiB over 400")
    return int(ours < 40 or ours < 5 * plain or many > FLAT * few)


if __name__ == "__main__":
    sys.exit(main())
