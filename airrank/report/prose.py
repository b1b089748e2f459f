"""Sentences on where a city stands and what has changed: whole ones, as a report says them.

Each function gives the sentences that the data allow; :mod:`airrank.report.account` puts them in
order.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from airrank.amounts import Number
from airrank.terms import POLLUTANT_NAMES, STATISTIC_NAMES, UNITS
from airrank.words import Clauses, Lang, Listed, Name, Percent, Phrases, Text, counted

if TYPE_CHECKING:
    from airrank.periods import Period
    from airrank.report.briefing import Briefing


@dataclass(frozen=True)
class Change:
    """By how much something rose or fell, in per cent or in points of the index.

    Examples
    --------
    >>> Change(-9.48).in_words("en"), Change(0.604, points=True).in_words("zh")
    ('down 9.5 %', '上升0.60')
    """

    value: Any
    points: bool = False

    def in_words(self, lang: Lang) -> str:
        """Give the words."""
        value = round(float(self.value), 2 if self.points else 1)
        text = Text("unchanged")
        if value:
            amount = Number(abs(value), 2) if self.points else Percent(abs(value), 1)
            text = Text("down {amount}") if value < 0 else Text("up {amount}")
            text = text.with_values(amount=amount)
        return text.in_words(lang)


@dataclass(frozen=True)
class Ordinal:
    """A place in an order, in words.

    Examples
    --------
    >>> [Ordinal(n).in_words("en") for n in (1, 2, 11, 23)], Ordinal(3).in_words("zh")
    (['1st', '2nd', '11th', '23rd'], '3')
    """

    place: int

    def in_words(self, lang: Lang) -> str:
        """Give the words."""
        tens, ones = divmod(self.place % 100, 10)
        ending = {1: "st", 2: "nd", 3: "rd"}.get(ones, "th") if tens != 1 else "th"
        return Name(str(self.place), f"{self.place}{ending}").in_words(lang)


def known(*values: Any) -> bool:
    """Say whether none of some numbers is missing."""
    return not any(pd.isna(value) for value in values)


def span(period: Period) -> Any:
    """Name the days from a day on to another of the same year, the year said once."""
    if period.kind != "days" or period.start.year != period.end.year:
        return period
    year, (first, last) = period.start.year, (period.start, period.end)
    return Name(
        f"{year}年{first.month}月{first.day}日至{last.month}月{last.day}日", f"{first} to {last}"
    )


def standing(briefing: Briefing) -> Iterator[Text]:
    """Say which rank and index a city has to date, and how that compares with the year before."""
    forecast, city, so_far = briefing.forecast, briefing.city, briefing.compared.so_far
    row: Any = forecast.year_to_date.loc[city]
    said = {"city": forecast.ranking_list.resolve(city), "period": span(so_far)}
    if not known(row["rank"], row["index"]):
        yield Text("{city} has no rank in {period}: a pollutant has no value.", **said)
        return
    index = [
        Text(
            "Over {period} the composite index of {city} is {index}",
            **said,
            index=Number(row["index"], 2),
        )
    ]
    ranked = Text("it ranks {rank} of {n} cities")
    if row["tied"] > 1:
        ranked = Text("it ranks {rank} of {n} cities, tied")
    place = [ranked.with_values(rank=Ordinal(int(row["rank"])), n=len(forecast.cities))]
    table = briefing.compared.to_date
    then: Any = {} if table is None else table.loc[city]
    if known(change := then.get("index_yoy")):
        index.append(Text("{change} year on year", change=Change(change)))
    if so_far.kind == "month" and known(change := then.get("index_mom")):
        index.append(Text("{change} on the month before", change=Change(change)))
    if known(rank := row["rank_year_earlier"]):
        place.append(Text("after {rank} a year earlier", rank=Ordinal(int(rank))))
    yield Text("{index}; {place}.", index=Phrases(index), place=Phrases(place))


def concentrations(briefing: Briefing) -> Iterator[Text]:
    """Say what stands behind the index: the main pollutants and the good days."""
    table = briefing.compared.to_date
    if table is None:
        return
    row: Any = table.loc[briefing.city]
    if known(row["pm25"], row["pm10"], row["o3_8h"]):
        decimals = briefing.forecast.rules.on(briefing.compared.so_far).period_decimals(
            briefing.compared.so_far.end
        )
        parts = []
        for key in ("pm25", "pm10", "o3_8h"):
            text = Text("{statistic} {value} {unit}")
            if known(row[f"{key}_yoy"]):
                text = Text("{statistic} {value} {unit}, {change} year on year")
                text = text.with_values(change=Change(row[f"{key}_yoy"]))
            parts.append(
                text.with_values(
                    statistic=STATISTIC_NAMES[key],
                    value=Number(row[key], decimals[key]),
                    unit=UNITS[key],
                )
            )
        yield Text("Concentrations: {parts}.", parts=Clauses(parts))
    if known(row["good_days"], row["heavy_days"]):
        yield Text(
            "Good days make up {good}, days of heavy pollution {heavy}.",
            good=Percent(row["good_days"], 1),
            heavy=Percent(row["heavy_days"], 1),
        )


def last_month(briefing: Briefing) -> Iterator[Text]:
    """Say what the last whole month was like; of a month, what the year to date is like."""
    compared, city = briefing.compared, briefing.city
    if compared.month is not None and compared.of_month is not None:
        yield from _other_period(compared.month, compared.of_month.loc[city])
    if compared.year is not None and compared.period.kind == "month":
        period, table = compared.year
        yield from _other_period(period, table.loc[city])


def _other_period(period: Period, row: Any) -> Iterator[Text]:
    if not known(row["rank"], row["index"]):
        return
    said: dict[str, Any] = {"index": Number(row["index"], 2), "rank": Number(row["rank"])}
    said["period"] = span(period)
    text = Text("Over {period} the index was {index}, rank {rank}.")
    if known(row["index_yoy"]):
        said["year"] = Change(row["index_yoy"])
        text = Text("Over {period} the index was {index}, rank {rank}: {year} year on year.")
        if period.kind == "month" and known(row["index_mom"]):
            said["month"] = Change(row["index_mom"])
            text = Text(
                "Over {period} the index was {index}, rank {rank}: {year} year on year, {month} on "
                "the month before."
            )
    yield text.with_values(**said)


def since_last_week(briefing: Briefing) -> Iterator[Text]:
    """Say how rank and index moved in a week."""
    before, row = briefing.week_before, briefing.forecast.of_city(briefing.city)
    if before is None or not known(row["ytd_rank"]):
        return
    then, now = (Number(value["rank"]) for value in (before, {"rank": row["ytd_rank"]}))
    gained = int(then.value - now.value)
    place = Text("the rank is unchanged at {now}", now=now)
    if gained:
        moved = {"then": then, "now": now}
        place = (
            counted(
                "the city moved up {n} place from rank {then} to {now}",
                "the city moved up {n} places from rank {then} to {now}",
                gained,
                **moved,
            )
            if gained > 0
            else counted(
                "the city fell back {n} place from rank {then} to {now}",
                "the city fell back {n} places from rank {then} to {now}",
                -gained,
                **moved,
            )
        )
    values = {"then": Number(before["index"], 2), "now": Number(row["ytd_index"], 2)}
    change = round(values["now"].value - values["then"].value, 2)
    index = Text("the index is unchanged at {now}")
    if change:
        index = Text("the index rose from {then} to {now}")
        if change < 0:
            index = Text("the index fell from {then} to {now}")
    yield Text(
        "Against a week earlier {place}; {index}.", place=place, index=index.with_values(**values)
    )


def since_last_year(briefing: Briefing) -> Iterator[Text]:
    """Say which pollutants and bands the change of the index on the year before is made of."""
    if briefing.movement is None:
        return
    movement, parts = briefing.movement
    city = briefing.city
    totals = parts["total"].drop("total")
    order = totals.abs().sort_values(ascending=False, kind="stable").index
    told = Listed(
        Text(
            "{pollutant} {change}",
            pollutant=POLLUTANT_NAMES[str(key)],
            change=Change(totals[key], points=True),
        )
        for key in order
    )
    whole = parts.loc["total"]
    yield Text(
        "Against the same days a year earlier the index is {total}; the parts of the pollutants "
        "are {parts}.",
        total=Change(whole["total"], points=True),
        parts=told,
    )
    change = movement.by_pollutant.reindex(list(briefing.forecast.cities)).sum(axis=1, skipna=False)
    yield Text(
        "Of this the part shared by the {n} cities compared is {country}, that of the region "
        "{region}, and the city's own {own}; its change is the {place} best.",
        n=movement.compared,
        country=Change(whole["country"], points=True),
        region=Change(whole["region"], points=True),
        own=Change(whole["city"], points=True),
        place=Ordinal(int((change.round(4) < round(float(change.loc[city]), 4)).sum()) + 1),
    )
