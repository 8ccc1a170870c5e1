"""Fast adaptive multitask optimization, FAMO (Liu, Feng, Stone and Liu, NeurIPS 2023)."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from playground.basics.cards import Card
from playground.basics.knobs import knob
from playground.basics.words import N_
from playground.weighting.base import FleetSetup, Signals, Weighting
from playground.weighting.solvers import WeightAdam, positive, rate_knob


@dataclass
class FAMO(Weighting):
    """w_i = c z_i / L_i with z = softmax(ξ), Σ w = 1; after the step ξ learns whose loss fell least."""

    key = "famo"
    signal = "loss"
    needs_positive = True
    sees_after = True
    card = Card(
        title=N_("FAMO"),
        idea=N_("Look after each step at which loss fell least, in percent, and give that task more from then on."),
        formula=r"w_i = c\,\frac{z_i}{L_i}, \quad z = \mathrm{softmax}(\xi), \quad c = \Big(\sum_j \frac{z_j}{L_j}\Big)^{-1};"
        r" \qquad \xi \leftarrow \mathrm{Adam}\big(\xi,\ J_{\mathrm{softmax}}^\top"
        r" (\log L^{\text{before}} - \log L^{\text{after}})\big)",
        paper="Liu, Feng, Stone, Liu, NeurIPS 2023",
        link="https://arxiv.org/abs/2306.03792",
        fails=N_(
            "Where a training loss goes to zero its task takes all the weight, although nothing is left to learn there; and "
            "the losses of one batch before and after one step are noisy when batches are small."
        ),
        notes=N_(
            "The weights add up to 1. The lower bound of every loss is taken to be 0. Looking after the step costs one "
            "forward pass more. A loss of 2e-7 beside one that stays at 1 leaves the latter a weight of about 5e-6. The decay "
            "of 0.001 is that of the paper's algorithm and of LibMTL; the authors' famo.py has 0.01, and can shorten the "
            "gradient of the shared parameters to length 1, which is left out here."
        ),
    )

    rate: float = rate_knob(
        N_("Learning rate with which ξ moves; it stays the same where that of the model changes over time.")
    )
    decay: float = knob(
        0.001,
        low=0.0,
        high=1.0,
        log=True,
        label=N_("Decay"),
        help=N_("How strongly ξ is drawn back to 0, that is to equal shares."),
    )

    def begin(self, setting: FleetSetup) -> None:
        super().begin(setting)
        self.logits = torch.zeros_like(self.ones())
        self.adam = WeightAdam(self.logits)

    def weigh(self, signals: Signals) -> Tensor:
        self.before = positive(signals.losses)
        raw = self.logits.softmax(-1) / self.before
        return raw / raw.sum(-1, keepdim=True)

    def after_step(self, losses: Tensor) -> None:
        fall = self.before.log() - positive(losses).log()
        share = self.logits.softmax(-1)
        gradient = share * (fall - (share * fall).sum(-1, keepdim=True))
        self.logits = self.logits + self.adam.change(gradient + self.decay * self.logits, self.rate)
