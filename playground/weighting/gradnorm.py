"""GradNorm (Chen, Badrinarayanan, Lee and Rabinovich, ICML 2018): gradients of like length, longer for slow tasks."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor

from playground.basics.cards import Card
from playground.basics.knobs import knob
from playground.basics.words import N_
from playground.weighting.base import FleetSetup, Signals, Weighting, norms
from playground.weighting.solvers import positive, rate_knob

SMALLEST = 1e-3
"""A weight below it is lifted to it before the weights are rescaled."""


@dataclass
class GradNorm(Weighting):
    """One step of w along the sign of w_i n_i − target_i in every step of training; Σ w = T."""

    key = "gradnorm"
    signal = "gramian"
    needs_positive = True
    card = Card(
        title=N_("GradNorm"),
        idea=N_("Learn weights that give all task gradients a common length, longer for tasks that lag behind."),
        formula=r"w_i \leftarrow w_i - \eta\,\mathrm{sign}(w_i n_i - \bar n\, r_i^{\alpha})\, n_i, \qquad"
        r" \bar n = \tfrac1T \textstyle\sum_j w_j n_j, \qquad"
        r" r_i = \frac{L_i / L_i(0)}{\frac1T \sum_j L_j / L_j(0)}",
        paper="Chen, Badrinarayanan, Lee, Rabinovich, ICML 2018",
        link="https://arxiv.org/abs/1711.02257",
        fails=N_("Its steps are as long as the gradients: very long ones make the weights jump, very short ones freeze them."),
        notes=N_(
            "n is the length of a task's gradient on all shared parameters; the paper takes the last shared layer only. "
            "Weights move by plain gradient steps; one that falls below 0.001 is lifted to it, and then all are rescaled "
            "to add up to the number of tasks. The paper lets the weights reach the heads too; here they do not."
        ),
    )

    alpha: float = knob(
        1.5,
        low=0.0,
        high=3.0,
        label=N_("Asymmetry α"),
        help=N_("How strongly tasks that lag behind are pulled forward; 0 only evens out the lengths."),
    )
    rate: float = rate_knob(
        N_("Learning rate with which the weights themselves move; it stays the same where that of the model changes.")
    )

    def begin(self, setting: FleetSetup) -> None:
        super().begin(setting)
        self.weights = self.ones()
        self.first: Tensor | None = None

    def weigh(self, signals: Signals) -> Tensor:
        losses, lengths, weights = positive(signals.losses), norms(self.gramian_of(signals)), self.weights
        self.first = losses if self.first is None else self.first
        left = losses / self.first
        lag = left / left.mean(-1, keepdim=True)
        weighted = weights * lengths
        target = weighted.mean(-1, keepdim=True) * lag**self.alpha
        moved = (weights - self.rate * (weighted - target).sign() * lengths).clamp(min=SMALLEST)
        # The paper's order: the network takes its step with the old weights, the new ones serve the next step.
        self.weights = moved.shape[-1] * moved / moved.sum(-1, keepdim=True)
        return weights
