"""Looking for what gives an answer away: inputs that alone predict a target, rows that are there twice, keys, times.

A single input is judged by its nearest other rows, each row left out once: what its neighbours in that column say (or all
other rows with the same cell) is the guess. That takes one sorting a column for all targets; a decision tree for every pair of
columns, cross-validated, is as good a judge, but keeps a page waiting where there are many columns.
"""

from __future__ import annotations

import re

import numpy as np

from playground.basics.words import _
from playground.uploads.columns.choices import Option
from playground.uploads.columns.column import Column
from playground.uploads.decisions import Answer, Question
from playground.uploads.reading.headers import is_key_title
from playground.uploads.table import Table

ROWS = 2000
"""Rows that are looked at, drawn evenly from all."""

ALMOST = 0.98
"""The share of the variance, or of the errors of always guessing the commonest class, from which one input says it all."""

BY_CHANCE = 100
"""So many times more combinations of cells than rows make rows that agree in all of them the same thing twice."""

GROUPED_TITLE = re.compile(
    r"(?:^|[\W_])(?:patient|subject|person|user|customer|client|student|pupil|participant|household|family|firm|company|school"
    r"|animal|device|sensor|station|store|shop|player|driver|respondent|individual)(?:[\W_]?(?:id|nr|no|number|code|name))?s?$",
    re.IGNORECASE,
)
"""Titles of what is measured several times."""


def leaks(table: Table) -> list[Question]:
    """What in a table may give its targets away, each with what can be done about it."""
    found = _single(table) if table.targets else []
    if not table.group and not table.time:
        found += _groups(table)
        found += _times(table)
    return found


# --- one input that says it all ----------------------------------------------------------------------------------------


def _single(table: Table) -> list[Question]:
    """Inputs of which each alone predicts a target almost perfectly."""
    rows = np.unique(np.linspace(0, len(table) - 1, min(len(table), ROWS)).astype(int))
    labels = {name: _labels(table, name, rows) for name in table.targets}
    found = []
    for column in table.inputs:
        if column.kind == "text":
            continue
        places = _places(column)[rows]
        scores = {name: score(places, *labels[name], ordered=column.kind in ("number", "date")) for name in labels}
        told = {name: value for name, value in scores.items() if value >= ALMOST}
        if told:
            found.append(_given_away(table, column, told))
    return found


