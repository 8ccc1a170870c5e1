"""Training as a generator of plain events.

`Training` knows no method, strategy or suite by name, and no screen: it asks the network for losses, the methods for
weights, and tells what happened. Whoever drives it may turn knobs between two steps, or simply stop asking.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor

from playground.errors import Invalid, Problem
from playground.experiment import Choice, Experiment, Run
from playground.streams import Streams
from playground.training import transfer
from playground.training.adam import Adam
from playground.training.batches import Batch, FleetData, Split
from playground.training.events import Changed, Event, Failed, Finished, Learned, Measured, Pictured, Scored, Started, Stepped
from playground.training.gradients import Reach, grad, parameters_of, task_gradients
from playground.training.memory import keep_freed_memory
from playground.training.network import Network, count
from playground.weighting.base import Setting, Signals, Weighting
from playground.words import _

POINTS = 200
"""Steps that are recorded of one training, at most (beside the first and the last one)."""
GRAMIANS = 50
"""Recorded steps, at most, in which gradients are measured although no method of the fleet needs them."""
VIEWS = 25
"""Times that the validation metric and the pictures of the probe are taken, about."""
CHUNK = 2**16
"""Numbers of one run's inputs that are scored at once: bounds the memory of a large fleet."""
WARM_UP = 0.05
"""The part of the steps in which the rate grows to its full size, where it falls along a cosine after that."""


def device_here() -> str:
    """Where fleets train on this machine."""
    return "cuda" if torch.cuda.is_available() else "cpu"


def use_one_thread() -> None:
    """Train on one thread in this process: tensors this small are no faster on two, and many times slower when anything
    else wants the cores."""
    torch.set_num_threads(1)


def train(what: Experiment | Sequence[Run], seeds: int | Sequence[int] = 1) -> Iterator[Event]:
    """Train runs of one shape as one fleet and yield what happens.

    what: runs; or one experiment, which is then trained with `seeds`: that many (0 … seeds−1), or those given.
    Raises Invalid if the runs do not fit into one fleet.
    """
    if isinstance(what, Experiment):
        what = [Run(what, seed) for seed in (range(seeds) if isinstance(seeds, int) else seeds)]
    return Training(what).events()


def course(decay: str, step: int, steps: int) -> float:
    """The factor on the learning rate in the step after `step` of `steps`: 1, or a warm-up and then half a cosine to 0."""
    if decay == "none":
        return 1.0
    warm = max(1, round(WARM_UP * steps))
    if step < warm:
        return (step + 1) / warm
    return 0.5 * (1 + math.cos(math.pi * (step - warm) / max(1, steps - warm)))


Probe = Callable[["Training"], dict[str, Tensor]]
"""Looks at a training between two steps and gives numbers by name, each [R, …]; it leaves everything as it was."""


@dataclass
class _Group:
    """Runs that share one weighting method with the same knobs: their places in the fleet, and the method's state."""

    rows: Tensor
    method: Weighting


