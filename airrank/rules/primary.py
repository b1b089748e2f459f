"""Names of joint primary pollutants, of a day (AQI) or a period (composite index)."""

from __future__ import annotations

from functools import cache
from itertools import compress, product

import numpy as np
import numpy.typing as npt

from airrank.rules.standards import POLLUTANTS


def joint_names(chosen: npt.NDArray[np.bool_]) -> npt.NDArray[np.object_]:
    """Join the pollutants chosen in each row.

    Parameters
    ----------
    chosen : array of bool, shape (row, 6)
        In the order of ``POLLUTANTS``.

    Returns
    -------
    array of str, shape (row,)
        As ``pm25,pm10``; None where none is chosen.
    """
    codes = chosen @ (1 << np.arange(len(POLLUTANTS))[::-1])
    names: npt.NDArray[np.object_] = _all_joint_names()[codes]
    return names


@cache
def _all_joint_names() -> npt.NDArray[np.object_]:
    subsets = product((False, True), repeat=len(POLLUTANTS))  # counts up in binary
    return np.array([",".join(compress(POLLUTANTS, s)) or None for s in subsets], dtype=object)
