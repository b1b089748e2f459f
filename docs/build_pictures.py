"""Make the README's pictures in both languages: ``python docs/build_pictures.py``.

They show the forecast of the README's example; run it after a change of the model or the figures,
and look at them.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image

FOLDER = Path(__file__).resolve().parent / "pictures"
AS_OF = "2017-09-24"
NAMES = ("path", "around", "odds")
WIDTH, COLOURS = 900, 128


def build(lang: str, ending: str) -> None:
    """Write the pictures of one language, small and with few colours."""
    with tempfile.TemporaryDirectory() as made:
        command = [sys.executable, "-c", "from airrank.cli import main; main()", "report"]
        command += ["--figures", "--as-of", AS_OF, "--lang", lang, "--out", made]
        subprocess.run(command, check=True)
        for name in NAMES:
            picture = Image.open(Path(made) / "figures" / f"{name}.png").convert("RGB")
            size = (WIDTH, round(picture.height * WIDTH / picture.width))
            small = picture.resize(size, Image.Resampling.LANCZOS)
            # The most distinct colours: the thin lines keep theirs.
            small = small.quantize(COLOURS, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
            small.save(FOLDER / f"{name}{ending}.png", optimize=True)


if __name__ == "__main__":
    build("en", "")
    build("zh", ".zh")
