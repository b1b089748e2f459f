"""Cells of tables that know their number: worded where they are shown, kept as numbers in sheets.

Beside them stand :class:`airrank.words.Percent` and :class:`airrank.words.Chance`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from airrank.words import MISSING, Lang, Text, number, worded


@dataclass(frozen=True)
class Number:
    """A number with so many decimals, a dash if it is missing.

    ``below_zero`` says what it means where it is negative.

    Examples
    --------
    >>> Number(5.866, 2).in_words("en"), Number(3, signed=True).in_words("zh")
    ('5.87', '+3')
    >>> Number(-19, below_zero=Text("out of reach")).in_words("en")
    '-19 (out of reach)'
    """

    value: Any
    decimals: int = 0
    signed: bool = False
    below_zero: Text | None = None

    def in_words(self, lang: Lang) -> str:
        """Give the number as shown."""
        shown = number(self.value, self.decimals, signed=self.signed)
        if self.below_zero is None or shown[0] != "-":
            return shown
        return Text("{number} ({meaning})", number=shown, meaning=self.below_zero).in_words(lang)


@dataclass(frozen=True)
class Place:
    """A rank; ``=`` says that others share it, or a word where there is room.

    Examples
    --------
    >>> Place(104, 2).in_words("en"), Place(104, 2, spelt=True).in_words("en"), str(Place(7))
    ('104=', '104 (tied)', '7')
    """

    value: Any
    tied: Any = 1
    spelt: bool = False

    @property
    def shared(self) -> bool:
        """Whether there is a rank, and others have it too."""
        return number(self.value) != MISSING and bool(self.tied > 1)

    def in_words(self, lang: Lang) -> str:
        """Give the rank as a table shows it."""
        shown = number(self.value)
        if not self.shared:
            return shown
        return Text("{rank} (tied)", rank=shown).in_words(lang) if self.spelt else f"{shown}="

    def __str__(self) -> str:
        return worded(self)


@dataclass(frozen=True)
class Interval:
    """Two bounds.

    Examples
    --------
    >>> Interval(99.0, 106.0).in_words("en"), Interval(-0.1, 0.2, 2, signed=True).in_words("zh")
    ('99–106', '-0.10 … +0.20')
    """

    low: Any
    high: Any
    decimals: int = 0
    signed: bool = False

    def in_words(self, lang: Lang) -> str:  # noqa: ARG002  as all that can be said
        """Give both; signs need more room between them."""
        low, high = (number(v, self.decimals, signed=self.signed) for v in (self.low, self.high))
        return f"{low} … {high}" if self.signed else f"{low}–{high}"


def adding_up(parts: Sequence[float], total: float, decimals: int = 0) -> list[float]:
    """Round parts so that they add up to a rounded total (largest remainders, Hamilton).

    Parameters
    ----------
    parts : sequence of float
        Their sum differs from ``total`` by its rounding alone, or by a unit or two of it.
    total : float
        As it is shown.
    decimals : int

    Examples
    --------
    >>> adding_up([1.4, 1.4, 1.4], 4), adding_up([-0.304, -0.152, 0.033], -0.42, 2)
    ([2, 1, 1], [-0.3, -0.15, 0.03])
    """
    units = [part * 10**decimals for part in parts]
    shown = [round(unit) for unit in units]
    missing = round(total * 10**decimals) - sum(shown)
    step = 1 if missing > 0 else -1
    for _ in range(abs(missing)):
        left = [step * (unit - part) for unit, part in zip(units, shown, strict=True)]
        shown[left.index(max(left))] += step
    return [unit / 10**decimals if decimals else unit for unit in shown]
