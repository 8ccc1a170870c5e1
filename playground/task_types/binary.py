"""Yes or no."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

from playground.suites.base import Task
from playground.task_types.base import Classification, mean_over


class Binary(Classification):
    """One output whose sigmoid is the probability of the second class, cross-entropy, accuracy."""

    key = "binary"

    def width(self, task: Task) -> int:
        return 1

    def loss(self, output: Tensor, target: Tensor) -> Tensor:
        """output [R, B, 1], target [R, B] int64 (0 or 1) to [R, B] nats."""
        return functional.binary_cross_entropy_with_logits(output.squeeze(-1), target.to(output.dtype), reduction="none")

    def score(self, output: Tensor, target: Tensor, known: Tensor) -> Tensor:
        """[R] share of right answers, in percent."""
        return 100 * mean_over(((output.squeeze(-1) > 0) == (target > 0)).float(), known)

    def show(self, output: Tensor) -> Tensor:
        """[R, N, 2] probabilities of the two classes."""
        probability = output.detach().sigmoid()
        return torch.cat((1 - probability, probability), dim=-1)
