"""Random loss weighting."""

from __future__ import annotations

import torch
from gramians import begun, signals, train


def test_a_seed_fixes_the_draws_and_every_step_draws_anew() -> None:
    losses, gramians = signals(6, 3, 4)
    weights = train(begun("random", 4, [1, 2, 1]), losses, gramians)
    assert torch.equal(weights[:, 0], weights[:, 2])
    assert not torch.equal(weights[:, 0], weights[:, 1])
    assert weights[:, 0].unique(dim=0).shape[0] == 6


def test_on_average_every_task_has_the_same() -> None:
    losses, gramians = signals(1500, 4, 3)
    weights = train(begun("random", 3, range(4)), losses, gramians)
    torch.testing.assert_close(weights.mean((0, 1)), torch.ones(3).double(), rtol=0, atol=0.05)
