"""Verdicts: a figure held against a target, with margin, reading used and other readings."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from airrank.goals.plan import Goal
from airrank.words import MISSING, Sayable, Text, counted

MET, NOT_MET, INSUFFICIENT = "met", "not met", "insufficient data"
OPEN, SAFE, LOST = "open", "already safe", "already out of reach"
LIKELY, UNLIKELY = "likely met", "likely not met"
VERDICTS = {
    MET: Text("met"),
    NOT_MET: Text("not met"),
    INSUFFICIENT: Text("insufficient data"),
    OPEN: Text("open"),
    SAFE: Text("already safe"),
    LOST: Text("already out of reach"),
    LIKELY: Text("likely met"),
    UNLIKELY: Text("likely not met"),
}
"""Open, safe and out of reach are for a running year, the latter two by arithmetic alone; likely
met or not is said of an estimate, which never settles a goal."""

COMPARE: Mapping[str, Callable[[Any, Any], Any]] = {
    **{"lt": operator.lt, "le": operator.le, "gt": operator.gt, "ge": operator.ge},
    "range": operator.ge,
}
"""How figures, one or many, are held against a target."""


@dataclass(frozen=True)
class Value:
    """A year's actual figure for one goal, with all that bears on its use.

    Attributes
    ----------
    value : Fraction, optional
        The figure as exactly as it is known [unit of the goal]; 1 and 0 for yes and no.
    source : str
        ``reported``, ``official annual figures``, ``observations`` or ``annual figures``.
    decimals : int, optional
        Decimals with which such a figure is published; None takes it as it stands.
    counts : tuple of int, optional
        Of a share of days: the days counted, and the days with an AQI.
    valid_days, required_days : int, optional
        Daily values behind it and those needed (GB 3095-2012, table 4).
    minus, plus : Fraction
        How far the true figure may lie below and above.
    variants : tuple of (Text, Fraction)
        The figure under other readings of the rules.
    reason : Text, optional
        Why it cannot be judged.
    caveats : tuple of Text
        What the reader must know to judge it.
    """

    value: Fraction | None
    source: str
    decimals: int | None = None
    counts: tuple[int, int] | None = None
    valid_days: int | None = None
    required_days: int | None = None
    minus: Fraction = Fraction(0)
    plus: Fraction = Fraction(0)
    variants: tuple[tuple[Text, Fraction], ...] = ()
    reason: Text | None = None
    caveats: tuple[Sayable, ...] = ()

    @property
    def usable(self) -> bool:
        """Whether there is a figure from enough days."""
        return self.value is not None and not self.reason


@dataclass(frozen=True)
class Alternative:
    """The verdict under another reading of the rules or the wording."""

    reading: Text
    figure: float
    verdict: str


@dataclass(frozen=True)
class Verdict:
    """What can be said about one goal.

    ``figure`` is rounded as the reading says, ``exact`` is not. ``margin`` [unit of the goal] is
    positive on the good side; ``margin_days`` is the same in whole days for shares of days.
    ``alternatives`` holds only readings whose verdict differs. ``probability`` is given for a
    running year and for an estimate.
    """

    goal: Goal
    verdict: str
    figure: float | None = None
    exact: float | None = None
    margin: float | None = None
    margin_days: int | None = None
    reading: Text | None = None
    alternatives: tuple[Alternative, ...] = ()
    probability: float | None = None
    source: str = ""
    valid_days: int | None = None
    reason: Text | None = None
    caveats: tuple[Sayable, ...] = field(default=())

    @property
    def told(self) -> tuple[Text, ...]:
        """What other readings give."""
        return tuple(
            Text(
                "{reading}: {figure} → {verdict}",
                reading=other.reading,
                figure=MISSING if other.figure is None else f"{other.figure:g}",
                verdict=VERDICTS[other.verdict],
            )
            for other in self.alternatives
        )

    @property
    def settled(self) -> bool:
        """Whether arithmetic alone has decided the goal, so that there are no odds to give."""
        return self.verdict in {SAFE, LOST}


def meets(goal: Goal, figure: Fraction) -> bool:
    """Whether a figure reaches a goal's target, the figure taken as it stands.

    以上, 以下, 以内 and 前N名 include the number, 低于 and 超过 do not. A range such as "up 5 to 10
    places" is reached from its first number on.

    Examples
    --------
    >>> from airrank.goals.plan import load_plan
    >>> pm25, = load_plan().select(["pm25_2025"])
    >>> meets(pm25, Fraction(36)), meets(pm25, Fraction("35.9"))
    (False, True)
    """
    if goal.comparison == "done":
        return figure == 1
    return bool(COMPARE[goal.comparison](figure, Fraction(goal.values[0])))


def rounded(figure: Fraction, decimals: int | None) -> Fraction:
    """Round half to even (GB/T 8170), exactly; None leaves the figure as it is."""
    return figure if decimals is None else Fraction(round(figure, decimals))


def reading_decimals(goal: Goal, figure: Value) -> int | None:
    """Give the decimals of the reading used: the plan's own, else those published."""
    return figure.decimals if goal.decimals is None else goal.decimals


