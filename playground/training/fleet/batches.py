"""Data of a whole fleet, and which of its examples every step looks at.

The rule for labels that are missing: as long as every task has a label for at least half of the training examples, a
batch is drawn from all of them and each task learns from the examples it has a label for. With fewer labels such a
batch would often hold none for a task. Then every group of tasks that are labelled on the same examples draws a whole
batch of its own from these, and a step sees the batches of all groups side by side.

So a task learns from the same rows, and equally many in a step, whether it shares a network or has one alone: steps, rows
and their order are equal for a run and its baseline. What is not equal is how many rows the shared part of a network sees:
those of all groups, as many batches as there are groups.

A step sees at most `MOST_BATCHES` batches and `MOST_ROWS` rows, or one batch where that is more: groups that do not fit in
with whole batches divide these rows evenly, in the run and in its baseline alike.

In a step that learns from some tasks only (see `playground.task_sampling`), the rule holds for these.
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy, deepcopy
from dataclasses import dataclass, field
from typing import Generic, NamedTuple, TypeVar

import numpy as np
import torch
from torch import Tensor

from playground.basics.errors import Invalid, Problem
from playground.basics.random_streams import stream
from playground.basics.words import _
from playground.experiment import Run
from playground.suites import contract
from playground.suites.base import Data, Part, keep_labels
from playground.training.fleet.labels import all_standardised

MOST_BATCHES, MOST_ROWS = 8, 1024
"""Bounds of what one step sees where groups of tasks draw batches of their own."""
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
    there: [R, B] which rows are examples, where others only fill up the batches of runs that see fewer; None for all.
    own: for each task the rows that it may learn from, where those are not all and the same ones in every run; else None.
    """

    inputs: Tensor
    targets: list[Tensor]
    known: Tensor
    active: Tensor | None = None
    there: Tensor | None = None
    own: list[slice] | None = None


