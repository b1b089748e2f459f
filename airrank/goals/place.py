"""What a ranking table says of one city: its place, and how far the nearest goal is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from airrank.amounts import Number
from airrank.cities import City
from airrank.rules.standards import POLLUTANTS
from airrank.terms import POLLUTANT_NAMES
from airrank.words import Listed, Sayable, Sentences, Text


def place_in_words(table: pd.DataFrame, city: City, goals: Sequence[int] = ()) -> Sayable:
    """Say a city's rank and its distance to the nearest rank to reach.

    Parameters
    ----------
    table : DataFrame
        Of :func:`airrank.ranking_table.standings`.
    city : City
    goals : sequence of int
        Ranks to reach: of those ahead the nearest counts; where all are reached, the nearest.

    Returns
    -------
    Sayable
        One or two sentences; where the city has no rank, why.
    """
    row: Any = table.loc[city.name]
    if pd.isna(row["rank"]):
        lacking = [POLLUTANT_NAMES[p] for p in POLLUTANTS if pd.isna(row[p])]
        return Text(
            "{city} has no rank: no values of {lacking}.", city=city, lacking=Listed(lacking)
        )
    if row["placed_last"]:
        told = Text("{city}: rank {rank}, placed last by rule whatever its index, {index}.")
        return told.with_values(city=city, rank=int(row["rank"]), index=Number(row["index"], 2))
    rank, index = int(row["rank"]), float(row["index"])
    known = {"city": city, "rank": rank, "index": Number(index, 2)}
    missed = [goal for goal in goals if goal < rank]
    goal = max(missed) if missed else min(goals, default=None)
    ranked = table[table["rank"].notna()]
    within = ranked[ranked["rank"] <= goal] if missed else ranked[ranked["rank"] > (goal or rank)]
    tied = Text("{city}: rank {rank}, index {index}.")
    if row["tied"] > 1:
        tied = Text("{city}: rank {rank} (tied), index {index}.")
    if goal is None or within.empty:
        return tied.with_values(**known)
    other = float(within["index"].iloc[-1 if missed else 0])
    text = Text("It is {gap} short of the top {goal}.")
    if not missed:
        text = Text("It is within the top {goal}, {gap} ahead of the first city after it.")
    far = text.with_values(goal=goal, gap=Number(abs(index - other), 2))
    return Sentences([tied.with_values(**known), far])


def with_city(table: pd.DataFrame, top: int | None, city: str | None) -> pd.DataFrame:
    """Give the best of a table, and the city asked for in any case."""
    if not top:
        return table
    best = table.head(top)
    return best if city is None or city in best.index else pd.concat([best, table.loc[[city]]])
