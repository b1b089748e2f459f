"""Rivals: the cities around a goal rank, and whom we must pass to reach it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pandas as pd

from airrank.errors import InsufficientDataError
from airrank.forecasting.chance import chance, quantiles
from airrank.forecasting.result import Forecast
from airrank.goals.draws import INDEX_DECIMALS, scaled_index
from airrank.periods import Period

TREND_DAYS = 28
AROUND = 5
"""Places to each side of a goal rank that count as near it."""


def rivals(forecast: Forecast, city: str, rank: int, *, around: int = AROUND) -> pd.DataFrame:
    """Give the cities around a goal rank and how we stand against each at year end.

    Parameters
    ----------
    forecast : Forecast
    city : str
        Our city's short name.
    rank : int
        The goal: final rank ≤ rank.
    around : int
        Places to each side of the goal, by the rank to date.

    Returns
    -------
    DataFrame
        By city, in the order of the rank to date: ``rank`` and ``index`` to date, ``tied`` (shares
        our rank to date), ``must_pass`` (ahead of us now, behind or at the goal rank), ``gap``
        (their index less ours: below zero they are ahead), the drawn year-end gap's ``gap_median,
        gap_lo80, gap_hi80``, ``p_ahead`` (P(we end ahead)), ``p_tied``, and ``places_4_weeks``
        (places gained over the last 28 days, where the period is as old).

    Raises
    ------
    InputError
        If the goal is not a rank of the list.
    InsufficientDataError
        If our city has no rank to date.
    """
    forecast.ranking_list.check_ranks([rank])
    now, place = forecast.year_to_date, rank_to_date(forecast, city)
    index = float(now["index"][city])
    near = (now["rank"] - rank).abs() <= around
    between = (now["rank"] >= rank) & (now["rank"] < place)
    names = now.index[(near | between).fillna(value=False)]
    scaled, columns = scaled_index(forecast), list(forecast.cities)
    mine = scaled[:, columns.index(city)]
    trend = _trend(forecast)
    rows = {}
    for name in names:
        if name == city:
            continue
        gaps = scaled[:, columns.index(str(name))] - mine
        low, middle, high = quantiles(gaps, [10, 50, 90])
        row = now.loc[name]
        rows[name] = {
            "rank": row["rank"],
            "index": row["index"],
            "tied": bool(row["rank"] == place),
            "must_pass": bool(rank <= row["rank"] < place),
            "gap": round(float(row["index"] - index), INDEX_DECIMALS),
            "gap_median": middle / 10**INDEX_DECIMALS,
            "gap_lo80": low / 10**INDEX_DECIMALS,
            "gap_hi80": high / 10**INDEX_DECIMALS,
            "p_ahead": float(chance(gaps > 0, final=forecast.final)),
            "p_tied": float(chance(gaps == 0, final=forecast.final)),
            "places_4_weeks": trend.get(name),
        }
    columns_out = list(next(iter(rows.values()))) if rows else []
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns_out).rename_axis("city")


def must_pass(forecast: Forecast, city: str, rank: int) -> int:
    """Count the cities to be overtaken from the rank to date; 0 if the goal holds today."""
    return max(0, rank_to_date(forecast, city) - rank)


def rank_to_date(forecast: Forecast, city: str) -> int:
    """Give a city's rank to date.

    Raises
    ------
    InsufficientDataError
        If it has none, for want of a pollutant.
    """
    place: Any = forecast.year_to_date["rank"][city]
    if pd.isna(place):
        raise InsufficientDataError(
            "{city} has no rank to {as_of}: a pollutant has no value since {start}. Give "
            "data with all six, or choose another city with --city.",
            city=forecast.ranking_list.resolve(city),
            as_of=forecast.as_of,
            start=forecast.period.start,
        )
    return int(place)


def _trend(forecast: Forecast) -> dict[str, int]:
    """Places each city has gained in the ranking to date over the last 28 days."""
    earlier = forecast.as_of - timedelta(days=TREND_DAYS)
    if earlier < forecast.period.start:
        return {}
    try:
        before = forecast.standings(Period(forecast.period.start, earlier))["rank"]
    except InsufficientDataError:
        return {}
    gained = (before - forecast.year_to_date["rank"]).dropna()
    return {str(name): int(places) for name, places in gained.items()}
