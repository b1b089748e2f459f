"""A section of a briefing: data that every format reads, and knows nothing of any format."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from airrank.plots import style
from airrank.report.table import Fact, Table
from airrank.words import Lang, language

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from airrank.goals.odds import Curve

Drawer = Callable[[], "tuple[Figure, pd.DataFrame]"]
PAGE, DECK, WORKBOOK, SLIDES = "page", "deck", "workbook", "slides"
EVERYWHERE = frozenset({PAGE, DECK, WORKBOOK, SLIDES})
FIGURES = frozenset({PAGE, SLIDES})
"""Formats of sections that are a figure without a native chart."""


class Picture:
    """A figure that is drawn once in each language, for all formats that show it.

    Parameters
    ----------
    make : callable
        Draws the figure and gives the table behind it.
    """

    def __init__(self, make: Drawer) -> None:
        self._make = make
        self._drawn: dict[Lang, tuple[Figure, pd.DataFrame]] = {}
        self._png: dict[Lang, bytes] = {}

    def __call__(self) -> tuple[Figure, pd.DataFrame]:
        """Give the figure and its table."""
        lang = language()
        if lang not in self._drawn:
            self._drawn[lang] = self._make()
        return self._drawn[lang]

    @property
    def shape(self) -> float:
        """Height to width."""
        wide, high = self()[0].get_size_inches()
        return float(high / wide)

    @property
    def said(self) -> str:
        """The title, on one line."""
        return self()[0].axes[0].get_title(loc="left").replace("\n", " ")

    def png(self) -> bytes:
        """Give the figure as a file."""
        lang = language()
        if lang not in self._png:
            self._png[lang] = style.as_file(self()[0], "png")
        return self._png[lang]


@dataclass(frozen=True)
class Section:
    """A part of a briefing.

    Attributes
    ----------
    id : str
        Names it in addresses and tests.
    title : Text
    shown_in : frozenset of str
        Formats that show it.
    said : tuple of Text
        Sentences, the main thing first.
    facts : tuple of Fact
        Numbers to see first.
    table : Table, optional
    figures : dict
        Pictures by the figure's name.
    curves : dict
        Odds of each goal by the remaining mean, for a slider.
    """

    id: str
    title: Any
    shown_in: frozenset[str] = EVERYWHERE
    said: tuple[Any, ...] = ()
    facts: tuple[Fact, ...] = ()
    table: Table | None = None
    figures: Mapping[str, Picture] = field(default_factory=dict)
    curves: Mapping[int, Curve] = field(default_factory=dict)
