"""Conflict-averse gradient descent, CAGrad (Liu, Liu, Jin, Stone and Liu, NeurIPS 2021)."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from playground.basics.cards import Card
from playground.basics.knobs import knob
from playground.basics.words import N_
from playground.weighting.base import Signals, Weighting
from playground.weighting.solvers import geometry, solutions_by_support, supports


@dataclass
class CAGrad(Weighting):
    """The d that does most for the task it serves worst, within a ball around the mean gradient."""

    key = "cagrad"
    signal = "gramian"
    card = Card(
        title=N_("CAGrad"),
        idea=N_("Stay near the mean gradient, but do as much as possible for the task that gains least."),
        formula=r"\max_d \min_i\ g_i \cdot d \quad \text{where } \|d - g_0\| \le c\,\|g_0\|, \qquad"
        r" g_0 = \tfrac1T \textstyle\sum_i g_i",
        paper="Liu, Liu, Jin, Stone, Liu, NeurIPS 2021",
        link="https://arxiv.org/abs/2110.14048",
        fails=N_("The ball is measured on the mean gradient, so a task with a very long gradient still decides where to go."),
        notes=N_(
            "Solved exactly. The step is that of the mean, not of the sum, plus the correction; the paper's code then "
            "divides it by 1 + c², which is left out here. A task without a gradient has the weight of the mean."
        ),
    )

    c: float = knob(
        0.5,
        low=0.0,
        high=10.0,
        label=N_("Radius c"),
        help=N_("How far from the mean gradient the step may go, in lengths of it: 0 is the mean, large is like MGDA."),
    )

    def weigh(self, signals: Signals) -> Tensor:
        shape = geometry(self.gramian_of(signals))
        tasks = shape.lengths.shape[-1]
        # With d = Σ (1/T + y_i / n_i) g_i the conditions of the maximum read: y ≥ 0, and every task gains λ, or more and
        # then has y_i = 0; C y + C n/T − λ/n ≥ 0. At a corner y is linear in λ, and yᵀ C y = radius² fixes λ.
        mean = (shape.cosines @ shape.lengths.unsqueeze(-1)).squeeze(-1) / tasks
        demand = shape.lengths.amin(-1, keepdim=True) / shape.lengths
        square = self.c**2 * (shape.lengths * mean).sum(-1, keepdim=True).clamp(min=0) / tasks
        values = solutions_by_support(shape.regularised, torch.stack([mean, demand], dim=-1))
        inside = supports(mean)
        base, slope = values.unbind(-1)
        a, b, d = (
            torch.where(inside, -left * right.unsqueeze(1), 0.0).sum(-1)
            for left, right in ((slope, demand), (slope, mean), (base, mean))
        )
        found = b.square() - a * (d - square)
        possible = (found >= 0) & (a > 0)
        gain = (b + found.clamp(min=0).sqrt()) / torch.where(possible, a, 1.0)
        added = base - gain.unsqueeze(-1) * slope
        best = torch.where(possible, added.amin(-1), -torch.inf).argmax(1)
        chosen = added.gather(1, best[:, None, None].expand(-1, 1, tasks)).squeeze(1)
        pushed = torch.where(inside[best] & shape.nonzero & (square > 0), chosen.clamp(min=0), 0.0)
        return (1 / tasks + pushed / shape.lengths).to(signals.losses.dtype)
