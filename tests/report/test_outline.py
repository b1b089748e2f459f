"""A briefing is written once: what the formats show is the outline's."""

from __future__ import annotations

import io
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from rich.console import Console

from airrank.amounts import Number
from airrank.errors import InputError
from airrank.goals.plan import load_plan
from airrank.goals.requirements import air_goals
from airrank.periods import Period
from airrank.plots import draw
from airrank.report import files
from airrank.report import outline as module
from airrank.report.briefing import brief
from airrank.report.outline import Outline
from airrank.report.section import DECK, PAGE, SLIDES, WORKBOOK
from airrank.report.table import Table
from airrank.report.tables import headline_facts
from airrank.report.terminal import grid
from airrank.request import Request
from airrank.words import LANGS, Text, speaking, worded
from tests.report.conftest import like


@pytest.mark.slow
def test_every_format_keeps_the_order(outline: Outline) -> None:
    order = [section.id for section in outline.sections]
    assert len(set(order)) == len(order)
    for form in (PAGE, DECK, WORKBOOK, SLIDES):
        places = [order.index(section.id) for section in outline.shown_in(form)]
        assert len(places) > 4
        assert all(one < other for one, other in pairwise(places))


def test_numbers_to_see_first(outline: Outline) -> None:
    row = outline.forecast.of_city(outline.city)
    with speaking("en"):
        facts = headline_facts(outline.forecast, outline.city, levels=(50, 80))
        said = {str(fact.name): worded(fact.value) for fact in facts}
    assert said["rank to date"].removesuffix(" (tied)") == f"{row['ytd_rank']:.0f}"
    assert said["50 % interval"] == f"{row['rank_lo50']:.0f}–{row['rank_hi50']:.0f}"
    assert said["80 % interval"] == f"{row['rank_lo80']:.0f}–{row['rank_hi80']:.0f}"
    assert said["P(top 110)"].endswith(" %")


@pytest.mark.slow
def test_no_cell_shows_what_is_missing_as_python_does_or_is_certain(outline: Outline) -> None:
    for lang in LANGS:
        with speaking(lang):
            tables = [section.table for section in outline.sections if section.table]
            cells = {cell for table in tables for row in table.cells for cell in row}
        assert cells
        assert not cells & {"None", "nan", "NaN", "<NA>", "NaT"}
        certain = {"0%", "100%"}  # nothing is before the end
        assert not {cell.replace(" ", "") for cell in cells} & certain


def test_columns_that_say_nothing_are_left_out() -> None:
    head = (Text("city"), Text("index"), Text("rank"))
    rows = (("甲", Number(float("nan")), 1), ("乙", "", 2))
    table = Table(Text("t"), head, rows, left=(0, 2)).without_empty()
    assert table.headings == (head[0], head[2])
    assert (table.rows, table.left) == ((("甲", 1), ("乙", 2)), (0, 1))


def test_chinese_headings_are_folded_not_cut() -> None:
    table = Table(Text("t"), ("进入前110名的概率" * 3,), (("需要填报的数值" * 9,),))
    console = Console(width=30, record=True, file=io.StringIO())
    console.print(grid(table))
    assert "…" not in console.export_text()


def test_change_since_the_week_before(outline: Outline) -> None:
    row = outline.forecast.of_city(outline.city)
    for places, words in (
        (3, "up 3 places since last week"),
        (-1, "down 1 place since last week"),
        (0, "unchanged since last week"),
    ):
        before = pd.Series({"rank": row["ytd_rank"] + places, "index": row["ytd_index"] + 0.1})
        rank, index = list(headline_facts(outline.forecast, outline.city, before))[:2]
        with speaking("en"):
            assert (worded(rank.note), worded(index.note)) == (
                words,
                "down 0.10 since last week",
            )


def test_no_goal_of_another_city(outline: Outline) -> None:
    without = like(outline.briefing, goal=None, assessment=None)
    sections = {section.id for section in Outline(without).sections}
    assert not {"goals", "around"} & sections
    assert "median rank" in Outline(without).headline.in_words("en")


def test_a_finished_year_needs_no_effort(outline: Outline) -> None:
    finished = Outline(like(outline.briefing, requirements=None))
    assert finished.curves == {}
    assert not {"control", "around", "odds"} & {section.id for section in finished.sections}


def test_a_figure_is_drawn_once_a_language(outline: Outline) -> None:
    make = outline.figures["shares"]
    drawn = []
    for lang in LANGS:
        with speaking(lang):
            drawn.append(make()[0])
            assert make()[0] is drawn[-1]
    assert drawn[0] is not drawn[1]


def test_a_format_that_cannot_be_made_is_found_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(files._LIBRARIES, "pptx", "no_such_library")
    files.check_kinds(("html", "xlsx", "figures"))
    with pytest.raises(InputError, match=r"--pptx.*no_such_library"):
        files.check_kinds()


@pytest.mark.slow
def test_each_figure_is_drawn_once_for_all_formats(
    outline: Outline, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[tuple[str, object]] = []

    def counted(name: str, *given: Any, **more: Any) -> Any:
        drawn.append((name, more.get("rank")))
        return draw(name, *given, **more)

    monkeypatch.setattr(module, "draw", counted)
    files.write_report(module.Outline(outline.briefing), tmp_path)
    assert {"path", "around"} <= {name for name, _ in drawn}
    assert len(drawn) == len(set(drawn))


@pytest.mark.slow
def test_a_month_does_not_decide_goals_of_the_year() -> None:
    month = Period.of_month(2017, 9)
    request = Request(as_of=date(2017, 9, 24), panel="henan17", draws=300, period=month)
    briefing = brief(request)
    assert air_goals(load_plan(), 2017)
    assert briefing.left_out
    assert briefing.assessment is None or {
        verdict.goal.indicator for verdict in briefing.assessment.verdicts
    } == {"rank"}
    outline = Outline(briefing)
    (goals,) = (section for section in outline.sections if section.id == "goals")
    assert goals.table is not None
    with speaking("en"):
        assert "of the year 2017" in worded(goals.table.notes[-1])
