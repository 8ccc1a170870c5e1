"""UPGrad (Quinton and Rey 2024): every gradient is freed of conflict on its own, then all are added up."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor

from playground.basics.cards import Card
from playground.basics.words import N_
from playground.weighting.base import Signals, Weighting
from playground.weighting.solvers import geometry, nonnegative


@dataclass
class UPGrad(Weighting):
    """The mean of the task gradients, each projected to the nearest step along which no loss rises."""

    key = "upgrad"
    signal = "gramian"
    card = Card(
        title=N_("UPGrad"),
        idea=N_("Change each gradient as little as possible so that it raises no loss, then take their mean."),
        formula=r"w = \sum_i v^{(i)}, \qquad v^{(i)} = \arg\min_{v \ge e_i / T} \Big\| \sum_j v_j\, g_j \Big\|^2",
        paper="Quinton, Rey, 2024",
        link="https://arxiv.org/abs/2406.16232",
        fails=N_("Long gradients still have a long say, and at T tasks it solves T small problems in every step."),
        notes=N_(
            "Solved exactly; public implementations add a small number to the Gramian first. With two tasks it is half "
            "of PCGrad."
        ),
    )

    def weigh(self, signals: Signals) -> Tensor:
        shape = geometry(self.gramian_of(signals))
        tasks = shape.lengths.shape[-1]
        # Column i of `pushed` is what is added to the unit gradient i, in terms of unit gradients.
        pushed = nonnegative(shape.regularised, shape.cosines)
        added = (pushed @ shape.lengths.unsqueeze(-1)).squeeze(-1) / shape.lengths
        return ((1 + added) / tasks).to(signals.losses.dtype)
