"""IMTL-L against autograd, torch's own Adam, and torchjd's module."""

from __future__ import annotations

import torch
from torchjd.scalarization import IMTLL as Reference  # noqa: N811 - both are called IMTLL

from tests.weighting.gramians import begun, signals, train


def test_it_descends_its_objective_as_torchjd_does() -> None:
    losses, gramians = signals(20, 3, 4)
    weights = train(begun("imtl_l", 4, range(3), model_rate=0.05), losses, gramians)
    for run in range(3):
        reference = Reference(4).double()
        adam = torch.optim.Adam(reference.parameters(), lr=0.05)
        for step in range(20):
            values = losses[step, run].clone().requires_grad_()
            adam.zero_grad()
            reference(values).backward()
            torch.testing.assert_close(weights[step, run], values.grad)
            adam.step()


def test_at_rest_every_weighted_loss_is_one() -> None:
    losses = torch.tensor([0.2, 1.0, 3.0]).double().expand(1501, 1, -1)
    weights = train(begun("imtl_l", 3, model_rate=0.02), losses, torch.eye(3).double().expand(1500, 1, 3, 3))
    torch.testing.assert_close(weights[-1, 0] * losses[0, 0], torch.ones(3).double(), rtol=1e-3, atol=0)


def test_the_weight_of_a_task_without_loss_stays_bounded() -> None:
    losses, gramians = torch.zeros(301, 1, 2), torch.eye(2).expand(300, 1, 2, 2)
    weights = train(begun("imtl_l", 2, dtype=torch.float32, model_rate=1.0), losses, gramians)
    assert weights.isfinite().all()
    assert weights.max() > 1e6
