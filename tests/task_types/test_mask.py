"""Segmentation beside PyTorch's weighted cross-entropy and scikit-learn's Jaccard score."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from sklearn.metrics import jaccard_score
from torch import nn

from playground.basics.random_streams import Streams
from playground.suites.base import Task
from playground.task_types.mask import GROUND, Mask

TASK = Task("segments", "Segments", "mask", classes=("ground", "a", "b"), settings={"height": 6, "width": 8})
CHANCE = torch.Generator().manual_seed(0)
OUTPUT = torch.randn(2, 7, 3, 6, 8, generator=CHANCE)
TARGET = torch.randint(0, 3, (2, 7, 6, 8), generator=CHANCE).to(torch.int8)
KNOWN = torch.rand(2, 7, generator=CHANCE) < 0.6


def test_the_loss_is_cross_entropy_in_which_the_ground_counts_less() -> None:
    losses = Mask().loss(OUTPUT, TARGET)
    reference = nn.CrossEntropyLoss(torch.tensor([GROUND, 1, 1]))
    for run in range(2):
        for row in range(7):
            expected = reference(OUTPUT[run, row][None], TARGET[run, row][None].long())
            assert float(losses[run, row]) == pytest.approx(float(expected), rel=1e-4)


def test_the_metric_is_the_mean_jaccard_score_of_all_known_pixels() -> None:
    kind = Mask()
    reduced = kind.reduce(OUTPUT)
    assert reduced.dtype == torch.int8
    scores = kind.score(reduced, TARGET, KNOWN)
    for run in range(2):
        said, truth = (values[run][KNOWN[run]].numpy().ravel() for values in (OUTPUT.argmax(2), TARGET))
        assert float(scores[run]) == pytest.approx(100 * jaccard_score(truth, said, average="macro"), rel=1e-5)


def test_classes_that_do_not_occur_do_not_count() -> None:
    said, truth = torch.tensor([[[[0, 2], [2, 0]]]]), torch.tensor([[[[0, 2], [0, 0]]]])
    score = Mask().score(said.to(torch.int8), truth, torch.ones(1, 1, dtype=torch.bool))
    assert float(score) == pytest.approx(100 * (2 / 3 + 1 / 2) / 2)
    assert float(Mask().score(truth.to(torch.int8), truth, torch.ones(1, 1, dtype=torch.bool))) == 100


def test_without_labels_the_score_is_a_number() -> None:
    assert Mask().score(Mask().reduce(OUTPUT), TARGET, torch.zeros_like(KNOWN)).tolist() == [0, 0]


def test_the_head_gives_what_the_loss_takes_and_the_picture_shows() -> None:
    kind = Mask()
    output = kind.head((4, 3, 4), TASK, Streams([0, 1], "head"))(torch.rand(2, 7, 4, 3, 4))
    assert output.shape == OUTPUT.shape
    shown = kind.show(output)
    assert not shown.requires_grad
    assert np.array_equal(shown.numpy(), output.detach().numpy().argmax(2))
