"""Dual projection against scipy's nonnegative least squares on the gradients."""

from __future__ import annotations

import pytest
import torch
from scipy.optimize import nnls

from tests.weighting.gramians import TASKS, gram, once, rows


def test_without_conflict_it_is_the_mean() -> None:
    torch.testing.assert_close(once("dualproj", gram(rows(50, 4).abs())), torch.full((50, 4), 0.25).double())


@pytest.mark.parametrize("tasks", TASKS)
@pytest.mark.parametrize("scale", [1e-6, 1.0, 1e6])
def test_it_is_the_shortest_step_with_no_weight_below_that_of_the_mean(tasks: int, scale: float) -> None:
    gradients = rows(100, tasks)
    gradients[:20, 0] *= 1e3
    weights = once("dualproj", gram(gradients * scale))
    for run, jacobian in enumerate(gradients):
        added, _ = nnls(jacobian.T.numpy(), -jacobian.mean(0).numpy())
        expected = 1 / tasks + torch.from_numpy(added)
        torch.testing.assert_close(weights[run] @ jacobian, expected @ jacobian, rtol=1e-5, atol=1e-6)
        torch.testing.assert_close(weights[run], expected, rtol=1e-5, atol=1e-6)
