"""Errors of the levels of several periods, drawn together: a tree over the coming calendar.

A *node* is the coming part of a calendar year, half, quarter, two months or month. Years follow
each other: the error of one is drawn given those of the years before. Within a year a node is cut
in two: the error of the first part is drawn given the whole's, that of the second is what remains.
Every node has random numbers of its own, so a period's errors are the same whatever other periods
are asked for, and those of all periods together have the covariance that the model gives them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from airrank.simulation.blocks import POWERS, FloatArray
from airrank.simulation.conditional import Conditional, Errors
from airrank.simulation.levels import LevelModel
from airrank.simulation.stretch import CommonShare, Share, Stretch

Float32 = NDArray[np.float32]


class Node(NamedTuple):
    """A calendar year's coming days from the first to the last of some months."""

    year: int
    first: int
    last: int


@dataclass(frozen=True, eq=False)
class Cut:
    """How the error of a node's second part follows from the whole's and the first part's.

    Attributes
    ----------
    first : ndarray, shape [city, 6]
        The first part's share of the whole.
    first_common : ndarray, shape [6]
    """

    first: Float32
    first_common: Float32

    def rest(self, whole: Errors, first: Errors) -> Errors:
        """Give the error of the second part."""
        part = self.first[:, None]
        own = (whole.own - part * first.own) / (1 - part)
        common = (whole.common - self.first_common * first.common) / (1 - self.first_common)
        return Errors(np.asarray(own, np.float32), np.asarray(common, np.float32))


class ErrorTree:
    """The nodes of some coming years.

    Parameters
    ----------
    model : LevelModel
    stretches : dict of int to Stretch
        The days to come, by calendar year, in order.
    cities : int
        The first so many are drawn.
    """

    def __init__(self, model: LevelModel, stretches: dict[int, Stretch], cities: int) -> None:
        self.model, self.stretches, self.cities = model, stretches, cities
        self._weights: dict[int, FloatArray] = {}
        self._whole: dict[Node, Node] = {}
        self._conditionals: dict[Node, Conditional] = {}

    def weights(self, year: int) -> FloatArray:
        """Weights of a year's blocks in its level, [block, city, 6], not normalised."""
        if year not in self._weights:
            stretch = self.stretches[year]
            raw = np.exp(stretch.levels[:, : self.cities] * POWERS) * stretch.size[:, None, None]
            self._weights[year] = raw / raw.sum(axis=0)
        return self._weights[year]

    def inside(self, node: Node) -> NDArray[np.bool_]:
        """Which of a year's blocks belong to a node."""
        month = self.stretches[node.year].month
        return np.asarray((month >= node.first) & (month <= node.last))

    def share(self, node: Node) -> Share:
        """Give a node as a share of its year's blocks."""
        raw = self.weights(node.year) * self.inside(node)[:, None, None]
        return self.stretches[node.year], raw / raw.sum(axis=0)

    def common_share(self, node: Node) -> CommonShare:
        """Give the same for the level that all cities share."""
        raw = self.weights(node.year).mean(axis=1) * self.inside(node)[:, None]
        return self.stretches[node.year], raw / raw.sum(axis=0)

    def root(self, year: int) -> Node:
        """Give the node of all days to come of a year."""
        return self._tight(Node(year, 1, 12))

    def _tight(self, node: Node) -> Node:
        """Descend as long as one part has no days to come."""
        while parts := _parts(node):
            full = [part for part in parts if self.inside(part).any()]
            if len(full) == 2:
                break
            node = full[0]
        return node

    def parts(self, node: Node) -> list[Node]:
        """Give the two parts of a node; none of a month."""
        parts = [self._tight(part) for part in _parts(node)]
        self._whole.update(dict.fromkeys(parts, node))
        return parts

    def whole(self, node: Node) -> Node | None:
        """Give the node that one is a part of; None of a year."""
        return self._whole.get(node)

    def cover(self, year: int, wanted: NDArray[np.bool_]) -> list[Node]:
        """Find the nodes that make up some blocks of a year."""
        return self._cover(self.root(year), wanted)

    def _cover(self, node: Node, wanted: NDArray[np.bool_]) -> list[Node]:
        inside = self.inside(node)
        if wanted[inside].all():
            return [node]
        if not wanted[inside].any():
            return []
        return [found for part in self.parts(node) for found in self._cover(part, wanted)]

    def conditional(self, node: Node) -> tuple[list[Node], Conditional]:
        """Give how a node's error follows from others': earlier years', or the whole's."""
        whole = self.whole(node)
        given = [whole] if whole else [self.root(y) for y in self.stretches if y < node.year]
        if node not in self._conditionals:
            nodes = [node, *given]
            self._conditionals[node] = Conditional.of(
                self.model,
                [[self.share(one)] for one in nodes],
                [[self.common_share(one)] for one in nodes],
            )
        return given, self._conditionals[node]

    def cut(self, whole: Node, first: Node) -> Cut:
        """Give the first part's share of a node."""
        weights = self.weights(whole.year)
        own = weights[self.inside(first)].sum(axis=0) / weights[self.inside(whole)].sum(axis=0)
        mean = weights.mean(axis=1)
        common = mean[self.inside(first)].sum(axis=0) / mean[self.inside(whole)].sum(axis=0)
        return Cut(own.astype(np.float32), common.astype(np.float32))


