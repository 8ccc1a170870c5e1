"""What a training takes from the labels that it sees, and from no others: scales of numbers, weights of classes, a best guess.

S sources are the different data of a fleet; see `playground.training.fleet.batches`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import torch
from torch import Tensor, nn

from playground.suites.base import Data, Part, Task

WEIGHED = ("classes", "binary", "ordinal")
"""Kinds whose classes can be given weights."""

MOST = 100.0
"""The greatest weight of a class: one example of a class that is hardly there should not be all that counts."""


def scales_of(train: Part, tasks: Sequence[Task]) -> np.ndarray:
    """[T, 2] mean and deviation of the labels known in training, of tasks in a unit of their own; 0 and 1 elsewhere."""
    found = np.tile([0.0, 1.0], (len(tasks), 1))
    for number, task in enumerate(tasks):
        labels = train.targets[task.name][train.known[task.name]]
        if task.natural and len(labels):
            deviation = labels.std(dtype=float)
            found[number] = labels.mean(dtype=float), deviation if deviation > 0 else 1.0
    return found


def standardised(part: Part, tasks: Sequence[Task], scales: np.ndarray) -> Part:
    """A part whose numbers in units of their own have `scales_of` taken out, float32."""
    targets = dict(part.targets)
    for task, (mean, deviation) in zip(tasks, scales, strict=True):
        if task.natural:
            targets[task.name] = ((targets[task.name] - mean) / deviation).astype(np.float32)
    return replace(part, targets=targets)


def all_standardised(data: Data, train: Part, tasks: Sequence[Task]) -> tuple[Part, Part, Part, np.ndarray]:
    """The three parts of some data as a training learns them, and the scales: `train` with the labels that it sees."""
    scales = scales_of(train, tasks)
    parts = [standardised(part, tasks, scales) for part in (train, data.validation, data.test)]
    return parts[0], parts[1], parts[2], scales


def counts(task: Task, targets: Tensor, known: Tensor) -> Tensor:
    """[S, C] how many labels of each class are known; targets, known [S, N]."""
    ones = torch.zeros(len(targets), max(2, len(task.classes)), device=targets.device)
    return ones.scatter_add_(1, targets, known.to(ones.dtype))


def balanced(task: Task, targets: Tensor, known: Tensor) -> Tensor | None:
    """[S, C] weights with which every class that is there counts alike, and an example 1 on average; None without classes.

    An example of class c weighs n / (C · n_c), as in scikit-learn's "balanced", but at most `MOST`.
    """
    if task.kind not in WEIGHED:
        return None
    found = counts(task, targets, known)
    there = found > 0
    weights = found.sum(1, keepdim=True) / (there.sum(1, keepdim=True) * found.clamp(min=1))
    return torch.where(there, weights, 1.0).clamp(max=MOST)


@torch.no_grad()
def begin_at_best_guess(task: Task, head: nn.Module, targets: Tensor, known: Tensor) -> None:
    """Let a head of R runs answer with the best guess for every example, as long as it has learned nothing.

    targets, known: [R, N] of the training. Its weights are zero, and its bias is the logarithm of the shares of the classes,
    one of each added. Numbers are standardised, so their mean is zero. Heads that are no single layer stay as they are.
    """
    layer = getattr(head, "layer", head)
    weight, bias = getattr(layer, "weight", None), getattr(layer, "bias", None)
    if (
        not isinstance(weight, Tensor)
        or not isinstance(bias, Tensor)
        or task.kind not in ("regression", *WEIGHED)
        or targets.dim() != 2
    ):
        return
    weight.zero_()
    if task.kind == "regression":
        bias.zero_()
        return
    shares = counts(task, targets, known) + 1
    shares = shares / shares.sum(1, keepdim=True)
    if task.kind == "ordinal":
        above = shares.flip(1).cumsum(1).flip(1)[:, 1:]
        bias.zero_()
        thresholds = head.get_parameter("thresholds")
        thresholds.copy_(above.logit().view_as(thresholds))
    else:
        logs = shares.log()
        bias.copy_((logs[:, 1:] - logs[:, :1] if task.kind == "binary" else logs).view_as(bias))
