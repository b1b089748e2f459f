"""Office files as LibreOffice draws them: pages with their words and where they stand."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from html import unescape
from pathlib import Path

import pytest

from airrank.report.slides import FONT

TOOLS = {
    "soffice": "libreoffice-impress",
    "lowriter": "libreoffice-writer",
    "pdftotext": "poppler-utils",
}
FONTS = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><include ignore_missing="yes">/etc/fonts/fonts.conf</include>
<dir>{folder}</dir><cachedir>{cache}</cachedir>
<match target="pattern"><test name="family"><string>{wanted}</string></test>
<edit name="family" mode="assign" binding="strong"><string>{found}</string></edit></match>
</fontconfig>
"""


@dataclass(frozen=True)
class Word:
    """A word and its box [point], from the page's top left corner."""

    text: str
    left: float
    top: float
    right: float
    bottom: float

    def covers(self, other: Word) -> float:
        """Give the shared part of two boxes, as a share of the smaller one."""
        wide = min(self.right, other.right) - max(self.left, other.left)
        high = min(self.bottom, other.bottom) - max(self.top, other.top)
        smaller = min(word.area for word in (self, other))
        return max(0.0, wide) * max(0.0, high) / smaller if smaller else 0.0

    @property
    def area(self) -> float:
        return (self.right - self.left) * (self.bottom - self.top)


@dataclass(frozen=True)
class Page:
    width: float
    height: float
    words: tuple[Word, ...]

    @property
    def text(self) -> str:
        """All words without any space between them."""
        return "".join("".join(word.text for word in self.words).split())


def need_office() -> None:
    """Skip with the reason where the tools are missing; in CI that is a failure."""
    missing = [
        f"{tool} (apt-get install {TOOLS[tool]})" for tool in TOOLS if not shutil.which(tool)
    ]
    if missing:
        reason = f"not installed: {', '.join(missing)}"
        if os.environ.get("CI"):
            pytest.fail(f"{reason}; in CI they must be")
        pytest.skip(reason)


def draw(deck: Path, folder: Path) -> list[Page]:
    """Draw a file with LibreOffice, the Chinese font of the figures in place of Windows' one."""
    from pylopdf_fonts_zh_cn import sans_path

    from airrank.plots.style import font_family

    fonts = folder / "fonts.conf"
    fonts.write_text(
        FONTS.format(
            folder=sans_path().parent, cache=folder / "cache", wanted=FONT, found=font_family()
        ),
        encoding="utf-8",
    )
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    office = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(folder)]
    environment = {**os.environ, "FONTCONFIG_FILE": str(fonts)}
    done = subprocess.run(
        [*office, str(deck)],
        env=environment,
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    pdf = folder / f"{deck.stem}.pdf"
    assert pdf.is_file(), done.stdout + done.stderr
    found = folder / "words.html"
    subprocess.run(["pdftotext", "-bbox", str(pdf), str(found)], check=True, timeout=60)
    return [_page(part) for part in found.read_text(encoding="utf-8").split("<page ")[1:]]


def _page(part: str) -> Page:
    size = re.match(r'width="([\d.]+)" height="([\d.]+)"', part)
    assert size
    words = re.findall(
        r'<word xMin="([-\d.]+)" yMin="([-\d.]+)" xMax="([-\d.]+)" yMax="([-\d.]+)">(.*?)</word>',
        part,
    )
    return Page(
        float(size[1]),
        float(size[2]),
        tuple(Word(unescape(word), *map(float, box)) for *box, word in words),
    )
