"""The weekly run: the same bytes, nothing done twice, and it goes on after a failure."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from dataclasses import replace
from datetime import date
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from airrank.cities import load_ranking_list
from airrank.errors import AirrankError, InputError
from airrank.forecasting.record import read_record
from airrank.forecasting.result import Forecast
from airrank.report import weekly as module
from airrank.report.several import weekly_of_several
from airrank.report.weekly import STEPS, weekly
from airrank.request import Request

REQUEST = Request(as_of=date(2017, 9, 24), panel="henan17", goals=(8,), draws=300)


def content(folder: Path) -> dict[str, bytes]:
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


@pytest.mark.slow
def test_goes_on_after_a_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_args: object, **_options: object) -> list[str]:
        raise InputError("disk full")

    with monkeypatch.context() as patch:
        patch.setattr(module, "write_report", broken)
        with pytest.raises(InputError, match="disk full"):
            weekly(REQUEST, tmp_path)
    manifest = json.loads((tmp_path / "2017-09-24" / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["steps"]["report"] == {"state": "failed", "error": "disk full"}
    assert manifest["steps"]["forecast"]["state"] == "done"
    (tmp_path / "2017-09-24" / "assessment.csv").unlink()  # a lost file is made again
    told: list[tuple[str, str]] = []
    monkeypatch.setattr(module, "write_report", lambda *_a, **_o: [])
    weekly(REQUEST, tmp_path, lambda step, state: told.append((step, state)))
    assert told[:2] == [("status", "kept"), ("forecast", "kept")]
    assert ("assess", "done") in told
    assert ("report", "done") in told


@pytest.mark.slow
def test_same_bytes_kept_steps_and_weeks_that_rest_on_each_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, weeks = replace(REQUEST, as_of=date(2017, 9, 17)), tmp_path / "weeks"
    first = weekly(before, weeks)
    assert first.folder.name == "2017-09-17"
    made = content(first.folder)
    wanted = {"manifest.json", "status.json", "forecast.json", "assessment.json"}
    assert wanted | {"report.html", "report.pptx", "report.xlsx", "report.docx"} <= set(made)
    assert made == content(weekly(before, tmp_path / "again").folder)
    assert b'rel="prev"' not in made["report.html"]
    second = weekly(REQUEST, weeks)
    page = (second.folder / "report.html").read_text(encoding="utf-8")
    assert 'href="../2017-09-17/report.html"' in page
    assert 'href="../index.html"' in page
    assert (second.folder / "figures" / "odds_over_time.png").exists()
    index = (weeks / "index.html").read_text(encoding="utf-8")
    assert 0 < index.index('href="2017-09-24/report.html"') < index.index("2017-09-17/report.html")
    both = content(weeks)
    for settings in (before, REQUEST):
        told: list[tuple[str, str]] = []
        weekly(settings, weeks, lambda step, state: told.append((step, state)))  # noqa: B023
        assert told == [(step, "kept") for step in STEPS]
    assert content(weeks) == both
    (first.folder / "forecast.json").write_text("{", encoding="utf-8")
    monkeypatch.setattr(module, "write_report", few_files)
    weekly(REQUEST, weeks)
    assert "not valid JSON" in (weeks / "index.html").read_text(encoding="utf-8")


@pytest.mark.slow
def test_several_cities_share_one_forecast(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[int] = []
    forecast_of_all = Request.forecast_of_all

    def counted(self: Request, *options: Any) -> Forecast:
        made.append(1)
        return forecast_of_all(self, *options)

    monkeypatch.setattr(Request, "forecast_of_all", counted)
    monkeypatch.setattr(module, "write_report", few_files)
    cities, told = ("驻马店", "Xinyang", "伦敦", "信阳"), list[tuple[str, str]]()
    folder, outcomes = weekly_of_several(REQUEST, cities, tmp_path)
    assert len(made) == 1
    assert [(one.city, one.exit_status) for one in outcomes] == [
        ("驻马店", 0),
        ("信阳", 0),
        ("伦敦", 2),
    ]
    assert folder == tmp_path / "2017-09-24"
    overview = (folder / "index.html").read_text(encoding="utf-8")
    first, second = overview.index('"信阳/report.html"'), overview.index('"驻马店/report.html"')
    assert first < second  # the better rank to date
    assert "伦敦" in overview
    seen = unescape(re.sub("<[^>]*>", "", overview))
    assert re.search("top\u00a08\u00a0[<>]?\\d+\u00a0%", seen)  # all on one line
    assert '<div class="scroll list"' in overview  # neither wider than a phone nor kept on a page
    assert "2017-09-24/index.html" in (tmp_path / "index.html").read_text(encoding="utf-8")
    weekly_of_several(REQUEST, cities, tmp_path, lambda city, _, state: told.append((city, state)))
    assert {state for _, state in told} == {"kept"}
    assert len(made) == 1


@pytest.mark.slow
def test_a_city_of_several_is_as_alone_and_resumed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "write_report", few_files)
    cities, told = ("驻马店", "信阳"), list[tuple[str, str]]()
    folder, _ = weekly_of_several(REQUEST, cities, tmp_path)
    alone = weekly(replace(REQUEST, city="信阳"), tmp_path / "alone").folder
    for name in ("status.json", "forecast.json", "assessment.json", "ranks.csv"):
        assert (folder / "信阳" / name).read_bytes() == (alone / name).read_bytes()
    (folder / "信阳" / "manifest.json").unlink()  # as if stopped before the second city
    weekly_of_several(REQUEST, cities, tmp_path, lambda city, _, state: told.append((city, state)))
    assert {state for city, state in told if city == "驻马店"} == {"kept"}
    assert ("信阳", "done") in told


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="processes fork")
def test_a_process_that_is_killed_is_told_with_its_city(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    parent = os.getpid()

    def killed(outline: object, folder: Path, **options: object) -> list[str]:
        if folder.name == "信阳" and os.getpid() != parent:
            os.kill(os.getpid(), signal.SIGKILL)
        return few_files(outline, folder, **options)

    cities = ("驻马店", "信阳", "郑州")
    with monkeypatch.context() as patch:
        patch.setattr(module, "write_report", killed)
        with pytest.raises(AirrankError) as told:
            weekly_of_several(REQUEST, cities, tmp_path, jobs=2)
    assert "the week of 信阳 ended before it was done" in told.value.in_words("en")
    assert "信阳周报的进程" in told.value.in_words("zh")
    assert "--jobs 1" in told.value.in_words("zh")
    monkeypatch.setattr(module, "write_report", few_files)
    states: list[tuple[str, str]] = []
    weekly_of_several(
        REQUEST, cities, tmp_path, lambda city, _, state: states.append((city, state))
    )
    assert {state for city, state in states if city == "驻马店"} == {"kept"}
    assert ("信阳", "done") in states


KILLED = """
import os, signal, sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from tests.report.test_weekly import CITIES, REQUEST, few_files, module, weekly_of_several
parent, module.write_report = os.getpid(), few_files
def tell(city, step, state):
    if (city, step, state) == (CITIES[1], "report", "done"):
        os.kill(parent, signal.SIGKILL)
