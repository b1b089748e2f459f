from __future__ import annotations

import numpy as np

from airrank.rules.reference_state import reference_factors


def test_only_gases_and_only_before_september_2018() -> None:
    days = np.array(["2013-12-01", "2018-08-31", "2018-09-01", "2024-01-01"], dtype="datetime64[D]")
    factors = reference_factors(days)
    assert factors.shape == (4, 6)
    assert (factors[:2, :2] == 1.0).all()
    assert (factors[:2, 2:] == 273.15 / 298.15).all()
    assert (factors[2:] == 1.0).all()