def _labels(table: Table, name: str, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Labels of some rows, [N] numbers or [N, classes] as places, and [N] whether they are known."""
    values, known = table.labels(name)
    values, known = values[rows], known[rows]
    if table.by_name[name].kind == "number":
        return values[:, None].astype(float), known
    return np.eye(int(values.max()) + 1)[values], known


def _places(column: Column) -> np.ndarray:
    """[N] float64 by which rows are near in a column: its numbers, seconds, or a number a category; NaN for a gap."""
    if column.kind == "number":
        return column.numbers
    if column.kind == "date":
        return np.where(np.isnat(column.days), np.nan, column.days.astype("int64").astype(float))
    found = np.unique(np.array(column.plain), return_inverse=True)[1].astype(float)
    return np.where(column.known, found, np.nan)


def score(places: np.ndarray, labels: np.ndarray, known: np.ndarray, ordered: bool) -> float:
    """How well one input predicts one target, from 0 for what the mean or the commonest class does to 1 for perfect.

    places: [N] the input, NaN where it says nothing, which is a value like any other. labels: [N, 1] numbers, or [N, classes].
    known: [N] whether there is a label. ordered: whether near values say something about each other.
    """
    # A gap may say as much as a value: who has no date of death is alive.
    gap = np.isnan(places[known])
    places, labels = np.where(gap, np.inf, places[known]), labels[known]
    if len(labels) < 10 or np.ptp(labels, axis=0).max() == 0:
        return 0.0
    guesses, there = _neighbours(places, labels) if ordered else _same(places, labels)
    if not there.any():
        return 0.0
    # Where nobody else is near, the guess is that of somebody who knows nothing.
    guesses = np.where(there[:, None], guesses, labels.mean(0))
    if labels.shape[1] == 1:
        return float(1 - ((guesses - labels) ** 2).sum() / ((labels - labels.mean(0)) ** 2).sum())
    wrong = (guesses.argmax(1) != labels.argmax(1)).mean()
    return float(1 - wrong / (1 - labels.mean(0).max()))


def _same(places: np.ndarray, labels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """[N, K] the mean label of all other rows with the same cell, and [N] whether there are any."""
    cell = np.unique(places, return_inverse=True)[1]
    sums = np.stack([np.bincount(cell, weights=column) for column in labels.T], axis=1)
    others = np.bincount(cell)[cell] - 1
    return (sums[cell] - labels) / np.maximum(others, 1)[:, None], others > 0


def _neighbours(places: np.ndarray, labels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """[N, K] the mean label of all other rows with the same value, or of the two nearest ones where there are none."""
    same, there = _same(places, labels)
    order = np.argsort(places, kind="stable")
    sorted_labels = labels[order]
    before, after = np.roll(sorted_labels, 1, axis=0), np.roll(sorted_labels, -1, axis=0)
    before[0], after[-1] = after[0], before[-1]
    near = np.empty_like(labels)
    near[order] = (before + after) / 2
    return np.where(there[:, None], same, near), np.ones(len(labels), bool)


def _given_away(table: Table, column: Column, scores: dict[str, float]) -> Question:
    """The question whether an input is known before what it predicts."""
    named = _(", ").join(f"`{table.by_name[name].title}` ({100 * value:.1f} %)" for name, value in scores.items())
    text = _(
        "`{title}` alone predicts {targets} almost perfectly. If it is known only together with that, or follows from it, it "
        "should be left out."
    ).format(title=column.title, targets=named)
    answers = (Answer(_("Read it")), Answer(_("Leave it out"), Option("column", column.name, "out")))
    return Question(column.name, "leak", text, answers)


# --- rows that belong together -----------------------------------------------------------------------------------------


def alike(table: Table) -> list[str] | None:
    """For each row a mark that it shares with the rows that are the same in all that is read and learned; None if none are.

    Where cells have few values rows agree by chance, as people of one age, sex and class do: then they are left apart.
    """
    columns = [*table.inputs, *(table.by_name[name] for name in table.targets)]
    chances = 1.0
    for column in columns:
        chances = min(chances * max(1, len(column.different)), 1e300)
    if chances < BY_CHANCE * len(table):
        return None
    marks = ["\x1f".join(row) for row in zip(*(column.plain for column in columns), strict=True)]
    return marks if len(set(marks)) < len(marks) else None


def _groups(table: Table) -> list[Question]:
    """The column by whose values rows should be split, where one looks like the key of things that come again."""
    for column in table.columns:
        groups = len(column.different)
        if column.name in table.targets or not 5 <= groups <= len(table) / 2:
            continue
        if column.kind in ("category", "out", "number") and _is_repeated_key(column):
            text = _(
                "`{title}` names {count} things, each in {rows} rows on average. If new ones are to be predicted, split by it."
            )
            text = text.format(title=column.title, count=groups, rows=f"{(len(table) - column.empty) / groups:.1f}")
            answers = (Answer(_("Split single rows")), Answer(_("Split by it"), Option("column", column.name, "group")))
            return [Question(column.name, "group", text, answers)]
    return []


def _is_repeated_key(column: Column) -> bool:
    """Whether a column names things of which each has several rows: by its title, or as names that stand in blocks."""
    if column.why in ("constant", "empty", "huge"):
        return False
    if is_key_title(column.title) or GROUPED_TITLE.search(column.title):
        return True
    if column.kind == "number" or len(column.different) < 10:
        return False
    blocks = 1 + sum(one != other for one, other in zip(column.plain, column.plain[1:], strict=False))
    return blocks == len(column.different) + (column.empty > 0)


def _times(table: Table) -> list[Question]:
    """Times that order the rows, which should rather be split before and after."""
    for column in table.inputs:
        if column.kind == "date" and len(column.different) >= 5:
            text = _("`{title}` is a time. To predict what comes later, learn from the first rows and test on the last ones.")
            answers = (
                Answer(_("Split at random")),
                Answer(_("Split in its order"), Option("column", column.name, "time")),
            )
            return [Question(column.name, "time", text.format(title=column.title), answers)]
    return []
