"""Days of one's own are never left out in silence, and it is said which source gave which days."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run

pytestmark = pytest.mark.usefixtures("english")

HEAD = "date,city,pm25,pm10,so2,no2,co,o3_8h\n"
MONTH = [f"2020-09-{day:02},驻马店,35,60,8,20,0.6,120\n" for day in range(1, 31)]
QUICK = ("--panel", "henan17", "--draws", "100")


@pytest.fixture
def store(run: Run, tmp_path: Path) -> Path:
    table = tmp_path / "own.csv"
    table.write_text(HEAD + "".join(MONTH), encoding="utf-8")
    made = tmp_path / "store"
    done = run("update", "--source", "file", "--from", table, "--store", made)
    assert done.status == 0, done.err
    return made


@pytest.mark.parametrize(
    "command",
    [
        ("rank", "--period", "2020-06", "--panel", "henan17"),
        ("forecast", *QUICK, "--goal", "9"),
        ("assess", "--year", "2017", "--goals", "9", "--panel", "henan17", "--draws", "100"),
    ],
)
@pytest.mark.slow
def test_an_imported_month_after_the_day_used_is_told(run: Run, store: Path, command) -> None:
    done = run(*command, "--store", store)
    told = " ".join(done.err.split())
    assert "Your own values of 2020-09-01 … 2020-09-30 (1 city) lie after 2020-06-30" in told
    assert "airrank update --source archive --since 2020-07-01" in told


@pytest.mark.slow
def test_the_day_chosen_is_named(run: Run, store: Path) -> None:
    chosen = run("rank", "--period", "2017", "--panel", "henan17", "--store", store)
    assert "lie after 2020-06-30" in chosen.err
    done = run("forecast", *QUICK, "--as-of", "2017-09-24", "--as-known-at", "now",
               "--store", store)  # fmt: skip
    assert "lie after 2017-09-24, the day used: they do not count" in " ".join(done.err.split())
    # As of that day they were not known, so there is nothing to tell.
    done = run("forecast", *QUICK, "--as-of", "2017-09-24", "--store", store)
    assert "own values" not in done.err


def test_which_source_gave_which_days(run: Run, store: Path) -> None:
    done = run("rank", "--period", "2020-06", "--panel", "henan17", "--store", store)
    told = " ".join(done.out.split())
    assert "file 2020-09-01 … 2020-09-30; bundled 2013-12-" in told


def test_a_file_with_days_of_few_cities_at_its_end(run: Run, tmp_path: Path) -> None:
    from airrank.cities import load_ranking_list

    cities = load_ranking_list("henan17").names
    table = tmp_path / "days.csv"
    rows = [f"2020-08-{day:02},{city},35,60,8,20,0.6,120\n"
            for day in range(1, 32) for city in cities]  # fmt: skip
    table.write_text(HEAD + "".join(rows + MONTH), encoding="utf-8")
    done = run("rank", "--period", "2020-08", "--panel", "henan17", "--data", table)
    assert done.status == 0, done.err
    assert "2020-09-01 … 2020-09-30 (1 city) lie after 2020-08-31" in " ".join(done.err.split())
    table.write_text(HEAD + "".join(rows), encoding="utf-8")
    done = run("rank", "--period", "2020-08", "--panel", "henan17", "--data", table)
    assert done.err == ""


@pytest.mark.slow
def test_the_option_wins_over_the_environment_and_it_is_said(
    run: Run, store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from airrank.store import bundled_observations

    monkeypatch.setenv("AIRRANK_STORE", str(store))
    data = ("--data", bundled_observations())
    done = run("rank", "--period", "2017", "--panel", "henan17", "--json", *data)
    assert done.status == 0, done.err
    assert f"--data {bundled_observations()} counts, and not AIRRANK_STORE" in done.err
    assert json.loads(done.out)
    both = run("rank", "--period", "2017", "--panel", "henan17", *data, "--store", store)
    assert both.status == 2
    assert "not both" in both.err
