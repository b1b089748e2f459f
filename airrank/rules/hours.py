"""From a day's 24 hourly values to its daily value (GB 3095, table 4; HJ 663, validity).

Both functions take hours on the last axis: slot ``h`` (0 to 23) holds the hour that *ends* at
``h + 1`` o'clock Beijing time, so slot 7 ends at 08:00 and slot 23 at 24:00. NaN is a missing hour.
Work a year at a time: each call holds about three copies of its input.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from airrank.errors import InputError

FloatArray = npt.NDArray[np.float64]

HOURS = 24
MIN_HOURS_DAY = 20
"""Valid hours a daily mean needs (GB 3095-2012, table 4)."""
MIN_HOURS_WINDOW = 6
"""Valid hours an 8-h mean needs (GB 3095-2012, table 4)."""
MIN_WINDOWS = 14
"""Valid 8-h means, of the 17 ending at 08:00 to 24:00, that a daily maximum needs."""


def daily_mean(hours: npt.ArrayLike) -> FloatArray:
    """Daily mean of hourly values; at least 20 valid hours (GB 3095-2012, table 4).

    Parameters
    ----------
    hours : array, shape (..., 24) [µg/m³, or mg/m³ for CO]
        Hourly means, slot ``h`` ending at ``h + 1`` o'clock; NaN where missing.

    Returns
    -------
    array, shape (...) [unit of the input]
        Unrounded daily means; NaN where fewer than 20 hours are valid.

    Raises
    ------
    InputError
        If the last axis does not have 24 slots.

    Examples
    --------
    >>> import numpy as np
    >>> day = np.full(24, 30.0)
    >>> float(daily_mean(day))
    30.0
    >>> day[:5] = np.nan
    >>> float(daily_mean(day))
    nan
    """
    values = _hourly(hours)
    valid = ~np.isnan(values)
    count = valid.sum(axis=-1)
    total = np.sum(values, axis=-1, where=valid)
    return _ratio_where(total, count, count >= MIN_HOURS_DAY)


def daily_max_8h_mean(hours: npt.ArrayLike, limit: float = 160.0) -> FloatArray:
    """Daily maximum of the running 8-h means of ozone (GB 3095-2012, table 4; HJ 663).

    The 17 running means end at 08:00, 09:00 ... 24:00 and use hours of this day only. Each needs
    6 valid hours; the day needs 14 valid means, or fewer if their maximum already exceeds `limit`:
    more hours could not make the day compliant.

    Parameters
    ----------
    hours : array, shape (..., 24) [µg/m³]
        Hourly means, slot ``h`` ending at ``h + 1`` o'clock; NaN where missing.
    limit : float, default 160 [µg/m³]
        The Grade II limit of the daily maximum 8-h mean.

    Returns
    -------
    array, shape (...) [µg/m³]
        Unrounded daily maxima; NaN where the day is not valid.

    Raises
    ------
    InputError
        If the last axis does not have 24 slots.

    Examples
    --------
    >>> import numpy as np
    >>> float(daily_max_8h_mean(np.arange(1.0, 25.0)))
    20.5
    """
    values = _hourly(hours)
    valid = ~np.isnan(values)
    count = _sum_of_eight(valid.view(np.int8))
    means = _ratio_where(
        _sum_of_eight(np.where(valid, values, 0.0)), count, count >= MIN_HOURS_WINDOW
    )
    windows = np.count_nonzero(~np.isnan(means), axis=-1)
    maximum: FloatArray = np.fmax.reduce(means, axis=-1)
    return np.where((windows >= MIN_WINDOWS) | (maximum > limit), maximum, np.nan)


def _hourly(hours: npt.ArrayLike) -> FloatArray:
    values = np.asarray(hours, dtype=np.float64)
    if values.ndim == 0 or values.shape[-1] != HOURS:
        raise InputError(
            "Expected hourly values with {hours} slots on the last axis (slot h ends at h + 1 "
            "o'clock), found shape {shape}. Move the hours to the last axis and fill missing "
            "hours with NaN.",
            hours=HOURS,
            shape=values.shape,
        )
    return values


def _ratio_where(
    total: FloatArray, count: npt.NDArray[np.integer[Any]], enough: npt.NDArray[np.bool_]
) -> FloatArray:
    """Return total / count where there is enough, else NaN."""
    result = np.full(np.shape(total), np.nan)
    np.divide(total, count, out=result, where=enough)
    return result


def _sum_of_eight(values: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Sum over the 17 windows of eight slots: shape (..., 24) gives (..., 17).

    By doubling, which has none of the cancellation of cumulative sums.
    """
    pairs = values[..., :-1] + values[..., 1:]
    fours = pairs[..., :-2] + pairs[..., 2:]
    eights: npt.NDArray[Any] = fours[..., :-4] + fours[..., 4:]
    return eights
