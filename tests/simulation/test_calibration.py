"""How wrong forecasts are: what widens their errors."""

from __future__ import annotations

import numpy as np
import pytest

from airrank.simulation.blocks import Blocks
from airrank.simulation.calibration import _pollution


def test_pollution_is_of_the_latest_year_and_of_all_but_ozone() -> None:
    levels = np.zeros((14, 3, 6))
    levels[:, 1, :5] = np.log(2.0)
    levels[:2, 2] = 5.0  # longer ago than twelve months
    levels[:, 2, 5] = 5.0  # ozone
    levels[4:7, 1, 0] = np.nan
    blocks = Blocks(np.arange(14), np.arange(14) / 12, np.full(14, 30.0), levels)
    found = _pollution(blocks)
    assert found == pytest.approx(np.array([0.5, 1.0, 0.5]) * 2 ** (2 / 3), rel=0.03)
    assert found[1] / found[0] == pytest.approx(2.0, rel=0.1)
