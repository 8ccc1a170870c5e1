"""What a model makes of upper halves of faces: the whole face as it completes it, beside the true one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from playground.basics.words import _
from playground.figures.markup import counted, dot, panels, png, prediction
from playground.figures.style import Look, as_html, number
from playground.suites.base import Probe, Task

GAP = 2
"""Columns of white between the completed face and the true one."""


def faces(probe: Probe, tasks: Sequence[Task], look: Look, outputs: Mapping[str, Sequence[Any]]) -> str:
    """A card a face: completed by the model, and as it is; below it what the other tasks say, with ✓ or ✗.

    probe.inputs: [N, 1, rows, columns] upper halves, from 0 (black) to 1.
    outputs: a task without classes gives the lower half, [rows · columns] or that at a half of the size both ways.
    """
    lower = [task for task in tasks if not task.classes]
    cards = []
    for place, upper in enumerate(probe.inputs[:, 0]):
        pictures = "".join(_both(upper, outputs[task.name][place], probe.targets[task.name][place]) for task in lower)
        if not lower:
            pictures = f'<img class="scan" alt="" src="{png(upper)}">'
        said = "".join(
            prediction(task, look, outputs[task.name][place], probe.targets[task.name], place) for task in tasks if task.classes
        )
        cards.append(f'<div class="card">{pictures}<div class="said">{said}</div></div>')
    entries = [_entry(task, look, _result(task, outputs[task.name], probe.targets[task.name])) for task in tasks]
    return f'<div class="entries">{"".join(entries)}</div>{panels(cards, "150px")}'


def whole_face(upper: np.ndarray, lower: np.ndarray) -> np.ndarray:
    """[2 · rows, columns]: an upper half [rows, columns], and below it a lower half, whose numbers become squares to fit."""
    rows, columns = upper.shape
    times = round(float(np.sqrt(rows * columns / lower.size)))
    small = np.asarray(lower, float).reshape(rows // times, columns // times)
    return np.vstack([upper, np.kron(small, np.ones((times, times)))])


def _both(upper: np.ndarray, said: Sequence[float], true: np.ndarray) -> str:
    """The completed face and the true one, as one picture."""
    completed, whole = whole_face(upper, np.asarray(said, float)), whole_face(upper, true)
    gap = np.ones((len(whole), GAP))
    return f'<img class="scan" alt="" src="{png(np.hstack([completed, gap, whole]))}">'


def _result(task: Task, output: Sequence[Any], truth: np.ndarray) -> str:
    """How well a task does on the faces, in words."""
    values = np.asarray(output, float)
    if task.classes:
        return counted(values.argmax(-1) == truth)
    error = float(np.sqrt(np.square(values - truth).mean()))
    return _("left as the model completes it, right as it is; typical error {error}").format(error=number(error, 2))


def _entry(task: Task, look: Look, words: str) -> str:
    """The name of a task in its colour, and words about it."""
    name = f"{dot(look.color(task.name))}{as_html(look.title(task.name))}"
    return f'<span class="entry">{name} <span class="quiet">{as_html(words)}</span></span>'
