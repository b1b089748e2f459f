"""A period's draws: the levels and days of what is unknown of it, joined to what is known."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from airrank.rules.standards import POLLUTANTS
from airrank.simulation.blocks import FloatArray
from airrank.simulation.conditional import Conditional, Errors
from airrank.simulation.days import scaled, template_days
from airrank.simulation.joint_errors import ErrorDraws, ErrorTree, Node
from airrank.simulation.order_statistics import Float32, Union, top_sorted
from airrank.simulation.stretch import CommonShare, Share
from airrank.simulation.unknown_days import Remainder

USUAL_LEAD = 365
"""Lead whose widening holds for gaps alone [day]."""
Statistics = NDArray[np.float32] | NDArray[np.float64]
PERCENTILES = {POLLUTANTS.index("co"): 95, POLLUTANTS.index("o3_8h"): 90}
"""Pollutants judged by a percentile [%] (HJ 663); the others by their mean."""


@dataclass(frozen=True)
class Draws:
    """Some joint draws of a period.

    Attributes
    ----------
    statistics : ndarray of float, shape [draw, city, pollutant]
        Unrounded statistics of the whole period [µg/m³, co in mg/m³]; where nothing is unknown
        those of the known days, exactly.
    levels : ndarray of float32, shape [draw, city, pollutant]
        Power means of the unknown days; of no meaning where there are none.
    templates : ndarray of int, shape [draw]
        Which template of days each draw uses.
    """

    statistics: Statistics
    levels: Float32
    templates: NDArray[np.intp]


class PeriodDraws:
    """A period ready to be drawn: how its errors follow from the tree's, and its sorted days.

    Parameters
    ----------
    period : Remainder
    tree : ErrorTree
    seed : int
    """

    def __init__(self, period: Remainder, tree: ErrorTree, seed: int) -> None:
        self.period = period
        if period.certain:
            return
        self.mixture = Mixture.of(period, tree)
        self.gap = Gap.of(period, tree, self.mixture)
        coming = [part for part in period.parts if not part.stretch.past]
        time = [part.stretch.time[part.blocks] for part in coming or period.parts]
        lead = (period.end - period.model.history.last_day).days if coming else USUAL_LEAD
        spread = tree.model.error_spread(np.concatenate(time), lead)[: tree.cities]
        self.spread = spread.astype(np.float32)
        self.percentiles = Percentiles(period, seed)

    def draw(self, errors: ErrorDraws, templates: NDArray[np.intp]) -> Draws:
        """Draw levels and statistics; errors come in pairs of opposite sign (antithetic variates).

        Pairs leave every distribution as it is but centre the sample, so that the median rank of
        1,000 draws is as steady as that of several thousand independent ones (Hammersley and
        Morton 1956).
        """
        period, size = self.period, len(templates)
        templates = templates % period.templates
        if period.certain:
            exact = np.broadcast_to(period.exact, (size, *period.exact.shape))
            return Draws(exact, np.full(exact.shape, np.nan, dtype=np.float32), templates)
        away, level = self._away(errors), period.level.astype(np.float32)
        levels = np.empty((2, *away.shape), dtype=np.float32)
        np.add(level, away, out=levels[0])
        np.subtract(level, away, out=levels[1])
        levels = np.exp(levels, out=levels).reshape(-1, *away.shape[1:])[:size]
        return Draws(self._statistics(levels, templates), levels, templates)

    def _away(self, errors: ErrorDraws) -> Float32:
        """Errors of the level, [draw, city, pollutant]."""
        coming = self.mixture.errors(errors)
        if coming:
            away = coming.own * self.spread[:, None] + coming.common
        else:
            away = np.zeros((*errors.shape[::-1], self.spread.shape[1]), dtype=np.float32)
        if self.gap:
            found = self.gap.errors(errors, coming)
            away[self.gap.cities] = found.own * self.spread[self.gap.cities, None] + found.common
        return np.ascontiguousarray(away.transpose(1, 0, 2))

    def _statistics(self, levels: Float32, templates: NDArray[np.intp]) -> Statistics:
        period = self.period
        known = np.isfinite(period.observed)
        unknown = period.unknown.sum(axis=0)
        total = np.where(known, period.observed, 0.0).sum(axis=0)
        days = known.sum(axis=0) + unknown
        if len(period.observed):
            statistics: Float32 = levels * (unknown / days).astype(np.float32)
            statistics += (total / days).astype(np.float32)
        else:
            statistics = levels.copy()
        for pollutant in PERCENTILES:
            statistics[..., pollutant] = self.percentiles.draw(
                pollutant, levels[..., pollutant], templates
            )
        if unknown.all():
            return statistics
        return np.where(unknown, statistics, period.exact)  # in full precision: a half stays one


@dataclass(frozen=True, eq=False)
class Mixture:
    """The coming part of a period as a mixture of nodes.

    Attributes
    ----------
    nodes : list of Node
    own : list of ndarray, shape [city, 6]
        Each node's part in the level.
    common : list of ndarray, shape [6]
        The same of the level that all cities share.
    total : ndarray, shape [city, 6]
        Weight of the coming days.
    """

    nodes: list[Node]
    own: list[FloatArray]
    common: list[FloatArray]
    total: FloatArray

    @classmethod
    def of(cls, period: Remainder, tree: ErrorTree) -> Mixture:
        """Find the nodes of a period's days to come."""
        nodes, weights = [], []
        for part in period.parts:
            if not part.stretch.past:
                raw = part.weights
                for node in tree.cover(part.year, part.blocks):
                    nodes.append(node)
                    weights.append(raw[tree.inside(node)].sum(axis=0))
        total = np.sum(weights, axis=0) if nodes else np.zeros(period.level.shape)
        mean = [weight.mean(axis=0) for weight in weights]
        return cls(
            nodes,
            [weight / total for weight in weights],
            [weight / np.sum(mean, axis=0) for weight in mean],
            total,
        )

    def errors(self, errors: ErrorDraws) -> Errors | None:
        """Mix the nodes' errors; None without days to come."""
        if len(self.nodes) <= 1:
            return errors.of(self.nodes[0]) if self.nodes else None
        found = [errors.of(node) for node in self.nodes]
        own = sum(
            one.own * share[:, None].astype(np.float32)
            for one, share in zip(found, self.own, strict=True)
        )
        common = sum(
            one.common * share.astype(np.float32)
            for one, share in zip(found, self.common, strict=True)
        )
        return Errors(np.asarray(own), np.asarray(common))

    def shares(self, tree: ErrorTree) -> list[Share]:
        """Give the mixture as shares of blocks."""
        return [
            (stretch, weights * own)
            for (stretch, weights), own in zip(map(tree.share, self.nodes), self.own, strict=True)
        ]

    def common_shares(self, tree: ErrorTree) -> list[CommonShare]:
        """Give the same of the level that all cities share."""
        return [
            (stretch, weights * common)
            for (stretch, weights), common in zip(
                map(tree.common_share, self.nodes), self.common, strict=True
            )
        ]


