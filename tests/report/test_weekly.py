"""The weekly run: the same bytes, nothing done twice, and it goes on after a failure."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from airrank.errors import InputError
from airrank.report import weekly as module
from airrank.report.weekly import STEPS, weekly
from airrank.request import Request

REQUEST = Request(as_of=date(2017, 9, 24), panel="henan17", goals=(8,), draws=300)


def content(folder: Path) -> dict[str, bytes]:
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


@pytest.mark.slow
def test_same_bytes_and_kept_steps(tmp_path: Path) -> None:
    first = weekly(REQUEST, tmp_path / "a")
    second = weekly(REQUEST, tmp_path / "b")
    before = content(first.folder)
    assert first.folder.name == "2017-09-24"
    assert before == content(second.folder)
    wanted = {"manifest.json", "status.json", "forecast.json", "assessment.json"}
    assert wanted | {"report.html", "report.pptx", "report.xlsx"} <= set(before)
    told: list[tuple[str, str]] = []
    weekly(REQUEST, tmp_path / "a", lambda step, state: told.append((step, state)))
    assert told == [(step, "kept") for step in STEPS]
    assert content(first.folder) == before


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
def test_weeks_are_linked_and_rest_on_each_other(tmp_path: Path) -> None:
    first = weekly(replace(REQUEST, as_of=date(2017, 9, 17)), tmp_path)
    alone = (first.folder / "report.html").read_text(encoding="utf-8")
    assert 'rel="prev"' not in alone
    second = weekly(REQUEST, tmp_path)
    page = (second.folder / "report.html").read_text(encoding="utf-8")
    assert 'href="../2017-09-17/report.html"' in page
    assert 'href="../index.html"' in page
    assert (second.folder / "figures" / "odds_over_time.png").exists()
    index = (tmp_path / "index.html").read_text(encoding="utf-8")
    assert 0 < index.index('href="2017-09-24/report.html"') < index.index("2017-09-17/report.html")
    before = content(tmp_path)
    for settings in (replace(REQUEST, as_of=date(2017, 9, 17)), REQUEST):
        told: list[tuple[str, str]] = []
        weekly(settings, tmp_path, lambda step, state: told.append((step, state)))  # noqa: B023
        assert told == [(step, "kept") for step in STEPS]
    assert content(tmp_path) == before
    (first.folder / "forecast.json").write_text("{", encoding="utf-8")
    weekly(REQUEST, tmp_path)
    assert "not valid JSON" in (tmp_path / "index.html").read_text(encoding="utf-8")
