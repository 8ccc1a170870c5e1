"""Multi-gate mixture of experts: common experts, and a gate a task that mixes them (Ma et al., KDD 2018)."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass, replace

import torch
from torch import Tensor, nn

from playground.basics.cards import Card
from playground.basics.knobs import knob
from playground.basics.words import N_, _
from playground.sharing.base import Node, Strategy, Trunk, TrunkSpec, Wiring, chain
from playground.sharing.blocks import Gate, mixture, summary, summary_size


class ExpertTrunk(Trunk):
    """E towers that all tasks read, and something a task that weighs them.

    The first expert starts as the common network of hard sharing does.
    """

    def __init__(self, plan: TrunkSpec, experts: int, gates: Iterable[nn.Module]):
        super().__init__()
        self.plan = plan
        self.experts = nn.ModuleList(plan.tower(owner(number)) for number in range(experts))
        self.gates = nn.ModuleList(gates)
        self.used: list[Tensor] = []

    def forward(self, x: Tensor) -> list[Tensor]:
        """x [R, B, …] to T features [R, B, …]."""
        weights = self.weights(x)
        self.used = [weight.detach() for weight in weights]
        features = [expert(x) for expert in self.experts]
        return [mixture(features, weight) for weight in weights]

    @abstractmethod
    def weights(self, x: Tensor) -> list[Tensor]:
        """How much of each expert each of the T tasks takes: [R, B, E] each, or [R, 1, E] for the same in all examples."""

    def gate_title(self) -> str:
        """What stands in the box of a gate; what a gate reads to decide is said there, and not drawn."""
        return _("gate by input")

    def learned(self) -> dict[str, Tensor]:
        """gate: [R, T, E] how much of each expert each task takes, on average over the examples seen last."""
        return {"gate": torch.stack([weight.mean(1) for weight in self.used], dim=1)} if self.used else {}

    def wiring(self) -> Wiring:
        experts = [
            [
                replace(node, title=_("expert {number}: {block}").format(number=number, block=node.title))
                for node in chain(self.plan, f"expert{number}", expert)  # type: ignore[arg-type]  # towers are sequences of blocks
            ]
            for number, expert in enumerate(self.experts, start=1)
        ]
        last, column = tuple(nodes[-1].name for nodes in experts), self.plan.backbone.length + 1
        names = tuple(f"gate.{task}" for task in self.plan.tasks)
        gates = [
            Node(name, column, self.gate_title(), (gate,), last, "mix") for name, gate in zip(names, self.gates, strict=True)
        ]
        return Wiring((*(node for nodes in experts for node in nodes), *gates), names)


class MMoETrunk(ExpertTrunk):
    """Experts, and gates that look at the input."""

    def __init__(self, plan: TrunkSpec, experts: int):
        self.tokens = plan.tokens
        inputs = summary_size(plan.inputs, plan.tokens)
        super().__init__(plan, experts, (Gate(inputs, experts, plan.streams.at("gate", one)) for one in plan.owners))

    def weights(self, x: Tensor) -> list[Tensor]:
        """T times [R, B, E]."""
        read = summary(x, self.tokens)
        return [gate(read) for gate in self.gates]


def owner(number: int) -> str:
    """Whose first weights an expert takes; the first takes those of the common network of hard sharing."""
    return f"expert{number + 1}" if number else "shared"


@dataclass(frozen=True)
class MMoE(Strategy):
    """Experts for everybody; each task mixes them by a gate of its own."""

    key = "mmoe"
    family = "soft"
    card = Card(
        title=N_("Mixture of experts"),
        idea=N_("All tasks share several networks, the experts; for each example a task's own gate decides how to mix them."),
        formula=r"h_t(x) = \sum_e g_{te}(x)\, f_e(x), \quad g_t(x) = \mathrm{softmax}(V_t x)",
        paper="Ma, Zhao, Yi, Chen, Hong & Chi, KDD 2018",
        link="https://doi.org/10.1145/3219819.3220007",
        fails=N_("It costs a network per expert, and nothing keeps all gates from choosing the same one."),
        notes=N_(
            "Gates are linear and read the input: numbers as they are, a picture as means over a grid of four by four fields, "
            "a text as the share of each of its words. With one expert it is hard sharing of all blocks exactly."
        ),
    )

    experts: int = knob(4, low=1, high=8, label=N_("Experts"), help=N_("How many networks all tasks share."))

    def build(self, plan: TrunkSpec) -> MMoETrunk:
        return MMoETrunk(plan, self.experts)
