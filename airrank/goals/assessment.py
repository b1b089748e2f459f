"""Assessment: the verdicts of a year, as a table, as JSON, and as an exit status."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import pandas as pd

from airrank._version import __version__
from airrank.goals.plan import Plan
from airrank.goals.public_year import PublicYear
from airrank.goals.verdicts import (
    INSUFFICIENT,
    LIKELY,
    LOST,
    MET,
    NOT_MET,
    OPEN,
    SAFE,
    UNLIKELY,
    VERDICTS,
    Verdict,
)
from airrank.words import Clauses, Listed, Sayable, Text, said, worded

SCHEMA = "airrank/assessment/1"
MET_STATUS, NOT_MET_STATUS, INSUFFICIENT_STATUS = 0, 1, 3


@dataclass(frozen=True, eq=False)
class Assessment:
    """Verdicts on a plan's goals for one year.

    Attributes
    ----------
    plan : Plan
    city, panel : str
    year : int
    state : str
        ``finished``, ``running`` or ``no observations`` (of the year; reported figures still
        count).
    as_of : date, optional
        Last day of the observations used.
    verdicts : tuple of Verdict
        One per goal, in the plan's order.
    require : tuple of str
        Ids that alone decide the exit status; all duties if empty.
    settings : dict
        How the rules were read, and what made the forecast.
    joint : dict, optional
        In a running year the probability of all goals together.
    known : PublicYear, optional
        What is publicly known of the city's year besides, and what is not.
    """

    plan: Plan
    city: str
    panel: str
    year: int
    state: str
    as_of: date | None
    verdicts: tuple[Verdict, ...]
    require: tuple[str, ...]
    settings: dict[str, object]
    joint: dict[str, object] | None = None
    known: PublicYear | None = None

    @property
    def counted(self) -> tuple[Verdict, ...]:
        """Verdicts that decide the exit status: those required, else all duties that count."""
        if self.require:
            return tuple(v for v in self.verdicts if v.goal.id in self.require)
        return tuple(v for v in self.verdicts if v.goal.counts)

    @property
    def exit_status(self) -> int:
        """0 all met; 1 at least one is not, or is out of reach; 3 not all can be told yet.

        A goal not met outweighs one that cannot be told. A running year's open goals count as not
        told yet, estimates that only make a goal likely or not, and an assessment of which nothing
        counts.
        """
        verdicts = {v.verdict for v in self.counted}
        if verdicts & {NOT_MET, LOST}:
            return NOT_MET_STATUS
        if not verdicts or verdicts & {INSUFFICIENT, OPEN, LIKELY, UNLIKELY}:
            return INSUFFICIENT_STATUS
        return MET_STATUS

    def as_dict(self) -> dict[str, Any]:
        """Give the assessment as JSON content (``data/schemas/assessment-1.schema.json``)."""
        return {
            "schema": SCHEMA,
            "airrank": __version__,
            "plan": {
                "name": self.plan.name,
                "title_zh": self.plan.title_zh,
                "title_en": self.plan.title_en,
                "document": self.plan.document,
            },
            "city": self.city,
            "panel": self.panel,
            "year": self.year,
            "state": self.state,
            "as_of": None if self.as_of is None else str(self.as_of),
            "settings": {key: said(value, "en") for key, value in self.settings.items()},
            "exit_status": self.exit_status,
            "counted": [v.goal.id for v in self.counted],
            "joint": self.joint,
            "goals": [_goal_content(v) for v in self.verdicts],
            "known": None if self.known is None else self.known.as_dict(),
        }

    def to_frame(self) -> pd.DataFrame:
        """Give one row per goal, lists joined by semicolons: for CSV files and notebooks."""
        rows = []
        for content in self.as_dict()["goals"]:
            others = [f"{a['reading']}: {a['verdict']}" for a in content["alternatives"]]
            texts = {"alternatives": others, "caveats": content["caveats"], "lead": content["lead"]}
            rows.append({**content, **{key: "; ".join(text) for key, text in texts.items()}})
        return pd.DataFrame(rows).set_index("id")

    def to_table(self) -> pd.DataFrame:
        """Give one row per goal in the reader's words: the CSV file that people open."""
        rows = [
            {
                "id": v.goal.id,
                "title": worded(v.goal.title),
                "section": v.goal.section,
                "place": v.goal.place,
                "target": worded(v.goal.target),
                "deadline": worded(v.goal.deadline),
                "strength": worded(STRENGTHS[v.goal.strength]),
                "lead": worded(Listed(v.goal.lead)) if v.goal.lead else "",
                "verdict": worded(VERDICTS[v.verdict]),
                "figure": v.figure,
                "exact": v.exact,
                "margin": v.margin,
                "margin_days": v.margin_days,
                "probability": v.probability,
                "valid_days": v.valid_days,
                "reading": worded(v.reading or ""),
                "alternatives": worded(Clauses(v.told)) if v.told else "",
                "reason": worded(v.reason or ""),
                "caveats": worded(Clauses(v.caveats)) if v.caveats else "",
            }
            for v in self.verdicts
        ]
        return pd.DataFrame(rows, columns=list(rows[0]) if rows else ["id"]).set_index("id")


STRENGTHS = {"duty": Text("duty"), "aspiration": Text("aspiration")}


def through_alternatives(verdicts: tuple[Verdict, ...]) -> tuple[Verdict, ...]:
    """Count a goal as met, or safe, where another of its alternatives (``any_of``) is."""
    reached = {
        v.goal.any_of: v
        for wanted in (SAFE, MET)
        for v in verdicts
        if v.goal.any_of and v.verdict == wanted
    }
    return tuple(
        verdict
        if verdict.verdict in {MET, SAFE} or verdict.goal.any_of not in reached
        else _by_alternative(verdict, reached[verdict.goal.any_of])
        for verdict in verdicts
    )


def _by_alternative(verdict: Verdict, other: Verdict) -> Verdict:
    reason = Text(
        "{verdict} by its alternative {goal}", verdict=VERDICTS[other.verdict], goal=other.goal.id
    )
    return replace(verdict, verdict=other.verdict, probability=other.probability, reason=reason)


def _english(text: Sayable | None) -> str:
    """Give a text as files keep it, whoever reads them."""
    return "" if text is None else text.in_words("en")


def _goal_content(verdict: Verdict) -> dict[str, Any]:
    goal = verdict.goal
    return {
        "id": goal.id,
        "title_zh": goal.title_zh,
        "title_en": goal.title_en,
        "section": goal.section,
        "place": goal.place or None,
        "indicator": goal.indicator,
        "target": goal.target.in_words("en"),
        "unit": goal.unit,
        "deadline": str(goal.deadline),
        "due_later": goal.due_later,
        "one_reading": goal.one_reading,
        "strength": goal.strength,
        "assessed": goal.assessed,
        "lead": list(goal.lead),
        "verdict": verdict.verdict,
        "figure": verdict.figure,
        "exact": verdict.exact,
        "margin": verdict.margin,
        "margin_days": verdict.margin_days,
        "probability": verdict.probability,
        "reading": _english(verdict.reading),
        "alternatives": [
            {"reading": _english(a.reading), "figure": a.figure, "verdict": a.verdict}
            for a in verdict.alternatives
        ],
        "source": verdict.source,
        "valid_days": verdict.valid_days,
        "reason": _english(verdict.reason),
        "caveats": [_english(caveat) for caveat in verdict.caveats],
        "note": goal.note,
    }
