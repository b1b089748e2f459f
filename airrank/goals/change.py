"""Why odds changed: the parts of new days, revised days, time and settings in each change."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from airrank.amounts import Number, adding_up
from airrank.cities import City
from airrank.forecasting.chance import chance
from airrank.forecasting.files import Week
from airrank.forecasting.result import Forecast
from airrank.goals.attribution import Odds, noise_of, parts_of
from airrank.goals.chances import Chances
from airrank.goals.counterfactuals import Counterfactuals
from airrank.goals.plan import Goal
from airrank.periods import Period
from airrank.words import Chance, Listed, Text, worded

CAUSES: Mapping[str, Text] = {
    "own_days": Text("the city's own new days"),
    "other_days": Text("the other cities' new days"),
    "time": Text("time gone by"),
    "own_revisions": Text("revised days of the city"),
    "other_revisions": Text("revised days of other cities"),
    "settings": Text("model or settings"),
}
WITHIN_CHANCE = 2.0
"""Standard errors of the simulation up to which a part may be chance."""


@dataclass(frozen=True)
class GoalChange:
    """The change of one goal's odds.

    Attributes
    ----------
    goal : int or Goal
        A rank to reach, or a plan's goal for the air.
    then, now : float
        Probabilities.
    parts : dict
        By name of :data:`CAUSES`; they add up to ``now - then``.
    noise : dict
        Standard error of each part that the number of draws leaves.
    """

    goal: int | Goal
    then: float
    now: float
    parts: Mapping[str, float]
    noise: Mapping[str, float]

    @classmethod
    def of(
        cls, goal: int | Goal, odds: Mapping[str, Odds], settled: Collection[str] = ()
    ) -> GoalChange:
        """Split the change between the worlds of :data:`airrank.goals.attribution.WORLDS`.

        In some of them, ``settled``, nothing is left to forecast.
        """
        told = {
            world: values
            if isinstance(values, float)
            else float(chance(values, final=world in settled))
            for world, values in odds.items()
        }
        return cls(goal, told["then"], told["now"], parts_of(told), noise_of(odds))

    @property
    def name(self) -> Text:
        """What is to be reached."""
        if isinstance(self.goal, int):
            return Text("top {goal}", goal=self.goal)
        return Text("{goal} {target}", goal=self.goal.title, target=self.goal.target)

    @property
    def key(self) -> str:
        """Name of the goal in tables and files."""
        return f"rank_le_{self.goal}" if isinstance(self.goal, int) else self.goal.id

    @property
    def points(self) -> dict[str, int]:
        """Parts in whole points [%]: they add up to the difference of the odds as shown."""
        shown = round(100 * self.now) - round(100 * self.then)
        parts = [100 * part for part in self.parts.values()]
        return dict(zip(self.parts, map(int, adding_up(parts, shown)), strict=True))

    def shown(self, cause: str) -> Number:
        """Give a part as people read it: whole points with their sign."""
        return Number(self.points[cause], signed=True)

    @property
    def told(self) -> Listed:
        """The parts that are a point or more, the largest first."""
        points = self.points
        order = sorted(self.parts, key=lambda cause: -abs(self.parts[cause]))
        return Listed(
            Text("{cause} {points}", cause=CAUSES[cause], points=self.shown(cause))
            for cause in order
            if points[cause]
        )

    @property
    def chances(self) -> tuple[Chance, Chance]:
        """The odds then and now as people read them: certain is only the end of a period."""
        return Chance(self.then), Chance(self.now, final=self.now in {0.0, 1.0})

    def by_chance(self, cause: str) -> bool:
        """Whether a part is so small that other random numbers might turn its sign."""
        part = self.parts[cause]
        return bool(part) and abs(part) <= WITHIN_CHANCE * self.noise[cause]

    @property
    def largest(self) -> str | None:
        """The cause of the largest part that goes the way of the change; None where all is chance.

        Parts against it may be larger: they do not explain it.
        """
        way = 1 if self.now >= self.then else -1
        told = [
            cause
            for cause, part in self.parts.items()
            if way * part > 0 and not self.by_chance(cause)
        ]
        return max(told, key=lambda cause: abs(self.parts[cause]), default=None)


@dataclass(frozen=True)
class OddsChange:
    """The change of a city's odds since an earlier forecast.

    Attributes
    ----------
    city : City
    period : Period
    since, as_of : date
        Days of the earlier forecast and of this one.
    goals : tuple of GoalChange
    changed_settings : tuple of str
        Settings that differ; ``version`` where airrank or a library does.
    """

    city: City
    period: Period
    since: date
    as_of: date
    goals: tuple[GoalChange, ...]
    changed_settings: tuple[str, ...] = ()

    def to_frame(self) -> pd.DataFrame:
        """Give one row per goal: ``then``, ``now``, the parts and the ``noise_`` of each."""
        rows = [
            {"then": one.then, "now": one.now, **one.parts}
            | {f"noise_{cause}": error for cause, error in one.noise.items()}
            for one in self.goals
        ]
        return pd.DataFrame(rows, index=pd.Index([one.key for one in self.goals], name="goal"))

    def as_dict(self) -> dict[str, Any]:
        """Give it as JSON content."""
        return {
            "period": str(self.period),
            "since": str(self.since),
            "as_of": str(self.as_of),
            "changed_settings": list(self.changed_settings),
            "goals": [
                {
                    "goal": one.key,
                    "then": one.then,
                    "now": one.now,
                    "parts": dict(one.parts),
                    "noise": dict(one.noise),
                    "points": one.points,
                    "largest": one.largest,
                }
                for one in self.goals
            ],
        }

    def __repr__(self) -> str:
        head = Text(
            "{city}: why the odds for {period} changed from {since} to {as_of}",
            city=self.city,
            period=self.period,
            since=self.since,
            as_of=self.as_of,
        )
        return "\n".join(map(worded, [head, *map(change_text, self.goals)]))


def change_text(change: GoalChange) -> Text:
    """Say a goal's odds then and now, and the parts in whole points, the largest first."""
    then, now = change.chances
    return Text(
        "{goal}: {then} → {now} ({parts})",
        goal=change.name,
        then=then,
        now=now,
        parts=change.told,
    )


