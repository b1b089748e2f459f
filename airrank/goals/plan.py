"""Plans as data: the quantified targets of a document, read from TOML and checked on load."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from airrank import terms
from airrank.cities import City
from airrank.errors import InputError
from airrank.goals.planfile import LONGEST_NAME, Table
from airrank.ingest.limits import FIRST_YEAR, LAST_YEAR, parse_toml, read_text
from airrank.periods import Period
from airrank.rules.standards import POLLUTANTS, shipped_tables, table_path
from airrank.tables.headings import normal, unit_of
from airrank.words import Listed, Name, Text

COMPARISONS = ("lt", "le", "ge", "gt", "range", "done")
"""How a figure is held against a value; ``done`` asks yes or no."""
STRENGTHS = ("duty", "aspiration")
ASSESSED = ("computed", "reported", "qualitative")
BY_PLACE = ("grade_2", "places_gained")
"""Indicators of a county or district, the goal's ``place``."""
RATIOS = ("good_day_ratio", "heavy_day_ratio")
"""Indicators that are shares of days."""
COMPUTED = ("rank", *RATIOS, *BY_PLACE, *POLLUTANTS)
"""Indicators that observations decide."""
_UNIT_OF = {
    **dict.fromkeys(RATIOS, "%"),
    "places_gained": "places",
    **{pollutant: unit.message for pollutant, unit in terms.UNITS.items()},
}


UNITS = {
    "µg/m³": Text("µg/m³"),
    "mg/m³": Text("mg/m³"),
    "10 000 t": Text("× 10 000 t"),
    "10 MW": Text("× 10 MW"),
    "mu": Text("mu"),
    "10 000 mu": Text("× 10 000 mu"),
    "points": Text("points"),
    "stations": Text("stations"),
    "teams": Text("teams"),
    "parks": Text("parks"),
    "a year": Text("a year"),
}
"""Units of plans, as readers know them; others stand as they are."""


_IN_A_SENTENCE = {
    "lt": Text("{goal} below {bound}"),
    "le": Text("{goal} at most {bound}"),
    "ge": Text("{goal} at least {bound}"),
    "gt": Text("{goal} above {bound}"),
}


