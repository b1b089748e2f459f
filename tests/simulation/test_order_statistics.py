"""Percentiles of observed and drawn days together, against numpy's sort."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from airrank.simulation.order_statistics import Union, _least_factors, top_sorted


@given(
    st.integers(0, 2**32 - 1),
    st.integers(0, 12),
    st.integers(1, 12),
    st.sampled_from([6, 1000, None]),
)
def test_against_sorting_everything(
    seed: int, seen: int, coming: int, distinct: int | None
) -> None:
    """Few distinct values on purpose: equal values are where bisections go wrong."""
    rng = np.random.default_rng(seed)

    def values(*shape: int) -> np.ndarray:
        drawn = rng.uniform(0, 9, shape) if distinct is None else rng.integers(0, distinct, shape)
        return drawn.astype(np.float32)

    cities, templates, draws = 3, 2, 4
    observed, days = values(cities, seen), values(templates, cities, coming)
    chosen = rng.integers(0, templates, draws)
    # The last factors put a scaled value beside an observed one, or on it.
    some = rng.choice(observed.ravel(), (draws, cities)) if seen else np.ones((draws, cities))
    near = np.float32(some) / rng.choice(days.ravel() + np.float32(1e-3), (draws, cities))
    scale = rng.choice([0.5, 1.0, 2.0], (draws, cities)).astype(np.float32)
    scale = np.where(rng.random(scale.shape) < 0.5, scale, np.maximum(near, np.float32(1e-3)))
    k = rng.integers(1, seen + coming + 1, cities)
    size = int(k.max())
    union = Union.of(top_sorted(observed, size), top_sorted(days, min(size, coming)), k)
    kth, before = union.largest(chosen, scale)
    assert kth.dtype == before.dtype == np.float32
    for draw in range(draws):
        for city in range(cities):
            both = [*observed[city], *(scale[draw, city] * days[chosen[draw], city])]
            ordered = sorted(both, reverse=True)
            assert kth[draw, city] == ordered[k[city] - 1]
            assert before[draw, city] == ordered[max(k[city] - 2, 0)]


def test_top_sorted_cuts_and_fills() -> None:
    values = np.array([[3.0, 1.0, 2.0]], dtype=np.float32)
    assert top_sorted(values, 2).tolist() == [[3.0, 2.0]]
    assert top_sorted(values, 4).tolist() == [[3.0, 2.0, 1.0, -np.inf]]


@pytest.mark.parametrize("size", [1, 2, 500, 1999, 2000, 2005])
def test_top_sorted_keeps_the_largest_of_each_city_and_template(size: int) -> None:
    values = np.random.default_rng(size).normal(size=(3, 2, 2000)).astype(np.float32)
    found = top_sorted(values, size)
    assert found.shape == (3, 2, size)
    assert np.array_equal(found[..., :2000], -np.sort(-values, axis=-1)[..., :size])
    assert np.isneginf(found[..., 2000:]).all()


def test_least_factors_are_the_least() -> None:
    """One representable number less, and the value exceeds its rival no more."""
    rng = np.random.default_rng(5)
    values, rivals = np.exp(rng.normal(0, 3, (2, 20_000))).astype(np.float32)
    found = _least_factors(values, rivals)
    assert (found * values > rivals).all()
    assert (np.nextafter(found, np.float32(0)) * values <= rivals).all()
    inf = np.inf
    values, rivals = np.float32([[0, 2, 0, 3, 0, 3], [1, inf, inf, -inf, -inf, 0]])
    assert _least_factors(values, rivals)[:5].tolist() == [inf, inf, inf, -inf, -inf]


def test_factors_at_which_one_more_day_comes_from_the_template() -> None:
    """At the step and just below it: there a bisection that is one off gives another value."""
    rng = np.random.default_rng(6)
    cities, seen, coming = 40, 30, 11
    observed = top_sorted(rng.uniform(1, 9, (cities, seen)).astype(np.float32), seen)
    templates = top_sorted(rng.uniform(1, 9, (1, cities, coming)).astype(np.float32), coming)
    k = rng.integers(1, seen + 1, cities)
    union = Union.of(observed, templates, k)
    assert union.steps.shape == (1, cities, 15)
    for place in range(coming):
        at = union.steps[0, :, place]
        at = np.where(np.isfinite(at), at, np.float32(1))
        for scale in (at, np.nextafter(at, np.float32(0))):
            kth, _ = union.largest(np.array([0]), scale[None])
            both = np.concatenate([observed, scale[:, None] * templates[0]], axis=1)
            ordered = -np.sort(-both, axis=1)
            assert np.array_equal(kth[0], ordered[np.arange(cities), k - 1])
