"""Hard sharing beside slow loops."""

from __future__ import annotations

import pytest

from playground.backbones.mlp import MLP
from playground.sharing.hard import Hard, HardTrunk
from tests.sharing import naive


@pytest.mark.parametrize("depth", range(naive.DEPTH + 1))
def test_common_blocks_then_a_tower_a_task(depth: int) -> None:
    trunk = naive.build(Hard(depth))
    assert isinstance(trunk, HardTrunk)
    x, expected = naive.inputs(), []
    for run in range(naive.RUNS):
        common = naive.tower(trunk.common, run, naive.numpy(x)[run])
        expected.append([naive.tower(tower, run, common) for tower in trunk.towers])
    naive.agree([feature.flatten(2) for feature in trunk(x)], [[part.reshape(5, -1) for part in row] for row in expected])


@pytest.mark.parametrize("depth", range(naive.DEPTH + 1))
def test_shared_blocks_are_counted_once(depth: int) -> None:
    blocks = [naive.FIRST, *[naive.LATER] * (naive.DEPTH - 1)]
    assert naive.size(naive.build(Hard(depth))) == sum(blocks[:depth]) + 3 * sum(blocks[depth:])


def test_it_shares_when_it_has_a_common_block() -> None:
    assert Hard(1).shares(MLP())
    assert not Hard(0).shares(MLP())


def test_more_common_blocks_than_blocks_are_a_problem() -> None:
    assert not Hard(2).problems(MLP(depth=2), naive.TASKS)
    (problem,) = Hard(3).problems(MLP(depth=2), naive.TASKS)
    assert problem.where == "sharing.depth"
    assert "2" in problem.should
