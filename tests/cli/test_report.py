"""``airrank report`` and ``airrank weekly``."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

COMMON = ("--panel", "henan17", "--goal", "8", "--as-of", "2017-09-24", "--draws", "300")


@pytest.mark.slow
def test_report_writes_what_was_asked_for(run: Callable[..., Any], tmp_path: Path) -> None:
    result = run("report", "--html", "--xlsx", *COMMON, "--out", tmp_path, "--lang", "en")
    assert result.status == 0, result.err
    assert result.out.startswith("Zhumadian: P(top 8) ")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["report.html", "report.xlsx"]


@pytest.mark.slow
def test_report_of_a_month_as_document_and_text(run: Callable[..., Any], tmp_path: Path) -> None:
    given = ("report", "--docx", "--text", "--kind", "monthly", *COMMON, "--out", tmp_path)
    result = run(*given, "--lang", "zh")
    assert result.status == 0, result.err
    assert result.out.startswith("2017年9月1日至9月24日，驻马店")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["report.docx", "report.txt"]
    assert run(*given, "--period", "2017").status == 2


@pytest.mark.slow
def test_week_and_report_with_a_backtest(run: Callable[..., Any], tmp_path: Path) -> None:
    weekly, folder = ("weekly", "--no-update", *COMMON, "--out", tmp_path), tmp_path / "2017-09-24"
    result = run(*weekly)
    assert result.status == 0, result.err
    *said, told = result.out.strip().splitlines()
    assert told == str(folder)
    assert "\n".join(said) == (folder / "report.txt").read_text("utf-8").strip()
    assert (folder / "report.docx").exists()
    assert "report: done" in result.err
    assert "not updating" not in result.err

    scores = tmp_path / "scores"
    made = ("--years", "2017", "--models", "last_year", "--draws", "100", "--goal", "8")
    assert run("backtest", *made, "--panel", "henan17", "--out", scores).status == 0
    again = run(*weekly, "--backtest", scores)
    assert again.status == 0, again.err
    assert "report: done" in again.err  # made anew, with what the backtest says
    assert (folder / "figures" / "reliability.csv").exists()
    assert (folder / "figures" / "skill.png").exists()
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert "Backtest of last year again over 2017: in 11 forecasts" in page
    assert "report: kept" in run(*weekly, "--backtest", scores).err

    given = ("report", "--html", *COMMON, "--lang", "zh", "--out", tmp_path, "--backtest")
    result = run(*given, scores)
    assert result.status == 0, result.err
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "同去年全年回测2017年：11次预测" in page
    lost = run(*given, tmp_path)
    assert lost.status != 0
    assert "scores.csv" in lost.err


def test_weekly_needs_a_folder(run: Callable[..., Any]) -> None:
    assert run("weekly", "--no-update").status == 2


@pytest.mark.slow
def test_weekly_goes_on_when_the_update_fails(
    run: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from airrank.cli import update_command
    from airrank.report import weekly as module

    def refused(*_args: object, **_options: object) -> None:
        raise SystemExit(1)

    monkeypatch.setattr(update_command.command, "main", refused)
    monkeypatch.setattr(module, "write_report", lambda *_a, **_o: [])
    result = run("weekly", *COMMON, "--out", tmp_path, "--lang", "en")
    assert result.status == 1
    assert "going on with the data at hand" in result.err
    assert (tmp_path / "2017-09-24" / "manifest.json").exists()
