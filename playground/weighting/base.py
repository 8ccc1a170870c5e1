"""The contract of a weighting method: losses and Gramian in, one weight per task out.

A method is one file in this folder with one dataclass that inherits `Weighting`; its fields are its knobs. A method works
on R runs at once: whatever it computes for one run must not depend on the others.

Two kinds of methods, and what becomes of their weights:

- signal "loss": the method sees losses only. Its weights multiply the whole losses, so shared parameters and heads alike.
- signal "gramian": the method sees the gradients of the tasks too, through their inner products. Its weights multiply
  the task gradients on shared parameters only; what belongs to one task alone keeps its own unweighted gradient.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

import torch
from torch import Tensor

from playground.cards import Card
from playground.streams import Streams


@dataclass(frozen=True)
class Setting:
    """What a method knows before the first step.

    families: for each of the T tasks "regression" or "classification".
    streams: for each of the R runs, where a method that uses chance draws from.
    rates: [R] learning rate of the model, for methods that learn at the model's rate.
    """

    families: tuple[str, ...]
    streams: Streams
    rates: Tensor

    @property
    def shape(self) -> tuple[int, int]:
        """(R, T)."""
        return len(self.streams.seeds), len(self.families)


@dataclass(frozen=True)
class Signals:
    """What a method sees in one step; nothing in it carries a gradient.

    losses: [R, T] mean loss of each task on this batch.
    gramian: [R, T, T] inner products of the task gradients on the shared parameters, g_i · g_j; None for methods whose
        signal is "loss".
    step: number of steps taken before this one.
    epoch: number of passes over the training examples completed before this step.
    """

    losses: Tensor
    gramian: Tensor | None
    step: int
    epoch: int


@dataclass
class Weighting(ABC):
    """A rule that weighs the tasks anew in every step. Its fields are its knobs; see `playground.knobs`."""

    key: ClassVar[str]
    card: ClassVar[Card]
    signal: ClassVar[Literal["loss", "gramian"]]
    needs_positive: ClassVar[bool] = False
    """Whether a loss of zero or less breaks the method."""
    sees_after: ClassVar[bool] = False
    """Whether the method wants the losses of the same batch after the step; it costs one forward pass more."""
    uses_chance: ClassVar[bool] = False
    """Whether the weights depend on random draws."""

    def begin(self, setting: Setting) -> None:
        """Make the state for R runs; called once, before the first step."""
        self.setting = setting

    @abstractmethod
    def weigh(self, signals: Signals) -> Tensor:
        """[R, T] weights of this step: exactly the numbers that multiply the task gradients."""

    def after_step(self, losses: Tensor) -> None:
        """Learn from losses [R, T] of the same batch after the step; only called where `sees_after`."""

    def gramian_of(self, signals: Signals) -> Tensor:
        """[R, T, T] the Gramian, which a method with signal "gramian" always gets."""
        assert signals.gramian is not None, f"{self.key} was given no Gramian"
        return signals.gramian

    def ones(self) -> Tensor:
        """[R, T] ones of the dtype and on the device of the setting."""
        return torch.ones(self.setting.shape, dtype=self.setting.rates.dtype, device=self.setting.rates.device)


def norms(gramian: Tensor) -> Tensor:
    """[R, T] gradient norms n_i = √G_ii."""
    return torch.diagonal(gramian, dim1=-2, dim2=-1).clamp(min=0).sqrt()


def permutations(streams: Streams, tasks: int) -> Tensor:
    """[R, T, T] int64: for each run, one random order of the T tasks per task."""
    return torch.from_numpy(streams.uniform(tasks, tasks)).argsort(-1)


def as_tensor(values: Sequence[float], setting: Setting) -> Tensor:
    """[T] numbers with the dtype and on the device of the setting."""
    return torch.tensor(values, dtype=setting.rates.dtype, device=setting.rates.device)
