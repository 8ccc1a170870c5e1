"""Dual-balancing, DB-MTL (Lin et al. 2023), on the gradients of one step: all log losses pull equally hard."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from playground.basics.cards import Card
from playground.basics.words import N_
from playground.weighting.base import Signals, Weighting
from playground.weighting.solvers import geometry, positive


@dataclass
class DBMTL(Weighting):
    """w_i = max_j (n_j / L_j) / n_i: gradients of the log losses, all stretched to the longest of them."""

    key = "db_mtl"
    signal = "gramian"
    needs_positive = True
    card = Card(
        title=N_("Dual balancing"),
        idea=N_("Take logarithms of the losses and stretch all their gradients to the length of the longest."),
        formula=r"w_i = \frac{1}{n_i} \max_j \frac{n_j}{L_j}, \qquad n_i = \|g_i\|",
        paper="Lin, Jiang, Ye, Zhang, Chen, Chen, Liu, Kwok, 2023",
        link="https://arxiv.org/abs/2308.12029",
        fails=N_("A task that has converged has a short and noisy gradient, and here its noise is as loud as any signal."),
        notes=N_(
            "The paper averages gradients over the last steps; here each step stands alone (its β = 0; LibMTL has 0.9). A "
            "task without a gradient has weight 0. In the paper heads learn from log losses; here they keep their own losses."
        ),
    )

    def weigh(self, signals: Signals) -> Tensor:
        shape = geometry(self.gramian_of(signals))
        steepest = (shape.lengths / positive(signals.losses)).amax(-1, keepdim=True)
        return torch.where(shape.nonzero, steepest / shape.lengths, 0.0).to(signals.losses.dtype)
