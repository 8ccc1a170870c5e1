"""Data of a whole fleet, and which of its examples every step looks at.

The rule for labels that are missing: as long as every task has a label for at least half of the training examples, a
batch is drawn from all of them and each task learns from the examples it has a label for. With fewer labels such a
batch would often hold none for a task. Then the rows of a batch are divided evenly between groups of tasks that are
labelled on the same examples, and each group draws its rows from its own examples.

In a step that learns from some tasks only (see `playground.schedules`), the rule holds for these.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Generic, NamedTuple, TypeVar

import numpy as np
import torch
from torch import Tensor

from playground.errors import Invalid, Problem
from playground.experiment import Run
from playground.streams import stream
from playground.tasks.base import Data, Part, keep_labels
from playground.words import _

BLOCK = 64
"""Steps whose rows are drawn at once: drawing has a price per call, not per number."""

Array = TypeVar("Array", np.ndarray, Tensor)


@dataclass(frozen=True)
class Batch:
    """What one step of R runs sees.

    inputs: [R, B, …].
    targets: for each of the T tasks [R, B, …].
    known: [R, B, T] which rows each task learns from.
    active: [R, T] from which tasks the step learns; None for all of them.
    """

    inputs: Tensor
    targets: list[Tensor]
    known: Tensor
    active: Tensor | None = None


class Split:
    """One split of the data of S sources, stacked: [S, N, …]. Shorter sources are filled up with unlabelled rows."""

    def __init__(self, parts: Sequence[Part], tasks: Sequence[str], device: str):
        longest = max(len(part) for part in parts)
        self.inputs = _stack([part.inputs for part in parts], longest, device)
        self.targets = [_stack([_known_only(part, task) for part in parts], longest, device) for task in tasks]
        known = [np.stack([part.known[task] for task in tasks], axis=1) for part in parts]
        self.known = _stack(known, longest, device)

    def rows(self, sources: Tensor, rows: Tensor) -> tuple[Tensor, list[Tensor]]:
        """Inputs [R, B, …] and targets of rows [R, B] of sources [R]."""
        # Whole rows of one long table are copied several times faster than single numbers are picked.
        where = (sources[:, None] * self.inputs.shape[1] + rows).flatten()
        picked = [table.flatten(0, 1).index_select(0, where).unflatten(0, rows.shape) for table in (self.inputs, *self.targets)]
        return picked[0], picked[1:]


def _known_only(part: Part, task: str) -> np.ndarray:
    """[N, …] targets of a task with zeros where the label is unknown, so that no loss meets what stands there."""
    targets, known = part.targets[task], part.known[task]
    return np.where(known.reshape(-1, *[1] * (targets.ndim - 1)), targets, np.zeros_like(targets))


def _stack(arrays: Sequence[np.ndarray], longest: int, device: str) -> Tensor:
    """[S, longest, …]: arrays [N, …] filled up with zeros."""
    filled = np.zeros((len(arrays), longest, *arrays[0].shape[1:]), arrays[0].dtype)
    for place, array in zip(filled, arrays, strict=True):
        place[: len(array)] = array
    return torch.from_numpy(filled).to(device)


class FleetData:
    """The data of R runs. Runs that see the same data share one copy: a source.

    gaps: whether a batch may hold no label for a task that the step learns from.
    """

    def __init__(self, runs: Sequence[Run], device: str):
        self.tasks = runs[0].experiment.the_tasks
        names = [task.name for task in self.tasks]
        keys = [(run.experiment.suite, tuple(run.experiment.labels.items()), run.seed) for run in runs]
        first = dict(zip(reversed(keys), reversed(runs), strict=True))
        order = {key: number for number, key in enumerate(dict.fromkeys(keys))}
        self.sources = torch.tensor([order[key] for key in keys], device=device)
        loaded: list[tuple[Run, Data]] = [(first[key], first[key].experiment.the_suite.load(first[key].seed)) for key in order]
        train = [keep_labels(data.train, run.experiment.labels, run.seed) for run, data in loaded]
        self.probes = [data.probe for _run, data in loaded]
        self.train = Split(train, names, device)
        self.validation = Split([data.validation for _run, data in loaded], names, device)
        self.test = Split([data.test for _run, data in loaded], names, device)
        self.size = len(loaded[0][1].train)
        self._check(loaded)
        self._rows = [self._source(part, names, run) for part, (run, _data) in zip(train, loaded, strict=True)]
        self.gaps = any(source.gaps for source in self._rows)
        self._device, self._at = device, BLOCK
        self._block: Drawn[Tensor] = Drawn(torch.empty(0), torch.empty(0), torch.empty(0))

    @staticmethod
    def _source(part: Part, tasks: Sequence[str], run: Run) -> RowSource:
        """Where the rows of a run's batches come from."""
        sizes = [int(part.known[task].sum()) for task in tasks]
        active = run.experiment.the_schedule.active(run.experiment.steps, sizes, stream(run.seed, "schedule"))
        return RowSource(part, tasks, run.experiment.batch, run.seed, active)

    def _check(self, loaded: Sequence[tuple[Run, Data]]) -> None:
        """Raises Invalid if the runs of the fleet do not fit together, or a task has nothing to learn from."""
        shapes = {(len(data.train), data.train.inputs.shape[1:]) for _run, data in loaded}
        if len(shapes) > 1:
            raise Invalid(
                [Problem("suite", _("should give data of one size to all runs of a fleet"), sorted(map(str, shapes)))]
            )
        for number, task in enumerate(self.tasks):
            if not self.train.known[..., number].any(1).all():
                raise Invalid([Problem(f"labels.{task.name}", _("should leave at least one training example"), 0)])

    def next(self) -> Batch:
        """The batch of the next step."""
        if self._at == BLOCK:
            drawn = [source.draw(BLOCK) for source in self._rows]
            stacked = (torch.from_numpy(np.stack(arrays)).to(self._device) for arrays in zip(*drawn, strict=True))
            self._block, self._at = Drawn(*(array[self.sources] for array in stacked)), 0
        rows, known, active = (array[:, self._at] for array in self._block)
        self._at += 1
        inputs, targets = self.train.rows(self.sources, rows)
        return Batch(inputs, targets, known, None if bool(active.all()) else active)


