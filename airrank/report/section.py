"""A section of a briefing: data that every format reads, and knows nothing of any format."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from airrank.plots.style import lay_out
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
        Drawers by the figure's name.
    curves : dict
        Odds of each goal by the remaining mean, for a slider.
    """

    id: str
    title: Any
    shown_in: frozenset[str] = EVERYWHERE
    said: tuple[Any, ...] = ()
    facts: tuple[Fact, ...] = ()
    table: Table | None = None
    figures: Mapping[str, Drawer] = field(default_factory=dict)
    curves: Mapping[int, Curve] = field(default_factory=dict)


def kept(make: Drawer) -> Drawer:
    """Draw and lay out a figure once in each language, for all formats that show it.

    Laying it out anew would move it a little: it is the same whichever format is made first.
    """
    drawn: dict[Lang, tuple[Figure, pd.DataFrame]] = {}

    def once() -> tuple[Figure, pd.DataFrame]:
        lang = language()
        if lang not in drawn:
            figure, _ = drawn[lang] = make()
            lay_out(figure)
        return drawn[lang]

    return once
