"""A table that somebody brought: any columns to learn, numbers and classes mixed, from all others."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from playground.basics.cards import Card
from playground.basics.errors import Invalid, Problem
from playground.basics.knobs import knob
from playground.basics.random_streams import stream
from playground.basics.words import N_, Given, _
from playground.suites.base import Data, Part, Probe, Suite, Task, split_rows
from playground.uploads import example
from playground.uploads.columns import values
from playground.uploads.columns.column import Column
from playground.uploads.features import by_column, features
from playground.uploads.kept import storage
from playground.uploads.leaks import alike
from playground.uploads.table import Table, short

SHOWN = 200
"""Test rows on which the page shows predictions, at most."""

TRIES = 100
"""Splits that are drawn before a task counts as one that has too few labels to be split."""


@dataclass(frozen=True)
class YourTable(Suite):
    """The columns of a table that are to be learned, each a task, from every other column that is not left out.

    Numbers stay in the unit of their column. The seed draws which rows are trained on (60 %), chosen by and tested on (20 %
    each); rows that agree in the column by which a table is split stay together, and so do rows that are there twice. Tables
    that were joined are split one by one. A split without a label for some task is drawn again. A table that is split in the
    order of a time has one split for all seeds.
    """

    key = "table"
    real = False
    tabular = True
    fresh = False
    # What does it is measured in docs/your-own-table.md.
    defaults = {
        "steps": 400,
        "batch": 32,
        "rate": 0.003,
        "weight_decay": 0.1,
        "backbone.dropout": 0.2,
        "heads": "constant",
        "checkpoint": "loss",
    }
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
        pattern=f"|{storage.KEY}",
        shapes=True,
        label=N_("Table"),
        help=N_("Which of your tables, as the Data page keeps them; nothing stands for the example."),
    )

    numbers: str = knob(
        "standard",
        choices=("standard", "robust", "ranked", "piecewise"),
        words=(N_("mean and deviation"), N_("median and quartiles"), N_("ranks"), N_("cut into pieces")),
        shapes=True,
        label=N_("Numbers are read as"),
        help=N_(
            "How columns of numbers become inputs: in standard deviations; in quartiles, with far values squeezed; as normal "
            "scores of their ranks; or with a place for each of eight pieces of their range."
        ),
    )

    @property
    def the_table(self) -> Table:
        """The table; raises Invalid if it is gone or belongs to somebody else."""
        return storage.read(self.table) if self.table else example.table()

    def tasks(self) -> tuple[Task, ...]:
        return _tasks(self.the_table, bool(self.table))

    def load(self, seed: int) -> Data:
        table = self.the_table
        labels = {name: table.labels(name) for name in table.targets}
        known = {name: there for name, (_values, there) in labels.items()}
        together = _together(table)
        rows = _split(table, known, together, seed)
        whole = Part(features(table, rows[0], self.numbers), {name: found for name, (found, _there) in labels.items()}, known)
        train, validation, test = (whole.take(chosen) for chosen in rows)
        # Whole groups fill a split now a little more, now a little less; epochs are counted alike.
        epoch = 0 if together is None or table.time else round(self.shares[0] * len(table))
        return Data(train, validation, test, _probe(test), epoch)

    def train_rows(self, seed: int) -> np.ndarray:
        """The places of the rows that a seed trains on."""
        table = self.the_table
        known = {name: table.labels(name)[1] for name in table.targets}
        return _split(table, known, _together(table), seed)[0]

    def widths(self, seed: int) -> list[int]:
        """How many inputs each column that is read becomes."""
        return [part.shape[1] for part in by_column(self.the_table, self.train_rows(seed), self.numbers)]

    def further(self, seed: int, cells: Mapping[str, Sequence[str]]) -> np.ndarray:
        """[N, F] float32 inputs of N further rows, by the statistics of the rows that a seed trains on; cells as they stand."""
        table = self.the_table
        found = np.concatenate(by_column(table, self.train_rows(seed), self.numbers, cells), axis=1)
        return found[len(table) :].astype(np.float32)


@lru_cache(maxsize=50)
def _tasks(table: Table, given: bool) -> tuple[Task, ...]:
    """The columns that are learned as tasks; kept, as it takes a look at all of their cells."""
    return tuple(_task(table, name, given) for name in table.targets)


def _task(table: Table, name: str, given: bool) -> Task:
    """A column as a task. What stands in a table is never translated; the example's own words are."""
    column, words = table.by_name[name], Given if given else str
    title = words(short(column.title))
    if column.kind == "number":
        return Task(name, title, "regression", unit=words(unit_of(column)), natural=True)
    classes = tuple(words(short(one)) for one in table.classes(name))
    many = "ordinal" if column.kind == "ordinal" else "classes"
    kind = "binary" if len(classes) == 2 else many
    found, known = table.labels(name)
    return Task(name, title, kind, classes=classes, metric=suited(kind, found[known]))


