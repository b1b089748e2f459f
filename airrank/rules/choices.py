"""Rules: the choices that the national rules leave open, made once for a command or call."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from airrank.errors import InputError
from airrank.rules.composite import ROUNDINGS
from airrank.rules.standards import POLLUTANTS, Edition, get_edition

DUST_MODES = ("keep", "deduct", "proxy")


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
        ``keep`` dust days; ``deduct`` those listed or marked from PM10 and PM2.5; or deduct those
        found by the ``proxy``, see :mod:`airrank.dust`.
    rounding : str
        ``concentrations_first`` or ``index_only``.
    weights : tuple of float, optional
        Weights of the single indices in the order of ``POLLUTANTS``; all ones without it.

    Raises
    ------
    InputError
        If there is no such edition, mode or order, or the weights are not six positive numbers.
    """

    edition: str = "auto"
    dust: str = "keep"
    rounding: str = "concentrations_first"
    weights: tuple[float, ...] | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "rounding", str(self.rounding).replace("-", "_"))
        check_choice("dust", self.dust, DUST_MODES)
        check_choice("rounding", self.rounding, ROUNDINGS)
        if self.edition != "auto":
            get_edition(self.edition)
        if self.weights is not None:
            object.__setattr__(self, "weights", _checked(self.weights))

    def on(self, period: _Ending) -> Edition:
        """Give the edition that holds for a period."""
        return get_edition(self.edition, period.end)

    def as_dict(self, period: _Ending) -> dict[str, object]:
        """Give the choices made for a period."""
        return {
            "edition": self.on(period).name,
            "dust": self.dust,
            "rounding": self.rounding,
            "weights": list(self.weights) if self.weights else "equal",
        }


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
