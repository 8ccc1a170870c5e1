"""Training as a generator of plain events.

`Training` knows no method, strategy or suite by name, and no screen: it asks the network for losses, the methods for
weights, and tells what happened. Whoever drives it may turn knobs between two steps, or simply stop asking.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import torch
from torch import Tensor

from playground.basics.errors import Invalid, Problem
from playground.basics.words import _
from playground.experiment import Experiment, Run
from playground.training.fleet.adam import FleetAdam
from playground.training.fleet.batches import Batch, FleetData
from playground.training.fleet.gradients import Reach, grad, parameters_of, task_gradients
from playground.training.fleet.labels import balanced, begin_at_best_guess
from playground.training.fleet.memory import keep_freed_memory
from playground.training.fleet.moving import Moving
from playground.training.fleet.network import Network
from playground.training.fleet.state import Diagnostic
from playground.training.fleet.threads import each_with_threads, with_threads
from playground.training.groups import groups_of
from playground.training.observing import affinity
from playground.training.observing.evaluation import Evaluation, gradients_told, started
from playground.training.observing.events import Changed, Event, Failed, Finished, Measured, Stepped
from playground.weighting.base import Signals

POINTS = 200
"""Steps that are recorded of one training, at most (beside the first and the last one)."""
GRAMIANS = 50
"""Recorded steps, at most, in which gradients are measured although no method of the fleet needs them."""
VIEWS = 25
"""Times that the validation metric and the pictures of the probe are taken, about."""
OTHER = 2**31
"""Added to a seed, it gives first weights that no seed which can be chosen gives."""
WARM_UP = 0.05
"""The part of the steps in which the rate grows to its full size, where it falls along a cosine after that."""


def device_here() -> str:
    """Where fleets train on this machine."""
    return "cuda" if torch.cuda.is_available() else "cpu"


def train(what: Experiment | Sequence[Run], seeds: int | Sequence[int] = 1, threads: int = 1) -> Iterator[Event]:
    """Train runs of one shape as one fleet and yield what happens.

    what: runs; or one experiment, which is then trained with `seeds`: that many (0 … seeds−1), or those given.
    threads: of torch while it trains; between two events the caller's own setting holds. More than one is faster for large
        networks at most, and many times slower where anything else wants the cores.
    Raises Invalid if the runs do not fit into one fleet.
    """
    if isinstance(what, Experiment):
        what = [Run(what, seed) for seed in (range(seeds) if isinstance(seeds, int) else seeds)]
    with with_threads(threads):
        training = Training(what)
    return each_with_threads(threads, training.events())


def course(decay: str, step: int, steps: int) -> float:
    """The factor on the learning rate in the step after `step` of `steps`: 1, or a warm-up and then half a cosine to 0."""
    if decay == "none":
        return 1.0
    warm = max(1, round(WARM_UP * steps))
    if step < warm:
        return (step + 1) / warm
    return 0.5 * (1 + math.cos(math.pi * (step - warm) / max(1, steps - warm)))


class Training:
    """R runs of one shape, trained together as one tensor program.

    record_all: record every step instead of about `POINTS` of them.
    batch: what was learned from last; None before the first step.
    evaluation: looks at it between two steps, and keeps what counts.
    probes: what else is measured whenever it is looked at what the strategy learned.
    last: [R, T] the loss that a task had when it last had a label. passes: backward passes so far. worked: seconds so far.
    waiting: what is to be told after the coming step. What has to be kept to go on elsewhere is said in `saving`.
    twin_of: a training of the same runs whose data and batches are learned from again, from other first weights.
    """

    def __init__(self, runs: Sequence[Run], *, device: str | None = None, twin_of: Training | None = None):
        if len({run.experiment.shape() for run in runs}) != 1:
            found = len({run.experiment.shape() for run in runs})
            raise Invalid([Problem("runs", _("should all have one shape to train as one fleet"), found)])
        keep_freed_memory()
        self.runs, self.device = list(runs), device or device_here()
        self.experiment = runs[0].experiment
        self.steps, self.step = self.experiment.steps, 0
        self.record_all = False
        self.data: FleetData = FleetData(runs, self.device) if twin_of is None else twin_of.data.again()
        seeds = [run.seed if twin_of is None else run.seed + OTHER for run in runs]
        inputs = tuple(self.data.train.inputs.shape[2:])
        self.network = Network(self.experiment, seeds, inputs, self._mixed()).to(self.device)
        self._use_labels()
        mixed = bool(self._mixed())
        self.sharing = [not mixed or run.experiment.the_strategy.shares(run.experiment.the_backbone) for run in runs]
        self.whole = self.reach = self._asked()
        self.rates = torch.tensor([run.experiment.rate for run in runs], device=self.device)
        self.parameters = parameters_of(self.network)
        decays = torch.tensor([run.experiment.weight_decay for run in runs], device=self.device)
        self.adam = FleetAdam(self.parameters, self.rates, decays=decays)
        self._moving = Moving.of(self.network, self.reach, self.parameters)
        self._frozen: list[int] = []
        self.alive = torch.ones(len(runs), dtype=torch.bool, device=self.device)
        self.groups = groups_of(runs, tuple(kind.family for kind in self.network.kinds), self.rates)
        self.by_gradient = torch.zeros(len(runs), 1, dtype=torch.bool, device=self.device)
        for group in self.groups:
            self.by_gradient[group.rows] = group.method.signal == "gramian"
        self._by_any_gradient = bool(self.by_gradient.any())
        self.batch: Batch | None = None
        measures = twin_of is None and any(run.experiment.measure for run in runs)
        self.probes: list[Diagnostic] = [affinity.measured, affinity.Twins()] if measures else []
        self.last = torch.ones(len(runs), len(self.data.tasks), device=self.device)
        self.waiting: list[Event] = []
        self.evaluation = Evaluation(self)
        self.passes, self.worked = 0, 0.0
        self._stop = False

    def _mixed(self) -> dict[str, tuple[Any, ...]]:
        """For each knob of the strategy in which the runs differ, its value in each of them."""
        knobs = [run.experiment.sharing.knobs for run in self.runs]
        return {
            name: tuple(one[name] for one in knobs) for name in knobs[0] if any(one[name] != knobs[0][name] for one in knobs)
        }

    def _use_labels(self) -> None:
        """Give classes their weights, and let heads begin at the best guess, where the experiment says so."""
        train, sources = self.data.train, self.data.sources
        for number, (task, head, targets) in enumerate(zip(self.network.tasks, self.network.heads, train.targets, strict=True)):
            known = train.known[..., number]
            if self.experiment.class_weights == "balanced" and (weights := balanced(task, targets, known)) is not None:
                self.network.class_weights[number] = weights[sources]
            if self.experiment.heads == "constant":
                begin_at_best_guess(task, head, targets[sources], known[sources])

    def _asked(self) -> Reach:
        """Which parameters each task reaches, of those that learn at present."""
        return Reach.of(self.network, self.data.train.inputs[self.data.sources, :1])

    def rest(self) -> None:
        """Let the parameters rest that the trunk wants to rest from here on, and ask anew who shares what."""
        wanted = {id(parameter) for parameter in self.network.trunk.frozen_parameters(self.step / self.steps)}
        frozen = [place for place, parameter in enumerate(self.parameters) if id(parameter) in wanted]
        if frozen != self._frozen:
            self._frozen = frozen
            for place, parameter in enumerate(self.parameters):
                parameter.requires_grad_(place not in frozen)
            self.reach = self._asked()
            self._moving = Moving.of(self.network, self.reach, self.parameters)

    @property
    def needs_gradients(self) -> bool:
        """Whether a method of the fleet needs the tasks' gradients, and tasks share what learns at present."""
        return self.reach.shares and self._by_any_gradient

    # --- driving ---------------------------------------------------------------------------------------------------

    def events(self) -> Iterator[Event]:
        """Train to the end, until `stop` or until all runs are out of patience, and yield what happens from here on."""
        if self.step == 0:
            example = self.data.train.inputs[:1, :1]
            yield from started(self.network, self.whole, self.runs, self._mixed(), example, self.device)
            yield from self.evaluation.look()
        every, look = math.ceil(self.steps / POINTS), max(1, self.steps // VIEWS)
        # A multiple of `every`: a step at which gradients are measured is a recorded one.
        rarely = every * math.ceil(self.steps / GRAMIANS / every)
        while self.step < self.steps and not (self._stop or self.evaluation.over):
            begun = time.perf_counter()
            following = self.step + 1
            edge = self.record_all or following in (1, self.steps)
            measured = self._take_step(edge or following % every == 0, edge or following % rarely == 0)
            self.worked += time.perf_counter() - begun
            yield from self._drain_events()
            if measured is not None:
                yield measured
            if self.step % look == 0 and self.step < self.steps:
                yield from self.evaluation.look()
            yield Stepped(self.step, self.steps)
        yield from self.evaluation.end()
        yield Finished(self.step, self.worked, self.passes / max(1, self.step))

    def twin(self) -> Training:
        """The same runs on the same data in the same batches, from other first weights; before the first step only."""
        return Training(self.runs, device=self.device, twin_of=self)

    def advance(self, steps: int) -> None:
        """Take so many steps and tell nothing."""
        for _step in range(steps):
            self._take_step(record=False, diagnose=False)

    def stop(self) -> None:
        """End after the present step, with the final scores of what was learned so far."""
        self._stop = True

    def set_rate(self, rate: float, runs: Sequence[int] | None = None) -> None:
        """Train `runs` (all of them by default) at a new learning rate from the next step on."""
        places = list(range(len(self.runs))) if runs is None else list(runs)
        self.rates = self.rates.clone()
        self.rates[places] = rate
        self.adam.set_rates(self.rates)
        for group in self.groups:
            group.method.setting = replace(group.method.setting, rates=self.rates[group.rows])
        self.waiting.append(Changed(self.step, places, {"rate": rate}))

    def set_weights(self, weights: Sequence[float], runs: Sequence[int] | None = None) -> None:
        """Give the runs among `runs` whose method accepts them new weights [T] from the next step on.

        Runs that share the method and its knobs change together.
        """
        places = set(range(len(self.runs)) if runs is None else runs)
        for group in self.groups:
            members = group.rows.tolist()
            if places.intersection(members) and group.method.accepts_weights:
                group.method.take(weights)
                self.waiting.append(Changed(self.step, members, {"weights": list(weights)}))

    # --- one step --------------------------------------------------------------------------------------------------

    def _take_step(self, record: bool, diagnose: bool) -> Measured | None:
        """One optimizer step of the whole fleet; what it measured, if it is to be recorded.

        diagnose: measure the tasks' gradients even where no method asks for them.
        """
        self.rest()
        batch = self.batch = self.data.next()
        self.network.train()
        self.network.trunk.there, self.network.trunk.own = batch.there, batch.own
        gramian = None
        if batch.active is None and (self.needs_gradients or (diagnose and self.reach.shares)):
            tasks = task_gradients(self.network, self.reach, batch)
            gramian, losses = tasks.gramian(), tasks.losses
            weights = self._weigh(self._fill_missing_losses(losses, batch), gramian)
            # What belongs to one task alone: weighed by methods that weigh losses, left as it is by the others.
            own = torch.where(self.by_gradient, 1.0, weights)
            gradients = tasks.combine(weights, own)
            self.passes += len(self.data.tasks) if self.needs_gradients else 1
            self._add_penalty(gradients)
        else:
            outputs = self.network(batch.inputs, batch.targets)
            attached = self.network.losses(outputs, batch.targets, batch.known)
            losses = attached.detach()
            weights = self._weigh(self._fill_missing_losses(losses, batch), None, batch.active)
            ends, factors = [attached], [weights]
            if (penalty := self.network.trunk.penalty()) is not None:
                ends, factors = [attached, penalty], [weights, torch.ones_like(penalty)]
            learning = [parameter for parameter in self.parameters if parameter.requires_grad]
            gradients = list(torch.autograd.grad(ends, learning, factors, materialize_grads=True))
            self.passes += 1
        for place in self._frozen:
            gradients.insert(place, torch.zeros_like(self.parameters[place]))
        self.network.trunk.there = self.network.trunk.own = None
        self.network.eval()
        self.adam.step(gradients, self._course(), self._moving.now(batch.active))
        self.step += 1
        for group in self.groups:
            if group.method.sees_after and batch.active is None:
                group.method.after_step(self._fill_missing_losses(self.losses_now(batch), batch)[group.rows])
        return self._measured(losses, weights, gramian, batch.known) if record else None

    def _course(self) -> float:
        """What the learning rates are multiplied by in the coming step."""
        return course(self.experiment.decay, self.step, self.steps)

    def _add_penalty(self, gradients: list[Tensor]) -> None:
        """Add the gradient of what holds softly shared tasks together."""
        penalty = self.network.trunk.penalty()
        if penalty is not None:
            parts = grad(penalty.sum(), self.reach.parameters)
            for place, part in enumerate(parts):
                if part is not None:
                    gradients[place] = gradients[place] + part

    def _fill_missing_losses(self, losses: Tensor, batch: Batch) -> Tensor:
        """[R, T] losses as methods see them: a task without a label in this batch has the loss that it had last, at first 1."""
        if self.data.gaps:
            self.last = losses = torch.where(batch.known.any(1), losses, self.last)
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
            losses, gramian = self._mark_diverged(fine, losses, gramian)
        epoch = self.step * self.experiment.batch // self.data.epoch
        weights = torch.ones_like(losses) if active is None else active.to(losses.dtype)
        for group in self.groups:
            rows = group.rows
            if active is not None or (gramian is None and group.method.signal == "gramian"):
                continue
            weights[rows] = group.method.answer(
                Signals(losses[rows], None if gramian is None else gramian[rows], self.step, epoch, self._course())
            )
        return weights if bool(self.alive.all()) else weights * self.alive[:, None]

    def _mark_diverged(self, fine: Tensor, losses: Tensor, gramian: Tensor | None) -> tuple[Tensor, Tensor | None]:
        """Tell of runs that just failed, and put harmless numbers in the place of theirs, so that no method stumbles."""
        for run in (self.alive & ~fine).nonzero().flatten().tolist():
            if run in self.evaluation.ends:
                continue
            reason = _("the loss stopped being a finite number at step {step}; a smaller learning rate may help").format(
                step=self.step + 1
            )
            self.waiting.append(Failed(self.step + 1, run, reason))
        self.alive &= fine
        losses = torch.where(self.alive[:, None], losses, 1.0)
        return losses, None if gramian is None else torch.where(self.alive[:, None, None], gramian, 0.0)

    @torch.no_grad()
    def losses_now(self, batch: Batch) -> Tensor:
        """[R, T] losses of a batch with the present parameters."""
        return self.network.losses(self.network(batch.inputs, batch.targets), batch.targets, batch.known)

    # --- telling ---------------------------------------------------------------------------------------------------

    def _drain_events(self) -> Iterator[Event]:
        """What happened between two steps."""
        waiting, self.waiting = self.waiting, []
        yield from waiting

    def _measured(self, losses: Tensor, weights: Tensor, gramian: Tensor | None, known: Tensor) -> Measured:
        """The numbers of the step just taken."""
        seen = torch.where(known.any(1), losses, torch.nan)
        lengths, cosines = gradients_told(gramian, self.sharing)
        return Measured(self.step, seen.tolist(), weights.tolist(), lengths, cosines, self.evaluation.about)
