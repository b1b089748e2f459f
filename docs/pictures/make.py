"""Draw the README's pictures again, small: ``python docs/pictures/make.py``."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image

from airrank.report.briefing import brief
from airrank.report.files import write_report

FOLDER = Path(__file__).resolve().parent
NAMES = ("gap", "rivals", "odds")
WIDTH, COLOURS = 900, 128

briefing = brief("驻马店", date(2017, 9, 24))
with TemporaryDirectory() as made:
    write_report(briefing, Path(made), lang="en", kinds=("figures",))
    for name in NAMES:
        picture = Image.open(Path(made) / "figures" / f"{name}.png").convert("RGB")
        small = picture.resize((WIDTH, WIDTH * picture.height // picture.width))
        small.quantize(COLOURS, method=Image.Quantize.MAXCOVERAGE).save(
            FOLDER / f"{name}.png", optimize=True
        )
