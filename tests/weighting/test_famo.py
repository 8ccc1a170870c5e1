"""FAMO against torchjd's module and a second implementation with autograd."""

from __future__ import annotations

import torch
from torchjd.scalarization import FAMO as Reference  # noqa: N811 - both are called FAMO

from tests.weighting.gramians import begun, signals, train


def test_it_follows_the_formula_step_by_step() -> None:
    losses, gramians = signals(30, 3, 4)
    weights = train(begun("famo", 4, range(3), rate=0.1, decay=0.01), losses, gramians)
    for run in range(3):
        logits = torch.zeros(4, dtype=torch.float64, requires_grad=True)
        adam = torch.optim.Adam([logits], lr=0.1, weight_decay=0.01)
        for step in range(30):
            share = logits.softmax(-1)
            before, after = losses[step, run], losses[step + 1, run]
            raw = share.detach() / before
            torch.testing.assert_close(weights[step, run], raw / raw.sum())
            adam.zero_grad()
            share.backward(before.log() - after.log())
            adam.step()


def test_it_equals_torchjd() -> None:
    losses, gramians = signals(30, 1, 3)
    weights = train(begun("famo", 3), losses, gramians)
    reference = Reference(3, lr=0.025, weight_decay=1e-3).double()
    for step in range(30):
        values = losses[step, 0].clone().requires_grad_()
        reference(values).backward()
        torch.testing.assert_close(weights[step, 0], values.grad, rtol=1e-5, atol=1e-6)
        reference.update(losses[step + 1, 0])


def test_the_task_that_falls_least_gets_more() -> None:
    losses = torch.stack([0.9 ** torch.arange(21.0), torch.ones(21)], dim=-1).double().unsqueeze(1)
    method = begun("famo", 2)
    train(method, losses, torch.eye(2).double().expand(20, 1, 2, 2))
    share = method.logits.softmax(-1)[0]  # type: ignore[attr-defined] # of FAMO alone
    assert share[1] > 0.6


def test_where_a_loss_goes_to_zero_its_task_takes_the_weight_as_the_card_says() -> None:
    falling = 0.97 ** torch.arange(501.0)
    losses = torch.stack([falling, torch.ones(501)], dim=-1).unsqueeze(1)
    weights = train(begun("famo", 2, dtype=torch.float32), losses, torch.eye(2).expand(500, 1, 2, 2))
    assert 1e-7 < falling[-2] < 5e-7
    assert 2e-6 < weights[-1, 0, 1] < 1e-5
