"""MGDA: the conditions of its minimum, closed forms, and torchjd's Frank-Wolfe solver as a second opinion."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor
from torchjd.aggregation import MGDAWeighting

from playground.weighting.base import Signals, norms
from tests.weighting.gramians import TASKS, begun, nasty, random_gramians


def solve(gramians: Tensor, losses: Tensor | None = None, normalize: str = "none") -> Tensor:
    """[N, T] weights for Gramians [N, T, T]."""
    count, tasks, _ = gramians.shape
    losses = torch.ones(count, tasks, dtype=gramians.dtype) if losses is None else losses
    return begun("mgda", tasks, range(count), gramians.dtype, normalize=normalize).weigh(Signals(losses, gramians, 0, 0))


def excess(weights: Tensor, gramians: Tensor) -> Tensor:
    """[N] by how much min_i (G w)_i ≥ wᵀ G w fails, in units of the product of the lengths involved."""
    inner = (gramians @ weights.unsqueeze(-1)).squeeze(-1)
    length = (weights * inner).sum(-1)
    lengths = norms(gramians)
    unit = lengths * (weights * lengths).sum(-1, keepdim=True)
    return ((length.unsqueeze(-1) - inner) / unit.clamp(min=1e-15 * lengths.square().amax(-1, keepdim=True) + 1e-300)).amax(-1)


@pytest.mark.parametrize("tasks", TASKS)
@pytest.mark.parametrize("scale", [1e-6, 1.0, 1e6])
def test_no_task_gains_less_than_the_minimum(tasks: int, scale: float) -> None:
    gramians = scale * random_gramians(300, tasks)
    weights = solve(gramians)
    assert (weights >= 0).all()
    torch.testing.assert_close(weights.sum(-1), torch.ones(300).double())
    assert excess(weights, gramians).max() < 1e-8


@pytest.mark.parametrize("tasks", TASKS)
def test_the_minimum_on_nasty_gramians(tasks: int) -> None:
    gramians = torch.stack(list(nasty(tasks).values()))
    weights = solve(gramians)
    assert (weights >= 0).all()
    torch.testing.assert_close(weights.sum(-1), torch.ones(len(gramians)).double())
    assert excess(weights, gramians).max() < 1e-6


def test_two_tasks_have_a_closed_form() -> None:
    gramians = random_gramians(300, 2)
    first, cross, second = gramians[:, 0, 0], gramians[:, 0, 1], gramians[:, 1, 1]
    expected = ((second - cross) / (first + second - 2 * cross)).clamp(0, 1)
    torch.testing.assert_close(solve(gramians)[:, 0], expected, rtol=1e-7, atol=1e-9)


@pytest.mark.parametrize("tasks", TASKS)
def test_it_is_never_longer_than_torchjd(tasks: int) -> None:
    scaled = [scale * random_gramians(40, tasks, seed) for seed, scale in enumerate((1.0, 1e-12, 1e12))]
    gramians = torch.cat([*scaled, torch.stack(list(nasty(tasks).values()))])
    reference = MGDAWeighting(epsilon=1e-9, max_iters=500)
    theirs = torch.stack([reference(gramian) for gramian in gramians])
    ours = solve(gramians)
    squares = [torch.einsum("ri,rij,rj->r", weights, gramians, weights) for weights in (ours, theirs)]
    size = torch.diagonal(gramians, dim1=-2, dim2=-1).amax(-1)
    assert (squares[0] <= squares[1] + 1e-9 * size).all()
    # Every other point of the hull is at least this far from the shortest one (it is a projection); so Frank-Wolfe, which
    # creeps towards the minimum, must come near the same direction.
    gap = torch.einsum("ri,rij,rj->r", ours - theirs, gramians, ours - theirs)
    assert (gap <= squares[1] - squares[0] + 1e-9 * size).all()
    assert (gap <= 1e-3 * size).all()


def test_ties_are_shared_evenly() -> None:
    torch.testing.assert_close(solve(torch.ones(1, 4, 4).double()), torch.full((1, 4), 0.25).double(), rtol=1e-5, atol=0)


@pytest.mark.parametrize("tasks", [2, 3, 5])
def test_normalising_divides_the_gradients_first(tasks: int) -> None:
    gramians = random_gramians(50, tasks)
    losses = 0.1 + torch.rand(50, tasks, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    divisors = {"l2": norms(gramians), "loss": losses, "loss+": losses * norms(gramians)}
    for normalize, divisor in divisors.items():
        divided = gramians / divisor.unsqueeze(-1) / divisor.unsqueeze(-2)
        torch.testing.assert_close(solve(gramians, losses, normalize), solve(divided), rtol=1e-6, atol=1e-9)
