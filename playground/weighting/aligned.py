"""Aligned-MTL (Senushkin, Patakin, Kuznetsov and Konushin, CVPR 2023): gradients made orthogonal and equally long."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from playground.cards import Card
from playground.knobs import knob
from playground.weighting.base import Signals, Weighting
from playground.weighting.solvers import eigen
from playground.words import N_


@dataclass
class Aligned(Weighting):
    """w = √λ G^{−1/2} 1, with λ the least eigenvalue of G that is not zero."""

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
            "The gradients are added up with weight 1 each; public implementations take their mean, which is T times "
            "shorter. Eigenvalues that rounding cannot tell from zero are left out."
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
        gramian = self.gramian_of(signals)
        # The weights do not care for the common length of all gradients; without it numbers stay near 1.
        longest = torch.diagonal(gramian, dim1=-2, dim2=-1).amax(-1).double()[:, None, None]
        values, vectors = eigen(gramian.double() / torch.where(longest > 0, longest, 1.0))
        tasks = values.shape[-1]
        smallest = 32 * tasks * torch.finfo(gramian.dtype).eps * values[:, -1:]
        kept = (values > smallest) & (values > 0)
        sound = torch.where(kept, values, 1.0)
        shares = torch.where(kept, vectors.sum(-2) / sound.sqrt(), 0.0)
        weights = self._common(values, kept).sqrt() * (vectors * shares.unsqueeze(-2)).sum(-1)
        # Without any gradient there is nothing to align; a run gone astray keeps its NaN.
        return torch.where(values[:, -1:] == 0, 1.0, weights + 0.0 * values).to(signals.losses.dtype)

    def _common(self, values: Tensor, kept: Tensor) -> Tensor:
        """[R, 1] the eigenvalue that all kept ones are brought to; eigenvalues are in rising order, kept ones last."""
        count = kept.sum(-1, keepdim=True)
        if self.scale == "rmse":
            return torch.where(kept, values, 0.0).sum(-1, keepdim=True) / count.clamp(min=1)
        first = values.shape[-1] - count
        place = first if self.scale == "min" else first + (count - 1).div(2, rounding_mode="floor")
        return values.gather(-1, place.clamp(0, values.shape[-1] - 1)).clamp(min=0)
