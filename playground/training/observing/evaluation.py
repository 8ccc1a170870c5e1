"""What is looked at between two steps: scores on a whole split, pictures of the probe, sizes of the networks, gradients."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor

from playground import metrics
from playground.experiment import Choice, Run
from playground.training.fleet.batches import FleetData, Split
from playground.training.fleet.gradients import Reach
from playground.training.fleet.network import Network, count
from playground.training.fleet.state import FleetState
from playground.training.observing import chosen
from playground.training.observing.checkpoints import Checkpoints
from playground.training.observing.events import Event, Kept, Learned, Metered, Pictured, Row, Scored, Started

CHUNK = 2**16
"""Numbers of one run's inputs that are scored at once: bounds the memory of a large fleet."""


class Evaluation:
    """Looks at a training of R runs with T tasks, and says at its end what each of them kept.

    checkpoints: keeps the best step of every run; None where the last one counts.
    ends: the runs that are out of patience, with the step at which they ended. They are trained on with the others, as one
        program, but nothing more is told of them: what is told of a run does not depend on its fleet.
    alive: whether they had not failed by then.
    looked: the step at which it was last looked; -1 before.
    """

    def __init__(self, training: FleetState):
        self.training, self.ends, self.alive, self.looked = training, dict[int, int](), dict[int, bool](), -1
        experiment, mixed = training.experiment, len({run.experiment.sharing for run in training.runs}) > 1
        alone = [run.experiment.the_strategy.apart(run.experiment.the_backbone) for run in training.runs]
        # What tasks reach by factors of zero only belongs to none of them, so such tasks go together. In a mixed fleet the
        # runs that share reach it.
        apart = np.array([one and (mixed or not training.whole.shares) for one in alone])
        kept, by_loss = experiment.checkpoint != "last", experiment.checkpoint == "loss"
        self.checkpoints = (
            Checkpoints.of(training.network, training.whole, apart, experiment.patience, by_loss) if kept else None
        )

    @property
    def over(self) -> bool:
        """Whether all runs are out of patience."""
        return len(self.ends) == len(self.training.runs)

    @property
    def about(self) -> list[int] | None:
        """The runs that something is told of; None for all of them."""
        return [run for run in range(len(self.training.runs)) if run not in self.ends] if self.ends else None

    def look(self) -> Iterator[Event]:
        """Scores on validation, pictures and what was learned to share, as they stand now; what is best is kept."""
        step, about = self.training.step, self.about
        scores, losses = self._scored(self.training.data.validation)
        self.looked = step
        if self.checkpoints is not None:
            self.checkpoints.look(step, scores, losses)
            self._end_those_out_of_patience(self.checkpoints.over, step)
        yield Scored(step, "validation", scores.tolist(), losses.tolist(), about)
        yield from self._shown(step, about, kept=False)

    def _end_those_out_of_patience(self, over: Sequence[int], step: int) -> None:
        """Note which runs end here."""
        for run in over:
            if run not in self.ends:
                self.ends[run], self.alive[run] = step, bool(self.training.alive[run])

    def end(self) -> Iterator[Event]:
        """What every run kept, and its scores on test. The network is what was kept from here on."""
        now, runs = self.training.step, range(len(self.training.runs))
        if self.looked != now:
            yield from self.look()
        steps = [[now] * len(self.training.data.tasks)] * len(runs)
        if self.checkpoints is not None:
            self.checkpoints.load()
            steps = self.checkpoints.steps.tolist()
        scores, losses = self._scored(self.training.data.test)
        values = metered(self.training.network, self.training.data, self.training.data.test)
        for end in sorted({self.ends.get(run, now) for run in runs}):
            members = [run for run in runs if self.ends.get(run, now) == end]
            about = None if len(members) == len(runs) else members
            yield Kept(end, steps, about)
            yield Scored(end, "test", scores.tolist(), losses.tolist(), about)
            if values:
                yield Metered(end, "test", values, about)
            if self.checkpoints is not None:
                yield from self._shown(end, about, kept=True)

    def _scored(self, split: Split) -> tuple[Tensor, Tensor]:
        """[R, T] metric and loss of every task on a split; no metric of a run that failed before its end."""
        scores, losses = scored(self.training.network, split, self.training.data)
        alive = self.training.alive.clone()
        for run, was in self.alive.items():
            alive[run] = was
        # Among outputs that are not numbers argmax still names a class, so a broken network would have an accuracy.
        return torch.where(losses.isfinite() & alive[:, None], scores, torch.nan), losses

    def _shown(self, step: int, about: list[int] | None, kept: bool) -> Iterator[Event]:
        """What was learned to share, and pictures, of the runs `about`."""
        training = self.training
        learned = dict(training.network.trunk.learned())
        for probe in training.probes:
            learned |= probe(training)
        if learned:
            yield Learned(step, {name: value.tolist() for name, value in learned.items()}, kept, about)
        for place, outputs in shown(training.network, training.data, training.runs, training.device):
            if about is None or place in about:
                yield Pictured(step, place, outputs, kept)


