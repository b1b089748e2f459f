"""The files of a report, each figure drawn once for all of them."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from airrank.errors import InputError
from airrank.plots import style
from airrank.report.briefing import Briefing, figure_makers
from airrank.spreadsheet import write_csv
from airrank.wording import Lang

KINDS = ("html", "pptx", "xlsx", "figures")


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
    written = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if "figures" in kinds:
            (folder / "figures").mkdir(exist_ok=True)
            for name, maker in makers.items():
                figure, table = maker()
                style.save(figure, folder / "figures" / f"{name}.png")
                write_csv(table, folder / "figures" / f"{name}.csv")
                written += [f"figures/{name}.png", f"figures/{name}.csv"]
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
