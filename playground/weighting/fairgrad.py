"""FairGrad (Ban and Ji, ICML 2024): a step that shares its gains by a chosen notion of fairness."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from playground.basics.cards import Card
from playground.basics.knobs import knob
from playground.basics.words import N_
from playground.weighting.base import Signals, Weighting
from playground.weighting.solvers import geometry, solve_fair


@dataclass
class FairGrad(Weighting):
    """The w > 0 with G w = w^{−1/p}."""

    key = "fairgrad"
    signal = "gramian"
    card = Card(
        title=N_("FairGrad"),
        idea=N_("Share the gains of a step fairly; the larger p, the more is done for the task that gains least."),
        formula=r"G w = w^{-1/p}, \qquad w > 0",
        paper="Ban, Ji, ICML 2024",
        link="https://arxiv.org/abs/2402.15638",
        fails=N_("Short gradients get large weights, and where gradients are opposed weights grow until rounding stops them."),
        notes=N_(
            "p = 1 is Nash-MTL without its bound on the length of a step. Solved by Newton steps instead of a general "
            "least-squares routine. A task without a gradient has weight 0."
        ),
    )

    p: float = knob(
        1.0,
        low=1.0,
        high=10.0,
        log=True,
        label=N_("Fairness p"),
        help=N_("1 is proportional fairness, 2 the least total delay, and large values serve the weakest task first."),
    )

    def weigh(self, signals: Signals) -> Tensor:
        shape = geometry(self.gramian_of(signals))
        lengths = torch.where(shape.nonzero, shape.lengths, 1.0)
        # In unit gradients, y_i = w_i n_i, the condition reads C y = n^{1/p − 1} y^{−1/p}.
        shared = solve_fair(shape.regularised, lengths ** (1 / self.p - 1), self.p)
        weights = shared / lengths * shape.scale ** (-2 * self.p / (self.p + 1))
        return torch.where(shape.nonzero, weights, 0.0).to(signals.losses.dtype)
