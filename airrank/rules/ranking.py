"""Ranks of cities by the composite index, smaller is better (环办监测〔2018〕19号).

Equal published indices share a rank (并列): 1, 2, 2, 4 in the national list. Lists of one's own may
rank densely, 1, 2, 2, 3, as one city does with its counties. Ranks compare the values they are
given, so indices must already be rounded to the published decimals.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, overload

import numpy as np
import numpy.typing as npt
import pandas as pd
from pandas.arrays import IntegerArray

from airrank.errors import InputError, check_choice
from airrank.rules.rounding import scaled_half_even
from airrank.words import Text

UNRANKED = 0
"""What :func:`rank_array` gives a city without an index."""
TIE_RULES = ("competition", "dense")
"""What follows cities that share a rank: the place after all of them, or the next number."""


@overload
def rank(
    index: pd.Series[Any], *, ties: str = "competition", last: Sequence[int] = ()
) -> pd.Series[Any]: ...
@overload
def rank(
    index: npt.NDArray[Any] | list[Any] | tuple[Any, ...],
    *,
    ties: str = "competition",
    last: Sequence[int] = (),
) -> IntegerArray: ...
def rank(index: Any, *, ties: str = "competition", last: Sequence[int] = ()) -> Any:
    """Rank published indices, the smallest first (环办监测〔2018〕19号).

    Parameters
    ----------
    index : Series by city, 1-d array or list
        Composite indices, already rounded to the published decimals; NaN where not available.
    ties : {"competition", "dense"}
        Cities that tie share a rank. The next city stands behind all of them (1, 2, 2, 4), as in
        every national list found; or takes the next number (1, 2, 2, 3).
    last : sequence of int
        Positions of cities that are placed last by rule, the very last first; the others rank as
        if these were not there.

    Returns
    -------
    Series of Int64 with the same index, or IntegerArray (Int64)
        1 is the smallest index; <NA> where the index is not available.

    Raises
    ------
    InputError
        If the indices are not numbers or not one-dimensional, or there is no such tie rule.

    Examples
    --------
    >>> rank([4.82, 3.15, 4.82, 3.14, 5.0, None]).tolist()
    [3, 2, 3, 1, 5, <NA>]
    >>> rank([4.82, 3.15, 4.82, 3.14, 5.0, None], ties="dense").tolist()
    [3, 2, 3, 1, 4, <NA>]
    >>> rank([4.82, 3.15, 4.82, 3.14, 5.0, None], last=[3]).tolist()
    [2, 1, 2, 5, 4, <NA>]
    """
    ranks = rank_array(_one_dimensional(index), ties=ties, last=last)
    nullable = IntegerArray(ranks.astype(np.int64), ranks == UNRANKED)
    if isinstance(index, pd.Series):
        return pd.Series(nullable, index=index.index, name="rank")
    return nullable


def rank_array(
    index: npt.NDArray[Any], *, ties: str = "competition", last: Sequence[int] = ()
) -> npt.NDArray[np.int32]:
    """Ranks along the last axis, the kernel for draws.

    Parameters
    ----------
    index : array, shape (..., city)
        Rounded indices: the whole numbers of :func:`index_array`, where -1 is not available, or
        floats, where NaN is.
    ties, last
        As of :func:`rank`.

    Returns
    -------
    array of int32, shape (..., city)
        1 is the smallest index; 0 where not available.

    Raises
    ------
    InputError
        If there is no such tie rule.
    """
    check_choice("ties", ties, TIE_RULES)
    whole = np.issubdtype(index.dtype, np.integer)
    known = index >= 0 if whole else ~np.isnan(index)
    available = known.copy()
    available[..., list(last)] = False
    size = max(index.shape[-1], 1)
    columns = np.arange(index.shape[-1], dtype=np.int32)
    if whole:  # where not available: not before any that is
        keys = np.where(available, index, index.max(initial=0))
        ordered, order = _sorted_beside(keys, columns)
    else:
        keys = np.where(available, index, np.inf)
        order = np.argsort(keys)
        ordered = np.take_along_axis(keys, order, axis=-1)
    other = np.ones(ordered.shape, dtype=bool)  # than the one before it
    other[..., 1:] = ordered[..., 1:] != ordered[..., :-1]
    if ties == "dense":
        place = np.cumsum(other, axis=-1)
    else:
        first = np.flatnonzero(other)
        place = np.repeat(first % size + 1, np.diff(first, append=other.size))
        place = place.reshape(other.shape)
    ranks = _sorted_beside(order, place)[1].astype(np.int32)
    ranks[~available] = UNRANKED
    if not last:
        return ranks
    behind_all = (ranks.max(axis=-1) if ties == "dense" else available.sum(axis=-1)).astype(
        np.int32
    )
    for column in reversed(last):
        behind_all = behind_all + known[..., column]
        ranks[..., column] = np.where(known[..., column], behind_all, UNRANKED)
    return ranks


def _sorted_beside(
    keys: npt.NDArray[np.integer], beside: npt.NDArray[np.integer]
) -> tuple[npt.NDArray[np.integer], npt.NDArray[np.integer]]:
    """Sort whole numbers not below zero along the last axis, and others beside them.

    Both together make one number, and to sort those is several times quicker than to sort places
    by keys; equal keys are sorted by what is beside them.
    """
    bits = int(beside.max(initial=0)).bit_length()
    short = int(keys.max(initial=0)) < 2 ** (31 - bits)
    both = np.left_shift(keys.astype(np.int32 if short else np.int64), bits)
    both |= beside.astype(both.dtype)
    both.sort(axis=-1)
    return both >> bits, both & (2**bits - 1)


def ties(ranks: pd.Series[Any]) -> pd.Series[Any]:
    """Count the cities on each city's rank (并列), itself included: 1 is alone.

    Parameters
    ----------
    ranks : Series of Int64 by city
        Competition ranks; <NA> where not ranked.

    Returns
    -------
    Series of Int64 with the same index
        <NA> where not ranked.

    Examples
    --------
    >>> ties(pd.Series([1, 2, 2, 4, None], dtype="Int64")).tolist()
    [1, 2, 2, 1, <NA>]
    """
    return ranks.map(ranks.value_counts()).astype("Int64").rename("ties")


def change_ranking(
    now: pd.Series[Any],
    a_year_ago: pd.Series[Any],
    *,
    decimals: int = 2,
    ties: str = "competition",
    last: Sequence[int] = (),
) -> pd.DataFrame:
    """Rank cities by the relative change of their index, the largest fall first.

    Change = (index now - index a year ago) / index a year ago (环办监测〔2018〕19号); equal changes
    tie, compared exactly: the indices are taken as whole numbers of their last decimal, whose
    quotients in float64 are the same for equal ratios and differ for others. For the same reason
    :func:`round_half_even` of a change is exact.

    Parameters
    ----------
    now, a_year_ago : Series by city
        Published composite indices of the period and of the same period a year earlier.
    decimals : int, default 2
        Published decimals of the index.
    ties, last
        As of :func:`rank`.

    Returns
    -------
    DataFrame by city, in the order of `now`
        ``change`` [%], negative is better, and ``rank`` (Int64); NaN and <NA> where either index
        is not available.

    Raises
    ------
    InputError
        If a city stands twice or an index is not above zero.

    Examples
    --------
    >>> cities = ["甲", "乙", "丙"]
    >>> now, before = pd.Series([3.3, 4.4, 5.0], cities), pd.Series([3.0, 4.0, 5.0], cities)
    >>> print(change_ranking(now, before).to_string(header=False))
    甲  10.0  2
    乙  10.0  2
    丙   0.0  1
    """
    for indices, what in ((now, Text("now")), (a_year_ago, Text("a year ago"))):
        if indices.index.has_duplicates:
            twin = indices.index[indices.index.duplicated()][0]
            raise InputError(
                "Expected each city once {what}, found {twin!r} twice.", what=what, twin=twin
            )
        wrong = _one_dimensional(indices) <= 0
        if wrong.any():
            city = indices.index[int(np.argmax(wrong))]
            raise InputError("{city!r}: expected an index above zero {what}.", city=city, what=what)
    new = scaled_half_even(_one_dimensional(now), decimals)
    old = scaled_half_even(_one_dimensional(a_year_ago.reindex(now.index)), decimals)
    change = pd.Series(100 * (new - old) / old, index=now.index)
    return pd.DataFrame({"change": change, "rank": rank(change, ties=ties, last=last)})


def _one_dimensional(index: Any) -> npt.NDArray[np.float64]:
    try:
        values = pd.Series(index).fillna(np.nan).to_numpy(dtype=np.float64)
    except (TypeError, ValueError):
        raise InputError(
            "Expected composite indices as one column of numbers "
            "(composite_index(...)['index']), found {kind}.",
            kind=type(index).__name__,
        ) from None
    return values
