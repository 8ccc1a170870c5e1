"""What a table of the course is: a file ``tables/tNN_name.py`` with one `TABLE` that says what is trained and what is shown."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from playground.course.measured.figure import found
from playground.experiment import CHOICES, Experiment
from playground.experiment.choice_text import changes_of
from playground.presets import presets

FOLDER = Path(__file__).parent.parent / "tables"

SHOWN = ("gain", "score", "baseline", "count", "number", "text")
"""What a column may show: a gain with its interval, a mean score of the run or of its baseline, numbers, words."""


@dataclass(frozen=True)
class Row:
    """One row: an experiment, or words alone.

    key: by which sentences name it. title: marked with `N_`.
    preset, set: the experiment, and what is changed in it as `--set` does; "" for a row of words.
    task: the task that a column "it" is about, for tables over several suites.
    seeds: how many, where it is not the table's number. notes: words by column, marked with `N_`.
    """

    key: str
    title: str
    preset: str = ""
    set: Mapping[str, Any] = field(default_factory=dict)
    task: str = ""
    seeds: int | None = None
    notes: Mapping[str, str] = field(default_factory=dict)

    @property
    def experiment(self) -> Experiment:
        """What it trains."""
        changes: dict[str, Any] = {}
        for name, value in self.set.items():
            changes |= changes_of(name, value) if name in CHOICES else {name: value}
        return presets()[self.preset].experiment.set(**changes)


@dataclass(frozen=True)
class Column:
    """One column. key: of what is measured: a task, "delta_m", "it", "shared" …; show: one of `SHOWN`; digits: of a number."""

    key: str
    title: str
    show: str = "gain"
    digits: int = 1


@dataclass(frozen=True)
class Table:
    """A table.

    seeds: how many each row is trained with; 0 where only modules are counted.
    number: as the lecture counts. title, about: marked with `N_`; about says what has to be known to read it.
    measure: further numbers of a row, of its result (`playground.runs.results.headless.Result`).
    """

    number: int
    title: str
    rows: tuple[Row, ...]
    columns: tuple[Column, ...]
    seeds: int = 10
    about: str = ""
    measure: Callable[[Row, Any], Mapping[str, Any]] | None = None

    @property
    def trains(self) -> bool:
        """Whether any row is an experiment."""
        return any(row.preset for row in self.rows)

    @property
    def command(self) -> str:
        """What records it."""
        return f"python -m playground course --record {self.number}" if self.trains else ""

    def mark(self) -> str:
        """A text that changes when what is trained changes."""
        said = [[row.key, row.experiment.to_dict(), len(self.seeds_of(row))] for row in self.rows if row.preset]
        return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:16]

    def row(self, key: str) -> Row:
        """A row by its key."""
        return next(row for row in self.rows if row.key == key)

    def seeds_of(self, row: Row) -> range:
        """The seeds that a row is trained with."""
        return range(self.seeds and (row.seeds or self.seeds))


@cache
def tables() -> dict[int, Table]:
    """Every table by its number."""
    return dict(sorted((one.number, one) for one in found(FOLDER, "t", "TABLE", Table)))
