"""The sum of the logarithms of the losses: the scale-invariant baseline of Navon et al., ICML 2022."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor

from playground.basics.cards import Card
from playground.basics.words import N_
from playground.weighting.base import Signals, Weighting
from playground.weighting.solvers import positive


@dataclass
class LogLoss(Weighting):
    """Descends Σ log L, so w = 1 / L."""

    key = "log_loss"
    signal = "loss"
    needs_positive = True
    card = Card(
        title=N_("Sum of logarithms"),
        idea=N_("Minimise the sum of the logarithms of the losses: halving any loss counts the same."),
        formula=r"\min \sum_i \log L_i, \qquad w_i = 1 / L_i",
        paper="Navon, Shamsian, Achituve, Maron, Kawaguchi, Chechik, Fetaya, ICML 2022",
        link="https://arxiv.org/abs/2202.01017",
        fails=N_("A loss that comes near zero gets an enormous weight, and the last errors of an easy task rule the step."),
        notes=N_("The paper uses it as a baseline. Losses below 1e-12 count as 1e-12."),
    )

    def weigh(self, signals: Signals) -> Tensor:
        return 1 / positive(signals.losses)
