"""Sentences on what is to come: the forecast, the goals, what is missing, where effort pays."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from airrank.amounts import Number
from airrank.goals.aims import LONG, NAMED
from airrank.goals.rivals import must_pass
from airrank.goals.verdicts import LOST, MET, NOT_MET, SAFE
from airrank.periods import month_name
from airrank.plots.labels import end_of
from airrank.report.prose import known as is_known
from airrank.terms import POLLUTANT_NAMES, setting_value
from airrank.words import MISSING, Chance, Clauses, Listed, Percent, Series, Text, counted

if TYPE_CHECKING:
    from airrank.report.briefing import Briefing

AHEAD = 3
"""Cities just ahead that are named."""
POLLUTANTS_NAMED = 3
"""Pollutants that are named where six would be too many."""


def outlook(briefing: Briefing) -> Iterator[Text]:
    """Say where the city will most likely end, and how likely each rank to reach is."""
    forecast, city = briefing.forecast, briefing.city
    row = forecast.of_city(city)
    text = Text(
        "At {end} the rank is expected to be {median} (median), with a probability of {level} "
        "between {low} and {high}."
    )
    if row["rank_lo80"] == row["rank_hi80"]:
        text = Text("At {end} the rank is very likely to be {median} (at least {level}).")
    yield text.with_values(
        end=end_of(forecast),
        median=Number(row["rank_median"]),
        level=Percent(80),
        low=Number(row["rank_lo80"]),
        high=Number(row["rank_hi80"]),
    )
    if len(forecast.goals) == 1:
        goal = forecast.goals[0]
        yield Text(
            "The probability of a final rank within the top {goal} is {chance}.",
            goal=goal,
            chance=Chance(forecast.probability(city, goal)),
        )
    elif forecast.goals:
        yield Text(
            "The probabilities of a final rank within {goals} are {chances}.",
            goals=Series(within(goal, len(forecast.cities)) for goal in forecast.goals),
            chances=Series(Chance(forecast.probability(city, goal)) for goal in forecast.goals),
        )


def within(goal: int, cities: int) -> Text:
    """Name a rank to reach; the one just before the last of a long list says so."""
    if cities >= LONG and goal == cities - NAMED:
        return Text("the top {goal} (out of the last {last})", goal=goal, last=NAMED)
    return Text("the top {goal}", goal=goal)


def other_goals(briefing: Briefing) -> Iterator[Text]:
    """Say how the plan's goals of the year besides the ranks stand."""
    judged = briefing.assessment if briefing.forecast.period.kind == "year" else None
    verdicts = judged.verdicts if judged else ()
    air = [v for v in verdicts if v.goal.indicator != "rank"]
    told = [
        Text("{goal}: {chance}", goal=v.goal.in_a_sentence, chance=Chance(v.probability))
        for v in air
        if v.probability is not None and not v.settled
    ]
    if told:
        yield Text("Probability of the plan's air goals: {goals}.", goals=Clauses(told))
    for states, text in (
        ({SAFE, MET}, Text("Reached: {goals}.")),
        ({LOST}, Text("No longer within reach on the days known: {goals}.")),
        ({NOT_MET}, Text("Not reached: {goals}.")),
    ):
        found = [v.goal.in_a_sentence for v in air if v.verdict in states]
        if found:
            yield text.with_values(goals=Listed(found))


def later_years(briefing: Briefing) -> Iterator[Text]:
    """Say how likely the goals of the plan's later years are, and all its ranks together."""
    odds = briefing.outlook
    later = [a for a in odds.aims if a.period.start > briefing.forecast.period.end] if odds else []
    if odds is None or not later:
        return
    years = []
    for period in dict.fromkeys(aim.period for aim in later):
        told = [
            Text(
                "{title} {chance}",
                title=aim.goal.title,
                chance=MISSING if (p := odds.probability(aim)) is None else Chance(p),
            )
            for aim in later
            if aim.period == period
        ]
        years.append(Text("{period}: {goals}", period=period, goals=Listed(told)))
    yield Text(
        "In the later years of the plan the probabilities are: {years}.", years=Clauses(years)
    )
    ranks = [aim for aim in odds.aims if aim.goal.indicator == "rank"]
    chance = odds.joint(ranks)
    if len(ranks) > 1 and chance is not None:
        yield Text(
            "All rank goals of the plan are reached together with a probability of {chance}.",
            chance=Chance(chance),
        )


def results(briefing: Briefing) -> Iterator[Text]:
    """Say what came of the ranks to reach, once the period is over."""
    row: Any = briefing.forecast.year_to_date.loc[briefing.city]
    goals = briefing.forecast.goals
    if not goals or not is_known(row["rank"]):
        return
    n = len(briefing.forecast.cities)
    reached = [within(goal, n) for goal in goals if row["rank"] <= goal]
    missed = [within(goal, n) for goal in goals if row["rank"] > goal]
    text = Text("With a final rank of {rank} the goal is reached: {reached}.")
    if missed:
        text = Text("With a final rank of {rank} the goal is missed: {missed}.")
    if reached and missed:
        text = Text(
            "With a final rank of {rank} these goals are reached: {reached}; these are missed: "
            "{missed}."
        )
    yield text.with_values(rank=Number(row["rank"]), reached=Series(reached), missed=Series(missed))


