"""Percentiles of a year that is partly observed and partly drawn, exactly and for many draws.

Only the highest days matter: the 90th percentile of 365 days is found among the top 38. How many of
the k largest values come from a template grows with the factor on its days. The factors at which it
grows by one are worked out once for each template and city; a draw finds its place among them by
bisection, and there the k-th and the (k - 1)-th largest value.
"""

from __future__ import annotations

from dataclasses import dataclass

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


@dataclass(frozen=True, eq=False)
class Union:
    """The highest observed days and the highest days of each template, ready for any factor.

    Attributes
    ----------
    observed : ndarray, shape [city, 2 + n]
        Two times +inf, then sorted downwards, filled up with -inf.
    templates : ndarray, shape [template, city, 2 + m]
        Two times +inf, then sorted downwards; not negative.
    k : ndarray of int, shape [city]
        Which value is wanted; 1 is the largest.
    steps : ndarray, shape [template, city, 2 ** x - 1]
        The smallest factor with which more than 0, 1, 2 … of the k largest come from the template.
    """

    observed: Float32
    templates: Float32
    k: NDArray[np.int32]
    steps: Float32

    @classmethod
    def of(cls, observed: Float32, templates: Float32, k: NDArray[np.intp]) -> Union:
        """Prepare values sorted downwards [city, n] and [template, city, m]; k at most n, n + m."""
        number, cities, m = templates.shape
        rival = k[:, None] - np.arange(m) - 1
        last = np.take_along_axis(observed, np.maximum(rival, 0), axis=1)
        last[rival < 0] = np.inf  # all k come from the template already
        steps = np.full((number, cities, 2 ** m.bit_length() - 1), np.inf, dtype=np.float32)
        for days, row in zip(templates, steps, strict=True):
            row[:, :m] = _least_factors(days, last)
        two = (2, 0)
        return cls(
            np.pad(observed, ((0, 0), two), constant_values=np.inf),
            np.pad(templates, ((0, 0), (0, 0), two), constant_values=np.inf),
            k.astype(np.int32),
            steps,
        )

    def largest(self, chosen: NDArray[np.intp], scale: Float32) -> tuple[Float32, Float32]:
        """Give the k-th and the (k - 1)-th largest of the observed and a template's scaled values.

        Parameters
        ----------
        chosen : ndarray of int, shape [draw]
            The template of each draw.
        scale : ndarray, shape [draw, city]
            Positive factor on the template's values.

        Returns
        -------
        kth, before : ndarray, shape [draw, city]
            Where k is 1, both are the largest.
        """
        cities, width = self.observed.shape
        city = np.arange(cities, dtype=np.int32)
        row = (chosen[:, None] * cities + city).astype(np.int32)
        steps, length = self.steps.ravel(), self.steps.shape[2]
        taken = row * np.int32(length)
        step = length // 2 + 1
        while step:
            taken += (steps.take(taken + np.int32(step - 1)) <= scale) * np.int32(step)
            step //= 2
        taken -= row * np.int32(length)
        # Of each source the last value that is among the k largest, and the one before it.
        place = row * np.int32(self.templates.shape[2]) + taken
        own = self.observed.ravel()
        templates = self.templates.ravel()
        drawn, drawn_before = scale * templates.take(place + 1), scale * templates.take(place)
        place = city * np.int32(width) + self.k - taken
        seen, seen_before = own.take(place + 1), own.take(place)
        kth = np.minimum(drawn, seen)
        before = np.where(
            drawn <= seen, np.minimum(drawn_before, seen), np.minimum(drawn, seen_before)
        )
        return kth, np.where(self.k == 1, kth, before)


def _least_factors(values: Float32, rivals: Float32) -> Float32:
    """Give the smallest single-precision factors with which values exceed their rivals.

    The quotient or one of the next two numbers: the number below it gives a product below the
    rival, and 1.5 units in its last place above the true quotient give at least three quarters of a
    unit above the rival.
    """
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        factor = np.minimum(rivals / values, np.finfo(np.float32).max)
        bits = factor.view(np.int32)  # the next number is the next integer
        for _ in range(2):
            bits += ~(factor * values > rivals)
    factor = np.where((values > 0) & (rivals < np.inf), factor, np.float32(np.inf))
    return np.where(rivals == -np.inf, np.float32(-np.inf), factor)
