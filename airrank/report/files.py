"""The files of a report, each figure drawn once for all of them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from airrank.errors import InputError
from airrank.plots import style
from airrank.report.briefing import Briefing, Maker, figure_makers
from airrank.spreadsheet import write_csv
from airrank.wording import Lang

KINDS = ("html", "pptx", "xlsx", "figures")


def write_figures(makers: Mapping[str, Maker], folder: Path) -> list[str]:
    """Write every figure as PNG and its numbers as CSV; give the names of the files."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, maker in makers.items():
        figure, table = maker()
        style.save(figure, folder / f"{name}.png")
        write_csv(table, folder / f"{name}.csv")
        written += [f"{name}.png", f"{name}.csv"]
    return written


def write_report(
    briefing: Briefing, folder: Path, *, lang: Lang = "zh", kinds: tuple[str, ...] = KINDS
) -> list[str]:
    """Write ``report.html``, ``report.pptx``, ``report.xlsx``, and ``figures/`` as PNG and CSV.

    Returns
    -------
    list of str
        Names of the files written, relative to the folder.

    Raises
    ------
    InputError
        If a library is missing or the folder cannot be written to.
    """
    makers = {name: cache(maker) for name, maker in figure_makers(briefing, lang).items()}
    written: list[str] = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if "figures" in kinds:
            written += [f"figures/{name}" for name in write_figures(makers, folder / "figures")]
        if "html" in kinds:
            from airrank.report.page import page

            text = page(briefing, lang=lang, makers=dict(makers))
            (folder / "report.html").write_text(text, encoding="utf-8", newline="\n")
            written.append("report.html")
        if "pptx" in kinds:
            from airrank.report.deck import write_deck

            write_deck(briefing, folder / "report.pptx", lang=lang, makers=dict(makers))
            written.append("report.pptx")
        if "xlsx" in kinds:
            from airrank.report.workbook import write_workbook

            write_workbook(briefing, folder / "report.xlsx", lang=lang)
            written.append("report.xlsx")
    except OSError as error:
        raise InputError(
            f"cannot write the report to {folder}: {error}. Choose another folder with --out."
        ) from error
    return written
