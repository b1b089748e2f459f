"""What a briefing says in sentences; each is a text of its own, for any format to put together."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from airrank.amounts import Number
from airrank.goals.aims import LONG, NAMED
from airrank.goals.rivals import must_pass
from airrank.plots.labels import end_of
from airrank.report.evidence import judged
from airrank.terms import MODELS as NAMES
from airrank.terms import STATISTICS
from airrank.verification.backtest import MODELS, Backtest
from airrank.verification.skill import summary
from airrank.words import Chance, Lang, Listed, Percent, Text, counted

if TYPE_CHECKING:
    from airrank.forecasting.result import Forecast

HEADLINE = 48
"""Characters that the conclusion may have."""


@dataclass(frozen=True)
class Fitting:
    """The first of some wordings that is short enough; the last one is cut."""

    wordings: tuple[Text, ...]

    def in_words(self, lang: Lang) -> str:
        """Give it."""
        said = [text.in_words(lang) for text in self.wordings]
        fit = next((words for words in said if len(words) <= HEADLINE), said[-1])
        return fit if len(fit) <= HEADLINE else fit[: HEADLINE - 1] + "…"


def headline(forecast: Forecast, city: str, goal: int | None) -> Fitting:
    """Give the conclusion in one sentence."""
    row = forecast.of_city(city)
    known: dict[str, Any] = {"city": forecast.ranking_list.resolve(city)}
    median = Number(row["rank_median"])
    if forecast.final:
        text = Text("{city}, {period}: final rank {rank}", period=forecast.period, rank=median)
        return Fitting((text.with_values(**known),))
    if goal is None or pd.isna(row["ytd_rank"]):
        text = Text("{city}: median rank {rank} at {end}", rank=median, end=end_of(forecast))
        return Fitting((text.with_values(**known),))
    known |= {"goal": goal, "chance": Chance(forecast.probability(city, goal))}
    long = Text("{city}: P(top {goal}) {chance}, now {rank}")
    short = Text("P(top {goal}) {chance}", **known)
    if len(forecast.cities) >= LONG and goal == len(forecast.cities) - NAMED:
        long = Text("{city}: P(out of last {last}) {chance}, now {rank}", last=NAMED)
        short = Text("P(out of last {last}) {chance}", last=NAMED, **known)
    return Fitting((long.with_values(**known, rank=Number(row["ytd_rank"])), short))


def expected(forecast: Forecast, city: str) -> Iterator[Text]:
    """Say where the city stands and where it will most likely end."""
    row = forecast.of_city(city)
    if forecast.final or pd.isna(row["ytd_rank"]):
        return
    text = Text(
        "Rank {rank} to date; at {end} most likely between {low} and {high} ({level}), "
        "median {median}."
    )
    if row["rank_lo80"] == row["rank_hi80"]:
        text = Text("Rank {rank} to date; at {end} most likely {median} (at least {level}).")
    yield text.with_values(
        rank=Number(row["ytd_rank"]),
        end=end_of(forecast),
        low=Number(row["rank_lo80"]),
        high=Number(row["rank_hi80"]),
        level=Percent(80),
        median=Number(row["rank_median"]),
    )


def odds(forecast: Forecast, city: str) -> Iterator[Text]:
    """Say how likely each goal is."""
    if forecast.goals:
        said = Listed(
            Text("top {goal} {chance}", goal=goal, chance=Chance(forecast.probability(city, goal)))
            for goal in forecast.goals
        )
        yield Text("Odds: {chances}.", chances=said)


def to_pass(forecast: Forecast, city: str, rank: int) -> Text:
    """Say how many cities are to be passed for a rank."""
    n = must_pass(forecast, city, rank)
    if not n:
        return Text("Among the top {rank} today.", rank=rank)
    return counted(
        "{n} city to pass for rank {rank}.", "{n} cities to pass for rank {rank}.", n, rank=rank
    )


def largest_part(forecast: Forecast, city: str) -> Iterator[Text]:
    """Say which pollutant makes up most of the index."""
    row = forecast.year_to_date.loc[city]
    parts: dict[str, Any] = {pollutant: row[f"share_{pollutant}"] for pollutant in STATISTICS}
    if not any(map(pd.isna, parts.values())):
        largest = max(parts, key=parts.__getitem__)
        yield Text(
            "{pollutant} makes up {share} of the index, the largest part.",
            pollutant=STATISTICS[largest],
            share=Percent(100 * parts[largest]),
        )


def skill(backtest: Backtest) -> Iterator[Text]:
    """Say how good the forecasts were in a backtest."""
    scores = backtest.scores
    model = judged(scores)
    row: Any = summary(scores).loc[model]
    yield Text(
        "Backtest of {model} over {years}: in {origins} forecasts the median rank was on average "
        "{error} places off, and the {level} interval held the final rank in {held} of the cases.",
        model=NAMES[model],
        years=Listed(sorted(scores["period"].unique())),
        origins=scores["as_of"].nunique(),
        error=Number(row["rank_mae"], 1),
        level=Percent(80),
        held=Percent(100 * row["coverage_80"]),
    )
    ratio = row["rps_ratio"]
    if pd.isna(ratio) or model != MODELS[0]:
        return
    better = Text(
        "The error of the probabilities (RPS) was {share} below that of the best baseline of the "
        "day."
    )
    worse = Text(
        "The error of the probabilities (RPS) was {share} above that of the best baseline of the "
        "day."
    )
    yield (better if ratio < 1 else worse).with_values(share=Percent(100 * abs(1 - ratio)))
