"""Dynamic weight average against a second implementation, and torchjd's."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest
import torch
from torchjd.scalarization import DWA as Reference  # noqa: N811 - both are called DWA

from playground.weighting.base import Signals
from tests.weighting.gramians import begun, signals, train

LENGTHS = (3, 1, 4, 2, 3)
"""Steps in each epoch: epochs need not be equally long."""


def in_epochs(losses: torch.Tensor, temperature: float) -> list[torch.Tensor]:
    """Weights [R, T] of every step, method under test."""
    method = begun("dwa", losses.shape[-1], range(losses.shape[1]), temperature=temperature)
    epochs = [epoch for epoch, length in enumerate(LENGTHS) for _ in range(length)]
    return [method.weigh(Signals(losses[step], None, step, epoch)) for step, epoch in enumerate(epochs)]


@pytest.mark.parametrize("temperature", [0.5, 2.0])
def test_it_follows_the_formula_epoch_by_epoch(temperature: float) -> None:
    losses, _ = signals(sum(LENGTHS), 2, 3)
    weights = in_epochs(losses, temperature)
    starts = [sum(LENGTHS[:epoch]) for epoch in range(len(LENGTHS) + 1)]
    for run in range(2):
        means = [[sum(float(losses[s, run, t]) for s in range(a, b)) / (b - a) for t in range(3)] for a, b in pairwise(starts)]
        for epoch, length in enumerate(LENGTHS):
            expected = [1.0, 1.0, 1.0]
            if epoch >= 2:
                powers = [math.exp(means[epoch - 1][t] / means[epoch - 2][t] / temperature) for t in range(3)]
                expected = [3 * power / sum(powers) for power in powers]
            for step in range(starts[epoch], starts[epoch] + length):
                assert weights[step][run].tolist() == pytest.approx(expected)


def test_it_equals_torchjd() -> None:
    losses, _ = signals(sum(LENGTHS), 1, 4)
    weights = in_epochs(losses, 2.0)
    reference, step = Reference(temperature=2.0), 0
    for length in LENGTHS:
        for _ in range(length):
            values = losses[step, 0].clone().requires_grad_()
            reference(values).backward()
            torch.testing.assert_close(weights[step][0], values.grad)
            step += 1
        reference.step()


def test_the_slow_task_gets_more() -> None:
    falling = torch.tensor([[1.0, 1.0], [0.5, 1.0], [0.2, 1.0]]).double().unsqueeze(1)
    weights = train(begun("dwa", 2), torch.cat([falling, falling[-1:]]), torch.eye(2).double().expand(3, 1, 2, 2), per_epoch=1)
    assert weights[1].tolist() == [[1.0, 1.0]]
    assert weights[2, 0, 0] < 1 < weights[2, 0, 1]
