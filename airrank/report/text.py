"""The text: a few sentences to paste into a message."""

from __future__ import annotations

from pathlib import Path

from airrank.report.account import main_sentences
from airrank.report.outline import Outline
from airrank.whole import write_whole


def text(outline: Outline) -> str:
    """Give three to five sentences."""
    return str(main_sentences(outline))


def write_text(outline: Outline, path: Path) -> None:
    """Write them into a file of their own."""
    write_whole(path, f"{text(outline)}\n")
