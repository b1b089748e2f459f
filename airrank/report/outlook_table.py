"""The table of an outlook: a plan's goals, each in its own year."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from airrank.report.table import Table
from airrank.words import MISSING, Chance, Text, worded

if TYPE_CHECKING:
    from airrank.goals.plan_odds import Aim, PlanOdds

TOGETHER = {
    "ranks": Text("all rank goals together"),
    "duties": Text("all duties together"),
    "all": Text("all goals together, with aspirations"),
}


def together(odds: PlanOdds) -> Iterator[Text]:
    """Say the odds of all rank goals, all duties and all goals, each set of goals once."""
    told: list[tuple[Aim, ...]] = []
    for name, aims, chance in odds.together():
        if len(aims) > 1 and aims not in told:
            told.append(aims)
            said = MISSING if chance is None else Chance(chance, odds.settled)
            yield Text("{goals}: {chance}", goals=TOGETHER[name], chance=said)


def outlook_table(odds: PlanOdds) -> Table:
    """Give each goal in its own year, with median, odds, and odds given the year before."""
    head = (
        Text("period"),
        Text("goal"),
        Text("target"),
        Text("median"),
        Text("probability"),
        Text("given the year before"),
    )
    rows = []
    for aim in odds.aims:
        chance, median, given = odds.probability(aim), odds.median(aim), odds.given_before(aim)
        final = odds.outlook.forecasts[aim.period].final
        rows.append(
            (
                aim.period,
                worded(aim.goal.title) + ("" if aim.goal.duty else " *"),
                aim.goal.target,
                MISSING if median is None else f"{median:g}",
                Text("insufficient data") if chance is None else Chance(chance, final),
                MISSING if given is None else Chance(given, final),
            )
        )
    return Table(Text("goals, each in its own year"), head, tuple(rows), left=(0, 1, 2))
