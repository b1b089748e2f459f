"""Write THIRD_PARTY.md: the licences of all that airrank builds on: ``python tools/licences.py``.

Run it where everything of ``constraints.txt`` is installed. Packages come from there, licences
from what each package says of itself, sources of data from this file. With ``--check`` nothing is
written; the exit status is 1 if the page is stale.
"""

from __future__ import annotations

import re
import sys
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "THIRD_PARTY.md"
LOCK = re.compile(r"^([\w.-]+)==", re.MULTILINE)

UNSAID = {"lazy-importer": "MIT"}
"""Licences that stand only in a package's own text, not in its metadata."""

DATA = (
    (
        "city-days 2013-12 to 2017-12 (`data/observations`)",
        "real-time releases of the national network (中国环境监测总站), collected by aqistudy.cn, "
        "CREA and others",
        "public releases; the collectors state no licence",
    ),
    (
        "city-days 2018-12 to 2020-06, and `airrank update --source archive`",
        "quotsoft.net/air, a third party's copy of the national real-time platform",
        "no licence stated, no promise; name it when you pass values on",
    ),
    (
        "`airrank update --source cnemc`",
        "air.cnemc.cn, the national real-time platform",
        "public releases; provisional",
    ),
    (
        "`data/official`, `data/annual`, `data/placed_last.toml`",
        "figures that the ministry and governments published; the sources stand beside each",
        "facts from official publications",
    ),
    (
        "`data/standards`, `data/provincial`, `data/plans`",
        "national standards and official documents, cited in each file",
        "official documents (article 5 of China's copyright law)",
    ),
)

HEAD = """\
# Licences of what airrank builds on

airrank itself is under the [MIT licence](LICENSE). Its wheel and source archive hold no code of
others; `pip` installs the packages below, each under its own licence. `python tools/licences.py`
makes this page.
"""


def licence(name: str) -> str:
    """Give a package's licence as its metadata state it; exits if they do not."""
    about = metadata.metadata(name)
    named = about.get_all("License-Expression") or about.get_all("License") or [""]
    stated = named[0]
    if not stated or "\n" in stated or stated == "UNKNOWN":
        kinds = [c.split(" :: ")[-1] for c in about.get_all("Classifier") or [] if "License" in c]
        stated = "; ".join(kinds) or UNSAID.get(name, "")
    if not stated:
        raise SystemExit(f"{name} states no licence: read its text and add it to UNSAID")
    return stated


def page() -> str:
    """Give the text of the page."""
    running = set(LOCK.findall((ROOT / "requirements.lock").read_text(encoding="utf-8")))
    pinned = LOCK.findall((ROOT / "constraints.txt").read_text(encoding="utf-8"))
    plain = {normal(name) for name in running}
    ours = sorted((n for n in pinned if normal(n) in plain), key=normal)
    tools = sorted((n for n in pinned if normal(n) not in plain), key=normal)
    parts = [HEAD]
    for title, names in (
        ("To run and to build it", ours),
        ("To test it, to read its documentation and notebooks", tools),
    ):
        rows = [f"| {name} | {licence(name)} |" for name in names]
        parts.append("\n".join([f"## {title}\n", "| package | licence |", "|---|---|", *rows, ""]))
    rows = [f"| {' | '.join(row)} |" for row in DATA]
    parts.append("\n".join(["## Data\n", "| what | from | terms |", "|---|---|---|", *rows, ""]))
    return "\n".join(parts)


def normal(name: str) -> str:
    """Give a package's name as PyPI compares names."""
    return re.sub(r"[-_.]+", "-", name).lower()


if __name__ == "__main__":
    if "--check" in sys.argv[1:]:
        fresh = PAGE.read_text(encoding="utf-8") == page()
        sys.exit(0 if fresh else "stale: run python tools/licences.py")
    PAGE.write_text(page(), encoding="utf-8", newline="\n")
