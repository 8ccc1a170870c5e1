"""Aligned-MTL (Senushkin, Patakin, Kuznetsov and Konushin, CVPR 2023): gradients made orthogonal and equally long."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from playground.basics.cards import Card
from playground.basics.knobs import knob
from playground.basics.words import N_
from playground.weighting.base import Signals, Weighting
from playground.weighting.solvers import geometry, principal


@dataclass
class Aligned(Weighting):
    """w = √λ G^{−1/2} 1, with λ the least eigenvalue of G that is not zero.

    In principal directions, G = U S² Uᵀ, it is w = U (s / S) Uᵀ 1 with s the least of S that is not zero.
    """

    key = "aligned"
    signal = "gramian"
    card = Card(
        title=N_("Aligned-MTL"),
        idea=N_("Replace the gradients by the nearest ones that are at right angles and equally long, and add those up."),
        formula=r"w = \sqrt{\lambda}\; G^{-1/2}\, \mathbf{1}, \qquad \lambda = \lambda_{\min}(G)",
        paper="Senushkin, Patakin, Kuznetsov, Konushin, CVPR 2023",
        link="https://arxiv.org/abs/2305.19000",
        fails=N_("The step is as short as the weakest principal direction, so two nearly equal gradients make it tiny."),
        notes=N_(
            "The gradients are added up with weight 1 each, as in the authors' code and in LibMTL; TorchJD takes their "
            "mean, which is T times shorter. Whether gradients depend on each other is judged by their angles, so that a "
            "very short one keeps its say; directions that rounding cannot tell from none are left out."
        ),
    )

    scale: str = knob(
        "min",
        choices=("min", "median", "rmse"),
        words=(N_("smallest"), N_("median"), N_("root mean square")),
        label=N_("Scale"),
        help=N_("Which eigenvalue sets the common length: the least, the median, or the mean of all."),
    )

    def weigh(self, signals: Signals) -> Tensor:
        directions, sizes, rank = principal(geometry(self.gramian_of(signals)))
        kept = torch.arange(sizes.shape[-1], device=sizes.device) < rank
        common = self._common(sizes, kept, rank)
        shares = directions.sum(-2) * torch.where(kept, common / torch.where(kept, sizes, 1.0), 0.0)
        weights = (directions * shares.unsqueeze(-2)).sum(-1)
        # Without any gradient there is nothing to align; a run gone astray keeps its NaN.
        return (torch.where(rank == 0, 1.0, weights) + 0.0 * sizes[:, :1]).to(signals.losses.dtype)

    def _common(self, sizes: Tensor, kept: Tensor, rank: Tensor) -> Tensor:
        """[R, 1] the length that all kept principal directions are brought to; they stand first, in falling order."""
        if self.scale == "rmse":
            return (torch.where(kept, sizes, 0.0).square().sum(-1, keepdim=True) / rank.clamp(min=1)).sqrt()
        place = rank - 1 if self.scale == "min" else rank.div(2, rounding_mode="floor")
        return sizes.gather(-1, place.clamp(0, sizes.shape[-1] - 1))
