"""Rules: the choices that the national rules leave open, made once for a command or call."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from airrank.errors import InputError
from airrank.rules.composite import ROUNDING, ROUNDINGS
from airrank.rules.standards import POLLUTANTS, Edition, get_edition

DUST_MODES = ("auto", "keep", "deduct", "proxy")
"""How dust days may be dealt with, see :mod:`airrank.dust`."""
DUST = "auto"
"""The mode used where none is named."""
LIST_OR_PROXY = "list_or_proxy"
"""What ``auto`` is in a period that the ministry deducts."""
DEDUCTED_SINCE = dt.date(2018, 7, 1)
"""Under ``auto`` periods that end on this day or later are deducted: the ranking of 169 cities
began. The data say only that it came after 2017 and before May 2019. [open]"""


class _Ending(Protocol):
    @property
    def end(self) -> dt.date: ...


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

    Raises
    ------
    InputError
        If there is no such edition, mode or order, or the weights are not six positive numbers.
    """

    edition: str = "auto"
    dust: str = DUST
    rounding: str = ROUNDING
    weights: tuple[float, ...] | None = None

    def __post_init__(self) -> None:
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
        }


def mode_of_days(mode: str) -> str:
    """Give the dust mode by which good and heavy days count: the ministry keeps dust in them."""
    return "keep" if mode == LIST_OR_PROXY else mode


def check_choice(name: str, value: str, known: Sequence[str]) -> str:
    """Give a choice, or refuse it.

    Raises
    ------
    InputError
        If it is none of those known.
    """
    if value not in known:
        raise InputError(
            "{name}: expected one of {known}, found {found!r}",
            name=name,
            known=", ".join(known),
            found=value,
        )
    return value


def _checked(weights: tuple[float, ...]) -> tuple[float, ...]:
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
