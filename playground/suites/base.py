"""The contract of a suite: a dataset with its tasks, split, seeded, with labels that may be missing.

A suite is one file in this folder with one frozen dataclass that inherits `Suite`; its fields are its knobs. Suites speak
numpy and know nothing of networks, so that pages and tables can show them without loading torch.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar, Literal

import numpy as np

from playground.basics.cards import Card
from playground.basics.knobs import knob
from playground.basics.random_streams import stream
from playground.basics.words import N_


@dataclass(frozen=True)
class Task:
    """One thing to learn.

    name: short identifier, used in links and files: lower-case letters, digits, underscores.
    title: its name in plain words, marked with `N_`.
    kind: key of the kind of task (a file in `playground/task_types`): what its head, loss and metric are.
    classes: names of the classes, for kinds that have classes; the order is that of the labels 0, 1, ….
    outputs: numbers that a head gives per example, for kinds whose classes do not say it (regression: usually 1).
    unit: unit of a regression target, "" for a pure number.
    metric: key of what it is scored by (`playground/metrics.py`); "" for the own metric of its kind.
    natural: (regression) its targets are numbers in their own unit, float32 or float64. A training brings them to mean 0 and
        deviation 1 by the training rows whose labels it sees, and tells predictions and scores in the unit again.
    settings: what else a kind needs to know, as plain data.
    """

    name: str
    title: str
    kind: str
    classes: tuple[str, ...] = ()
    outputs: int = 1
    unit: str = ""
    metric: str = ""
    natural: bool = False
    settings: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Part:
    """One split of a suite's data: N examples.

    inputs: [N, F] float32 numbers, [N, C, height, width] float32 pictures, or [N, S] int64 tokens; see `Suite.gives`.
    targets: for each task [N, ...]; int64 classes, float32 numbers. What stands at an unknown label is never read.
    known: for each task [N] bool: whether the example is labelled for the task. Both name the tasks in the suite's order.
    """

    inputs: np.ndarray
    targets: Mapping[str, np.ndarray]
    known: Mapping[str, np.ndarray]

    def __len__(self) -> int:
        return len(self.inputs)

    def take(self, rows: np.ndarray) -> Part:
        """The examples `rows` (indices or a mask)."""
        return Part(
            self.inputs[rows],
            {name: values[rows] for name, values in self.targets.items()},
            {name: values[rows] for name, values in self.known.items()},
        )


@dataclass(frozen=True)
class Probe:
    """Examples on which the page shows what the model does while it learns.

    inputs: [N, ...] as a network takes them.
    view: how to draw them: "plane" (points of a grid in two dimensions), "line" (points along one input), "pictures"
        (small grey scans, drawn with prediction and truth), "rows" (predicted against true values), or a suite's own:
        "scenes", "sentences", "faces".
    shape: (rows, columns) of the grid, or of one picture.
    targets: the truth for each task, where there is one; NaN among numbers and −1 among classes where it is unknown.
    examples: for "plane" and "line": some training examples to draw over it, as a Part.
    words: for "sentences": the word of each token.
    """

    inputs: np.ndarray
    view: str
    shape: tuple[int, ...] = ()
    targets: Mapping[str, np.ndarray] = field(default_factory=dict)
    examples: Part | None = None
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class Data:
    """What a suite gives for one seed. Learning reads `train`, choices read `validation`, tables report `test`.

    epoch: training examples that count as one epoch, equal for all seeds where their splits are not; 0 for those of `train`.
    """

    train: Part
    validation: Part
    test: Part
    probe: Probe
    epoch: int = 0


@dataclass(frozen=True)
class Suite(ABC):
    """A dataset with its tasks. Its fields are its knobs; see `playground.basics.knobs`."""

    key: ClassVar[str]
    card: ClassVar[Card]
    real: ClassVar[bool]
    """True where the examples were measured in the world, False where a generator makes them."""
    fresh: ClassVar[bool]
    """True where every seed makes data of its own, False where seeds redraw the split of one set of data."""
    shares: ClassVar[tuple[float, float, float]] = (0.6, 0.2, 0.2)
    """Where seeds redraw the split: the parts of the whole set that are trained on, chosen by and tested on. Of what a
    picture or a row is made of, if several are made of one thing; before a part of the training examples is left out."""
    tabular: ClassVar[bool] = False
    """True where examples are rows of a table, so that ordinary models stand beside networks; see `playground/references`."""
    gives: ClassVar[Literal["numbers", "pictures", "tokens"]] = "numbers"
    """What its inputs are: numbers [F], pictures [C, height, width], or tokens [S], of which 0 is padding."""
    fetched: ClassVar[bool] = False
    """True where the examples have to be downloaded once; see `playground/suites/fetched.py`."""
    backbone: ClassVar[str] = "mlp"
    """The backbone that fits its inputs, chosen when nobody chose one."""
    defaults: ClassVar[Mapping[str, Any]] = {}
    """Fields of an experiment that suit this suite better than the general defaults: steps, batch, rate and others; under
    "sharing.depth", how many blocks strategies share that have such a knob."""

    @property
    def resampling(self) -> float:
        """r of `playground.statistics.differences`: what the mean over seeds keeps of the luck of one set of data, n_test /
        n_train."""
        train, _validation, test = self.shares
        return 0.0 if self.fresh else test / train

    @property
    def vocabulary(self) -> int:
        """How many different tokens there are, padding included; 0 for a suite that gives none."""
        return 0

    def obstacle(self) -> str | None:
        """Why it cannot be loaded now, as the rest of a sentence that begins with the suite; None where it can."""
        return None

    @abstractmethod
    def tasks(self) -> tuple[Task, ...]:
        """Every task of the suite, in the order in which they are offered."""

    @abstractmethod
    def load(self, seed: int) -> Data:
        """The data for one seed: the same seed and knobs give the same numbers always."""

    def tasks_named(self, names: Sequence[str]) -> tuple[Task, ...]:
        """The tasks called `names`, in the suite's own order; all of them for no names."""
        return tuple(task for task in self.tasks() if not names or task.name in names)


