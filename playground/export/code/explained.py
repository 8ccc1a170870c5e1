"""Which lines of a script implement which part of the network, and which chart: the code explained.

Templates mark lines with topics (`playground.export.code.text.mark`). A mark on the first line of a function or class is about
all of it. Boxes of the network's diagram and charts of the page have topics too, and what shares one belongs together.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from playground.basics.diagram import Box, Diagram
from playground.basics.words import N_
from playground.export.code.text import CLOSE, OPEN, unmarked

TOPICS = {
    "data": N_("Data"),
    "shared": N_("Shared blocks"),
    "own": N_("Blocks of one task"),
    "mix": N_("What mixes features"),
    "heads": N_("Heads"),
    "model": N_("Model"),
    "losses": N_("Losses"),
    "weights": N_("Weighting"),
    "gradients": N_("Gradients"),
    "scores": N_("Scores"),
}
"""What lines can be about, in the order of a script; beside them ``taskN`` for what belongs to task number N."""

CHARTS = {
    "losses": "losses",
    "weights": "weights",
    "shares": "weights",
    "norms": "gradients",
    "cosines": "gradients",
    "conflict": "gradients",
    "condition": "gradients",
    "scores": "scores",
    "gains": "scores",
    "model": "model",
}
"""For each chart of the Playground, by the key that it has on the page, what it is about."""


@dataclass(frozen=True)
class Region:
    """Lines of a script, counted from 1, both ends included, and what they are about."""

    first: int
    last: int
    topics: tuple[str, ...]


def explained(marked: str) -> tuple[str, list[Region]]:
    """The text of a script without its marks, and what they say; regions inside of others come after these."""
    lines = marked.split("\n")
    plain = [unmarked(line) for line in lines]
    found = []
    for place, line in enumerate(lines):
        topics = [topic for some in re.findall(f"{OPEN}([^{CLOSE}]*){CLOSE}", line) for topic in some.split()]
        if topics:
            found.append(Region(place + 1, _end(plain, place) + 1, tuple(dict.fromkeys(topics))))
    return "\n".join(plain), found


def _end(lines: list[str], first: int) -> int:
    """The last line of the function or class that begins at a line; the line itself where none does."""
    start = lines[first]
    if not re.match(r"\s*(?:def|class) ", start):
        return first
    indent = len(start) - len(start.lstrip())
    last = first
    for place in range(first + 1, len(lines)):
        line = lines[place]
        if line.strip():
            if len(line) - len(line.lstrip()) <= indent:
                break
            last = place
    return last


def drawn(diagram: Diagram) -> list[Box]:
    """The boxes in the order in which the picture of the network holds them: column by column, the heads last."""
    boxes = sorted(diagram.boxes, key=lambda box: box.column)
    return [box for box in boxes if box.kind != "head"] + [box for box in boxes if box.kind == "head"]


def topics_of(box: Box, tasks: tuple[str, ...]) -> list[str]:
    """What a box is about."""
    if box.kind == "input":
        return ["data"]
    if box.kind == "head":
        return ["heads", f"task{tasks.index(box.tasks[0])}"]
    if box.kind == "mix":
        return ["mix"]
    named = any(part in tasks for part in box.name.split("."))
    return ["own"] if named or (len(box.tasks) == 1 and len(tasks) > 1) else ["shared"]
