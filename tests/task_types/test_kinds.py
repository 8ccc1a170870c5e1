"""Losses and metrics beside PyTorch and scikit-learn, and what holds for every kind."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from sklearn.metrics import accuracy_score, mean_absolute_error, mean_squared_error
from torch import Tensor, nn

from playground import catalog
from playground.basics.random_streams import Streams
from playground.suites.base import Task
from playground.task_types.base import Kind, mean_over
from playground.task_types.binary import Binary
from playground.task_types.classes import Classes
from playground.task_types.ordinal import Ordinal
from playground.task_types.regression import Regression

RUNS, ROWS = 3, 50
SIMPLE: dict[str, Task] = {
    "binary": Task("yes", "Yes", "binary", classes=("no", "yes")),
    "classes": Task("which", "Which", "classes", classes=("a", "b", "c", "d")),
    "ordinal": Task("stars", "Stars", "ordinal", classes=("1", "2", "3", "4")),
    "regression": Task("number", "Number", "regression"),
}
KEYS = sorted(set(catalog.kinds()) & set(SIMPLE))


def sample(key: str) -> tuple[Kind, Tensor, Tensor, Tensor]:
    """A kind with outputs, targets and what is known of them."""
    rng = np.random.default_rng(0)
    kind, task = catalog.kinds()[key](), SIMPLE[key]
    output = torch.from_numpy(rng.normal(size=(RUNS, ROWS, kind.width(task))).astype(np.float32))
    if task.classes:
        target = torch.from_numpy(rng.integers(0, len(task.classes), (RUNS, ROWS)))
    else:
        target = torch.from_numpy(rng.normal(size=(RUNS, ROWS)).astype(np.float32))
    return kind, output, target, torch.from_numpy(rng.random((RUNS, ROWS)) < 0.6)


def reference(key: str, output: Tensor, target: Tensor) -> Tensor:
    """The loss of every example of one run, by PyTorch's own modules."""
    if key == "binary":
        return nn.BCELoss(reduction="none")(output[:, 0].sigmoid(), target.float())
    if key == "classes":
        return nn.NLLLoss(reduction="none")(output.log_softmax(-1), target)
    if key == "ordinal":
        above = torch.stack([target > threshold for threshold in range(3)], -1).float()
        return nn.BCELoss(reduction="none")(output.sigmoid(), above).sum(-1)
    return nn.MSELoss(reduction="none")(output[:, 0], target)


@pytest.mark.parametrize("key", KEYS)
def test_losses_are_those_of_pytorch(key: str) -> None:
    kind, output, target, _known = sample(key)
    losses = kind.loss(output, target)
    assert losses.shape == (RUNS, ROWS)
    for run in range(RUNS):
        torch.testing.assert_close(losses[run], reference(key, output[run], target[run]), rtol=1e-4, atol=1e-6)
    assert kind.positive == bool((losses >= 0).all())


@pytest.mark.parametrize("key", KEYS)
def test_scores_are_those_of_scikit_learn_over_what_is_known(key: str) -> None:
    kind, output, target, known = sample(key)
    scores = kind.score(output, target, known)
    assert scores.shape == (RUNS,)
    for run in range(RUNS):
        rows = known[run].numpy()
        truth, said = target[run].numpy()[rows], output[run].numpy()[rows]
        if key == "binary":
            expected = 100 * accuracy_score(truth, said[:, 0] > 0)
        elif key == "classes":
            expected = 100 * accuracy_score(truth, said.argmax(1))
        elif key == "ordinal":
            # Thresholds that are out of order count up to the first one that an example lies below.
            expected = mean_absolute_error(truth, np.logical_and.accumulate(said > 0, axis=1).sum(1))
        else:
            expected = mean_squared_error(truth, said[:, 0]) ** 0.5
        assert float(scores[run]) == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize("key", KEYS)
def test_what_stands_at_unknown_rows_does_not_matter(key: str) -> None:
    kind, output, target, known = sample(key)
    other = output.clone()
    other[~known] = 99.0
    torch.testing.assert_close(kind.score(output, target, known), kind.score(other, target, known))
    assert kind.score(output, target, torch.zeros_like(known)).isfinite().all()


@pytest.mark.parametrize("key", KEYS)
def test_right_outputs_have_the_best_score(key: str) -> None:
    kind, output, target, known = sample(key)
    if key == "binary":
        right = (2.0 * target - 1)[..., None]
    elif key == "classes":
        right = nn.functional.one_hot(target, 4).float()
    elif key == "ordinal":
        right = torch.where(target[..., None] > torch.arange(3), 1.0, -1.0)
    else:
        right = target[..., None]
    best, some = kind.score(right, target, known), kind.score(output, target, known)
    assert best.tolist() == ([100.0] * RUNS if kind.higher_is_better else [0.0] * RUNS)
    assert ((best > some) == kind.higher_is_better).all()


