"""Run the notebooks and write each as a page with its tables and figures.

``sphinx-build`` calls it; by hand: ``python docs/build_tutorials.py``. It needs no Jupyter: the
``.py`` half of a notebook is cut at its ``# %%`` lines, and the value of a cell's last expression
is shown as Jupyter would show it. A cell that fails or warns ends it. The slides of ``briefing``
are left to Jupyter.
"""

from __future__ import annotations

import ast
import html
import io
import re
import warnings
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

from airrank.words import speaking

NOTEBOOKS = Path(__file__).resolve().parents[1] / "notebooks"
FOLDER = Path(__file__).resolve().parent / "tutorials"
NAMES = ("explore", "year_end", "verification")
SHOWN = (UserWarning, RuntimeWarning, FutureWarning)
"""Warnings that a reader of the notebook would see."""
CELL = re.compile(r"^# %%(.*)\n", re.MULTILINE)


def cells(source: str) -> list[tuple[bool, str]]:
    """Give the cells of a notebook in percent format: whether it is prose, and its text."""
    _, *parts = CELL.split(source)
    found = []
    for head, text in zip(parts[::2], parts[1::2], strict=True):
        prose = "[markdown]" in head
        body = re.sub(r"^# ?", "", text, flags=re.MULTILINE) if prose else text
        found.append((prose, body.strip()))
    return found


def run(code: str, names: dict[str, Any]) -> str:
    """Run a cell and give what it shows as HTML: what it prints, and its last value."""
    tree = ast.parse(code)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    printed = io.StringIO()
    value = None
    with redirect_stdout(printed):
        exec(compile(tree, "<cell>", "exec"), names)
        if isinstance(last, ast.Expr):
            value = eval(compile(ast.Expression(last.value), "<cell>", "eval"), names)
    shown = [f"<pre>{html.escape(printed.getvalue())}</pre>"] if printed.getvalue() else []
    if value is not None:
        rich = getattr(value, "_repr_html_", None)
        made = rich() if rich else None
        shown.append(made or f"<pre>{html.escape(repr(value))}</pre>")
    return "\n".join(shown)


def page(name: str) -> str:
    """Run a notebook from top to bottom and give its page; an error or a warning ends it."""
    names: dict[str, Any] = {"__name__": f"tutorial_{name}"}
    parts = []
    for prose, text in cells((NOTEBOOKS / f"{name}.py").read_text(encoding="utf-8")):
        if prose:
            parts.append(text)
            continue
        parts.append(f"```python\n{text}\n```")
        if shown := run(text, names):
            parts.append(f'```{{raw}} html\n<div class="shown">\n{shown}\n</div>\n```')
    return "\n\n".join(parts) + "\n"


def main() -> None:
    """Write the pages."""
    FOLDER.mkdir(exist_ok=True)
    for name in NAMES:
        with speaking("en"), warnings.catch_warnings():
            for kind in SHOWN:
                warnings.simplefilter("error", kind)
            made = page(name)
        (FOLDER / f"{name}.md").write_text(made, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
