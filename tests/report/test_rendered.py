"""The deck as LibreOffice draws it: nothing outside, nothing over anything else, no word broken."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path
from typing import Any

import pptx
import pytest

from airrank.report.charts import EVERY
from airrank.report.deck import write_deck
from airrank.report.outline import Outline
from airrank.words import Lang, speaking
from tests.report.rendering import Page, draw, need_office


def texts(slide: Any) -> list[str]:
    """Give the texts of the boxes and of the cells of a slide."""
    found = [shape.text_frame.text for shape in slide.shapes if shape.has_text_frame]
    for shape in slide.shapes:
        if shape.has_table:
            found += [cell.text_frame.text for row in shape.table.rows for cell in row.cells]
    return found


def rows(slide: Any) -> list[tuple[float, float]]:
    """Give top and bottom of the rows of a slide's tables [point]."""
    found = []
    for shape in slide.shapes:
        if shape.has_table:
            top = shape.top.pt
            for row in shape.table.rows:
                found.append((top, top + row.height.pt))
                top += row.height.pt
    return found


def check(slides: list[Any], pages: list[Page]) -> None:
    assert len(pages) == len(slides)
    for slide, page in zip(slides, pages, strict=True):
        for word in page.words:
            assert word.left >= 0, word
            assert word.top >= 0, word
            assert word.right <= page.width, word
            assert word.bottom <= page.height, word
        for one, other in combinations(page.words, 2):
            assert one.covers(other) < 0.1, (one, other)
        for top, bottom in rows(slide):  # a line that leaves its row is cut off
            for word in page.words:
                if top < (word.top + word.bottom) / 2 < bottom:
                    assert word.top >= top - 1, word
                    assert word.bottom <= bottom + 1, word
        whole = {word.text for word in page.words}
        for text in texts(slide):
            # Words of Latin letters and numbers stay in one piece; Chinese breaks anywhere.
            parts = [part for part in text.split() if part.isascii()]
            assert set(parts) <= whole or all(part in page.text for part in parts), text
            assert not [part for part in parts if part.isalpha() and part not in whole], text


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.slow
def test_while_the_year_runs(outline: Outline, tmp_path: Path, lang: Lang) -> None:
    need_office()
    path = tmp_path / "deck.pptx"
    with speaking(lang):
        write_deck(outline, path)
    slides, pages = list(pptx.Presentation(str(path)).slides), draw(path, tmp_path)
    assert len(pages) == 11
    check(slides, pages)
    assert "".join(outline.headline.in_words(lang).split()) in pages[0].text
    below = max(word.top for word in pages[3].words if word.text == "100")
    axis = [word for word in pages[3].words if abs(word.top - below) < 2 and word.text.isdigit()]
    named = [int(word.text) for word in sorted(axis, key=lambda word: word.left)]
    assert named == list(range(named[0], named[-1] + 1, EVERY)), "level, each fifth rank"
    assert named[0] % EVERY == 0
    row = outline.forecast.of_city(outline.city)
    for shown in (f"{row['ytd_rank']:.0f}", f"{row['ytd_index']:.2f}"):
        assert shown in {word.text for word in pages[0].words}
    if lang == "zh":
        assert "剩余日控制值" in pages[7].text
        assert "下步重点" in pages[8].text
        assert "重度及以上污染天数比例" in pages[1].text


@pytest.mark.slow
def test_when_the_year_is_over(finished: Outline, tmp_path: Path) -> None:
    need_office()
    path = tmp_path / "deck.pptx"
    with speaking("zh"):
        write_deck(finished, path)
    slides, pages = list(pptx.Presentation(str(path)).slides), draw(path, tmp_path)
    assert len(pages) == 8
    check(slides, pages)
    assert "最终排名" in pages[0].text
    assert not any("%区间" in page.text for page in pages)
