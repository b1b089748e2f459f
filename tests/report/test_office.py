"""Deck and workbook: native parts, Chinese fonts, no formulas, the same bytes."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pptx
import pytest

from airrank.report.account import main_sentences
from airrank.report.deck import write_deck
from airrank.report.outline import Outline
from airrank.report.slides import BOLD, FONT, table_widths, text_width
from airrank.report.table import Table
from airrank.report.workbook import ONE_LINE, _wide, write_sheet, write_workbook
from airrank.words import Lang, Text, speaking

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("lang", ["zh", pytest.param("en", marks=pytest.mark.slow)])
def test_deck(outline: Outline, tmp_path: Path, lang: Lang) -> None:
    with speaking(lang):
        write_deck(outline, tmp_path / "a.pptx")
        write_deck(outline, tmp_path / "b.pptx")
    assert (tmp_path / "a.pptx").read_bytes() == (tmp_path / "b.pptx").read_bytes()
    deck = pptx.Presentation(str(tmp_path / "a.pptx"))
    slides = list(deck.slides)
    assert 6 <= len(slides) <= 12
    shapes = [shape for slide in slides for shape in slide.shapes]
    assert sum(shape.has_chart for shape in shapes) == 4
    assert sum(shape.has_table for shape in shapes) == 7
    for number, slide in enumerate(slides, start=1):
        texts = [shape.text_frame.text for shape in slide.shapes if shape.has_text_frame]
        assert f"{number} / {len(slides)}" in texts
        texts.append(slide.notes_slide.notes_text_frame.text)
        told = any(outline.forecast.fingerprint in text for text in texts)
        assert told == (number == len(slides)), "what made the numbers is told once, at the end"
        assert told == any(outline.footer.in_words(lang) in text for text in texts)
    first = "".join(shape.text_frame.text for shape in slides[0].shapes if shape.has_text_frame)
    for said in main_sentences(outline).parts:
        assert said.in_words(lang) in first
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
    with speaking("zh"):
        write_workbook(outline, tmp_path / "a.xlsx")
        write_workbook(outline, tmp_path / "b.xlsx")
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    assert len(book.worksheets) == 9
    first = book.worksheets[0]
    assert first["A1"].value == outline.headline.in_words("zh")
    row = outline.forecast.of_city(outline.city)
    cells = {line[0].value: line for line in first.iter_rows(min_row=2)}
    assert cells["累计排名"][1].value == row["ytd_rank"], "a number, tied or not"
    ends = [cell.value for cell in cells["80%区间"][1:4]]
    assert ends == [None, row["rank_lo80"], row["rank_hi80"]], "numbers, in columns of their own"
    assert first.auto_filter.ref.startswith("A2:")
    sheet = book["剩余日控制值"]
    (spare,) = [line[4] for line in sheet.iter_rows() if line[0].value == "O3-8h-90"]
    assert isinstance(spare.value, int | float)
    assert spare.number_format == '0;-0"（无法达到）"'
    asof = book.worksheets[-1]["B3"]
    assert asof.value.date() == outline.forecast.as_of, "a day, not a text"
    with speaking("zh"):
        titles = [str(s.table.title) for s in outline.shown_in("workbook") if s.table]
    assert book.sheetnames[1:] == titles, "the result first, where it comes from last; none cut"
    for sheet in book.worksheets:
        assert sheet.page_setup.orientation == "landscape"
        assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 0)
        assert sheet.sheet_properties.pageSetUpPr.fitToPage


def test_cities_can_be_sorted_and_printed(outline: Outline, tmp_path: Path) -> None:
    with speaking("en"):
        write_workbook(outline, tmp_path / "a.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx").worksheets[-2]
    head = 3
    names = [cell.value for cell in sheet[head]]
    assert sheet.max_row == head + 168
    assert "µg/m³" in sheet["A2"].value
    assert names[:2] == ["rank", "cities on this rank"]
    assert sheet.auto_filter.ref == f"A{head}:{sheet.cell(1, len(names)).column_letter}{head + 168}"
    assert sheet.print_title_rows == f"$1:${head}"
    assert sheet.freeze_panes == "D4"
    rows = list(sheet.iter_rows(min_row=head + 1))
    marked = [row for row in rows if row[0].font.bold]
    assert [row[names.index("city")].value for row in marked] == ["Zhumadian"]
    assert {row[names.index("index")].number_format for row in rows} == {"0.00"}
    now = outline.forecast.year_to_date
    for row, (_, told) in zip(rows, now.iterrows(), strict=True):
        assert [cell.value for cell in row[:2]] == [told["rank"], told["tied"]]
        assert 0 < row[-1].value < 1
        low, high = (row[names.index(f"80 % interval, {end}")].value for end in ("lower", "upper"))
        assert 1 <= low <= high <= 168


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_headings_have_room_and_one_font(outline: Outline, tmp_path: Path, lang: Lang) -> None:
    with speaking(lang):
        write_workbook(outline, tmp_path / "a.xlsx")
    for sheet in openpyxl.load_workbook(tmp_path / "a.xlsx").worksheets:
        names = {cell.font.name for row in sheet.iter_rows() for cell in row if cell.value}
        assert names == {"Calibri"}, sheet.title
        for cell in sheet[sheet.auto_filter.ref.split(":")[0][1:]] if sheet.auto_filter.ref else ():
            lines = cell.value.split() if _wide(cell.value) > ONE_LINE else [cell.value]
            wide = sheet.column_dimensions[cell.column_letter].width
            assert max(map(_wide, lines)) * BOLD < wide, cell.value
            if lang == "zh" and " " not in cell.value:
                assert _wide(cell.value) * BOLD < wide, "broken anywhere it leaves one letter"


def test_the_first_sheet_has_no_empty_column(finished: Outline, tmp_path: Path) -> None:
    with speaking("en"):
        write_workbook(finished, tmp_path / "a.xlsx")
    first = openpyxl.load_workbook(tmp_path / "a.xlsx").worksheets[0]
    assert [cell.value for cell in first[2]] == ["item", "value"]


def test_a_day_in_a_heading_stays_whole_and_texts_have_some_room() -> None:
    head = (Text("goal"), "on 2019-06-23", Text("now"), *(Text("the other cities' new days"),) * 2)
    table = Table(Text("t"), head, (("Share of heavy or worse days ≤ 0.3 %", "1", "2", "3", "4"),))
    widths = table_widths(table, 14, 11.0)
    assert sum(widths) == pytest.approx(11.0)
    assert widths[1] > text_width("on 2019-06-23", 14, bold=True)
    assert widths[0] > text_width(str(table.rows[0][0]), 14)
    assert widths[3] == widths[4] > text_width("cities' new", 14, bold=True)


def test_ranks_below_the_bars_are_whole_numbers_on_an_axis(
    outline: Outline, tmp_path: Path
) -> None:
    with speaking("zh"):
        write_deck(outline, tmp_path / "a.pptx")
    slides = pptx.Presentation(str(tmp_path / "a.pptx")).slides
    charts = [shape.chart for slide in slides for shape in slide.shapes if shape.has_chart]
    (bars,) = [chart for chart in charts if 'c:majorUnit val="5"' in chart._chartSpace.xml]
    assert bars.category_axis._element.tag.endswith("dateAx")
    assert bars.category_axis.tick_labels.number_format == "0"
    ranks = [int(float(name)) for name in bars.plots[0].categories]
    assert ranks == list(range(ranks[0], ranks[-1] + 1))
    assert ranks[0] % 5 == 0


def test_no_cell_acts_as_a_formula(tmp_path: Path) -> None:
    evil = ("=1+1", "+cmd|' /C calc'!A0", "@SUM(1)", "-2+3", '=HYPERLINK("http://x")', "\x01甲")
    book = openpyxl.Workbook()
    table = Table(Text("t"), (Text("city"),), tuple((text,) for text in evil))
    write_sheet(book.worksheets[0], table)
    book.save(tmp_path / "evil.xlsx")
    read = openpyxl.load_workbook(tmp_path / "evil.xlsx").worksheets[0]
    for row, text in enumerate(evil, start=3):
        cell = read.cell(row, 1)
        assert cell.data_type == "s"
        assert cell.value == text.replace("\x01", "\\x01")
        assert bool(cell.quotePrefix) == (text[0] in "=+-@")
