"""Percentiles of a year that is partly observed and partly drawn, exactly and for many draws.

Only the highest days matter: the 90th percentile of 365 days is found among the top 38. With the
observed days sorted once and each template's days sorted once, the k-th largest value of their
union is found by bisection, for every draw and city at the same time.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Float32 = NDArray[np.float32]


def top_sorted(values: Float32, size: int) -> Float32:
    """Sort the last axis downwards and keep (or fill up with -inf to) ``size`` values."""
    have = values.shape[-1]
    if have > size:
        values = -np.partition(-values, size - 1, axis=-1)[..., :size]
    ordered: Float32 = -np.sort(-values, axis=-1)
    if have < size:
        fill = np.full((*values.shape[:-1], size - have), -np.inf, dtype=np.float32)
        ordered = np.concatenate([ordered, fill], axis=-1)
    return ordered


def kth_largest(
    observed: Float32,
    templates: Float32,
    chosen: NDArray[np.intp],
    scale: Float32,
    k: NDArray[np.intp],
) -> Float32:
    """Find the k-th largest of the observed values and a scaled template's values.

    Parameters
    ----------
    observed : ndarray, shape [city, n]
        Sorted downwards, filled up with -inf.
    templates : ndarray, shape [template, city, m]
        Sorted downwards.
    chosen : ndarray of int, shape [draw]
        The template of each draw.
    scale : ndarray, shape [draw, city]
        Factor on the template's values.
    k : ndarray of int, shape [city]
        1 is the largest; at most n and at most n + m.

    Returns
    -------
    ndarray, shape [draw, city]
    """
    cities, n = observed.shape
    m = templates.shape[2]
    column = np.arange(cities)
    flat_observed, flat_templates = observed.ravel(), templates.ravel()
    row_observed = column * n
    row_template = (chosen[:, None] * cities + column) * m
    # How many of the k largest come from the template: the smallest count such that the next
    # template value does not exceed the last observed value taken.
    low = np.broadcast_to(np.maximum(0, k - n), scale.shape).astype(np.int32)
    high = np.broadcast_to(np.minimum(k, m), scale.shape).astype(np.int32)
    for _ in range(int(np.ceil(np.log2(m + 2))) + 1):
        middle = (low + high) >> 1
        next_template = scale * flat_templates[row_template + np.minimum(middle, m - 1)]
        last_observed = flat_observed[row_observed + np.clip(k - middle - 1, 0, n - 1)]
        more = (next_template > last_observed) & (low < high)
        low = np.where(more, middle + 1, low)
        high = np.where(more, high, np.minimum(middle, high))
    from_template = scale * flat_templates[row_template + np.maximum(low - 1, 0)]
    from_observed = flat_observed[row_observed + np.clip(k - low - 1, 0, n - 1)]
    return np.minimum(
        np.where(low > 0, from_template, np.inf), np.where(k > low, from_observed, np.inf)
    ).astype(np.float32)
