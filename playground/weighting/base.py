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

from playground.basics.cards import Card
from playground.basics.errors import Invalid, Problem
from playground.basics.random_streams import Streams
from playground.basics.validate import file_of
from playground.basics.words import _


@dataclass(frozen=True)
class FleetSetup:
    """What a method knows before the first step.

    families: for each of the T tasks "regression" or "classification".
    streams: for each of the R runs, where a method that uses chance draws from.
    rates: [R] learning rate of the model before its course over time, for methods that learn at the model's rate; see
        `Weighting.model_rates`.
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
    epoch: number of times that a task has seen as many rows as there are training examples, completed before this step.
    course: what the learning rate of the model is multiplied by in this step.
    """

    losses: Tensor
    gramian: Tensor | None
    step: int
    epoch: int
    course: float = 1.0


@dataclass
class Weighting(ABC):
    """A rule that weighs the tasks anew in every step. Its fields are its knobs; see `playground.basics.knobs`."""

    key: ClassVar[str]
    card: ClassVar[Card]
    signal: ClassVar[Literal["loss", "gramian"]]
    needs_positive: ClassVar[bool] = False
    """Whether a loss of zero or less breaks the method."""
    sees_after: ClassVar[bool] = False
    """Whether the method wants the losses of the same batch after the step; it costs one forward pass more."""
    uses_chance: ClassVar[bool] = False
    """Whether the weights depend on random draws."""
    accepts_weights: ClassVar[bool] = False
    """Whether a person may give it other weights while a training runs; see `take`."""
    _asked = False

    def begin(self, setting: FleetSetup) -> None:
        """Make the state for R runs; called once, before the first step."""
        self.setting = setting

    @abstractmethod
    def weigh(self, signals: Signals) -> Tensor:
        """[R, T] weights of this step: exactly the numbers that multiply the task gradients."""

    def answer(self, signals: Signals) -> Tensor:
        """[R, T] weights of this step, looked at the first time: weights [T] would silently be those of all runs.

        Raises Invalid, which names the method's file, where they are not R times T finite numbers of the losses' dtype.
        """
        weights = self.weigh(signals)
        if not self._asked:
            self._asked = True
            if problems := misfits(weights, signals.losses):
                where = f"{file_of(type(self))} weigh()"
                raise Invalid([Problem(where, should, found) for should, found in problems])
        return weights

    def take(self, weights: Sequence[float]) -> None:
        """Weigh by these numbers [T] from the next step on; only called where `accepts_weights`."""
        raise NotImplementedError(f"{self.key} says that it accepts weights, and does not take them")

    def after_step(self, losses: Tensor) -> None:
        """Learn from losses [R, T] of the same batch after the step; only called where `sees_after`."""

    def gramian_of(self, signals: Signals) -> Tensor:
        """[R, T, T] the Gramian, which a method with signal "gramian" always gets."""
        assert signals.gramian is not None, f"{self.key} was given no Gramian"
        return signals.gramian

    def model_rates(self, signals: Signals) -> Tensor:
        """[R, 1] the learning rate at which the model takes this step."""
        return (self.setting.rates * signals.course).unsqueeze(-1)

    def ones(self) -> Tensor:
        """[R, T] ones of the dtype and on the device of the setting."""
        return torch.ones(self.setting.shape, dtype=self.setting.rates.dtype, device=self.setting.rates.device)


def misfits(weights: object, losses: Tensor) -> list[tuple[str, object]]:
    """What is wrong with the answer of a method for losses [R, T]: what should hold, and what was found."""
    if not isinstance(weights, Tensor):
        return [(_("should give a tensor"), type(weights).__name__)]
    wanted, found = list(losses.shape), list[tuple[str, object]]()
    if list(weights.shape) != wanted:
        found.append((_("should give weights [R, T] = {shape}, a row for each run").format(shape=wanted), list(weights.shape)))
    if weights.dtype != losses.dtype:
        found.append((_("should give numbers of type {dtype}, as the losses are").format(dtype=losses.dtype), weights.dtype))
    if weights.requires_grad:
        found.append((_("should give weights without a gradient"), "requires_grad"))
    if not bool(weights.isfinite().all()):
        found.append((_("should give finite numbers"), weights.flatten().tolist()))
    return found


def norms(gramian: Tensor) -> Tensor:
    """[R, T] gradient norms n_i = √G_ii."""
    return torch.diagonal(gramian, dim1=-2, dim2=-1).clamp(min=0).sqrt()


def permutations(streams: Streams, tasks: int) -> Tensor:
    """[R, T, T] int64: for each run, one random order of the T tasks per task."""
    return torch.from_numpy(streams.uniform(tasks, tasks)).argsort(-1)


def as_tensor(values: Sequence[float], setting: FleetSetup) -> Tensor:
    """[T] numbers with the dtype and on the device of the setting."""
    return torch.tensor(values, dtype=setting.rates.dtype, device=setting.rates.device)
