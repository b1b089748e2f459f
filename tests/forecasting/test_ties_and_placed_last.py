"""A forecast under dense ranks and with a city placed last passes its own checks."""

from __future__ import annotations

import numpy as np
import pytest

import airrank


@pytest.mark.slow
def test_a_city_placed_last_moves_the_others_up() -> None:
    observations = airrank.load_observations()
    options = {"draws": 200, "panel": "henan17"}
    plain = airrank.forecast(observations, "2017-11-30", **options)
    moved = airrank.forecast(observations, "2017-11-30", placed_last="Xinyang", **options)
    column = plain.cities.index("信阳")
    assert (moved.rank_draws[:, column] == 17).all()
    others = np.delete(moved.rank_draws, column, axis=1)
    before = np.delete(plain.rank_draws, column, axis=1)
    assert (before - others == 1).mean() > 0.95  # 信阳 was the best in nearly all draws
    assert moved.year_to_date.loc["信阳", "rank"] == 17


@pytest.mark.slow
def test_dense_ranks() -> None:
    observations = airrank.load_observations()
    options = {"draws": 200, "panel": "henan17"}
    plain = airrank.forecast(observations, "2017-11-30", **options)
    dense = airrank.forecast(observations, "2017-11-30", ties="dense", **options)
    assert (dense.rank_draws <= plain.rank_draws).all()
    assert (dense.rank_draws < plain.rank_draws).any()
    assert dense.settings["ties"] == "dense"
