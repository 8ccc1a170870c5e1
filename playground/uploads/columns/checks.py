"""Why a table cannot be learned from as it is: every problem at once, each with what should hold and what was found."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

import numpy as np

from playground.basics.errors import Problem, unknown
from playground.basics.words import _
from playground.uploads.columns import values
from playground.uploads.columns.column import Column
from playground.uploads.columns.widths import width
from playground.uploads.reading.limits import LIMITS


class Learnable(Protocol):
    """What is asked of a table here; see `playground.uploads.table.Table`."""

    def __len__(self) -> int: ...

    @property
    def targets(self) -> tuple[str, ...]:
        """Names of the columns to learn."""

    @property
    def group(self) -> str:
        """Name of the column by whose values rows are split, "" for none."""

    @property
    def time(self) -> str:
        """Name of the column in whose order rows are split, "" for none."""

    @property
    def parts(self) -> str:
        """Name of the column that says which of several joined tables a row is from, "" for a table alone."""

    @property
    def by_name(self) -> Mapping[str, Column]:
        """Its columns by name."""

    @property
    def inputs(self) -> tuple[Column, ...]:
        """The columns that a network reads."""

    def rows_of(self) -> dict[str, int]:
        """How many rows each of the joined tables has."""

    def order(self) -> np.ndarray:
        """[N] times of the rows."""

    def labels(self, name: str) -> tuple[np.ndarray, np.ndarray]:
        """[N] labels of a target, and [N] bool whether they are known."""


LEARNED = ("number", "category", "answer", "ordinal", "labels")
"""What a target can be."""


def problems(table: Learnable) -> list[Problem]:
    """Why the table cannot be learned from as it is."""
    problems: list[Problem] = []
    if not 1 <= len(table.targets) <= LIMITS.targets:
        should = _("should be between {low} and {high}; learn fewer columns, or labels, at a time").format(
            low=1, high=LIMITS.targets
        )
        problems.append(Problem("targets", should, len(table.targets)))
    for name in table.targets:
        problems += _of_target(table, table.by_name[name])
    if table.group:
        problems += _of_group(table)
    if table.time:
        problems += _of_time(table)
    if table.parts and not problems:
        problems += _of_parts(table)
    if not table.inputs:
        problems.append(Problem("inputs", _("should be at least {count}").format(count=1), 0))
    if not problems and (found := width(table.inputs, table.time) * len(table)) > LIMITS.numbers:
        should = _("should make at most {count} numbers of all rows; leave out columns with many categories or text")
        problems.append(Problem("inputs", should.format(count=f"{LIMITS.numbers:,}"), f"{found:,}"))
    return problems


def _of_target(table: Learnable, column: Column) -> list[Problem]:
    where = column.title
    if column.name == table.group:
        return [Problem(where, _("should not be learned and split by at the same time"), where)]
    if column.kind not in LEARNED:
        kinds = _(", ").join(_(values.KINDS[kind]) for kind in LEARNED)
        should = _("should be one of {kinds} to be learned").format(kinds=kinds)
        return [Problem(where, should, _(values.KINDS[column.kind]))]
    labels, known = table.labels(column.name)
    if known.sum() < LIMITS.fewest:
        should = _("should have at least {count} labels to be learned").format(count=LIMITS.fewest)
        return [Problem(where, should, int(known.sum()))]
    different = len(np.unique(labels[known]))
    if different < 2:
        return [Problem(where, _("should have at least two different values to be learned"), different)]
    if column.kind != "number" and different > LIMITS.classes:
        should = _("should have at most {count} different values to be learned as a category").format(count=LIMITS.classes)
        return [Problem(where, should, f"{different:,}")]
    if column.kind == "ordinal" and different > LIMITS.steps:
        should = _("should have at most {count} different values to be learned as ordered classes; learn it as a number")
        return [Problem(where, should.format(count=LIMITS.steps), different)]
    return []


def _of_group(table: Learnable) -> list[Problem]:
    if table.group not in table.by_name:
        return [unknown("group", table.group, list(table.by_name))]
    groups = len(set(table.by_name[table.group].cells))
    if groups < 5:
        should = _("should have at least {count} different values to split rows by it").format(count=5)
        return [Problem(table.by_name[table.group].title, should, groups)]
    return []


def _of_time(table: Learnable) -> list[Problem]:
    if table.time not in table.by_name:
        return [unknown("time", table.time, list(table.by_name))]
    column = table.by_name[table.time]
    if table.group or table.time in table.targets:
        should = _("should be the only column by which rows are split, and not be learned")
        return [Problem(column.title, should, column.title)]
    if (found := len(np.unique(table.order()))) < 5:
        should = _("should have at least {count} different dates or numbers to split rows in their order").format(count=5)
        return [Problem(column.title, should, found)]
    return []


def _of_parts(table: Learnable) -> list[Problem]:
    """Why joined tables cannot be learned from: an input that one of them lacks, or one without a target."""
    part = np.array(table.by_name[table.parts].cells)
    names, problems = list(table.rows_of()), []
    for column in table.inputs:
        there = np.array([cell != "" for cell in column.plain])
        having = [name for name in names if there[part == name].any()]
        if 0 < len(having) < len(names):
            should = _("should be in every table to be read; learn it, or leave it out")
            problems.append(Problem(column.title, should, _("only in {names}").format(names=_(", ").join(having))))
    known = [table.labels(name)[1] for name in table.targets]
    lacking = [name for name in names if not any(there[part == name].any() for there in known)]
    problems += [Problem(name, _("should have a column that is learned"), _("none")) for name in lacking]
    return problems
