"""Percentiles of observed and drawn days together, against numpy's sort."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from airrank.simulation.order_statistics import kth_largest, top_sorted


@given(
    st.integers(0, 2**32 - 1),
    st.integers(0, 12),
    st.integers(1, 12),
    st.booleans(),
)
def test_against_sorting_everything(seed: int, seen: int, coming: int, coarse: bool) -> None:
    """Few distinct values on purpose: equal values are where bisections go wrong."""
    rng = np.random.default_rng(seed)
    cities, templates, draws = 3, 2, 4
    observed = rng.integers(0, 6 if coarse else 1000, (cities, seen)).astype(np.float32)
    days = rng.integers(0, 6 if coarse else 1000, (templates, cities, coming)).astype(np.float32)
    chosen = rng.integers(0, templates, draws)
    scale = rng.choice([0.5, 1.0, 2.0], (draws, cities)).astype(np.float32)
    k = rng.integers(1, seen + coming + 1, cities)
    size = int(k.max())
    found = kth_largest(
        top_sorted(observed, size), top_sorted(days, min(size, coming)), chosen, scale, k
    )
    for draw in range(draws):
        for city in range(cities):
            union = [*observed[city], *(scale[draw, city] * days[chosen[draw], city])]
            assert found[draw, city] == sorted(union, reverse=True)[k[city] - 1]


def test_top_sorted_cuts_and_fills() -> None:
    values = np.array([[3.0, 1.0, 2.0]], dtype=np.float32)
    assert top_sorted(values, 2).tolist() == [[3.0, 2.0]]
    assert top_sorted(values, 4).tolist() == [[3.0, 2.0, 1.0, -np.inf]]
