"""Hard sharing: the first blocks are common to all tasks, what follows is each task's own (Caruana 1997)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from playground.backbones.base import Backbone
from playground.basics.cards import Card
from playground.basics.errors import Problem
from playground.basics.knobs import knob
from playground.basics.words import N_, _
from playground.sharing.base import Node, Strategy, Trunk, TrunkSpec, Wiring, chain


class HardTrunk(Trunk):
    """`depth` common blocks, then one tower per task from that level on; depth 0 is T separate networks."""

    def __init__(self, plan: TrunkSpec, depth: int):
        super().__init__()
        self.plan, self.depth = plan, depth
        self.common = nn.Sequential(*(plan.block(level, "shared") for level in range(depth)))
        self.towers = nn.ModuleList(plan.tower(owner, start=depth) for owner in plan.owners)

    def forward(self, x: Tensor) -> list[Tensor]:
        """x [R, B, …] to T features [R, B, …]."""
        common = self.common(x)
        return self.towers_on(self.towers, common) if self.depth < self.plan.backbone.length else [common] * len(self.towers)

    def wiring(self) -> Wiring:
        nodes = chain(self.plan, "shared", self.common)
        split = nodes[-1].name if nodes else "input"
        exits = []
        for task, tower in zip(self.plan.tasks, self.towers, strict=True):
            own = chain(self.plan, task, tower.children(), self.depth, split)
            nodes += own
            exits.append(own[-1].name if own else split)
        return Wiring(tuple(nodes), tuple(exits))


class MixedTrunk(Trunk):
    """Hard sharing for runs that share different numbers of blocks; each run learns what it would learn by itself.

    All blocks are there in common and once a task. At each level a run takes the common features as long as it shares, and
    its own block's from there on; what it does not take gets a gradient of zero and stays as it is.
    """

    depths: Tensor

    def __init__(self, plan: TrunkSpec, depths: Sequence[int]):
        super().__init__()
        self.plan = plan
        self.common = plan.tower("shared")
        self.towers = nn.ModuleList(plan.tower(owner) for owner in plan.owners)
        self.register_buffer("depths", torch.tensor(depths), persistent=False)

    def forward(self, x: Tensor) -> list[Tensor]:
        """x [R, B, …] to T features [R, B, …]."""
        common, features = x, [x] * len(self.towers)
        for level, (block, *own) in enumerate(zip(self.common, *self.towers, strict=True)):
            common = block(common)
            shares = (self.depths > level).view(-1, *[1] * (common.dim() - 1))
            features = [torch.where(shares, common, one(feature)) for one, feature in zip(own, features, strict=True)]
        return features

    def wiring(self) -> Wiring:
        """Every block that any of the runs uses; where two meet, each run takes one of them."""
        nodes = chain(self.plan, "shared", self.common)
        exits = []
        for task, tower in zip(self.plan.tasks, self.towers, strict=True):
            before = "input"
            for level, block in enumerate(tower.children()):
                title = self.plan.backbone.block_name(level)
                nodes.append(Node(f"{task}.{level}", level + 1, title, (block,), (before, f"shared.{level}")))
                before = nodes[-1].name
            exits.append(before)
        return Wiring(tuple(nodes), tuple(exits))


@dataclass(frozen=True)
class Hard(Strategy):
    """The first `depth` blocks are shared by all tasks."""

    key = "hard"
    family = "hard"
    card = Card(
        title=N_("Hard sharing"),
        idea=N_("All tasks share the first blocks of one network; after them each task goes its own way."),
        formula=r"y_t = h_t(g_t(f(x)))",
        paper="Caruana, Machine Learning 1997",
        link="https://doi.org/10.1023/A:1007379606734",
        fails=N_("Tasks that need different features fight over the shared blocks."),
        notes=N_("Depth 0 is separate networks exactly: same first weights, same numbers."),
    )

    depth: int = knob(
        2,
        low=0,
        high=6,
        mixes=True,
        label=N_("Shared blocks"),
        help=N_("How many blocks all tasks share, counted from the input; 0 shares nothing."),
    )

    def shares(self, backbone: Backbone) -> bool:
        return self.depth > 0

    def problems(self, backbone: Backbone, tasks: Sequence[str]) -> list[Problem]:
        if self.depth <= backbone.length:
            return []
        should = _("should be at most {length}, the number of blocks of the network").format(length=backbone.length)
        return [Problem("sharing.depth", should, self.depth)]

    def build(self, plan: TrunkSpec) -> HardTrunk | MixedTrunk:
        return MixedTrunk(plan, plan.mixed["depth"]) if "depth" in plan.mixed else HardTrunk(plan, self.depth)
