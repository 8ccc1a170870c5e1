"""Adapters beside slow loops, and who learns when."""

from __future__ import annotations

import numpy as np
import torch

from playground.sharing.adapters import Adapters, AdapterTrunk
from playground.training.loop import Training
from tests.experiments import runs, small
from tests.sharing import naive


def built(rank: int = 2, alone: float = 0.5) -> AdapterTrunk:
    trunk = naive.build(Adapters(rank, alone))
    assert isinstance(trunk, AdapterTrunk)
    return trunk


def test_each_task_adds_a_correction_after_every_block() -> None:
    trunk, x, expected = built(), naive.inputs(), []
    for run in range(naive.RUNS):
        tasks = []
        for task in range(3):
            rows = naive.numpy(x)[run]
            for block, adapters in trunk._levels():
                rows = naive.layer(block, run, rows)
                down, up = (naive.numpy(part)[run] for part in (adapters[task].down, adapters[task].up))
                rows = rows + np.maximum(rows @ down, 0) @ up
            tasks.append(rows)
        expected.append(tasks)
    naive.agree(trunk(x), expected)


def test_it_costs_a_network_and_two_thin_matrices_a_task_and_level() -> None:
    network = naive.FIRST + (naive.DEPTH - 1) * naive.LATER
    assert naive.size(built(rank=3)) == network + 3 * naive.DEPTH * 2 * 3 * naive.WIDTH


def test_first_the_common_network_learns_and_then_the_adapters() -> None:
    trunk = built(alone=0.5)
    common, adapters = tuple(trunk.common.parameters()), tuple(trunk.adapters.parameters())
    assert trunk.frozen_parameters(0.0) == trunk.frozen_parameters(0.49) == adapters
    assert trunk.frozen_parameters(0.5) == trunk.frozen_parameters(1.0) == common
    assert built(alone=0.0).frozen_parameters(0.0) == ()


def test_a_training_keeps_still_what_rests() -> None:
    training = Training(runs(small(sharing="adapters", sharing__alone=0.5, steps=20)), device="cpu")
    trunk, seen = training.network.trunk, dict[int, list[torch.Tensor]]()
    assert isinstance(trunk, AdapterTrunk)
    for event in training.events():
        if type(event).__name__ == "Stepped" and event.step in (1, 10, 20):  # type: ignore[union-attr]  # a step has a number
            seen[event.step] = [  # type: ignore[union-attr]  # a step has a number
                torch.cat([p.detach().clone().flatten() for p in part.parameters()]) for part in (trunk.common, trunk.adapters)
            ]
    assert not torch.equal(seen[1][0], seen[10][0])
    assert torch.equal(seen[1][1], seen[10][1])
    assert torch.equal(seen[10][0], seen[20][0])
    assert not torch.equal(seen[10][1], seen[20][1])


def test_what_is_learned_is_the_size_of_the_corrections() -> None:
    trunk = built()
    found = naive.numpy(trunk.learned()["size"])
    assert found.shape == (naive.RUNS, naive.DEPTH, 3)
    adapter = trunk._levels()[1][1][2]
    expected = np.linalg.norm(naive.numpy(adapter.down)[1] @ naive.numpy(adapter.up)[1]) / naive.WIDTH**0.5
    np.testing.assert_allclose(found[1, 1, 2], expected, rtol=1e-4)
