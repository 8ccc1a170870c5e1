"""The network as boxes and lines, as plain data: made from the module that is trained, drawn by `playground.figures`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Box:
    """One box of the diagram.

    name: unique in the diagram.
    column: where it stands from left to right; the input is 0, the heads come last.
    title: what is written in it.
    kind: "input", "block", "mix" (what passes features between tasks) or "head".
    tasks: names of the tasks that use it: one for a box of its own, several for a shared one.
    parameters: how many numbers it learns, for one run.
    reads: names of the boxes whose output it takes.
    """

    name: str
    column: int
    title: str
    kind: str
    tasks: tuple[str, ...]
    parameters: int
    reads: tuple[str, ...]


@dataclass(frozen=True)
class Tie:
    """Two boxes of one level, of two tasks, whose parameters a penalty holds near each other. strength: of the penalty."""

    first: str
    second: str
    strength: float


@dataclass(frozen=True)
class Diagram:
    """All boxes of a network for the tasks named. ties: between boxes that share nothing but are held together."""

    tasks: tuple[str, ...]
    boxes: tuple[Box, ...]
    ties: tuple[Tie, ...] = ()

    def shared(self) -> int:
        """Parameters that two tasks or more use."""
        return sum(box.parameters for box in self.boxes if len(box.tasks) > 1)

    def tied(self) -> int:
        """Parameters that are held near those of another task."""
        names = {name for tie in self.ties for name in (tie.first, tie.second)}
        return sum(box.parameters for box in self.boxes if box.name in names)

    def own(self, task: str) -> int:
        """Parameters that only this task uses."""
        return sum(box.parameters for box in self.boxes if box.tasks == (task,))

    def to_dict(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        return {
            "tasks": list(self.tasks),
            "boxes": [vars(box) | {"tasks": list(box.tasks), "reads": list(box.reads)} for box in self.boxes],
        }

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Diagram:
        """The diagram that `to_dict` wrote."""
        boxes = (Box(**box | {"tasks": tuple(box["tasks"]), "reads": tuple(box["reads"])}) for box in values["boxes"])
        return cls(tuple(values["tasks"]), tuple(boxes))
