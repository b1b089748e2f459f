"""The page: one HTML file that needs nothing else, from a memory stick or a mail."""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from airrank.goals.odds import Curve
from airrank.plots import style
from airrank.report.outline import Outline
from airrank.report.section import PAGE
from airrank.words import Lang, Text, language, speaking, worded

if TYPE_CHECKING:
    from matplotlib.figure import Figure

FOLDER = Path(__file__).parent / "templates"
WORDS = {
    "skip": Text("skip to content"),
    "swipe": Text("swipe sideways to see it all"),
    "weeks": Text("weekly pages"),
    "previous": Text("previous briefing"),
    "all_weeks": Text("all weeks"),
    "all_cities": Text("all cities of the week"),
    "slider": Text("PM2.5 mean of the remaining days [µg/m³]"),
    "goal": Text("top {goal}"),
    "filter": Text("filter by city or province"),
    "shown": Text("shown"),
    "sort": Text("select a heading to sort"),
}
"""Words of the page itself, about its use; what it says of the forecast is the outline's."""


def svg_uri(figure: Figure) -> str:
    """Give a figure as a data address of an SVG image, its numbers to a tenth of a point."""
    buffer = io.BytesIO()
    with style.styled():
        figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": "airrank"})
    # Coordinates of lines only: transforms scale the glyphs and need all their digits.
    text = re.sub(r' d="[^"]*"', _shorter, buffer.getvalue().decode("utf-8"))
    return "data:image/svg+xml;base64," + base64.b64encode(text.encode()).decode("ascii")


def _shorter(path: re.Match[str]) -> str:
    return re.sub(r"(\d+\.\d{2})\d+", r"\1", path.group())


def filled(template: str, **content: Any) -> str:
    """Fill a template in the reader's language; every text is escaped."""
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        finalize=_bound,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    css, js = ((FOLDER / name).read_text(encoding="utf-8") for name in ("page.css", "page.js"))
    common = {"lang": language(), "words": WORDS, "css": css, "js": js}
    return environment.get_template(template).render(common | content)


def _bound(value: Any) -> Any:
    """Word a value, its per cent signs bound to their numbers."""
    if isinstance(value, str | int | float):
        return value
    return worded(value).replace(" %", "\u00a0%")


def page(outline: Outline, *, lang: Lang | None = None) -> str:
    """Give the whole page as HTML text, in the reader's language or the one given."""
    with speaking(lang):
        return filled("page.html.j2", outline=outline, form=PAGE, picture=_picture, slider=_slider)


def _picture(make: Any) -> dict[str, str]:
    figure, _ = make()
    said = figure.axes[0].get_title(loc="left")
    return {"uri": svg_uri(figure), "alt": said, "width": f"{figure.get_figwidth():g}"}


def _slider(curves: Mapping[int, Curve]) -> dict[str, Any]:
    """Give the odds curves as plain numbers for the page's script."""
    x = next(iter(curves.values())).x
    goals = [
        {"goal": goal, "p": [round(float(p), 4) for p in curve.probability]}
        for goal, curve in curves.items()
    ]
    start = round(float(x[len(x) // 2]))
    percent = Text("{digits} %", digits="#").in_words(language())
    return {"x": [round(float(v), 2) for v in x], "goals": goals, "start": start, "as": percent}
