"""Errors that follow from others: what is new in them and what is not."""

from __future__ import annotations

import numpy as np
import pytest

from airrank.simulation.conditional import Conditional, Errors, of_all_pairs
from airrank.simulation.joint_errors import ErrorTree, Node
from tests.simulation.small import COMING, NEXT, PAST, small_model, stretch_of

CITIES = 3


def test_an_error_given_others_has_the_joint_covariance() -> None:
    """What follows from the others and what is new make up the variance and the covariance."""
    model = small_model()
    stretches = {2015: stretch_of(model, COMING), 2016: stretch_of(model, NEXT)}
    tree = ErrorTree(model, stretches, CITIES)
    nodes = [Node(2016, 1, 3), Node(2016, 1, 12), Node(2015, 7, 12)]
    shares, common = ([[give(n)] for n in nodes] for give in (tree.share, tree.common_share))
    noise = 0.01 * np.eye(6)
    found = Conditional.of(model, shares, common, noise)
    pairs = of_all_pairs(model.covariance, shares)
    others = np.block([row[1:] for row in pairs[1:]])
    towards = np.concatenate(pairs[0][1:], axis=2)
    gain, root = found.gain.astype(float), found.root.astype(float)
    assert gain @ others == pytest.approx(towards, rel=1e-3, abs=1e-6)
    variance = gain @ others @ gain.transpose(0, 2, 1) + root @ root.transpose(0, 2, 1)
    assert variance == pytest.approx(pairs[0][0] + noise, rel=1e-3, abs=1e-6)
    shared = np.array(of_all_pairs(model.common_covariance, common))
    for p in range(6):
        of_one, part = shared[..., p], found.common_gain[p].astype(float)
        assert of_one[1:, 1:] @ part == pytest.approx(of_one[0, 1:], rel=1e-3)
        new = of_one[0, 0] - part @ of_one[1:, 1:] @ part
        assert found.common_spread[p] == pytest.approx(np.sqrt(new), rel=1e-2)
    rng = np.random.default_rng(3)
    before = [
        Errors(*(rng.standard_normal(s, np.float32) for s in ((CITIES, 5, 6), (5, 6))))
        for _ in range(3)
    ]
    drawn = found.draw(before[1:], before[0])
    for city, draw in np.ndindex(CITIES, 5):
        own = root[city] @ before[0].own[city, draw]
        own += gain[city] @ np.concatenate([one.own[city, draw] for one in before[1:]])
        assert drawn.own[city, draw] == pytest.approx(own, rel=1e-4, abs=1e-5)
    for draw in range(5):
        expected = found.common_spread * before[0].common[draw]
        expected = expected + np.sum(
            [found.common_gain[:, k] * before[k + 1].common[draw] for k in (0, 1)], axis=0
        )
        assert drawn.common[draw] == pytest.approx(expected, rel=1e-4, abs=1e-6)
    alone = found.draw([], before[0])
    assert alone.common == pytest.approx(before[0].common * found.common_spread)


def test_of_others_that_are_known_nothing_follows() -> None:
    """Months that every city has: their error has no variance at all."""
    model = small_model()
    past, coming = stretch_of(model, PAST, past=True), stretch_of(model, COMING)
    known = np.zeros((len(past.time), CITIES, 6))
    known[2:4] = 0.5
    assert not past.open_common[2:4].any()
    ahead = np.full((len(coming.time), CITIES, 6), 1 / len(coming.time))
    shares = [[(coming, ahead)], [(past, known)]]
    found = Conditional.of(model, shares, [[(s, w[:, 0])] for [(s, w)] in shares])
    assert not found.gain.any()
    assert not found.common_gain.any()
    variance = found.root @ found.root.transpose(0, 2, 1)
    alone = model.covariance(*shares[0], *shares[0])
    assert variance == pytest.approx(alone, rel=1e-4, abs=1e-6)
    common = model.common_covariance((coming, ahead[:, 0]), (coming, ahead[:, 0]))
    assert found.common_spread == pytest.approx(np.sqrt(common), rel=1e-5)
