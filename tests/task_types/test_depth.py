"""Depth beside plain loops."""

from __future__ import annotations

import pytest
import torch

from playground.basics.random_streams import Streams
from playground.suites.base import Task
from playground.task_types.depth import Depth

TASK = Task("depth", "Depth", "depth", unit="m", settings={"height": 6, "width": 8, "middle": 4.5})
CHANCE = torch.Generator().manual_seed(0)
OUTPUT = torch.randn(2, 7, 1, 6, 8, generator=CHANCE)
TARGET = 1 + 4 * torch.rand(2, 7, 6, 8, generator=CHANCE)
KNOWN = torch.rand(2, 7, generator=CHANCE) < 0.6


def test_loss_and_metric_are_mean_absolute_errors() -> None:
    kind = Depth()
    losses, scores = kind.loss(OUTPUT, TARGET), kind.score(kind.reduce(OUTPUT), TARGET, KNOWN)
    for run in range(2):
        for row in range(7):
            expected = sum(abs(OUTPUT[run, row, 0].flatten() - TARGET[run, row].flatten()).tolist()) / 48
            assert float(losses[run, row]) == pytest.approx(expected, rel=1e-5)
        assert float(scores[run]) == pytest.approx(float(losses[run][KNOWN[run]].mean()), rel=1e-3)
    assert kind.score(kind.reduce(OUTPUT), TARGET, torch.zeros_like(KNOWN)).tolist() == [0, 0]


def test_a_head_begins_at_the_usual_distance() -> None:
    kind = Depth()
    output = kind.head((4, 3, 4), TASK, Streams([0, 1], "head"))(torch.zeros(2, 3, 4, 3, 4))
    assert output.shape == (2, 3, 1, 6, 8)
    assert output.unique().tolist() == [4.5]


def test_the_picture_shows_means_over_four_pixels() -> None:
    shown = Depth().show(OUTPUT)
    assert shown.shape == (2, 7, 3, 4)
    assert float(shown[1, 2, 0, 1]) == pytest.approx(float(OUTPUT[1, 2, 0, 0:2, 2:4].mean()), abs=0.006)
