"""The sum of logarithms."""

from __future__ import annotations

import torch

from tests.weighting.gramians import once, random_gramians, some_losses


def test_every_weighted_loss_is_one() -> None:
    losses = some_losses(20, 3)
    torch.testing.assert_close(once("log_loss", random_gramians(20, 3), losses) * losses, torch.ones_like(losses))
