"""GradNorm against a second implementation in plain numbers."""

from __future__ import annotations

import math

import pytest
import torch

from tests.weighting.gramians import begun, signals, train


@pytest.mark.parametrize(("alpha", "rate"), [(1.5, 0.025), (0.12, 0.1), (0.0, 0.01)])
def test_it_follows_the_formula_step_by_step(alpha: float, rate: float) -> None:
    losses, gramians = signals(12, 2, 3)
    weights = train(begun("gradnorm", 3, range(2), alpha=alpha, rate=rate), losses, gramians)
    for run in range(2):
        w = [1.0, 1.0, 1.0]
        for step in range(12):
            assert weights[step, run].tolist() == pytest.approx(w)
            n = [math.sqrt(gramians[step, run, i, i]) for i in range(3)]
            ratios = [float(losses[step, run, i] / losses[0, run, i]) for i in range(3)]
            mean = sum(w[i] * n[i] for i in range(3)) / 3
            for i, target in enumerate([mean * (ratio / (sum(ratios) / 3)) ** alpha for ratio in ratios]):
                difference = w[i] * n[i] - target
                w[i] = max(w[i] - rate * n[i] * ((difference > 0) - (difference < 0)), 1e-3)
            w = [3 * value / sum(w) for value in w]


def test_lengths_even_out() -> None:
    lengths = torch.tensor([1.0, 2.0, 4.0]).double()
    losses = torch.ones(801, 1, 3).double()
    weights = train(begun("gradnorm", 3, alpha=0.0, rate=0.001), losses, torch.diag(lengths**2).expand(800, 1, 3, 3))
    weighted = weights[-1, 0] * lengths
    torch.testing.assert_close(weighted / weighted.mean(), torch.ones(3).double(), rtol=0.02, atol=0)


def test_weights_stay_positive_whatever_the_length() -> None:
    losses, gramians = signals(30, 4, 3)
    weights = train(begun("gradnorm", 3, range(4)), losses, 1e6 * gramians)
    assert (weights > 0).all()
