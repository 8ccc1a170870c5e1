"""The steps that runs kept: diamonds on their curves, and the same in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from playground.basics.words import _
from playground.figures import style
from playground.figures.style import Look, Sheet

Kept = Mapping[str, Sequence[int]]
"""For each task the steps that runs kept, one a seed; empty where nothing was chosen."""
Curve = tuple[np.ndarray, np.ndarray]
"""Steps [N] and values [N]."""


def draw(figure: Sheet, task: str, color: str, axes: Mapping[str, str], curve: Curve, kept: Kept) -> None:
    """Open diamonds on a task's curve at the steps that its runs kept; hidden together with it."""
    steps = sorted(set(kept.get(task, ())))
    if not steps:
        return
    figure.add_scatter(
        x=np.array(steps, np.int32),
        y=np.interp(steps, *curve).astype(np.float32),
        uid=f"{task}-kept",
        legendgroup=task,
        showlegend=False,
        mode="markers",
        cliponaxis=False,
        marker={"symbol": "diamond-open", "size": 11, "color": color, "line": {"width": 2}},
        hovertemplate=_("kept: step {step}").format(step="%{x}") + "<extra></extra>",
        **axes,
    )


def span(steps: Sequence[int]) -> str:
    """The steps of several runs in short: "240", or "120–310"; "–" for none."""
    if not steps:
        return "–"
    low, high = min(steps), max(steps)
    return str(low) if low == high else f"{low}–{high}"


def sentence(kept: Kept, look: Look) -> str:
    """Which steps were kept, by task where tasks differ; "" where nothing was chosen."""
    if not kept:
        return ""
    if len({tuple(steps) for steps in kept.values()}) == 1:
        return _("Kept: step {steps}.").format(steps=span(next(iter(kept.values()))))
    parts = [_("{task} at step {steps}").format(task=look.title(task), steps=span(steps)) for task, steps in kept.items()]
    return _("Kept: {parts}.").format(parts=style.listed(parts))
