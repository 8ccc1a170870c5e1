"""Data of a whole fleet, and which of its examples every step looks at.

The rule for labels that are missing: as long as every task has a label for at least half of the training examples, a
batch is drawn from all of them and each task learns from the examples it has a label for. With fewer labels such a
batch would often hold none for a task. Then the rows of a batch are divided evenly between groups of tasks that are
labelled on the same examples, and each group draws its rows from its own examples.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

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


@dataclass(frozen=True)
class Batch:
    """What one step of R runs sees.

    inputs: [R, B, …].
    targets: for each of the T tasks [R, B, …].
    known: [R, B, T] which rows each task learns from.
    """

    inputs: Tensor
    targets: list[Tensor]
    known: Tensor


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
    """The data of R runs. Runs that see the same data share one copy: a source."""

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
        batch = runs[0].experiment.batch
        self._rows = [RowSource(part, names, batch, run.seed) for part, (run, _data) in zip(train, loaded, strict=True)]
        self._device, self._block, self._at = device, (torch.empty(0), torch.empty(0)), BLOCK

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
            rows, known = (torch.from_numpy(np.stack(arrays)).to(self._device) for arrays in zip(*drawn, strict=True))
            self._block, self._at = (rows[self.sources], known[self.sources]), 0
        rows, known = (drawn[:, self._at] for drawn in self._block)
        self._at += 1
        inputs, targets = self.train.rows(self.sources, rows)
        return Batch(inputs, targets, known)


class RowSource:
    """Draws the rows of one source's batches, epoch by epoch, by the rule at the top of this file."""

    def __init__(self, part: Part, tasks: Sequence[str], batch: int, seed: int):
        self.known = np.stack([part.known[task] for task in tasks], axis=1)
        self.rng = stream(seed, "batches")
        groups = [list(range(len(tasks)))] if self.known.mean(0).min() >= 0.5 else self._groups()
        if len(groups) > batch:
            should = _("should be at least {count}, one row for each group of tasks with labels of its own")
            raise Invalid([Problem("batch", should.format(count=len(groups)), batch)])
        sizes = [len(chunk) for chunk in np.array_split(np.arange(batch), len(groups))]
        self.groups = [
            (group, size, np.flatnonzero(self.known[:, group].any(1))) for group, size in zip(groups, sizes, strict=True)
        ]
        self.left = [np.empty(0, np.int64) for _group in groups]

    def _groups(self) -> list[list[int]]:
        """Numbers of the tasks, grouped by the examples they are labelled on."""
        groups: dict[bytes, list[int]] = {}
        for task in range(self.known.shape[1]):
            groups.setdefault(self.known[:, task].tobytes(), []).append(task)
        return list(groups.values())

    def draw(self, steps: int) -> tuple[np.ndarray, np.ndarray]:
        """rows [steps, B] and, for each, the tasks that learn from it [steps, B, T]."""
        rows, masks = [], []
        for number, (group, size, pool) in enumerate(self.groups):
            while len(self.left[number]) < steps * size:
                self.left[number] = np.concatenate([self.left[number], self.rng.permutation(pool)])
            taken, self.left[number] = np.split(self.left[number], [steps * size])
            rows.append(taken.reshape(steps, size))
            mask = np.zeros((steps, size, self.known.shape[1]), bool)
            mask[..., group] = self.known[rows[-1]][..., group]
            masks.append(mask)
        return np.concatenate(rows, axis=1), np.concatenate(masks, axis=1)