@torch.no_grad()
def scored(network: Network, split: Split, data: FleetData) -> tuple[Tensor, Tensor]:
    """[R, T] metric, in the unit of each target, and [R, T] loss of every task on a whole split."""
    sources = data.sources
    known = split.known[sources]
    sums, kept = torch.zeros_like(known[:, 0], dtype=torch.float32), []
    size = max(16, CHUNK // math.prod(split.inputs.shape[2:]))
    for start in range(0, split.inputs.shape[1], size):
        piece = slice(start, start + size)
        targets = [target[:, piece][sources] for target in split.targets]
        features = network.trunk(split.inputs[:, piece][sources])
        outputs = network.read(features)
        taught = network.read(features, targets) if network.teacher_forced else outputs
        sums += network.losses(taught, targets, known[:, piece]) * known[:, piece].sum(1)
        kept.append([kind.reduce(output) for kind, output in zip(network.kinds, outputs, strict=True)])
    scores = []
    for number, (task, kind, pieces) in enumerate(zip(network.tasks, network.kinds, zip(*kept, strict=True), strict=True)):
        output, target = torch.cat(pieces, dim=1), split.targets[number][sources]
        if task.metric and task.metric not in metrics.offered(task)[:1]:
            found = chosen.of_fleet(task.metric, *chosen.natural(kind.show(output), target, data, number), known[..., number])
            scores.append(torch.tensor(found, dtype=torch.float32, device=output.device))
        else:
            score = kind.score(output, target, known[..., number])
            scores.append(score * data.scales[sources, number, 1] if task.natural else score)
    return torch.stack(scores, dim=1), sums / known.sum(1).clamp(min=1)


@torch.no_grad()
def metered(network: Network, data: FleetData, split: Split) -> dict[str, dict[str, list[float]]]:
    """For each task that has several metrics all of them, [R] each, by key, on a whole split."""
    asked = {number: task for number, task in enumerate(network.tasks) if metrics.offered(task)}
    if not asked:
        return {}
    size = max(16, CHUNK // math.prod(split.inputs.shape[2:]))
    pieces = [
        [kind.show(output) for kind, output in zip(network.kinds, outputs, strict=True)]
        for start in range(0, split.inputs.shape[1], size)
        for outputs in [network(split.inputs[:, start : start + size][data.sources])]
    ]
    found = {}
    for number, task in asked.items():
        said = torch.cat([piece[number] for piece in pieces], dim=1)
        said, true = chosen.natural(said, split.targets[number][data.sources], data, number)
        known = split.known[data.sources][..., number]
        found[task.name] = {key: chosen.of_fleet(key, said, true, known) for key in metrics.offered(task)}
    return found


@torch.no_grad()
def shown(network: Network, data: FleetData, runs: Sequence[Run], device: str) -> Iterator[tuple[int, dict[str, list[Any]]]]:
    """What the first run of each experiment says about the probe of its suite: its place, and its outputs by task."""
    first = {run.experiment: place for place, run in reversed(list(enumerate(runs)))}
    places = sorted(first.values())
    probes = [torch.from_numpy(data.probes[int(data.sources[place])].inputs) for place in places]
    if len({probe.shape for probe in probes}) != 1:
        return
    # The network holds R runs, so R probes go in; those of the runs that nobody looks at are the first one's.
    inputs = torch.stack([probes[0]] * len(runs)).to(device)
    for place, probe in zip(places, probes, strict=True):
        inputs[place] = probe.to(device)
    outputs = network.shown(inputs)
    for number, task in enumerate(network.tasks):
        if task.natural:
            outputs[number], _none = chosen.natural(outputs[number], None, data, number)
    for place in places:
        yield place, {task.name: rounded(values[place]) for task, values in zip(network.tasks, outputs, strict=True)}


def rounded(values: Tensor, digits: int = 4) -> list[Any]:
    """Nested lists of `values`, to so many significant places after the point as a picture can show."""
    if not values.is_floating_point():
        return values.tolist()
    return torch.round(values.double(), decimals=digits).tolist()


def started(
    network: Network, reach: Reach, runs: Sequence[Run], mixed: Mapping[str, Any], inputs: Tensor, device: str
) -> Iterator[Started]:
    """Sizes of the networks, by what the tasks really reach; where the fleet is mixed, of one run of each sort alone.

    mixed: the knobs of the strategy in which the runs differ. inputs: one example [1, 1, …].
    """
    if not mixed:
        yield _sizes(network, reach, None, device)
        return
    sorts: dict[Choice, list[int]] = {}
    for place, run in enumerate(runs):
        sorts.setdefault(run.experiment.sharing, []).append(place)
    example = inputs.cpu()
    for places in sorts.values():
        one = runs[places[0]]
        alone = Network(one.experiment, [one.seed], tuple(example.shape[2:]))
        yield _sizes(alone, Reach.of(alone, example), places, device)


def _sizes(network: Network, reach: Reach, about: list[int] | None, device: str) -> Started:
    """The sizes of one network."""
    own = {
        task.name: reach.count(False, number) + count([head])
        for number, (task, head) in enumerate(zip(network.tasks, network.heads, strict=True))
    }
    return Started(device, reach.count(True), own, count([network.trunk, *network.heads]), about)


def gradients_told(
    gramian: Tensor | None, sharing: Sequence[bool]
) -> tuple[list[Row | None], list[list[Row] | None]] | tuple[None, None]:
    """Lengths [R, T] of the tasks' gradients and cosines [R, T, T] between them, as `Measured` tells them.

    sharing: for each of the R runs whether its tasks share anything: in a fleet of different depths, those that share nothing
    have no such gradients.
    """
    if gramian is None:
        return None, None
    lengths = gramian.diagonal(dim1=1, dim2=2).clamp(min=0).sqrt()
    cosines = (gramian / (lengths[:, :, None] * lengths[:, None, :]).clamp(min=1e-30)).clamp(-1, 1)
    return (
        [row if shares else None for row, shares in zip(lengths.tolist(), sharing, strict=True)],
        [rows if shares else None for rows, shares in zip(cosines.tolist(), sharing, strict=True)],
    )
