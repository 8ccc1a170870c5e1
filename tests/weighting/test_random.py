"""Random loss weighting, and torchjd's with the same draws."""

from __future__ import annotations

import pytest
import torch
from torchjd.scalarization import Random as Reference

from playground.basics.random_streams import Streams
from tests.weighting.gramians import begun, signals, train


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


def test_with_the_same_draws_it_is_torchjds_times_the_number_of_tasks(monkeypatch: pytest.MonkeyPatch) -> None:
    losses, gramians = signals(6, 1, 4)
    weights = train(begun("random", 4), losses, gramians)
    streams = Streams((0,), "test")
    for step in range(6):
        drawn = torch.from_numpy(streams.normal(4))[0]
        monkeypatch.setattr(torch, "randn", lambda *_shape, drawn=drawn, **_kind: drawn)
        monkeypatch.setattr(torch, "randn_like", lambda *_shape, drawn=drawn, **_kind: drawn)
        values = losses[step, 0].clone().requires_grad_()
        Reference()(values).backward()
        torch.testing.assert_close(weights[step, 0], 4 * values.grad)