def odds_change(worlds: Counterfactuals, city: City, goals: Sequence[int | Goal]) -> OddsChange:
    """Split the change of a city's odds into its causes.

    Parameters
    ----------
    worlds : Counterfactuals
        May serve several cities: what is common to them is made once.
    city : City
    goals : sequence of int or Goal
        Ranks, and a plan's computed goals. These are left out where the earlier forecast kept no
        draws and was made with other settings: its odds of them are not known.

    Raises
    ------
    InputError, InsufficientDataError
        If a forecast between the two cannot be made.
    """
    said = worlds.earlier.said
    stored = said if isinstance(said, Week) else None
    if stored is not None and worlds.changed_settings:
        goals = [goal for goal in goals if isinstance(goal, int)]
    odds: dict[str, list[Odds]] = {}
    before, reached, settled = None, list[Odds](), set[str]()
    for name, made in worlds.worlds(city.name):
        if made.final:
            settled.add(name)
        if made is not before:
            before, reached = made, _reached(made, city.name, goals)
        odds[name] = reached
    if stored is not None:
        odds["then"] = [
            stored.probability(city.name, goal) if isinstance(goal, int) else kept
            for goal, kept in zip(goals, odds["settings"], strict=True)
        ]
    return OddsChange(
        city,
        worlds.now.period,
        worlds.earlier.as_of,
        worlds.now.as_of,
        tuple(
            GoalChange.of(goal, {name: found[k] for name, found in odds.items()}, settled)
            for k, goal in enumerate(goals)
        ),
        worlds.changed_settings,
    )


def _reached(made: Forecast, city: str, goals: Sequence[int | Goal]) -> list[Odds]:
    """Say in which draws each goal is reached."""
    chances, ranks = Chances(made.history, made, city), made.rank_draws[:, made.cities.index(city)]
    return [ranks <= goal if isinstance(goal, int) else chances.reached(goal) for goal in goals]
