"""Errors of several periods from one tree: its cuts add up, and its draws are the model's."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from airrank.simulation.blocks import POWERS
from airrank.simulation.joint_errors import ErrorDraws, ErrorTree, Node
from airrank.simulation.levels import LevelModel
from tests.simulation.small import COMING, NEXT, small_model, stretch_of

CITIES = 3
"""The first so many of four are drawn."""


@pytest.fixture(scope="module")
def model() -> LevelModel:
    return small_model()


@pytest.fixture
def tree(model: LevelModel) -> ErrorTree:
    stretches = {2015: stretch_of(model, COMING), 2016: stretch_of(model, NEXT)}
    return ErrorTree(model, stretches, CITIES)


def nodes_below(tree: ErrorTree, node: Node) -> list[Node]:
    return [node, *(found for part in tree.parts(node) for found in nodes_below(tree, part))]


def test_years_halves_quarters_and_months_are_nodes(tree: ErrorTree) -> None:
    found = nodes_below(tree, tree.root(2016))
    months = [(node.first, node.last) for node in found]
    for run in ((1, 12), (1, 6), (7, 12), (1, 3), (4, 6), (7, 9), (10, 12)):
        assert run in months
    assert sorted(run for run in months if run[0] == run[1]) == [(m, m) for m in range(1, 13)]
    assert len(found) == len(set(found)) == 23  # every cut is in two
    for node in found:
        parts = tree.parts(node)
        if not parts:
            assert node.first == node.last
            continue
        assert parts[0].first == node.first
        assert parts[1].last == node.last
        assert parts[0].last + 1 == parts[1].first
        assert [tree.whole(part) for part in parts] == [node, node]
    assert tree.whole(tree.root(2016)) is None


def test_months_that_are_over_are_in_no_node(tree: ErrorTree) -> None:
    assert tree.root(2015) == Node(2015, 7, 12)
    assert tree.parts(tree.root(2015)) == [Node(2015, 8, 9), Node(2015, 10, 12)]
    for node in nodes_below(tree, tree.root(2015)):
        assert tree.inside(node).any()
    assert tree.inside(Node(2015, 9, 10)).tolist() == [False, True, True, False, False]


@pytest.mark.parametrize("seed", range(5))
def test_any_months_are_made_up_of_nodes(tree: ErrorTree, seed: int) -> None:
    for year in (2015, 2016):
        wanted = np.random.default_rng(seed).random(len(tree.stretches[year].time)) < 0.6
        nodes = tree.cover(year, wanted)
        covered = np.sum([tree.inside(node) for node in nodes], axis=0)
        assert covered.tolist() == wanted.tolist()
        for one, other in pairwise(nodes):  # as few as there can be
            assert tree.whole(one) is None or tree.whole(one) != tree.whole(other)
        assert tree.cover(year, np.ones_like(wanted)) == [tree.root(year)]
        assert tree.cover(year, np.zeros_like(wanted)) == []


def test_a_node_weighs_its_days_by_their_level(tree: ErrorTree) -> None:
    stretch = tree.stretches[2015]
    node = Node(2015, 10, 12)
    found, weights = tree.share(node)
    assert found is stretch
    assert weights.shape == (5, CITIES, 6)
    for city, p in ((0, 0), (2, 5)):
        raw = [
            days * np.exp(level * POWERS[p])
            for days, level in zip(stretch.size, stretch.levels[:, city, p], strict=True)
        ]
        assert weights[:, city, p] == pytest.approx([0, 0, *(np.array(raw[2:]) / sum(raw[2:]))])
        year = np.array(raw) / sum(raw)
        assert tree.weights(2015)[:, city, p] == pytest.approx(year)
        whole = tree.cut(tree.root(2015), Node(2015, 8, 9))
        assert whole.first[city, p] == pytest.approx(sum(year[:2]), rel=1e-6)
    mean = tree.weights(2015).mean(axis=1)
    _, common = tree.common_share(node)
    assert common == pytest.approx(mean * [[0], [0], [1], [1], [1]] / mean[2:].sum(axis=0))
    halves = tree.cut(Node(2015, 10, 12), Node(2015, 10, 10))
    assert halves.first_common == pytest.approx(mean[2] / mean[2:].sum(axis=0), rel=1e-6)
    part = tree.weights(2015)[2] / tree.weights(2015)[2:].sum(axis=0)
    assert halves.first == pytest.approx(part, rel=1e-6)


def draws_of(tree: ErrorTree, number: int = 40, seed: int = 1) -> ErrorDraws:
    field = np.linalg.cholesky(0.5 + 0.5 * np.eye(CITIES)).astype(np.float32)
    draws = ErrorDraws(tree, field, seed)
    draws.begin(np.random.default_rng(9).uniform(0.5, 1.5, (number, CITIES)).astype(np.float32))
    return draws


def test_errors_of_the_parts_add_up_to_the_whole(tree: ErrorTree) -> None:
    draws = draws_of(tree)
    for year in (2015, 2016):
        for node in nodes_below(tree, tree.root(year)):
            parts = tree.parts(node)
            if parts:
                cut = tree.cut(node, parts[0])
                first, second = map(draws.of, parts)
                own = cut.first[:, None] * first.own + (1 - cut.first[:, None]) * second.own
                assert draws.of(node).own == pytest.approx(own, rel=1e-3, abs=1e-4)
                mixed = cut.first_common, 1 - cut.first_common
                common = mixed[0] * first.common + mixed[1] * second.common
                assert draws.of(node).common == pytest.approx(common, rel=1e-3, abs=1e-4)


def test_errors_do_not_depend_on_what_was_asked_before(tree: ErrorTree) -> None:
    nodes = [node for year in (2015, 2016) for node in nodes_below(tree, tree.root(year))]
    forth, back = draws_of(tree), draws_of(tree)
    first = {node: forth.of(node) for node in nodes}
    second = {node: back.of(node) for node in reversed(nodes)}
    other = draws_of(tree, seed=2)
    for node in nodes:
        assert np.array_equal(first[node].own, second[node].own)
        assert np.array_equal(first[node].common, second[node].common)
        assert not np.allclose(first[node].own, other.of(node).own)
    assert forth.of(nodes[3]) is first[nodes[3]]
    forth.begin(np.ones((40, CITIES), dtype=np.float32))
    assert not np.allclose(forth.of(nodes[3]).own, first[nodes[3]].own)


def test_new_errors_are_alike_in_neighbours_and_as_wide_as_the_tails_say(tree: ErrorTree) -> None:
    draws = draws_of(tree)
    size = np.array([1.0, 0.5, 2.0], dtype=np.float32)
    draws.begin(np.tile(size, (20_000, 1)))
    assert draws.shape == (20_000, CITIES)
    new = draws.new(7)
    assert new.own.shape == (CITIES, 20_000, 6)
    for p in range(6):
        found = np.cov(new.own[..., p])
        assert found == pytest.approx((0.5 + 0.5 * np.eye(CITIES)) * np.outer(size, size), abs=0.1)
    across = np.corrcoef(new.own[0].T)
    assert across == pytest.approx(np.eye(6), abs=0.03)
    root = tree.model.common_root()
    assert np.cov(new.common.T) == pytest.approx(root @ root.T, abs=0.04)


def test_errors_of_a_later_year_follow_from_those_of_the_years_before(tree: ErrorTree) -> None:
    given, _ = tree.conditional(tree.root(2016))
    assert given == [tree.root(2015)]
    assert tree.conditional(tree.root(2015))[0] == []
    first = tree.parts(tree.root(2016))[0]
    assert tree.conditional(first)[0] == [tree.root(2016)]
