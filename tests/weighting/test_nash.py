"""Nash-MTL: the condition of its bargain, closed forms, and the bound on its step."""

from __future__ import annotations

import pytest
import torch

from playground.weighting.base import norms
from tests.weighting.gramians import TASKS, gains, nasty, once, random_gramians


@pytest.mark.parametrize("tasks", TASKS)
@pytest.mark.parametrize("scale", [1e-12, 1e-6, 1.0, 1e6, 1e12])
def test_every_tasks_weighted_gain_is_one(tasks: int, scale: float) -> None:
    gramians = scale * random_gramians(200, tasks)
    weights = once("nash", gramians, max_norm=0.0)
    assert (weights > 0).all()
    torch.testing.assert_close(weights * gains(weights, gramians), torch.ones(200, tasks).double(), rtol=1e-6, atol=0)


@pytest.mark.parametrize("tasks", TASKS)
def test_every_tasks_weighted_gain_is_one_on_uneven_gramians_too(tasks: int) -> None:
    gramians = torch.stack(
        [nasty(tasks)[case] for case in ("one huge", "one tiny", "scales apart", "parallel", "two of a kind")]
    )
    weights = once("nash", gramians, max_norm=0.0)
    torch.testing.assert_close(weights * gains(weights, gramians), torch.ones_like(weights), rtol=1e-4, atol=0)


def test_where_no_step_serves_all_weights_stay_within_reason() -> None:
    for tasks in TASKS:
        gramians = torch.stack([nasty(tasks)[case] for case in ("opposed", "opposed, uneven", "sum to zero")])
        weights = once("nash", gramians)
        assert (weights > 0).all()
        assert ((weights * norms(gramians)) < 1e6).all()


def test_two_tasks_have_a_closed_form() -> None:
    gramians = random_gramians(200, 2)
    lengths = norms(gramians)
    cosine = gramians[:, :1, 1] / lengths.prod(-1, keepdim=True)
    torch.testing.assert_close(once("nash", gramians, max_norm=0.0), 1 / (lengths * (1 + cosine).sqrt()), rtol=1e-7, atol=0)


@pytest.mark.parametrize("tasks", TASKS)
def test_a_long_step_is_shortened_and_a_short_one_kept(tasks: int) -> None:
    gramians = random_gramians(100, tasks)
    free = once("nash", gramians, max_norm=0.0)
    length = (free * gains(free, gramians)).sum(-1, keepdim=True).sqrt()
    torch.testing.assert_close(length, torch.full_like(length, tasks**0.5), rtol=1e-6, atol=0)
    torch.testing.assert_close(once("nash", gramians), free / length)
    torch.testing.assert_close(once("nash", gramians, max_norm=10.0), free)
