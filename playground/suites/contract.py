"""Whether what a suite loads is what it says: shapes, types, names of tasks, splits. Once for each suite and its knobs.

A wrong type or name would end as an error from deep inside of a network; here it is a sentence that names the suite's file.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

import numpy as np

from playground.basics.errors import Invalid, Problem, unknown
from playground.basics.validate import NAME, file_of
from playground.basics.words import _
from playground.suites.base import Data, Part, Suite, Task

INPUTS = {"numbers": (2, "float32"), "pictures": (4, "float32"), "tokens": (2, "int64")}
"""What a suite gives: axes of its inputs, the examples first, and their type."""

LABELLED = ("classes", "binary")
"""Kinds whose targets are numbers of classes; those of other kinds are their own affair."""

_seen: set[Suite] = set()
"""Suites, with their knobs, whose data were looked at."""


def check(suite: Suite, data: Data) -> None:
    """Look at the data of a suite the first time that it is loaded. Raises Invalid with everything that is wrong."""
    if suite in _seen:
        return
    if problems := list(_problems(suite, data)):
        raise Invalid([_at(suite, problem) for problem in problems])
    _seen.add(suite)


def of_tasks(suite: Suite, kinds: Collection[str]) -> list[Problem]:
    """What is wrong with the tasks that a suite names, before anything is loaded."""
    return [_at(suite, problem) for problem in _tasks(suite.tasks(), kinds)]


def _at(suite: Suite, problem: Problem) -> Problem:
    """A problem that names the suite's file."""
    return replace(problem, where=f"{file_of(type(suite))} {problem.where}")


def _tasks(tasks: Sequence[Task], kinds: Collection[str]) -> Iterator[Problem]:
    if not tasks:
        yield Problem("tasks", _("should hold at least one task"), tasks)
    names = [task.name for task in tasks]
    for name in dict.fromkeys(names):
        if not NAME.fullmatch(name):
            should = _("should be lower-case letters, digits and underscores, and begin with a letter")
            yield Problem("tasks", should, name)
        if names.count(name) > 1:
            yield Problem("tasks", _("should have names that differ"), name)
    for task in tasks:
        if task.kind not in kinds:
            yield unknown(f"tasks {task.name}.kind", task.kind, sorted(kinds))
        elif task.kind in LABELLED and len(task.classes) < 2:
            yield Problem(f"tasks {task.name}.classes", _("should name at least two classes"), task.classes)


def _problems(suite: Suite, data: Data) -> Iterator[Problem]:
    """What is wrong with what a suite loaded."""
    tasks = suite.tasks()
    names = [task.name for task in tasks]
    for split in ("train", "validation", "test"):
        for problem in _of_part(suite, tasks, getattr(data, split)):
            yield replace(problem, where=f"{split}.{problem.where}")
    shapes = {split: getattr(data, split).inputs.shape[1:] for split in ("train", "validation", "test")}
    if len({*shapes.values(), data.probe.inputs.shape[1:]}) > 1:
        should = _("should give examples of one shape in all splits and in the probe")
        yield Problem("inputs", should, [*shapes.values(), data.probe.inputs.shape[1:]])
    if strangers := sorted(set(data.probe.targets) - set(names)):
        yield unknown("probe.targets", strangers[0], names)


def _of_part(suite: Suite, tasks: tuple[Task, ...], part: Part) -> Iterator[Problem]:
    """What is wrong with one split."""
    axes, wanted = INPUTS[suite.gives]
    inputs = part.inputs
    if not isinstance(inputs, np.ndarray) or inputs.dtype != wanted or inputs.ndim != axes:
        should = _("should be a numpy array of {type} with {count} axes, the examples first, as the suite gives {what}")
        yield Problem("inputs", should.format(type=wanted, count=axes, what=repr(suite.gives)), _form(inputs))
        return
    if not len(inputs):
        yield Problem("inputs", _("should hold at least one example"), 0)
    if inputs.dtype.kind == "f" and not np.isfinite(inputs).all():
        yield Problem("inputs", _("should hold finite numbers"), inputs[~np.isfinite(inputs)][0])
    names = [task.name for task in tasks]
    for what, table in (("targets", part.targets), ("known", part.known)):
        yield from (unknown(what, name, names) for name in table if name not in names)
        yield from (
            Problem(what, _("should hold one array a task, {name} too").format(name=name), list(table))
            for name in names
            if name not in table
        )
    for task in tasks:
        if task.name in part.targets and task.name in part.known:
            yield from _of_task(task, part.targets[task.name], part.known[task.name], len(inputs))


def _of_task(task: Task, target: np.ndarray, known: np.ndarray, count: int) -> Iterator[Problem]:
    """What is wrong with the targets of one task in one split."""
    if getattr(known, "dtype", None) != np.bool_ or known.shape != (count,):
        yield Problem(f"known.{task.name}", _("should be bool [{count}], one an example").format(count=count), _form(known))
        return
    where = f"targets.{task.name}"
    whole = isinstance(target, np.ndarray) and target.dtype.kind in "iu"
    numbers = (np.float32, np.float64) if task.natural else (np.float32,)
    if not (whole or getattr(target, "dtype", None) in numbers) or target.shape[:1] != (count,):
        should = _("should be whole numbers or float32, {count} examples first").format(count=count)
        yield Problem(where, should, _form(target))
        return
    there = target[known]
    if task.kind in LABELLED:
        if target.dtype != np.int64 or target.ndim != 1:
            yield Problem(where, _("should be int64 classes [{count}]").format(count=count), _form(target))
        elif len(there) and (there.min() < 0 or there.max() >= max(2, len(task.classes))):
            should = _("should be numbers of the {count} classes, from 0").format(count=len(task.classes))
            yield Problem(where, should, (int(there.min()), int(there.max())))
    elif task.kind == "regression" and target.dtype not in numbers:
        yield Problem(where, _("should be float32 numbers"), _form(target))
    if there.dtype.kind == "f" and not np.isfinite(there).all():
        yield Problem(where, _("should hold finite numbers where they are known"), there[~np.isfinite(there)][0])


def _form(value: object) -> str:
    """What an array is: its type and its shape."""
    return f"{value.dtype} {list(value.shape)}" if isinstance(value, np.ndarray) else type(value).__name__