weekly_of_several(REQUEST, CITIES, Path(sys.argv[2]), tell, int(sys.argv[3]))
"""
CITIES = ("驻马店", "信阳", "郑州", "洛阳", "开封")


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The files of all cities' weeks, by one process that nothing stops."""
    folder = tmp_path_factory.mktemp("whole")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AIRRANK_LANG", "en")
        patch.setattr(module, "write_report", few_files)
        weekly_of_several(REQUEST, CITIES, folder)
    return content(folder)


@pytest.mark.slow
@pytest.mark.parametrize("jobs", [1, 2])
@pytest.mark.skipif(os.name != "posix", reason="processes fork")
def test_a_run_that_is_killed_leaves_nothing_half_done_and_the_next_goes_on(
    whole: dict[str, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, jobs: int
) -> None:
    cut = tmp_path / "cut"
    monkeypatch.setattr(module, "write_report", few_files)
    root = str(Path(__file__).parents[2])
    command = [sys.executable, "-c", KILLED, root, str(cut), str(jobs)]
    ended = subprocess.run(command, capture_output=True, check=False)  # until its last process ends
    assert ended.returncode == -signal.SIGKILL, ended.stderr.decode()
    left, done = content(cut), set()
    for manifest in cut.glob("*/*/manifest.json"):
        steps = json.loads(manifest.read_text(encoding="utf-8"))["steps"]
        if [step for step in STEPS if steps.get(step, {}).get("state") == "done"] == list(STEPS):
            done.add(manifest.parent.name)
    assert set(CITIES[:2]) <= done
    assert jobs > 1 or len(done) == 2  # another process may be as far by then
    for name, found in left.items():
        if Path(name).parent.name in done:
            assert found == whole[name], name
    log = tmp_path / "log"

    def note(city: str, _: str, state: str) -> None:
        with log.open("a", encoding="utf-8") as file:  # processes tell there
            file.write(f"{city} {state}\n")

    weekly_of_several(REQUEST, CITIES, cut, note, jobs)
    told = [line.split() for line in log.read_text(encoding="utf-8").splitlines()]
    assert {state for city, state in told if city in done} == {"kept"}
    assert {city for city, state in told if state == "done"} == set(CITIES) - done
    assert content(cut) == whole


@pytest.mark.slow
def test_the_record_of_several_cities_is_each_ones_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "write_report", few_files)
    cities, before = ("驻马店", "信阳"), replace(REQUEST, as_of=date(2017, 9, 17))
    weekly_of_several(before, cities, tmp_path)
    folder, _ = weekly_of_several(REQUEST, cities, tmp_path)
    manifest = json.loads((folder / "信阳" / "manifest.json").read_text(encoding="utf-8"))
    assert list(manifest["earlier"]["weeks"]) == ["2017-09-17"]
    assert manifest["earlier"]["page"] == "../../2017-09-17/信阳/report.html"
    assert "../2017-09-17/index.html" in (folder / "index.html").read_text(encoding="utf-8")
    record = read_record(tmp_path, load_ranking_list("henan17").names, city="郑州")
    assert [week.content["city"] for week in record.weeks] == ["信阳", "信阳"]  # any has all


def few_files(_outline: object, folder: Path, **_options: object) -> list[str]:
    (folder / "report.html").write_text("a page", encoding="utf-8")
    return ["report.html"]
