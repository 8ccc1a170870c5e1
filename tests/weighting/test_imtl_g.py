"""IMTL-G: its defining property and its kinship with others."""

from __future__ import annotations

import pytest
import torch

from playground.weighting.base import norms
from tests.weighting.gramians import TASKS, gains, nasty, once, random_gramians


@pytest.mark.parametrize("tasks", TASKS)
def test_the_step_reaches_equally_far_along_every_gradient(tasks: int) -> None:
    gramians = random_gramians(200, tasks)
    weights = once("imtl_g", gramians)
    reach = gains(weights, gramians) / norms(gramians)
    torch.testing.assert_close(reach, reach[:, :1].expand_as(reach), rtol=1e-6, atol=1e-9)
    torch.testing.assert_close(weights.sum(-1), torch.ones(200).double())


@pytest.mark.parametrize("tasks", TASKS)
def test_config_goes_the_same_way(tasks: int) -> None:
    gramians = torch.cat([random_gramians(200, tasks), torch.stack(list(nasty(tasks).values()))])
    one, other = (once(key, gramians) * norms(gramians) for key in ("imtl_g", "config"))
    product = (one * other).sum(-1)
    torch.testing.assert_close(product.abs(), one.norm(dim=-1) * other.norm(dim=-1), rtol=1e-6, atol=1e-12)


def test_with_two_tasks_nash_goes_the_same_way() -> None:
    gramians = random_gramians(200, 2)
    one, other = once("imtl_g", gramians), once("nash", gramians)
    torch.testing.assert_close(one, other / other.sum(-1, keepdim=True), rtol=1e-6, atol=0)
