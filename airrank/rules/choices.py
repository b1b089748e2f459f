"""Rules: the choices that the national rules leave open, made once for a command or call."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from airrank.errors import InputError, check_choice
from airrank.rules.composite import ROUNDING, ROUNDINGS
from airrank.rules.ranking import TIE_RULES
from airrank.rules.standards import POLLUTANTS, Edition, get_edition, named_weights

DUST_MODES = ("auto", "keep", "deduct", "proxy")
"""How dust days may be dealt with, see :mod:`airrank.dust`."""
DUST = "auto"
"""The mode used where none is named."""
LIST_OR_PROXY = "list_or_proxy"
"""What ``auto`` is in a period that the ministry deducts."""
DEDUCTED_SINCE = dt.date(2018, 7, 1)
"""Under ``auto`` periods that end on this day or later are deducted: the ranking of 169 cities
began. The data say only that it came after 2017 and before May 2019. [open]"""


RANKINGS = ("index", "change")
"""Rankings in which a city may be placed last: by index, and by its change against a year
before."""


class _Spanning(Protocol):
    @property
    def start(self) -> dt.date: ...
    @property
    def end(self) -> dt.date: ...


class _Ending(Protocol):
    @property
    def end(self) -> dt.date: ...


@dataclass(frozen=True)
class PlacedLast:
    """A city placed last by rule, whatever its index.

    Attributes
    ----------
    city : str
    ranking : str
        One of :data:`RANKINGS`.
    start, end : date, optional
        The period whose ranking it concerns; every period asked for without them.

    Raises
    ------
    InputError
        If there is no such ranking.
    """

    city: str
    ranking: str = RANKINGS[0]
    start: dt.date | None = None
    end: dt.date | None = None

    def __post_init__(self) -> None:
        check_choice("ranking", self.ranking, RANKINGS)

    def concerns(self, period: _Spanning, ranking: str) -> bool:
        """Whether it is about a period's ranking."""
        dated = self.start is not None
        fits = not dated or (self.start, self.end) == (period.start, period.end)
        return self.ranking == ranking and fits


@dataclass(frozen=True)
class Rules:
    """How the rules are read where they leave a choice; printed on every output.

    Attributes
    ----------
    edition : str
        A standard edition or ``auto``: the one in force on the period's last day.
    dust : str
        ``keep`` dust days; ``deduct`` those listed or marked from PM10 and PM2.5; deduct those
        found by the ``proxy``; or ``auto``, as the ministry does it, see :mod:`airrank.dust`.
    rounding : str
        ``single_index``, ``concentrations_first`` or ``index_only``, see
        :mod:`airrank.rules.composite`.
    weights : tuple of float, optional
        Weights of the single indices in the order of ``POLLUTANTS``; all ones without it.
    placed_last : tuple of PlacedLast
        Cities placed last by rule, besides the known ones.
    ties : str
        ``competition`` ranks (1, 2, 2, 4), as in every national list found, or ``dense`` ones
        (1, 2, 2, 3).

    Raises
    ------
    InputError
        If there is no such edition, mode or order, or the weights are not six positive numbers.
    """

    edition: str = "auto"
    dust: str = DUST
    rounding: str = ROUNDING
    weights: tuple[float, ...] | None = None
    placed_last: tuple[PlacedLast, ...] = ()
    ties: str = TIE_RULES[0]

    def __post_init__(self) -> None:
        check_choice("ties", self.ties, TIE_RULES)
        object.__setattr__(self, "rounding", str(self.rounding).replace("-", "_"))
        check_choice("dust", self.dust, (*DUST_MODES, LIST_OR_PROXY))
        check_choice("rounding", self.rounding, ROUNDINGS)
        if self.edition != "auto":
            get_edition(self.edition)
        if self.weights is not None:
            object.__setattr__(self, "weights", _checked(self.weights))

    def on(self, period: _Ending) -> Edition:
        """Give the edition that holds for a period."""
        return get_edition(self.edition, period.end)

    def of_other_periods(self) -> Rules:
        """Give the same for the periods that one asked for is compared with."""
        dated = tuple(case for case in self.placed_last if case.start is not None)
        return replace(self, placed_last=dated)

    def during(self, period: _Ending) -> Rules:
        """Give the rules with the dust mode that holds for a period: ``auto`` depends on it."""
        if self.dust != "auto":
            return self
        return replace(self, dust=LIST_OR_PROXY if period.end >= DEDUCTED_SINCE else "keep")

    def as_dict(self, period: _Ending) -> dict[str, object]:
        """Give the choices made for a period."""
        return {
            "edition": self.on(period).name,
            "dust": self.during(period).dust,
            "rounding": self.rounding,
            "weights": list(self.weights) if self.weights else "equal",
            **({} if self.ties == TIE_RULES[0] else {"ties": self.ties}),
            **self._placed_last(period),
        }

    def _placed_last(self, period: _Ending) -> dict[str, object]:
        ends = {None, period.end}
        named = [f"{case.city}:{case.ranking}" for case in self.placed_last if case.end in ends]
        return {"placed_last": ", ".join(named)} if named else {}


def mode_of_days(mode: str) -> str:
    """Give the dust mode by which good and heavy days count: the ministry keeps dust in them."""
    return "keep" if mode == LIST_OR_PROXY else mode


def read_weights(weights: str | Sequence[float] | None) -> tuple[float, ...] | None:
    """Read weights as they are said: a named set, ``equal``, or six numbers, also as one text.

    Raises
    ------
    InputError
        If there is no such set or they are not six positive numbers.

    Examples
    --------
    >>> read_weights("pm25-3_o3-2_no2-2") == read_weights("3,1,1,2,1,2")
    True
    >>> print(read_weights("equal"))
    None
    """
    if weights is None:
        return None
    if not isinstance(weights, str):
        return _checked(weights)
    if weights == "equal":
        return None
    if "," not in weights:
        return tuple(named_weights(weights).values())
    return _checked(tuple(weights.split(",")))


def _checked(weights: Iterable[float | str]) -> tuple[float, ...]:
    try:
        numbers = tuple(float(weight) for weight in weights)
    except (TypeError, ValueError):
        numbers = ()
    if len(numbers) != len(POLLUTANTS) or not all(0 < number < 1000 for number in numbers):
        raise InputError(
            "weights: expected six positive numbers, one for each of {pollutants}, found {found!r}",
            pollutants=", ".join(POLLUTANTS),
            found=weights,
        )
    return numbers
