"""Soft sharing by a trace norm: the tasks' weights are pulled into a common space (Yang & Hospedales, ICLR workshop 2017)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor

from playground.backbones.base import Backbone
from playground.basics.cards import Card
from playground.basics.knobs import knob
from playground.basics.words import N_
from playground.sharing.base import Strategy, TrunkSpec
from playground.sharing.separate import SeparateTrunk

SMALLEST = 1e-3
"""Singular values below this part of the largest one count as zero: single precision knows no more of them."""


class TraceTrunk(SeparateTrunk):
    """T towers; of every block, the trace norm of the T towers' weights as rows is added to the loss, times `strength`.

    It is divided by the root of the block's units: first weights have a variance of 1/3 over the number of inputs, so that
    the length of a row grows as that root, and the penalty starts at about the same size in narrow and in wide networks.
    """

    def __init__(self, plan: TrunkSpec, strength: float):
        super().__init__(plan)
        self.strength = strength

    def penalty(self) -> Tensor | None:
        """[R] λ Σ_l ‖[W_1^l … W_T^l]‖_* / √H_l, biases included."""
        if self.strength == 0 or len(self.towers) == 1:
            return None
        norms = [nuclear_norm(rows) / self.plan.units(level) ** 0.5 for level, rows in enumerate(self._rows())]
        return self.strength * torch.stack(norms).sum(0)

    @torch.no_grad()
    def learned(self) -> dict[str, Tensor]:
        """singular: [R, L, T] the singular values of every block's T rows, the largest first."""
        return {"singular": torch.stack([torch.linalg.svdvals(rows) for rows in self._rows()], dim=1)}

    def _rows(self) -> Iterator[Tensor]:
        """For each level [R, T, P]: all P parameters of each tower's block as one row."""
        for blocks in zip(*(tower.children() for tower in self.towers), strict=True):
            rows = [torch.cat([p.flatten(1) for p in block.parameters()], dim=1) for block in blocks]
            yield torch.stack(rows, dim=1)


def nuclear_norm(rows: Tensor) -> Tensor:
    """[R] sum of the singular values of rows [R, T, P].

    The gradient of ‖M‖_* is U Vᵀ, for M = U S Vᵀ; that is A M with A = U S⁻¹ Uᵀ, and U and S² are found from the small
    matrix M Mᵀ. A singular value that is zero has no gradient, and gives none here; so nothing is divided by zero, and equal
    singular values, between which the gradient of a decomposition would divide by zero, do no harm.
    """
    with torch.no_grad():
        squares, directions = torch.linalg.eigh(torch.bmm(rows, rows.transpose(1, 2)))
        values = squares.clamp(min=0).sqrt()
        inverse = torch.where(values > SMALLEST * values[:, -1:], 1 / values.clamp(min=1e-30), 0.0)
        slope = torch.bmm(directions * inverse[:, None], torch.bmm(directions.transpose(1, 2), rows))
    # ⟨A M, M⟩ is the norm itself, and its gradient with A M held still is A M.
    return (slope * rows).flatten(1).sum(1)


@dataclass(frozen=True)
class SoftTrace(Strategy):
    """A network per task; a penalty makes their weights combinations of a few common ones."""

    key = "soft_trace"
    family = "soft"
    card = Card(
        title=N_("Soft sharing, trace norm"),
        idea=N_("Each task has its own network, and a penalty makes their weights combinations of a few common patterns."),
        formula=r"\sum_t L_t + \lambda \sum_l \tfrac{1}{\sqrt{H_l}} \lVert [W_1^l \dots W_T^l] \rVert_*",
        paper="Yang & Hospedales, ICLR workshop 2017",
        link="https://arxiv.org/abs/1606.04038",
        fails=N_("It also shrinks the weights themselves, and the strength of the penalty has to be found by trying."),
        notes=N_(
            "Of the paper's three norms of the stacked weights this is the one that lays each task's block, biases included, "
            "into one row. With strength 0 it is separate networks exactly. The penalty covers blocks, not heads. H is the "
            "number of a block's units; divided by its root, a strength means about the same in narrow and wide networks."
        ),
    )

    strength: float = knob(
        0.08,
        low=0.0,
        high=100.0,
        log=True,
        label=N_("Strength of the pull"),
        help=N_("λ: how hard the weights are pressed into few common patterns."),
    )

    def shares(self, backbone: Backbone) -> bool:
        return False

    def apart(self, backbone: Backbone) -> bool:
        return self.strength == 0

    def build(self, plan: TrunkSpec) -> TraceTrunk:
        return TraceTrunk(plan, self.strength)
