"""FairGrad: its condition, Nash-MTL as a special case, and torchjd's weights."""

from __future__ import annotations

import pytest
import torch
from torchjd.aggregation import FairGradWeighting

from tests.weighting.gramians import TASKS, gains, once, random_gramians


@pytest.mark.parametrize("tasks", TASKS)
@pytest.mark.parametrize("p", [1.0, 1.5, 2.0, 5.0, 10.0])
@pytest.mark.parametrize("scale", [1e-6, 1.0, 1e6])
def test_the_gains_are_the_power_of_the_weights(tasks: int, p: float, scale: float) -> None:
    gramians = scale * random_gramians(100, tasks)
    gramians[:10, 0] *= 1e3
    gramians[:10, :, 0] *= 1e3
    weights = once("fairgrad", gramians, p=p)
    assert (weights > 0).all()
    torch.testing.assert_close(gains(weights, gramians), weights ** (-1 / p), rtol=1e-5, atol=0)


@pytest.mark.parametrize("tasks", TASKS)
def test_it_is_nash_for_p_one(tasks: int) -> None:
    gramians = random_gramians(100, tasks)
    torch.testing.assert_close(once("fairgrad", gramians), once("nash", gramians, max_norm=0.0))


@pytest.mark.parametrize("tasks", [2, 3, 5])
@pytest.mark.parametrize("p", [1.0, 2.0])
def test_it_equals_torchjd(tasks: int, p: float) -> None:
    # Of unit length on average, as the general routine that torchjd calls loses its way on badly scaled equations.
    gramians = random_gramians(40, tasks)
    gramians = gramians / torch.diagonal(gramians, dim1=-2, dim2=-1).mean(-1)[:, None, None]
    theirs = torch.stack([FairGradWeighting(alpha=p)(gramian) for gramian in gramians])
    torch.testing.assert_close(once("fairgrad", gramians, p=p), theirs, rtol=1e-3, atol=1e-4)