@dataclass(frozen=True)
class Goal:
    """One quantified target.

    Attributes
    ----------
    id : str
        Name by which ``--require`` and actual figures call it.
    title_zh, title_en : str
        Short titles of ours.
    indicator : str
        What is measured; for computed goals one of ``COMPUTED``.
    comparison : str
        One of ``COMPARISONS``. By legal usage 以上, 以下 and 以内 include the number (``ge``,
        ``le``), 低于 and 超过 do not (``lt``, ``gt``). A ``range`` is met from its first number on;
        its second is no ceiling.
    values : tuple of Decimal
        The target [unit]; two numbers for ``range``, none for ``done``.
    since, year : int
        First and last year in which it is due; the same for most.
    deadline : date
        Last day for reaching it, within ``year``.
    strength : str
        ``duty`` or ``aspiration`` (力争).
    assessed : str
        ``computed`` from observations, ``reported`` as a number, or ``qualitative``: yes or no.
    section : str
        Where in the document it stands.
    unit : str
    lead : tuple of str
        Who answers for it.
    place : str
        The county or district it is about, where it is not the plan's city.
    baseline : int, optional
        The year it compares with.
    decimals : int, optional
        Decimals with which the plan's authors saw the figure published.
    any_of : str
        Goals that share this name are alternatives: one met is enough.
    quote : str
        The few words of the document that state it.
    year_stated : bool
        Whether the document names the year; else the plan's last year is assumed.
    note : str
        How the wording was read.
    one_reading : bool
        Whether only one of two readings of the text makes it a goal; it is shown, not counted.
    due_later : int, optional
        The year in which it is really due, where an earlier year is held against it.
    """

    id: str
    title_zh: str
    title_en: str
    indicator: str
    comparison: str
    values: tuple[Decimal, ...]
    since: int
    year: int
    deadline: date
    strength: str
    assessed: str
    section: str = ""
    unit: str = ""
    lead: tuple[str, ...] = ()
    place: str = ""
    baseline: int | None = None
    decimals: int | None = None
    any_of: str = ""
    quote: str = ""
    year_stated: bool = True
    note: str = ""
    one_reading: bool = False
    due_later: int | None = None

    @property
    def duty(self) -> bool:
        """Whether it must be met, and not only striven for."""
        return self.strength == "duty"

    @property
    def counts(self) -> bool:
        """Whether it decides the exit status: a duty due, by every reading of the text."""
        return self.duty and not self.one_reading and self.due_later is None

    @property
    def early(self) -> bool:
        """Whether it is due before the year's end."""
        return self.deadline < date(self.year, 12, 31)

    def due(self, year: int) -> bool:
        """Whether it is to be judged for a year."""
        return self.since <= year <= self.year

    def in_year(self, year: int) -> Goal:
        """Give the same target as if it were due in another year."""
        note = f"{self.note} Judged as if due in {year}.".strip()
        return replace(self, since=year, year=year, deadline=Period.of_year(year).end, note=note)

    def ahead(self, year: int) -> Goal:
        """Give the same target for an earlier year: where the city stands on the way to it."""
        return replace(self.in_year(year), due_later=self.year)

    @property
    def title(self) -> Name:
        """What it is called."""
        return Name(self.title_zh, self.title_en)

    @property
    def target(self) -> Text | Name:
        """The target in signs: ``< 36 µg/m³``, ``≥ 82.5 %``, ``5–10 places``."""
        if self.comparison == "done":
            return Name("✓", "✓")
        signs = {"lt": "< ", "le": "≤ ", "ge": "≥ ", "gt": "> "}
        return self._bound(signs.get(self.comparison, ""))

    @property
    def in_a_sentence(self) -> Text:
        """What it is called and its target, in words: good days at least 82.5 %."""
        text = _IN_A_SENTENCE.get(self.comparison, Text("{goal} ({bound})"))
        bound = self._bound() if self.comparison in _IN_A_SENTENCE else self.target
        return text.with_values(goal=self.title, bound=bound)

    def _bound(self, sign: str = "") -> Text | Name:
        bound = f"{sign}{'–'.join(map(str, self.values))}"
        if self.unit == "%":
            return Text("{bound} %", bound=bound)
        if self.unit == "places":
            return Text("{bound} places", bound=bound)
        if self.unit in UNITS:
            return Text("{bound} {unit}", bound=bound, unit=UNITS[self.unit])
        return Name(*[f"{bound} {self.unit}".strip()] * 2)


@dataclass(frozen=True)
class LeftOut:
    """A number of the document that is no target, and why; by its words or a pattern."""

    reason: str
    quote: str = ""
    pattern: str = ""


@dataclass(frozen=True)
class Plan:
    """The targets of one document for one city."""

    name: str
    title_zh: str
    title_en: str
    document: str
    city: str
    panel: str
    years: tuple[int, int]
    goals: tuple[Goal, ...]
    left_out: tuple[LeftOut, ...] = ()

    @property
    def title(self) -> Name:
        """What it is called."""
        return Name(self.title_zh, self.title_en)

    def due(self, year: int) -> tuple[Goal, ...]:
        """Give the goals that are to be judged for a year."""
        return tuple(goal for goal in self.goals if goal.due(year))

    def on_the_way(self, year: int) -> tuple[Goal, ...]:
        """Give the city's own computed goals that are due in a later year, as seen from a year."""
        return tuple(
            goal.ahead(year)
            for goal in self.goals
            if goal.since > year >= self.years[0]
            and goal.assessed == "computed"
            and goal.indicator not in BY_PLACE
        )

    def is_not_of(self, city: City, ranks: str) -> InputError:
        """Say that it is another city's plan, and by which option to name ranks instead."""
        return InputError(
            "the plan {plan} is {city}'s, not {unit}'s; give --plan a plan of {unit}, or ranks "
            "with {ranks}",
            plan=self.name,
            city=self.city,
            unit=city.name,
            ranks=ranks,
        )

    def select(self, ids: Iterable[str]) -> tuple[Goal, ...]:
        """Give the goals of some ids, in the order asked for.

        Raises
        ------
        InputError
            If the plan has no goal of an id.
        """
        by_id = {goal.id: goal for goal in self.goals}
        wanted = list(ids)
        unknown = [name for name in wanted if name not in by_id]
        if unknown:
            raise InputError(
                "the plan {name} has no goal {unknown}; it has {by_id}",
                name=self.name,
                unknown=Listed(unknown),
                by_id=Listed(by_id),
            )
        return tuple(by_id[name] for name in wanted)