class Split:
    """One split of the data of S sources, stacked: [S, N, …]. Shorter sources are filled up with unlabelled rows.

    sizes: [S] how many rows each source has.
    """

    def __init__(self, parts: Sequence[Part], tasks: Sequence[str], device: str):
        longest = max(len(part) for part in parts)
        self.sizes = torch.tensor([len(part) for part in parts], device=device)
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

    scales: [S, T, 2] mean and deviation that were taken out of the targets of each source, see
    `playground.training.fleet.labels`. gaps: whether a batch may hold no label for a task that the step learns from.
    epoch: training examples that count as one epoch.
    """

    def __init__(self, runs: Sequence[Run], device: str):
        self.tasks = runs[0].experiment.the_tasks
        names = [task.name for task in self.tasks]
        keys = [(run.experiment.suite, tuple(run.experiment.labels.items()), run.seed) for run in runs]
        first = dict(zip(reversed(keys), reversed(runs), strict=True))
        order = {key: number for number, key in enumerate(dict.fromkeys(keys))}
        self.sources = torch.tensor([order[key] for key in keys], device=device)
        loaded: list[tuple[Run, Data]] = [(first[key], first[key].experiment.the_suite.load(first[key].seed)) for key in order]
        for run, data in loaded:
            contract.check(run.experiment.the_suite, data)
        seen = [keep_labels(data.train, run.experiment.labels, run.seed) for run, data in loaded]
        parts = [all_standardised(data, part, self.tasks) for part, (_run, data) in zip(seen, loaded, strict=True)]
        train, validation, test, scales = zip(*parts, strict=True)
        self.scales = torch.tensor(np.array(scales), dtype=torch.float32, device=device)
        self.probes = [data.probe for _run, data in loaded]
        self.train = Split(train, names, device)
        self.validation, self.test = Split(validation, names, device), Split(test, names, device)
        self.epoch = loaded[0][1].epoch or len(loaded[0][1].train)
        self._check(loaded)
        self._rows = [self._source(part, names, run, len(data.train)) for part, (run, data) in zip(train, loaded, strict=True)]
        self.gaps = any(source.gaps for source in self._rows)
        self._device, self._at = device, BLOCK
        self._block: DrawnBatch[Tensor] = DrawnBatch(*[torch.empty(0)] * 3)
        self._spans = np.empty((len(self._rows), 0, len(names), 2), int)

    def _source(self, part: Part, tasks: Sequence[str], run: Run, size: int) -> RowSource:
        """Where the rows of a run's batches come from; size: how many rows its training split has."""
        sizes = [int(part.known[task].sum()) for task in tasks]
        active = run.experiment.the_schedule.active(run.experiment.steps, sizes, stream(run.seed, "schedule"))
        return RowSource(part, tasks, run.experiment.batch, run.seed, active, run.experiment.places, size)

    def _check(self, loaded: Sequence[tuple[Run, Data]]) -> None:
        """Raises Invalid if the runs of the fleet do not fit together, or a task has nothing to learn from."""
        shapes = {data.train.inputs.shape[1:] for _run, data in loaded}
        epochs = {data.epoch or len(data.train) for _run, data in loaded}
        if len(shapes) > 1 or len(epochs) > 1:
            should = _("should give inputs of one size, and epochs of one length, to all runs of a fleet")
            raise Invalid([Problem("suite", should, sorted(map(str, (*shapes, *epochs))))])
        for number, task in enumerate(self.tasks):
            if not self.train.known[..., number].any(1).all():
                raise Invalid([Problem(f"labels.{task.name}", _("should leave at least one training example"), 0)])

    def again(self) -> FleetData:
        """The same data and, if no batch was drawn yet, the same batches once more; what is large is not copied."""
        other = copy(self)
        other._rows = deepcopy(self._rows)
        return other

    def repeat(self, steps: int) -> Batch:
        """The batch of step number `steps` from 1, where none was drawn yet; those before it are drawn and not looked at."""
        width = max(source.width for source in self._rows)
        for source in self._rows:
            for _block in range((steps - 1) // BLOCK):
                source.draw(BLOCK, width)
        self._draw()
        self._at = (steps - 1) % BLOCK
        return self.next()

    def next(self) -> Batch:
        """The batch of the next step."""
        if self._at == BLOCK:
            self._draw()
        spans = self._spans[:, self._at]
        sizes = spans[..., 1].max(1)
        widest = sizes.max()
        rows, known, active = (array[:, self._at] for array in self._block)
        rows, known = rows[:, :widest], known[:, :widest]
        self._at += 1
        inputs, targets = self.train.rows(self.sources, rows)
        there = None
        if (sizes < widest).any():
            there = torch.from_numpy(np.arange(widest) < sizes[:, None]).to(self._device)[self.sources]
        own = None
        if (spans == spans[0]).all() and (spans[0] != (0, widest)).any():
            own = [slice(first, last) for first, last in spans[0].tolist()]
        return Batch(inputs, targets, known, None if bool(active.all()) else active, there, own)

    def _draw(self) -> None:
        """Draw the rows of the next steps of all sources."""
        width = max(source.width for source in self._rows)
        drawn, spans = zip(*(source.draw(BLOCK, width) for source in self._rows), strict=True)
        stacked = (torch.from_numpy(np.stack(arrays)).to(self._device) for arrays in zip(*drawn, strict=True))
        self._block, self._spans, self._at = DrawnBatch(*(array[self.sources] for array in stacked)), np.stack(spans), 0


class DrawnBatch(NamedTuple, Generic[Array]):
    """What was drawn for S steps.

    rows: [..., S, B] the rows. known: [..., S, B, T] the tasks that learn from each. active: [..., S, T] the tasks of a step.
    """

    rows: Array
    known: Array
    active: Array


class RowSource:
    """Draws the rows of one source's batches, epoch by epoch, by the rule at the top of this file.

    active: [steps, T] bool, from which tasks each step learns; None for all of them always.
    places: of each task among all tasks of its suite, after which streams are named; () for 0 … T−1.
    size: how many training examples there are, with those left out of `part` as nothing is known of them; 0 for its own.
    width: rows of the largest step.
    """

    def __init__(
        self,
        part: Part,
        tasks: Sequence[str],
        batch: int,
        seed: int,
        active: np.ndarray | None = None,
        places: Sequence[int] = (),
        size: int = 0,
    ):
        self.places, self.size = np.array(places or range(len(tasks))), size or len(part)
        self.known = np.stack([part.known[task] for task in tasks], axis=1)
        self.batch, self.seed = batch, seed
        self.active = np.ones((1, len(tasks)), bool) if active is None else active
        self.step = 0
        self._pools = {pattern.tobytes(): self._pools_of(pattern) for pattern in np.unique(self.active, axis=0)}
        self.width = max(sum(pool.size for pool in pools) for pools in self._pools.values())

    @property
    def gaps(self) -> bool:
        """Whether rows are drawn for tasks together of which some have no label there."""
        pools = [pool for pools in self._pools.values() for pool in pools]
        return not all(self.known[np.ix_(pool.examples, pool.tasks)].all() for pool in pools)

    def _pools_of(self, active: np.ndarray) -> list[EpochSampler]:
        """The pools that a step draws its rows from, if it learns from the tasks `active` [T]."""
        tasks = np.flatnonzero(active)
        few = 2 * self.known[:, tasks].sum(0).min() < self.size
        groups = self._groups(tasks) if few else [tasks]
        room = max(self.batch, min(MOST_BATCHES * self.batch, MOST_ROWS))
        size = max(1, min(self.batch, room // len(groups)))
        # A stream of its own for each set of tasks, and for each group in it: what is drawn for one does not depend on others.
        turn = () if active.all() else tuple(self.places[tasks])
        pools = []
        for group in groups:
            examples = np.flatnonzero(self.known[:, group].any(1))
            name = ("group", *self.places[group]) if few and len(examples) < self.size else ()
            pools.append(EpochSampler(group, size, examples, stream(self.seed, "batches", *turn, *name)))
        return pools

    def _groups(self, tasks: np.ndarray) -> list[np.ndarray]:
        """Numbers of the tasks, grouped by the examples they are labelled on."""
        groups: dict[bytes, list[int]] = {}
        for task in tasks:
            groups.setdefault(self.known[:, task].tobytes(), []).append(task)
        return [np.array(group) for group in groups.values()]

    def draw(self, steps: int, width: int = 0) -> tuple[DrawnBatch[np.ndarray], np.ndarray]:
        """What the next steps see, and [S, T, 2] between which rows of a step those are that a task may learn from.

        width: rows that each step is filled up to, with such as nothing learns from; 0 for those of the largest step.
        Beyond the schedule's end, its last step is repeated.
        """
        places = np.minimum(np.arange(self.step, self.step + steps), len(self.active) - 1)
        self.step += steps
        active = self.active[places]
        rows = np.zeros((steps, width or self.width), np.int64)
        known = np.zeros((*rows.shape, self.known.shape[1]), bool)
        spans = np.zeros((*active.shape, 2), int)
        for pattern in np.unique(active, axis=0):
            chosen, first = np.flatnonzero((active == pattern).all(1)), 0
            for pool in self._pools[pattern.tobytes()]:
                column = slice(first, first + pool.size)
                taken = pool.take(len(chosen))
                rows[chosen, column] = taken
                mask = np.zeros((*taken.shape, self.known.shape[1]), bool)
                mask[..., pool.tasks] = self.known[taken][..., pool.tasks]
                known[chosen, column] = mask
                spans[np.ix_(chosen, pool.tasks)] = first, first + pool.size
                first += pool.size
            spans[np.ix_(chosen, ~pattern)] = 0, first
        return DrawnBatch(rows, known, active), spans


@dataclass
class EpochSampler:
    """The examples that some tasks are labelled on, drawn epoch by epoch.

    tasks: their numbers. size: rows of each step that it gives. examples: rows of the training split.
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
