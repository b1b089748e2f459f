"""The files of a report, each figure drawn once for all of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path

from airrank.columns import write_table
from airrank.errors import InputError, writing
from airrank.own_json import to_json
from airrank.report.outline import Outline
from airrank.report.section import Picture
from airrank.report.why import change_json
from airrank.whole import write_whole
from airrank.words import Lang, Text, language, speaking

CHANGE, DOCUMENT, TEXT = "change.json", "report.docx", "report.txt"


def write_figures(figures: Mapping[str, Picture], folder: Path) -> list[str]:
    """Write every figure as PNG and its numbers as CSV; give the names of the files."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, picture in figures.items():
        write_whole(folder / f"{name}.png", picture.png())
        write_table(picture()[1], folder / f"{name}.csv")
        written += [f"{name}.png", f"{name}.csv"]
    return written


def _figures(outline: Outline, folder: Path) -> list[str]:
    drawn = write_figures(outline.figures, folder / "figures")
    write_whole(folder / CHANGE, to_json(change_json(outline.briefing)))
    return [CHANGE, *(f"figures/{name}" for name in drawn)]


def _page(outline: Outline, folder: Path) -> list[str]:
    from airrank.report.page import page

    write_whole(folder / "report.html", page(outline))
    return ["report.html"]


def _deck(outline: Outline, folder: Path) -> list[str]:
    from airrank.report.deck import write_deck

    write_deck(outline, folder / "report.pptx")
    return ["report.pptx"]


def _workbook(outline: Outline, folder: Path) -> list[str]:
    from airrank.report.workbook import write_workbook

    write_workbook(outline, folder / "report.xlsx")
    return ["report.xlsx"]


def _document(outline: Outline, folder: Path) -> list[str]:
    from airrank.report.document import write_document
    from airrank.report.own_words import keep_edited, own_words

    path, page = folder / DOCUMENT, outline.briefing.previous_page
    own = own_words(path, (folder / page).with_suffix(path.suffix) if page else None)
    kept = keep_edited(path)
    write_document(outline, path, own)
    return [path.name, *kept]


def _text(outline: Outline, folder: Path) -> list[str]:
    from airrank.report.text import write_text

    write_text(outline, folder / TEXT)
    return [TEXT]


WRITERS: dict[str, Callable[[Outline, Path], list[str]]] = {
    "figures": _figures,
    "html": _page,
    "pptx": _deck,
    "xlsx": _workbook,
    "docx": _document,
    "text": _text,
}
KINDS = tuple(WRITERS)
_LIBRARIES = {"html": "jinja2", "pptx": "pptx", "xlsx": "openpyxl", "docx": "docx"}


def check_kinds(kinds: tuple[str, ...] = KINDS) -> None:
    """Find out that a format cannot be made before the forecast is, which takes longer.

    Raises
    ------
    InputError
        If its library cannot be loaded.
    """
    for kind in kinds:
        try:
            import_module(_LIBRARIES.get(kind, "matplotlib"))
        except ImportError as error:
            raise InputError(
                "cannot make --{kind}: {error}. Install airrank anew, with all its dependencies.",
                kind=kind,
                error=error,
            ) from error


def write_report(
    outline: Outline, folder: Path, *, lang: Lang | None = None, kinds: tuple[str, ...] = KINDS
) -> list[str]:
    """Write page, deck, workbook, document and text, and ``figures/`` as PNG and CSV.

    Returns
    -------
    list of str
        Names of the files written, relative to the folder.

    Raises
    ------
    InputError
        If the folder cannot be written to.
    """
    with speaking(lang or language()), writing(Text("the report"), folder):
        return [name for kind in kinds for name in WRITERS[kind](outline, folder)]
