"""PCGrad on gradients themselves, and torchjd's as a second opinion."""

from __future__ import annotations

import pytest
import torch
from gramians import TASKS, begun, gram, nasty, random_gramians, rows
from torch import Tensor
from torchjd.aggregation import PCGradWeighting

from playground.streams import Streams
from playground.weighting.base import Signals, permutations


def solve(gramians: Tensor, order: str = "given") -> Tensor:
    """[N, T] weights for Gramians [N, T, T]."""
    count, tasks, _ = gramians.shape
    method = begun("pcgrad", tasks, range(count), order=order)
    return method.weigh(Signals(torch.ones(count, tasks).double(), gramians, 0, 0))


@pytest.mark.parametrize("tasks", TASKS)
def test_it_equals_torchjd_in_the_given_order(tasks: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch, "randperm", torch.arange)
    cases = {name: gramian for name, gramian in nasty(tasks).items() if "zero" not in name}
    gramians = torch.cat([random_gramians(200, tasks), torch.stack(list(cases.values()))])
    theirs = torch.stack([PCGradWeighting()(gramian) for gramian in gramians])
    torch.testing.assert_close(solve(gramians), theirs, rtol=1e-7, atol=1e-9)


@pytest.mark.parametrize("tasks", TASKS)
def test_it_is_surgery_on_gradients_in_the_order_drawn(tasks: int) -> None:
    gradients = rows(20, tasks)
    weights = solve(gram(gradients), "random")
    orders = permutations(Streams(range(20), "test"), tasks)
    for run in range(20):
        total = torch.zeros_like(gradients[run, 0])
        for i in range(tasks):
            mine = gradients[run, i].clone()
            for j in orders[run, i].tolist():
                other = gradients[run, j]
                if j != i and mine @ other < 0:
                    mine -= (mine @ other) / (other @ other) * other
            total += mine
        torch.testing.assert_close(weights[run] @ gradients[run], total)


def test_without_conflict_it_is_the_plain_sum() -> None:
    gramians = gram(rows(50, 4).abs())
    assert torch.equal(solve(gramians, "random"), torch.ones(50, 4).double())
