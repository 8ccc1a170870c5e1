"""The network of a fleet: one trunk by the sharing strategy, one head a task, for R runs at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor, nn

from playground import catalog
from playground.basics.diagram import Box, Diagram
from playground.basics.random_streams import Streams
from playground.basics.words import _
from playground.experiment import Experiment
from playground.sharing.base import TrunkSpec
from playground.training.fleet import padding


class Network(nn.Module):
    """Trunk and heads for the tasks of `experiment`; first weights come from the seeds, one run a seed.

    mixed: for each knob of the strategy in which the runs differ from each other, its value in each of them.
    """

    def __init__(
        self,
        experiment: Experiment,
        seeds: Sequence[int],
        inputs: tuple[int, ...],
        mixed: Mapping[str, tuple[Any, ...]] | None = None,
    ):
        super().__init__()
        self.tasks = experiment.the_tasks
        self.kinds = [catalog.kinds()[task.kind]() for task in self.tasks]
        streams = Streams(seeds, "weights")
        backbone = experiment.the_backbone
        kinds = tuple(kind.key for kind in self.kinds)
        widths = tuple(kind.width(task) for kind, task in zip(self.kinds, self.tasks, strict=True))
        plan = TrunkSpec(backbone, inputs, experiment.tasks, streams, kinds, widths, mixed or {}, experiment.places)
        self.trunk = experiment.the_strategy.build(plan)
        padding.check(experiment.the_strategy, backbone, self.trunk, inputs)
        features = backbone.sizes(inputs)[-1]
        self.heads = nn.ModuleList(
            self.trunk.head(number) or kind.head(features, task, streams.at("head", place))
            for number, (kind, task, place) in enumerate(zip(self.kinds, self.tasks, experiment.places, strict=True))
        )
        self.teacher_forced = any(map(_teacher_forced, self.heads))
        self.class_weights: list[Tensor | None] = [None] * len(self.tasks)
        # Only a step of a training leaves anything out.
        self.eval()

    def forward(self, x: Tensor, targets: Sequence[Tensor] | None = None) -> list[Tensor]:
        """x [R, B, …] to the outputs of the T tasks, each [R, B, …]; targets as in `read`."""
        return self.read(self.trunk(x), targets)

    def read(self, features: Sequence[Tensor], targets: Sequence[Tensor] | None = None) -> list[Tensor]:
        """What the T heads make of their features.

        targets: of the T tasks, [R, B, …] each. While a network learns, heads that write one symbol after the other read the
        true ones that stand before it; without targets, they read what they wrote themselves.
        """
        answers = [None] * len(self.heads) if targets is None else targets
        return [
            head(feature, answer) if _teacher_forced(head) else head(feature)
            for head, feature, answer in zip(self.heads, features, answers, strict=True)
        ]

    def shown(self, x: Tensor) -> list[Tensor]:
        """For each task what `Kind.show` makes of x [R, N, …]; of a head of the trunk's own, its task's answers alone."""
        found = []
        for kind, head, output in zip(self.kinds, self.heads, self(x), strict=True):
            answers = getattr(head, "answers", None)
            found.append(kind.show(output if answers is None else output[..., :answers]))
        return found

    def losses(self, outputs: Sequence[Tensor], targets: Sequence[Tensor], known: Tensor) -> Tensor:
        """[R, T] mean loss of each task over the rows it learns from (known [R, B, T]); 0 where it has none.

        Where classes have weights ([R, C] each), an example counts for as much as its class.
        """
        columns = [kind.loss(output, target) for kind, output, target in zip(self.kinds, outputs, targets, strict=True)]
        for number, weights in enumerate(self.class_weights):
            if weights is not None:
                columns[number] = columns[number] * weights.gather(1, targets[number])
        return torch.where(known, torch.stack(columns, dim=2), 0.0).sum(1) / known.sum(1).clamp(min=1)


def diagram(network: Network) -> Diagram:
    """The boxes of this very network: which tasks use each, how many parameters it holds, what it reads."""
    wiring = network.trunk.wiring()
    last = max((node.level for node in wiring.nodes), default=0) + 1
    used: dict[str, list[str]] = {name: [] for name in ("input", *(node.name for node in wiring.nodes))}
    for number, task in enumerate(network.tasks):
        for name in wiring.upstream(number):
            used[name].append(task.name)
    boxes = [Box("input", 0, _("input"), "input", tuple(task.name for task in network.tasks), 0, ())]
    boxes += [
        Box(node.name, node.level, node.title, node.kind, tuple(used[node.name]), count(node.modules), node.reads)
        for node in wiring.nodes
    ]
    for task, end, head in zip(network.tasks, wiring.exits, network.heads, strict=True):
        boxes.append(Box(f"head.{task.name}", last, _(task.title), "head", (task.name,), count([head]), (end,)))
    return Diagram(tuple(task.name for task in network.tasks), tuple(boxes))


def draw(experiment: Experiment) -> Diagram:
    """The diagram of the network that `experiment` would train."""
    inputs = experiment.the_suite.load(0).train.inputs.shape[1:]
    return diagram(Network(experiment, [0], inputs))


def _teacher_forced(head: nn.Module) -> bool:
    """Whether a head writes one symbol after the other, and so reads the true ones while it learns."""
    return getattr(head, "teacher_forced", False)


def count(modules: Sequence[nn.Module]) -> int:
    """Parameters of one run in `modules`."""
    return sum(parameter[0].numel() for module in modules for parameter in module.parameters())
