"""Cross-stitch networks: after every block the tasks exchange features (Misra, Shrivastava, Gupta & Hebert, CVPR 2016)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from playground.basics.cards import Card
from playground.basics.knobs import knob
from playground.basics.words import N_, _
from playground.sharing.base import Node, Trunk, TrunkSpec, Wiring
from playground.sharing.stitched import Stitched, frozen_knob


class Stitch(nn.Module):
    """R learned T × T matrices that mix the features of T tasks; h_i becomes Σ_j a_ij h_j."""

    def __init__(self, runs: int, tasks: int, own: float, frozen: bool):
        super().__init__()
        others = (1 - own) / max(1, tasks - 1)
        start = torch.full((tasks, tasks), others).fill_diagonal_(own if tasks > 1 else 1.0)
        self.mix = nn.Parameter(start.repeat(runs, 1, 1), requires_grad=not frozen)

    def forward(self, features: Sequence[Tensor]) -> list[Tensor]:
        """T features [R, B, …] to T mixed ones of the same shape."""
        stacked = torch.stack(list(features), dim=1)
        return list(torch.bmm(self.mix, stacked.flatten(2)).view(stacked.shape).unbind(1))


class CrossStitchTrunk(Trunk):
    """T towers with a stitch after every block."""

    def __init__(self, plan: TrunkSpec, own: float, frozen: bool):
        super().__init__()
        self.plan = plan
        self.towers = nn.ModuleList(plan.tower(owner) for owner in plan.owners)
        runs, levels = len(plan.streams.seeds), plan.backbone.length
        self.stitches = nn.ModuleList(Stitch(runs, len(plan.tasks), own, frozen) for _level in range(levels))

    def forward(self, x: Tensor) -> list[Tensor]:
        """x [R, B, …] to T features [R, B, …]."""
        features = [x] * len(self.towers)
        for blocks, stitch in zip(self._levels(), self.stitches, strict=True):
            features = stitch([block(feature) for block, feature in zip(blocks, features, strict=True)])
        return features

    def _levels(self) -> list[tuple[Any, ...]]:
        """For each level the blocks of the T towers."""
        return list(zip(*(tower.children() for tower in self.towers), strict=True))

    def learned(self) -> dict[str, Tensor]:
        """mix: [R, L, T, T] the coefficients a_ij after each block."""
        return {"mix": torch.stack([mix.detach() for mix in self.stitches.parameters()], dim=1)}

    def wiring(self) -> Wiring:
        tasks, nodes = self.plan.tasks, []
        before = ["input"] * len(tasks)
        for level, (blocks, stitch) in enumerate(zip(self._levels(), self.stitches, strict=True)):
            names = [f"{task}.{level}" for task in tasks]
            title = self.plan.backbone.block_name(level)
            nodes += [
                Node(name, 2 * level + 1, title, (block,), (read,))
                for name, block, read in zip(names, blocks, before, strict=True)
            ]
            nodes.append(Node(f"stitch.{level}", 2 * level + 2, _("stitch"), (stitch,), tuple(names), "mix"))
            before = [f"stitch.{level}"] * len(tasks)
        return Wiring(tuple(nodes), tuple(before))


@dataclass(frozen=True)
class CrossStitch(Stitched):
    """A network per task, mixed after every block by learned coefficients."""

    key = "cross_stitch"
    family = "soft"
    card = Card(
        title=N_("Cross-stitch"),
        idea=N_("Each task has its own network, and after every block learned coefficients mix the tasks' features."),
        formula=r"h_i \leftarrow \sum_j a_{ij} h_j",
        paper="Misra, Shrivastava, Gupta & Hebert, CVPR 2016",
        link="https://doi.org/10.1109/CVPR.2016.433",
        fails=N_("It costs a whole network per task, and the coefficients move little in a short training."),
        notes=N_(
            "One coefficient for a pair of tasks and a block, not one per channel. In the paper the coefficients learn at a "
            "higher rate of their own, and training starts from networks that have learned each task alone; here everything "
            "learns at one rate from the first step. Frozen at share 1 it is separate networks."
        ),
    )

    own: float = knob(
        0.9, low=0.0, high=1.0, label=N_("Own share at the start"), help=N_("How much of its own features a task starts with.")
    )
    frozen: bool = frozen_knob()

    def build(self, plan: TrunkSpec) -> CrossStitchTrunk:
        return CrossStitchTrunk(plan, self.own, self.frozen)
