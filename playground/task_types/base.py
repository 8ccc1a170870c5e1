"""The contract of a kind of task: what its head looks like, how its loss and its metric are computed.

A kind is one file in this folder with one class that inherits `Kind`. Everything works on a whole fleet: the first axis
of every tensor is R, the runs.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import ClassVar, Literal

import torch
from torch import Tensor, nn

from playground.basics.random_streams import Streams
from playground.basics.words import N_
from playground.suites.base import Task
from playground.task_types.pooling import output_layer


class Kind(ABC):
    """What all tasks of one kind have in common."""

    key: ClassVar[str]
    family: ClassVar[Literal["regression", "classification"]]
    """Which likelihood the loss stems from; uncertainty weighting takes its form from it."""
    loss_name: ClassVar[str]
    loss_unit: ClassVar[str]
    """Unit of the loss for the axis of a chart, e.g. "nats"."""
    metric: ClassVar[str]
    """Name of the metric, marked with `N_`."""
    metric_unit: ClassVar[str] = ""
    higher_is_better: ClassVar[bool]
    positive: ClassVar[bool] = True
    """Whether the loss can never be negative."""

    def head(self, features: tuple[int, ...], task: Task, streams: Streams) -> nn.Module:
        """A fresh head for R runs: features [R, B, *features] to outputs [R, B, ...].

        Unless overridden, one linear layer on the features of the whole example; see `playground.task_types.pooling`. A head
        that writes one symbol after the other says so by an attribute `teacher_forced`; see
        `playground.training.fleet.network`.
        """
        return output_layer(features, self.width(task), streams)

    @abstractmethod
    def width(self, task: Task) -> int:
        """How many numbers the head gives for an example."""

    @abstractmethod
    def loss(self, output: Tensor, target: Tensor) -> Tensor:
        """[R, B] loss of each example, without weights; output [R, B, ...], target [R, B, ...]."""

    def reduce(self, output: Tensor) -> Tensor:
        """What `score` needs of an output, as small as it can be: a whole split of it is kept. The output itself at first."""
        return output

    @abstractmethod
    def score(self, output: Tensor, target: Tensor, known: Tensor) -> Tensor:
        """[R] metric over the N examples of a split whose label is known; output [R, N, ...] reduced, known [R, N] bool."""

    @abstractmethod
    def show(self, output: Tensor) -> Tensor:
        """What a picture shows for each example: the class, the number; [R, N] or [R, N, ...] without gradient."""


class Classification(Kind):
    """A kind whose loss is the cross-entropy of classes, and whose metric is their accuracy."""

    family = "classification"
    loss_name = N_("cross-entropy")
    loss_unit = "nats"
    metric = N_("accuracy")
    metric_unit = "%"
    higher_is_better = True


def mean_over(values: Tensor, known: Tensor) -> Tensor:
    """[R] mean of values [R, B] over the entries that are known [R, B]; 0 where none is."""
    return torch.where(known, values, 0.0).sum(1) / known.sum(1).clamp(min=1)
