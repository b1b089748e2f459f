"""What a table of a briefing is: cells that know their values, under headings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

from airrank.words import MISSING, Sayable, Text, worded


@dataclass(frozen=True)
class Table:
    """Headings and rows of cells; a bare table has no headings, its rows are names and values.

    A cell is a text or a value of :mod:`airrank.amounts`: it is worded where it is shown.
    ``left`` says which columns hold text, ``marked`` which row is our city's.
    """

    title: Text
    headings: tuple[Sayable | str, ...]
    rows: tuple[tuple[Any, ...], ...]
    left: tuple[int, ...] = (0,)
    notes: tuple[Text, ...] = ()
    marked: int | None = None

    @property
    def head(self) -> tuple[str, ...]:
        """The headings in the reader's words."""
        return tuple(map(worded, self.headings))

    def without_empty(self) -> Self:
        """Leave out the columns that say nothing in any row."""
        if not self.rows:
            return self
        kept = [
            place
            for place, cells in enumerate(zip(*self.rows, strict=True))
            if any(worded(cell) not in {"", MISSING} for cell in cells)
        ]
        return replace(
            self,
            headings=tuple(self.headings[place] for place in kept),
            rows=tuple(tuple(row[place] for place in kept) for row in self.rows),
            left=tuple(kept.index(place) for place in self.left if place in kept),
        )

    @property
    def cells(self) -> list[tuple[str, ...]]:
        """The rows in the reader's words."""
        return [tuple(map(worded, row)) for row in self.rows]


@dataclass(frozen=True)
class Fact:
    """A number to see first: its name, its value and a remark; of odds also the chance itself."""

    name: Text
    value: Any
    note: Text | str = ""
    chance: float | None = None


def facts_table(title: Text, facts: Sequence[Fact]) -> Table:
    """Give facts as a table of names, values and remarks, the remarks only where there are any."""
    rows = [(fact.name, fact.value, fact.note) for fact in facts]
    width = 3 if any(fact.note for fact in facts) else 2
    return Table(title, (), tuple(row[:width] for row in rows), left=(0, 2))
