"""ConFIG, conflict-free inverse gradients (Liu, Chu and Thuerey 2024): equal cosines with every task."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from playground.basics.cards import Card
from playground.basics.words import N_
from playground.weighting.base import Signals, Weighting
from playground.weighting.solvers import even_projection, geometry


@dataclass
class ConFIG(Weighting):
    """The direction with the same cosine to every gradient; its length is the sum of the gradients' parts along it."""

    key = "config"
    signal = "gramian"
    card = Card(
        title=N_("ConFIG"),
        idea=N_("Go in the direction that has the same angle to every task's gradient, as far as they reach along it."),
        formula=r"w \propto D^{-1} C^{+} \mathbf{1}, \qquad D = \mathrm{diag}(n), \qquad"
        r" \|d\| = \sum_i g_i \cdot \frac{d}{\|d\|}",
        paper="Liu, Chu, Thuerey, 2024",
        link="https://arxiv.org/abs/2408.11104",
        fails=N_(
            "Gradients that are nearly opposed leave only a short way, almost across all of them; and where gradients depend "
            "on each other, the angles cannot all be equal and a loss may rise."
        ),
        notes=N_(
            "It goes the way of IMTL-G and differs in length, which is never negative here. Where gradients are exactly "
            "opposed there is no such direction, and all weights are 0, as is the weight of a task without a gradient."
        ),
    )

    def weigh(self, signals: Signals) -> Tensor:
        shape = geometry(self.gramian_of(signals))
        even = torch.where(shape.nonzero, even_projection(shape), 0.0)
        along = (shape.cosines @ even.unsqueeze(-1)).squeeze(-1)
        square = (even * along).sum(-1, keepdim=True)
        reach = (shape.lengths * along).sum(-1, keepdim=True) / torch.where(square == 0, 1.0, square)
        return (even / shape.lengths * reach).to(signals.losses.dtype)
