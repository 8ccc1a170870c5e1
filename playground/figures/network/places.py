"""Where the boxes of a network's picture stand: columns along the flow of data, a lane for each task across it."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from playground.basics.diagram import Box, Diagram
from playground.figures import style

Point = tuple[float, float]

PHONE = 360.0
"""Width of the narrow form, in the picture's own pixels; the wide form is as long as its network."""

LANE, LOW_LANE = 66.0, 38.0
"""Distance between neighbouring tasks of the wide form; of many tasks."""

BUNDLE = 120.0
"""How thick a bundle of strands is at most."""

IN_SIGHT = 200.0
"""How far down a box stands at most that many tasks use."""

STRAND = 6.0
"""Distance between neighbouring strands of a bundle."""


@dataclass(frozen=True)
class Form:
    """One of the two forms: how long and how thick things are, along the flow of data and across it.

    across: whether data flow downwards, so that tasks stand side by side.
    block, mix, thick: length of a block and of a mixing unit along the flow, and thickness of a box across it.
    lane: distance between neighbouring tasks.
    gap: distance between boxes along the flow.
    ends: room for the input and for the heads with their words.
    """

    across: bool
    block: float
    mix: float
    thick: float
    lane: float
    gap: float
    ends: tuple[float, float]


@dataclass(frozen=True)
class Placed:
    """A box with its middle and its size along the flow (first) and across it (second)."""

    box: Box
    home: str | None
    middle: Point
    size: Point

    def port(self, end: int, at: float) -> Point:
        """The point on its side −1 (where data come in) or 1 (where they leave), at `at` across, kept within the box."""
        half = max(self.size[1] / 2 - 8, 0)
        across = min(max(at, self.middle[1] - half), self.middle[1] + half)
        return self.middle[0] + end * self.size[0] / 2, across


def fullest(diagram: Diagram) -> int:
    """The greatest number of boxes and ways that stand in one column."""
    return max(len(boxes) for boxes in _columns(diagram).values())


def _columns(diagram: Diagram) -> dict[int, list[Box]]:
    """The boxes of each column, and the ways through it: room for strands that lead past its boxes."""
    columns: dict[int, list[Box]] = defaultdict(list)
    for box in diagram.boxes:
        columns[box.column].append(box)
    for source, readers in _passing(diagram):
        tasks = tuple(task for task in diagram.tasks if any(task in reader.tasks for reader in readers))
        for column in range(source.column + 1, max(reader.column for reader in readers)):
            if not all(map(is_tall, columns[column])):
                columns[column].append(Box(f"{source.name} past {column}", column, "", "way", tasks, 0, ()))
    return dict(sorted(columns.items()))


def _passing(diagram: Diagram) -> list[tuple[Box, list[Box]]]:
    """Common boxes that are read from beyond the next column, each with those readers.

    What all tasks read, the input, needs no way; and what comes out of a tall unit goes along the lanes of its readers.
    """
    found = []
    for source in diagram.boxes:
        readers = [box for box in diagram.boxes if source.name in box.reads and box.column > source.column + 1]
        if readers and source.kind == "block" and home_of(source) is None:
            found.append((source, readers))
    return found


def is_tall(box: Box) -> bool:
    """Whether it is a mixing unit that reaches over the lanes of all its tasks."""
    return box.kind == "mix" and home_of(box) is None and len(box.tasks) > 1


def home_of(box: Box) -> str | None:
    """The task in whose lane a box stands: its only task, or the one it is named after; None for a common box."""
    if len(box.tasks) == 1:
        return box.tasks[0]
    return next((part for part in box.name.split(".") if part in box.tasks), None)


def arrange(diagram: Diagram, form: Form) -> tuple[list[Placed], Point]:
    """Every box with its place, and the size of the picture along and across the flow."""
    columns = _columns(diagram)
    slot = form.lane if form.across else 0.8 * form.lane
    thickness = max(len(diagram.tasks) * form.lane, fullest(diagram) * slot)
    lanes = {task: (place + 0.5) * thickness / len(diagram.tasks) for place, task in enumerate(diagram.tasks)}
    lengths = {column: _length(boxes, form) for column, boxes in columns.items()}
    placed, along = [], 4.0
    for column, boxes in columns.items():
        along += lengths[column] / 2
        for box, middle in zip(boxes, _spread(boxes, lanes, slot, thickness), strict=True):
            thick = _thickness(box, form, lanes)
            if len(boxes) > 1:
                thick = min(thick, slot - 8)
            placed.append(Placed(box, home_of(box), (along, middle), (lengths[column], thick)))
        along += lengths[column] / 2 + form.gap
    return placed, (along - form.gap - lengths[max(columns)] + form.ends[1], thickness)


def _length(boxes: Sequence[Box], form: Form) -> float:
    """How long a column is along the flow."""
    kinds = {box.kind for box in boxes}
    if kinds == {"input"}:
        return form.ends[0]
    if kinds == {"head"}:
        return 12.0
    common = all(box.kind == "mix" and home_of(box) is None for box in boxes)
    return form.mix if common else form.block


def _thickness(box: Box, form: Form, lanes: Mapping[str, float]) -> float:
    """How thick a box is across the flow; a common mixing unit reaches over all lanes that it mixes."""
    own = [lanes[task] for task in box.tasks]
    if box.kind == "head":
        return 12.0
    if box.kind == "mix" and home_of(box) is None:
        return max(own) - min(own) + form.thick
    if home_of(box) is None and len(own) > 1:
        return max(form.thick, 96.0) if form.across else form.thick + STRAND * len(own)
    return form.thick


def _common(box: Box, lanes: Mapping[str, float]) -> float:
    """Where a box of several tasks stands across the flow: in their middle, but in sight in a tall picture that is scrolled."""
    middle = float(np.mean([lanes[task] for task in box.tasks]))
    return min(middle, IN_SIGHT) if len(box.tasks) > style.MANY else middle


def _spread(boxes: Sequence[Box], lanes: Mapping[str, float], slot: float, thickness: float) -> list[float]:
    """The middle of each box across the flow: in the lanes of its tasks, or evenly where that is too narrow."""
    wished = [lanes[home] if (home := home_of(box)) else _common(box, lanes) for box in boxes]
    order = sorted(range(len(boxes)), key=lambda place: wished[place])
    if all(wished[after] - wished[before] >= slot - 1e-6 for before, after in itertools.pairwise(order)):
        return wished
    result = list(wished)
    for place, index in enumerate(order):
        result[index] = (place + 0.5) * thickness / len(boxes)
    return result


def xy(point: Point, form: Form) -> Point:
    """A point along and across the flow as x and y."""
    return (point[1], point[0]) if form.across else point


def pair(point: Point) -> str:
    """A point as a path of SVG has it."""
    return f"{point[0]:.1f},{point[1]:.1f}"
