"""Soft sharing by a penalty: a network per task, held near the others' (Duong, Cohn, Bird & Cook, ACL 2015)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from playground.backbones.base import Backbone
from playground.basics.cards import Card
from playground.basics.knobs import knob
from playground.basics.words import N_
from playground.sharing.base import Strategy, TrunkSpec
from playground.sharing.separate import SeparateTrunk


class SoftTrunk(SeparateTrunk):
    """T towers; the squared distances of their weights from the mean tower are added to the loss, times `strengths` [R].

    The sum over a block is divided by its units. First weights have a variance of 1/3 over the number of inputs, so that each
    unit's share of the sum starts at about the same size in narrow and in wide networks, and so does the penalty.
    """

    strengths: Tensor

    def __init__(self, plan: TrunkSpec, strengths: Sequence[float]):
        super().__init__(plan)
        self.idle = len(plan.tasks) == 1 or not any(strengths)
        self.register_buffer("strengths", torch.tensor(strengths, dtype=torch.float32), persistent=False)

    def penalty(self) -> Tensor | None:
        """[R] λ Σ_l Σ_t ‖W_t^l − mean_t W^l‖² / H_l, biases included."""
        if self.idle:
            return None
        levels = zip(*(tower.children() for tower in self.towers), strict=True)
        found = [
            spread(group) / self.plan.units(level)
            for level, blocks in enumerate(levels)
            for group in zip(*(block.parameters() for block in blocks), strict=True)
        ]
        return self.strengths * torch.stack(found).sum(0)

    def held(self) -> Tensor | None:
        return self.strengths > 0

    @torch.no_grad()
    def learned(self) -> dict[str, Tensor]:
        """distance: [R, L, T] how far each tower's block is from the mean block, ‖W_t^l − mean_t W^l‖ / ‖mean_t W^l‖."""
        rows = []
        for level in self._stacks():
            means = [stack.mean(0) for stack in level]
            away = [((stack - mean) ** 2).flatten(2).sum(2) for stack, mean in zip(level, means, strict=True)]
            size = [(mean**2).flatten(1).sum(1) for mean in means]
            rows.append((torch.stack(away).sum(0) / torch.stack(size).sum(0)).sqrt().T)
        return {"distance": torch.stack(rows, dim=1)}

    def _stacks(self) -> Iterator[list[Tensor]]:
        """For each level, its parameters stacked over the towers: [T, R, …] each."""
        for blocks in zip(*(tower.children() for tower in self.towers), strict=True):
            yield [torch.stack(group) for group in zip(*(block.parameters() for block in blocks), strict=True)]


def spread(parameters: Sequence[Tensor]) -> Tensor:
    """[R] Σ_t ‖W_t − mean W‖² of T parameters [R, …], with the gradient 2 (W_t − mean W) for each.

    The distances D_t are computed once, outside of what is differentiated: as they sum to zero over the tasks, Σ_t ⟨D_t, W_t⟩
    is the sum of their squares, and its gradient with D_t held still is D_t, half of what it should be.
    """
    rows = [parameter.flatten(1).unsqueeze(1) for parameter in parameters]
    with torch.no_grad():
        mean = torch.stack(rows).mean(0)
        away = [(row - mean).transpose(1, 2) for row in rows]
    half = torch.cat([torch.bmm(row, one) for row, one in zip(rows, away, strict=True)], dim=1).flatten(1).sum(1)
    return 2 * half - half.detach()


@dataclass(frozen=True)
class SoftL2(Strategy):
    """A network per task, pulled together by a penalty."""

    key = "soft_l2"
    family = "soft"
    card = Card(
        title=N_("Soft sharing, L2"),
        idea=N_("Each task has its own network, and a penalty keeps the networks' weights near each other."),
        formula=r"\sum_t L_t + \lambda \sum_l \tfrac{1}{H_l} \sum_t \lVert W_t^l - \bar W^l \rVert^2",
        paper="Duong, Cohn, Bird & Cook, ACL 2015",
        link="https://doi.org/10.3115/v1/P15-2139",
        fails=N_("It costs a whole network per task, and the strength of the penalty has to be found by trying."),
        notes=N_(
            "With strength 0 it is separate networks exactly. The penalty covers blocks, not heads. H is the number of a "
            "block's units; divided by it, a strength means about the same in narrow and wide networks."
        ),
    )

    strength: float = knob(
        0.6,
        low=0.0,
        high=100.0,
        log=True,
        mixes=True,
        label=N_("Strength of the pull"),
        help=N_("λ: how hard the networks are held together."),
    )

    def shares(self, backbone: Backbone) -> bool:
        return False

    def apart(self, backbone: Backbone) -> bool:
        return self.strength == 0

    def build(self, plan: TrunkSpec) -> SoftTrunk:
        return SoftTrunk(plan, plan.mixed.get("strength", (self.strength,) * len(plan.streams.seeds)))