RARE, COMMON = 0.25, 0.75
"""With a class rarer than the first, of two, or commoner than the second, of several, accuracy flatters who always says one."""


def suited(kind: str, labels: np.ndarray) -> str:
    """What a task should be scored by, by its known labels: "" for its kind's own metric, another if that would flatter."""
    if kind not in ("binary", "classes") or not len(labels):
        return ""
    shares = np.bincount(labels) / len(labels)
    if kind == "binary":
        return "auc" if shares.max() > 1 - RARE else ""
    return "balanced_accuracy" if shares.max() > COMMON else ""


IN_TITLE = re.compile(r"[(\[（]\s*([^()\[\]（）]{1,12}?)\s*[)\]）]\s*$")
"""What stands in brackets at the end of a header: most often a unit."""


def unit_of(column: Column) -> str:
    """The unit of a column of numbers: what stands behind them, or in brackets at the end of its header; "" for none."""
    if column.reading.units:
        return short(column.reading.units[0])
    marks = {mark.group().strip() for cell in column.cells if cell.strip() and (mark := values.CURRENCY.search(cell.strip()))}
    if len(marks) == 1:
        return marks.pop()
    found = IN_TITLE.search(column.title)
    return found.group(1) if found else ""


def _together(table: Table) -> Sequence[str] | None:
    """For each row a mark that it shares with those that stay in one split with it; None where every row is for itself."""
    return table.by_name[table.group].cells if table.group else alike(table)


def _split(table: Table, known: dict[str, np.ndarray], together: Sequence[str] | None, seed: int) -> tuple[np.ndarray, ...]:
    """Three disjoint arrays of rows, each with a label for every task. together: rows with equal marks stay in one of them."""
    rng = stream(seed, "split")
    for _try in range(1 if table.time else TRIES):
        if table.time:
            rows = _split_in_order(table.order())
        elif table.parts and not table.group:
            rows = _split_parts(table.by_name[table.parts].cells, together, rng)
        else:
            rows = split_rows(len(table), rng) if together is None else _split_groups(together, rng)
        if all(there[chosen].any() for there in known.values() for chosen in rows):
            return rows
    lacking = [table.by_name[name].title for name, there in known.items() if not all(there[chosen].any() for chosen in rows)]
    raise Invalid([Problem("split", _("should leave labels of every task in each of three parts"), ", ".join(lacking))])


def _split_parts(cells: Sequence[str], together: Sequence[str] | None, rng: np.random.Generator) -> tuple[np.ndarray, ...]:
    """Rows of several tables, each of which is split by itself, so that the tasks of each have a part in every split."""
    split = []
    for name in sorted(set(cells)):
        rows = np.flatnonzero(np.array(cells) == name)
        one = split_rows(len(rows), rng) if together is None else _split_groups([together[int(row)] for row in rows], rng)
        split.append([rows[chosen] for chosen in one])
    return tuple(rng.permutation(np.concatenate(parts)) for parts in zip(*split, strict=True))


def _split_in_order(times: np.ndarray) -> tuple[np.ndarray, ...]:
    """Rows in the order of times [N]: the first 60 % are trained on, the last 20 % are the test; equal times stay together."""
    order = np.argsort(times, kind="stable")
    ends = [np.searchsorted(times[order], times[order][int(share * len(times))]) for share in (0.6, 0.8)]
    return tuple(np.split(order, ends))


def _split_groups(cells: Sequence[str], rng: np.random.Generator) -> tuple[np.ndarray, ...]:
    """Rows of whole groups: those of the first groups in random order are trained on, until 60 % of the rows are reached."""
    names, group = np.unique(np.array(cells), return_inverse=True)
    sizes = np.bincount(group)
    order = rng.permutation(len(names))
    # The part that the middle of each group falls into.
    middle = (np.cumsum(sizes[order]) - sizes[order] / 2) / len(cells)
    part = np.empty(len(names), int)
    part[order] = np.digitize(middle, [0.6, 0.8])
    return tuple(rng.permutation(np.flatnonzero(part[group] == number)) for number in range(3))


def _probe(test: Part) -> Probe:
    """Test rows with what is known of them: NaN and −1 stand where a label is missing."""
    shown = test.take(np.arange(min(SHOWN, len(test))))
    targets = {
        name: np.where(shown.known[name], values, np.nan if values.dtype.kind == "f" else -1).astype(values.dtype)
        for name, values in shown.targets.items()
    }
    return Probe(shown.inputs, "rows", targets=targets)
