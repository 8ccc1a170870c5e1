"""A table whose columns have a meaning: which are learned, which are read, and how its rows are split."""

from __future__ import annotations

import csv
import io
import json
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from playground.basics.errors import Invalid, Problem
from playground.basics.words import _
from playground.uploads.columns import checks, multilabel, values
from playground.uploads.columns.choices import NOTHING, Choices
from playground.uploads.columns.column import Column, as_kind, shaped
from playground.uploads.columns.guess import guess
from playground.uploads.columns.totals import totals
from playground.uploads.reading.reader import Sheet

VERSION = 1
"""Version of the plain form of a table."""

LONGEST_TITLE = 60
"""Characters of a title or the name of a class that are shown."""


@dataclass(frozen=True, eq=False)
class Table:
    """Columns with what they are, and what is done with them. Its rows are all there; unknown labels are allowed.

    name: of its file. comma: whether decimals stand behind a comma.
    targets: names of the columns to learn. group: name of the column by whose values rows are split, "" for single rows.
    time: name of the column in whose order rows are split: the first ones are learned from, the last ones are the test.
    parts: name of the column that says which of several joined tables a row is from, "" for a table alone.
    Every other column that is not left out is an input.
    """

    name: str
    columns: tuple[Column, ...]
    comma: bool
    targets: tuple[str, ...] = ()
    group: str = ""
    time: str = ""
    parts: str = ""

    def __len__(self) -> int:
        return len(self.columns[0].cells)

    @cached_property
    def by_name(self) -> Mapping[str, Column]:
        """Its columns by name."""
        return {column.name: column for column in self.columns}

    @property
    def inputs(self) -> tuple[Column, ...]:
        """The columns that a network reads."""
        return tuple(
            column
            for column in self.columns
            if column.kind != "out" and column.name not in self.targets and column.name != self.group
        )

    def find(self, word: str) -> str | None:
        """Name of the column that a person calls by its name or its title; None for none."""
        word = " ".join(word.split())
        return next((column.name for column in self.columns if word in (column.name, column.title)), None)

    # --- choosing --------------------------------------------------------------------------------------------------

    def typed(self, kinds: Mapping[str, str]) -> Table:
        """The same with other kinds for some columns, by name."""
        changed = [as_kind(column, kinds.get(column.name, column.kind)) for column in self.columns]
        if problems := [one for one in changed if isinstance(one, Problem)]:
            raise Invalid(problems)
        return replace(self, columns=tuple(one for one in changed if isinstance(one, Column)))

    def unfolded(self) -> Table:
        """The same with a column of yes and no for each label of the columns that hold several; targets as they were."""
        folded = {column.name: multilabel.parse_labels(column.plain) for column in self.columns if column.kind == "labels"}
        if not folded:
            return self
        new = [
            (name, f"{self.by_name[name].title}: {label}", cells) for name, labels in folded.items() for label, cells in labels
        ]
        kept = [column for column in self.columns if column.name not in folded]
        names = identifiers([column.name for column in kept] + [title for _name, title, _cells in new])[len(kept) :]
        columns = [
            Column(name, title, "answer", cells, why="label") for name, (_old, title, cells) in zip(names, new, strict=True)
        ]
        targets = [name for name in self.targets if name not in folded]
        targets += [name for name, (old, _title, _cells) in zip(names, new, strict=True) if old in self.targets]
        return replace(self, columns=(*kept, *columns), targets=tuple(targets))

    def rows_of(self) -> dict[str, int]:
        """How many rows each of the joined tables has; nothing for a table alone."""
        return dict(Counter(self.by_name[self.parts].cells)) if self.parts else {}

    def learning(self, targets: Iterable[str], group: str = "", time: str = "") -> Table:
        """The same with these targets, split by this column or in the order of this time; checked.

        A target that was left out by itself is taken for what it otherwise is. Raises Invalid with every problem.
        """
        wanted = set(targets)
        again = {one.name: one.otherwise for one in self.columns if one.name in wanted and one.kind == "out" and one.otherwise}
        table = self.typed(again) if again else self
        table = replace(table, targets=tuple(name for name in self.by_name if name in wanted), group=group, time=time)
        table = table.unfolded()
        if problems := checks.problems(table):
            raise Invalid(problems)
        return table

    # --- reading ---------------------------------------------------------------------------------------------------

    def order(self) -> np.ndarray:
        """[N] float64 times of the rows: seconds or numbers of the column `time`, the earliest one where it says nothing."""
        column = self.by_name[self.time]
        if column.kind == "date" or (column.kind == "out" and column.form):
            found = np.where(np.isnat(column.days), np.nan, column.days.astype("int64").astype(float))
        else:
            found = column.numbers
        return np.where(np.isfinite(found), found, np.nanmin(found) if np.isfinite(found).any() else 0.0)

    def classes(self, name: str) -> tuple[str, ...]:
        """What a category's or an answer's labels 0, 1, … are called in the table."""
        column = self.by_name[name]
        if column.kind == "ordinal":
            return column.order
        if column.kind == "answer" and (found := column.yes_no()) is not None:
            return found[1]
        different = column.different
        sizes = {cell: values.number(cell, column.reading.comma) for cell in different}
        # Numbers by size, words by letters.
        return tuple(sorted(different, key=sizes.__getitem__) if np.isfinite(list(sizes.values())).all() else different)

    def labels(self, name: str) -> tuple[np.ndarray, np.ndarray]:
        """[N] labels of a target, float64 numbers or int64 classes, and [N] bool whether they are known."""
        column = self.by_name[name]
        if column.kind == "number":
            return np.nan_to_num(column.numbers), np.isfinite(column.numbers)
        places = {cell: place for place, cell in enumerate(self.classes(name))}
        if column.kind == "answer" and (answered := column.yes_no()) is not None:
            found = answered[0]
        else:
            found = np.array([places.get(cell, -1) for cell in column.plain], np.int64)
        return np.maximum(found, 0), found >= 0

    def budget(self) -> dict[str, int]:
        """Steps and batch that suit its rows: a hundred looks at each row of a small table, fewer of a large one."""
        batch = next((size for size in (16, 32, 64) if len(self) < 16 * size), 128)
        return {"steps": min(max(100 * len(self) // batch, 300), 1500), "batch": batch}

    # --- plain forms -----------------------------------------------------------------------------------------------

    def to_plain(self) -> dict[str, Any]:
        """Everything but the cells, as plain values."""
        return {
            "version": VERSION,
            "name": self.name,
            "comma": self.comma,
            "targets": list(self.targets),
            "group": self.group,
            "time": self.time,
            "parts": self.parts,
            "columns": [one.to_plain() for one in self.columns],
        }

    def to_csv(self) -> str:
        """The cells, a line a row, without a header: what `from_plain` reads, not for spreadsheets."""
        out = io.StringIO()
        csv.writer(out, lineterminator="\n").writerows(zip(*(column.cells for column in self.columns), strict=True))
        return out.getvalue()

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any], cells: str) -> Table:
        """The table of both plain forms; raises Invalid if they are not what they should be."""
        try:
            if plain["version"] != VERSION:
                raise ValueError(plain["version"])
            rows = list(csv.reader(io.StringIO(cells, newline="")))
            comma = bool(plain["comma"])
            columns = tuple(
                Column.from_plain(one, cells, comma)
                for one, cells in zip(plain["columns"], zip(*rows, strict=True), strict=True)
            )
            table = cls(str(plain["name"]), columns, comma, parts=str(plain.get("parts", "")))
            targets, time = [str(name) for name in plain["targets"]], str(plain.get("time", ""))
            return table.learning(targets, str(plain["group"]), time)
        except (AttributeError, KeyError, TypeError, ValueError, csv.Error) as error:
            raise Invalid([Problem("table", _("should be a table as this program keeps it"), error)]) from None

    def canonical(self) -> str:
        """One text for equal tables, different for different ones."""
        return json.dumps(self.to_plain(), sort_keys=True) + "\n" + self.to_csv()


def table_of(sheet: Sheet, choices: Choices = NOTHING) -> Table:
    """A sheet with the kinds that its columns most likely have, or that are chosen; nothing is chosen to be learned."""
    names = identifiers(sheet.titles)
    gone = frozenset() if choices.totals else frozenset(totals(sheet))
    cut = [tuple(cell for row, cell in enumerate(cells) if row not in gone) if gone else cells for cells in sheet.columns]
    comma = values.writes_commas(cut, sheet.separator)
    columns = []
    for name, title, cells in zip(names, sheet.titles, cut, strict=True):
        told = choices.missing.get(name, ()), choices.kept.get(name, ())
        found = guess(title, cells, comma, title in sheet.nameless, *told)
        column = Column(name, title, found.kind, cells, found.form, found.reading, found.why, found.otherwise, found.odd)
        # Which table a row is from is nothing to be read.
        columns.append(replace(column, kind="out", why="parts", otherwise="") if title == sheet.parts else shaped(column))
    parts = names[sheet.titles.index(sheet.parts)] if sheet.parts else ""
    return Table(sheet.name, tuple(columns), comma, parts=parts)


def identifiers(titles: Sequence[str]) -> list[str]:
    """For each title a name of lower-case letters, digits and underscores that no other one has."""
    taken: list[str] = []
    for number, title in enumerate(titles, start=1):
        plain = unicodedata.normalize("NFKD", title.casefold()).encode("ascii", "ignore").decode()
        name = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[:30].strip("_")
        if not name or not name[0].isalpha():
            name = f"column_{number}" if not name else f"c_{name}"
        free, count = name, 2
        while free in taken:
            free, count = f"{name}_{count}", count + 1
        taken.append(free)
    return taken


def short(text: str) -> str:
    """A title or the name of a class, cut where it is very long."""
    return text if len(text) <= LONGEST_TITLE else text[: LONGEST_TITLE - 1] + "…"
