"""The arithmetic of a change: odds in worlds between then and now, and the parts they give.

Each world differs from the one before it in one thing, or in one of two things whose order could be
either. Where it could, a part is the mean over both orders (Shapley 1953), so that the parts add up
to the whole change and no order is preferred.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import sqrt

import numpy as np
from numpy.typing import NDArray

Odds = NDArray[np.bool_] | float
"""In which draws a goal is reached, shape [draw]; of a stored forecast the probability alone."""
WORLDS = (
    "then",
    "settings",
    "revised_own",
    "revised_others",
    "revised",
    "expected",
    "own",
    "others",
    "now",
)
"""Worlds from then to now, see :mod:`airrank.goals.counterfactuals`."""


def _pair(before: str, one: str, other: str, both: str) -> tuple[dict[str, float], ...]:
    """Weights of the worlds in the parts of two things, each the mean over both orders."""
    return (
        {one: 0.5, before: -0.5, both: 0.5, other: -0.5},
        {other: 0.5, before: -0.5, both: 0.5, one: -0.5},
    )


_OF_DAYS = _pair("expected", "own", "others", "now")
_OF_REVISIONS = _pair("settings", "revised_own", "revised_others", "revised")
PARTS: Mapping[str, Mapping[str, float]] = {
    "own_days": _OF_DAYS[0],
    "other_days": _OF_DAYS[1],
    "time": {"expected": 1.0, "revised": -1.0},
    "own_revisions": _OF_REVISIONS[0],
    "other_revisions": _OF_REVISIONS[1],
    "settings": {"settings": 1.0, "then": -1.0},
}
"""Each part as weights of the worlds' odds."""


def parts_of(odds: Mapping[str, float]) -> dict[str, float]:
    """Split the change from ``then`` to ``now``.

    Parameters
    ----------
    odds : mapping
        Probability in each of :data:`WORLDS`.

    Returns
    -------
    dict
        By name of :data:`PARTS`; they add up to ``odds["now"] - odds["then"]``.

    Examples
    --------
    >>> odds = dict.fromkeys(WORLDS, 0.25) | {"own": 0.5, "now": 0.5}
    >>> {name: part for name, part in parts_of(odds).items() if part}
    {'own_days': 0.25}
    """
    return {
        name: sum(weight * odds[world] for world, weight in weights.items())
        for name, weights in PARTS.items()
    }


def noise_of(odds: Mapping[str, Odds]) -> dict[str, float]:
    """Give the standard error of each part that the number of draws leaves.

    Worlds are drawn with the same random numbers: what they share cancels draw by draw. Draws that
    come in pairs of opposite sign make it smaller still, so this is at most the error. A world of
    which the draws are not there counts as drawn by itself, unless it has the other's odds.
    """
    return {name: _error(odds, weights) for name, weights in PARTS.items()}


def _error(odds: Mapping[str, Odds], weights: Mapping[str, float]) -> float:
    used = [(odds[world], weight) for world, weight in weights.items()]
    drawn = [(values, weight) for values, weight in used if isinstance(values, np.ndarray)]
    sizes = {len(values) for values, _ in drawn}
    if len(drawn) == len(used) and len(sizes) == 1:
        together = sum(weight * values.astype(np.float32) for values, weight in drawn)
        return float(np.std(together)) / sqrt(sizes.pop())
    if len({float(np.mean(values)) for values, _ in used}) == 1:
        return 0.0
    least = min(sizes, default=0)
    errors = [weight * float(np.std(values)) / sqrt(len(values)) for values, weight in drawn]
    for values, weight in used:
        if not isinstance(values, np.ndarray) and least:
            errors.append(weight * sqrt(max(values * (1.0 - values), 0.0) / least))
    return float(np.linalg.norm(errors))