@pytest.mark.parametrize("key", KEYS)
def test_pictures_show_probabilities_or_numbers(key: str) -> None:
    kind, output, _target, _known = sample(key)
    shown = kind.show(output.requires_grad_())
    assert not shown.requires_grad
    assert shown.shape[:2] == (RUNS, ROWS)
    if SIMPLE[key].classes:
        assert shown.shape[2] == len(SIMPLE[key].classes)
        torch.testing.assert_close(shown.sum(-1), torch.ones(RUNS, ROWS))
        assert (shown >= 0).all()
    else:
        assert torch.equal(shown, output.detach())


def test_the_second_class_is_the_one_whose_probability_is_learned() -> None:
    shown = Binary().show(torch.tensor([[[3.0], [-3.0]]]))
    assert shown[0, 0, 1] > 0.9
    assert shown[0, 1, 0] > 0.9


def test_ordered_classes_begin_equally_likely_and_the_median_of_what_is_shown_is_scored() -> None:
    kind, task = Ordinal(), SIMPLE["ordinal"]
    head = kind.head((6,), task, Streams(range(2), "head"))
    shown = kind.show(head(torch.zeros(2, 1, 6)) - head.layer(torch.zeros(2, 1, 6)))
    torch.testing.assert_close(shown, torch.full((2, 1, 4), 0.25))
    output = torch.randn(3, 200, 3, generator=torch.Generator().manual_seed(1))
    median = (kind.show(output).cumsum(-1)[..., :-1] < 0.5).sum(-1)
    assert kind.score(output, median, torch.ones(3, 200, dtype=torch.bool)).tolist() == [0.0] * 3


def test_ordered_classes_are_learned_by_one_number() -> None:
    """Thresholds come out in order, and a class in the middle is told from both of its neighbours by one number."""
    kind, task = Ordinal(), SIMPLE["ordinal"]
    x = torch.linspace(-1, 1, 80).reshape(1, 80, 1)
    target = torch.bucketize(x[..., 0], torch.tensor([-0.5, 0.0, 0.5]))
    head = kind.head((1,), task, Streams([0], "head"))
    optimizer = torch.optim.Adam(head.parameters(), 0.2)
    for _step in range(150):
        optimizer.zero_grad()
        kind.loss(head(x), target).mean().backward()
        optimizer.step()
    assert (head.thresholds.diff(dim=-1) < 0).all()
    assert float(kind.score(head(x), target, torch.ones_like(target, dtype=torch.bool))) < 0.1


def test_several_numbers_are_averaged() -> None:
    kind, task = Regression(), Task("pair", "Pair", "regression", outputs=2)
    assert kind.width(task) == 2
    output, target = torch.tensor([[[1.0, 2], [3, 4]]]), torch.tensor([[[1.0, 4], [0, 0]]])
    assert kind.loss(output, target).tolist() == [[2.0, 12.5]]
    score = kind.score(output, target, torch.tensor([[True, True]]))
    assert float(score) == pytest.approx(7.25**0.5)


def test_large_outputs_have_finite_losses() -> None:
    for kind, output, target in (
        (Binary(), torch.tensor([[[1e4], [-1e4]]]), torch.tensor([[0, 1]])),
        (Classes(), torch.tensor([[[1e4, 0.0], [0, 1e4]]]), torch.tensor([[1, 0]])),
    ):
        assert kind.loss(output, target).isfinite().all()


def test_a_mean_over_nothing_is_zero() -> None:
    values, known = torch.tensor([[1.0, 2, 6], [4, 5, 6]]), torch.tensor([[True, False, True], [False] * 3])
    assert mean_over(values, known).tolist() == [3.5, 0]


@pytest.mark.parametrize("key", sorted(catalog.kinds()))
def test_the_kind_introduces_itself(key: str) -> None:
    kind: Any = catalog.kinds()[key]
    assert kind.family in ("regression", "classification")
    assert kind.loss_name
    assert kind.loss_unit
    assert kind.metric
    assert isinstance(kind.higher_is_better, bool)
    assert isinstance(kind.metric_unit, str)


@pytest.mark.parametrize("key", KEYS)
def test_heads_give_what_the_loss_takes(key: str) -> None:
    kind, _output, target, _known = sample(key)
    head = kind.head((6,), SIMPLE[key], Streams(range(RUNS), "head"))
    losses = kind.loss(head(torch.randn(RUNS, ROWS, 6, generator=torch.Generator().manual_seed(0))), target)
    losses.sum().backward()
    assert all(parameter.grad is not None for parameter in head.parameters())
