"""The contract of a sharing strategy: who shares what.

A strategy is one file in this folder with a frozen dataclass that inherits `Strategy`; its fields are its knobs, and its
`build` makes one module, a `Trunk`, for all T tasks and all R runs from the blocks of any backbone.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal

import torch
from torch import Tensor, nn

from playground.backbones.base import Backbone
from playground.basics.cards import Card
from playground.basics.errors import Problem
from playground.basics.random_streams import Streams


@dataclass(frozen=True)
class TrunkSpec:
    """What a strategy builds from.

    backbone: gives the blocks.
    inputs: shape of one example.
    tasks: names of the T tasks.
    streams: for each of the R runs, where first weights come from.
    kinds: for each task the key of its kind.
    widths: for each task how many numbers its head gives.
    mixed: for each knob of the strategy in which the R runs differ, its value in each of them.
    places: for each task its place in its suite's own list, after which its first weights are named, so that neither a task's
        name nor the choice of the others changes them; () for 0 … T−1.
    """

    backbone: Backbone
    inputs: tuple[int, ...]
    tasks: tuple[str, ...]
    streams: Streams
    kinds: tuple[str, ...] = ()
    widths: tuple[int, ...] = ()
    mixed: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    places: tuple[int, ...] = ()

    @property
    def owners(self) -> tuple[int, ...]:
        """For each task what its own modules are drawn by: its place in its suite."""
        return self.places or tuple(range(len(self.tasks)))

    @property
    def tokens(self) -> int:
        """How many different tokens the inputs are made of; 0 where they are numbers."""
        return getattr(self.backbone, "vocabulary", 0)

    def units(self, level: int) -> int:
        """How many features a block of `level` gives at each place."""
        shape = self.backbone.sizes(self.inputs)[level + 1]
        return shape[0] if len(shape) == 3 else shape[-1]

    def block(self, level: int, owner: int | str, inputs: tuple[int, ...] | None = None) -> nn.Module:
        """A fresh block of `level` that belongs to `owner` (one of `owners`, or a word such as "shared").

        Its first weights depend on the seed, the level and the owner alone. So a task's own tower starts from the same
        numbers under every strategy that has one.
        """
        shape = self.backbone.sizes(self.inputs)[level] if inputs is None else inputs
        return self.backbone.block(level, shape, self.streams.at("block", level, owner))

    def tower(self, owner: int | str, start: int = 0) -> nn.Sequential:
        """All blocks of `owner` from level `start` on, one after the other."""
        return nn.Sequential(*(self.block(level, owner) for level in range(start, self.backbone.length)))


START: tuple[str, ...] = ("input",)
"""What the first boxes of a diagram read."""


@dataclass(frozen=True)
class Node:
    """One box of the network's diagram.

    name: unique in its network.
    level: column in which it is drawn; the input is column 0.
    title: what stands in the box.
    modules: the modules whose parameters the box stands for; empty for a box without parameters of its own.
    reads: names of the boxes whose output it takes; "input" is the network's input.
    kind: "block" (a block of the backbone), or "mix" (what passes features between tasks: units, gates, masks).
    apart: it reads one box a task, in the order of the tasks, and what it makes of each goes on to that task alone.
    """

    name: str
    level: int
    title: str
    modules: tuple[nn.Module, ...] = ()
    reads: tuple[str, ...] = START
    kind: Literal["block", "mix"] = "block"
    apart: bool = False


@dataclass(frozen=True)
class Wiring:
    """How a trunk is wired: its boxes, and for each task the box whose output its head reads."""

    nodes: tuple[Node, ...]
    exits: tuple[str, ...]

    def upstream(self, task: int) -> set[str]:
        """Names of all boxes through which data go to the head of task number `task`, the input among them."""
        nodes = {node.name: node for node in self.nodes}
        seen, waiting = set[str](), [self.exits[task]]
        while waiting:
            name = waiting.pop()
            if name not in seen:
                seen.add(name)
                node = nodes.get(name)
                reads = () if node is None else node.reads
                waiting += reads[task : task + 1] if node is not None and node.apart else reads
        return seen


class Trunk(nn.Module, ABC):
    """Everything before the heads, for T tasks and R runs.

    there: [R, B] which rows of the batch are examples, where others only fill it up; None for all of them. A penalty that is a
    mean over the batch is one over these.
    own: for each task the rows that it may learn from; None for all of them. What belongs to a task alone may leave out others.
    """

    there: Tensor | None = None
    own: Sequence[slice] | None = None

    def towers_on(self, towers: Iterable[nn.Module], x: Tensor) -> list[Tensor]:
        """What the towers of the T tasks make of x [R, B, …]; zeros in rows that a task does not learn from."""
        if self.own is None:
            return [tower(x) for tower in towers]
        parts = [tower(x[:, rows]) for tower, rows in zip(towers, self.own, strict=True)]
        found = [part.new_zeros(len(part), x.shape[1], *part.shape[2:]) for part in parts]
        for whole, part, rows in zip(found, parts, self.own, strict=True):
            whole[:, rows] = part
        return found

    def share(self, x: Tensor) -> Tensor:
        """How much each row of a batch x [R, B, …] counts in a mean over it: [R, B] or [1, B], 1 in sum."""
        there = torch.ones(1, x.shape[1], device=x.device) if self.there is None else self.there
        return there / there.sum(1, keepdim=True)

    @abstractmethod
    def forward(self, x: Tensor) -> Sequence[Tensor]:
        """x [R, B, …] to T features, each [R, B, …]; tasks that share everything may get the very same tensor."""

    def penalty(self) -> Tensor | None:
        """[R] what is added to the sum of the losses to hold the tasks together; None for nothing."""
        return None

    def held(self) -> Tensor | None:
        """[R] bool, which runs the penalty holds together at all, where that differs between the runs; None where not."""
        return None

    def frozen_parameters(self, share: float) -> tuple[nn.Parameter, ...]:
        """Parameters that do not learn once `share` of the steps, from 0 to 1, are taken; none unless overridden."""
        return ()

    def head(self, task: int) -> nn.Module | None:
        """A head of the trunk's own for task number `task`; None for the usual one of the task's kind.

        A head whose outputs go on after those that the kind expects has an attribute `answers`: how many those are.
        """
        return None

    @abstractmethod
    def wiring(self) -> Wiring:
        """The diagram of this very module."""

    def learned(self) -> dict[str, Tensor]:
        """What it learned to share, by name, each [R, …] without gradient: mixing coefficients, gates, distances."""
        return {}


@dataclass(frozen=True)
class Strategy(ABC):
    """A way of sharing. Its fields are its knobs; see `playground.basics.knobs`."""

    key: ClassVar[str]
    card: ClassVar[Card]
    family: ClassVar[Literal["none", "hard", "soft"]]
    kinds: ClassVar[tuple[str, ...]] = ()
    """Kinds of tasks that it can learn; () stands for all."""

    def shares(self, backbone: Backbone) -> bool:
        """Whether two tasks reach a common parameter, so that a gradient method has something to mediate."""
        return True

    def apart(self, backbone: Backbone) -> bool:
        """Whether every task learns as if it were alone: no parameter in common, and nothing that holds its own to others'."""
        return not self.shares(backbone)

    def problems(self, backbone: Backbone, tasks: Sequence[str]) -> list[Problem]:
        """What keeps this strategy from working with a backbone and tasks; empty when it works."""
        return []

    @abstractmethod
    def build(self, plan: TrunkSpec) -> Trunk:
        """One fresh trunk for all tasks and runs of the plan."""


def chain(plan: TrunkSpec, owner: str, blocks: Iterable[nn.Module], start: int = 0, before: str = "input") -> list[Node]:
    """The boxes of blocks that follow each other: `owner`'s, from level `start` on; the first reads `before`."""
    nodes: list[Node] = []
    for level, block in enumerate(blocks, start=start):
        nodes.append(Node(f"{owner}.{level}", level + 1, plan.backbone.block_name(level), (block,), (before,)))
        before = nodes[-1].name
    return nodes
