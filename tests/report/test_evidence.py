"""A backtest's folder is shown as it is, and refused where it cannot be what it says."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from airrank.cities import load_ranking_list
from airrank.errors import InputError
from airrank.panel import Panel
from airrank.report import sentences
from airrank.report.evidence import evidence_figures, read_backtest
from airrank.report.outline import Outline
from airrank.report.page import page
from airrank.rules.choices import Rules
from airrank.verification.backtest import Backtest, backtest
from airrank.words import LANGS, speaking
from tests.forecasting.simulated import simulate
from tests.report.conftest import like


@pytest.fixture(scope="module")
def panel() -> Panel:
    return simulate(12, date(2016, 1, 1), date(2017, 12, 31), 1, correlation=0.3)


@pytest.fixture(scope="module")
def made(panel: Panel, tmp_path_factory: pytest.TempPathFactory) -> tuple[Backtest, Path]:
    out, models = tmp_path_factory.mktemp("scores"), ("last_year", "ytd")
    rules = Rules("2012")
    result = backtest(panel, [2017], models=models, draws=100, goals=(4, 8), rules=rules, out=out)
    return result, out


def test_what_is_read_is_what_was_made(made: tuple[Backtest, Path], panel: Panel) -> None:
    result, out = made
    read = read_backtest(out, panel.ranking_list)
    pd.testing.assert_frame_equal(read.scores, result.scores, check_dtype=False, rtol=1e-6)
    assert read.goals == (4, 8)
    ours = [scored for scored in result.results if scored.row["model"] == "last_year"]
    assert len(read.results) == len(ours) == 11
    for one, other in zip(read.results, ours, strict=True):
        pd.testing.assert_frame_equal(one.table, other.table)


@pytest.mark.slow
def test_the_page_says_how_good_they_were(made: tuple[Backtest, Path], outline: Outline) -> None:
    shown = Outline(like(outline.briefing, backtest=made[0]))
    (section,) = [section for section in shown.sections if section.id == "skill"]
    assert section.table is not None
    assert len(section.table.rows) == 2
    error = made[0].scores.set_index("model").loc["last_year", "rank_mae"].mean()
    for lang in LANGS:
        assert f"{error:.1f}" in section.said[0].in_words(lang)
    assert list(section.figures) == ["reliability", "skill"]
    title = section.title.in_words("zh")
    with speaking("zh"):
        assert title in page(shown)
        assert title not in page(outline)


def test_ours_against_the_best_baseline(made: tuple[Backtest, Path]) -> None:
    scores = made[0].scores
    for factor, said in ((0.5, "50 % below"), (1.5, "50 % above")):
        best = scores.groupby("as_of")["rps"].min() * factor
        ours = scores[scores["model"] == "ytd"].assign(model="remainder")
        ours = ours.assign(rps=ours["as_of"].map(best))
        both = replace(made[0], scores=pd.concat([scores, ours]))
        assert said in list(sentences.skill(both))[1].in_words("en")


def test_without_a_baseline_there_is_no_skill_to_draw(made: tuple[Backtest, Path]) -> None:
    scores = made[0].scores
    alone = replace(made[0], scores=scores[scores["model"] == "ytd"].assign(model="remainder"))
    assert set(evidence_figures(alone)) == {"reliability"}
    assert set(evidence_figures(made[0])) == {"reliability", "skill"}


def edit(old: str, new: str) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        path = folder / "scores.csv"
        path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")

    return change


def swap(folder: Path) -> None:
    days = folder / "distributions"
    (days / "2017-02-28_last_year.parquet").replace(days / "2017-01-31_last_year.parquet")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda folder: (folder / "scores.csv").unlink(), r"scores\.csv.*No such file"),
        (edit("rps", "score"), "rps"),
        (edit("last_year", "oracle"), "oracle"),
        (edit("2017-01-31", "../../secret"), "Invalid isoformat"),
        (edit("log_score_8", "log_score_13"), "not ranks of 12 cities"),
        (lambda folder: shutil.rmtree(folder / "distributions"), r"2017-01-31_last_year\.parquet"),
        (swap, "not the forecast that scores.csv lists as of 2017-01-31"),
    ],
)
def test_a_folder_that_does_not_hold_together_is_refused(
    made: tuple[Backtest, Path],
    panel: Panel,
    tmp_path: Path,
    change: Callable[[Path], None],
    message: str,
) -> None:
    folder = tmp_path / "copy"
    shutil.copytree(made[1], folder)
    change(folder)
    with pytest.raises(InputError, match=message):
        read_backtest(folder, panel.ranking_list)


def test_a_backtest_of_other_cities_is_refused(made: tuple[Backtest, Path]) -> None:
    with pytest.raises(InputError, match="12 cities that are not the 17"):
        read_backtest(made[1], load_ranking_list("henan17"))