@dataclass(frozen=True, eq=False)
class Gap:
    """Errors of the cities that lack days of the past, given those of the days to come.

    Attributes
    ----------
    cities : ndarray of int
        Their columns.
    conditional : Conditional
    year : int
        First year of the period; names the random numbers.
    """

    cities: NDArray[np.intp]
    conditional: Conditional
    year: int

    @classmethod
    def of(cls, period: Remainder, tree: ErrorTree, mixture: Mixture) -> Gap | None:
        """Condition the level of all unknown days on that of the days to come."""
        past = [part for part in period.parts if part.stretch.past]
        if not past:
            return None
        raw = [part.weights for part in past]
        total = np.maximum(mixture.total + np.sum(raw, axis=0).sum(axis=0), 1e-300)
        shares = [(part.stretch, weight / total) for part, weight in zip(past, raw, strict=True)]
        noise = np.sum(
            [
                tree.model.scatter(share, part.stretch.count(part.unknown))
                for part, share in zip(past, shares, strict=True)
            ],
            axis=0,
        )
        some = np.any([part.unknown.any(axis=(0, 2)) for part in past], axis=0)
        of_coming = mixture.total / total
        coming, shared = mixture.shares(tree), mixture.common_shares(tree)
        own = [*((one, weight * of_coming) for one, weight in coming), *shares]
        ahead = mixture.total[some].sum(axis=0)
        mean = [weight[:, some].sum(axis=1) for weight in raw]
        both = np.maximum(ahead + np.sum(mean, axis=0).sum(axis=0), 1e-300)
        common = [
            *((one, weight * ahead / both) for one, weight in shared),
            *((part.stretch, weight / both) for part, weight in zip(past, mean, strict=True)),
        ]
        conditional = Conditional.of(
            tree.model,
            [own, coming] if coming else [own],
            [common, shared] if coming else [common],
            noise,
        )
        cities = np.flatnonzero(some)
        conditional = replace(
            conditional, gain=conditional.gain[cities], root=conditional.root[cities]
        )
        return cls(cities, conditional, period.start.year)

    def errors(self, errors: ErrorDraws, coming: Errors | None) -> Errors:
        """Draw the errors of these cities, [city of these, draw, 6]."""
        new = errors.new(5, self.year)
        others = [Errors(coming.own[self.cities], coming.common)] if coming else []
        return self.conditional.draw(others, Errors(new.own[self.cities], new.common))


