"""Sluice networks: halves of every block are mixed between tasks, and layers are mixed too (Ruder et al., AAAI 2019)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from playground.backbones.base import feature_axis
from playground.basics.cards import Card
from playground.basics.knobs import knob
from playground.basics.words import N_, _
from playground.sharing.base import Node, Trunk, TrunkSpec, Wiring
from playground.sharing.blocks import mixture
from playground.sharing.stitched import Stitched, frozen_knob


class Gateway(nn.Module):
    """R learned 2T × 2T matrices that mix the two halves of the features of T tasks.

    An odd number of features is filled up by one that is zero; what would be mixed into its place is dropped.
    """

    def __init__(self, runs: int, tasks: int, own: float, frozen: bool, axis: int):
        super().__init__()
        self.axis = axis
        others = (1 - own) / (2 * tasks - 1)
        start = torch.full((2 * tasks, 2 * tasks), others).fill_diagonal_(own)
        self.mix = nn.Parameter(start.repeat(runs, 1, 1), requires_grad=not frozen)

    def halves(self, features: Sequence[Tensor]) -> Tensor:
        """T features [R, B, …] to their halves [R, 2T, B, …], both of a task one after the other."""
        count = features[0].shape[self.axis]
        middle = -(-count // 2)
        pairs = [feature.split(middle, dim=self.axis) for feature in features]
        if count == 1:
            pairs = [(first, torch.zeros_like(first)) for (first,) in pairs]
        elif count % 2:
            gap = torch.zeros_like(features[0].narrow(self.axis, 0, 1))
            pairs = [(first, torch.cat([second, gap], dim=self.axis)) for first, second in pairs]
        return torch.stack([half for pair in pairs for half in pair], dim=1)

    def forward(self, halves: Tensor, count: int) -> list[Tensor]:
        """Halves [R, 2T, B, …] to T mixed features [R, B, …], `count` features a place."""
        mixed = torch.bmm(self.mix, halves.flatten(2)).view(halves.shape).unbind(1)
        wholes = [torch.cat(pair, dim=self.axis) for pair in zip(mixed[::2], mixed[1::2], strict=True)]
        return [whole.narrow(self.axis, 0, count) for whole in wholes]

    def overlap(self, halves: Tensor, share: Tensor) -> Tensor:
        """[R] mean products between the features of both halves of a task, over examples and places, squared and summed.

        share: [R, B] or [1, B] how much each example counts.
        """
        places = halves if self.axis == -1 else halves.movedim(self.axis + 1, -1)
        rows = places.flatten(2, -2).unflatten(1, (-1, 2))
        count = rows.shape[3] // share.shape[1]
        weights = (share / count).repeat_interleave(count, dim=1)[:, None, :, None]
        products = torch.matmul((weights * rows[:, :, 0]).transpose(-1, -2), rows[:, :, 1])
        return products.square().flatten(1).sum(1)


class Skip(nn.Module):
    """R learned rows of weights over the outputs of K levels, for one task."""

    def __init__(self, runs: int, levels: int, earlier: float, frozen: bool):
        super().__init__()
        start = torch.full((levels,), earlier / max(1, levels - 1))
        start[-1] = 1 - earlier if levels > 1 else 1.0
        self.mix = nn.Parameter(start.repeat(runs, 1), requires_grad=not frozen)

    def forward(self, outputs: Sequence[Tensor]) -> Tensor:
        """K features [R, B, …] to their weighted sum."""
        return mixture(outputs, self.mix.unsqueeze(1))


class SluiceTrunk(Trunk):
    """T towers with a gateway after every block, and at the end a mixture of all levels whose features have one shape."""

    def __init__(self, plan: TrunkSpec, knobs: Sluice):
        super().__init__()
        self.plan, self.strength = plan, knobs.orthogonality
        self.towers = nn.ModuleList(plan.tower(owner) for owner in plan.owners)
        runs, shapes = len(plan.streams.seeds), plan.backbone.sizes(plan.inputs)[1:]
        self.gateways = nn.ModuleList(
            Gateway(runs, len(plan.tasks), knobs.own, knobs.frozen, feature_axis(shape)) for shape in shapes
        )
        self.last = [level for level, shape in enumerate(shapes) if shape == shapes[-1]]
        self.skips = nn.ModuleList(Skip(runs, len(self.last), knobs.skip, knobs.frozen) for _task in plan.tasks)
        self._overlaps: list[Tensor] = []

    def forward(self, x: Tensor) -> list[Tensor]:
        """x [R, B, …] to T features [R, B, …]."""
        features, outputs = [x] * len(self.towers), []
        self._overlaps = []
        for blocks, gateway in zip(self._levels(), list[Any](self.gateways), strict=True):
            own = [block(feature) for block, feature in zip(blocks, features, strict=True)]
            halves = gateway.halves(own)
            if self.strength:
                self._overlaps.append(gateway.overlap(halves, self.share(x)))
            features = gateway(halves, own[0].shape[gateway.axis])
            outputs.append(features)
        kept = zip(*(outputs[level] for level in self.last), strict=True)
        return [skip(levels) for skip, levels in zip(self.skips, kept, strict=True)]

    def penalty(self) -> Tensor | None:
        """[R] λ Σ_l Σ_t ‖G₁ᵀ G₂ / N‖², for the halves G₁ and G₂ of the features of the batch seen last."""
        return self.strength * torch.stack(self._overlaps).sum(0) if self._overlaps else None

    def learned(self) -> dict[str, Tensor]:
        """alpha: [R, L, 2T, 2T] what each half takes from each, both halves of a task together; beta: [R, T, L] of levels."""
        mixes = torch.stack([mix.detach() for mix in self.gateways.parameters()], dim=1)
        skips = torch.stack([mix.detach() for mix in self.skips.parameters()], dim=1)
        levels = skips.new_zeros(*skips.shape[:2], len(self.gateways))
        levels[:, :, self.last] = skips
        return {"alpha": mixes, "beta": levels}

    def _levels(self) -> list[tuple[Any, ...]]:
        """For each level the blocks of the T towers."""
        return list(zip(*(tower.children() for tower in self.towers), strict=True))

    def wiring(self) -> Wiring:
        tasks, nodes = self.plan.tasks, list[Node]()
        before = ["input"] * len(tasks)
        for level, (blocks, gateway) in enumerate(zip(self._levels(), self.gateways, strict=True)):
            names, title = [f"{task}.{level}" for task in tasks], self.plan.backbone.block_name(level)
            nodes += [
                Node(name, 2 * level + 1, title, (block,), (read,))
                for name, block, read in zip(names, blocks, before, strict=True)
            ]
            nodes.append(Node(f"sluice.{level}", 2 * level + 2, _("sluice"), (gateway,), tuple(names), "mix"))
            before = [f"sluice.{level}"] * len(tasks)
        column, read = 2 * len(self.gateways) + 1, tuple(f"sluice.{level}" for level in self.last)
        ends = tuple(f"skip.{task}" for task in tasks)
        nodes += [Node(end, column, _("levels"), (skip,), read, "mix") for end, skip in zip(ends, self.skips, strict=True)]
        return Wiring(tuple(nodes), ends)


@dataclass(frozen=True)
class Sluice(Stitched):
    """A network per task; halves of blocks, and levels, are mixed by learned coefficients."""

    key = "sluice"
    family = "soft"
    card = Card(
        title=N_("Sluice networks"),
        idea=N_(
            "Each task has its own network in two halves; learned coefficients mix the halves of all tasks, and the levels."
        ),
        formula=r"g_i^l \leftarrow \sum_j \alpha_{ij}^l g_j^l, \quad h_t = \sum_l \beta_t^l [g_{t1}^l, g_{t2}^l]",
        paper="Ruder, Bingel, Augenstein & Søgaard, AAAI 2019",
        link="https://doi.org/10.1609/aaai.v33i01.33014822",
        fails=N_("It costs a whole network per task, and its many coefficients move little in a short training."),
        notes=N_(
            "The penalty holds the two halves of a block's features, over the batch, at right angles; the authors' holds the "
            "weights that make them. Levels are mixed as far "
            "as their features have the shape of the last ones. Frozen at own share 1, without earlier levels and without "
            "penalty, it is separate networks."
        ),
    )

    own: float = knob(
        0.9, low=0.0, high=1.0, label=N_("Own share at the start"), help=N_("How much of its own features a half starts with.")
    )
    skip: float = knob(
        0.1,
        low=0.0,
        high=1.0,
        label=N_("Earlier levels at the start"),
        help=N_("How much of the features of the levels before the last one a task starts with."),
    )
    orthogonality: float = knob(
        0.01,
        low=0.0,
        high=10.0,
        log=True,
        label=N_("Penalty on alike halves"),
        help=N_("λ: how hard the two halves of a block are pressed to differ."),
    )
    frozen: bool = frozen_knob()

    def build(self, plan: TrunkSpec) -> SluiceTrunk:
        return SluiceTrunk(plan, self)