def judge(goal: Goal, figure: Value) -> Verdict:
    """Hold a finished year's figure against a goal.

    The figure is rounded as the plan's authors saw it published, then compared. Other readings
    (unrounded, today's decimals, dust, order of rounding, edition) are tried too and named where
    their verdict differs.
    """
    decimals = reading_decimals(goal, figure)
    if figure.value is None or not figure.usable:
        shown = None if figure.value is None else float(rounded(figure.value, decimals))
        return Verdict(
            goal,
            INSUFFICIENT,
            figure=shown,
            source=figure.source if figure.value is not None else "",
            valid_days=figure.valid_days,
            reason=figure.reason or Text("no figure"),
            caveats=figure.caveats,
        )
    value = rounded(figure.value, decimals)
    verdict, reason = _verdict(goal, figure, decimals)
    return Verdict(
        goal,
        verdict,
        figure=float(value),
        exact=float(figure.value),
        margin=_margin(goal, value),
        margin_days=_margin_days(goal, figure, decimals),
        reading=Text("published rank") if goal.indicator == "rank" else _reading(decimals),
        alternatives=_alternatives(goal, figure, decimals, verdict),
        source=figure.source,
        valid_days=figure.valid_days,
        reason=reason,
        caveats=figure.caveats,
    )


def _verdict(goal: Goal, figure: Value, decimals: int | None) -> tuple[str, Text | None]:
    """Give the verdict if all of the figure's span has the same, else say that it has not."""
    assert figure.value is not None
    low, high = figure.value - figure.minus, figure.value + figure.plus
    ends = {meets(goal, rounded(end, decimals)) for end in (low, high)}
    if len(ends) > 1:
        return INSUFFICIENT, Text(
            "the figure lies between {low:g} and {high:g}, on both sides of the target",
            low=float(low),
            high=float(high),
        )
    return (MET if ends.pop() else NOT_MET), None


def _margin(goal: Goal, value: Fraction) -> float | None:
    if goal.comparison == "done":
        return None
    target = Fraction(goal.values[0])
    return float(target - value if goal.comparison in {"lt", "le"} else value - target)


def _margin_days(goal: Goal, figure: Value, decimals: int | None) -> int | None:
    if figure.counts is None:
        return None
    count, of = figure.counts
    bound = count_bound(goal, of, decimals)
    if bound is None:
        return None
    return bound - count if goal.comparison in {"lt", "le"} else count - bound


def count_bound(goal: Goal, of: int, decimals: int | None) -> int | None:
    """Give the fewest days that reach a share, or the most that stay within it.

    Parameters
    ----------
    goal : Goal
        A target for a share of days [%].
    of : int
        Days with an AQI in the whole year.
    decimals : int, optional
        Decimals to which the share is rounded before it is compared; None compares exactly.

    Returns
    -------
    int or None
        None if no count from 0 to `of` does.

    Examples
    --------
    >>> from airrank.goals.plan import load_plan
    >>> good, heavy = load_plan().select(["good_days_2025", "heavy_days_2025"])
    >>> count_bound(good, 365, 1), count_bound(good, 365, None), count_bound(heavy, 365, 1)
    (301, 302, 1)
    """
    good = [n for n in range(of + 1) if meets(goal, rounded(Fraction(100 * n, of), decimals))]
    if not good:
        return None
    return good[-1] if goal.comparison in {"lt", "le"} else good[0]


def _reading(decimals: int | None) -> Text:
    if decimals is None:
        return Text("as it stands")
    if decimals == 0:
        return Text("rounded to an integer")
    return counted("rounded to {n} decimal", "rounded to {n} decimals", decimals)


def _alternatives(
    goal: Goal, figure: Value, decimals: int | None, verdict: str
) -> tuple[Alternative, ...]:
    """Give the readings under which the verdict differs."""
    assert figure.value is not None
    exact = Text("not rounded")
    if figure.counts is not None:
        exact = Text("counted in days, share not rounded")
    tried: list[tuple[Text, Fraction]] = [(exact, figure.value)]
    if figure.decimals is not None:
        name = _reading(figure.decimals)
        published = Text("{reading}, as published for the year", reading=name)
        tried.append((published, rounded(figure.value, figure.decimals)))
    tried += [(name, rounded(value, decimals)) for name, value in figure.variants]
    result = []
    for reading, value in tried:
        other = MET if meets(goal, value) else NOT_MET
        if verdict not in {other, INSUFFICIENT}:
            result.append(Alternative(reading, float(value), other))
    return tuple(result)
