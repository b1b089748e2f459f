"""The state at which gases are reported: 273.15 K to 31 August 2018, 298.15 K from then on.

Particles are reported at actual conditions (GB 3095-2012, amendment 1 of 2018, clause 3.14).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from airrank.rules.standards import POLLUTANTS

CHANGE = np.datetime64("2018-09-01")
"""First day reported at 298.15 K."""
FACTOR = 273.15 / 298.15
"""What a gas concentration at 273.15 K becomes at 298.15 K, about 0.916."""
GASES = ("so2", "no2", "co", "o3_8h")


def reference_factors(days: npt.NDArray[np.datetime64]) -> npt.NDArray[np.float64]:
    """Factors that bring reported values to 298.15 K, so that years can be compared.

    Parameters
    ----------
    days : array of datetime64[D], shape (day,)

    Returns
    -------
    array of float64, shape (day, 6)
        In the order of ``POLLUTANTS``; one for particles, and for gases from 2018-09-01.

    Examples
    --------
    >>> days = np.array(["2018-08-31", "2018-09-01"], dtype="datetime64[D]")
    >>> reference_factors(days).round(3).tolist()
    [[1.0, 1.0, 0.916, 0.916, 0.916, 0.916], [1.0, 1.0, 1.0, 1.0, 1.0, 1.0]]
    """
    gas = np.isin(POLLUTANTS, GASES)
    factors: npt.NDArray[np.float64] = np.where((days < CHANGE)[:, None] & gas, FACTOR, 1.0)
    return factors
