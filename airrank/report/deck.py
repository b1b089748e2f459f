"""The deck: the briefing's slides with native charts and tables, notes with the sources."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pptx
from pptx.util import Inches

from airrank.report import charts, slides
from airrank.report.account import main_sentences
from airrank.report.archive import write_settled
from airrank.report.outline import Outline
from airrank.report.section import DECK, Section
from airrank.report.slides import FULL, HEIGHT, INK, MARGIN, SOFT, WIDTH
from airrank.report.table import Fact
from airrank.words import worded

ROWS = 14
"""Rows of a table that a slide has room for."""
IN_A_ROW, AS_WIDE_AS = 5, 4
"""Cards of a row at most, and how many are as wide as the slide allows."""
SAID = (WIDTH - 2 * MARGIN, 3.3)
"""Width and height of the main sentences on the first slide [inch]."""
LEAST = 12
"""Letters of their names [point]; a longer name takes two lines."""
LARGE = 40
"""Letters of the numbers on the cards [point], if the widest of them fits."""


def write_deck(outline: Outline, path: Path) -> None:
    """Write the deck."""
    deck = pptx.Presentation()
    deck.slide_width, deck.slide_height = Inches(WIDTH), Inches(HEIGHT)
    deck.core_properties.author = "airrank"
    deck.core_properties.title = str(outline.title)
    shown = tuple(outline.shown_in(DECK))
    for number, section in enumerate(shown, start=1):
        slide = _slide(deck, outline, section, last=number == len(shown))
        slides.number_slide(slide, number, len(shown))
    buffer = io.BytesIO()
    deck.save(buffer)
    write_settled(buffer.getvalue(), path)


def _slide(deck: Any, outline: Outline, section: Section, *, last: bool) -> Any:
    first = section.table is None and bool(section.facts)
    title = worded(outline.headline if first else section.title)
    # What made the numbers, seed and fingerprint, is told once, at the end.
    notes = [*section.said, *(outline.sources if last else outline.origin)]
    footer = worded(outline.footer if last else outline.subtitle)
    slide = slides.add_slide(deck, title, "\n".join(map(worded, notes)), footer)
    if first:
        _conclusion(slide, outline, section)
        return slide
    native = [name for name in (section.id, *section.figures) if name in charts.CHARTS]
    top = 1.35
    for name in native[:1]:
        chart = charts.CHARTS[name](slide, outline, section)
        top = chart.bottom
        parts = [*section.said, *([chart.axis] if chart.axis else [])]
        slides.add_text(slide, "  ".join(map(worded, parts)), (MARGIN, 1.05, 12, 0.4), 12, SOFT)
    table = section.table
    if section.said and not native:
        top = _sentences(slide, section, 14 if table else 20)
    if table is None:
        return slide
    height = HEIGHT - 0.65 - top - 1.4 * bool(table.notes)
    size = 15 if table.notes else 13 if not table.head else 14 if not native else 12
    shortened = replace(table, rows=table.rows[:ROWS])
    box = (MARGIN, top, WIDTH - 2 * MARGIN, min(5.5, height))
    bottom = slides.add_table(slide, shortened, box, size)
    if table.notes:
        below = (MARGIN, bottom + 0.1, WIDTH - 2 * MARGIN, 1.2)
        slides.add_text(slide, "\n".join(map(str, table.notes)), below, 14, SOFT)
    return slide


def _sentences(slide: Any, section: Section, size: float) -> float:
    """Put a section's sentences below its title, one a paragraph; give where they end [inch]."""
    said, wide = [worded(text) for text in section.said], WIDTH - 2 * MARGIN
    height = _height(said, size)
    slides.add_text(slide, "\n".join(said), (MARGIN, 1.1, wide, height), size, SOFT, gap=size / 3)
    return 1.2 + height


def _height(said: Sequence[str], size: float) -> float:
    """Estimate how high some paragraphs are [inch], a third of a letter between them."""
    lines = sum(1 + int(slides.text_width(text, size * FULL) / SAID[0]) for text in said)
    return lines * size * 1.3 / 72 + 0.1 * len(said)


def _conclusion(slide: Any, outline: Outline, section: Section) -> None:
    """Say the main things first, and put the numbers to see first side by side below."""
    slides.add_text(slide, str(outline.subtitle), (MARGIN, 1.15, 11, 0.5), 16, SOFT)
    said, box = list(map(worded, main_sentences(outline).parts)), (MARGIN, 1.7, *SAID)
    size = next(size for size in (18, 16, 14, 12) if _height(said, size) <= SAID[1] or size == 12)
    slides.add_text(slide, "\n".join(said), box, size, gap=size / 3)
    _cards(slide, [fact for fact in section.facts if fact.chance is None], 5.15)


def _cards(slide: Any, facts: Sequence[Fact], top: float) -> None:
    shown = facts[:IN_A_ROW]
    step = (WIDTH - 2 * MARGIN) / max(AS_WIDE_AS, len(shown))
    wide = step - 0.05
    names = max(slides.text_width(worded(fact.name), 1) for fact in shown)
    needed = max(slides.text_width(worded(fact.value), 1, bold=True) for fact in shown)
    # Office programs put gaps of their own between Chinese and Latin letters.
    small, size = (int(0.85 * (wide - 0.2) / longest) for longest in (names, needed))
    lift = 0.2 * (small < LEAST)  # a name of two lines
    small, size = min(16, max(LEAST, small)), min(LARGE, size)
    for place, fact in enumerate(shown):
        left = MARGIN + place * step
        slides.add_text(slide, str(fact.name), (left, top - lift, wide, 0.5), small, SOFT)
        value = worded(fact.value)
        slides.add_text(slide, value, (left, top + 0.4, wide, 1.0), size, INK, bold=True)
        slides.add_text(slide, worded(fact.note), (left, top + 1.25, wide, 0.4), 12, SOFT)
