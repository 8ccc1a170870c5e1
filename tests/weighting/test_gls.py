"""The geometric mean of the losses against autograd and torchjd."""

from __future__ import annotations

import pytest
import torch
from torchjd.scalarization import GeometricMean

from tests.weighting.gramians import TASKS, once, random_gramians, some_losses


@pytest.mark.parametrize("tasks", TASKS)
def test_weights_are_the_slope_of_the_geometric_mean(tasks: int) -> None:
    losses = some_losses(50, tasks)
    weights = once("gls", random_gramians(50, tasks), losses)
    by_hand, reference = losses.clone().requires_grad_(), losses.clone().requires_grad_()
    (by_hand.prod(-1) ** (1 / tasks)).sum().backward()
    torch.testing.assert_close(weights, by_hand.grad)
    sum(GeometricMean()(row) for row in reference).backward()
    torch.testing.assert_close(weights, reference.grad)
