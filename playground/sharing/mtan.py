"""Attention masks: one common network, of which each task takes its own part after every block (Liu et al., CVPR 2019)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from playground.backbones.base import feature_axis
from playground.backbones.layers import Linear
from playground.basics.cards import Card
from playground.basics.knobs import knob
from playground.basics.random_streams import Streams
from playground.basics.words import N_, _
from playground.sharing.base import START, Node, Strategy, Trunk, TrunkSpec, Wiring
from playground.sharing.blocks import per_place

SHOWN = 32
"""Features of a mask that are recorded, at most."""


class AttentionMask(nn.Module):
    """R small networks that say, for every feature of every place, how much of it a task takes: between 0 and 1."""

    def __init__(self, inputs: int, hidden: int, features: int, axis: int, streams: Streams):
        super().__init__()
        self.axis = axis
        self.first = Linear(inputs, hidden, streams.at("first"))
        self.second = Linear(hidden, features, streams.at("second"))

    def forward(self, read: Tensor) -> Tensor:
        """What is read [R, B, …], `inputs` features a place, to a mask [R, B, …], `features` a place."""
        return per_place(lambda places: self.second(self.first(places).relu()).sigmoid(), read, self.axis)


class MTANTrunk(Trunk):
    """A common network, and after each of its blocks a mask a task.

    From the second block on a mask reads, beside the common features, what the task took of the block before, carried on by a
    further block of the same form that all tasks share.
    """

    def __init__(self, plan: TrunkSpec, hidden: int):
        super().__init__()
        self.plan = plan
        shapes = plan.backbone.sizes(plan.inputs)
        self.common = plan.tower("shared")
        self.carriers = nn.ModuleList(plan.block(level, "carrier") for level in range(1, plan.backbone.length))
        self.masks = nn.ModuleList(
            nn.ModuleList(
                self._mask(shape, 1 if level == 0 else 2, hidden, plan.streams.at("mask", level, owner))
                for owner in plan.owners
            )
            for level, shape in enumerate(shapes[1:])
        )
        self.used: list[list[Tensor]] = []

    def _mask(self, shape: tuple[int, ...], times: int, hidden: int, streams: Streams) -> AttentionMask:
        """A fresh mask for features of `shape`, which reads so many times as many."""
        features = shape[0] if len(shape) == 3 else shape[-1]
        return AttentionMask(times * features, hidden, features, feature_axis(shape), streams)

    def forward(self, x: Tensor) -> list[Tensor]:
        """x [R, B, …] to T features [R, B, …]."""
        taken: list[Tensor] = []
        self.used = []
        for level, (block, masks) in enumerate(self._levels()):
            x = block(x)
            read = [x] * len(masks)
            if level:
                carry = self.carriers[level - 1]
                read = [torch.cat([x, carry(each)], dim=masks[0].axis) for each in taken]
            chosen = [mask(each) for mask, each in zip(masks, read, strict=True)]
            taken = [mask * x for mask in chosen]
            self.used.append([mask.detach() for mask in chosen])
        return taken

    def learned(self) -> dict[str, Tensor]:
        """open: [R, L, T] how much of a block a task takes, on average over features, places and the examples seen last.

        mask: [R, L, T, F] the same for single features, the first 32 that every block has.
        """
        if not self.used:
            return {}
        means = [
            torch.stack([one.movedim(masks[0].axis, -1).flatten(1, -2).mean(1) for one in used], dim=1)
            for used, (_block, masks) in zip(self.used, self._levels(), strict=True)
        ]
        count = min(SHOWN, *(mean.shape[2] for mean in means))
        return {
            "open": torch.stack([mean.mean(2) for mean in means], dim=1),
            "mask": torch.stack([mean[:, :, :count] for mean in means], dim=1),
        }

    def _levels(self) -> list[tuple[Any, Any]]:
        """For each level its common block, and the masks of the tasks."""
        return list(zip(self.common, self.masks, strict=True))

    def wiring(self) -> Wiring:
        nodes, before, taken = list[Node](), "input", START
        for level, (block, masks) in enumerate(self._levels()):
            title, name = self.plan.backbone.block_name(level), f"shared.{level}"
            nodes.append(Node(name, 2 * level + 1, title, (block,), (before,)))
            reads: list[tuple[str, ...]] = [(name,)] * len(masks)
            if level:
                carrier = f"carrier.{level}"
                carried = _("carried: {block}").format(block=title)
                nodes.append(Node(carrier, 2 * level + 1, carried, (self.carriers[level - 1],), taken, apart=True))
                reads = [(name, carrier)] * len(masks)
            taken = tuple(f"{task}.mask.{level}" for task in self.plan.tasks)
            nodes += [
                Node(one, 2 * level + 2, _("mask"), (mask,), read, "mix")
                for one, mask, read in zip(taken, masks, reads, strict=True)
            ]
            before = name
        return Wiring(tuple(nodes), taken)


@dataclass(frozen=True)
class MTAN(Strategy):
    """One network for all; each task masks its features."""

    key = "mtan"
    family = "hard"
    card = Card(
        title=N_("Attention masks"),
        idea=N_(
            "All tasks share one network, and after every block a learned mask says how much a task takes of each feature."
        ),
        formula=r"a_t^l = \sigma(m_t^l([p^l, f^l(a_t^{l-1} \odot p^{l-1})])) , \quad h_t = a_t^L \odot p^L",
        paper="Liu, Johns & Davison, CVPR 2019",
        link="https://doi.org/10.1109/CVPR.2019.00197",
        fails=N_("A mask can only leave out what is there, so tasks still fight over what the common blocks compute."),
        notes=N_(
            "A mask is two linear layers at every place. It reads a block's output, not what is inside it, and carries on what "
            "was taken by a block like the backbone's own. No batch normalisation, as no strategy here has any."
        ),
    )

    hidden: int = knob(
        16, low=1, high=128, log=True, label=N_("Units of a mask"), help=N_("How many units stand between a mask's two layers.")
    )

    def build(self, plan: TrunkSpec) -> MTANTrunk:
        return MTANTrunk(plan, self.hidden)
