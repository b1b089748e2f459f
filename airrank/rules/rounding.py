"""Rounding by GB/T 8170: half to even, on the decimal value.

``numpy.round`` looks at the binary value and gets many exact decimal halves wrong: 2.675 is stored
as 2.67499... and 0.285 as 0.28499.... A float is taken here as the decimal it prints as, its
shortest repr; floats that cannot be a half are rounded by vectorised arithmetic, the few others as
:class:`decimal.Decimal`. The result is right for every float64.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_EVEN, Context, Decimal, InvalidOperation
from typing import Any, overload

import numpy as np
import numpy.typing as npt
import pandas as pd

from airrank.errors import InputError

FloatArray = npt.NDArray[np.float64]

Number = str | Decimal | int | float

_ONE_NUMBER = (str, Decimal, int, float, np.integer, np.floating)  # NumPy's in a list with None too
# Any float64 has fewer digits than 1500, down to 1e-324 at 1000 decimals.
_CONTEXT = Context(prec=1500, rounding=ROUND_HALF_EVEN)
_EXACT_POWERS = range(-22, 23)  # 10**22 is the largest power of ten a float64 holds exactly
_NEAR = 2.0**-50  # scaling and repr each err by an ulp at most, 2**-52 of the value
_SEVENTEEN_DIGITS = 1e17  # a shortest repr has at most 17 digits: above this none is fractional


@overload
def round_half_even(values: Number, decimals: int) -> float: ...
@overload
def round_half_even(values: pd.Series[Any], decimals: int) -> pd.Series[float]: ...
@overload
def round_half_even(values: npt.NDArray[Any] | Sequence[Any], decimals: int) -> FloatArray: ...
def round_half_even(
    values: Number | pd.Series[Any] | npt.NDArray[Any] | Sequence[Any], decimals: int
) -> float | pd.Series[float] | FloatArray:
    """Round half to even on the decimal value (GB/T 8170-2008, clause 3.2).

    Parameters
    ----------
    values : str, Decimal, int, float, or an array, sequence or Series of them [any unit]
        A float stands for its shortest repr: 2.675 is 2.675. NaN, None and NA stay missing,
        infinities stay.
    decimals : int
        Decimal places to keep; negative for tens, hundreds, ...

    Returns
    -------
    float, array of float64, or Series with the same index [unit of the input]
        The float64 nearest to the rounded decimal.

    Raises
    ------
    InputError
        If a value is not a number or `decimals` is not an integer.

    Examples
    --------
    >>> round_half_even(2.675, 2), round_half_even("35.5", 0), round_half_even(34.5, 0)
    (2.68, 36.0, 34.0)
    >>> round_half_even([0.285, 0.295], 2).tolist()
    [0.28, 0.3]
    """
    if isinstance(decimals, bool) or not isinstance(decimals, (int, np.integer)):
        raise InputError(
            "Expected an integer number of decimals, found {decimals!r}.", decimals=decimals
        )
    places = int(decimals)
    if isinstance(values, pd.Series):
        rounded = _round_array(_series_values(values), places)
        return pd.Series(rounded, index=values.index, name=values.name)
    array = np.asarray(values)
    if array.ndim == 0:
        return _round_one(values[()] if isinstance(values, np.ndarray) else values, places)
    return _round_array(array, places)


def scaled_half_even(values: npt.ArrayLike, decimals: int) -> FloatArray:
    """Round float64 values as :func:`round_half_even`, but in units of the last place kept.

    The kernel for large arrays: 35.25 at 1 decimal is 352.0.

    Parameters
    ----------
    values : array of float64 [any unit]
        NaN stays NaN.
    decimals : int, 0 to 6
        Decimal places to keep.

    Returns
    -------
    array of float64, same shape [10**-decimals of the unit]
        Whole numbers, exact below 2**53.
    """
    array = np.asarray(values, dtype=np.float64)
    if decimals == 0:  # every half is a float64, so the binary value decides as the decimal does
        return np.rint(array)
    flat = array.ravel()
    scaled = flat * 10.0**decimals
    result = np.rint(scaled)
    doubtful = _near_half(scaled)
    if doubtful.any():
        result[doubtful] = [
            float(_quantize(repr(value), decimals).scaleb(decimals, _CONTEXT))
            for value in flat[doubtful].tolist()
        ]
    return result.reshape(array.shape)


def _series_values(values: pd.Series[Any]) -> npt.NDArray[Any]:
    if isinstance(values.dtype, np.dtype):
        return values.to_numpy()
    return values.to_numpy(dtype=object)


def _round_array(values: npt.NDArray[Any], decimals: int) -> FloatArray:
    if values.dtype == np.float64:
        return _round_floats(values, decimals)
    if np.issubdtype(values.dtype, np.integer) and decimals >= 0:
        return np.asarray(values, dtype=np.float64)
    if np.issubdtype(values.dtype, np.floating):  # the shortest repr of its own precision
        return _round_floats(np.asarray(values.astype(str), dtype=np.float64), decimals)
    return _round_each(values, decimals)


def _round_each(values: npt.NDArray[Any], decimals: int) -> FloatArray:
    rounded = [_round_one(value, decimals) for value in values.ravel().tolist()]
    return np.array(rounded).reshape(values.shape)


def _round_floats(values: FloatArray, decimals: int) -> FloatArray:
    if decimals not in _EXACT_POWERS:
        return _round_each(values, decimals)
    up, down = 10.0 ** max(decimals, 0), 10.0 ** max(-decimals, 0)  # one of them is 1
    with np.errstate(over="ignore", invalid="ignore"):
        scaled = values * up / down
        whole = np.rint(scaled)
        result = whole / up * down
        result = np.where(np.abs(scaled) < _SEVENTEEN_DIGITS, result, values) + 0.0  # no -0
        doubtful = _near_half(scaled)
    if doubtful.any():
        result[doubtful] = [_round_one(value, decimals) for value in values[doubtful].tolist()]
    return result


def _near_half(scaled: FloatArray) -> npt.NDArray[np.bool_]:
    """Whether a scaled value may stand for a half."""
    size = np.abs(scaled)
    distance = np.abs(size - np.floor(size) - 0.5)
    doubtful: npt.NDArray[np.bool_] = (distance <= size * _NEAR) & (size < _SEVENTEEN_DIGITS)
    return doubtful


def _round_one(value: Any, decimals: int) -> float:
    if value is None or value is pd.NA or value is pd.NaT:
        return np.nan
    if isinstance(value, bool) or not isinstance(value, _ONE_NUMBER):
        raise InputError(
            "Expected numbers to round, found {value!r} ({kind}).",
            value=value,
            kind=type(value).__name__,
        )
    return float(_quantize(str(value), decimals)) + 0.0


def _quantize(text: str, decimals: int) -> Decimal:
    try:
        value = Decimal(text)
        if not value.is_finite():
            return value
        return value.quantize(Decimal(f"1e{-decimals}"), context=_CONTEXT)
    except InvalidOperation:
        raise InputError(
            "Expected numbers that can be rounded to {decimals} decimals, found {text!r}.",
            decimals=decimals,
            text=text,
        ) from None
