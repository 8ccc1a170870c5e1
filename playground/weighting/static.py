"""Fixed weights: the plain sum of the losses, each multiplied by a number that a person chose."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from torch import Tensor

from playground.basics.cards import Card
from playground.basics.knobs import knob
from playground.basics.words import N_
from playground.weighting.base import Signals, Weighting, as_tensor


@dataclass
class Static(Weighting):
    """w = the numbers given; they may be changed while a training runs."""

    key = "static"
    signal = "loss"
    accepts_weights = True
    card = Card(
        title=N_("Weights by hand"),
        idea=N_("Multiply each loss by a number that you choose."),
        formula=r"w_i = c_i",
        fails=N_("Good numbers are found by trying; with T tasks that is a search in T − 1 dimensions."),
        notes=N_("With Adam the common size of all weights hardly matters for shared parameters; their ratios do."),
    )

    weights: tuple[float, ...] = knob(
        (),
        low=0.0,
        high=1000.0,
        log=True,
        per_task=True,
        label=N_("Weights"),
        help=N_("One number a task; the loss of the task is multiplied by it. Without numbers every task has 1."),
    )

    def weigh(self, signals: Signals) -> Tensor:
        return self.ones() * as_tensor(self.weights, self.setting) if self.weights else self.ones()

    def take(self, weights: Sequence[float]) -> None:
        self.weights = tuple(weights)
