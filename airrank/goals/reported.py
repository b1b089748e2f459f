"""Figures that people report: actual figures by goal, figures by city and year, the template."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path
from typing import NoReturn, TypeVar

from airrank.arguments import as_path
from airrank.errors import InputError
from airrank.goals.plan import COMPUTED, RATIOS, Goal, Plan
from airrank.goals.template import HEADINGS
from airrank.goals.values import RATIO_DECIMALS, too_few
from airrank.goals.verdicts import Value
from airrank.periods import parse_day
from airrank.rules.evaluation import YEAR_DAYS_REQUIRED
from airrank.rules.standards import POLLUTANTS
from airrank.tables.cells import TRUTH
from airrank.tables.records import Record, read_list
from airrank.words import LANGS, Listed, Name, Text, said

_HEADINGS = {name.upper().replace("_", ""): name for name in HEADINGS} | {
    str(said(heading, lang)).upper().replace(" ", ""): name
    for name, heading in HEADINGS.items()
    for lang in LANGS
} | {
    "CITY": "city", "城市": "city", "县区": "city", "YEAR": "year", "年": "year", "年份": "year",
    "年度": "year", "INDICATOR": "indicator", "指标": "indicator", "目标": "goal",
    "目标编号": "goal", "数值": "value", "实际值": "value", "完成情况": "value",
    "有效天数": "valid_days", "不确定度": "uncertainty", "说明": "caveat", "备注": "caveat",
}  # fmt: skip
_EXPECTED = Text(
    "the columns value and goal, or value, city, year and indicator (`airrank assess --template` "
    "writes such a table)"
)
LONGEST_NUMBER = 24
"""Characters of a figure."""
_COUNTS = dict(zip(("good_days", "heavy_days"), RATIOS, strict=True))
_Key = TypeVar("_Key")


@dataclass(frozen=True)
class Reported:
    """Figures read from files, by goal id and by (city, year, indicator)."""

    by_goal: dict[str, Value] = field(default_factory=dict)
    by_indicator: dict[tuple[str, int, str], Value] = field(default_factory=dict)

    def find(self, goal: Goal, names: Iterable[str], year: int) -> Value | None:
        """Give the figure for a goal: its own, else that of its place or the city and year.

        ``names`` are the city's, in all spellings.
        """
        keys = [(name, year, goal.indicator) for name in ([goal.place] if goal.place else names)]
        told = [self.by_goal.get(goal.id), *map(self.by_indicator.get, keys)]
        return next((figure for figure in told if figure is not None), None)


def read_reported(
    path: str | Path, goals: tuple[Goal, ...] = (), *, plan: Plan | None = None
) -> Reported:
    """Read figures from a table (CSV, Excel).

    Each row gives a ``value`` either for a ``goal`` (its id) or for a ``city``, ``year`` and
    ``indicator`` (``pm25``, ``rank``, ``good_day_ratio``, ``heavy_days`` …). Optional columns:
    ``valid_days``, ``uncertainty`` (the true figure may lie this far below or above), ``caveat``
    and, for goals due before the year's end, ``day``: the day the figure is of. Rows without a
    value are skipped.

    Parameters
    ----------
    path : str or Path
    goals : tuple of Goal
        Goals whose ids may occur beside those of the plan.
    plan : Plan, optional
        The plan whose goals the ids name.

    Raises
    ------
    InputError
        Names the file, the row and the column that cannot be used.
    """
    path = as_path("actuals", path)
    known = {goal.id: goal for goal in (*(plan.goals if plan else ()), *goals)}
    result = Reported()
    for record in read_list(path, _HEADINGS, _enough, _EXPECTED).rows:
        row = _Row(path, record)
        if not row.cell("value"):
            continue
        if row.cell("goal"):
            name = row.cell("goal")
            if name not in known:
                row.refuse("goal", Text("one of {known}", known=Listed(known)))
            goal = known[name]
            row.add(result.by_goal, name, row.in_time(row.figure(goal.indicator, goal), goal))
        else:
            indicator = row.cell("indicator")
            key = (row.cell("city"), row.whole("year"), _COUNTS.get(indicator, indicator))
            if not key[0] or key[2] not in COMPUTED:
                row.refuse(
                    "indicator",
                    Text(
                        "one of {indicators}, and a city", indicators=Listed((*COMPUTED, *_COUNTS))
                    ),
                )
            row.add(result.by_indicator, key, row.figure(indicator, None))
    return result


def _enough(columns: frozenset[str]) -> bool:
    return "value" in columns and ("goal" in columns or {"city", "year", "indicator"} <= columns)


class _Row:
    """One row of a file of figures."""

    def __init__(self, path: Path, record: Record) -> None:
        self.path, self.number, self.record = path, record.place.row, record

    def cell(self, column: str) -> str:
        return self.record.text(column)

    def refuse(self, column: str, expected: Text) -> NoReturn:
        raise InputError(
            "{path}, row {number}, column {column!r}: expected {expected}, found {cell!r}",
            path=self.path,
            number=self.number,
            column=column,
            expected=expected,
            cell=self.cell(column),
        )

    def add(self, table: dict[_Key, Value], key: _Key, figure: Value) -> None:
        if key in table:
            raise InputError(
                "{path}, row {number}: a second figure for {key}; keep one",
                path=self.path,
                number=self.number,
                key=key,
            )
        table[key] = figure

    def number_in(self, column: str, text: str) -> Fraction:
        plain = len(text) <= LONGEST_NUMBER and not set("eE_") & set(text)  # 1e999999999: no end
        try:
            return Fraction(text.removesuffix("%").strip() if plain else "")
        except (ValueError, ZeroDivisionError):
            self.refuse(column, Text("a number"))

    def whole(self, column: str) -> int:
        text = self.cell(column)
        if not text.isdecimal() or len(text) > LONGEST_NUMBER:
            self.refuse(column, Text("a whole number"))
        return int(text)

    def figure(self, indicator: str, goal: Goal | None) -> Value:
        """Read the value with what the row says about it."""
        text, counts, valid = self.cell("value"), None, None
        if self.cell("valid_days"):
            valid = self.whole("valid_days")
        if indicator == "grade_2" or (goal is not None and goal.comparison == "done"):
            if text.lower() not in TRUTH:
                self.refuse("value", Text("yes or no (是 or 否)"))
            value = Fraction(TRUTH[text.lower()])
        elif indicator in _COUNTS:
            counts = (self.whole("value"), valid or 0)
            if counts[1] < max(counts[0], 1):
                self.refuse(
                    "valid_days", Text("the days with an AQI, not fewer than those counted")
                )
            value = Fraction(100 * counts[0], counts[1])
        elif indicator in RATIOS and "/" in text:
            counts, value = self._share(text)
            valid = counts[1] if valid is None else valid
        else:
            value = self.number_in("value", text)
            if indicator in RATIOS and not 0 <= value <= 100:
                self.refuse("value", Text("a share such as 82.5 or 302/365"))
            if value < 0 and indicator in {"rank", *POLLUTANTS}:
                self.refuse("value", Text("a number not below zero"))
        spread = self.number_in("uncertainty", self.cell("uncertainty") or "0")
        if spread < 0:
            self.refuse("uncertainty", Text("how far the figure may be off, not below zero"))
        return Value(
            value,
            "reported",
            decimals=_decimals(indicator, text, counts),
            counts=counts,
            valid_days=valid,
            required_days=None if valid is None else YEAR_DAYS_REQUIRED,
            minus=spread,
            plus=spread,
            reason=None if valid is None else too_few(valid, YEAR_DAYS_REQUIRED),
            caveats=(Name(own, own),) if (own := self.cell("caveat")) else (),
        )

    def in_time(self, figure: Value, goal: Goal) -> Value:
        """Hold the day a figure is of against a deadline before the year's end."""
        if not goal.early:
            return figure
        if not self.cell("day"):
            told = Text(
                "{goal}: due by {day}; the figure gives no day", goal=goal.id, day=goal.deadline
            )
            return replace(figure, caveats=(*figure.caveats, told))
        try:
            day = parse_day(self.cell("day"))
        except InputError:
            self.refuse("day", Text("a day such as 2025-09-30"))
        if day <= goal.deadline:
            return figure
        late = Text(
            "the figure is of {day}, after the deadline {deadline}", day=day, deadline=goal.deadline
        )
        return replace(figure, reason=late)

    def _share(self, text: str) -> tuple[tuple[int, int], Fraction]:
        part, _, whole = text.partition("/")
        counted = part.strip().isdecimal() and whole.strip().isdecimal()
        if not counted or len(text) > LONGEST_NUMBER or int(whole) < max(int(part), 1):
            self.refuse("value", Text("a share such as 82.5 or 302/365"))
        return (int(part), int(whole)), Fraction(100 * int(part), int(whole))


def _decimals(indicator: str, text: str, counts: tuple[int, int] | None) -> int | None:
    """Decimals of a reported figure: the published one for counted shares, else its own."""
    if counts is not None:
        return RATIO_DECIMALS
    if indicator in POLLUTANTS:
        return len(text.partition(".")[2])
    return None
