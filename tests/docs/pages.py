"""The pages that people read, and the code blocks in them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
READMES = ("README.md", "README.zh.md")
PAGES = sorted(
    path.relative_to(ROOT).as_posix()
    for pattern in ("*.md", "docs/*.md", "docs/commands/*.md", "docs/modules/*.md", "models/*.md")
    for path in (*ROOT.glob(pattern), *(ROOT / "data").rglob(pattern))
)
BLOCK = re.compile(
    r"(?P<comments>(?:^<!--[^\n]*-->\n)*)^```(?P<kind>\w+)\n(?P<code>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
NOT_RUN = re.compile(r"<!-- not run: (?P<reason>\S.*) -->")


@dataclass(frozen=True)
class Block:
    """A code block of a page."""

    kind: str
    code: str
    line: int
    reason: str | None
    """Why it is not run; None if it is."""


def blocks(name: str) -> list[Block]:
    """Give a page's code blocks; those of mathematics are none."""
    text = (ROOT / name).read_text(encoding="utf-8")
    assert text.count("\n```") % 2 == 0, f"{name}: a code block is not closed"
    found = []
    for match in BLOCK.finditer(text):
        marker = NOT_RUN.search(match["comments"])
        line = text.count("\n", 0, match.start("code"))
        found.append(Block(match["kind"], match["code"], line, marker and marker["reason"]))
    return [block for block in found if block.kind != "math"]
