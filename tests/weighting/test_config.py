"""ConFIG: its defining property, and torchjd's aggregator on gradients."""

from __future__ import annotations

import pytest
import torch
from torchjd.aggregation import ConFIG as Reference

from playground.weighting.base import norms
from tests.weighting.gramians import TASKS, gains, gram, once, random_gramians, rows


@pytest.mark.parametrize("tasks", TASKS)
def test_equal_cosines_and_the_length_of_all_parts_together(tasks: int) -> None:
    gramians = random_gramians(200, tasks)
    weights = once("config", gramians)
    gain = gains(weights, gramians)
    length = (weights * gain).sum(-1, keepdim=True).sqrt()
    cosines = gain / norms(gramians) / length
    assert (cosines > 0).all()
    torch.testing.assert_close(cosines, cosines[:, :1].expand_as(cosines), rtol=1e-6, atol=1e-9)
    torch.testing.assert_close(length, gain.sum(-1, keepdim=True) / length, rtol=1e-6, atol=0)


@pytest.mark.parametrize("tasks", TASKS)
@pytest.mark.parametrize("scale", [1e-6, 1.0, 1e6])
def test_it_equals_torchjd(tasks: int, scale: float) -> None:
    gradients = scale * rows(100, tasks)
    gradients[:20, 0] *= 1e6
    gradients[20:40, -1] = gradients[20:40, 0] + 2 * gradients[20:40, -2] if tasks > 2 else gradients[20:40, -1]
    step = (once("config", gram(gradients)).unsqueeze(1) @ gradients).squeeze(1)
    theirs = torch.stack([Reference()(jacobian) for jacobian in gradients])
    torch.testing.assert_close(step, theirs, rtol=1e-5, atol=1e-7 * scale)


def test_exactly_opposed_gradients_have_no_such_step() -> None:
    assert torch.equal(once("config", torch.tensor([[[1.0, -2.0], [-2.0, 4.0]]]).double()), torch.zeros(1, 2).double())
