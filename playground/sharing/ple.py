"""Progressive layered extraction: at every level experts in common and of one task, with gates over both (Tang et al. 2020)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from torch import Tensor, nn

from playground.backbones.base import Backbone
from playground.basics.cards import Card
from playground.basics.knobs import knob
from playground.basics.words import N_, _
from playground.sharing.base import Node, Strategy, Trunk, TrunkSpec, Wiring
from playground.sharing.blocks import Gate, mixture, summary, summary_size


class Extraction(nn.Module):
    """One level: blocks of the backbone as experts, S in common and O a task, and a gate for whoever reads on.

    A task's gate mixes its own experts and the common ones. The common gate mixes all experts; the last level has none, as
    nobody would read it.
    """

    def __init__(self, plan: TrunkSpec, level: int, own: int, shared: int):
        super().__init__()
        self.tokens = plan.tokens if level == 0 else 0
        self.own = nn.ModuleList(nn.ModuleList(_experts(plan, level, owner, own)) for owner in plan.owners)
        self.common = nn.ModuleList(_experts(plan, level, "shared", shared))
        inputs = summary_size(plan.backbone.sizes(plan.inputs)[level], self.tokens)
        streams = plan.streams.at("gate", level)
        self.gates = nn.ModuleList(Gate(inputs, own + shared, streams.at(owner)) for owner in plan.owners)
        self.common_gate: Gate | None = None
        if shared and level < plan.backbone.length - 1:
            self.common_gate = Gate(inputs, own * len(plan.tasks) + shared, streams.at("shared"))
        self.used: list[Tensor] = []

    def forward(self, inputs: list[Tensor], common: Tensor | None) -> tuple[list[Tensor], Tensor | None]:
        """What the T tasks and the common experts read, [R, B, …] each, to what they read at the next level."""
        own = [[expert(x) for expert in self._of(task)] for task, x in enumerate(inputs)]
        shared = [expert(common) for expert in self.common]
        weights = [gate(summary(x, self.tokens)) for gate, x in zip(self.gates, inputs, strict=True)]
        mixed = [mixture([*experts, *shared], each) for experts, each in zip(own, weights, strict=True)]
        self.used = [each.detach() for each in weights]
        if self.common_gate is None or common is None:
            return mixed, None
        each = self.common_gate(summary(common, self.tokens))
        self.used.append(each.detach())
        everything = [*(expert for experts in own for expert in experts), *shared]
        return mixed, mixture(everything, each)

    def _of(self, task: int) -> Any:
        """The experts of one task."""
        return self.own[task]


class PLETrunk(Trunk):
    """One level of extraction for each block of the backbone."""

    def __init__(self, plan: TrunkSpec, own: int, shared: int):
        super().__init__()
        self.plan, self.counts = plan, (own, shared)
        self.levels = nn.ModuleList(Extraction(plan, level, own, shared) for level in range(plan.backbone.length))

    def forward(self, x: Tensor) -> list[Tensor]:
        """x [R, B, …] to T features [R, B, …]."""
        features, common = [x] * len(self.plan.tasks), x if self.counts[1] else None
        for level in self.levels:
            features, common = level(features, common)
        return features

    def learned(self) -> dict[str, Tensor]:
        """gate: [R, L, T + 1, T·O + S] how much of each expert each gate takes, on average over the examples seen last.

        Gates are in the order of the tasks, then the common one; experts task by task, then the common ones. What a gate
        does not see, and the common gate of the last level, are zero.
        """
        if not self._levels()[0].used:
            return {}
        own, shared = self.counts
        tasks, used = len(self.plan.tasks), self._levels()[0].used[0]
        result = used.new_zeros(len(used), len(self.levels), tasks + 1, tasks * own + shared)
        for number, level in enumerate(self._levels()):
            for gate, weights in enumerate(level.used):
                mean = weights.mean(1)
                if gate == tasks:
                    result[:, number, gate] = mean
                else:
                    result[:, number, gate, gate * own : (gate + 1) * own] = mean[:, :own]
                    result[:, number, gate, tasks * own :] = mean[:, own:]
        return {"gate": result}

    def wiring(self) -> Wiring:
        tasks, nodes = self.plan.tasks, list[Node]()
        reads, common = ["input"] * len(tasks), "input"
        for number, level in enumerate(self._levels()):
            title, column = self.plan.backbone.block_name(number), 2 * number + 1
            own = [
                [
                    Node(f"{task}.{number}.{place}", column, title, (expert,), (read,))
                    for place, expert in enumerate(level._of(place_of_task))
                ]
                for place_of_task, (task, read) in enumerate(zip(tasks, reads, strict=True))
            ]
            shared = [
                Node(f"shared.{number}.{place}", column, title, (expert,), (common,))
                for place, expert in enumerate(level.common)
            ]
            nodes += [node for group in (*own, shared) for node in group]
            for task, group, gate in zip(tasks, own, level.gates, strict=True):
                seen = tuple(node.name for node in (*group, *shared))
                nodes.append(Node(f"gate.{number}.{task}", column + 1, _("gate by input"), (gate,), seen, "mix"))
            if level.common_gate is not None:
                seen = tuple(node.name for group in (*own, shared) for node in group)
                nodes.append(Node(f"gate.{number}", column + 1, _("gate by input"), (level.common_gate,), seen, "mix"))
            reads, common = [f"gate.{number}.{task}" for task in tasks], f"gate.{number}"
        return Wiring(tuple(nodes), tuple(reads))

    def _levels(self) -> list[Any]:
        """The levels in order."""
        return list(self.levels)


def _experts(plan: TrunkSpec, level: int, owner: int | str, count: int) -> list[nn.Module]:
    """Blocks of one owner; the first starts as the owner's block does under every strategy."""
    return [plan.block(level, f"{owner}.expert{number + 1}" if number else owner) for number in range(count)]


@dataclass(frozen=True)
class PLE(Strategy):
    """Common experts and each task's own at every level, mixed by gates."""

    key = "ple"
    family = "soft"
    card = Card(
        title=N_("Layered extraction"),
        idea=N_(
            "At every level there are common experts and experts of one task, and gates decide who reads how much of them."
        ),
        formula=r"h_t^{l} = \sum_{e \in E_t \cup E_s} g_{te}^l\, f_e^l, \quad h_s^{l} = \sum_{e} g_{se}^l\, f_e^l",
        paper="Tang, Liu, Zhao & Gong, RecSys 2020",
        link="https://doi.org/10.1145/3383313.3412236",
        fails=N_("It costs more blocks and gates than any other way, so it needs data enough to learn them."),
        notes=N_(
            "Every block of the backbone is one level. Gates are linear: the first ones read the input as those of the mixture "
            "of experts do, later ones the mean features of what their experts read. Without common experts and with one of "
            "its own a task has a separate network exactly."
        ),
    )

    shared: int = knob(1, low=0, high=4, label=N_("Common experts"), help=N_("How many experts of each level all tasks share."))
    own: int = knob(1, low=1, high=4, label=N_("Own experts"), help=N_("How many experts of each level belong to one task."))

    def shares(self, backbone: Backbone) -> bool:
        return self.shared > 0

    def build(self, plan: TrunkSpec) -> PLETrunk:
        return PLETrunk(plan, self.own, self.shared)