class Drawn(NamedTuple, Generic[Array]):
    """What was drawn for S steps.

    rows: [..., S, B] the rows. known: [..., S, B, T] the tasks that learn from each. active: [..., S, T] the tasks of a step.
    """

    rows: Array
    known: Array
    active: Array


class RowSource:
    """Draws the rows of one source's batches, epoch by epoch, by the rule at the top of this file.

    active: [steps, T] bool, from which tasks each step learns; None for all of them always.
    Raises Invalid if a batch is too small for its groups of tasks.
    """

    def __init__(self, part: Part, tasks: Sequence[str], batch: int, seed: int, active: np.ndarray | None = None):
        self.known = np.stack([part.known[task] for task in tasks], axis=1)
        self.batch, self.seed = batch, seed
        self.active = np.ones((1, len(tasks)), bool) if active is None else active
        self.step = 0
        self._pools = {pattern.tobytes(): self._divided(pattern) for pattern in np.unique(self.active, axis=0)}

    @property
    def gaps(self) -> bool:
        """Whether rows are drawn for tasks together of which some have no label there."""
        pools = [pool for pools in self._pools.values() for pool in pools]
        return not all(self.known[np.ix_(pool.examples, pool.tasks)].all() for pool in pools)

    def _divided(self, active: np.ndarray) -> list[Pool]:
        """The pools that a step draws its rows from, if it learns from the tasks `active` [T]."""
        tasks = np.flatnonzero(active)
        groups = [tasks] if self.known[:, tasks].mean(0).min() >= 0.5 else self._groups(tasks)
        if len(groups) > self.batch:
            should = _("should be at least {count}, one row for each group of tasks with labels of its own")
            raise Invalid([Problem("batch", should.format(count=len(groups)), self.batch)])
        sizes = [len(chunk) for chunk in np.array_split(np.arange(self.batch), len(groups))]
        # A stream of its own for each set of tasks: what is drawn for one does not depend on the turns of the others.
        rng = stream(self.seed, "batches", *(() if active.all() else tasks))
        return [
            Pool(group, size, np.flatnonzero(self.known[:, group].any(1)), rng)
            for group, size in zip(groups, sizes, strict=True)
        ]

    def _groups(self, tasks: np.ndarray) -> list[np.ndarray]:
        """Numbers of the tasks, grouped by the examples they are labelled on."""
        groups: dict[bytes, list[int]] = {}
        for task in tasks:
            groups.setdefault(self.known[:, task].tobytes(), []).append(task)
        return [np.array(group) for group in groups.values()]

    def draw(self, steps: int) -> Drawn[np.ndarray]:
        """Rows, known and active of the next steps; beyond the schedule's end, its last step is repeated."""
        places = np.minimum(np.arange(self.step, self.step + steps), len(self.active) - 1)
        self.step += steps
        active = self.active[places]
        rows = np.empty((steps, self.batch), np.int64)
        known = np.zeros((steps, self.batch, self.known.shape[1]), bool)
        for pattern in np.unique(active, axis=0):
            chosen, first = np.flatnonzero((active == pattern).all(1)), 0
            for pool in self._pools[pattern.tobytes()]:
                column = slice(first, first + pool.size)
                taken = pool.take(len(chosen))
                rows[chosen, column] = taken
                mask = np.zeros((*taken.shape, self.known.shape[1]), bool)
                mask[..., pool.tasks] = self.known[taken][..., pool.tasks]
                known[chosen, column] = mask
                first += pool.size
        return Drawn(rows, known, active)


@dataclass
class Pool:
    """The examples that some tasks are labelled on, drawn epoch by epoch.

    tasks: their numbers. size: rows of each batch that it gives. examples: rows of the training split.
    rng: what epochs are drawn from. left: what remains of the epoch that has begun.
    """

    tasks: np.ndarray
    size: int
    examples: np.ndarray
    rng: np.random.Generator
    left: np.ndarray = field(default_factory=lambda: np.empty(0, np.int64))

    def take(self, steps: int) -> np.ndarray:
        """[steps, size] rows."""
        while len(self.left) < steps * self.size:
            self.left = np.concatenate([self.left, self.rng.permutation(self.examples)])
        taken, self.left = np.split(self.left, [steps * self.size])
        return taken.reshape(steps, self.size)
