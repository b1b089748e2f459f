"""``airrank fit``, and a forecast that uses what it kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Run


@pytest.mark.slow
def test_fit_then_forecast(run: Run, tmp_path: Path) -> None:
    kept = tmp_path / "model"
    common = ("--panel", "henan17", "--as-of", "2017-09-24")
    done = run("fit", *common, "--out", kept)
    assert (done.status, done.out) == (0, "")
    assert "model.json, card.md (data until 2017-09-24)" in done.err
    draws = ("--draws", "100", "--model", kept, "--lang", "en")
    used = run("forecast", *common, *draws)
    assert used.status == 0
    assert "fit of data until 2017-09-24" in used.err
    other = run("forecast", *common[:2], "--as-of", "2017-03-31", *draws)
    assert other.status == 0
    assert "afresh: the fitted model has seen data until 2017-09-24" in other.err
    chinese = run("forecast", *common[:2], "--as-of", "2017-03-31", *draws[:4], "--lang", "zh").err
    assert "重新拟合（所给模型不适用：用到截至2017年9月24日的数据，晚于2017年3月31日）" in chinese


@pytest.mark.slow
def test_wrong_input(run: Run, tmp_path: Path) -> None:
    missing = run("forecast", "--model", tmp_path / "none")
    assert missing.status == 2
    assert "airrank fit --out" in missing.err
    text = tmp_path / "scores.csv"
    text.write_text("a,b\n1,2\n", encoding="utf-8")
    scores = run("fit", "--panel", "henan17", "--out", tmp_path / "m", "--scores", text)
    assert scores.status == 2
    assert "scores.csv that airrank backtest wrote" in scores.err
    assert not (tmp_path / "m" / "card.md").exists()
