"""Classes in an order: a rating from 1 to 5, low to high."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from playground.basics.random_streams import Streams
from playground.basics.words import N_
from playground.suites.base import Task
from playground.task_types.base import Kind, mean_over
from playground.task_types.pooling import output_layer


class Ordinal(Kind):
    """One number for an example and C − 1 thresholds; cross-entropy of "above the threshold?"; distance in classes.

    The probability of lying above threshold k is the sigmoid of f(x) + b_k, with one f for all thresholds, as in the
    cumulative logits of McCullagh (JRSS B 1980); learned by one yes-or-no loss a threshold, as in CORAL (Cao, Mirjalili and
    Raschka, Pattern Recognition Letters 2020), whose thresholds come out in order at the optimum. What is said is the
    number of thresholds that an example more likely lies above: the median of the probabilities that are shown.
    """

    key = "ordinal"
    family = "classification"
    loss_name = N_("cross-entropy over thresholds")
    loss_unit = "nats"
    metric = N_("mean absolute error in classes")
    higher_is_better = False

    def head(self, features: tuple[int, ...], task: Task, streams: Streams) -> nn.Module:
        """[R, B, *features] to [R, B, C − 1]."""
        return Thresholds(output_layer(features, 1, streams), len(task.classes), len(streams.seeds))

    def width(self, task: Task) -> int:
        return len(task.classes) - 1

    def loss(self, output: Tensor, target: Tensor) -> Tensor:
        """output [R, B, C − 1], target [R, B] int64 to [R, B] nats, the sum over thresholds."""
        above = (target.unsqueeze(-1) > torch.arange(output.shape[-1], device=output.device)).to(output.dtype)
        return functional.binary_cross_entropy_with_logits(output, above, reduction="none").sum(-1)

    def score(self, output: Tensor, target: Tensor, known: Tensor) -> Tensor:
        """[R] mean distance between the class that is said and the true one, in classes."""
        said = (output.cummin(-1).values > 0).sum(-1)
        return mean_over((said - target).abs().to(output.dtype), known)

    def show(self, output: Tensor) -> Tensor:
        """[R, N, C] probabilities of the classes: differences of the thresholds', which are put in order first."""
        above = output.detach().sigmoid().cummin(-1).values
        ends = (*above.shape[:-1], 1)
        return torch.cat([above.new_ones(ends), above], -1) - torch.cat([above, above.new_zeros(ends)], -1)


class Thresholds(nn.Module):
    """A layer with one number for an example, and R times C − 1 thresholds; they begin with equally likely classes."""

    def __init__(self, layer: nn.Module, classes: int, runs: int):
        super().__init__()
        self.layer = layer
        above = torch.arange(classes - 1, 0, -1) / classes
        self.thresholds = nn.Parameter(above.logit().expand(runs, 1, -1).clone())

    def forward(self, x: Tensor) -> Tensor:
        """x [R, B, *features] to [R, B, C − 1]."""
        return self.layer(x) + self.thresholds