class Percentiles:
    """The percentile statistics of a period, from sorted known and template days."""

    def __init__(self, period: Remainder, seed: int) -> None:
        chosen = period.chosen(seed)
        self.of_days: dict[int, Float32] = {}
        self.parts: dict[int, tuple[Union, Float32]] = {}
        for pollutant, percent in PERCENTILES.items():
            values = period.observed[..., pollutant].T
            unknown = period.unknown[..., pollutant].sum(axis=0)
            total = np.isfinite(values).sum(axis=1) + unknown
            # HJ 663 annex A: position from below, exact in hundredths.
            position = (total - 1) * percent
            below = position // 100
            k = (total - below).astype(np.intp)
            fraction = ((position % 100) / 100).astype(np.float32)
            courses = template_days(
                period.model.shapes,
                period.rise(pollutant),
                chosen,
                pollutant,
                period.counting(pollutant),
            )
            if not len(period.observed):  # a period ahead: the template's, times its factor
                two = [scaled(_two_of(days, int(below[0])), mean) for days, mean in courses]
                ends = np.stack(two)
                lower, upper = ends[..., 0], ends[..., 1]
                self.of_days[pollutant] = lower + fraction * (upper - lower)
                continue
            size = int(k.max())
            seen = np.where(np.isfinite(values), values, -np.inf).astype(np.float32)
            templates = np.stack(
                [scaled(top_sorted(days, min(size, days.shape[1])), mean) for days, mean in courses]
            )
            self.parts[pollutant] = (Union.of(top_sorted(seen, size), templates, k), fraction)

    def draw(self, pollutant: int, scale: Float32, chosen: NDArray[np.intp]) -> Float32:
        """Interpolate between the two order statistics that enclose the percentile."""
        if pollutant in self.of_days:
            return np.asarray(self.of_days[pollutant][chosen] * scale)
        union, fraction = self.parts[pollutant]
        lower, upper = union.largest(chosen, np.ascontiguousarray(scale))
        return np.asarray(lower + fraction * (upper - lower), dtype=np.float32)


def _two_of(days: Float32, below: int) -> Float32:
    """Give the value with so many of the days below it, and the next larger one, [city, 2]."""
    ordered = np.sort(days, axis=1)  # quicker than to part them and look for the least
    return ordered[:, [below, min(below + 1, ordered.shape[1] - 1)]]
