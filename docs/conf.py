"""How Sphinx builds the documentation: ``sphinx-build -W -c docs . build/html``.

The source folder is the repository, so that links between README, docs and the notes beside data
and models work as they do where the files are read as plain Markdown.
"""

import sys
from pathlib import Path

from sphinx.application import Sphinx

from airrank._version import __version__

sys.path.insert(0, str(Path(__file__).resolve().parent))
import build_tutorials

project = "airrank"
copyright = "The airrank developers"  # noqa: A001  (Sphinx's name for it)
release = version = __version__

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "sphinx.ext.mathjax",
    "sphinx.ext.napoleon",
    "sphinx.ext.viewcode",
    "sphinx-mathjax-offline",
]
root_doc = "docs/index"
include_patterns = [
    "*.md",
    "docs/**",
    "models/README.md",
    "data/README.md",
    "data/observations/README.md",
    "data/official/README.md",
    "data/annual/README.md",
]
# Words of our docstrings' types, such as city, are attributes of several classes too.
suppress_warnings = ["ref.python"]

myst_enable_extensions = ["dollarmath"]
myst_fence_as_directive = ["math"]
myst_heading_anchors = 3

autosummary_generate = True
autodoc_member_order = "bysource"
autodoc_typehints = "none"  # the docstrings name types, shapes and units
napoleon_google_docstring = False
napoleon_use_rtype = False

html_theme = "furo"
html_title = f"airrank {__version__}"
html_static_path = ["static"]
html_css_files = ["airrank.css"]


def setup(app: Sphinx) -> None:
    """Run the tutorials before the pages are read."""
    app.connect("builder-inited", lambda _: build_tutorials.main())
