"""Soft sharing by a penalty: a network per task, held near the others' (Duong, Cohn, Bird & Cook, ACL 2015)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor

from playground.backbones.base import Backbone
from playground.cards import Card
from playground.knobs import knob
from playground.sharing.base import Plan, Strategy
from playground.sharing.separate import SeparateTrunk
from playground.words import N_


class SoftTrunk(SeparateTrunk):
    """T towers; the squared distances of their weights from the mean tower are added to the loss, times `strength`."""

    def __init__(self, plan: Plan, strength: float):
        super().__init__(plan)
        self.strength = strength

    def penalty(self) -> Tensor | None:
        """[R] λ Σ_l Σ_t ‖W_t^l − mean_t W^l‖², biases included."""
        if self.strength == 0 or len(self.towers) == 1:
            return None
        distances = [distance for level in self._distances() for distance in level]
        return self.strength * torch.stack(distances).sum(0)

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

    def _distances(self) -> Iterator[list[Tensor]]:
        """For each level and parameter, [R] summed squared distances from the mean."""
        for level in self._stacks():
            yield [((stack - stack.mean(0)) ** 2).sum(0).flatten(1).sum(1) for stack in level]


@dataclass(frozen=True)
class SoftL2(Strategy):
    """A network per task, pulled together by a penalty."""

    key = "soft_l2"
    family = "soft"
    card = Card(
        title=N_("Soft sharing, L2"),
        idea=N_("Each task has its own network, and a penalty keeps the networks' weights near each other."),
        formula=r"\sum_t L_t + \lambda \sum_l \sum_t \lVert W_t^l - \bar W^l \rVert^2",
        paper="Duong, Cohn, Bird & Cook, ACL 2015",
        link="https://doi.org/10.3115/v1/P15-2139",
        fails=N_("It costs a whole network per task, and the strength of the penalty has to be found by trying."),
        notes=N_("With strength 0 it is separate networks exactly. The penalty covers blocks, not heads."),
    )

    strength: float = knob(
        0.01,
        low=0.0,
        high=10.0,
        log=True,
        label=N_("Strength of the pull"),
        help=N_("λ: how hard the networks are held together."),
    )

    def shares(self, backbone: Backbone) -> bool:
        return False

    def build(self, plan: Plan) -> SoftTrunk:
        return SoftTrunk(plan, self.strength)
