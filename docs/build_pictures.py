"""Make the pictures of README and docs in both languages: ``python docs/build_pictures.py``.

They show the forecast of the README's example, and the outlook of docs/goals.md with its table; run
it after a change of the model or the figures, and look at them. The manual's pictures of document
and deck want LibreOffice and poppler-utils.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image

FOLDER = Path(__file__).resolve().parent / "pictures"
AS_OF = "2017-09-24"
NAMES = ("path", "around", "odds")
WIDTH, COLOURS = 900, 128
PLAN = FOLDER.parent / "examples" / "ranks_2015_2017.toml"
OUTLOOK = ("outlook", "--as-of", "2015-09-30", "--plan", str(PLAN))
PAGE = FOLDER.parent / "goals.md"
MARKS = re.compile(r"<!-- outlook -->.*?(?=\n!\[)", re.DOTALL)


def airrank(*words: str) -> str:
    """Run a command and give what it prints."""
    command = [sys.executable, "-c", "from airrank.cli import main; main()", *words]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def shrink(made: Path, name: str) -> None:
    """Keep a picture small and with few colours."""
    picture = Image.open(made).convert("RGB")
    size = (WIDTH, round(picture.height * WIDTH / picture.width))
    small = picture.resize(size, Image.Resampling.LANCZOS)
    # The most distinct colours: the thin lines keep theirs.
    small = small.quantize(COLOURS, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    small.save(FOLDER / f"{name}.png", optimize=True)


def build(lang: str, ending: str) -> None:
    """Write the pictures of one language."""
    with tempfile.TemporaryDirectory() as made:
        airrank("report", "--figures", "--as-of", AS_OF, "--lang", lang, "--out", made)
        for name in NAMES:
            shrink(Path(made) / "figures" / f"{name}.png", f"{name}{ending}")
        airrank(*OUTLOOK, "--lang", lang, "--out", made)
        shrink(Path(made) / "outlook.png", f"outlook{ending}")


def build_office_files() -> None:
    """Show the Chinese document and the deck's first slide, as LibreOffice draws them."""
    with tempfile.TemporaryDirectory() as made:
        airrank("report", "--docx", "--pptx", "--as-of", AS_OF, "--lang", "zh", "--out", made)
        for kind, name in (("docx", "document"), ("pptx", "deck")):
            office = ["soffice", "--headless", "--convert-to", "pdf", "--outdir", made]
            draw = ["pdftoppm", "-r", "110", "-f", "1", "-l", "1", "-singlefile", "-png"]
            for command in (
                [*office, f"{made}/report.{kind}"],
                [*draw, f"{made}/report.pdf", f"{made}/{name}"],
            ):
                subprocess.run(command, check=True, capture_output=True)
            shrink(Path(made) / f"{name}.png", f"{name}.zh")


def build_table() -> None:
    """Put the outlook's table, as the command prints it, into docs/goals.md."""
    printed = airrank(*OUTLOOK, "--lang", "en").split("* aspiration")[0].rstrip()
    lines = "\n".join(line.rstrip() for line in printed.splitlines())
    text = PAGE.read_text(encoding="utf-8")
    block = f"<!-- outlook -->\n\n```text\n{lines}\n```\n"
    PAGE.write_text(MARKS.sub(lambda _: block, text), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    build("en", "")
    build("zh", ".zh")
    build_office_files()
    build_table()
