"""Equal weights: the plain sum of the losses."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor

from playground.basics.cards import Card
from playground.basics.words import N_
from playground.weighting.base import Signals, Weighting


@dataclass
class Equal(Weighting):
    """w = 1 for every task."""

    key = "equal"
    signal = "loss"
    card = Card(
        title=N_("Equal weights"),
        idea=N_("Add the losses up as they are."),
        formula=r"w_i = 1",
        fails=N_("A task whose loss is measured in larger numbers takes over the shared parameters."),
    )

    def weigh(self, signals: Signals) -> Tensor:
        return self.ones()
