"""Smooth Tchebycheff against autograd and torchjd."""

from __future__ import annotations

import pytest
import torch
from torchjd.scalarization import STCH as Reference  # noqa: N811 - both are called STCH

from tests.weighting.gramians import begun, once, random_gramians, signals, some_losses, train


@pytest.mark.parametrize("smoothness", [0.1, 1.0, 5.0])
def test_without_warmup_it_is_torchjds_with_weights_of_one_times_the_number_of_tasks(smoothness: float) -> None:
    losses = some_losses(40, 3)
    weights = once("stch", random_gramians(40, 3), losses, smoothness=smoothness, warmup=0)
    values = losses.clone().requires_grad_()
    reference = Reference(mu=smoothness, weights=torch.ones(3).double())
    sum(reference(row) for row in values).backward()
    torch.testing.assert_close(weights, 3 * values.grad)


def test_the_warmup_measures_the_scales() -> None:
    losses, gramians = signals(9, 2, 3)
    weights = train(begun("stch", 3, range(2), smoothness=0.5, warmup=2), losses, gramians, per_epoch=2)
    assert torch.equal(weights[:4], torch.ones(4, 2, 3).double())
    scale = losses[:4].mean(0)
    for step in range(4, 9):
        values = losses[step].clone().requires_grad_()
        (3 * 0.5 * ((values / scale / 0.5).exp().sum(-1)).log()).sum().backward()
        torch.testing.assert_close(weights[step], values.grad)


def test_on_logarithms_it_descends_the_soft_maximum_of_log_losses() -> None:
    losses, gramians = signals(9, 2, 3)
    weights = train(begun("stch", 3, range(2), smoothness=0.5, warmup=2, on="logs"), losses, gramians, per_epoch=2)
    torch.testing.assert_close(weights[:4], 1 / losses[:4])
    scale = losses[:4].mean(0)
    for step in range(4, 9):
        values = losses[step].clone().requires_grad_()
        (3 * 0.5 * (((values / scale).log() / 0.5).exp().sum(-1)).log()).sum().backward()
        torch.testing.assert_close(weights[step], values.grad)
