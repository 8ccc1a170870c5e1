"""Any table of OpenML by its number: its own target and one or two further columns, told from all the others. Real data."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from playground.basics.cards import Card
from playground.basics.errors import Invalid, Problem
from playground.basics.knobs import knob
from playground.basics.random_streams import stream
from playground.basics.words import N_, _
from playground.suites.base import Data, Part, Probe, Task, split_rows
from playground.suites.columns import standardised
from playground.suites.fetched import Fetched

MOST_ROWS = 10_000
"""Rows that are kept; of a larger table so many are drawn, always the same ones."""

FEWEST_ROWS = 20
"""A table with fewer rows is refused."""

MOST_COLUMNS = 60
"""A table with more columns is refused."""

MOST_LEVELS = 50
"""A column of words with more different ones is left out: it is a text or a name."""

LONGEST = 60
"""Letters of a name or a level that are kept."""


@dataclass(frozen=True)
class OpenMLColumn:
    """One column of a table of N rows.

    name: as the table has it.
    levels: the words of a column of words, in the order of their codes; () for numbers.
    values: [N] float64 with NaN where a number is missing, or int64 codes with −1 where a word is missing.
    """

    name: str
    levels: tuple[str, ...]
    values: np.ndarray

    @property
    def known(self) -> np.ndarray:
        """[N] whether there is a value."""
        return self.values >= 0 if self.levels else ~np.isnan(self.values)

    def features(self, train: np.ndarray) -> np.ndarray:
        """[N, F] float32 as inputs: one-hot words; a number in SD of the training rows, 0 and a mark where it is missing."""
        if self.levels:
            return (self.values[:, None] == np.arange(len(self.levels))).astype(np.float32)
        if not self.known[train].any():
            return self.known[:, None].astype(np.float32)
        scaled = np.nan_to_num(standardised(self.values, train))[:, None]
        return scaled if self.known.all() else np.hstack([scaled, ~self.known[:, None]]).astype(np.float32)


def columns_of(frame: Any) -> list[OpenMLColumn]:
    """The columns of a pandas frame that can be used, typed by the frame: categories, words and yes/no, or numbers.

    Left out are columns with one value only, and words with more than `MOST_LEVELS` different ones.
    """
    found = []
    for name in frame.columns:
        column = frame[name]
        if column.dtype.kind in "iuf":
            values = np.array(column.to_numpy(np.float64, na_value=np.nan))
            values[~np.isfinite(values)] = np.nan
            if len(np.unique(values[~np.isnan(values)])) >= 2:
                found.append(OpenMLColumn(str(name)[:LONGEST], (), values))
            continue
        words = [None if missing else str(value)[:LONGEST] for value, missing in zip(column, column.isna(), strict=True)]
        levels = tuple(sorted({word for word in words if word is not None}))
        if 2 <= len(levels) <= MOST_LEVELS:
            codes = {level: code for code, level in enumerate(levels)}
            found.append(
                OpenMLColumn(str(name)[:LONGEST], levels, np.array([-1 if word is None else codes[word] for word in words]))
            )
    return found


def packed(columns: Sequence[OpenMLColumn], target: str) -> dict[str, np.ndarray]:
    """Columns as plain arrays; `target` is the name of the one that the source calls the target."""
    arrays = {"names": np.array([column.name for column in columns]), "target": np.array(target[:LONGEST])}
    for number, column in enumerate(columns):
        arrays[f"values_{number}"] = column.values
        arrays[f"levels_{number}"] = np.array(column.levels, dtype=f"U{LONGEST}")
    return arrays


def unpacked(arrays: Mapping[str, np.ndarray]) -> tuple[list[OpenMLColumn], int]:
    """The columns in `packed` arrays, and which of them is the target."""
    names = [str(name) for name in arrays["names"]]
    columns = [
        OpenMLColumn(name, tuple(str(level) for level in arrays[f"levels_{number}"]), arrays[f"values_{number}"])
        for number, name in enumerate(names)
    ]
    return columns, names.index(str(arrays["target"]))


def short_names(titles: Iterable[str]) -> list[str]:
    """Identifiers for columns: small letters, digits and underscores, each once."""
    found: list[str] = []
    for title in titles:
        base = re.sub(r"[^a-z0-9]+", "_", title.lower()).strip("_")
        base = base if base[:1].isalpha() else f"column_{base}".strip("_")
        name, number = base, 2
        while name in found:
            name, number = f"{base}_{number}", number + 1
        found.append(name)
    return found


@dataclass(frozen=True)
class OpenML(Fetched):
    """A table of OpenML; the first task is its own target, the second and third are columns that a knob names by number.

    Columns are counted from 1 as the table has them, without those that cannot be used: constant ones, and words with more
    than 50 different ones. Words and categories are classes, numbers are regression tasks in standard deviations (SD) of
    the training rows. All other columns are inputs: words one-hot, numbers standardised, what is missing marked. A label
    that is missing is not learned from. The seed draws which rows are trained on (60 %), chosen by and tested on (20 % each).

    Source: Vanschoren et al., SIGKDD Explorations 2013; downloaded by `sklearn.datasets.fetch_openml`.
    """

    key = "openml"
    real = True
    tabular = True
    fresh = False
    defaults = {"steps": 500, "batch": 64, "rate": 0.001}
    card = Card(
        title=N_("OpenML by number"),
        idea=N_("Take any table of openml.org: tell its target, and one or two of its other columns, from all the rest."),
        paper="Vanschoren et al., SIGKDD Explorations 2013",
        link="https://www.openml.org",
        fails=N_("Columns are chosen by number, not by sense: one that nearly copies another makes its task too easy."),
        notes=N_(
            "At most 60 columns and 10,000 rows, drawn from larger tables; columns with one value or with over 50 words are "
            "left out. Numbers are in standard deviations of the training rows. Has to be downloaded once."
        ),
    )

    id: int = knob(
        1590,
        low=1,
        high=99_999,
        shapes=True,
        label=N_("Number of the table"),
        help=N_("The number of the data set on openml.org; 1590 asks who in a census earns more than 50,000 dollars a year."),
    )
    second: int = knob(
        6,
        low=0,
        high=MOST_COLUMNS,
        shapes=True,
        label=N_("Column of the second task"),
        help=N_("Its number among the columns, from 1; 0, and the number of the target, take the last column."),
    )
    third: int = knob(
        0,
        low=0,
        high=MOST_COLUMNS,
        shapes=True,
        label=N_("Column of the third task"),
        help=N_("Its number among the columns, from 1; 0 leaves it at two tasks."),
    )

    @property
    def stem(self) -> str:
        return f"{self.key}_{self.id}"

    @property
    def words(self) -> str:
        return f"{self.key} --set id={self.id}"

    def obstacle(self) -> str | None:
        try:
            columns, _target = unpacked(self.arrays())
        except Invalid as invalid:
            return invalid.problems[0].should
        if max(self.second, self.third) > len(columns):
            return _("should name columns by numbers up to {count}: so many has table {id}").format(
                count=len(columns), id=self.id
            )
        return None

    def tasks(self) -> tuple[Task, ...]:
        """Its tasks. Raises Invalid where `obstacle` has a sentence."""
        columns, chosen = self._chosen()
        return tuple(_task(columns[number], name) for number, name in chosen.items())

    def download(self, home: Path) -> dict[str, np.ndarray]:
        from sklearn.datasets import fetch_openml

        # The other parser stumbles over categories that are numbers (scikit-learn 1.9 with pandas 3).
        found = fetch_openml(data_id=self.id, as_frame=True, parser="liac-arff", data_home=str(home), n_retries=1)
        targets = list(found.target_names)
        if not targets:
            raise Invalid([Problem("id", _("should be a table that names its target"), self.id)])
        frame = found.frame
        if len(frame) < FEWEST_ROWS:
            raise Invalid(
                [Problem("id", _("should be a table of at least {count} rows").format(count=FEWEST_ROWS), len(frame))]
            )
        if frame.shape[1] > MOST_COLUMNS:
            should = _("should be a table of at most {count} columns").format(count=MOST_COLUMNS)
            raise Invalid([Problem("id", should, frame.shape[1])])
        kept = np.sort(stream(0, "rows").permutation(len(frame))[:MOST_ROWS])
        columns = columns_of(frame.iloc[kept])
        if len(columns) < 3 or targets[0][:LONGEST] not in [column.name for column in columns]:
            should = _("should have a target and two other columns that are numbers, or words of at most {count} sorts")
            raise Invalid([Problem("id", should.format(count=MOST_LEVELS), self.id)])
        return packed(columns, targets[0])

    def load(self, seed: int) -> Data:
        columns, chosen = self._chosen()
        count = len(columns[0].values)
        rows = split_rows(count, stream(seed, "split"))
        inputs = [column.features(rows[0]) for number, column in enumerate(columns) if number not in chosen]
        known = {name: columns[number].known for number, name in chosen.items()}
        targets = {name: _target(columns[number], rows[0]) for number, name in chosen.items()}
        table = Part(np.hstack(inputs), targets, known)
        train, validation, test = (table.take(part) for part in rows)
        truth = {name: _shown(values, test.known[name]) for name, values in test.targets.items()}
        return Data(train, validation, test, Probe(test.inputs, "rows", targets=truth))

    def _chosen(self) -> tuple[list[OpenMLColumn], dict[int, str]]:
        """The columns, and the names of those that are tasks by their place, the table's own target first."""
        if sentence := self.obstacle():
            raise Invalid([Problem("suite", sentence, self.key)])
        columns, target = unpacked(self.arrays())
        others = [number for number in range(len(columns)) if number != target]
        second = self.second - 1 if self.second - 1 in others else others[-1]
        third = self.third - 1 if self.third - 1 in others else second
        names = short_names(column.name for column in columns)
        return columns, {number: names[number] for number in (target, second, third)}


def _task(column: OpenMLColumn, name: str) -> Task:
    """The task of telling a column."""
    title = column.name.strip() or name
    if not column.levels:
        return Task(name, title, "regression", unit="SD")
    return Task(name, title, "binary" if len(column.levels) == 2 else "classes", classes=column.levels)


def _target(column: OpenMLColumn, train: np.ndarray) -> np.ndarray:
    """[N] what a task has to tell: codes, or numbers in SD of the training rows; 0 where it is missing."""
    if column.levels:
        return np.maximum(column.values, 0)
    return np.nan_to_num(standardised(column.values, train))


def _shown(values: np.ndarray, known: np.ndarray) -> np.ndarray:
    """`values` with NaN for numbers, and −1 for classes, that are not known."""
    return np.where(known, values, np.float32(np.nan) if values.dtype.kind == "f" else np.int64(-1))
