"""The page: one HTML file that needs nothing else, from a memory stick or a mail."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from airrank.goals.odds import Curve
from airrank.plots import style
from airrank.report.outline import Outline
from airrank.report.section import PAGE, Picture
from airrank.words import Chance, Text, language, worded

if TYPE_CHECKING:
    import jinja2
    from markupsafe import Markup
    from matplotlib.figure import Figure

FOLDER = Path(__file__).parent / "templates"
WORDS = {
    "skip": Text("skip to content"),
    "weeks": Text("weekly pages"),
    "previous": Text("previous briefing"),
    "all_weeks": Text("all weeks"),
    "all_cities": Text("all cities of the week"),
    "slider": Text("PM2.5 mean of the remaining days: "),
    "any": Text("any, as forecast"),
    "given": Text(
        "At first these are the odds of the forecast, over all means drawn. Move the slider: they "
        "are then the odds given that mean, which differ even at the expected one."
    ),
    "back": Text("back to the forecast"),
    "goal": Text("top {goal}"),
    "filter": Text("filter by city or province"),
    "shown": Text("shown"),
    "sort": Text("select a heading to sort"),
}
"""Words of the page itself, about its use; what it says of the forecast is the outline's."""


DARK = {
    "#ffffff": ("paper", "#1a1f25"),
    style.INK: ("ink", "#e8ebef"),
    style.MUTED: ("soft", "#a3adb9"),
    style.GRID: ("line", "#38414c"),
    style.BLUE: ("blue", "#3d9be0"),
    style.SKY: ("sky", "#8ecbf0"),
    style.VERMILION: ("mark", "#f0843c"),
    style.FAN[95]: ("fan95", "#1d3445"),
    style.FAN[80]: ("fan80", "#24506d"),
    style.FAN[50]: ("fan50", "#2f6f97"),
}
"""What the colours of figures are called in the page's pictures, and what they are in the dark.

All others, those of the national AQI above all, stay as they are.
"""
_DAY = re.compile(r"\b\d{4}-\d\d-\d\d\b")
_COLOUR = re.compile(rf"(?<=: )(?:{'|'.join(DARK)})\b")


def svg_uri(figure: Figure, *, follow: bool = False) -> str:
    """Give a figure as a data address of an SVG image, its numbers to a tenth of a point.

    Parameters
    ----------
    figure : Figure
    follow : bool
        Whether its colours follow the reader's screen, light or dark; printed they are the light
        ones.
    """
    drawn = style.as_file(figure, "svg").decode("utf-8")
    # Coordinates of lines only: transforms scale the glyphs and need all their digits.
    text = re.sub(r' d="[^"]*"', _shorter, drawn)
    if follow:
        text = _COLOUR.sub(lambda found: f"var(--{DARK[found.group()][0]})", text)
        text = text.replace("</style>", f"{_colours()}</style>", 1)
    return "data:image/svg+xml;base64," + base64.b64encode(text.encode()).decode("ascii")


def _colours() -> str:
    light, dark = (
        "".join(f"--{name}:{(one, other)[which]};" for one, (name, other) in DARK.items())
        for which in (0, 1)
    )
    return f":root{{{light}}}@media screen and (prefers-color-scheme:dark){{:root{{{dark}}}}}"


def _shorter(path: re.Match[str]) -> str:
    return re.sub(r"(\d+\.\d{2})\d+", r"\1", path.group())


def filled(template: str, **content: Any) -> str:
    """Fill a template in the reader's language; every text is escaped."""
    css, js = ((FOLDER / name).read_text(encoding="utf-8") for name in ("page.css", "page.js"))
    common = {"lang": language(), "words": WORDS, "css": css, "js": js}
    return _template(template).render(common | content)


@cache
def _template(name: str) -> jinja2.Template:
    """Read a template once per process."""
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        finalize=_bound,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["in_one"] = _days_in_one
    return environment.get_template(name)


def _bound(value: Any) -> Any:
    """Word a value, its per cent signs and ranks bound to their numbers."""
    if isinstance(value, str | int | float):
        return value
    return re.sub(r" (?=%)|(?<=top) (?=\d)", "\u00a0", worded(value))


def _days_in_one(value: Any) -> Markup:
    """Word a value so that no line ends within a day such as 2017-09-24."""
    import markupsafe

    escaped = str(markupsafe.escape(_bound(value)))
    return markupsafe.Markup(_DAY.sub(r'<span class="day">\g<0></span>', escaped))


def page(outline: Outline) -> str:
    """Give the whole page as HTML text."""
    return filled(
        "page.html.j2",
        outline=outline,
        form=PAGE,
        picture=_picture,
        slider=lambda curves: _slider(curves, outline),
    )


def _picture(picture: Picture) -> dict[str, str]:
    figure, _ = picture()
    uri, width = svg_uri(figure, follow=True), f"{figure.get_figwidth():g}"
    return {"uri": uri, "alt": picture.said, "width": width}


def _slider(curves: Mapping[int, Curve], outline: Outline) -> dict[str, Any]:
    """Give the odds curves as plain numbers for the page's script, and the forecast's own odds."""
    first = next(iter(curves.values()))
    told = {goal: outline.forecast.probability(outline.city, goal) for goal in curves}
    goals = [
        {
            "goal": goal,
            "p": [round(float(p), 4) for p in curve.probability],
            "told": round(told[goal], 4),
            "shown": worded(Chance(told[goal])).replace(" %", "\u00a0%"),
        }
        for goal, curve in curves.items()
    ]
    shown = {"as": Text("{digits} %", digits="#"), "unit": Text("{digits} µg/m³", digits="#")}
    return {
        "x": [round(float(v), 2) for v in first.x],
        "goals": goals,
        "start": round(first.expected),
        **{key: words.in_words(language()) for key, words in shown.items()},
    }
