"""A table that somebody brought: any columns to learn, numbers and classes mixed, from all others."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from playground.cards import Card
from playground.errors import Invalid, Problem
from playground.knobs import knob
from playground.streams import stream
from playground.tables import example, shelf
from playground.tables.features import features
from playground.tables.table import Table, short
from playground.tasks.base import Data, Part, Probe, Suite, Task, split_rows
from playground.words import N_, Given, _

SHOWN = 200
"""Test rows on which the page shows predictions, at most."""

TRIES = 100
"""Splits that are drawn before a task counts as one that has too few labels to be split."""


@dataclass(frozen=True)
class YourTable(Suite):
    """The columns of a table that are to be learned, each a task, from every other column that is not left out.

    Numbers are learned in standard deviations (SD) of the training rows, so that an error of 1 SD is what guessing the
    mean costs. The seed draws which rows are trained on (60 %), chosen by and tested on (20 % each); rows that agree in
    the column by which a table is split stay together. A split without a label for some task is drawn again.
    """

    key = "table"
    real = False
    defaults = {"steps": 400, "batch": 32, "rate": 0.003}
    card = Card(
        title=N_("Your own table"),
        idea=N_("Learn any columns of a table that you bring from its other columns; without one, those of an example."),
        fails=N_(
            "Columns that are known only after what they should tell make a task look easy; leave them out. With few rows, "
            "differences between runs are luck: look at the spread."
        ),
        notes=N_(
            "The example is a bakery's diary, made up. Numbers, dates and words are scaled, counted and weighed by the "
            "training rows alone; a gap is a zero and a mark."
        ),
    )

    table: str = knob(
        "",
        pattern=f"|{shelf.KEY}",
        shapes=True,
        label=N_("Table"),
        help=N_("Which of your tables, as the Data page keeps them; nothing stands for the example."),
    )

    @property
    def the_table(self) -> Table:
        """The table; raises Invalid if it is gone or belongs to somebody else."""
        return shelf.read(self.table) if self.table else example.table()

    def tasks(self) -> tuple[Task, ...]:
        table = self.the_table
        return tuple(_task(table, name, bool(self.table)) for name in table.targets)

    def load(self, seed: int) -> Data:
        table = self.the_table
        labels = {name: table.labels(name) for name in table.targets}
        known = {name: there for name, (_values, there) in labels.items()}
        rows = _split(table, known, seed)
        targets = {
            name: _scaled(found, there, rows[0]) if table.by_name[name].kind == "number" else found
            for name, (found, there) in labels.items()
        }
        whole = Part(features(table, rows[0]), targets, known)
        train, validation, test = (whole.take(chosen) for chosen in rows)
        return Data(train, validation, test, _probe(test))


def _task(table: Table, name: str, given: bool) -> Task:
    """A column as a task. What stands in a table is never translated; the example's own words are."""
    column, words = table.by_name[name], Given if given else str
    title = words(short(column.title))
    if column.kind == "number":
        return Task(name, title, "regression", unit="SD")
    classes = tuple(words(short(one)) for one in table.classes(name))
    return Task(name, title, "binary" if len(classes) == 2 else "classes", classes=classes)


def _split(table: Table, known: dict[str, np.ndarray], seed: int) -> tuple[np.ndarray, ...]:
    """Three disjoint arrays of rows, each with a label for every task."""
    rng = stream(seed, "split")
    for _try in range(TRIES):
        rows = split_rows(len(table), rng) if not table.group else _split_groups(table.by_name[table.group].cells, rng)
        if all(there[chosen].any() for there in known.values() for chosen in rows):
            return rows
    lacking = [table.by_name[name].title for name, there in known.items() if not all(there[chosen].any() for chosen in rows)]
    raise Invalid([Problem("split", _("should leave labels of every task in each of three parts"), ", ".join(lacking))])


def _split_groups(cells: tuple[str, ...], rng: np.random.Generator) -> tuple[np.ndarray, ...]:
    """Rows of whole groups: those of the first groups in random order are trained on, until 60 % of the rows are reached."""
    names, group = np.unique(np.array(cells), return_inverse=True)
    sizes = np.bincount(group)
    order = rng.permutation(len(names))
    # The part that the middle of each group falls into.
    middle = (np.cumsum(sizes[order]) - sizes[order] / 2) / len(cells)
    part = np.empty(len(names), int)
    part[order] = np.digitize(middle, [0.6, 0.8])
    return tuple(rng.permutation(np.flatnonzero(part[group] == number)) for number in range(3))


def _scaled(found: np.ndarray, known: np.ndarray, train: np.ndarray) -> np.ndarray:
    """[N] float32 numbers in standard deviations of the known training rows; zero where unknown."""
    there = found[train][known[train]]
    deviation = there.std()
    scaled = (found - there.mean()) / (deviation if deviation > 0 else 1.0)
    return np.where(known, scaled, 0.0).astype(np.float32)


def _probe(test: Part) -> Probe:
    """Test rows with what is known of them: NaN and −1 stand where a label is missing."""
    shown = test.take(np.arange(min(SHOWN, len(test))))
    targets = {
        name: np.where(shown.known[name], values, np.nan if values.dtype.kind == "f" else -1).astype(values.dtype)
        for name, values in shown.targets.items()
    }
    return Probe(shown.inputs, "rows", targets=targets)
