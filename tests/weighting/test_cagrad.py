"""CAGrad: the duality that its solution fulfils, a general solver, and the bounds of its radius."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from scipy.optimize import minimize

from playground.weighting.base import norms
from tests.weighting.gramians import TASKS, gains, nasty, once, random_gramians


@pytest.mark.parametrize("tasks", TASKS)
@pytest.mark.parametrize("c", [0.1, 0.5, 0.9, 2.0])
def test_what_it_reaches_is_what_the_dual_problem_bounds(tasks: int, c: float) -> None:
    gramians = random_gramians(200, tasks)
    weights = once("cagrad", gramians, c=c)
    mean = gramians.sum(-1) / tasks
    radius = c * mean.mean(-1).sqrt()
    added = weights - 1 / tasks
    assert (added >= 0).all()
    # The step lies on the rim of the ball.
    distance = torch.einsum("ri,rij,rj->r", added, gramians, added).sqrt()
    torch.testing.assert_close(distance, radius, rtol=1e-6, atol=0)
    # For any w on the simplex, g_w·g_0 + c‖g_0‖‖g_w‖ is more than the worst gain can be; here they meet.
    w = added / added.sum(-1, keepdim=True)
    bound = (mean * w).sum(-1) + radius * torch.einsum("ri,rij,rj->r", w, gramians, w).sqrt()
    worst = gains(weights, gramians).amin(-1)
    assert ((bound - worst).abs() <= 1e-6 * norms(gramians).amax(-1).square()).all()


@pytest.mark.parametrize("tasks", [2, 3, 5])
def test_a_general_solver_finds_nothing_better(tasks: int) -> None:
    gramians = random_gramians(15, tasks)
    weights = once("cagrad", gramians, c=0.5)
    for gramian, ours in zip(gramians.numpy(), (weights - 1 / tasks).numpy(), strict=True):
        mean = gramian.mean(-1)
        radius = 0.5 * np.sqrt(mean.mean())

        def bound(w: np.ndarray, gramian: np.ndarray = gramian, mean: np.ndarray = mean, radius: float = radius) -> float:
            return float(w @ mean + radius * np.sqrt(w @ gramian @ w))

        sums_to_one = {"type": "eq", "fun": lambda w: w.sum() - 1}
        start, bounds = np.full(tasks, 1 / tasks), [(0, 1)] * tasks
        found = minimize(bound, start, bounds=bounds, constraints=[sums_to_one], method="SLSQP", options={"ftol": 1e-14})
        assert bound(ours / ours.sum()) <= found.fun + 1e-9 * np.trace(gramian)
        np.testing.assert_allclose(ours / ours.sum(), found.x, atol=1e-3)


def test_a_radius_of_zero_is_the_mean() -> None:
    assert torch.equal(once("cagrad", random_gramians(20, 3), c=0.0), torch.full((20, 3), 1 / 3, dtype=torch.float64))


@pytest.mark.parametrize("tasks", TASKS)
def test_the_worst_task_gains_at_least_what_it_does_with_the_mean(tasks: int) -> None:
    gramians = torch.cat([random_gramians(100, tasks), torch.stack(list(nasty(tasks).values()))])
    ours, mean = (
        gains(weights, gramians).amin(-1) for weights in (once("cagrad", gramians), torch.full_like(gramians[:, 0], 1 / tasks))
    )
    assert (ours >= mean - 1e-6 * norms(gramians).amax(-1).square()).all()
