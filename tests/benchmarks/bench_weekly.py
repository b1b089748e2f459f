"""What the weeks of several cities cost beside the week of one: seconds, processor time, ratio.

    python -m tests.benchmarks.bench_weekly [--of henan17] [--draws 10000] [--jobs N]

The bundled data as of 2017-09-24, in new folders, a process each.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time

RUN = "from airrank.cli import main; main()"
WEEK = ("weekly", "--no-update", "--as-of", "2017-09-24")


def cost(*arguments: str) -> tuple[float, float]:
    """Give the seconds that a week takes, by the clock and of the processor."""
    with tempfile.TemporaryDirectory() as folder:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        begun = time.perf_counter()
        subprocess.run(
            [sys.executable, "-c", RUN, *WEEK, "--out", folder, *arguments],
            env={**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
            capture_output=True,
            check=True,
        )
        seconds = time.perf_counter() - begun
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return seconds, used


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--of", default="henan17", metavar="LIST")
    parser.add_argument("--draws", default="10000")
    parser.add_argument("--jobs", default=str(os.cpu_count() or 1))
    options = parser.parse_args()
    draws = ("--draws", options.draws)
    one = cost(*draws)
    all_of = cost(*draws, "--all-of", options.of, "--jobs", options.jobs)
    for name, (seconds, used) in (("one city", one), (options.of, all_of)):
        print(f"{name:<10} {seconds:7.1f} s, {used:7.1f} s CPU")
    ratio, cpu = (many / single for many, single in zip(all_of, one, strict=True))
    print(f"{options.of} / one city: {ratio:.2f} by the clock (17: at most 4), {cpu:.2f} of CPU")
    return int(ratio > 4)


if __name__ == "__main__":
    sys.exit(main())
