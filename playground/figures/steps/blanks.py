"""Figures over steps whose numbers come later: drawn once with made numbers, filled in the browser
(playground/ui/charts/curves.js).

So everything that is looks or words is written in one place, `playground.figures.steps.curves`, and only the numbers travel.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import combinations
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from playground.basics.words import _
from playground.figures.steps import changes, pairs
from playground.figures.steps import curves as lines
from playground.figures.steps.lines import Extras
from playground.figures.style import Look

PARTS = ("losses", "weights", "shares", "cosines", "scores", "norms", "conflict", "condition")
"""Every figure over steps that has a blank, as the page names them."""


def blank(
    part: str,
    tasks: Sequence[str],
    seeds: int,
    look: Look,
    extras: Extras,
    relative: bool = False,
    metrics: Mapping[str, str] | None = None,
    kept: bool = False,
    models: Mapping[str, Mapping[str, float]] | None = None,
) -> go.Figure:
    """The figure of a part of the page, its numbers made up.

    seeds: how many runs there will be. relative, metrics, models: as `curves.losses` and `curves.scores` take them.
    kept: whether the steps that count will be marked.
    """
    rows, marked = _rows(tasks, seeds), {task: [0] for task in tasks} if kept else {}
    # What has none leaves it out.
    ghost = dict.fromkeys(("loss", "weight", "norm", "share", "score"), rows) | {"cosine": _pairs(tasks, seeds)}
    look_at = Extras((), None, extras.smooth, extras.log, extras.height, marked, ghost)
    draw: dict[str, Callable[[], go.Figure]] = {
        "losses": lambda: lines.losses(rows, look, relative, look_at),
        "weights": lambda: lines.weights(rows, look, look_at),
        "shares": lambda: lines.shares(rows, look, look_at),
        "norms": lambda: lines.norms(rows, look, look_at),
        "cosines": lambda: pairs.cosines(_pairs(tasks, seeds), look, look_at),
        "scores": lambda: lines.scores(rows, look, metrics, dict.fromkeys(tasks, 1.0), look_at, models),
        "conflict": lambda: pairs.conflict(_common(tasks, seeds), look_at),
        "condition": lambda: pairs.condition(_common(tasks, seeds), look_at),
    }
    return draw[part]()


def sayings(part: str) -> dict[str, str]:
    """The sentences of a figure's text alternative, with places for its numbers; see playground/ui/scripts/words.js."""
    from_to = _("{task} goes from {first} to {last}")
    starts = {
        "losses": (_("Training loss of each task over steps."), from_to),
        "weights": (_("Weight of each task over steps."), from_to),
        "shares": (_("Share of the update on the shared parameters, in percent, over steps."), from_to),
        "norms": (_("Length of each task's gradient over steps."), from_to),
        "cosines": (
            _("Cosine between the gradients of each pair of tasks."),
            _("{first} and {second}: {percent} % of the steps below zero, {last} at the end"),
        ),
        "scores": (_("Score of each task on held-out data."), _("{task} is at {score}")),
        "conflict": ("", _("Over all steps, {percent} % of the pairs of gradients pull apart.")),
        "condition": ("", _("Condition number of the Gramian over steps: from {first} to {last}.")),
    }
    start, item = starts[part]
    nothing = {
        "losses": _("Nothing was recorded yet."),
        "weights": _("Nothing was recorded yet."),
        "scores": _("No scores yet."),
    }
    return {
        "start": start,
        "item": item,
        "beside": _("{task} is at {score}, alone at {baseline}"),
        "nothing": nothing.get(part, _("No gradients were measured.")),
        "kept": _("Kept: step {steps}."),
        "kept_at": _("{task} at step {steps}"),
        "kept_all": _("Kept: {parts}."),
        "list": _(", "),
        "join": _("; "),
        "sentence": _("{sentence}."),
    }


def marks() -> dict[str, Any]:
    """How changes and the step that the page looks at are marked."""
    return {"change": changes.CHANGE, "word": changes.CHANGED, "step": changes.STEP}


def alike() -> str:
    """What the chart of weights says where they are all the same."""
    return _("All weights are the same, so the lines lie on each other.")


def _rows(tasks: Sequence[str], seeds: int) -> pd.DataFrame:
    """Two steps of every task and seed, no two tasks alike."""
    rows = [
        (seed, step, task, 1.0 + place, 1.0 + place, 1.0, 0.5, 1.0)
        for seed in range(seeds)
        for step in (0, 1)
        for place, task in enumerate(tasks)
    ]
    return pd.DataFrame(rows, columns=["seed", "step", "task", "loss", "weight", "norm", "share", "score"])


def _pairs(tasks: Sequence[str], seeds: int) -> pd.DataFrame:
    rows = [(seed, step, *pair, 0.5) for seed in range(seeds) for step in (0, 1) for pair in combinations(tasks, 2)]
    return pd.DataFrame(rows, columns=["seed", "step", "first", "second", "cosine"])


def _common(tasks: Sequence[str], seeds: int) -> pd.DataFrame:
    rows = [(seed, step, 0.5, 2.0) for seed in range(seeds) for step in (0, 1) if len(tasks) > 1]
    return pd.DataFrame(rows, columns=["seed", "step", "conflict", "condition"])
