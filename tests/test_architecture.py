"""Imports point one way, and asking for help loads nothing heavy."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[1] / "airrank"

# Low to high: a module may import those of its own row and of rows above it.
ROWS = [
    ("showable", "words", "whole", "amounts"),
    ("errors", "_version", "own_json"),
    ("arguments",),
    ("rules",),
    ("spreadsheet", "ingest.limits", "store_place"),
    ("tables",),
    ("cities", "distance", "terms"),
    ("columns",),
    ("ingest",),
    ("store",),
    ("periods", "dust", "panel"),
    ("placed_last",),
    ("ranking_table",),
    ("inputs", "changes", "reconciliation"),
    ("simulation",),
    ("forecasting",),
    ("verification",),
    ("goals",),
    ("request",),
    ("plots",),
    ("views", "outlook_view"),
    ("api",),
    ("report",),
    ("cli",),
    ("__init__",),
]
ROW_OF = {name: row for row, names in enumerate(ROWS) for name in names}


def imports(path: Path) -> set[str]:
    """Names of airrank's modules that a file imports."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            names = [node.module or ""]
            if node.module == "airrank":
                names = [f"airrank.{alias.name}" for alias in node.names]
        found |= {place(name.split(".")[1:]) for name in names if name.startswith("airrank.")}
    return found


def place(parts: Sequence[str]) -> str:
    """Name of the row's entry: a module that has one of its own, else the first level."""
    whole = ".".join(parts)
    return whole if whole in ROW_OF else parts[0]


def owner(path: Path) -> str:
    return place(path.relative_to(PACKAGE).with_suffix("").parts)


MODULES = sorted(PACKAGE.rglob("*.py"))


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_imports_point_one_way(path: Path) -> None:
    here = owner(path)
    for name in imports(path):
        assert ROW_OF[name] <= ROW_OF[here], f"{here} must not import {name}"


def test_rules_import_nothing_else_of_ours_but_errors_and_words() -> None:
    for path in (PACKAGE / "rules").glob("*.py"):
        assert imports(path) <= {"rules", "errors", "words"}, path


def test_help_loads_nothing_heavy() -> None:
    code = (
        "import sys\n"
        "from airrank.cli import cli\n"
        "try:\n"
        "    cli(['forecast', '--help'])\n"
        "except SystemExit:\n"
        "    pass\n"
        "heavy = {'numpy', 'pandas', 'pyarrow', 'matplotlib', 'sklearn', 'rich', 'requests'}\n"
        "sys.exit(str(heavy & set(sys.modules)) if heavy & set(sys.modules) else 0)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "--as-of" in done.stdout
