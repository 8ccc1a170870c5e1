"""The records of a run as columns that grow by what is new, shared by all who look at it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, cast

import numpy as np

from playground.figures.network.uses import NAMES as NAMES_DRAWN
from playground.figures.steps.pairs import MOST_PAIRS
from playground.runs.results.history import conditions
from playground.runs.results.records import Changed, Kept, Learned, Measured, Scored
from playground.training.observing.events import Record

MOST_LEARNED = 400
"""Numbers of one thing that was learned; more are not sent."""

Column = list[Any]
NAMES = ("step", "loss", "weight", "norm", "cosine", "conflict", "condition")
"""Columns of measured steps; below, T is the number of tasks.

step: a number. loss, weight, norm: [T]. cosine: [T (T − 1) / 2], pairs in the order (0, 1), (0, 2), …, (1, 2), ….
norm, cosine: None where gradients were not measured. conflict: the share of pairs below zero over all steps so far, 0 to 1;
condition: of the Gramian; both None like the cosines.
"""


class Columns:
    """What was recorded of one run so far.

    rows: by name of `NAMES` one entry a measured step.
    scored: [step, [T] scores] of each look at validation data.
    changed: [step, what] wherever somebody turned a knob.
    learned: [step, values] of what its strategy learned to share, as far as the drawing of the network shows it.
    pictured: places in the records of what the model said about its probe. kept: [T] the steps that were kept, at the end.
    """

    def __init__(self, tasks: int):
        self.tasks = tasks
        self.rows: dict[str, Column] = {name: [] for name in NAMES}
        self.scored: list[tuple[int, list[float | None]]] = []
        self.changed: list[tuple[int, dict[str, Any]]] = []
        self.kept: list[int] | None = None
        self.learned: list[tuple[int, dict[str, Any]]] = []
        self.pictured: list[int] = []
        self.taken = 0
        self._opposed = self._pairs = 0

    def __len__(self) -> int:
        return len(self.rows["step"])

    def take(self, records: Sequence[Record]) -> None:
        """Read on in a run's records, which only ever grow."""
        end = len(records)
        for place, record in enumerate(records[self.taken : end], self.taken):
            match record["kind"]:
                case "measured":
                    self._measure(cast(Measured, record))
                case "scored":
                    self._score(cast(Scored, record))
                case "changed":
                    changed = cast(Changed, record)
                    self.changed.append((changed["step"], changed["what"]))
                case "learned":
                    self._learn(cast(Learned, record))
                case "pictured":
                    self.pictured.append(place)
                case "kept":
                    self.kept = list(cast(Kept, record)["steps"])
        self.taken = end

    def _score(self, record: Scored) -> None:
        if record["split"] == "validation":
            self.scored.append((record["step"], rounded(record["scores"])))

    def _learn(self, record: Learned) -> None:
        if not record.get("kept") and (found := _drawn(record["values"])):
            self.learned.append((record["step"], found))

    def _measure(self, record: Measured) -> None:
        rows = self.rows
        rows["step"].append(record["step"])
        rows["loss"].append(rounded(record["losses"]))
        rows["weight"].append(rounded(record["weights"]))
        rows["norm"].append(None if record["norms"] is None else rounded(record["norms"]))
        pairs = conflict = condition = None
        if record["cosines"] is not None and self.tasks > 1:
            cosines = np.array(record["cosines"], float)
            values = cosines[np.triu_indices(self.tasks, 1)]
            self._opposed, self._pairs = self._opposed + int((values < 0).sum()), self._pairs + len(values)
            # Of very many pairs the figure is drawn here, see `playground.live.content.told`.
            pairs = rounded(values.tolist()) if len(values) <= MOST_PAIRS else None
            conflict = rounded([self._opposed / self._pairs])[0]
            found = conditions(np.array([record["norms"]], float), cosines[None])
            condition = rounded(found.tolist())[0]
        rows["cosine"].append(pairs)
        rows["conflict"].append(conflict)
        rows["condition"].append(condition)

    def part(self, start: int, most: int | None = None) -> dict[str, Column]:
        """The rows from `start` on; evenly thinned to about `most`, the first and the last among them."""
        count = len(self) - start
        if most is None or count <= most:
            return {name: column[start:] for name, column in self.rows.items()}
        places = np.unique(np.linspace(start, len(self) - 1, most).round().astype(int)).tolist()
        return {name: [column[place] for place in places] for name, column in self.rows.items()}


def _drawn(values: dict[str, Any]) -> dict[str, Any]:
    """What the drawing shows of what was learned; without what is too much to send."""
    found = {name: np.array(values[name], float) for name in NAMES_DRAWN if name in values}
    return {name: _short(one.tolist()) for name, one in found.items() if one.size <= MOST_LEARNED}


def _short(value: Any) -> Any:
    """Nested lists with three significant digits, which is more than a line's thickness shows."""
    if isinstance(value, list):
        return [_short(one) for one in value]
    return float(f"{value:.3g}") if math.isfinite(value) else None


def rounded(values: Sequence[float | None]) -> list[float | None]:
    """Six significant digits, as charts are drawn in single precision; None for what is no number."""
    return [float(f"{value:.6g}") if value is not None and math.isfinite(value) else None for value in values]
