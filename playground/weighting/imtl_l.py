"""IMTL-L, the loss half of impartial multi-task learning (Liu et al., ICLR 2021): all weighted losses near 1."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from playground.basics.cards import Card
from playground.basics.words import N_
from playground.weighting.base import FleetSetup, Signals, Weighting
from playground.weighting.solvers import WeightAdam

WIDEST = 20.0
"""Bound of s on both sides, so that the weight of a task whose loss is zero stays finite."""


@dataclass
class IMTLL(Weighting):
    """w = e^s; s descends Σ e^s L − s."""

    key = "imtl_l"
    signal = "loss"
    needs_positive = True
    card = Card(
        title=N_("IMTL-L"),
        idea=N_("Every task learns a scale along with the network, so that all scaled losses come near 1."),
        formula=r"\min \sum_i e^{s_i} L_i - s_i, \qquad w_i = e^{s_i}",
        paper="Liu, Li, Kuang, Xue, Chen, Yang, Liao, Zhang, ICLR 2021",
        link="https://openreview.net/forum?id=IMPnRXEWpvr",
        fails=N_("The weight follows 1 / loss, so a task that is nearly solved, or overfitted, keeps its full say."),
        notes=N_(
            "s starts at 0 and is learned by an Adam of its own at the learning rate of the model, whatever that does over "
            "time; it is kept between −20 and 20. It differs from uncertainty weighting in factors only."
        ),
    )

    def begin(self, setting: FleetSetup) -> None:
        super().begin(setting)
        self.log_scale = torch.zeros_like(self.ones())
        self.adam = WeightAdam(self.log_scale)

    def weigh(self, signals: Signals) -> Tensor:
        weights = self.log_scale.exp()
        change = self.adam.change(weights * signals.losses - 1, self.model_rates(signals))
        self.log_scale = (self.log_scale + change).clamp(-WIDEST, WIDEST)
        return weights
