"""The account that an office hands over: six parts in the order of a special report (专报).

The document shows all of it, the text its main sentences.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Any

import pandas as pd

from airrank.amounts import Number
from airrank.report import prose, prospects, why
from airrank.report.outline import Outline
from airrank.report.section import Picture
from airrank.report.table import Table
from airrank.report.tables import LOST
from airrank.rules.evaluation import PERCENTILES
from airrank.rules.standards import POLLUTANTS
from airrank.terms import STATISTICS
from airrank.words import MISSING, Percent, Sentences, Text, counted

MAIN = 5
"""Sentences of the text at most."""


@dataclass(frozen=True)
class Part:
    """A part of the account.

    Attributes
    ----------
    title : Text
        With its number.
    paragraphs : tuple of Sentences
    figure : callable, optional
        See :class:`airrank.report.section.Section`.
    table : Table, optional
    own : bool
        Whether the office's own sentences follow.
    small : bool
        Whether it is set in small letters.
    """

    title: Text
    paragraphs: tuple[Any, ...] = ()
    figure: Picture | None = None
    table: Table | None = None
    own: bool = False
    small: bool = False


def account(outline: Outline) -> tuple[Part, ...]:
    """Give the parts of a document in order."""
    briefing, ahead = outline.briefing, outline.ahead
    drawn = outline.picture
    panel = {"panel": briefing.source.panel}
    path, second = drawn("path", **panel), drawn("shares", **panel)
    if ahead and outline.forecast.goals:
        second = drawn("around", rank=prospects.most_open(briefing))
    expected = (
        prospects.outlook(briefing),
        prospects.other_goals(briefing),
        prospects.later_years(briefing),
    )
    came = (chain(prospects.results(briefing), prospects.other_goals(briefing)),)
    return (
        Part(
            Text("1. Where the city stands"),
            _paragraphs(
                chain(prose.standing(briefing), prose.last_month(briefing)),
                prose.concentrations(briefing),
            ),
        ),
        Part(
            Text("2. Forecast") if ahead else Text("2. Goals"),
            _paragraphs(*(expected if ahead else came)),
            path,
        ),
        Part(
            Text("3. Change and its causes"),
            _paragraphs(
                chain(
                    prose.since_last_week(briefing),
                    why.largest_cause(briefing.change, briefing.goal),
                ),
                prose.since_last_year(briefing),
            ),
        ),
        Part(
            Text("4. What is missing"),
            _paragraphs(chain(prospects.ahead(briefing), prospects.even_odds(briefing))),
            second,
            table=pollutants_table(outline),
        ),
        Part(Text("5. Next steps"), _paragraphs(prospects.priorities(briefing)), own=True),
        Part(
            Text("6. About the data"),
            _paragraphs(prospects.about_the_data(briefing)),
            small=True,
        ),
    )


def main_sentences(outline: Outline) -> Sentences:
    """Give three to five sentences that say the main thing, to be pasted into a message."""
    briefing = outline.briefing
    found = [
        *prose.standing(briefing),
        *(prospects.outlook(briefing) if outline.ahead else prospects.results(briefing)),
        *why.largest_cause(briefing.change, briefing.goal),
        *prospects.even_odds(briefing),
        *prose.since_last_week(briefing),
        *prose.since_last_year(briefing),
    ]
    return Sentences(found[:MAIN])


def _paragraphs(*groups: Iterator[Text]) -> tuple[Sentences, ...]:
    return tuple(Sentences(said) for group in groups if (said := tuple(group)))


def pollutants_table(outline: Outline) -> Table:
    """Give the six pollutants to date, against the year before, their targets and what is left."""
    briefing = outline.briefing
    table, known = briefing.compared.to_date, briefing.requirements
    then: Any = {} if table is None else table.loc[briefing.city]
    now: Any = briefing.forecast.year_to_date.loc[briefing.city]
    so_far = briefing.compared.so_far
    decimals = briefing.forecast.rules.on(so_far).period_decimals(so_far.end)
    rows = []
    for key in POLLUTANTS:
        cells: list[Any] = [
            STATISTICS[key],
            Number(now[key], decimals[key]),
            Percent(then.get(f"{key}_yoy", float("nan")), 1, signed=True),
        ]
        if known is not None:
            row = known.control.loc[key]
            cells += [
                f"{row['target']:g}",
                _left(key, row),
                Number(known.places.loc[key, "places_per_percent"], 2),
            ]
        rows.append(tuple(cells))
    head = [Text("pollutant"), Text("to date"), Text("year on year")]
    if known is not None:
        head += [Text("target"), Text("remaining days"), Text("places per 1 % less")]
    title = Text("Pollutants, targets and control values [µg/m³, CO mg/m³]")
    if known is None:
        title = Text("Pollutants [µg/m³, CO mg/m³]")
    return Table(title, tuple(head), tuple(rows)).without_empty()


def _left(key: str, row: Any) -> Any:
    """Give what the remaining days may bring: a mean, or days that may still exceed."""
    value = row.get("above_affordable" if key in PERCENTILES else "control")
    if value is None or pd.isna(value):
        return MISSING
    if value < 0:
        return LOST
    if key in PERCENTILES:
        return counted("{n} day above", "{n} days above", int(value))
    return Text("mean ≤ {value}", value=Number(value))
