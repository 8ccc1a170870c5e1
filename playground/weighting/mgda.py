"""The multiple-gradient descent algorithm (Désidéri 2012; Sener and Koltun, NeurIPS 2018)."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from playground.basics.cards import Card
from playground.basics.knobs import knob
from playground.basics.words import N_
from playground.weighting.base import Signals, Weighting
from playground.weighting.solvers import SHORTEST, geometry, nonnegative, positive


@dataclass
class MGDA(Weighting):
    """The w ≥ 0 with Σ w = 1 that makes Σ w_i g_i shortest."""

    key = "mgda"
    signal = "gramian"
    card = Card(
        title=N_("MGDA"),
        idea=N_("Take the shortest of all weighted means of the task gradients: along it no loss rises."),
        formula=r"\min_{w \ge 0,\ \sum_i w_i = 1} \Big\| \sum_i w_i\, g_i \Big\|^2",
        paper="Désidéri 2012; Sener, Koltun, NeurIPS 2018",
        link="https://arxiv.org/abs/1810.04650",
        fails=N_("The shortest gradient gets the largest weight, so a task that is nearly done slows all others down."),
        notes=N_(
            "Weights add up to 1 and are solved exactly instead of by some steps of Frank-Wolfe. As in the paper's "
            "code, the weights found on normalised gradients multiply the gradients as they were before. Where "
            "several weights are equally good, the most even ones are taken."
        ),
    )

    normalize: str = knob(
        "none",
        choices=("none", "l2", "loss", "loss+"),
        words=(N_("none"), N_("by length"), N_("by loss"), N_("by both")),
        label=N_("Normalise gradients"),
        help=N_("What to divide each gradient by first: nothing, its length (l2), its loss, or both (loss+)."),
    )

    def weigh(self, signals: Signals) -> Tensor:
        shape = geometry(self.gramian_of(signals))
        lengths = self._normalised(shape.lengths, shape.nonzero, positive(signals.losses).double())
        # With y_i = w_i n_i the problem becomes: least yᵀ C y where Σ y_i / n_i = 1. Up to its length, which Σ w = 1
        # fixes in the end, y is the nonnegative minimum of ½ yᵀ C y − Σ y_i / n_i.
        pull = lengths.amin(-1, keepdim=True) / lengths
        weights = nonnegative(shape.regularised, -pull.unsqueeze(-1)).squeeze(-1) * pull
        return (weights / weights.sum(-1, keepdim=True)).to(signals.losses.dtype)

    def _normalised(self, lengths: Tensor, nonzero: Tensor, losses: Tensor) -> Tensor:
        """[R, T] lengths of the gradients after the division that the knob asks for."""
        if self.normalize == "none":
            return lengths
        divisor = torch.ones_like(lengths)
        if self.normalize in ("l2", "loss+"):
            divisor = divisor * lengths
        if self.normalize in ("loss", "loss+"):
            divisor = divisor * losses
        divided = torch.where(nonzero, lengths / divisor, 0.0)
        return torch.where(
            nonzero, divided, SHORTEST * torch.where(nonzero.any(-1, keepdim=True), divided.amax(-1, keepdim=True), 1.0)
        )
