"""Ranks of cities by the composite index, smaller is better (环办监测〔2018〕19号).

Equal published indices share a rank (并列): 1, 2, 2, 4. Ranks compare the values they are given, so
indices must already be rounded to the published decimals.
"""

from __future__ import annotations

from typing import Any, overload

import numpy as np
import numpy.typing as npt
import pandas as pd
from pandas.arrays import IntegerArray

from airrank.errors import InputError
from airrank.rules.rounding import scaled_half_even
from airrank.words import Text

UNRANKED = 0
"""What :func:`rank_array` gives a city without an index."""


@overload
def rank(index: pd.Series[Any]) -> pd.Series[Any]: ...
@overload
def rank(index: npt.NDArray[Any] | list[Any] | tuple[Any, ...]) -> IntegerArray: ...
def rank(index: Any) -> Any:
    """Competition ranks of published indices: 1, 2, 2, 4 (环办监测〔2018〕19号).

    Parameters
    ----------
    index : Series by city, 1-d array or list
        Composite indices, already rounded to the published decimals; NaN where not available.

    Returns
    -------
    Series of Int64 with the same index, or IntegerArray (Int64)
        1 is the smallest index; <NA> where the index is not available.

    Raises
    ------
    InputError
        If the indices are not numbers or not one-dimensional.

    Examples
    --------
    >>> rank([4.82, 3.15, 4.82, 3.14, None]).tolist()
    [3, 2, 3, 1, <NA>]
    """
    ranks = rank_array(_one_dimensional(index))
    nullable = IntegerArray(ranks.astype(np.int64), ranks == UNRANKED)
    if isinstance(index, pd.Series):
        return pd.Series(nullable, index=index.index, name="rank")
    return nullable


def rank_array(index: npt.NDArray[Any]) -> npt.NDArray[np.int32]:
    """Competition ranks along the last axis, the kernel for draws.

    Parameters
    ----------
    index : array, shape (..., city)
        Rounded indices: the whole numbers of :func:`index_array`, where -1 is not available, or
        floats, where NaN is.

    Returns
    -------
    array of int32, shape (..., city)
        1 is the smallest index; 0 where not available.
    """
    whole = np.issubdtype(index.dtype, np.integer)
    available = index >= 0 if whole else ~np.isnan(index)
    last = np.iinfo(index.dtype).max if whole else np.inf
    keys = np.where(available, index, last)
    order = np.argsort(keys)
    ordered = np.take_along_axis(keys, order, axis=-1)
    place = np.ones(keys.shape, dtype=np.int32)
    later = np.arange(2, keys.shape[-1] + 1, dtype=np.int32)
    np.multiply(ordered[..., 1:] != ordered[..., :-1], later, out=place[..., 1:])
    np.maximum.accumulate(place, axis=-1, out=place)
    ranks = np.empty_like(place)
    np.put_along_axis(ranks, order, place, axis=-1)
    ranks[~available] = UNRANKED
    return ranks


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
    now: pd.Series[Any], a_year_ago: pd.Series[Any], *, decimals: int = 2
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
    return pd.DataFrame({"change": change, "rank": rank(change)})


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