class Training:
    """R runs of one shape, trained together as one tensor program.

    record_all: record every step instead of about `POINTS` of them.
    batch: what was learned from last; None before the first step.
    probes: what else is measured whenever it is looked at what the strategy learned.
    """

    def __init__(self, runs: Sequence[Run], *, device: str | None = None):
        if len({run.experiment.shape() for run in runs}) != 1:
            found = len({run.experiment.shape() for run in runs})
            raise Invalid([Problem("runs", _("should all have one shape to train as one fleet"), found)])
        keep_freed_memory()
        self.runs, self.device = list(runs), device or device_here()
        self.experiment = runs[0].experiment
        self.steps, self.step = self.experiment.steps, 0
        self.record_all = False
        self.data = FleetData(runs, self.device)
        seeds = [run.seed for run in runs]
        inputs = tuple(self.data.train.inputs.shape[2:])
        self.network = Network(self.experiment, seeds, inputs, self._mixed()).to(self.device)
        mixed = bool(self._mixed())
        self.sharing = [not mixed or run.experiment.the_strategy.shares(run.experiment.the_backbone) for run in runs]
        self.whole = self.reach = self._asked()
        self.rates = torch.tensor([run.experiment.rate for run in runs], device=self.device)
        self.parameters = parameters_of(self.network)
        self.adam = Adam(self.parameters, self.rates)
        self._resting: list[int] = []
        self.alive = torch.ones(len(runs), dtype=torch.bool, device=self.device)
        self.groups = self._groups()
        self.by_gradient = torch.zeros(len(runs), 1, dtype=torch.bool, device=self.device)
        for group in self.groups:
            self.by_gradient[group.rows] = group.method.signal == "gramian"
        self._by_any_gradient = bool(self.by_gradient.any())
        self.batch: Batch | None = None
        self.probes: list[Probe] = [transfer.measured] if any(run.experiment.measure for run in runs) else []
        self._last = torch.ones(len(runs), len(self.data.tasks), device=self.device)
        self._waiting: list[Event] = []
        self._passes = 0
        self._stop = False

    def _mixed(self) -> dict[str, tuple[Any, ...]]:
        """For each knob of the strategy in which the runs differ, its value in each of them."""
        knobs = [run.experiment.sharing.knobs for run in self.runs]
        return {
            name: tuple(one[name] for one in knobs) for name in knobs[0] if any(one[name] != knobs[0][name] for one in knobs)
        }

    def _asked(self) -> Reach:
        """Which parameters each task reaches, of those that learn at present."""
        return Reach.of(self.network, self.data.train.inputs[self.data.sources, :1])

    def _rest(self) -> None:
        """Let the parameters rest that the trunk wants to rest from here on, and ask anew who shares what."""
        wanted = {id(parameter) for parameter in self.network.trunk.resting(self.step / self.steps)}
        resting = [place for place, parameter in enumerate(self.parameters) if id(parameter) in wanted]
        if resting != self._resting:
            self._resting = resting
            for place, parameter in enumerate(self.parameters):
                parameter.requires_grad_(place not in resting)
            self.reach = self._asked()
            self.adam.set_rates(self.rates, resting)

    @property
    def needs_gradients(self) -> bool:
        """Whether a method of the fleet needs the tasks' gradients, and tasks share what learns at present."""
        return self.reach.shares and self._by_any_gradient

    def _groups(self) -> list[_Group]:
        """One method for each way of weighing in the fleet, ready to begin."""
        choices: dict[Choice, list[int]] = {}
        for place, run in enumerate(self.runs):
            choices.setdefault(run.experiment.weighting, []).append(place)
        families = tuple(kind.family for kind in self.network.kinds)
        groups = []
        for choice, places in choices.items():
            method = self.runs[places[0]].experiment.new_weighting()
            rows = torch.tensor(places, device=self.device)
            seeds = [self.runs[place].seed for place in places]
            method.begin(Setting(families, Streams(seeds, "weighting", choice.name), self.rates[rows]))
            groups.append(_Group(rows, method))
        return groups

    # --- driving ---------------------------------------------------------------------------------------------------

    def events(self) -> Iterator[Event]:
        """Train to the end, or until `stop`, and yield what happens."""
        yield from self._started()
        yield from self._look(final=False)
        every, look = math.ceil(self.steps / POINTS), max(1, self.steps // VIEWS)
        # A multiple of `every`: a step at which gradients are measured is a recorded one.
        rarely = every * math.ceil(self.steps / GRAMIANS / every)
        worked = 0.0
        while self.step < self.steps and not self._stop:
            begun = time.perf_counter()
            following = self.step + 1
            edge = self.record_all or following in (1, self.steps)
            measured = self._take_step(edge or following % every == 0, edge or following % rarely == 0)
            worked += time.perf_counter() - begun
            yield from self._told()
            if measured is not None:
                yield measured
            if self.step % look == 0 and self.step < self.steps:
                yield from self._look(final=False)
            yield Stepped(self.step, self.steps)
        yield from self._look(final=True)
        yield Finished(self.step, worked, self._passes / max(1, self.step))

    def stop(self) -> None:
        """End after the present step, with the final scores of what was learned so far."""
        self._stop = True

    def set_rate(self, rate: float, runs: Sequence[int] | None = None) -> None:
        """Train `runs` (all of them by default) at a new learning rate from the next step on."""
        places = list(range(len(self.runs))) if runs is None else list(runs)
        self.rates = self.rates.clone()
        self.rates[places] = rate
        self.adam.set_rates(self.rates, self._resting)
        for group in self.groups:
            group.method.setting = replace(group.method.setting, rates=self.rates[group.rows])
        self._waiting.append(Changed(self.step, places, {"rate": rate}))

    def set_weights(self, weights: Sequence[float], runs: Sequence[int] | None = None) -> None:
        """Give the runs among `runs` that use static weights new ones [T] from the next step on.

        Runs that share the method and its knobs change together.
        """
        places = set(range(len(self.runs)) if runs is None else runs)
        for group in self.groups:
            members = group.rows.tolist()
            if places.intersection(members) and group.method.key == "static":
                group.method.weights = tuple(weights)  # type: ignore[attr-defined]  # the method "static" has this knob
                self._waiting.append(Changed(self.step, members, {"weights": list(weights)}))

    # --- one step --------------------------------------------------------------------------------------------------

    def _take_step(self, record: bool, diagnose: bool) -> Measured | None:
        """One optimizer step of the whole fleet; what it measured, if it is to be recorded.

        diagnose: measure the tasks' gradients even where no method asks for them.
        """
        self._rest()
        batch = self.batch = self.data.next()
        gramian = None
        if batch.active is None and (self.needs_gradients or (diagnose and self.reach.shares)):
            tasks = task_gradients(self.network, self.reach, batch)
            gramian, losses = tasks.gramian(), tasks.losses
            weights = self._weigh(self._as_last_seen(losses, batch), gramian)
            # What belongs to one task alone: weighed by methods that weigh losses, left as it is by the others.
            own = torch.where(self.by_gradient, 1.0, weights)
            gradients = tasks.combine(weights, own)
            self._passes += len(self.data.tasks)
            self._add_penalty(gradients)
        else:
            outputs = self.network(batch.inputs, batch.targets)
            attached = self.network.losses(outputs, batch.targets, batch.known)
            losses = attached.detach()
            weights = self._weigh(self._as_last_seen(losses, batch), None, batch.active)
            ends, factors = [attached], [weights]
            if (penalty := self.network.trunk.penalty()) is not None:
                ends, factors = [attached, penalty], [weights, torch.ones_like(penalty)]
            learning = [parameter for parameter in self.parameters if parameter.requires_grad]
            gradients = list(torch.autograd.grad(ends, learning, factors, materialize_grads=True))
            self._passes += 1
        for place in self._resting:
            gradients.insert(place, torch.zeros_like(self.parameters[place]))
        self.adam.step(gradients, course(self.experiment.decay, self.step, self.steps))
        self.step += 1
        for group in self.groups:
            if group.method.sees_after and batch.active is None:
                group.method.after_step(self._as_last_seen(self.losses_now(batch), batch)[group.rows])
        return self._measured(losses, weights, gramian, batch.known) if record else None

    def _add_penalty(self, gradients: list[Tensor]) -> None:
        """Add the gradient of what holds softly shared tasks together."""
        penalty = self.network.trunk.penalty()
        if penalty is not None:
            parts = grad(penalty.sum(), self.reach.parameters)
            for place, part in enumerate(parts):
                if part is not None:
                    gradients[place] = gradients[place] + part

    def _as_last_seen(self, losses: Tensor, batch: Batch) -> Tensor:
        """[R, T] losses as methods see them: a task without a label in this batch has the loss that it had last, at first 1."""
        if self.data.gaps:
            self._last = losses = torch.where(batch.known.any(1), losses, self._last)
        return losses

    def _weigh(self, losses: Tensor, gramian: Tensor | None, active: Tensor | None = None) -> Tensor:
        """[R, T] weights of this step: every method fills its own rows. Runs whose numbers are gone get zeros.

        active: [R, T] the tasks of a step that does not learn from all of them. These have weight 1, and the methods rest; so
        does a method that mediates between gradients while nothing that learns is shared.
        """
        fine = losses.isfinite().all(1)
        if gramian is not None:
            fine &= gramian.isfinite().all(2).all(1)
        if not bool(fine.all()):
            losses, gramian = self._bury(fine, losses, gramian)
        epoch = self.step * self.experiment.batch // self.data.size
        weights = torch.ones_like(losses) if active is None else active.to(losses.dtype)
        for group in self.groups:
            rows = group.rows
            if active is not None or (gramian is None and group.method.signal == "gramian"):
                continue
            weights[rows] = group.method.weigh(
                Signals(losses[rows], None if gramian is None else gramian[rows], self.step, epoch)
            )
        return weights if bool(self.alive.all()) else weights * self.alive[:, None]

    def _bury(self, fine: Tensor, losses: Tensor, gramian: Tensor | None) -> tuple[Tensor, Tensor | None]:
        """Tell of runs that just failed, and put harmless numbers in the place of theirs, so that no method stumbles."""
        for run in (self.alive & ~fine).nonzero().flatten().tolist():
            reason = _("the loss stopped being a finite number at step {step}; a smaller learning rate may help").format(
                step=self.step + 1
            )
            self._waiting.append(Failed(self.step + 1, run, reason))
        self.alive &= fine
        losses = torch.where(self.alive[:, None], losses, 1.0)
        return losses, None if gramian is None else torch.where(self.alive[:, None, None], gramian, 0.0)

    @torch.no_grad()
    def losses_now(self, batch: Batch) -> Tensor:
        """[R, T] losses of a batch with the present parameters."""
        return self.network.losses(self.network(batch.inputs, batch.targets), batch.targets, batch.known)

    # --- telling ---------------------------------------------------------------------------------------------------

    def _started(self) -> Iterator[Started]:
        """Sizes of the networks, by what the tasks really reach; where the fleet is mixed, of one run of each sort alone."""
        if not self._mixed():
            yield self._sizes(self.network, self.whole, None)
            return
        sorts: dict[Choice, list[int]] = {}
        for place, run in enumerate(self.runs):
            sorts.setdefault(run.experiment.sharing, []).append(place)
        example = self.data.train.inputs[:1, :1].cpu()
        for places in sorts.values():
            first = self.runs[places[0]]
            network = Network(first.experiment, [first.seed], tuple(example.shape[2:]))
            yield self._sizes(network, Reach.of(network, example), places)

    def _sizes(self, network: Network, reach: Reach, about: list[int] | None) -> Started:
        """The sizes of one network."""
        own = {
            task.name: reach.count(False, number) + count([head])
            for number, (task, head) in enumerate(zip(network.tasks, network.heads, strict=True))
        }
        return Started(self.device, reach.count(True), own, count([network.trunk, *network.heads]), about)

    def _told(self) -> Iterator[Event]:
        """What happened between two steps."""
        waiting, self._waiting = self._waiting, []
        yield from waiting

    def _measured(self, losses: Tensor, weights: Tensor, gramian: Tensor | None, known: Tensor) -> Measured:
        """The numbers of the step just taken."""
        seen = torch.where(known.any(1), losses, torch.nan)
        if gramian is None:
            return Measured(self.step, seen.tolist(), weights.tolist(), None, None)
        lengths = gramian.diagonal(dim1=1, dim2=2).clamp(min=0).sqrt()
        cosines = gramian / (lengths[:, :, None] * lengths[:, None, :]).clamp(min=1e-30)
        # In a fleet of different depths, runs that share nothing have no such gradients.
        told = [
            [row if shares else None for row, shares in zip(rows.tolist(), self.sharing, strict=True)]
            for rows in (lengths, cosines.clamp(-1, 1))
        ]
        return Measured(self.step, seen.tolist(), weights.tolist(), *told)

    def _look(self, final: bool) -> Iterator[Event]:
        """Scores, pictures and what was learned to share, as they stand now."""
        yield self._score("validation", self.data.validation)
        if final:
            yield self._score("test", self.data.test)
        learned = dict(self.network.trunk.learned())
        for probe in self.probes:
            learned |= probe(self)
        if learned:
            yield Learned(self.step, {name: value.tolist() for name, value in learned.items()})
        yield from self._pictures()

    @torch.no_grad()
    def _score(self, name: str, split: Split) -> Scored:
        """Metric and loss of every task on a whole split."""
        known = split.known[self.data.sources]
        sums, kept = torch.zeros_like(known[:, 0], dtype=torch.float32), []
        size = max(16, CHUNK // math.prod(split.inputs.shape[2:]))
        for start in range(0, split.inputs.shape[1], size):
            piece = slice(start, start + size)
            targets = [target[:, piece][self.data.sources] for target in split.targets]
            features = self.network.trunk(split.inputs[:, piece][self.data.sources])
            outputs = self.network.read(features)
            taught = self.network.read(features, targets) if self.network.forced else outputs
            sums += self.network.losses(taught, targets, known[:, piece]) * known[:, piece].sum(1)
            kept.append([kind.reduce(output) for kind, output in zip(self.network.kinds, outputs, strict=True)])
        losses = sums / known.sum(1).clamp(min=1)
        scores = [
            kind.score(torch.cat(pieces, dim=1), target[self.data.sources], known[..., number])
            for number, (kind, pieces, target) in enumerate(
                zip(self.network.kinds, zip(*kept, strict=True), split.targets, strict=True)
            )
        ]
        # Among outputs that are not numbers argmax still names a class, so a broken network would have an accuracy.
        fine = losses.isfinite() & self.alive[:, None]
        return Scored(self.step, name, torch.where(fine, torch.stack(scores, dim=1), torch.nan).tolist(), losses.tolist())

    @torch.no_grad()
    def _pictures(self) -> Iterator[Pictured]:
        """What the first run of each experiment says about the probe of its suite."""
        first = {run.experiment: place for place, run in reversed(list(enumerate(self.runs)))}
        places = sorted(first.values())
        probes = [torch.from_numpy(self.data.probes[int(self.data.sources[place])].inputs) for place in places]
        if len({probe.shape for probe in probes}) != 1:
            return
        # The network holds R runs, so R probes go in; those of the runs that nobody looks at are the first one's.
        inputs = torch.stack([probes[0]] * len(self.runs)).to(self.device)
        for place, probe in zip(places, probes, strict=True):
            inputs[place] = probe.to(self.device)
        shown = self.network.shown(inputs)
        for place in places:
            outputs = {task.name: rounded(values[place]) for task, values in zip(self.network.tasks, shown, strict=True)}
            yield Pictured(self.step, place, outputs)


def rounded(values: Tensor, digits: int = 4) -> list[Any]:
    """Nested lists of `values`, to so many significant places after the point as a picture can show."""
    if not values.is_floating_point():
        return values.tolist()
    return torch.round(values.double(), decimals=digits).tolist()