def rank_goal(rank: int, year: int) -> Goal:
    """Make the goal "rank ≤ N" of a year, for use without a plan's own."""
    return Goal(
        id=f"rank_{rank}",
        title_zh=f"排名进入前{rank}名",
        title_en=f"Rank {rank} or better",
        indicator="rank",
        comparison="le",
        values=(Decimal(rank),),
        since=year,
        year=year,
        deadline=Period.of_year(year).end,
        strength="duty",
        assessed="computed",
    )


def grade_two_goal(year: int, limit: float) -> Goal:
    """Make the goal "annual mean PM2.5 within Grade II", for a city without a plan's own."""
    return Goal(
        id="pm25_grade_2",
        title_zh="PM2.5年均浓度达到二级标准",
        title_en="Annual mean PM2.5 within Grade II",
        indicator="pm25",
        comparison="le",
        values=(Decimal(f"{limit:g}"),),
        since=year,
        year=year,
        deadline=Period.of_year(year).end,
        strength="duty",
        assessed="computed",
        unit="µg/m³",
    )


def load_plan(name: str | Path | None = None) -> Plan:
    """Load a plan that comes with airrank, or a file of the same form.

    Parameters
    ----------
    name : str or Path, optional
        Of a plan that comes with airrank, the first without it; or the path of a ``.toml`` file.

    Raises
    ------
    InputError
        Names the file, the goal's id and the key that cannot be used.

    Examples
    --------
    >>> plan = load_plan()
    >>> [goal.target.in_words("en") for goal in plan.select(["pm25_2025", "rank_2025"])]
    ['< 36 µg/m³', '≤ 100']
    """
    if name is None:
        name = next(iter(shipped_tables("plans")))
    path = table_path("plans", name, Text("plan"))
    return _plan(
        path,
        parse_toml(read_text(path, Text("the plan")), Text("the plan {path}", path=path), Decimal),
    )


def _plan(path: Path, content: dict[str, Any]) -> Plan:
    table = Table(Text("plan {path}", path=path), content)
    years = table.years("years", FIRST_YEAR, LAST_YEAR)
    goals: dict[str, Goal] = {}
    for i, entry in enumerate(table.tables("goal"), 1):
        label = entry.get("id") if isinstance(entry, dict) else None
        goal = _goal(
            Table(Text("plan {path}, goal {label}", path=path, label=_label(label, i)), entry),
            years,
        )
        same = unicodedata.normalize("NFKC", goal.id)  # é and é, １ and 1 look the same
        if same in goals:
            raise InputError(
                "plan {path}: two goals have the id {goal!r}; rename one", path=path, goal=goal.id
            )
        goals[same] = goal
    left_out = tuple(
        _left_out(Table(Text("plan {path}, left_out {i}", path=path, i=i), entry))
        for i, entry in enumerate(table.tables("left_out", optional=True), 1)
    )
    plan = Plan(
        name=path.stem,
        title_zh=table.text("title_zh"),
        title_en=table.text("title_en"),
        document=table.text("document", ""),
        city=table.name("city"),
        panel=table.text("panel", "168"),
        years=years,
        goals=tuple(goals.values()),
        left_out=left_out,
    )
    table.refuse_unknown()
    return plan


def _label(given: object, number: int) -> str | int:
    """Give what an error calls a goal: its id, else its number."""
    return given if isinstance(given, str) and 0 < len(given) <= LONGEST_NAME else number


