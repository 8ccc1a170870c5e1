"""Soft sharing by a penalty beside slow loops."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from playground import catalog
from playground.backbones.mlp import MLP
from playground.basics.random_streams import Streams
from playground.sharing.base import TrunkSpec
from playground.sharing.soft_l2 import SoftL2, SoftTrunk
from tests.sharing import naive


def blocks(trunk: SoftTrunk, run: int) -> list[list[np.ndarray]]:
    """[level][task] all parameters of a block of one run, as one row."""
    return [
        [np.concatenate([naive.numpy(p)[run].ravel() for p in tower[level].parameters()]) for tower in trunk.towers]  # type: ignore[index]  # towers are sequences of blocks
        for level in range(naive.DEPTH)
    ]


def test_features_are_those_of_towers() -> None:
    trunk = naive.build(SoftL2(0.5))
    assert isinstance(trunk, SoftTrunk)
    x = naive.inputs()
    naive.agree(
        trunk(x), [[naive.tower(tower, run, naive.numpy(x)[run]) for tower in trunk.towers] for run in range(naive.RUNS)]
    )
    assert naive.size(trunk) == 3 * (naive.FIRST + (naive.DEPTH - 1) * naive.LATER)


def test_the_penalty_is_the_sum_of_squared_distances_from_the_mean_over_the_units() -> None:
    trunk = naive.build(SoftL2(0.25))
    assert isinstance(trunk, SoftTrunk)
    penalty = trunk.penalty()
    assert penalty is not None
    for run in range(naive.RUNS):
        total = 0.0
        for level in blocks(trunk, run):
            mean = sum(level) / 3
            total += sum(float(((block - mean) ** 2).sum()) for block in level)
        assert float(penalty[run].detach()) == pytest.approx(0.25 * total / naive.WIDTH, rel=1e-4)


def test_the_penalty_pulls_every_tower_toward_the_mean() -> None:
    trunk = naive.build(SoftL2(0.5))
    assert isinstance(trunk, SoftTrunk)
    penalty = trunk.penalty()
    assert penalty is not None
    penalty.sum().backward()
    weights = [tower[1].linear.weight for tower in trunk.towers]  # type: ignore[index]  # towers are sequences of blocks
    mean = torch.stack([weight.detach() for weight in weights]).mean(0)
    for weight in weights:
        torch.testing.assert_close(weight.grad, 2 * 0.5 * (weight.detach() - mean) / naive.WIDTH, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("backbone", ["mlp", "cnn", "resnet", "transformer"])
def test_a_strength_starts_with_about_the_same_penalty_at_any_width(backbone: str) -> None:
    shape = (6, 6) if backbone == "mlp" else (1, 8, 8)
    first = []
    for knobs in ({"width": width} for width in (8, 16, 32, 64)):
        plan = TrunkSpec(catalog.backbones()[backbone](**knobs), shape, naive.TASKS, Streams(range(8), "weights"))
        penalty = SoftL2(1.0).build(plan).penalty()
        assert penalty is not None
        first.append(float(penalty.detach().mean()))
    assert max(first) < 1.5 * min(first), first


def test_only_runs_with_a_strength_are_held() -> None:
    plan = TrunkSpec(MLP(depth=1, width=4), (3,), ("a", "b"), Streams([0, 1], "weights"), mixed={"strength": (0.0, 2.0)})
    held = SoftL2(1.0).build(plan).held()
    assert held is not None
    assert held.tolist() == [False, True]


def test_without_strength_or_company_there_is_no_penalty() -> None:
    assert naive.build(SoftL2(0.0)).penalty() is None
    assert naive.build(SoftL2(1.0), ("a",)).penalty() is None


def test_what_is_learned_is_the_relative_distance_of_every_block() -> None:
    trunk = naive.build(SoftL2(1.0))
    assert isinstance(trunk, SoftTrunk)
    distance = naive.numpy(trunk.learned()["distance"])
    assert distance.shape == (naive.RUNS, naive.DEPTH, 3)
    for run in range(naive.RUNS):
        for number, level in enumerate(blocks(trunk, run)):
            mean = sum(level) / 3
            for task, block in enumerate(level):
                expected = np.linalg.norm(block - mean) / np.linalg.norm(mean)
                assert distance[run, number, task] == pytest.approx(expected, rel=1e-4)
