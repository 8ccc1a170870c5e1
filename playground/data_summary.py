"""What the data of a suite look like in numbers: how often each label occurs, how the targets go together, what is missing.

Every kind of task is brought to a column with one entry an example, a class or a number, so that any two can be compared; see
`playground.statistics.association`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from playground.basics.words import N_
from playground.statistics.association import Tie
from playground.statistics.association import tie as tie_of
from playground.suites.base import Data, Part, Suite, Task

MOST = 20_000
"""Examples that are looked at, evenly spread over the training examples."""

COMPARED = 4_000
"""Examples on which two targets are compared, evenly spread over those that are looked at."""

BINS = 24
"""Bars of the distribution of a number."""

TAIL = 0.005
"""The part of a number's values at each end that its first and last bar hold beyond their width."""

EXAMPLES, OBJECTS, PIXELS, WORDS = N_("examples"), N_("objects"), N_("pixels"), N_("words")
"""What is counted, marked to be translated where it is shown."""

SPLITS = ("train", "validation", "test")


@dataclass(frozen=True)
class Labels:
    """How often each label of a task occurs in the training examples.

    counts: [K] of each class, or of each bar. edges: [K + 1] between the bars of a number, None for classes.
    counted: what is counted, marked with `N_`: examples, objects, pixels, words.
    """

    counts: np.ndarray
    edges: np.ndarray | None
    counted: str


@dataclass(frozen=True)
class TargetSummary:
    """One entry an example.

    values: [N] int64 labels of classes, or float64 numbers. known: [N] bool. of: what it says, "" for the label itself.
    """

    values: np.ndarray
    known: np.ndarray
    of: str = ""

    @property
    def classes(self) -> bool:
        """Whether its entries are classes and not numbers."""
        return self.values.dtype.kind in "iu"


@dataclass(frozen=True)
class Survey:
    """The data of one suite and seed in numbers.

    sizes: examples in each split. inputs: shape of one example.
    labels: for each task how often its labels occur; a kind that nobody knows to count is left out.
    known: for each task the examples with a label in each split.
    names: [K] tasks that can be compared. ties: [K, K] how much one tells of the other, between 0 and 1; NaN where nothing can
    be said. chance: [K, K] what 95 of 100 shufflings of one of the two do not exceed. linear: [K, K] Pearson's r of two
    numbers, else NaN. of: what is compared of a task, where it is not the label itself.
    """

    sizes: Mapping[str, int]
    inputs: tuple[int, ...]
    labels: Mapping[str, Labels]
    known: Mapping[str, Mapping[str, int]]
    names: tuple[str, ...]
    ties: np.ndarray
    chance: np.ndarray
    linear: np.ndarray
    of: Mapping[str, str]


def survey(suite: Suite, data: Data) -> Survey:
    """The data in numbers. Labels are those of training examples: nobody chooses by looking at the test."""
    tasks, train = suite.tasks(), _some(data.train)
    labels = {task.name: found for task in tasks if (found := labels_of(task, train)) is not None}
    columns = {task.name: column for task in tasks if (column := column_of(task, train)) is not None}
    ties, chance, linear = _compared(list(columns.values()))
    parts = {name: getattr(data, name) for name in SPLITS}
    return Survey(
        {name: len(part) for name, part in parts.items()},
        data.train.inputs.shape[1:],
        labels,
        {task.name: {name: int(part.known[task.name].sum()) for name, part in parts.items()} for task in tasks},
        tuple(columns),
        ties,
        chance,
        linear,
        {name: column.of for name, column in columns.items() if column.of},
    )


def _some(part: Part) -> Part:
    return part if len(part) <= MOST else part.take(np.linspace(0, len(part) - 1, MOST).astype(int))


# --- labels ------------------------------------------------------------------------------------------------------------


def labels_of(task: Task, part: Part) -> Labels | None:
    """How often each label of a task occurs; None for a kind that cannot be counted."""
    known = _like(task, part.targets[task.name])
    return None if known is None else COUNTED[known](task, part.targets[task.name][part.known[task.name]])


def _like(task: Task, target: np.ndarray) -> str | None:
    """The kind as which a task's target is counted and compared: its own, or for one that this module does not know the kind
    that has such targets, where each example has one entry; None where it has more."""
    if task.kind in COUNTED:
        return task.kind
    if target.ndim != 1:
        return None
    return "classes" if target.dtype.kind in "iu" else "regression"