def ahead(briefing: Briefing) -> Iterator[Text]:
    """Say how far the ranks to reach are, and name the cities just ahead."""
    forecast, city = briefing.forecast, briefing.city
    now, names = forecast.year_to_date, forecast.ranking_list
    mine: Any = now.loc[city]
    if not is_known(mine["rank"]):
        return
    place, index = int(mine["rank"]), float(mine["index"])
    inside = [within(goal, len(now)) for goal in forecast.goals if place <= goal]
    if inside and not forecast.final:
        yield Text("The rank to date is within {goals}.", goals=Series(inside))
    for goal in forecast.goals:
        n = must_pass(forecast, city, goal)
        better = now[now["rank"] <= goal]
        if n and len(better):
            last: Any = better.iloc[-1]
            yield counted(
                "To reach rank {goal}, {n} city is to be passed and the index to fall by {gap}.",
                "To reach rank {goal}, {n} cities are to be passed and the index to fall by {gap}.",
                n,
                goal=goal,
                gap=Number(index - float(last["index"]), 2),
            )
    better = now[now["rank"] < place].tail(AHEAD)
    told = [
        Text(
            "{city} ({rank}, {index})",
            city=names.resolve(str(name)),
            rank=Number(row["rank"]),
            index=Number(row["index"], 2),
        )
        for name, row in better.iloc[::-1].iterrows()
    ]
    if told:
        yield Text("Just ahead (rank, index): {cities}.", cities=Listed(told))


def most_open(briefing: Briefing) -> int:
    """Give the rank to reach whose odds are nearest to even."""
    forecast = briefing.forecast
    return min(forecast.goals, key=lambda g: abs(forecast.probability(briefing.city, g) - 0.5))


def even_odds(briefing: Briefing) -> Iterator[Text]:
    """Say at which mean of the remaining days the most open goal is an even bet."""
    known, forecast = briefing.requirements, briefing.forecast
    if known is None or not forecast.goals:
        return
    goal = most_open(briefing)
    table = known.odds
    row: Any = table[(table["rank"] == goal) & (table["pollutant"] == "pm25")].iloc[0]
    if is_known(row["even_given"], row["expected"]):
        yield Text(
            "A rank within the top {goal} is an even bet if the mean PM2.5 of the {days} days to "
            "come is {even} µg/m³; {expected} µg/m³ are expected.",
            goal=goal,
            days=int(known.control["days_remaining"].iloc[0]),
            even=Number(row["even_given"]),
            expected=Number(row["expected"]),
        )


def priorities(briefing: Briefing) -> Iterator[Text]:
    """Say which pollutant and which months buy most places."""
    known = briefing.requirements
    if known is None:
        return
    days = int(known.control["days_remaining"].iloc[0])
    row = known.places.loc["pm25"]
    yield Text(
        "All else equal, each µg/m³ less of mean PM2.5 over the {days} days to come gains {places} "
        "places at {end} on average.",
        days=days,
        places=Number(row["places"], 1),
        end=end_of(briefing.forecast),
    )
    best = known.places.dropna(subset="places_per_percent").sort_values(
        "places_per_percent", ascending=False, kind="stable"
    )
    told = [
        Text(
            "{pollutant} ({places})",
            pollutant=POLLUTANT_NAMES[str(key)],
            places=Number(row["places_per_percent"], 2),
        )
        for key, row in best.head(POLLUTANTS_NAMED).iterrows()
    ]
    if told:
        yield Text(
            "1 % less on every day to come gains most places on average for {pollutants}.",
            pollutants=Listed(told),
        )
    months = briefing.compared.high_months(briefing.city, "pm25")
    if len(months) > 1:
        yield Text(
            "Of the months to come, PM2.5 was highest in {month} over the past years, {value} "
            "µg/m³ on average: there the same share of reduction yields most.",
            month=month_name(int(months.index[0])),
            value=Number(months.iloc[0]),
        )


def about_the_data(briefing: Briefing) -> Iterator[Text]:
    """Say how probabilities are to be read, what the data are, and what to know of them."""
    forecast = briefing.forecast
    if not forecast.final:
        yield Text(
            "Probabilities are shares of {draws} joint simulations of all {n} cities; conditional "
            "figures hold for the weather that goes with them and are not the effect of measures.",
            draws=len(forecast.rank_draws),
            n=len(forecast.cities),
        )
    yield Text(
        "Source: {source}; standard: edition {edition}; seed {seed}; data fingerprint "
        "{fingerprint}.",
        source=briefing.source.description,
        edition=setting_value("edition", forecast.settings["edition"]),
        seed=forecast.settings["seed"],
        fingerprint=forecast.fingerprint[:16],
    )
    if forecast.caveats:
        yield Text("To be noted: {caveats}.", caveats=Clauses(forecast.caveats))
