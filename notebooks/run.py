"""Run a notebook with parameters: ``python notebooks/run.py briefing --out out -p lang=en``.

Writes the executed notebook, and of the briefing also slides, one HTML file that needs no network.
"""

from __future__ import annotations

import argparse
import ast
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient
from nbconvert.exporters import SlidesExporter
from nbformat import NotebookNode

FOLDER = Path(__file__).resolve().parent
NAMES = ("briefing", "explore", "year_end", "verification")
SLIDES = ("briefing",)


def tagged(notebook: NotebookNode, tag: str) -> int:
    """Give the place of the cell with a tag."""
    return next(i for i, cell in enumerate(notebook.cells) if tag in cell.metadata.get("tags", []))


def parameters(notebook: NotebookNode) -> dict[str, Any]:
    """Give the parameters of a notebook and their values."""
    found = {}
    for node in ast.parse(notebook.cells[tagged(notebook, "parameters")].source).body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            found[node.targets[0].id] = ast.literal_eval(node.value)
    return found


def read_value(text: str, default: Any) -> Any:
    """Read a value of the type that the parameter has."""
    if isinstance(default, str):
        return text
    try:
        value = ast.literal_eval(text)
    except (ValueError, SyntaxError):
        value = text
    if not isinstance(value, type(default)):
        raise SystemExit(f"expected a value such as {default!r}, found {text!r}")
    return value


def inject(notebook: NotebookNode, given: dict[str, str]) -> dict[str, Any]:
    """Put a cell with the given values after the parameters; give all parameters as they are then.

    Exits with what is there to choose if the notebook has no such parameter.
    """
    values = parameters(notebook)
    for name, text in given.items():
        if name not in values:
            raise SystemExit(f"no parameter {name!r}; there are {', '.join(values)}")
        values[name] = read_value(text, values[name])
    source = "\n".join(f"{name} = {values[name]!r}" for name in given)
    cell = nbformat.v4.new_code_cell(source, metadata={"tags": ["injected-parameters"]})
    cell.metadata["slideshow"] = {"slide_type": "skip"}
    if given:
        notebook.cells.insert(tagged(notebook, "parameters") + 1, cell)
    return values


def execute(name: str, given: dict[str, str]) -> tuple[NotebookNode, dict[str, Any]]:
    """Run a notebook from top to bottom, from its .py file; an error in a cell ends it."""
    import jupytext

    notebook = jupytext.read(FOLDER / f"{name}.py")
    values = inject(notebook, given)
    NotebookClient(notebook, timeout=600, kernel_name="python3").execute()
    return notebook, values


def slides(notebook: NotebookNode, values: dict[str, Any]) -> str:
    """Give an executed notebook as slides, one for each thing that its cells show."""
    shown = [
        nbformat.v4.new_code_cell(metadata=cell.metadata, outputs=[output])
        for cell in notebook.cells
        if cell.metadata.get("slideshow", {}).get("slide_type") != "skip"
        for output in cell.get("outputs", [])
    ]
    part = nbformat.v4.new_notebook(cells=shown, metadata=notebook.metadata)
    # sphinx-revealjs brings reveal.js as files; Sphinx itself is not needed, nor loaded.
    spec = find_spec("sphinx_revealjs")
    if spec is None or not spec.submodule_search_locations:
        raise SystemExit("slides need reveal.js: pip install 'airrank[notebooks]'")
    reveal = Path(spec.submodule_search_locations[0]) / "_static" / "revealjs" / "dist"
    content = {
        "title": f"{values['city']} {values['as_of']}",
        "lang": values["lang"],
        "css": (FOLDER / "templates" / "slides" / "slides.css").read_text(encoding="utf-8"),
        "reveal_css": (reveal / "reveal.css").read_text(encoding="utf-8"),
        "reveal_js": (reveal / "reveal.js").read_text(encoding="utf-8"),
    }
    exporter = SlidesExporter(
        template_name="slides",
        extra_template_basedirs=[str(FOLDER / "templates")],
        exclude_input=True,
        exclude_output_prompt=True,
    )
    html: str = exporter.from_notebook_node(part, resources={"slides": content})[0]
    return html


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name", choices=NAMES)
    parser.add_argument("--out", type=Path, default=Path(), help="folder for what is written")
    parser.add_argument("-p", dest="given", action="append", default=[], metavar="NAME=VALUE")
    chosen = parser.parse_args(arguments)
    given = dict(text.split("=", 1) if "=" in text else (text, "") for text in chosen.given)
    notebook, values = execute(chosen.name, given)
    chosen.out.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, chosen.out / f"{chosen.name}.ipynb")
    if chosen.name in SLIDES:
        page = chosen.out / f"{chosen.name}.html"
        page.write_text(slides(notebook, values), encoding="utf-8", newline="\n")
    print(f"{chosen.out}: {', '.join(sorted(p.name for p in chosen.out.glob(chosen.name + '.*')))}")


if __name__ == "__main__":
    main(sys.argv[1:])
