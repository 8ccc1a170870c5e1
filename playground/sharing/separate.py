"""One whole network per task: nothing is shared. The single-task baseline of every comparison."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor, nn

from playground.backbones.base import Backbone
from playground.basics.cards import Card
from playground.basics.words import N_
from playground.sharing.base import Strategy, Trunk, TrunkSpec, Wiring, chain


class SeparateTrunk(Trunk):
    """T towers that never meet."""

    def __init__(self, plan: TrunkSpec):
        super().__init__()
        self.plan = plan
        self.towers = nn.ModuleList(plan.tower(owner) for owner in plan.owners)

    def forward(self, x: Tensor) -> list[Tensor]:
        """x [R, B, …] to T features [R, B, …]."""
        return self.towers_on(self.towers, x)

    def wiring(self) -> Wiring:
        chains = [chain(self.plan, task, tower.children()) for task, tower in zip(self.plan.tasks, self.towers, strict=True)]
        return Wiring(tuple(node for nodes in chains for node in nodes), tuple(nodes[-1].name for nodes in chains))


@dataclass(frozen=True)
class Separate(Strategy):
    """A whole network per task."""

    key = "separate"
    family = "none"
    card = Card(
        title=N_("Separate networks"),
        idea=N_("Each task has a whole network of its own; nothing is shared. Every other run is measured against this one."),
        formula=r"y_t = h_t(f_t(x))",
        fails=N_("It cannot pass anything from a task with many labels to one with few, and it costs T networks."),
    )

    def shares(self, backbone: Backbone) -> bool:
        return False

    def build(self, plan: TrunkSpec) -> SeparateTrunk:
        return SeparateTrunk(plan)