def _left_out(table: Table) -> LeftOut:
    entry = LeftOut(table.text("reason"), table.text("quote", ""), table.text("pattern", ""))
    if bool(entry.quote) == bool(entry.pattern):
        table.refuse("quote", Text("either a quote or a pattern"))
    table.refuse_unknown()
    return entry


def _goal(table: Table, years: tuple[int, int]) -> Goal:
    comparison = table.choice("comparison", COMPARISONS)
    assessed = table.choice("assessed", ASSESSED)
    year = table.whole("year", *years)
    goal = Goal(
        id=table.name("id"),
        title_zh=table.text("title_zh"),
        title_en=table.text("title_en"),
        section=table.text("section", ""),
        indicator=table.text("indicator"),
        comparison=comparison,
        values=table.numbers("value", {"done": 0, "range": 2}.get(comparison, 1)),
        unit=table.text("unit", ""),
        since=table.whole("since", years[0], year, default=year),
        year=year,
        deadline=table.day("deadline", year),
        strength=table.choice("strength", STRENGTHS),
        lead=table.texts("lead"),
        assessed=assessed,
        place=table.text("place", ""),
        baseline=table.whole("baseline", FIRST_YEAR, year - 1, default=None),
        decimals=table.whole("decimals", 0, 6, default=None),
        any_of=table.text("any_of", ""),
        quote=table.text("quote", ""),
        year_stated=table.truth("year_stated", default=True),
        note=table.text("note", ""),
        one_reading=table.truth("one_reading", default=False),
    )
    _check_sense(table, goal)
    table.refuse_unknown()
    return replace(goal, unit=_unit(table, goal)) if goal.assessed == "computed" else goal


def _check_sense(table: Table, goal: Goal) -> None:
    """Refuse keys that are each possible but do not go together."""
    if goal.assessed == "computed" and goal.indicator not in COMPUTED:
        table.refuse(
            "indicator", Text("one of {computed} for a computed goal", computed=Listed(COMPUTED))
        )
    if goal.assessed == "qualitative" and goal.comparison != "done":
        table.refuse("comparison", Text("done for a qualitative goal"))
    if goal.assessed == "reported" and goal.comparison == "done":
        table.refuse("comparison", Text("a comparison with a value for a reported goal"))
    if goal.assessed == "computed" and goal.indicator in BY_PLACE and not goal.place:
        table.refuse(
            "place",
            Text("the county or district that {indicator} is about", indicator=goal.indicator),
        )
    if goal.assessed == "computed" and (goal.indicator == "grade_2") != (goal.comparison == "done"):
        table.refuse("comparison", Text("done for grade_2, a value for all other computed goals"))
    if goal.indicator == "places_gained" and goal.baseline is None:
        table.refuse("baseline", Text("the year with which the places are compared"))
    if goal.comparison == "range" and goal.values[0] > goal.values[1]:
        table.refuse("value", Text("the smaller number first"))
    if goal.assessed == "computed":
        _check_value(table, goal)


def _check_value(table: Table, goal: Goal) -> None:
    """Refuse values that a computed figure cannot have, and units that it is not in."""
    if goal.indicator == "rank" and not all(v >= 1 and v % 1 == 0 for v in goal.values):
        table.refuse("value", Text("a rank: a whole number from 1 on"))
    if goal.indicator in RATIOS and not all(0 <= v <= 100 for v in goal.values):
        table.refuse("value", Text("a share of days from 0 to 100 [%]"))
    if goal.indicator in POLLUTANTS and not all(v > 0 for v in goal.values):
        table.refuse("value", Text("a concentration above zero"))


def _unit(table: Table, goal: Goal) -> str:
    """Give the unit of a computed figure in our spelling; any other is refused."""
    right = _UNIT_OF.get(goal.indicator, "")
    # Programs that save GBK lose µ and ³.
    written = normal(goal.unit).replace("?g", "ug").replace("m?", "m3")
    if goal.unit and written != right and unit_of(written) != (unit_of(normal(right)) or written):
        told = UNITS.get(right, right)
        table.refuse("unit", Text("{unit}, or no unit", unit=told) if right else Text("no unit"))
    return goal.unit and right
