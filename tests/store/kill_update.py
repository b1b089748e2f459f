"""Kill updates at random moments (SIGKILL) and see that nothing is lost or stored wrong.

    python tests/store/kill_update.py [--kills 50] [--days 60] [--seed 0]

Each time: an update of an empty store from a loopback server is killed, ``status --check`` must be
clean, and a resumed update must end with the content of an undisturbed one. Exit status 1 if not.
"""

from __future__ import annotations

import argparse
import datetime as dt
import functools
import http.server
import random
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import pandas as pd

from airrank.cities import load_ranking_list
from airrank.cli.source_options import Wanted, make_source
from airrank.ingest.hour_files import HOURLY_TYPES
from airrank.store import Store
from airrank.store.checking import check
from airrank.store.update import update, utc_now

FIRST = dt.date(2019, 12, 1)
RUN = "import sys; from airrank.cli import main; sys.argv[0] = 'airrank'; main()"


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Serves files and says nothing."""

    def log_message(self, *arguments: object) -> None:
        """Say nothing."""


def write_days(folder: Path, days: int, rng: random.Random) -> None:
    """Write hour files of the 168 cities, one day missing."""
    cities = load_ranking_list("168").names
    for k in range(days):
        day = FIRST + dt.timedelta(days=k)
        if k == days // 3:
            continue
        lines = [",".join(["date", "hour", "type", *cities])]
        for hour in range(24):
            for kind in HOURLY_TYPES:
                cells = (f"{rng.randint(1, 99)}" for _ in cities)
                lines.append(",".join([f"{day:%Y%m%d}", str(hour), kind, *cells]))
        path = folder / f"china_cities_{day:%Y%m%d}.csv"
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def start(store: Path, url: str, days: int) -> subprocess.Popen[bytes]:
    """Start an update of its own process."""
    until = FIRST + dt.timedelta(days=days - 2)
    options = ["update", "--source", "archive", "--url", url, "--since", str(FIRST), "--until",
               str(until), "--pace", "0", "--store", str(store)]  # fmt: skip
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    return subprocess.Popen([sys.executable, "-c", RUN, *options], **quiet)


def resume(store: Path, url: str, days: int) -> bool:
    """Go on with an update in this process; tell whether it got everything."""
    until = FIRST + dt.timedelta(days=days - 2)
    wanted = Wanted("archive", url, since=FIRST, until=until, pace=0.0)
    opened = Store(store)
    return update(opened, make_source(wanted, opened, utc_now())).complete


def wait_for_journal(store: Path) -> None:
    """Wait until an update has begun to write: what comes before has nothing to lose."""
    deadline = time.monotonic() + 60
    while not (store / "journal").exists() and time.monotonic() < deadline:
        time.sleep(0.002)


def content(store: Path) -> pd.DataFrame:
    """Give everything a store says but the times of retrieval."""
    return Store(store).versions("archive").drop(columns="retrieved_at")


def main() -> int:
    """Run and give the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--days", type=int, default=90)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    rng, wrong, reached = random.Random(options.seed), 0, []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "files").mkdir()
        write_days(folder / "files", options.days, rng)
        handler = functools.partial(Quiet, directory=str(folder / "files"))
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_address[1]}/china_cities_{{YYYYMMDD}}.csv"
        process = start(folder / "whole", url, options.days)
        wait_for_journal(folder / "whole")
        started = time.monotonic()
        if process.wait() != 0:
            print("the undisturbed update failed")
            return 1
        whole, span = content(folder / "whole"), time.monotonic() - started
        for k in range(options.kills):
            store = folder / f"store{k}"
            process = start(store, url, options.days)
            wait_for_journal(store)
            time.sleep(rng.uniform(0, span))
            process.kill()
            process.wait()
            report = check(Store(store))
            reached.append(report.entries_checked)
            resumed = resume(store, url, options.days)
            after = check(Store(store))
            same = content(store).equals(whole)
            if report.broken or after.broken or not resumed or not same:
                wrong += 1
                print(f"kill {k}: {report.broken} {after.broken} resumed {resumed} same {same}")
        server.shutdown()
        server.server_close()
    print(f"{options.kills} kills after {sorted(reached)} of {options.days} answers: {wrong} wrong")
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
