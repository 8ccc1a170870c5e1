"""Layered extraction beside slow loops."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from playground.backbones.mlp import MLP
from playground.sharing.ple import PLE, PLETrunk
from tests.sharing import naive

SIZES = [(1, 1), (2, 1), (0, 2), (2, 3)]
"""Common experts, and experts of each task."""


def built(shared: int, own: int) -> PLETrunk:
    trunk = naive.build(PLE(shared, own))
    assert isinstance(trunk, PLETrunk)
    return trunk


def mixed(features: list[np.ndarray], weights: np.ndarray) -> Any:
    return sum(weights[:, [e]] * feature for e, feature in enumerate(features))


@pytest.mark.parametrize(("shared", "own"), SIZES)
def test_every_level_is_mixed_by_gates(shared: int, own: int) -> None:
    trunk, x, expected = built(shared, own), naive.inputs(), []
    for run in range(naive.RUNS):
        reads: list[Any] = [naive.numpy(x)[run]] * 4
        for level in trunk._levels():
            mine = [[naive.layer(expert, run, reads[t]) for expert in level.own[t]] for t in range(3)]
            common = [naive.layer(expert, run, reads[3]) for expert in level.common]
            after = [mixed(mine[t] + common, naive.gate(level.gates[t], run, reads[t])) for t in range(3)]
            if level.common_gate is not None:
                everything = mine[0] + mine[1] + mine[2] + common
                after.append(mixed(everything, naive.gate(level.common_gate, run, reads[3])))
            reads = after
        expected.append(reads)
        assert len(reads) == 3
    naive.agree(trunk(x), expected)


@pytest.mark.parametrize(("shared", "own"), SIZES)
def test_it_costs_its_experts_and_its_gates(shared: int, own: int) -> None:
    blocks = (3 * own + shared) * (naive.FIRST + 2 * naive.LATER)
    ways, everything = own + shared, 3 * own + shared
    # A gate of the first level reads the mean over the first axis of the inputs, a later one the features of a block.
    gates = 3 * ways * (naive.INPUTS[1] + 1) + 2 * 3 * ways * (naive.WIDTH + 1)
    common = everything * (naive.INPUTS[1] + 1 + naive.WIDTH + 1) if shared else 0
    assert naive.size(built(shared, own)) == blocks + gates + common


def test_what_is_learned_are_the_mean_gates_of_every_level() -> None:
    trunk = built(2, 2)
    assert trunk.learned() == {}
    trunk(naive.inputs())
    gates = naive.numpy(trunk.learned()["gate"])
    assert gates.shape == (naive.RUNS, 3, 4, 8)
    sums = gates.sum(-1)
    np.testing.assert_allclose(sums[:, :, :3], 1, rtol=1e-5)
    np.testing.assert_allclose(sums[:, :2, 3], 1, rtol=1e-5)
    assert (sums[:, 2, 3] == 0).all()
    # The second task sees its own two experts and the two common ones.
    assert (gates[:, :, 1, [0, 1, 4, 5]] == 0).all()
    assert (gates[:, :, 1, [2, 3, 6, 7]] > 0).all()
    weights = naive.gate(trunk._levels()[0].gates[1], 0, naive.numpy(naive.inputs())[0]).mean(0)
    np.testing.assert_allclose(gates[0, 0, 1, [2, 3, 6, 7]], weights, rtol=1e-4)


def test_it_shares_when_it_has_common_experts() -> None:
    assert PLE(shared=1).shares(MLP())
    assert not PLE(shared=0).shares(MLP())
