"""How many runs the memory of a card holds, reckoned from the tensors of one run on the processor."""

from __future__ import annotations

import pytest
import torch

from playground.training import fitting
from playground.training.fleet.memory import MOST_ON_A_CARD, runs_that_fit
from playground.training.loop import Training
from tests.experiments import runs, small


def test_a_wider_network_and_a_larger_batch_take_more() -> None:
    plain = fitting.bytes_of(runs(small())[0])
    assert fitting.bytes_of(runs(small(backbone__width=256))[0]) > 2 * plain
    assert fitting.bytes_of(runs(small(batch=512))[0]) > 1.2 * plain


def test_what_is_reckoned_is_no_less_than_what_a_fleet_keeps() -> None:
    """Of the tensors that stay between two steps; those within a step are freed as it goes on."""
    fleet = runs(small(), seeds=4)
    training = Training(fleet, device="cpu")
    training.advance(1)
    adam, data = training.adam, training.data
    stays = [adam.values, adam.mean, adam.square, adam.gradient, adam.scale, data.train.inputs, data.test.inputs]
    assert sum(tensor.nbytes for tensor in stays) < len(fleet) * fitting.bytes_of(fleet[0])


def test_sizes_follow_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    assert runs_that_fit(1000, 10**9) == MOST_ON_A_CARD
    assert runs_that_fit(10**7, 10**9) == 60
    assert runs_that_fit(10**12, 10**9) == 1
    (run,) = runs(small())
    assert fitting.most_here(run) is None, "on a processor the limits decide"
    monkeypatch.setattr(fitting, "device_here", lambda: "cuda")
    monkeypatch.setattr(torch.cuda, "mem_get_info", lambda: (100 * fitting.bytes_of(run), 10**12))
    assert fitting.most_here(run) == 60
