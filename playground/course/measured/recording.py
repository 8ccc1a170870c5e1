"""The runs behind the tables: trained by one command, kept beside the code with its fingerprint, read by pages and lessons."""

from __future__ import annotations

import json
import math
import platform
import time
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from playground.basics.diagram import Diagram
from playground.basics.files import write_whole
from playground.basics.words import language
from playground.code_version import fingerprint
from playground.course.measured.table import Row, Table, tables
from playground.experiment import Experiment, Run
from playground.measures import measure
from playground.runs.precomputed import recorded
from playground.runs.results.comparison import Comparison
from playground.runs.results.history import History
from playground.statistics.differences import MEAN, Difference, signed

FOLDER = Path(__file__).parent.parent / "recorded"
DELTA = "delta_m"
"""The mean gain over tasks, as sentences and columns name it."""

Cells = dict[str, dict[str, Any]]
"""For each row, by key, what was measured."""


@dataclass(frozen=True)
class Recorded:
    """What a table's runs gave.

    code: fingerprint of the code that trained. mark: of what was to be trained, see `Table.mark`.
    cells: for each row and task (and `DELTA`) mean, low, high, verdict, count, score, baseline; and plain numbers.
    seconds: how long it took. versions: of what may move a number.
    """

    code: str = ""
    mark: str = ""
    command: str = ""
    seconds: float = 0.0
    versions: dict[str, str] = field(default_factory=dict)
    cells: Cells = field(default_factory=dict)


def place(number: int) -> Path:
    """The file of a table."""
    return FOLDER / f"t{number:02}.json"


@cache
def read(number: int) -> Recorded:
    """What was recorded for a table; the empty one where nothing was."""
    try:
        return Recorded(**json.loads(place(number).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return Recorded()


def cells(number: int) -> Cells:
    """What was measured for each row of a table; {} where nothing was recorded."""
    return read(number).cells


def current(table: Table) -> bool:
    """Whether its numbers are what this code gives for what the table says."""
    one = read(table.number)
    return not table.trains or (one.code == fingerprint() and one.mark == table.mark())


def record(table: Table) -> Recorded:
    """Train what a table needs and write it."""
    begun = time.process_time()
    measured = measured_cells(table)
    versions = {"python": platform.python_version(), **{name: version(name) for name in ("torch", "numpy", "scikit-learn")}}
    seconds = round(time.process_time() - begun, 1)
    one = Recorded(fingerprint(), table.mark(), table.command, seconds, versions, measured)
    write_whole(place(table.number), json.dumps(vars(one), ensure_ascii=False, indent=1, sort_keys=True) + "\n")
    read.cache_clear()
    return one


def measured_cells(table: Table) -> Cells:
    """Train (or find among recorded runs) what a table needs, and measure it."""
    # Imported late: a page that only shows numbers does not wait for what trains.
    from playground.runs.results.headless import Result, train_all

    plans = {row.key: _plan(row, table) for row in table.rows if row.preset}
    wanted = list(dict.fromkeys(run for own, against in plans.values() for run in (*own, *against)))
    histories: dict[Run, History] = {run: one for run in wanted if (one := _kept(run)) is not None}
    histories |= train_all([run for run in wanted if run not in histories])
    found = {}
    for row in table.rows:
        if row.preset:
            own, against = plans[row.key]
            result = Result(row.experiment, [histories[run] for run in own], [histories[run] for run in against])
            found[row.key] = _measured(row, result, table)
    return found


def _plan(row: Row, table: Table) -> tuple[list[Run], list[Run]]:
    """The runs of a row and its baselines."""
    seeds = table.seeds_of(row)
    trainings, baselines = row.experiment.trainings(), row.experiment.baselines()
    return [Run(one, seed) for one in trainings for seed in seeds], [Run(one, seed) for one in baselines for seed in seeds]


def _kept(run: Run) -> History | None:
    """A run that this code recorded for the pages."""
    return recorded.find(run) if recorded.code_of(run) == fingerprint() else None


def _measured(row: Row, result: Any, table: Table) -> dict[str, Any]:
    """Everything that a row may show."""
    drawn = diagram(row.experiment.to_dict())
    told: dict[str, Any] = _compared(row, result.comparison) if result.runs else {}
    told |= {"shared": drawn.shared(), "parameters": sum(box.parameters for box in drawn.boxes)}
    return told | dict(table.measure(row, result) if table.measure is not None else {})


def _compared(row: Row, comparison: Comparison) -> dict[str, Any]:
    """For each task of a row, and Δm, what may be said of its gain, and both scores."""
    told: dict[str, Any] = {}
    for task in row.experiment.the_tasks:
        found = comparison.differences.get(task.name)
        told[task.name] = (_plain(found) if found is not None else {"missing": comparison.missing.get(task.name, "")}) | {
            "score": _rounded(comparison.column("score", task.name).mean),
            "baseline": _rounded(comparison.column("baseline", task.name).mean),
            "unit": measure(task).unit,
            "higher": measure(task).higher_is_better,
        }
    if MEAN in comparison.differences:
        told[DELTA] = _plain(comparison.differences[MEAN])
    return told | {"it": told.get(row.task) or told.get(DELTA)}


def _plain(one: Difference) -> dict[str, Any]:
    """A difference as it is kept: what it says, and its text."""
    kept = {
        name: value for name, value in one.to_dict().items() if name in ("mean", "low", "high", "verdict", "count", "failed")
    }
    rounded = {name: _rounded(value) if isinstance(value, float) else value for name, value in kept.items()}
    digits = one.digits(1)
    return rounded | {"text": signed(one.mean, digits), "interval": one.interval(1) if one.known else ""}


def _rounded(value: float) -> float | None:
    return float(f"{value:.5g}") if math.isfinite(value) else None


def diagram_of(number: int, row: str) -> Diagram:
    """The network that a row of a table trains, as its module draws it."""
    return diagram(tables()[number].row(row).experiment.to_dict())


def diagram(values: dict[str, Any]) -> Diagram:
    """The network of an experiment, given as `Experiment.to_dict` writes it."""
    return _diagram(json.dumps(values, sort_keys=True), language())


@cache
def _diagram(written: str, _language: str) -> Diagram:
    """Kept for each language, as its boxes have names."""
    from playground.training.fleet.network import draw

    return draw(Experiment.from_dict(json.loads(written)))
