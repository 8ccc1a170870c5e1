"""IMTL-G, the gradient half of impartial multi-task learning (Liu et al., ICLR 2021): equal projections."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from playground.basics.cards import Card
from playground.basics.words import N_
from playground.weighting.base import Signals, Weighting
from playground.weighting.solvers import even_projection, geometry


@dataclass
class IMTLG(Weighting):
    """The w with Σ w = 1 for which the step reaches equally far along every task's gradient."""

    key = "imtl_g"
    signal = "gramian"
    card = Card(
        title=N_("IMTL-G"),
        idea=N_("Choose the step that reaches equally far along the gradients of all tasks, however long these are."),
        formula=r"w \propto G^{+} n, \qquad n_i = \sqrt{G_{ii}}, \qquad \sum_i w_i = 1",
        paper="Liu, Li, Kuang, Xue, Chen, Yang, Liao, Zhang, ICLR 2021",
        link="https://openreview.net/forum?id=IMPnRXEWpvr",
        fails=N_("Weights may be negative, and with three tasks or more Σ w = 1 may even turn the step against all of them."),
        notes=N_(
            "Computed from the cosines C as w_i ∝ (C⁺1)_i / n_i: the same where gradients are independent, and it does not "
            "lose a task whose gradient is very short. Where gradients are exactly opposed there is no such step, and all "
            "weights are 0, as is the weight of a task without a gradient."
        ),
    )

    def weigh(self, signals: Signals) -> Tensor:
        shape = geometry(self.gramian_of(signals))
        raw = torch.where(shape.nonzero, even_projection(shape) / shape.lengths, 0.0)
        total = raw.sum(-1, keepdim=True)
        defined = total.abs() > shape.ridge * raw.abs().sum(-1, keepdim=True)
        return torch.where(defined, raw / torch.where(defined, total, 1.0), 0.0 * raw).to(signals.losses.dtype)
