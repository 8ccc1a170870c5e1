"""Low-rank adaptation: each task adds a small product to every matrix of one common network (Hu et al., ICLR 2022)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.func import functional_call

from playground.basics.cards import Card
from playground.basics.knobs import knob
from playground.basics.random_streams import Streams
from playground.basics.words import N_, _
from playground.sharing.base import START, Node, Strategy, Trunk, TrunkSpec, Wiring
from playground.sharing.blocks import low_rank


def matrices(block: nn.Module) -> dict[str, nn.Parameter]:
    """The weights of a block's linear layers and convolutions, by name; biases, norms and tables of words are no matrices."""
    return {name: weight for name, weight in block.named_parameters() if name.split(".")[-1] == "weight" and weight.dim() > 2}


class Change(nn.Module):
    """What one task adds to the matrices of one block: s B A each, for R runs; B starts at zero.

    A weight of more axes, as a convolution's, is changed as the matrix of its first axis by all others.
    """

    def __init__(self, block: nn.Module, rank: int, scale: float, streams: Streams):
        super().__init__()
        self.scale = scale
        self.names = list(matrices(block))
        self.downs, self.ups = nn.ParameterList(), nn.ParameterList()
        for name, weight in matrices(block).items():
            first, rest = weight.shape[1], math.prod(weight.shape[2:])
            down, up = low_rank(streams.at(name), first, min(rank, first, rest), rest)
            self.downs.append(down)
            self.ups.append(up)

    def parts(self) -> list[Tensor]:
        """What is added to each matrix, as [R, first axis, all others]."""
        return [torch.bmm(down, up) * self.scale for down, up in zip(self.downs, self.ups, strict=True)]

    def forward(self, block: nn.Module, x: Tensor) -> Tensor:
        """What `block` makes of x [R, B, …] with its matrices changed."""
        weights = matrices(block)
        changed = {
            name: weights[name] + part.view(weights[name].shape) for name, part in zip(self.names, self.parts(), strict=True)
        }
        return functional_call(block, changed, (x,))


class LoRATrunk(Trunk):
    """Common blocks, through which every task goes with changes of its own.

    alone: the share of the steps in which the common blocks learn and the changes rest; then it is the other way round. With
    0 all learn all the time.
    """

    def __init__(self, plan: TrunkSpec, rank: int, alpha: float, alone: float):
        super().__init__()
        self.plan, self.alone = plan, alone
        self.common = plan.tower("shared")
        self.changes = nn.ModuleList(
            nn.ModuleList(Change(block, rank, alpha / rank, plan.streams.at("lora", level, owner)) for owner in plan.owners)
            for level, block in enumerate(self.common)
        )

    def forward(self, x: Tensor) -> list[Tensor]:
        """x [R, B, …] to T features [R, B, …]."""
        features = [x] * len(self.plan.tasks)
        for level, (block, changes) in enumerate(self._levels()):
            if level == 0 and not changes[0].names:
                # Nothing tells the tasks apart yet.
                features = [block(x)] * len(features)
            else:
                features = [change(block, feature) for change, feature in zip(changes, features, strict=True)]
        return features

    def frozen_parameters(self, share: float) -> tuple[nn.Parameter, ...]:
        """The changes at first and the common blocks later; nothing where all learn all the time."""
        if self.alone == 0:
            return ()
        return tuple((self.changes if share < self.alone else self.common).parameters())

    @torch.no_grad()
    def learned(self) -> dict[str, Tensor]:
        """size: [R, L, T] how large a task's changes of a block are beside its matrices, ‖s B A‖ / ‖W‖."""
        levels = []
        for block, changes in self._levels():
            if weights := list(matrices(block).values()):
                levels.append(torch.stack([_length(change.parts()) / _length(weights) for change in changes], dim=1))
            else:
                levels.append(next(block.parameters()).new_zeros(len(self.plan.streams.seeds), len(changes)))
        return {"size": torch.stack(levels, dim=1)}

    def _levels(self) -> list[tuple[Any, Any]]:
        """For each level its common block, and the changes of the tasks."""
        return list(zip(self.common, self.changes, strict=True))

    def wiring(self) -> Wiring:
        tasks, nodes, before = self.plan.tasks, list[Node](), START
        for level, (block, changes) in enumerate(self._levels()):
            name, title = f"shared.{level}", self.plan.backbone.block_name(level)
            nodes.append(Node(name, 2 * level + 1, title, (block,), before, apart=len(before) > 1))
            before = (name,)
            if changes[0].names:
                before = tuple(f"{task}.lora.{level}" for task in tasks)
                nodes += [
                    Node(one, 2 * level + 2, _("LoRA"), (change,), (name,), "mix")
                    for one, change in zip(before, changes, strict=True)
                ]
        return Wiring(tuple(nodes), before if len(before) == len(tasks) else before * len(tasks))


def _length(parts: Sequence[Tensor]) -> Tensor:
    """[R] root of the sum of the squares of all numbers of a run."""
    return torch.stack([part.flatten(1).square().sum(1) for part in parts]).sum(0).sqrt()


@dataclass(frozen=True)
class LoRA(Strategy):
    """One network for all; each task adds products of two thin matrices."""

    key = "lora"
    family = "hard"
    card = Card(
        title=N_("Low-rank changes"),
        idea=N_("All tasks share one network, and each task adds to every matrix of it a product of two thin ones."),
        formula=r"W_t = W + \tfrac{\alpha}{r} B_t A_t",
        paper="Hu et al., ICLR 2022",
        link="https://arxiv.org/abs/2106.09685",
        fails=N_("What a task needs beyond the common network has to fit into a low rank."),
        notes=N_(
            "Every linear layer and every convolution is changed, a convolution as one long matrix; tables of words and norms "
            "are not. The paper takes a trained network; here all tasks train it together for the first share of the steps, "
            "and heads learn throughout. As B starts at zero, it starts as hard sharing of all blocks exactly."
        ),
    )

    rank: int = knob(4, low=1, high=64, log=True, label=N_("Rank"), help=N_("r: how many columns the thin matrices have."))
    alpha: float = knob(
        8.0,
        low=0.1,
        high=100.0,
        log=True,
        label=N_("Scale of the changes"),
        help=N_("α: the product of the thin matrices is multiplied by α/r."),
    )
    alone: float = knob(
        0.5,
        low=0.0,
        high=1.0,
        label=N_("Common network first"),
        help=N_("The common network learns alone for this share of the steps, then only the changes do. 0: all at once."),
    )

    def build(self, plan: TrunkSpec) -> LoRATrunk:
        return LoRATrunk(plan, self.rank, self.alpha, self.alone)
