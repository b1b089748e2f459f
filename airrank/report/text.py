"""The text: a few sentences to paste into a message."""

from __future__ import annotations

from pathlib import Path

from airrank.report.account import main_sentences
from airrank.report.outline import Outline
from airrank.whole import write_whole
from airrank.words import Lang, speaking


def text(outline: Outline, *, lang: Lang | None = None) -> str:
    """Give three to five sentences in the reader's language or the one given."""
    with speaking(lang):
        return str(main_sentences(outline))


def write_text(outline: Outline, path: Path, *, lang: Lang | None = None) -> None:
    """Write them into a file of their own."""
    write_whole(path, f"{text(outline, lang=lang)}\n")
