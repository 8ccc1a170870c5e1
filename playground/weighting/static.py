"""Fixed weights: the plain sum of the losses, each multiplied by a number that a person chose."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor

from playground.cards import Card
from playground.knobs import knob
from playground.weighting.base import Signals, Weighting, as_tensor
from playground.words import N_


@dataclass
class Static(Weighting):
    """w = the numbers given; they may be changed while a training runs."""

    key = "static"
    signal = "loss"
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
        # The knob is read anew in every step, because the page may turn it meanwhile.
        return self.ones() * as_tensor(self.weights, self.setting) if self.weights else self.ones()
