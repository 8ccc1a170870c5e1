"""Adapters: one common network with a small module a task after every block (Houlsby et al., ICML 2019)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from playground.backbones.base import feature_axis
from playground.basics.cards import Card
from playground.basics.knobs import knob
from playground.basics.random_streams import Streams
from playground.basics.words import N_, _
from playground.sharing.base import START, Node, Strategy, Trunk, TrunkSpec, Wiring
from playground.sharing.blocks import low_rank, per_place


class Adapter(nn.Module):
    """h + U max(0, D h) at every place, for R runs. Without biases, so that padding stays zero; U starts at zero."""

    def __init__(self, shape: tuple[int, ...], rank: int, streams: Streams):
        super().__init__()
        self.axis = feature_axis(shape)
        features = shape[0] if len(shape) == 3 else shape[-1]
        self.down, self.up = low_rank(streams, features, rank, features)

    def forward(self, x: Tensor) -> Tensor:
        """[R, B, …] to the same shape."""
        return x + per_place(self._step, x, self.axis)

    def _step(self, places: Tensor) -> Tensor:
        """[R, B, …, H] to the same shape."""
        rows = places.flatten(1, -2)
        return torch.bmm(torch.bmm(rows, self.down).relu(), self.up).view(places.shape)


class AdapterTrunk(Trunk):
    """Common blocks; after each of them every task goes on through an adapter of its own.

    alone: the share of the steps in which the common blocks learn and the adapters rest; then it is the other way round. With
    0 all learn all the time.
    """

    def __init__(self, plan: TrunkSpec, rank: int, alone: float):
        super().__init__()
        self.plan, self.alone = plan, alone
        self.common = plan.tower("shared")
        shapes = plan.backbone.sizes(plan.inputs)[1:]
        self.adapters = nn.ModuleList(
            nn.ModuleList(Adapter(shape, rank, plan.streams.at("adapter", level, owner)) for owner in plan.owners)
            for level, shape in enumerate(shapes)
        )

    def forward(self, x: Tensor) -> list[Tensor]:
        """x [R, B, …] to T features [R, B, …]."""
        features = list[Tensor]()
        for level, (block, adapters) in enumerate(self._levels()):
            # The first block reads the same for all tasks. As one long batch, later ones would let a task reach all adapters.
            common = [block(each) for each in features] if level else [block(x)] * len(adapters)
            features = [adapter(each) for adapter, each in zip(adapters, common, strict=True)]
        return features

    def frozen_parameters(self, share: float) -> tuple[nn.Parameter, ...]:
        """The adapters at first and the common blocks later; nothing where all learn all the time."""
        if self.alone == 0:
            return ()
        return tuple((self.adapters if share < self.alone else self.common).parameters())

    @torch.no_grad()
    def learned(self) -> dict[str, Tensor]:
        """size: [R, L, T] length of an adapter's product D U beside that of the identity, ‖D U‖ / √H."""
        levels = [
            [(adapter.down @ adapter.up).flatten(1).norm(dim=1) / adapter.down.shape[1] ** 0.5 for adapter in adapters]
            for _block, adapters in self._levels()
        ]
        return {"size": torch.stack([torch.stack(level, dim=1) for level in levels], dim=1)}

    def _levels(self) -> list[tuple[Any, Any]]:
        """For each level its common block, and the adapters of the tasks."""
        return list(zip(self.common, self.adapters, strict=True))

    def wiring(self) -> Wiring:
        nodes, before = list[Node](), START
        for level, (block, adapters) in enumerate(self._levels()):
            name = f"shared.{level}"
            nodes.append(Node(name, 2 * level + 1, self.plan.backbone.block_name(level), (block,), before, apart=level > 0))
            before = tuple(f"{task}.adapter.{level}" for task in self.plan.tasks)
            nodes += [
                Node(one, 2 * level + 2, _("adapter"), (adapter,), (name,), "mix")
                for one, adapter in zip(before, adapters, strict=True)
            ]
        return Wiring(tuple(nodes), before)


@dataclass(frozen=True)
class Adapters(Strategy):
    """One network for all, with a small module a task after every block."""

    key = "adapters"
    family = "hard"
    card = Card(
        title=N_("Adapters"),
        idea=N_("All tasks share one network, and after every block each task adds a small correction of its own."),
        formula=r"h_t^l = g + U_t^l \max(0, D_t^l g), \quad g = f^l(h_t^{l-1})",
        paper="Houlsby et al., ICML 2019",
        link="https://arxiv.org/abs/1902.00751",
        fails=N_("Small corrections cannot mend a common network that learned nothing of use to a task."),
        notes=N_(
            "After every block of any backbone, not only inside transformers, and without biases. The paper takes a trained "
            "network; here all tasks train it together for the first share of the steps, and heads learn throughout. "
            "As corrections start at zero, it starts as hard sharing of all blocks exactly."
        ),
    )

    rank: int = knob(
        8, low=1, high=64, log=True, label=N_("Units of an adapter"), help=N_("How many units each correction goes through.")
    )
    alone: float = knob(
        0.5,
        low=0.0,
        high=1.0,
        label=N_("Common network first"),
        help=N_("The common network learns alone for this share of the steps, then only the adapters do. 0: all at once."),
    )

    def build(self, plan: TrunkSpec) -> AdapterTrunk:
        return AdapterTrunk(plan, self.rank, self.alone)