def examples_knob(default: int, help: str, low: int = 20, high: int = 5000) -> Any:
    """The field for the number of training examples, of a suite that can give as many as it is asked for.

    help: what they are, marked with `N_`.
    """
    return knob(default, low=low, high=high, log=True, shapes=True, label=N_("Training examples"), help=help)


def split_rows(count: int, rng: np.random.Generator, train: float = 0.6, validation: float = 0.2) -> tuple[np.ndarray, ...]:
    """Three disjoint index arrays that cover 0 … count−1 in random order; the rest after train and validation is test."""
    order = rng.permutation(count)
    first, second = round(count * train), round(count * (train + validation))
    return order[:first], order[first:second], order[second:]


def whole(inputs: np.ndarray, targets: Mapping[str, np.ndarray]) -> Part:
    """A part in which every label is known, except numbers that are NaN."""
    known = {
        name: ~np.isnan(values) if values.dtype.kind == "f" and values.ndim == 1 else np.ones(len(values), bool)
        for name, values in targets.items()
    }
    filled = {name: np.nan_to_num(values) if values.dtype.kind == "f" else values for name, values in targets.items()}
    return Part(inputs, filled, known)


def keep_labels(train: Part, labels: Mapping[str, int], seed: int) -> Part:
    """`train` with at most `labels[task]` known labels for each task named, chosen at random by the seed.

    Smaller numbers keep a subset of what larger ones keep, so that curves over the number of labels are paired. Which labels
    a task keeps depends on its place among the suite's tasks, not on its name.
    Examples that no task has a label for are left out.
    """
    known = dict(train.known)
    for place, name in enumerate(train.known):
        if (count := labels.get(name)) is not None:
            labelled = np.flatnonzero(known[name])
            chosen = stream(seed, "labels", place).permutation(labelled)[:count]
            known[name] = np.zeros(len(train), bool)
            known[name][chosen] = True
    part = replace(train, known=known)
    used = np.any(list(known.values()), axis=0)
    return part if used.all() else part.take(used)
