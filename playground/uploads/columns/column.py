"""One column of a table: its cells as they stand, and how they are understood."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np

from playground.basics.errors import Problem, unknown
from playground.basics.words import _
from playground.uploads.columns import multilabel, scales, times, values
from playground.uploads.columns.guess import comma_of
from playground.uploads.columns.values import PLAINLY, Reading

ORDERED, NEXT = ":", "\x1f"
"""What stands between "ordinal" and an order of classes, and between these where "<" may be a part of them."""


@dataclass(frozen=True)
class Column:
    """One column.

    name: identifier: lower-case letters, digits, underscores. title: its header as the table has it.
    kind: see `values.KINDS`. form: how dates are written in it, "" for other kinds.
    cells: [N] as the table has them. reading: how they are understood.
    why: why it is of this kind, a key of `decisions.REASONS`. otherwise: its kind if it were not left out.
    order: its different cells from the least to the greatest, where the kind is "ordinal"; () for other kinds.
    odd: what a person may be asked about, see `guess.Guess`; known only as long as the file is there.
    """

    name: str
    title: str
    kind: str
    cells: tuple[str, ...] = field(repr=False)
    form: str = ""
    reading: Reading = PLAINLY
    why: str = ""
    otherwise: str = field(default="", compare=False)
    odd: Mapping[str, Mapping[str, int]] = field(default_factory=dict, compare=False, repr=False)
    order: tuple[str, ...] = ()

    @cached_property
    def plain(self) -> tuple[str, ...]:
        """[N] cells as they are understood: "" where they say nothing, numbers without what else stands beside them."""
        return self.reading.plain(self.cells, self.kind == "number")

    @cached_property
    def empty(self) -> int:
        """How many cells say that there is nothing."""
        return self.plain.count("")

    @cached_property
    def different(self) -> list[str]:
        """Its different cells, without those that say that there is nothing, sorted."""
        return sorted(set(self.plain) - {""})

    @cached_property
    def numbers(self) -> np.ndarray:
        """[N] float64; NaN where a cell holds no number."""
        return values.numbers(self.plain, self.reading.comma)

    @cached_property
    def days(self) -> np.ndarray:
        """[N] datetime64[s]; NaT where a cell holds no date of its form."""
        return times.dates(self.plain, self.form)

    @property
    def known(self) -> np.ndarray:
        """[N] bool: whether a cell says something that its kind can hold."""
        if self.kind == "number":
            return np.isfinite(self.numbers)
        if self.kind == "date":
            return ~np.isnat(self.days)
        return np.array([cell != "" for cell in self.plain])

    @cached_property
    def strange(self) -> int:
        """How many cells hold something else than the kind says; they count as missing."""
        return len(self.cells) - int(self.known.sum()) - self.empty

    def yes_no(self) -> tuple[np.ndarray, tuple[str, str]] | None:
        """[N] 1 for yes, 0 for no, −1 for neither, and its words for no and yes; None where it does not use such words."""
        return values.parse_yes_no(self.plain)

    def to_plain(self) -> dict[str, Any]:
        """Everything but the cells, as plain values."""
        names = ("name", "title", "kind", "form", "why")
        reading = {name: value for name, value in asdict(self.reading).items() if value}
        order = {"order": list(self.order)} if self.order else {}
        return {name: getattr(self, name) for name in names} | {"reading": reading} | order

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any], cells: tuple[str, ...], comma: bool) -> Column:
        """The column of its plain form; raises KeyError, TypeError or ValueError for what is none.

        comma: of its table, for columns that were kept before each had a reading of its own.
        """
        told = plain.get("reading")
        lists = {name: tuple(map(str, (told or {}).get(name, ()))) for name in ("missing", "kept", "units")}
        own = bool(told.get("comma", False)) if told is not None else comma
        reading = Reading(own, mark=str((told or {}).get("mark", "")), **lists)
        name, title, kind = (str(plain[name]) for name in ("name", "title", "kind"))
        order = tuple(map(str, plain.get("order", ())))
        return cls(name, title, kind, cells, str(plain["form"]), reading, str(plain.get("why", "")), order=order)


def shaped(column: Column) -> Column:
    """The column as one of several labels in a cell, or of classes in an order, where it most likely is that."""
    if multilabel.guess(column.plain, column.kind) == "labels":
        return replace(column, kind="labels", why="labels", otherwise="")
    if scales.guess(column.title, column.different, column.kind, column.reading.comma) == "ordinal":
        return replace(column, kind="ordinal", why="scale", order=scales.order(column.different, column.reading.comma))
    return column


def as_kind(column: Column, kind: str) -> Column | Problem:
    """The column as a person says that it is, or why it cannot be that; "ordinal:low<middle<high" says an order too."""
    kind, told, steps = kind.partition(ORDERED)
    if kind not in values.KINDS:
        return unknown(column.title, kind, list(values.KINDS))
    if kind == column.kind and not told:
        return column
    changed = replace(column, kind=kind, form="", why="said", otherwise="", order=())
    if kind == "ordinal":
        order = tuple(step.strip() for step in steps.split(NEXT if NEXT in steps else "<")) if told else ()
        changed = replace(changed, order=order or scales.order(changed.different, column.reading.comma))
    if kind in ("ordinal", "labels") and (problems := _problems_of_kind(changed)):
        return problems[0]
    if kind == "answer" and changed.yes_no() is None:
        return Problem(column.title, _("should hold two words such as yes and no"), ", ".join(column.different[:3]))
    if kind == "number":
        there = [cell for cell in column.plain if cell]
        changed = replace(changed, reading=replace(column.reading, comma=comma_of(there, column.reading.comma)))
    if kind == "date":
        there = [cell for cell in column.plain if cell]
        changed = replace(changed, form=times.date_form(there, 0.0) or times.DATES[0])
    if kind in ("number", "date") and not changed.known.any():
        should = {"number": _("should hold at least one number"), "date": _("should hold at least one date")}[kind]
        return Problem(column.title, should, ", ".join(column.different[:3]))
    return changed


def _problems_of_kind(column: Column) -> list[Problem]:
    """Why a column cannot be what it is said to be."""
    if column.kind == "labels" and not multilabel.separator(column.plain):
        should = _("should hold several labels in a cell, with ; or | or a comma between them")
        return [Problem(column.title, should, ", ".join(column.different[:3]))]
    if column.kind == "ordinal" and sorted(column.order) != column.different:
        should = _(
            "should name each of its classes once, from the least to the greatest: --types column=ordinal:low<middle<high"
        )
        return [Problem(column.title, should, "<".join(column.order) or ", ".join(column.different[:5]))]
    return []
