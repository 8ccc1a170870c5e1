"""UPGrad against scipy's nonnegative least squares on the gradients, and half of PCGrad for two tasks."""

from __future__ import annotations

import pytest
import torch
from scipy.optimize import nnls

from playground.weighting.base import norms
from tests.weighting.gramians import TASKS, gram, nasty, once, random_gramians, rows


@pytest.mark.parametrize("tasks", TASKS)
def test_every_gradient_is_projected_on_its_own(tasks: int) -> None:
    gradients = rows(40, tasks)
    gradients[:10, 0] *= 1e3
    weights = once("upgrad", gram(gradients))
    for run, jacobian in enumerate(gradients):
        expected = torch.full((tasks,), 1 / tasks, dtype=torch.float64)
        for gradient in jacobian:
            added, _ = nnls(jacobian.T.numpy(), -gradient.numpy())
            expected += torch.from_numpy(added) / tasks
        torch.testing.assert_close(weights[run], expected, rtol=1e-5, atol=1e-6)


def test_with_two_tasks_it_is_half_of_pcgrad() -> None:
    gramians = torch.cat([random_gramians(200, 2), torch.stack(list(nasty(2).values()))])
    ours, surgery = once("upgrad", gramians) * norms(gramians), once("pcgrad", gramians) * norms(gramians)
    gap = (2 * ours - surgery).abs().amax(-1)
    assert (gap <= 1e-5 * surgery.abs().amax(-1)).all()