def _classes(counted: str, pick: Callable[[np.ndarray], np.ndarray]) -> Callable[[Task, np.ndarray], Labels]:
    """Counts the classes that `pick` finds in the known targets; what is below zero is none."""

    def count(task: Task, target: np.ndarray) -> Labels:
        found = pick(target).ravel()
        return Labels(np.bincount(found[found >= 0].astype(int), minlength=len(task.classes)), None, counted)

    return count


def _numbers(counted: str, pick: Callable[[np.ndarray], np.ndarray]) -> Callable[[Task, np.ndarray], Labels]:
    """Counts the numbers that `pick` finds in the known targets, in bars of one width; far ones count to the ends."""

    def count(task: Task, target: np.ndarray) -> Labels:
        found = pick(target).ravel().astype(float)
        if not len(found):
            return Labels(np.zeros(1, int), np.array([0.0, 1.0]), counted)
        low, high = np.quantile(found, [TAIL, 1 - TAIL])
        different = np.unique(found)
        if len(different) <= BINS and (different == np.round(different)).all():
            edges = np.arange(different[0], different[-1] + 2) - 0.5  # a bar for each whole number
        else:
            edges = np.linspace(low, high if high > low else low + 1, BINS + 1)
        return Labels(np.histogram(np.clip(found, edges[0], edges[-1]), edges)[0], edges, counted)

    return count


def _lengths(target: np.ndarray) -> np.ndarray:
    """[N] words of sequences [N, M]; 0 stands behind the last one."""
    return (target > 0).sum(1)


COUNTED: Mapping[str, Callable[[Task, np.ndarray], Labels]] = {
    "classes": _classes(EXAMPLES, lambda target: target),
    "binary": _classes(EXAMPLES, lambda target: target),
    "ordinal": _classes(EXAMPLES, lambda target: target),
    "regression": _numbers(EXAMPLES, lambda target: target),
    "boxes": _classes(OBJECTS, lambda target: target[..., 0]),
    "mask": _classes(PIXELS, lambda target: target),
    "depth": _numbers(PIXELS, lambda target: target.reshape(len(target), -1)[:, ::7]),
    "tags": _classes(WORDS, lambda target: target),
    "translation": _numbers(EXAMPLES, _lengths),
}
"""By kind of task: how its labels are counted."""


# --- how targets go together -------------------------------------------------------------------------------------------


def column_of(task: Task, part: Part) -> TargetSummary | None:
    """A task's target with one entry an example; None for a kind that cannot be compared."""
    kind = _like(task, part.targets[task.name])
    if kind is None:
        return None
    reduce, of = REDUCED[kind]
    values = reduce(part.targets[task.name])
    values = values.astype(np.int64 if kind in ("classes", "binary", "ordinal") else float)
    return TargetSummary(values, part.known[task.name], of)


REDUCED: Mapping[str, tuple[Callable[[np.ndarray], np.ndarray], str]] = {
    "classes": (lambda target: target, ""),
    "binary": (lambda target: target, ""),
    "ordinal": (lambda target: target, ""),
    "regression": (lambda target: target.reshape(len(target), -1).mean(1), ""),
    "boxes": (lambda target: (target[..., 0] >= 0).sum(1), N_("number of objects")),
    "mask": (lambda target: (target > 0).mean((1, 2)), N_("share of pixels with an object")),
    "depth": (lambda target: target.mean((1, 2)), N_("mean distance")),
    "tags": (lambda target: (target > 0).sum(1), N_("number of tagged words")),
    "translation": (_lengths, N_("number of words")),
}
"""By kind of task: how its target becomes one entry an example, and what that says, "" for the label itself."""


def tie(one: TargetSummary, other: TargetSummary) -> Tie:
    """What two columns have in common on the examples that are labelled for both."""
    both = np.flatnonzero(one.known & other.known)
    if len(both) > COMPARED:
        both = both[np.linspace(0, len(both) - 1, COMPARED).astype(int)]
    return tie_of(one.values[both], other.values[both])


def _compared(columns: Sequence[TargetSummary]) -> list[np.ndarray]:
    """Strength, chance and linear correlation of every two columns, [K, K] each; a column goes wholly with itself."""
    found = [np.full((len(columns), len(columns)), np.nan) for _field in Tie._fields]
    for table, itself in zip(found, (1.0, np.nan, np.nan), strict=True):
        np.fill_diagonal(table, itself)
    for i, j in combinations(range(len(columns)), 2):
        for table, value in zip(found, tie(columns[i], columns[j]), strict=True):
            table[i, j] = table[j, i] = value
    return found
