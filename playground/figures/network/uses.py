"""How much a line of a network's picture carries: where that stands in what a strategy learned, and what it comes to.

`uses` reads it from the diagram, by the names that strategies give to their boxes; so one line has one place in what was
learned, here and in the browser (playground/ui/charts/uses.js), which moves the lines while a run goes on.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from playground.basics.diagram import Box, Diagram

Learned = Mapping[str, Any]
"""What a strategy learned in one run at one step, by name: nested lists, see `playground.sharing.base.Trunk.learned`."""

NAMES = ("distance", "singular", "gate", "mix", "alpha", "beta", "open", "size")
"""What is read of it."""


@dataclass(frozen=True)
class Use:
    """Where the thickness of a line stands.

    kind: "share" (a part of one), "size" (a coefficient, by its size), "halves" (the coefficients of both halves of two tasks),
    or "tie" (from the distance of two towers). name: as the strategy calls it; of a tie, the first that is there of `TIES`.
    at: indices.
    """

    kind: str
    name: str
    at: tuple[int, ...]

    def plain(self) -> list[Any]:
        """As a script is told it."""
        return [self.kind, self.name, list(self.at)]


def uses(diagram: Diagram) -> dict[str, Use]:
    """By the name of each line that carries more or less: `SOURCE>READER`, `UNIT:TASK>TASK` inside a unit, `tie:BOX>BOX`."""
    found: dict[str, Use] = {}
    for box in diagram.boxes:
        if box.kind == "mix":
            found |= _of_unit(box, diagram)
    columns = sorted({box.column for tie in diagram.ties for box in diagram.boxes if box.name == tie.first})
    boxes = {box.name: box for box in diagram.boxes}
    for tie in diagram.ties:
        first, second = boxes[tie.first], boxes[tie.second]
        pair = (diagram.tasks.index(first.tasks[0]), diagram.tasks.index(second.tasks[0]))
        found[f"tie:{tie.first}>{tie.second}"] = Use("tie", "distance", (columns.index(first.column), *pair))
    return found


def _of_unit(box: Box, diagram: Diagram) -> dict[str, Use]:
    """The lines into a unit, or inside it."""
    tasks, (kind, _dot, rest) = diagram.tasks, box.name.partition(".")
    if kind == "gate":
        return _of_gate(box, rest, diagram)
    if kind in ("stitch", "sluice") and rest.isdecimal():
        how, name = ("size", "mix") if kind == "stitch" else ("halves", "alpha")
        pairs = ((i, j) for i in range(len(tasks)) for j in range(len(tasks)))
        return {f"{box.name}:{tasks[j]}>{tasks[i]}": Use(how, name, (int(rest), i, j)) for i, j in pairs}
    if kind == "skip" and rest in tasks:
        levels = {source: int(source.rpartition(".")[2]) for source in box.reads}
        return {f"{source}>{box.name}": Use("size", "beta", (tasks.index(rest), at)) for source, at in levels.items()}
    for part, how, name in ((".mask.", "share", "open"), (".adapter.", "size", "size"), (".lora.", "size", "size")):
        task, _dot, level = box.name.rpartition(part)
        if task in tasks:
            return {f"shared.{level}>{box.name}": Use(how, name, (int(level), tasks.index(task)))}
    return {}


def _of_gate(box: Box, rest: str, diagram: Diagram) -> dict[str, Use]:
    """The lines into a gate: it says how much of each box that it reads it takes."""
    tasks = diagram.tasks
    if rest in tasks:
        return {f"{one}>{box.name}": Use("share", "gate", (tasks.index(rest), e)) for e, one in enumerate(box.reads)}
    level, _dot, task = rest.partition(".")
    if not level.isdecimal():
        return {}
    owners = [*(f"{one}.{level}." for one in tasks), f"shared.{level}."]
    experts = [one.name for owner in owners for one in diagram.boxes if one.name.startswith(owner)]
    gate = tasks.index(task) if task in tasks else len(tasks)
    return {f"{one}>{box.name}": Use("share", "gate", (int(level), gate, experts.index(one))) for one in box.reads}


def used(found: Mapping[str, Use], learned: Learned) -> dict[str, tuple[float, float | None]]:
    """For each line how much it carries, from 0 to 1, and the distance that a tie tells; without those that are not known."""
    read = {name: value for name, use in found.items() if (value := _read(use, learned)) is not None}
    return {name: value for name, value in read.items() if math.isfinite(value[0])}


def _read(use: Use, learned: Learned) -> tuple[float, float | None] | None:
    if use.kind == "tie":
        far = _distance(use.at, learned)
        return None if far is None else (1 / (1 + far), far)
    if use.name not in learned:
        return None
    if use.kind == "halves":
        level, i, j = use.at
        table = learned[use.name][level]
        four = [table[2 * i + a][2 * j + b] for a in (0, 1) for b in (0, 1)]
        return min(sum(abs(_number(one)) for one in four) / 2, 1.0), None
    value: Any = learned[use.name]
    for index in use.at:
        value = value[index]
    return min(abs(_number(value)), 1.0), None


def _distance(at: Sequence[int], learned: Learned) -> float | None:
    """How far two towers are from what they have in common, as a part of that; None where nobody says."""
    level, first, second = at
    if "distance" in learned:
        row = learned["distance"][level]
        return math.sqrt((_number(row[first]) ** 2 + _number(row[second]) ** 2) / 2)
    if "singular" in learned:  # all along one direction: the first singular value is all there is
        largest, *rest = map(_number, learned["singular"][level])
        return math.sqrt(sum(one**2 for one in rest)) / largest if largest > 0 else math.nan
    return None


def _number(value: Any) -> float:
    return math.nan if value is None else float(value)
