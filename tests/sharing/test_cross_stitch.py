"""Cross-stitch networks beside slow loops."""

from __future__ import annotations

import numpy as np
import pytest

from playground.backbones.mlp import MLP
from playground.basics.random_streams import Streams
from playground.sharing.base import TrunkSpec
from playground.sharing.cross_stitch import CrossStitch, CrossStitchTrunk
from tests.sharing import naive


def test_features_are_mixed_after_every_block() -> None:
    trunk = naive.build(CrossStitch())
    assert isinstance(trunk, CrossStitchTrunk)
    x, mix, expected = naive.inputs(), naive.numpy(trunk.learned()["mix"]), []
    for run in range(naive.RUNS):
        rows = [naive.numpy(x)[run]] * 3
        for level in range(naive.DEPTH):
            own = [naive.layer(tower[level], run, row) for tower, row in zip(trunk.towers, rows, strict=True)]  # type: ignore[index]  # towers are sequences of blocks
            rows = [sum(mix[run, level, i, j] * own[j] for j in range(3)) for i in range(3)]  # type: ignore[misc]  # sum of arrays
        expected.append(rows)
    naive.agree(trunk(x), expected)


def test_coefficients_start_with_the_share_that_was_asked_for() -> None:
    plan = TrunkSpec(MLP(depth=2, width=4), naive.INPUTS, naive.TASKS, Streams([0, 1], "weights"))
    mix = naive.numpy(CrossStitch(own=0.7).build(plan).learned()["mix"])
    assert mix.shape == (2, 2, 3, 3)
    np.testing.assert_allclose(mix, np.broadcast_to(np.where(np.eye(3) > 0, 0.7, 0.15), mix.shape), rtol=1e-6)
    np.testing.assert_allclose(mix.sum(-1), 1, rtol=1e-6)


def test_it_costs_a_network_a_task_and_a_matrix_a_level() -> None:
    network = naive.FIRST + (naive.DEPTH - 1) * naive.LATER
    assert naive.size(naive.build(CrossStitch())) == 3 * network + naive.DEPTH * 9


def test_frozen_coefficients_do_not_learn() -> None:
    for frozen in (False, True):
        trunk = naive.build(CrossStitch(frozen=frozen))
        assert isinstance(trunk, CrossStitchTrunk)
        assert all(stitch.requires_grad != frozen for stitch in trunk.stitches.parameters())
    assert not CrossStitch(own=1.0, frozen=True).shares(MLP())
    assert CrossStitch(own=1.0).shares(MLP())
    assert CrossStitch(frozen=True).shares(MLP())


def test_one_task_has_nobody_to_exchange_with() -> None:
    (problem,) = CrossStitch().problems(MLP(), ("a",))
    assert problem.where == "sharing"
    assert not CrossStitch().problems(MLP(), ("a", "b"))


@pytest.mark.parametrize("own", [0.0, 0.5])
def test_a_task_can_start_from_what_others_have(own: float) -> None:
    plan = TrunkSpec(MLP(depth=1, width=4), naive.INPUTS, ("a", "b"), Streams([0], "weights"))
    trunk = CrossStitch(own=own).build(plan)
    first, second = trunk(naive.inputs()[:1])
    alone = [tower(naive.inputs()[:1]) for tower in trunk.towers]
    np.testing.assert_allclose(naive.numpy(first), naive.numpy(own * alone[0] + (1 - own) * alone[1]), rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(naive.numpy(second), naive.numpy(own * alone[1] + (1 - own) * alone[0]), rtol=1e-5, atol=1e-6)
