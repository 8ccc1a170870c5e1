"""Gradient surgery, PCGrad (Yu, Kumar, Gupta, Levine, Hausman and Finn, NeurIPS 2020)."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from playground.basics.cards import Card
from playground.basics.words import N_
from playground.weighting.base import Signals, Weighting
from playground.weighting.solvers import order_knob, projection_order


@dataclass
class PCGrad(Weighting):
    """Each task's gradient loses what points against the others; the results are added up."""

    key = "pcgrad"
    signal = "gramian"
    uses_chance = True
    card = Card(
        title=N_("PCGrad"),
        idea=N_("Where two gradients point against each other, take that part out of each, then add up."),
        formula=r"\text{for } j \text{ in random order, if } g_i' \cdot g_j < 0: \quad"
        r" g_i' \leftarrow g_i' - \frac{g_i' \cdot g_j}{\|g_j\|^2}\, g_j; \qquad d = \sum_i g_i'",
        paper="Yu, Kumar, Gupta, Levine, Hausman, Finn, NeurIPS 2020",
        link="https://arxiv.org/abs/2001.06782",
        fails=N_("With three tasks or more, a later cut can bring an earlier conflict back; long gradients still dominate."),
        notes=N_("A weight can exceed 1: what is cut out of one gradient is a multiple of another."),
    )

    order: str = order_knob()

    def weigh(self, signals: Signals) -> Tensor:
        gramian = self.gramian_of(signals).double()
        tasks = gramian.shape[-1]
        squares = torch.diagonal(gramian, dim1=-2, dim2=-1)
        own = torch.arange(tasks, device=gramian.device)
        # Row i of `mix` [R, T, T] holds g_i' in terms of the gradients; all rows meet their next opponent at once.
        mix = torch.eye(tasks, dtype=gramian.dtype, device=gramian.device).expand_as(gramian).clone()
        order = projection_order(self.order, self.setting.streams, gramian)
        for place in range(tasks):
            other = order[:, :, place]
            product = (mix * gramian.gather(1, other.unsqueeze(-1).expand_as(mix))).sum(-1)
            square = squares.gather(1, other)
            conflict = (product < 0) & (other != own) & (square > 0)
            cut = torch.where(conflict, product / torch.where(square > 0, square, 1.0), 0.0)
            mix.scatter_add_(-1, other.unsqueeze(-1), -cut.unsqueeze(-1))
        return mix.sum(1).to(signals.losses.dtype)
