"""Sluice networks beside slow loops over halves and levels."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from playground.backbones.mlp import MLP
from playground.basics.random_streams import Streams
from playground.sharing.base import TrunkSpec
from playground.sharing.sluice import Sluice, SluiceTrunk
from tests.sharing import naive


def built(**knobs: Any) -> SluiceTrunk:
    trunk = naive.build(Sluice(**knobs))
    assert isinstance(trunk, SluiceTrunk)
    return trunk


def halves(feature: np.ndarray) -> list[np.ndarray]:
    middle = -(-feature.shape[1] // 2)
    return [feature[:, :middle], feature[:, middle:]]


def walk(trunk: SluiceTrunk, x: torch.Tensor, run: int) -> tuple[list[np.ndarray], float]:
    """The features of the tasks, and the sum of the squared products of the halves of all blocks."""
    alpha, beta = (naive.numpy(trunk.learned()[name])[run] for name in ("alpha", "beta"))
    rows, levels, total = [naive.numpy(x)[run]] * 3, [], 0.0
    for level in range(naive.DEPTH):
        own = [naive.layer(tower[level], run, row) for tower, row in zip(trunk.towers, rows, strict=True)]  # type: ignore[index]  # towers are sequences of blocks
        parts = [part for feature in own for part in halves(feature)]
        for first, second in zip(parts[::2], parts[1::2], strict=True):
            for a in first.T:
                for b in second.T:
                    total += float(np.mean(a * b) ** 2)
        mixed = [sum(alpha[level, i, j] * parts[j] for j in range(6)) for i in range(6)]
        rows = [np.concatenate(mixed[2 * t : 2 * t + 2], axis=1) for t in range(3)]  # type: ignore[arg-type]  # sums of arrays
        levels.append(rows)
    return [np.sum([beta[t, level] * levels[level][t] for level in range(naive.DEPTH)], axis=0) for t in range(3)], total


def test_halves_and_levels_are_mixed() -> None:
    trunk, x = built(), naive.inputs()
    naive.agree(trunk(x), [walk(trunk, x, run)[0] for run in range(naive.RUNS)])


def test_the_penalty_is_large_where_halves_are_alike() -> None:
    trunk, x = built(orthogonality=0.5), naive.inputs()
    assert trunk.penalty() is None
    trunk(x)
    penalty = trunk.penalty()
    assert penalty is not None
    for run in range(naive.RUNS):
        assert float(penalty[run].detach()) == pytest.approx(0.5 * walk(trunk, x, run)[1], rel=1e-4)
    alone = built(orthogonality=0.0)
    alone(x)
    assert alone.penalty() is None


def test_coefficients_start_as_asked_for() -> None:
    plan = TrunkSpec(MLP(depth=3, width=4), naive.INPUTS, naive.TASKS, Streams([0, 1], "weights"))
    learned = Sluice(own=0.75, skip=0.2).build(plan).learned()
    alpha, beta = naive.numpy(learned["alpha"]), naive.numpy(learned["beta"])
    np.testing.assert_allclose(alpha, np.broadcast_to(np.where(np.eye(6) > 0, 0.75, 0.05), (2, 3, 6, 6)), rtol=1e-5)
    np.testing.assert_allclose(beta, np.broadcast_to([0.1, 0.1, 0.8], (2, 3, 3)), rtol=1e-5)


def test_an_odd_feature_has_no_partner() -> None:
    plan = TrunkSpec(MLP(depth=1, width=5), (3,), ("a", "b"), Streams([0], "weights"))
    trunk = Sluice(own=0.0).build(plan)
    x = torch.randn(1, 4, 3)
    towers = [tower(x)[0] for tower in trunk.towers]
    padded = [torch.cat([tower[:, 3:], torch.zeros(4, 1)], dim=1) for tower in towers]
    # Half a third of everything else: the first half of a task gets its own second half and both halves of the other task.
    first = (padded[0] + towers[1][:, :3] + padded[1]) / 3
    second = (towers[0][:, :3] + towers[1][:, :3] + padded[1])[:, :2] / 3
    torch.testing.assert_close(trunk(x)[0][0], torch.cat([first, second], dim=1))


def test_it_costs_a_network_a_task_and_its_coefficients() -> None:
    network = naive.FIRST + (naive.DEPTH - 1) * naive.LATER
    assert naive.size(built()) == 3 * network + naive.DEPTH * 36 + 3 * naive.DEPTH


def test_frozen_coefficients_do_not_learn() -> None:
    for frozen in (False, True):
        trunk = built(frozen=frozen)
        mixes = [*trunk.gateways.parameters(), *trunk.skips.parameters()]
        assert all(mix.requires_grad != frozen for mix in mixes)
    assert not Sluice(own=1.0, frozen=True).shares(MLP())
    assert Sluice(own=1.0).shares(MLP())


def test_one_task_has_nobody_to_exchange_with() -> None:
    (problem,) = Sluice().problems(MLP(), ("a",))
    assert problem.where == "sharing"
