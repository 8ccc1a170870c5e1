"""Nash-MTL (Navon et al., ICML 2022): the step on which bargaining tasks agree."""

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
class NashMTL(Weighting):
    """The w > 0 with G w = 1 / w, then shortened to a step of a given length at most."""

    key = "nash"
    signal = "gramian"
    card = Card(
        title=N_("Nash-MTL"),
        idea=N_("Let the tasks bargain: the step with the largest product of all gains, as if each had a veto."),
        formula=r"\max_{\|d\| \le 1} \sum_i \log(g_i \cdot d), \qquad G w = 1 / w,\ w > 0",
        paper="Navon, Shamsian, Achituve, Maron, Kawaguchi, Chechik, Fetaya, ICML 2022",
        link="https://arxiv.org/abs/2202.01017",
        fails=N_("Short gradients get large weights, and where gradients are opposed weights grow until rounding stops them."),
        notes=N_(
            "Solved exactly by Newton steps in every step of training; the paper solves a series of linearised problems "
            "and may keep weights for some steps. The length of the unshortened step is always √T. A task without a "
            "gradient has weight 0. With its bound the step has length 1 however long gradients are, so weights fall as "
            "these grow: to 0.004 for a loss of 1,000 in the scale clash. Adam, for which the common size of all steps hardly "
            "matters, hides that; under plain gradient descent the bound would say how far each step goes."
        ),
    )

    max_norm: float = knob(
        1.0,
        low=0.0,
        high=100.0,
        label=N_("Longest step"),
        help=N_("A step that is longer is shortened to this length; 0 leaves it as it is."),
    )

    def weigh(self, signals: Signals) -> Tensor:
        shape = geometry(self.gramian_of(signals))
        # In unit gradients, y_i = w_i n_i, the condition has no scale left: C y = 1 / y.
        bargained = torch.where(shape.nonzero, solve_fair(shape.regularised, torch.ones_like(shape.lengths), 1.0), 0.0)
        weights = bargained / shape.lengths / shape.scale
        if self.max_norm > 0:
            along = (shape.cosines @ bargained.unsqueeze(-1)).squeeze(-1)
            length = (bargained * along).sum(-1, keepdim=True).clamp(min=0).sqrt()
            weights = weights * (self.max_norm / length.clamp(min=self.max_norm))
        return weights.to(signals.losses.dtype)
