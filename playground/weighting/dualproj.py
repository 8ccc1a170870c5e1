"""Dual projection, the rule of gradient episodic memory, GEM (Lopez-Paz and Ranzato, NeurIPS 2017), on task gradients."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor

from playground.basics.cards import Card
from playground.basics.words import N_
from playground.weighting.base import Signals, Weighting
from playground.weighting.solvers import geometry, nonnegative


@dataclass
class DualProj(Weighting):
    """The step nearest to the mean gradient along which no loss rises."""

    key = "dualproj"
    signal = "gramian"
    card = Card(
        title=N_("Dual projection"),
        idea=N_("Change the mean gradient as little as possible so that no loss rises."),
        formula=r"\min_{w \ge 1/T} \Big\| \sum_i w_i\, g_i \Big\|^2",
        paper="Lopez-Paz, Ranzato, NeurIPS 2017",
        link="https://arxiv.org/abs/1706.08840",
        fails=N_("It starts from the mean, so the longest gradients decide, and a task that conflicts with them stands still."),
        notes=N_("The paper protects earlier tasks from a new one; here all tasks are learned at once. Solved exactly."),
    )

    def weigh(self, signals: Signals) -> Tensor:
        shape = geometry(self.gramian_of(signals))
        tasks = shape.lengths.shape[-1]
        # With w_i = 1/T + y_i / n_i: least ½ yᵀ C y + (C n/T)ᵀ y where y ≥ 0.
        mean = shape.cosines @ shape.lengths.unsqueeze(-1) / tasks
        pushed = nonnegative(shape.regularised, mean).squeeze(-1)
        return (1 / tasks + pushed / shape.lengths).to(signals.losses.dtype)
