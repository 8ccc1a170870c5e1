"""Weights by hand."""

from __future__ import annotations

import torch

from playground.weighting.base import Signals
from playground.weighting.static import Static
from tests.weighting.gramians import begun, signals


def test_no_numbers_mean_ones() -> None:
    losses, _ = signals(1, 2, 3)
    assert torch.equal(begun("static", 3, range(2)).weigh(Signals(losses[0], None, 0, 0)), torch.ones(2, 3).double())


def test_numbers_may_change_between_steps() -> None:
    losses, _ = signals(1, 2, 3)
    method = begun("static", 3, range(2), weights=(1.0, 0.0, 2.5))
    assert isinstance(method, Static)
    assert method.weigh(Signals(losses[0], None, 0, 0)).tolist() == [[1.0, 0.0, 2.5]] * 2
    method.weights = (3.0, 2.0, 1.0)
    assert method.weigh(Signals(losses[0], None, 1, 0)).tolist() == [[3.0, 2.0, 1.0]] * 2
