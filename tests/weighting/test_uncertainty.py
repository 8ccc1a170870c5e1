"""Uncertainty weighting against autograd, torch's own Adam, and torchjd's module."""

from __future__ import annotations

import torch
from torchjd.scalarization import UW as Reference  # noqa: N811 - an abbreviation

from playground.basics.random_streams import Streams
from playground.catalog import methods
from playground.weighting.base import FleetSetup, Signals
from tests.weighting.gramians import begun, signals, train

FACTORS = torch.tensor([0.5, 1.0, 0.5]).double()


def test_it_descends_its_objective_as_autograd_does() -> None:
    losses, gramians = signals(20, 4, 3)
    weights = train(begun("uncertainty", 3, range(4), model_rate=0.05), losses, gramians)
    for run in range(4):
        s = torch.zeros(3, dtype=torch.float64, requires_grad=True)
        adam = torch.optim.Adam([s], lr=0.05)
        for step in range(20):
            torch.testing.assert_close(weights[step, run], FACTORS * (-s.detach()).exp())
            adam.zero_grad()
            (FACTORS * (-s).exp() * losses[step, run] + 0.5 * s).sum().backward()
            adam.step()


def test_it_equals_torchjd_for_regression_tasks() -> None:
    losses, _ = signals(20, 1, 3)
    method = methods()["uncertainty"]()
    method.begin(FleetSetup(("regression",) * 3, Streams((0,), "test"), torch.full((1,), 0.05).double()))
    reference = Reference(3).double()
    adam = torch.optim.Adam(reference.parameters(), lr=0.05)
    for step in range(20):
        values = losses[step, 0].clone().requires_grad_()
        adam.zero_grad()
        reference(values).backward()
        torch.testing.assert_close(method.weigh(Signals(losses[step], None, step, 0))[0], values.grad)
        adam.step()


def test_each_run_learns_at_its_own_rate() -> None:
    losses, gramians = signals(3, 2, 3)
    method = begun("uncertainty", 3, range(2))
    method.setting.rates[:] = torch.tensor([0.0, 0.5])
    weights = train(method, losses, gramians)
    torch.testing.assert_close(weights[:, 0], FACTORS.expand(3, -1))
    assert (weights[1:, 1] - FACTORS).abs().min() > 0.01


def test_at_rest_the_weight_is_the_inverse_loss() -> None:
    losses = torch.tensor([0.2, 1.0, 3.0]).double().expand(1501, 1, -1)
    gramians = torch.eye(3).double().expand(1500, 1, 3, 3)
    weights = train(begun("uncertainty", 3, model_rate=0.02), losses, gramians)
    torch.testing.assert_close(weights[-1, 0] * losses[0, 0], torch.full((3,), 0.5).double(), rtol=1e-3, atol=0)


def test_the_weight_of_a_task_without_loss_stays_bounded() -> None:
    losses, gramians = torch.zeros(301, 1, 2), torch.eye(2).expand(300, 1, 2, 2)
    weights = train(begun("uncertainty", 2, dtype=torch.float32, model_rate=1.0), losses, gramians)
    assert weights.isfinite().all()
    assert 1e8 < weights.max() < 5e8, "the number on the card"
