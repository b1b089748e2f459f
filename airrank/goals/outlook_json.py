"""A city's outlook as JSON content."""

from __future__ import annotations

from typing import Any

from airrank.forecasting.files import forecast_json, versions
from airrank.goals.plan_odds import Aim, PlanOdds
from airrank.words import said

SCHEMA = "airrank/outlook/1"


def outlook_json(odds: PlanOdds) -> dict[str, Any]:
    """Give a city's periods, goals and odds (``data/schemas/outlook-1.schema.json``)."""
    outlook, first = odds.outlook, odds.outlook.first
    kept = ("period", "year_to_date", "rank", "index", "settings")
    periods = []
    for made in outlook.forecasts.values():
        content = forecast_json(made, odds.city)
        periods.append({**{key: content[key] for key in kept}, "final": made.final})
    caveats = dict.fromkeys(
        caveat.in_words("en") for made in outlook.forecasts.values() for caveat in made.caveats
    )
    return {
        "schema": SCHEMA,
        "city": odds.city,
        "panel": outlook.ranking_list.name,
        "as_of": str(outlook.as_of),
        "periods": periods,
        "goals": [_goal(odds, aim) for aim in odds.aims],
        "together": {
            name: {"goals": [_name(aim) for aim in aims], "probability": chance}
            for name, aims, chance in odds.together()
        },
        "caveats": list(caveats),
        "data_fingerprint": first.fingerprint,
        "versions": versions(),
    }


def _name(aim: Aim) -> dict[str, str]:
    return {"period": str(aim.period), "id": aim.goal.id}


def _goal(odds: PlanOdds, aim: Aim) -> dict[str, Any]:
    return {
        **_name(aim),
        "indicator": aim.goal.indicator,
        "target": said(aim.goal.target, "en"),
        "duty": aim.goal.duty,
        "median": odds.median(aim),
        "probability": odds.probability(aim),
        "given": {
            "goals": [_name(other) for other in odds.ranks_before(aim)],
            "probability": odds.given_before(aim),
        },
    }
