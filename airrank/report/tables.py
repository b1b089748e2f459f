"""The report's tables, ready to be shown: rows of text and numbers by heading."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

import pandas as pd

from airrank._version import __version__
from airrank.periods import Period
from airrank.plots.labels import named, text
from airrank.report.evidence import judged
from airrank.report.wording_report import word
from airrank.rules.evaluation import PERCENTILES
from airrank.rules.standards import POLLUTANTS
from airrank.verification.backtest import MODELS
from airrank.verification.skill import summary
from airrank.wording import MISSING, Lang, label, number, probability_text, told

if TYPE_CHECKING:
    from airrank.goals.requirements import Requirements
    from airrank.report.briefing import Briefing


@dataclass(frozen=True)
class Table:
    """Headings, rows of cells as shown, and which columns hold numbers (aligned right)."""

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    left: tuple[int, ...] = (0,)
    marked: int | None = None

    def _repr_html_(self) -> str:
        """Give the table for a notebook, its texts escaped."""
        rows = [("th", self.head)] if self.head[0] else []
        rows += [("td", cells) for cells in self.rows]
        html = []
        for tag, cells in rows:
            shown = [
                f'<{tag} style="text-align:{"left" if c in self.left else "right"}">'
                f"{escape(cell)}</{tag}>"
                for c, cell in enumerate(cells)
            ]
            html.append(f"<tr>{''.join(shown)}</tr>")
        return f'<table class="airrank">{"".join(html)}</table>'


def summary_table(briefing: Briefing, lang: Lang) -> Table:
    """Give the few numbers to see first: rank and index now, at year end, and the odds."""
    forecast, row = briefing.forecast, briefing.forecast.of_city(briefing.city)
    final, before = forecast.final, briefing.week_before
    change = MISSING
    if before is not None and not pd.isna(row["ytd_rank"]):
        places = int(before["rank"] - row["ytd_rank"])
        change = word("places" if places else "unchanged", lang, places=places)
    rows = [
        (word("rank_final" if final else "rank_now", lang), number(row["ytd_rank"])),
        (word("index_final" if final else "index_now", lang), number(row["ytd_index"], 2)),
        (word("week", lang), change),
    ]
    if not final:
        interval = f"{number(row['rank_lo80'])}–{number(row['rank_hi80'])}"
        rows += [
            (word("median", lang), number(row["rank_median"])),
            (word("interval80", lang), interval),
        ]
        rows += [
            (
                word("rank_goal", lang, goal=goal),
                probability_text(forecast.probability(briefing.city, goal)),
            )
            for goal in forecast.goals
        ]
    return Table(word("now", lang), ("", ""), tuple(rows))


def goals_table(briefing: Briefing, lang: Lang) -> Table:
    """Give goals with target, median, probability and verdict; of a finished year the result."""
    final = briefing.forecast.final
    rows = []
    for verdict in briefing.assessment.verdicts if briefing.assessment else ():
        goal = verdict.goal
        chance = MISSING
        if verdict.probability is not None and not verdict.settled:
            chance = probability_text(verdict.probability)
        rows.append(
            (
                goal.title_zh if lang == "zh" else goal.title_en,
                goal.target_text(),
                MISSING if verdict.figure is None else f"{verdict.figure:g}",
                chance,
                word(verdict.verdict, lang),
                told(verdict.reason, lang),
            )
        )
    keys = ("goal", "target", "result" if final else "figure", "chance", "verdict", "remark")
    kept = [place for place, key in enumerate(keys) if not (final and key == "chance")]
    return Table(
        word("goals_final" if final else "goals", lang),
        tuple(word(keys[place], lang) for place in kept),
        tuple(tuple(row[place] for place in kept) for row in rows),
        left=(0, len(kept) - 2, len(kept) - 1),
    )


def control_table(briefing: Briefing, lang: Lang) -> Table | None:
    """Give what the rest of the year may bring, by pollutant; None when the year is over."""
    return None if briefing.requirements is None else control_of(briefing.requirements, lang)


def control_of(requirements: Requirements, lang: Lang) -> Table:
    """Give what the rest of the year may bring, by pollutant."""
    rows = []
    for pollutant, row in requirements.control.iterrows():
        decimals = 1 if pollutant == "co" else 0
        if pollutant in PERCENTILES:
            spare = row["above_affordable"]
            shown = number(spare) if spare >= 0 else f"{number(spare)} ({word('lost', lang)})"
            cells = (MISSING, MISSING, shown, MISSING)
        else:
            value = row.get("control")
            shown = number(value, decimals)
            if value is not None and value < 0:
                shown = word("lost", lang)
            share = row.get("unusual_percentile")
            rare = MISSING if share is None or pd.isna(share) else f"{share:.0f} %"
            cells = (number(row["so_far"], decimals), shown, MISSING, rare)
        rows.append((text(str(pollutant), lang), f"{row['target']:g}", *cells))
    keys = ("pollutant", "target", "so_far", "control_value", "days_left", "unusual")
    head = tuple(word(key, lang) for key in keys)
    return Table(word("control", lang), head, tuple(rows))


def control_note(requirements: Requirements, lang: Lang) -> str:
    """Say how the control values are read."""
    return word("control_note", lang, days=int(requirements.control["days_remaining"].iloc[0]))


def rivals_table(briefing: Briefing, lang: Lang) -> Table | None:
    """Give the cities around the goal of the conclusion."""
    if briefing.requirements is None or briefing.goal is None:
        return None
    return rivals_of(briefing.requirements, briefing.goal, lang)


def rivals_of(requirements: Requirements, rank: int, lang: Lang) -> Table:
    """Give the cities around a rank."""
    rows = []
    for city, row in requirements.rivals[rank].iterrows():
        rows.append(
            (
                number(row["rank"]),
                named(requirements.forecast, str(city), lang),
                number(row["index"], 2),
                number(row["gap"], 2, signed=True),
                f"{number(row['gap_lo80'], 2, signed=True)} … "
                f"{number(row['gap_hi80'], 2, signed=True)}",
                probability_text(float(row["p_ahead"])),
                number(row["places_4_weeks"], signed=True),
            )
        )
    keys = ("rank", "city", "index", "gap_now", "gap_end", "p_ahead", "four_weeks")
    head = tuple(word(key, lang) for key in keys)
    return Table(word("rivals", lang, rank=rank), head, tuple(rows), left=(1,))


def cities_table(briefing: Briefing, lang: Lang) -> Table:
    """Give all cities: rank, index and statistics to date, and the forecast until it is final."""
    forecast = briefing.forecast
    now, ahead_of = forecast.year_to_date, forecast.summary()
    goal = briefing.goal
    period = forecast.rules.on(_period(briefing))
    decimals = period.period_decimals(forecast.as_of)
    rows, marked = [], None
    for place, (city, row) in enumerate(now.iterrows()):
        unit = forecast.ranking_list.resolve(str(city))
        if city == briefing.city:
            marked = place
        cells = [
            number(row["rank"]) + ("=" if row["tied"] > 1 else ""),
            named(forecast, str(city), lang),
            unit.province if lang == "zh" else unit.province_en,
            number(row["index"], 2),
            *(number(row[p], decimals[p]) for p in POLLUTANTS),
            number(row["places_gained"], signed=True),
        ]
        if not forecast.final:
            ahead: Any = ahead_of.loc[str(city)]
            interval = f"{number(ahead['rank_lo80'])}–{number(ahead['rank_hi80'])}"
            cells += [number(ahead["rank_median"]), interval]
            if goal is not None:
                cells.append(probability_text(float(ahead[f"p_rank_le_{goal}"])))
        rows.append(tuple(cells))
    head = [label("rank", lang), label("city", lang), word("province", lang), label("index", lang)]
    head += [text(p, lang) for p in POLLUTANTS]
    head.append(label("change", lang))
    if not forecast.final:
        head += [word("median", lang), word("interval80", lang)]
        head += [] if goal is None else [word("rank_goal", lang, goal=goal)]
    title = word("table", lang, n=len(rows))
    return Table(title, tuple(head), tuple(rows), left=(1, 2), marked=marked)


def skill_table(briefing: Briefing, lang: Lang) -> Table | None:
    """Give how the models did in the backtest, the best first; None without one."""
    if briefing.backtest is None:
        return None
    rows = [
        (
            text(f"model_{model}", lang),
            number(row["rank_mae"], 1),
            number(row["rps_ratio"], 2),
            f"{100 * row['coverage_80']:.0f} %",
        )
        for model, row in summary(briefing.backtest.scores).iterrows()
    ]
    keys = ("model", "rank_error", "rps_ratio", "held80")
    return Table(word("skill", lang), tuple(word(key, lang) for key in keys), tuple(rows))


def skill_said(briefing: Briefing, lang: Lang) -> str:
    """Say in a sentence or two how good the forecasts were in the backtest, if there is one."""
    if briefing.backtest is None:
        return ""
    scores = briefing.backtest.scores
    model = judged(scores)
    row: Any = summary(scores).loc[model]
    said = word(
        "skill_said",
        lang,
        model=text(f"model_{model}", lang),
        years=", ".join(map(str, sorted(scores["period"].unique()))),
        origins=scores["as_of"].nunique(),
        error=number(row["rank_mae"], 1),
        held=f"{100 * row['coverage_80']:.0f}",
    )
    ratio = row["rps_ratio"]
    if pd.isna(ratio) or model != MODELS[0]:
        return said
    key = "skill_better" if ratio < 1 else "skill_worse"
    return said + word(key, lang, percent=f"{100 * abs(1 - ratio):.0f}")


def _period(briefing: Briefing) -> Period:
    return Period(briefing.forecast.period.start, briefing.forecast.as_of)


def status_table(briefing: Briefing, lang: Lang) -> Table:
    """Give where the numbers come from."""
    forecast, panel = briefing.forecast, briefing.source.panel
    period = _period(briefing)
    share = panel.between(period.start, period.end).coverage().mean()
    dust = str(forecast.settings.get("dust", "keep"))
    rows = [
        (word("source", lang), briefing.source.described(lang)),
        (word("as_of", lang), str(forecast.as_of)),
        (word("coverage", lang), f"{100 * share:.1f} %"),
        (word("edition", lang), str(forecast.settings.get("edition", MISSING))),
        (word("dust", lang), label(f"dust_{dust}", lang)),
        (word("draws", lang), str(forecast.settings.get("draws", MISSING))),
        (word("seed", lang), str(forecast.settings.get("seed", MISSING))),
        (word("fingerprint", lang), forecast.fingerprint[:16]),
        (word("version", lang), f"airrank {__version__}"),
    ]
    caveats = [(word("caveats", lang), told(caveat, lang)) for caveat in forecast.caveats]
    return Table(word("status", lang), ("", ""), (*rows, *caveats), left=(0, 1))
