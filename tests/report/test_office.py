"""Deck and workbook: native parts, Chinese fonts, no formulas, the same bytes."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pptx
import pytest

from airrank.report.deck import write_deck
from airrank.report.outline import Outline
from airrank.report.slides import FONT
from airrank.report.tables import Table
from airrank.report.workbook import write_sheet, write_workbook
from airrank.words import Lang, Text


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_deck(outline: Outline, tmp_path: Path, lang: Lang) -> None:
    write_deck(outline, tmp_path / "a.pptx", lang=lang)
    write_deck(outline, tmp_path / "b.pptx", lang=lang)
    assert (tmp_path / "a.pptx").read_bytes() == (tmp_path / "b.pptx").read_bytes()
    deck = pptx.Presentation(str(tmp_path / "a.pptx"))
    slides = list(deck.slides)
    assert 6 <= len(slides) <= 10
    shapes = [shape for slide in slides for shape in slide.shapes]
    assert sum(shape.has_chart for shape in shapes) == 4
    assert sum(shape.has_table for shape in shapes) == 4
    for slide in slides:
        assert outline.forecast.fingerprint in slide.notes_slide.notes_text_frame.text
    assert f'<a:ea typeface="{FONT}"' in slides[0].shapes.title._element.xml
    for shape in shapes:
        assert shape.left >= 0
        assert shape.left + shape.width <= deck.slide_width + 10
    assert slides[0].shapes.title.text_frame.text == outline.headline.in_words(lang)


def test_no_chart_claims_certainty_or_a_rank_0(outline: Outline, tmp_path: Path) -> None:
    write_deck(outline, tmp_path / "a.pptx")
    shapes = [
        s for slide in pptx.Presentation(str(tmp_path / "a.pptx")).slides for s in slide.shapes
    ]
    odds, way = [shape.chart for shape in shapes if shape.has_chart][:2]
    shown = odds.plots[0].data_labels.number_format.split(";")
    assert shown == ['[<0.01]"<1%"', '[>0.99]">99%"', "0%"]
    assert way.value_axis.tick_labels.number_format == "0;;"


def test_workbook(outline: Outline, tmp_path: Path) -> None:
    write_workbook(outline, tmp_path / "a.xlsx", lang="zh")
    write_workbook(outline, tmp_path / "b.xlsx", lang="zh")
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    assert len(book.worksheets) == 6
    assert book.worksheets[0]["A1"].value == outline.headline.in_words("zh")
    cities = book.worksheets[-2]
    assert cities.max_row == 169
    assert isinstance(cities["D2"].value, float | int)


def test_no_cell_acts_as_a_formula(tmp_path: Path) -> None:
    evil = ("=1+1", "+cmd|' /C calc'!A0", "@SUM(1)", "-2+3", '=HYPERLINK("http://x")', "\x01甲")
    book = openpyxl.Workbook()
    table = Table(Text("t"), (Text("city"),), tuple((text,) for text in evil))
    write_sheet(book.worksheets[0], table)
    book.save(tmp_path / "evil.xlsx")
    read = openpyxl.load_workbook(tmp_path / "evil.xlsx").worksheets[0]
    for row, text in enumerate(evil, start=2):
        cell = read.cell(row, 1)
        assert cell.data_type == "s"
        assert cell.value == text.replace("\x01", "")
        assert bool(cell.quotePrefix) == (text[0] in "=+-@")
