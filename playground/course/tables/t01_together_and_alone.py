"""Table 1: four tasks on scanned digits, learned by one network together and by one network each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from playground.basics.words import N_
from playground.course.measured.table import Column, Row, Table


def labels(row: Row, _result: Any) -> Mapping[str, Any]:
    """How many labels the row's task has."""
    return {"labels": row.experiment.labels[row.task]}


TABLE = Table(
    number=1,
    title=N_("Multi-task against single-task learning, task by task"),
    about=N_("Scanned digits, one network of two shared blocks against one network for each task."),
    seeds=20,
    rows=tuple(
        Row(task, title, preset="digits_few_labels", task=task)
        for task, title in (
            ("digit", N_("Which digit")),
            ("parity", N_("Odd or even")),
            ("large", N_("Five or more")),
            ("loops", N_("Closed loops")),
        )
    ),
    columns=(
        Column("labels", N_("Labels"), "count"),
        Column("it", N_("Alone"), "baseline"),
        Column("it", N_("Together"), "score"),
        Column("it", N_("Gain")),
    ),
    measure=labels,
)
