"""A table whose columns have a meaning: which are learned, which are read, and how its rows are split."""

from __future__ import annotations

import csv
import io
import json
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np

from playground.errors import Invalid, Problem, unknown
from playground.tables import values
from playground.tables.limits import LIMITS
from playground.tables.reader import Sheet
from playground.words import _

VERSION = 1
"""Version of the plain form of a table."""

LONGEST_TITLE = 60
"""Characters of a title or the name of a class that are shown."""

LEARNED = ("number", "category", "answer")
"""What a target can be."""


@dataclass(frozen=True)
class Column:
    """One column.

    name: identifier: lower-case letters, digits, underscores. title: its header as the table has it.
    kind: see `values.KINDS`. form: how dates are written in it, "" for other kinds.
    cells: [N] as the table has them.
    """

    name: str
    title: str
    kind: str
    cells: tuple[str, ...] = field(repr=False)
    form: str = ""

    @cached_property
    def empty(self) -> int:
        """How many cells say that there is nothing."""
        return sum(map(values.missing, self.cells))

    @cached_property
    def different(self) -> list[str]:
        """Its different cells, without those that say that there is nothing, sorted."""
        return sorted({cell for cell in self.cells if not values.missing(cell)})

    def strange(self, comma: bool) -> int:
        """How many cells hold something else than the kind says; they count as missing."""
        if self.kind == "number":
            known = np.isfinite(values.numbers(self.cells, comma))
        elif self.kind == "date":
            known = ~np.isnat(values.dates(self.cells, self.form))
        else:
            return 0
        return int((~known).sum()) - self.empty


@dataclass(frozen=True, eq=False)
class Table:
    """Columns with what they are, and what is done with them. Its rows are all there; unknown labels are allowed.

    name: of its file. comma: whether decimals stand behind a comma.
    targets: names of the columns to learn. group: name of the column by whose values rows are split, "" for single rows.
    Every other column that is not left out is an input.
    """

    name: str
    columns: tuple[Column, ...]
    comma: bool
    targets: tuple[str, ...] = ()
    group: str = ""

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
        problems = [
            unknown(self.by_name[name].title, kind, list(values.KINDS))
            for name, kind in kinds.items()
            if kind not in values.KINDS
        ]
        problems += [
            Problem(column.title, _("should hold two words such as yes and no"), ", ".join(column.different[:3]))
            for column in self.columns
            if kinds.get(column.name) == "answer" and values.answers(column.cells) is None
        ]
        if problems:
            raise Invalid(problems)
        changed = [
            replace(column, kind=kinds[column.name], form=_form(column.cells, kinds[column.name]))
            if kinds.get(column.name, column.kind) != column.kind
            else column
            for column in self.columns
        ]
        return replace(self, columns=tuple(changed))

    def learning(self, targets: Iterable[str], group: str = "") -> Table:
        """The same with these targets, split by this column; checked. Raises Invalid with every problem."""
        wanted = set(targets)
        table = replace(self, targets=tuple(name for name in self.by_name if name in wanted), group=group)
        if problems := table._problems():
            raise Invalid(problems)
        return table

    def _problems(self) -> list[Problem]:
        """Why the table cannot be learned from as it is."""
        problems: list[Problem] = []
        if not 1 <= len(self.targets) <= LIMITS.targets:
            should = _("should be between {low} and {high}").format(low=1, high=LIMITS.targets)
            problems.append(Problem("targets", should, len(self.targets)))
        for name in self.targets:
            problems += self._target_problems(self.by_name[name])
        if self.group:
            problems += self._group_problems()
        if not self.inputs:
            problems.append(Problem("inputs", _("should be at least {count}").format(count=1), 0))
        from playground.tables.features import width

        if not problems and (found := width(self) * len(self)) > LIMITS.numbers:
            should = _("should make at most {count} numbers of all rows; leave out columns with many categories or text")
            problems.append(Problem("inputs", should.format(count=f"{LIMITS.numbers:,}"), f"{found:,}"))
        return problems

    def _target_problems(self, column: Column) -> list[Problem]:
        where = column.title
        if column.name == self.group:
            return [Problem(where, _("should not be learned and split by at the same time"), where)]
        if column.kind not in LEARNED:
            kinds = _(", ").join(_(values.KINDS[kind]) for kind in LEARNED)
            should = _("should be one of {kinds} to be learned").format(kinds=kinds)
            return [Problem(where, should, _(values.KINDS[column.kind]))]
        labels, known = self.labels(column.name)
        if known.sum() < LIMITS.fewest:
            should = _("should have at least {count} labels to be learned").format(count=LIMITS.fewest)
            return [Problem(where, should, int(known.sum()))]
        different = len(np.unique(labels[known]))
        if different < 2:
            return [Problem(where, _("should have at least two different values to be learned"), different)]
        if column.kind != "number" and different > LIMITS.classes:
            should = _("should have at most {count} different values to be learned as a category").format(count=LIMITS.classes)
            return [Problem(where, should, different)]
        return []

    def _group_problems(self) -> list[Problem]:
        if self.group not in self.by_name:
            return [unknown("group", self.group, list(self.by_name))]
        groups = len(set(self.by_name[self.group].cells))
        if groups < 5:
            should = _("should have at least {count} different values to split rows by it").format(count=5)
            return [Problem(self.by_name[self.group].title, should, groups)]
        return []

    # --- reading ---------------------------------------------------------------------------------------------------

    def classes(self, name: str) -> tuple[str, ...]:
        """What a category's or an answer's labels 0, 1, … are called in the table."""
        column = self.by_name[name]
        if column.kind == "answer" and (found := values.answers(column.cells)) is not None:
            return found[1]
        different = column.different
        sizes = {cell: values.number(cell, self.comma) for cell in different}
        # Numbers by size, words by letters.
        return tuple(sorted(different, key=sizes.__getitem__) if np.isfinite(list(sizes.values())).all() else different)

    def labels(self, name: str) -> tuple[np.ndarray, np.ndarray]:
        """[N] labels of a target, float64 numbers or int64 classes, and [N] bool whether they are known."""
        column = self.by_name[name]
        if column.kind == "number":
            found = values.numbers(column.cells, self.comma)
            return np.nan_to_num(found), np.isfinite(found)
        places = {cell: place for place, cell in enumerate(self.classes(name))}
        if column.kind == "answer" and (answered := values.answers(column.cells)) is not None:
            found = answered[0]
        else:
            found = np.array([places.get(cell, -1) for cell in column.cells], np.int64)
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
            "columns": [{"name": one.name, "title": one.title, "kind": one.kind, "form": one.form} for one in self.columns],
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
            columns = tuple(
                Column(str(one["name"]), str(one["title"]), str(one["kind"]), tuple(column), str(one["form"]))
                for one, column in zip(plain["columns"], zip(*rows, strict=True), strict=True)
            )
            table = cls(str(plain["name"]), columns, bool(plain["comma"]))
            return table.learning([str(name) for name in plain["targets"]], str(plain["group"]))
        except (KeyError, TypeError, ValueError, csv.Error) as error:
            raise Invalid([Problem("table", _("should be a table as this program keeps it"), error)]) from None

    def canonical(self) -> str:
        """One text for equal tables, different for different ones."""
        return json.dumps(self.to_plain(), sort_keys=True) + "\n" + self.to_csv()


