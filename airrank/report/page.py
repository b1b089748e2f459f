"""The page: one HTML file that needs nothing else, from a memory stick or a mail."""

from __future__ import annotations

import base64
import io
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from airrank.plots import style
from airrank.plots.labels import listed, named, status
from airrank.report import tables
from airrank.report.briefing import Briefing, Maker, figure_makers
from airrank.report.wording_report import word
from airrank.wording import Lang, number, probability_text, told

if TYPE_CHECKING:
    from matplotlib.figure import Figure

FOLDER = Path(__file__).parent / "templates"
SECTIONS = {
    "gap": "way",
    "ranks": "distribution",
    "odds": "slider",
    "pm25": "pm25",
    "rivals": "rivals",
    "shares": "shares",
    "calendar": "calendar",
    "map": "map",
    "change": "change_map",
    "track": "track",
    "history": "history",
}


def svg_uri(figure: Figure) -> str:
    """Give a figure as a data address of an SVG image, its numbers to a tenth of a point."""
    buffer = io.BytesIO()
    with style.styled():
        figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": "airrank"})
    # Coordinates of lines only: transforms scale the glyphs and need all their digits.
    text = re.sub(r' d="[^"]*"', _shorter, buffer.getvalue().decode("utf-8"))
    return "data:image/svg+xml;base64," + base64.b64encode(text.encode()).decode("ascii")


def filled(template: str, content: dict[str, Any]) -> str:
    """Fill a template; every text is escaped."""
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(template).render(content)


def _shorter(path: re.Match[str]) -> str:
    return re.sub(r"(\d+\.\d{2})\d+", r"\1", path.group())


def page(briefing: Briefing, *, lang: Lang = "zh", makers: dict[str, Maker] | None = None) -> str:
    """Give the whole page as HTML text.

    Parameters
    ----------
    briefing : Briefing
    lang : str
    makers : dict, optional
        Figures already drawn or to be drawn, by name; all that the data allows without it.
    """
    figures = {}
    for name, maker in (makers or figure_makers(briefing, lang)).items():
        figure, _ = maker()
        figures[name] = {
            "uri": svg_uri(figure),
            "alt": figure.axes[0].get_title(loc="left"),
            "width": f"{figure.get_figwidth():g}",
        }
    forecast = briefing.forecast
    content: dict[str, Any] = {
        "lang": lang,
        "w": lambda key, **values: word(key, lang, **values),
        "city": named(forecast, briefing.city, lang),
        "headline": briefing.headline(lang).replace(" %", "\u00a0%"),
        "title": word(
            "title_final" if forecast.final else "title",
            lang,
            city=named(forecast, briefing.city, lang),
            year=forecast.period.end.year,
        ),
        "subtitle": word("subtitle", lang, panel=listed(forecast, lang), as_of=forecast.as_of),
        "previous": briefing.previous_page,
        "weekly": briefing.record is not None,
        "cards": _cards(briefing, lang),
        "odds": [
            (
                word("rank_goal", lang, goal=goal),
                probability_text(forecast.probability(briefing.city, goal)),
                round(100 * forecast.probability(briefing.city, goal), 1),
            )
            for goal in (() if forecast.final else forecast.goals)
        ],
        "goals": tables.goals_table(briefing, lang),
        "control": tables.control_table(briefing, lang),
        "control_note": tables.control_note(briefing.requirements, lang)
        if briefing.requirements
        else "",
        "rivals": tables.rivals_table(briefing, lang),
        "cities": tables.cities_table(briefing, lang),
        "skill": tables.skill_table(briefing, lang),
        "skill_said": tables.skill_said(briefing, lang).replace(" %", "\u00a0%"),
        "status": tables.status_table(briefing, lang),
        "caveats": [told(caveat, lang) for caveat in forecast.caveats],
        "figures": figures,
        "sections": SECTIONS,
        "slider": _slider(briefing),
        "footer": status(forecast, lang),
        "css": (FOLDER / "page.css").read_text(encoding="utf-8"),
        "js": (FOLDER / "page.js").read_text(encoding="utf-8"),
    }
    return filled("page.html.j2", content)


def _cards(briefing: Briefing, lang: Lang) -> list[tuple[str, str, str]]:
    """Give name, value and change of the few numbers to see first."""
    row = briefing.forecast.of_city(briefing.city)
    rank_change = index_change = ""
    before = briefing.week_before
    if before is not None and row["ytd_rank"] == row["ytd_rank"]:
        places = int(before["rank"] - row["ytd_rank"])
        shown = word("places", lang, places=places) if places else word("unchanged", lang)
        rank_change = f"{word('week', lang)} {shown}"
        difference = number(row["ytd_index"] - before["index"], 2, signed=True)
        index_change = f"{word('week', lang)} {difference}"
    final = briefing.forecast.final
    cards = [
        ("rank_final" if final else "rank_now", number(row["ytd_rank"]), rank_change),
        ("index_final" if final else "index_now", number(row["ytd_index"], 2), index_change),
    ]
    if not final:
        low, high = (number(row[f"rank_{end}80"]) for end in ("lo", "hi"))
        interval = f"{word('interval80', lang)} {low}–{high}"
        cards.append(("median", number(row["rank_median"]), interval))
    return [(word(key, lang), value, note) for key, value, note in cards]


def _slider(briefing: Briefing) -> dict[str, Any] | None:
    """Give the odds curves as plain numbers for the page's script."""
    curves = briefing.curves()
    if not curves:
        return None
    first = next(iter(curves.values())).x
    goals = [
        {"goal": goal, "p": [round(float(p), 4) for p in curve.probability]}
        for goal, curve in curves.items()
    ]
    middle = float(first[len(first) // 2])
    return {"x": [round(float(x), 2) for x in first], "goals": goals, "start": round(middle)}
