"""One line about the data: what there is, whether it carries a forecast, what fills it."""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys
from pathlib import Path

import pytest

from airrank.cities import load_ranking_list
from airrank.cli.readiness import BUNDLED_UNTIL, FIRST_STEP, readiness
from airrank.inputs import load_panel
from airrank.store import Store
from tests.cli.conftest import Run

pytestmark = pytest.mark.usefixtures("english")

NOW = dt.datetime(2026, 9, 25, 2, tzinfo=dt.UTC)


def manifest(folder: Path, **years: tuple[int, str | None]) -> Path:
    lines = {year[1:]: {"complete_days": days, "last_complete_day": last}
             for year, (days, last) in years.items()}  # fmt: skip
    folder.mkdir(exist_ok=True)
    content = {"format": 1, "sources": {"archive": {"applied": 1, "years": lines}}}
    (folder / "manifest.json").write_text(json.dumps(content))
    return folder


def test_the_bundled_day_is_what_it_is_said_to_be() -> None:
    assert load_panel(None, "168").last_complete_day() == BUNDLED_UNTIL


@pytest.mark.parametrize(
    ("years", "ready", "command"),
    [
        ({"y2025": (365, "2025-12-31"), "y2026": (266, "2026-09-23")}, True, None),
        ({"y2026": (266, "2026-09-23")}, True, None),
        ({"y2026": (7, "2026-09-23")}, False, "--since 2026-01-01"),
        ({"y2026": (200, "2026-08-01")}, False, "airrank update"),
        ({"y2025": (365, "2025-12-31")}, False, "airrank update"),
        ({"y2026": (0, None)}, False, FIRST_STEP),
    ],
)
def test_what_carries_a_forecast(tmp_path: Path, years, ready: bool, command: str | None) -> None:
    found = readiness(manifest(tmp_path, **years), NOW)
    assert found.ready is ready
    text = found.text.in_words("en")
    assert "\n" not in text
    if command is None:
        assert "they carry a forecast" in text
    else:
        assert command in text
        assert found.command is not None
        assert found.command in text


@pytest.mark.parametrize("content", ["{", "[]", '{"sources": {"a": 1}}', "null", "{}"])
def test_a_manifest_that_cannot_be_read_is_no_data(tmp_path: Path, content: str) -> None:
    (tmp_path / "manifest.json").write_text(content)
    assert FIRST_STEP in readiness(tmp_path, NOW).text.in_words("en")


def test_a_store_says_it_itself(run: Run, tmp_path: Path) -> None:
    cities = load_ranking_list("168").names
    table, store = tmp_path / "days.csv", tmp_path / "store"
    rows = [f"2026-01-0{day},{city},35,60,8,20,0.6,120\n"
            for day in (1, 2, 3) for city in cities[: 168 if day < 3 else 100]]  # fmt: skip
    table.write_text("date,city,pm25,pm10,so2,no2,co,o3_8h\n" + "".join(rows), encoding="utf-8")
    assert run("update", "--source", "file", "--from", table, "--store", store).status == 0
    told = readiness(store, dt.datetime(2026, 1, 5, tzinfo=dt.UTC))
    assert told.ready
    assert "complete until 2026-01-02, 3 days ago, on 2 of the 2 days" in told.text.in_words("en")
    # A store of an earlier version does not say it; it is counted.
    content = json.loads((store / "manifest.json").read_text())
    for line in content["sources"]["file"]["years"].values():
        del line["complete_days"], line["last_complete_day"]
    (store / "manifest.json").write_text(json.dumps(content))
    assert readiness(store, dt.datetime(2026, 1, 5, tzinfo=dt.UTC)) == told
    assert Store(store).versions("file").shape[0] == 436
    status = run("status", "--store", store)
    assert status.out.startswith(f"Data: store {store}, complete until 2026-01-02")
    as_json = json.loads(run("status", "--store", store, "--json").out)
    assert as_json["readiness"]["last_complete_day"] == "2026-01-02"


def test_bare_airrank_says_it_and_the_commonest_commands(run: Run, tmp_path: Path) -> None:
    done = run()
    assert done.status == 0
    first, *rest = done.out.splitlines()
    assert "bundled observations, until 2020-06-30" in first
    assert first.endswith(FIRST_STEP)
    for command in ("rank", "forecast", "control", "assess", "weekly"):
        assert any(line.startswith(f"  airrank {command} ") for line in rest)
    missing = run("status", "--store", tmp_path / "none")
    assert missing.status == 2
    assert FIRST_STEP in missing.out


def test_bare_airrank_loads_nothing_heavy() -> None:
    code = (
        "import sys\n"
        "from airrank.cli import main\n"
        "sys.argv = ['airrank']\n"
        "try:\n"
        "    main()\n"
        "except SystemExit:\n"
        "    pass\n"
        "heavy = {'pandas', 'numpy', 'pyarrow', 'requests', 'rich'} & set(sys.modules)\n"
        "sys.exit(f'loaded {heavy}' if heavy else 0)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
