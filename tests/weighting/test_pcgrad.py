"""PCGrad on gradients themselves."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from playground.basics.random_streams import Streams
from playground.weighting.base import Signals, permutations
from tests.weighting.gramians import TASKS, begun, gram, rows


def solve(gramians: Tensor, order: str = "given") -> Tensor:
    """[N, T] weights for Gramians [N, T, T]."""
    count, tasks, _ = gramians.shape
    method = begun("pcgrad", tasks, range(count), order=order)
    return method.weigh(Signals(torch.ones(count, tasks).double(), gramians, 0, 0))


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
