"""What people typed into a document: found again, so that a later run keeps it.

The document has a field (a content control) for the office's own sentences. Before it is written
anew they are read from it; a document that was edited elsewhere too is kept beside the new one.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from airrank.errors import InputError
from airrank.report.archive import untouched
from airrank.words import LANGS, Text

TAG = "airrank-own-sentences"
HINT = Text("Click here and type the office's own work plan; a later run keeps it.")
NO_BREAK_HYPHEN = "\u2011"
"""In texts that go into a document or come from one, where an element of its own stands for it."""


@dataclass(frozen=True)
class OwnWords:
    """The office's own paragraphs, and the earlier document they are taken over from."""

    paragraphs: tuple[str, ...] = ()
    source: Path | None = None


def own_words(document: Path, earlier: Path | None = None) -> OwnWords:
    """Read what people typed into a document, or else into an earlier one.

    Raises
    ------
    InputError
        If a document cannot be read: nothing typed shall get lost.
    """
    if document.is_file():
        return OwnWords(read_own(document))
    if earlier is not None and earlier.is_file() and (found := read_own(earlier)):
        return OwnWords(found, earlier)
    return OwnWords()


def read_own(path: Path) -> tuple[str, ...]:
    """Give the paragraphs of a document's own field; none where it still holds the hint.

    Raises
    ------
    InputError
        If it is no Word document.
    """
    import docx
    from docx.opc.exceptions import PackageNotFoundError
    from docx.oxml.ns import qn

    try:
        body = docx.Document(str(path)).element.body
    except (OSError, ValueError, LookupError, zipfile.BadZipFile, PackageNotFoundError) as error:
        raise InputError(
            "cannot read the office's own sentences in {path}: {error}. Close it in Word, or move "
            "it away.",
            path=path,
            error=error,
        ) from error
    found = []
    for field in body.iter(qn("w:sdt")):
        tag = field.find(f"{qn('w:sdtPr')}/{qn('w:tag')}")
        if tag is not None and tag.get(qn("w:val")) == TAG:
            found += [_text(paragraph) for paragraph in field.iter(qn("w:p"))]
    return tuple(_typed(found))


def _text(paragraph: Any) -> str:
    """Give a paragraph's text, with the hyphens that programs keep as elements of their own."""
    from docx.oxml.ns import qn

    hyphen = qn("w:noBreakHyphen")
    parts = paragraph.iter(qn("w:t"), hyphen)
    return "".join(NO_BREAK_HYPHEN if part.tag == hyphen else part.text or "" for part in parts)


def _typed(texts: Sequence[str]) -> Iterator[str]:
    hints = [HINT.in_words(lang) for lang in LANGS]
    for text in texts:
        typed = text
        for hint in hints:
            typed = typed.replace(hint, "")
        if typed.strip():
            yield typed.strip()


def keep_edited(document: Path) -> list[str]:
    """Move a document that people saved out of the way; give the name it is kept under."""
    if not document.is_file() or untouched(document):
        return []
    taken = [
        int(found[1])
        for path in document.parent.iterdir()
        if (found := re.fullmatch(rf"{re.escape(document.stem)}-edited-(\d+)", path.stem))
    ]
    kept = document.with_stem(f"{document.stem}-edited-{max(taken, default=0) + 1}")
    document.rename(kept)
    return [kept.name]
