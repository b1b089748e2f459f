"""Numbers that people read: each knows its value and how a language writes it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import isnan
from typing import TYPE_CHECKING, Any

import pandas as pd

from airrank.words import Text, language, said

if TYPE_CHECKING:
    from airrank.words import Lang

MISSING = "–"


def shown(value: Any) -> str:
    """Put a value into the reader's words.

    Examples
    --------
    >>> shown(Number(5.866, 2)), shown("as it is")
    ('5.87', 'as it is')
    """
    return str(said(value, language()))


@dataclass(frozen=True)
class Number:
    """A number with so many decimals, a dash if it is missing; zero has no sign.

    ``plain`` is what a spreadsheet's cell holds, and ``shape`` the format it is shown in.

    Examples
    --------
    >>> [Number(v, 2).in_words("en") for v in (5.866, -0.001, None)]
    ['5.87', '0.00', '–']
    >>> Number(3, signed=True).in_words("zh")
    '+3'
    """

    value: Any
    decimals: int = 0
    signed: bool = False

    @property
    def plain(self) -> float | None:
        """The value, None if it is missing."""
        return None if self.value is None or pd.isna(self.value) else float(self.value)

    @property
    def shape(self) -> str:
        """Its format in a spreadsheet."""
        digits = "0." + "0" * self.decimals if self.decimals else "0"
        return f"+{digits};-{digits};{digits}" if self.signed else digits

    def in_words(self, lang: Lang) -> str:  # noqa: ARG002  (digits are the same)
        """Give the number as shown."""
        value = self.value
        if value is None or pd.isna(value):
            return MISSING
        shown = f"{value:{'+' if self.signed else ''}.{self.decimals}f}"
        return shown.lstrip("+-") if float(shown) == 0 else shown


@dataclass(frozen=True)
class Percent(Number):
    """A number of per cent.

    Examples
    --------
    >>> Percent(92.3).in_words("en"), Percent(92.3).in_words("zh")
    ('92 %', '92%')
    """

    @property
    def plain(self) -> float | None:
        """The share, as spreadsheets keep it."""
        value = super().plain
        return None if value is None else value / 100

    @property
    def shape(self) -> str:
        """Its format in a spreadsheet."""
        return super().shape + "%"

    def in_words(self, lang: Lang) -> str:
        """Give the number; only English puts a space before the sign."""
        return MISSING if self.plain is None else _percent(super().in_words(lang), lang)


@dataclass(frozen=True)
class Chance:
    """A probability in whole per cent, never certain before the period's end.

    Parameters
    ----------
    value : float
        Between 0 and 1.
    final : bool
        Whether the period is over, so that 0 and 100 % may be said.
    draws : int
        Number of draws it was counted in; 0 if it is not known.

    Examples
    --------
    >>> [Chance(p).in_words("en") for p in (0.0, 0.996, 0.42)]
    ['<1 %', '>99 %', '42 %']
    >>> Chance(1.0, final=True).in_words("zh")
    '100%'
    """

    value: float
    final: bool = False
    draws: int = 0

    shape = '[<0.01]"<1%";[>0.99]">99%";0%'

    @property
    def plain(self) -> float | None:
        """The probability, (k + ½)/(n + 1) for k of n draws."""
        if isnan(self.value):
            return None
        if self.final or not self.draws:
            return self.value
        return (self.value * self.draws + 0.5) / (self.draws + 1)

    def in_words(self, lang: Lang) -> str:
        """Give the probability."""
        if isnan(self.value):
            return MISSING
        if not self.final and self.value < 0.01:
            return _percent("<1", lang)
        if not self.final and self.value > 0.99:
            return _percent(">99", lang)
        return _percent(f"{100 * self.value:.0f}", lang)


@dataclass(frozen=True)
class Place:
    """A rank; ``=`` says that others share it."""

    rank: Any
    tied: Any = 1

    shape = "0"

    @property
    def plain(self) -> float | None:
        """The rank alone."""
        return Number(self.rank).plain

    def in_words(self, lang: Lang) -> str:
        """Give the rank as a table shows it."""
        return Number(self.rank).in_words(lang) + ("=" if self.tied > 1 else "")


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

    def in_words(self, lang: Lang) -> str:
        """Give both; signs need more room between them."""
        low, high = (
            Number(v, self.decimals, self.signed).in_words(lang) for v in (self.low, self.high)
        )
        return f"{low} … {high}" if self.signed else f"{low}–{high}"


@dataclass(frozen=True)
class Listing:
    """Several things in a row, between them what the language puts there."""

    parts: tuple[Any, ...]

    def in_words(self, lang: Lang) -> str:
        """Give them."""
        return Text(", ").in_words(lang).join(str(said(part, lang)) for part in self.parts)


def listing(parts: Iterable[Any]) -> Listing:
    """Give several things as one."""
    return Listing(tuple(parts))


def _percent(digits: str, lang: Lang) -> str:
    return Text("{digits} %", digits=digits).in_words(lang)
