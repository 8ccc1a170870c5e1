"""Pieces of markup that views are made of: panels side by side, small pictures, a prediction with its mark."""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence
from typing import Any

import numpy as np
from PIL import Image

from playground.basics.words import _
from playground.figures import style
from playground.figures.style import Look, as_html, number
from playground.suites.base import Task


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


def answered(task: Task, values: np.ndarray) -> np.ndarray:
    """[N] the class that a task says, of probabilities [N, C]: the likeliest, or of ordered classes the median."""
    if task.kind == "ordinal":
        return (values.cumsum(-1)[..., :-1] < 0.5).sum(-1)
    return values.argmax(-1)


def counted(hits: np.ndarray) -> str:
    """How many of the examples that are shown are right: "21 of 24 right". A share in percent beside the score of all test data
    would read as another score."""
    return _("{right} of {count} right").format(right=int(np.sum(hits)), count=int(np.size(hits)))


def prediction(task: Task, look: Look, output: Any, truth: np.ndarray | None, place: int) -> str:
    """What one task predicts for one picture: a dot in its colour, its word, and a mark where the truth is known."""
    values = np.asarray(output, float)
    if not task.classes:
        word, right = number(float(values.ravel()[0]), 2), None
    else:
        chosen = int(answered(task, values))
        word, right = _(task.classes[chosen]), None if truth is None else chosen == int(truth[place])
    mark = {True: ("right", "✓"), False: ("wrong", "✗"), None: ("", "")}[right]
    color = {True: style.RIGHT, False: style.WRONG, None: style.INK}[right]
    hint = ""
    if right is False and truth is not None:
        sentence = _("It is {truth}.").format(truth=_(task.classes[int(truth[place])]))
        hint = f' title="{as_html(sentence)}"'
    return (
        f'<span class="word {mark[0]}" data-part="{as_html(look.title(task.name))}"{hint}>'
        f"{dot(look.color(task.name))}{as_html(word)} "
        f'<span class="mark" style="color:{color}">{mark[1]}</span></span>'
    )


def plotly_script() -> str:
    """The script that draws charts of plotly, as markup: for files that hold charts and fetch nothing."""
    from plotly.offline import get_plotlyjs  # 5 MB, read only where they are written

    return f"<script>{get_plotlyjs()}</script>"
