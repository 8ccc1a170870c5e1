"""Pieces of markup that views are made of: panels side by side, small pictures, a prediction with its mark."""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence
from typing import Any

import numpy as np
from PIL import Image

from playground.figures import style
from playground.figures.style import Look, escaped, number
from playground.tasks.base import Task
from playground.words import _


def png(values: np.ndarray) -> str:
    """An address that holds a small picture: [rows, columns] numbers from 0 to 1 as grey, with a last axis of 2 as grey and
    how little shines through, of 3 as red, green and blue, of 4 as these and how little shines through."""
    shades = (255 * np.clip(np.nan_to_num(values), 0, 1)).round().astype(np.uint8)
    file = io.BytesIO()
    Image.fromarray(shades).save(file, "png")
    return "data:image/png;base64," + base64.b64encode(file.getvalue()).decode()


def unit(values: np.ndarray) -> np.ndarray:
    """`values` scaled to 0 … 1."""
    return (values - values.min()) / max(float(np.ptp(values)), 1e-9)


def panels(parts: Sequence[str], smallest: str) -> str:
    """Panels side by side, as many as fit, none narrower than `smallest`, a length of CSS."""
    return f'<div class="panels" style="--smallest:{smallest}">{"".join(parts)}</div>'


def dot(color: str) -> str:
    """A dot in the colour of a task."""
    return f'<span class="dot" style="background:{color}"></span>'


def prediction(task: Task, look: Look, output: Any, truth: np.ndarray | None, place: int) -> str:
    """What one task predicts for one picture: a dot in its colour, its word, and a mark where the truth is known."""
    values = np.asarray(output, float)
    if not task.classes:
        word, right = number(float(values.ravel()[0]), 2), None
    else:
        chosen = int(values.argmax())
        word, right = _(task.classes[chosen]), None if truth is None else chosen == int(truth[place])
    mark = {True: ("right", "✓"), False: ("wrong", "✗"), None: ("", "")}[right]
    color = {True: style.RIGHT, False: style.WRONG, None: style.INK}[right]
    hint = ""
    if right is False and truth is not None:
        said = _("It is {truth}.").format(truth=_(task.classes[int(truth[place])]))
        hint = f' title="{escaped(said)}"'
    return (
        f'<span class="word {mark[0]}"{hint}>{dot(look.color(task.name))}{escaped(word)} '
        f'<span class="mark" style="color:{color}">{mark[1]}</span></span>'
    )
