"""Gradient vaccine, GradVac (Wang, Tsvetkov, Firat and Cao, ICLR 2021): surgery that aims at a usual angle."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from playground.basics.cards import Card
from playground.basics.knobs import knob
from playground.basics.words import N_
from playground.weighting.base import FleetSetup, Signals, Weighting
from playground.weighting.solvers import geometry, order_knob, projection_order

NEAREST = 0.9999
"""Greatest cosine that is aimed at: to reach 1 a gradient would have to be stretched without end."""


@dataclass
class GradVac(Weighting):
    """Where two gradients are less alike than they usually are, each is turned towards the other to their usual cosine."""

    key = "gradvac"
    signal = "gramian"
    uses_chance = True
    card = Card(
        title=N_("Gradient vaccine"),
        idea=N_("Remember how alike two tasks' gradients usually are, and turn them together when they are less so."),
        formula=r"\text{if } c = \cos(g_i', g_j) < \varphi_{ij}: \quad g_i' \leftarrow g_i' + \frac{\|g_i'\|\,"
        r"(\varphi_{ij} \sqrt{1 - c^2} - c \sqrt{1 - \varphi_{ij}^2})}{\|g_j\| \sqrt{1 - \varphi_{ij}^2}}\, g_j;"
        r" \qquad \varphi_{ij} \leftarrow (1 - \beta)\,\varphi_{ij} + \beta\,c",
        paper="Wang, Tsvetkov, Firat, Cao, ICLR 2021",
        link="https://arxiv.org/abs/2010.05874",
        fails=N_("Gradients of small batches differ by chance; turning them together stretches them and adds to the noise."),
        notes=N_(
            "One usual cosine per pair of tasks, over all shared parameters; the paper keeps one per layer. The aim starts "
            "at 0, so the first step is that of PCGrad, and never exceeds 0.9999. The usual cosine follows at every "
            "meeting; in LibMTL only where a gradient is turned."
        ),
    )

    beta: float = knob(
        0.5,
        low=0.0,
        high=1.0,
        label=N_("Memory β"),
        help=N_("How fast the usual cosine follows the present one; 0 keeps it at 0, which is PCGrad."),
    )
    order: str = order_knob()

    def begin(self, setting: FleetSetup) -> None:
        super().begin(setting)
        runs, tasks = setting.shape
        self.usual = torch.zeros(runs, tasks, tasks, dtype=torch.float64, device=setting.rates.device)

    def weigh(self, signals: Signals) -> Tensor:
        shape = geometry(self.gramian_of(signals))
        lengths = torch.where(shape.nonzero, shape.lengths, 0.0)
        gramian = lengths.unsqueeze(-1) * shape.cosines * lengths.unsqueeze(-2)
        tasks = gramian.shape[-1]
        own = torch.arange(tasks, device=gramian.device)
        # Row i of `mix` [R, T, T] holds g_i' in terms of the gradients; all rows meet their next opponent at once.
        mix = torch.eye(tasks, dtype=gramian.dtype, device=gramian.device).expand_as(gramian).clone()
        order = projection_order(self.order, self.setting.streams, gramian)
        for place in range(tasks):
            other = order[:, :, place]
            products = mix @ gramian
            mine = (mix * products).sum(-1).clamp(min=0).sqrt()
            theirs = lengths.gather(1, other)
            met = (other != own) & (mine > 0) & (theirs > 0)
            cosine = (_pick(products, other) / torch.where(met, mine * theirs, 1.0)).clamp(-1, 1)
            aim = _pick(self.usual, other)
            turn = met & (cosine < aim)
            reach = aim.clamp(max=NEAREST)
            added = mine / torch.where(met, theirs, 1.0) * (reach * _sine(cosine) / _sine(reach) - cosine)
            mix = mix.scatter_add(-1, other.unsqueeze(-1), torch.where(turn, added, 0.0).unsqueeze(-1))
            blended = torch.where(met, (1 - self.beta) * aim + self.beta * cosine, aim)
            self.usual = self.usual.scatter(-1, other.unsqueeze(-1), blended.unsqueeze(-1))
        return mix.sum(1).to(signals.losses.dtype)


def _pick(rows: Tensor, columns: Tensor) -> Tensor:
    """[R, T] of each row of [R, T, T] the entry in its column of [R, T]."""
    return rows.gather(-1, columns.unsqueeze(-1)).squeeze(-1)


def _sine(cosine: Tensor) -> Tensor:
    """The sine of an angle between 0 and π, from its cosine."""
    return (1 - cosine.square()).clamp(min=0).sqrt()