class ErrorDraws:
    """Errors of nodes in one chunk of draws after the other.

    Parameters
    ----------
    tree : ErrorTree
    field : ndarray, shape [city, city]
        Root of the correlation of errors between cities.
    seed : int
    """

    def __init__(self, tree: ErrorTree, field: Float32, seed: int) -> None:
        self.tree, self.field, self.seed = tree, field, seed
        self.common_root = tree.model.common_root().T.astype(np.float32)
        self._random: dict[tuple[int, ...], np.random.Generator] = {}
        self._found: dict[Node, Errors] = {}
        self._scale: Float32 = np.empty((0, 0), dtype=np.float32)

    def random(self, *name: int) -> np.random.Generator:
        """Give the random numbers of a purpose or node, which go on from chunk to chunk."""
        if name not in self._random:
            self._random[name] = np.random.default_rng([self.seed, *name])
        return self._random[name]

    @property
    def shape(self) -> tuple[int, int]:
        """Draws of the chunk, counted in pairs, and cities."""
        draws, cities = self._scale.shape
        return draws, cities

    def begin(self, scale: Float32) -> None:
        """Begin a chunk; ``scale`` [draw, city] makes the tails heavy."""
        self._scale = scale
        self._found.clear()

    def new(self, *name: int) -> Errors:
        """Draw standard normal errors, neighbours' alike: [city, draw, 6] and [draw, 6]."""
        rng, (draws, cities) = self.random(*name), self._scale.shape
        common = rng.standard_normal((draws, len(POWERS)), np.float32) @ self.common_root
        own = rng.standard_normal((len(POWERS), draws, cities), np.float32) @ self.field.T
        own *= self._scale
        return Errors(own.transpose(2, 1, 0), common)

    def of(self, node: Node) -> Errors:
        """Give the error of a node."""
        if node not in self._found:
            whole = self.tree.whole(node)
            first, second = self.tree.parts(whole) if whole else (node, None)
            if whole and node == second:
                cut = self.tree.cut(whole, first)
                self._found[node] = cut.rest(self.of(whole), self.of(first))
            else:
                given, conditional = self.tree.conditional(node)
                others = [self.of(other) for other in given]
                self._found[node] = conditional.draw(others, self.new(*node))
        return self._found[node]


def _parts(node: Node) -> tuple[Node, ...]:
    """Cut a run of months at mid-year, else at a quarter's end, else after its first month."""
    year, first, last = node
    if first == last:
        return ()
    end = next(end for end in (6, 3, 9, first) if first <= end < last)
    return Node(year, first, end), Node(year, end + 1, last)