def table_of(sheet: Sheet) -> Table:
    """A sheet with the kinds that its columns most likely have; nothing is chosen to be learned."""
    comma = values.writes_commas(sheet.columns, sheet.separator)
    names = identifiers(sheet.titles)
    columns = []
    for name, title, cells in zip(names, sheet.titles, sheet.columns, strict=True):
        kind = values.guess(title, cells, comma)
        columns.append(Column(name, title, kind, cells, _form(cells, kind)))
    return Table(sheet.name, tuple(columns), comma)


def chosen(table: Table, targets: str, types: str = "", group: str = "") -> Table:
    """A table with what a command says of it: columns by header or name, with commas between them.

    Raises Invalid with every problem.
    """
    problems: list[Problem] = []

    def named(where: str, word: str) -> str:
        name = table.find(word)
        if name is None:
            problems.append(unknown(where, word, [column.title for column in table.columns]))
        return name or ""

    kinds = {}
    for part in filter(None, types.split(",")):
        word, sign, kind = part.rpartition("=")
        if sign:
            kinds[named("--types", word)] = kind.strip()
        else:
            problems.append(Problem("--types", _("should look like column=type"), part))
    names = [named("--targets", word) for word in targets.split(",") if word.strip()]
    if not names and not problems:
        titles = ", ".join(column.title for column in table.columns)
        problems.append(Problem("--targets", _("should name one column or several of {titles}").format(titles=titles), targets))
    by = named("--split-by", group) if group else ""
    if problems:
        raise Invalid(problems)
    return table.typed(kinds).learning(names, by)


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


def _form(cells: Sequence[str], kind: str) -> str:
    return (values.date_form(cells) or values.DATES[0]) if kind == "date" else ""
