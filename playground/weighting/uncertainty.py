"""Uncertainty weighting (Kendall, Gal and Cipolla, CVPR 2018): each task learns how noisy it is."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from playground.basics.cards import Card
from playground.basics.words import N_
from playground.weighting.base import FleetSetup, Signals, Weighting, as_tensor
from playground.weighting.solvers import WeightAdam

WIDEST = 20.0
"""Bound of s on both sides, so that the weight of a task whose loss is zero stays finite."""


@dataclass
class Uncertainty(Weighting):
    """w = f e^{−s} with f = ½ for regression and 1 for classification; s descends Σ f e^{−s} L + ½ s."""

    key = "uncertainty"
    signal = "loss"
    needs_positive = True
    card = Card(
        title=N_("Uncertainty weighting"),
        idea=N_("Every task learns its own noise along with the network, and noisy tasks count less."),
        formula=r"\min \sum_i f_i\, e^{-s_i} L_i + \tfrac12 s_i, \qquad w_i = f_i\, e^{-s_i}, \qquad"
        r" f_i = \tfrac12 \text{ (regression) or } 1 \text{ (classification)}",
        paper="Kendall, Gal, Cipolla, CVPR 2018",
        link="https://arxiv.org/abs/1705.07115",
        fails=N_(
            "A task that is nearly solved, or overfitted, gets an ever larger weight: the weight follows 1 / loss, and where a "
            "training loss goes to zero only the bound of s ends it, near 5e8."
        ),
        notes=N_(
            "s = log σ² starts at 0 and is learned by an Adam of its own at the learning rate of the model, whatever that does "
            "over time; it is kept between −20 and 20. At rest a regression task has weight 1 / (2 loss). The factors are the "
            "paper's; LibMTL has ½ for every task and starts at s = −0.5."
        ),
    )

    def begin(self, setting: FleetSetup) -> None:
        super().begin(setting)
        self.factors = as_tensor([0.5 if family == "regression" else 1.0 for family in setting.families], setting)
        self.log_variance = torch.zeros_like(self.ones())
        self.adam = WeightAdam(self.log_variance)

    def weigh(self, signals: Signals) -> Tensor:
        weights = self.factors * (-self.log_variance).exp()
        # d/ds (f e^{-s} L + s/2); the network sees this step's s, so s moves only after the weights are taken.
        gradient = 0.5 - weights * signals.losses
        change = self.adam.change(gradient, self.model_rates(signals))
        self.log_variance = (self.log_variance + change).clamp(-WIDEST, WIDEST)
        return weights
