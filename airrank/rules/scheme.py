"""How an index follows from statistics: limits, weights and published decimals as whole numbers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from math import lcm

import numpy as np
import numpy.typing as npt

from airrank.errors import InputError
from airrank.rules.standards import POLLUTANTS, Edition, named_weights
from airrank.words import Listed

FloatArray = npt.NDArray[np.float64]
Weights = str | Mapping[str, float] | Sequence[float]

THIRD_PARTY = "pm25-3_o3-2_no2-2"
"""Weights that one third party transcribes as formula C.3 of HJ 663-2026. [open]

Its text is not at hand: periods under it are shown by equal weights (环办监测〔2018〕19号) and by
these, and neither is taken for the truth.
"""
REVISED_FROM = dt.date(2026, 3, 1)
"""First day in force of HJ 663-2026 and of new limits: whether the ranking follows them is open."""
WEIGHT_DECIMALS = 2
"""Decimals that a weight may have."""

_MAX_DENOMINATOR = 2**21  # times an index that fits int32 it stays below 2**52: exact in float64


@dataclass(frozen=True)
class Scheme:
    """What each unit of a statistic adds to the index.

    With concentrations in units of their last published decimal, the index is
    ``(concentrations @ multipliers) / denominator``; unweighted, ``single_multipliers``. Weights
    in hundredths are ``centiweights``.
    """

    decimals: tuple[int, ...]
    limits: tuple[Fraction, ...]
    weights: tuple[Fraction, ...]
    multipliers: FloatArray
    single_multipliers: FloatArray
    centiweights: FloatArray
    denominator: int


@cache
def scheme_of(edition: Edition, weights: tuple[Fraction, ...], decimals: tuple[int, ...]) -> Scheme:
    """Put limits, weights and published decimals over one denominator.

    Raises
    ------
    InputError
        If the denominator is too large for exact arithmetic.
    """
    limits = tuple(Fraction(str(edition.index_limits[p])) for p in POLLUTANTS)
    singles = [1 / (limit * 10**d) for limit, d in zip(limits, decimals, strict=True)]
    weighted = [w * s for w, s in zip(weights, singles, strict=True)]
    denominator = lcm(*(f.denominator for f in (*singles, *weighted)))
    if denominator > _MAX_DENOMINATOR:
        raise InputError(
            "The limits of edition {edition} and the weights have the common denominator "
            "{denominator}, above {max_denominator}: exact rounding needs weights of fewer "
            "decimals.",
            edition=edition.name,
            denominator=denominator,
            max_denominator=_MAX_DENOMINATOR,
        )
    return Scheme(
        decimals=decimals,
        limits=limits,
        weights=weights,
        multipliers=np.array([int(f * denominator) for f in weighted], dtype=np.float64),
        single_multipliers=np.array([int(f * denominator) for f in singles], dtype=np.float64),
        centiweights=np.array([int(w * 10**WEIGHT_DECIMALS) for w in weights], dtype=np.float64),
        denominator=denominator,
    )


def published_decimals(edition: Edition, on: dt.date | None) -> tuple[int, ...]:
    """Return the decimals of period statistics in the order of ``POLLUTANTS``."""
    by_pollutant = edition.period_decimals(on)
    return tuple(by_pollutant[p] for p in POLLUTANTS)


def exact_weights(weights: Weights | None) -> tuple[Fraction, ...]:
    """Read weights: a named set, by pollutant, or six in the order of ``POLLUTANTS``.

    Raises
    ------
    InputError
        If they are not six numbers of at most two decimals, not below zero, not all zero.
    """
    if weights is None:
        return (Fraction(1),) * len(POLLUTANTS)
    named = named_weights(weights) if isinstance(weights, str) else weights
    if isinstance(named, Mapping):
        if set(named) != set(POLLUTANTS):
            raise InputError(
                "Expected a weight for each of {pollutants}, found {named}.",
                pollutants=Listed(POLLUTANTS),
                named=Listed(named),
            )
        named = [named[p] for p in POLLUTANTS]
    try:
        exact = tuple(Fraction(str(weight)) for weight in named)
    except ValueError:
        exact = ()
    coarse = all(w >= 0 and (w * 10**WEIGHT_DECIMALS).denominator == 1 for w in exact)
    if len(exact) != len(POLLUTANTS) or not coarse or not sum(exact):
        raise InputError(
            "Expected six weights, not below zero, not all zero, of at most two decimals, in "
            "the order {pollutants}; found {weights!r}.",
            pollutants=Listed(POLLUTANTS),
            weights=weights,
        )
    return exact
