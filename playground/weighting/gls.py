"""Geometric loss strategy (Chennupati et al., CVPR workshops 2019): the geometric mean of the losses."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor

from playground.basics.cards import Card
from playground.basics.words import N_
from playground.weighting.base import Signals, Weighting
from playground.weighting.solvers import positive


@dataclass
class GLS(Weighting):
    """Descends (Π L)^{1/T}, whose derivative by L_i is the weight."""

    key = "gls"
    signal = "loss"
    needs_positive = True
    card = Card(
        title=N_("Geometric mean"),
        idea=N_("Minimise the geometric mean of the losses, so that units do not matter and only relative gains count."),
        formula=r"\min \Big(\prod_i L_i\Big)^{1/T}, \qquad w_i = \frac{1}{T L_i} \Big(\prod_j L_j\Big)^{1/T}",
        paper="Chennupati, Sistu, Yogamani, Rawashdeh, CVPR workshops 2019",
        link="https://arxiv.org/abs/1904.08492",
        fails=N_("A loss that comes near zero gets an enormous weight, and a loss of exactly zero hides all others."),
        notes=N_("Losses below 1e-12 count as 1e-12. The steps shrink with the mean itself, unlike those of the sum of logs."),
    )

    def weigh(self, signals: Signals) -> Tensor:
        logs = positive(signals.losses).log()
        return (logs.mean(-1, keepdim=True) - logs).exp() / logs.shape[-1]
