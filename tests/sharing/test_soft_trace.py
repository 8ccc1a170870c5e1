"""Soft sharing by a trace norm beside the singular values of numpy."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from playground.backbones.mlp import MLP
from playground.basics.random_streams import Streams
from playground.sharing.base import TrunkSpec
from playground.sharing.soft_trace import SoftTrace, TraceTrunk, nuclear_norm
from tests.sharing import naive


def rows(trunk: TraceTrunk, level: int, run: int) -> np.ndarray:
    """[T, P] all parameters of a block of one run, a row a task."""
    return np.stack(
        [np.concatenate([naive.numpy(p)[run].ravel() for p in tower[level].parameters()]) for tower in trunk.towers]
    )  # type: ignore[index]  # towers are sequences of blocks


def built(strength: float, tasks: tuple[str, ...] = naive.TASKS) -> TraceTrunk:
    trunk = naive.build(SoftTrace(strength), tasks)
    assert isinstance(trunk, TraceTrunk)
    return trunk


def test_features_are_those_of_towers() -> None:
    trunk, x = built(0.5), naive.inputs()
    naive.agree(
        trunk(x), [[naive.tower(tower, run, naive.numpy(x)[run]) for tower in trunk.towers] for run in range(naive.RUNS)]
    )
    assert naive.size(trunk) == 3 * (naive.FIRST + (naive.DEPTH - 1) * naive.LATER)


def test_the_penalty_is_the_sum_of_singular_values() -> None:
    trunk = built(0.25)
    penalty = trunk.penalty()
    assert penalty is not None
    for run in range(naive.RUNS):
        total = sum(np.linalg.svd(rows(trunk, level, run), compute_uv=False).sum() for level in range(naive.DEPTH))
        assert float(penalty[run].detach()) == pytest.approx(0.25 * total / naive.WIDTH**0.5, rel=1e-4)


def test_its_gradient_is_the_product_of_the_singular_vectors() -> None:
    matrices = torch.randn(4, 3, 10, dtype=torch.float64, requires_grad=True)
    nuclear_norm(matrices).sum().backward()
    for found, one in zip(matrices.grad, matrices.detach(), strict=True):  # type: ignore[arg-type]  # there is a gradient
        left, _values, right = np.linalg.svd(one.numpy(), full_matrices=False)
        np.testing.assert_allclose(found.numpy(), left @ right, rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize("rank", [0, 1, 2])
def test_the_gradient_is_finite_where_singular_values_are_zero_or_equal(rank: int) -> None:
    orthogonal = np.linalg.qr(np.random.default_rng(0).normal(size=(8, 3)))[0].T
    values = torch.tensor(np.diag([1.0] * rank + [0.0] * (3 - rank)) @ orthogonal, dtype=torch.float32)
    matrices = values.repeat(2, 1, 1).requires_grad_()
    norm = nuclear_norm(matrices)
    norm.sum().backward()
    np.testing.assert_allclose(naive.numpy(norm), rank, atol=1e-5)
    assert matrices.grad is not None
    np.testing.assert_allclose(matrices.grad[0].numpy(), values.numpy(), atol=1e-4)


def test_steps_along_it_leave_few_directions() -> None:
    matrices = torch.randn(1, 3, 12, generator=torch.Generator().manual_seed(0)).requires_grad_()
    begun = torch.linalg.svdvals(matrices.detach())[0]
    for _step in range(int(50 * float(begun[1] + begun[0]) / 2)):
        (slope,) = torch.autograd.grad(nuclear_norm(matrices).sum(), matrices)
        matrices = (matrices - 0.02 * slope).detach().requires_grad_()
    ended = torch.linalg.svdvals(matrices.detach())[0]
    assert ended[0] > 5 * ended[1]
    assert ended[1] < 0.05


def test_a_strength_starts_with_about_the_same_penalty_at_any_width() -> None:
    first = []
    for width in (8, 16, 64, 128):
        penalty = (
            SoftTrace(1.0)
            .build(TrunkSpec(MLP(depth=2, width=width), (36,), naive.TASKS, Streams(range(8), "weights")))
            .penalty()
        )
        assert penalty is not None
        first.append(float(penalty.detach().mean()))
    assert max(first) < 1.2 * min(first), first


def test_without_strength_or_company_there_is_no_penalty() -> None:
    assert built(0.0).penalty() is None
    assert built(1.0, ("a",)).penalty() is None


def test_what_is_learned_are_the_singular_values_of_every_block() -> None:
    trunk = built(1.0)
    values = naive.numpy(trunk.learned()["singular"])
    assert values.shape == (naive.RUNS, naive.DEPTH, 3)
    for run in range(naive.RUNS):
        for level in range(naive.DEPTH):
            expected = np.linalg.svd(rows(trunk, level, run), compute_uv=False)
            np.testing.assert_allclose(values[run, level], expected, rtol=1e-4)
