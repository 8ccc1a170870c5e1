"""What a task's score is called, in which unit it is, and whether more of it is better."""

from __future__ import annotations

from typing import NamedTuple

from playground import catalog, metrics
from playground.basics.words import _
from playground.suites.base import Task


class Measure(NamedTuple):
    """Of one task. title: marked with `N_`; unit: "" for a pure number."""

    title: str
    unit: str
    higher_is_better: bool


def measure(task: Task, key: str = "") -> Measure:
    """What a task is scored by, or a metric `key` of those that it can be scored by."""
    found = metrics.METRICS.get(key or task.metric)
    if found is None:
        kind = catalog.kinds()[task.kind]
        return Measure(kind.metric, kind.metric_unit or task.unit, kind.higher_is_better)
    return Measure(found.title, task.unit if found.unit == "target" else _(found.unit), found.higher_is_better)


def label(task: Task) -> str:
    """A metric with its unit, for an axis: "accuracy (%)"."""
    found = measure(task)
    return f"{_(found.title)} ({found.unit})" if found.unit else _(found.title)
