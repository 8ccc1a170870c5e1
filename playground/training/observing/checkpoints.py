"""Which step of a training counts: the best one on validation data, kept while the training goes on.

A run keeps one step: the one with the greatest mean over tasks of ± log(score on validation), minus where less is better.
So it goes by ratios of scores, as gains do: to first order one step has a greater mean than another by its Δm over it, and
no task counts for more because its numbers are larger. Scores that are equal to a millionth are told apart by the loss, as a
mean over tasks of the part that is left of the first one. A run whose tasks learn apart is T runs in one: there each task
keeps a step of its own by the same rule, as its network would alone.

Losses alone chose worse, as they go up while the metrics that are reported still get better: over 28 settings with ten seeds
each (all small presets and the small tables, some with ten times the steps) runs gained 2.9 % on test over their last step by
this rule, 2.5 % by mean log loss and 1.0 % by mean loss relative to its start; single networks 3.9 and 3.8 %. That was with
100 looks at validation data; 50 gave 2.9 and 3.6 %, and the 25 that are taken anyway 2.7 and 3.4 %, at no further cost. A
patience of 10 such looks lost nothing (2.7 and 3.4 %), but saved only 0 to 3 % of the steps of a fleet of ten, whose last run
decides; so the default is to have none, and all curves go equally far.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from playground.measures import measure
from playground.training.fleet.gradients import Reach, parameters_of, trainable
from playground.training.fleet.network import Network

CLOSE = 1e-6
"""Means of logarithms that are closer than this are equal: the same run in another fleet differs by its rounding."""
TINY = 1e-30
"""The least score, as zero has no logarithm. Where a task stays at zero the others decide."""


class Checkpoints:
    """The best step of each of R runs with T tasks, so far.

    parameters: of the network, [R, …] each.
    owners: for each of them the number of the task that alone reaches it; None where there is none.
    signs: [T] 1 where a higher score is better, −1 elsewhere.
    apart: [R] the runs whose tasks learn apart. Their parameters have owners, but for those that they do not use.
    patience: looks without a better one after which nothing better is awaited; 0 for never.
    by_loss: losses stand in the place of scores, whose signs are −1 then.

    steps: [R, T] the steps that are kept; kept: the parameters as they stood then.
    best, loss: [R, T] what they were worth. first: [R, T] losses of the first look. since: [R, T] looks since the best one.
    """

    def __init__(
        self,
        parameters: Sequence[Tensor],
        owners: Sequence[int | None],
        signs: np.ndarray,
        apart: np.ndarray,
        patience: int = 0,
        by_loss: bool = False,
    ):
        self.parameters, self.owners = list(parameters), list(owners)
        self.signs, self.apart, self.patience, self.by_loss = signs, apart[:, None], patience, by_loss
        self.kept = [parameter.detach().clone() for parameter in parameters]
        self.steps = np.zeros((len(apart), len(signs)), int)
        self.best, self.loss = np.full(self.steps.shape, -np.inf), np.full(self.steps.shape, np.inf)
        self.first: np.ndarray | None = None
        self.since = np.zeros_like(self.steps)

    @classmethod
    def of(cls, network: Network, reach: Reach, apart: np.ndarray, patience: int, by_loss: bool = False) -> Checkpoints:
        """Of a network of which every task reaches what `reach` says. by_loss: the losses alone are gone by."""
        owners = [tasks[0] if len(tasks) == 1 else None for tasks in reach.tasks]
        for task, head in enumerate(network.heads):
            owners += [task] * len(trainable(head))
        signs = np.array([1.0 if measure(task).higher_is_better else -1.0 for task in network.tasks])
        return cls(parameters_of(network), owners, -np.ones_like(signs) if by_loss else signs, apart, patience, by_loss)

    @property
    def over(self) -> list[int]:
        """The runs that are out of patience: all their tasks have kept what they will keep."""
        return np.flatnonzero((self.since >= self.patience).all(1)).tolist() if self.patience else []

    def look(self, step: int, scores: Tensor, losses: Tensor) -> None:
        """Keep the parameters as they stand after `step` steps where they are better on validation than all before.

        scores, losses: [R, T]; NaN where a run has failed, which is never better.
        """
        # A few dozen numbers: plain arrays are several times faster here than calls of torch.
        lost = np.maximum(losses.cpu().numpy().astype(float), TINY)
        self.first = lost if self.first is None else self.first
        told = lost if self.by_loss else scores.cpu().numpy().astype(float)
        quality = self._for_each(self.signs * np.log(np.maximum(told, TINY)))
        with np.errstate(invalid="ignore"):  # infinite from the start: no number, and so never less
            loss = self._for_each(lost / self.first)
        # Where a score cannot be said at all, as no example is labelled, every step is equal and the loss decides.
        quality = np.where(np.isnan(quality), -np.inf, quality)
        better = (quality > self.best + CLOSE) | ((quality >= self.best - CLOSE) & (loss < self.loss))
        if self.patience:
            better &= self.since < self.patience
        self.since = np.where(better, 0, self.since + 1)
        if better.any():
            self.best, self.loss = np.where(better, quality, self.best), np.where(better, loss, self.loss)
            self.steps = np.where(better, step, self.steps)
            self._copy(better)

    def _for_each(self, values: np.ndarray) -> np.ndarray:
        """[R, T] what each task goes by: its own value where tasks learn apart, the mean over tasks elsewhere."""
        return np.where(self.apart, values, values.mean(1, keepdims=True))

    @torch.no_grad()
    def _copy(self, better: np.ndarray) -> None:
        """Copy the parameters of what became better [R, T]: one batched copy of each, for all runs at once."""
        if better.all():
            for parameter, kept in zip(self.parameters, self.kept, strict=True):
                kept.copy_(parameter)
            return
        rows = torch.from_numpy(better).to(self.kept[0].device)
        for parameter, kept, owner in zip(self.parameters, self.kept, self.owners, strict=True):
            # What several tasks reach goes by the first of them: they all keep one step.
            torch.where(rows[:, owner or 0].view(-1, *[1] * (parameter.dim() - 1)), parameter.detach(), kept, out=kept)

    @torch.no_grad()
    def load(self) -> None:
        """Make the network what was kept."""
        for parameter, kept in zip(self.parameters, self.kept, strict=True):
            parameter.copy_(kept)
