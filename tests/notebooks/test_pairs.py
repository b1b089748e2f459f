"""The notebooks in git: pairs in step, outputs stripped, short cells without logic."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import jupytext
import nbformat
import pytest

FOLDER = Path(__file__).resolve().parents[2] / "notebooks"
NAMES = ("briefing", "explore", "year_end", "verification")
SYNC = "the pair differs; run: jupytext --update --to ipynb notebooks/[bevy]*.py"


def contents(notebook: Any) -> list[tuple[str, str, Any]]:
    kept = ("tags", "slideshow")
    return [
        (cell.cell_type, cell.source, {k: cell.metadata[k] for k in kept if k in cell.metadata})
        for cell in notebook.cells
    ]


@pytest.mark.parametrize("name", NAMES)
def test_pairs_are_in_step_and_stripped(name: str) -> None:
    notebook = nbformat.read(FOLDER / f"{name}.ipynb", as_version=4)
    nbformat.validate(notebook)
    assert contents(notebook) == contents(jupytext.read(FOLDER / f"{name}.py")), SYNC
    assert notebook.metadata["jupytext"]["formats"] == "ipynb,py:percent"
    for cell in notebook.cells:
        if cell.cell_type == "code":
            assert cell.outputs == []
            assert cell.execution_count is None


@pytest.mark.parametrize("name", NAMES)
def test_cells_are_short_and_hold_no_logic(name: str) -> None:
    notebook = jupytext.read(FOLDER / f"{name}.py")
    kinds = (ast.FunctionDef, ast.ClassDef, ast.For, ast.While, ast.If)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            assert len(cell.source.splitlines()) <= 14, cell.source
            assert not [n for n in ast.walk(ast.parse(cell.source)) if isinstance(n, kinds)]
    assert sum("parameters" in cell.metadata.get("tags", []) for cell in notebook.cells) == 1


def test_there_is_no_other_notebook() -> None:
    assert {path.stem for path in FOLDER.glob("*.ipynb")} == set(NAMES)
