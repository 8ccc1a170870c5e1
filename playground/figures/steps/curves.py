"""Numbers of each task over steps: losses, weights, shares of the update, gradients' lengths, scores.

Every figure takes the frames of `playground.runs.results.history`, with any number of seeds, and the `Look` of the suite. The
line is the mean over the seeds and the band reaches from the lowest to the highest of them. Each has a sibling `…_text` that
says the same in words.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from playground.basics.words import _
from playground.figures import style
from playground.figures.steps import kept as marks
from playground.figures.steps.kept import Kept
from playground.figures.steps.lines import (
    NONE,
    PANEL,
    PLAIN,
    Extras,
    before,
    by_task,
    draw,
    from_to_text,
    in_order,
    level_line,
    manner,
    mark,
    matrix,
    of_tasks,
    relative_to_first,
    spread,
    stack,
    without_legend,
)
from playground.figures.style import Look, Sheet, layout, number


def losses(frame: pd.DataFrame, look: Look, relative: bool = False, extras: Extras = PLAIN) -> go.Figure:
    """Training loss of each task over steps, in its own unit, or relative to its first value.

    frame: columns seed, step, task, loss.
    """
    title = _("Training loss of each task: lower is better")
    unit = _("Loss, first step = 1") if relative else _("Loss, each in its own unit")
    if relative:
        frame = frame.assign(loss=relative_to_first(frame, "loss"))
        then = {name: one.assign(loss=relative_to_first(one, "loss")) for name, one in extras.before.items() if name == "loss"}
        extras = replace(extras, before=then)
    return of_tasks(frame, look, "loss", title, unit, extras, kept=extras.kept)


def losses_text(frame: pd.DataFrame, look: Look, kept: Kept = NONE) -> str:
    """The losses in words: for each task where it began and where it is, and which steps were kept."""
    return " ".join(
        [from_to_text(_("Training loss of each task over steps."), frame, look, "loss"), marks.sentence(kept, look)]
    ).strip()


def weights(frame: pd.DataFrame, look: Look, extras: Extras = PLAIN) -> go.Figure:
    """The number that each task's loss or gradient was multiplied with, over steps; frame: seed, step, task, weight."""
    alike = frame["task"].nunique() > 1 and frame["weight"].nunique() == 1
    subtitle = _("All weights are the same, so the lines lie on each other.") if alike else None
    title = _("Weight of each task: what the method decides")
    return of_tasks(frame, look, "weight", title, _("Weight"), extras, subtitle)


def weights_text(frame: pd.DataFrame, look: Look) -> str:
    """The weights in words."""
    return from_to_text(_("Weight of each task over steps."), frame, look, "weight")


def shares(frame: pd.DataFrame, look: Look, extras: Extras = PLAIN) -> go.Figure:
    """Each task's part of the update on the shared parameters, over steps; frame: seed, step, task, share (−1 to 1)."""
    frame = frame.assign(share=100 * frame["share"])
    then = {name: one.assign(share=100 * one["share"]) for name, one in extras.before.items() if name == "share"}
    extras = replace(extras, before=then)
    title = _("Share of the update: who moves the shared part")
    return of_tasks(frame, look, "share", title, _("Share of the update (%)"), extras, ticksuffix=" %")


def shares_text(frame: pd.DataFrame, look: Look) -> str:
    """The shares in words."""
    start = _("Share of the update on the shared parameters, in percent, over steps.")
    return from_to_text(start, frame.assign(share=100 * frame["share"]), look, "share")


def norms(frame: pd.DataFrame, look: Look, extras: Extras = PLAIN) -> go.Figure:
    """Length of each task's gradient on the shared parameters, over steps; frame: seed, step, task, norm."""
    title = _("Length of each task's gradient on the shared part")
    return of_tasks(frame, look, "norm", title, _("Length of the gradient"), extras)


def norms_text(frame: pd.DataFrame, look: Look) -> str:
    """The lengths in words."""
    return from_to_text(_("Length of each task's gradient over steps."), frame, look, "norm")


DASHES = (("2px,5px", "· ·"), ("9px,5px", "– –"), ("16px,4px,3px,4px", "— ·"))
"""How the lines of ordinary models are dashed, and how that is written."""


def scores(
    frame: pd.DataFrame,
    look: Look,
    metrics: Mapping[str, str] | None = None,
    baseline: Mapping[str, float] | None = None,
    extras: Extras = PLAIN,
    models: Mapping[str, Mapping[str, float]] | None = None,
) -> go.Figure:
    """Score of each task on held-out data over steps; one panel for each metric, as their units differ.

    frame: columns seed, step, task, score (filter it to one split before).
    metrics: for each task the label of its metric with its unit, e.g. "accuracy (%)".
    baseline: for each task the score of its single-task baseline, drawn as a dotted line.
    models: titles of ordinary models, and for each task what they come to, drawn as thin dashed lines.
    """
    title = _("Score on held-out data")
    frame = frame.dropna(subset=["score"])
    if frame.empty:
        return style.empty(title, _("No scores yet."), extras.height)
    labels = {task: (metrics or {}).get(task, _("Score")) for task in in_order(frame, look)}
    panels = list(dict.fromkeys(labels.values()))
    subtitle = spread(frame, replace(extras, smooth=0.0)) + (" " + _("Dotted: one network a task.") if baseline else "")
    subtitle += " " + _("Diamond: step kept.") if extras.kept else ""
    named = list((models or {}).items())[: len(DASHES)]
    subtitle += "".join(f" {mark} {name}." for (name, _values), (_dash, mark) in zip(named, DASHES, strict=False))
    figure = Sheet(layout(title, subtitle, height=max(extras.height, 150 + PANEL * len(panels))))
    then = before(extras, "score")
    for task, rows in by_task(frame, look).items():
        panel, how = panels.index(labels[task]) + 1, manner(look, task, len(labels))
        steps, lines = matrix(rows, "score")
        draw(
            figure,
            task,
            look.label(task),
            (look.color(task),),
            steps,
            lines,
            0.0,
            panel=panel,
            kept=extras.kept,
            ghost=then.get(task),
            **how,
        )
        if baseline and np.isfinite(baseline.get(task, np.nan)):
            level_line(figure, task, look.color(task), baseline[task], panel)
        for (_name, values), (dash, _mark_of) in zip(named, DASHES, strict=False):
            if np.isfinite(values.get(task, np.nan)):
                level_line(figure, task, look.color(task), values[task], panel, dash, 1)
    without_legend(figure, len(labels))
    stack(figure, panels)
    mark(figure, extras)
    return figure.figure()


def scores_text(frame: pd.DataFrame, look: Look, baseline: Mapping[str, float] | None = None, kept: Kept = NONE) -> str:
    """The scores in words: where each task is, where its baseline ends, and which steps were kept."""
    frame = frame.dropna(subset=["score"])
    if frame.empty:
        return _("No scores yet.")
    parts = []
    for task, rows in by_task(frame, look).items():
        last = number(float(rows.loc[rows["step"] == rows["step"].max(), "score"].mean()))
        if baseline and np.isfinite(baseline.get(task, np.nan)):
            sentence = _("{task} is at {score}, alone at {baseline}")
            parts.append(sentence.format(task=look.title(task), score=last, baseline=number(baseline[task])))
        else:
            parts.append(_("{task} is at {score}").format(task=look.title(task), score=last))
    return " ".join([_("Score of each task on held-out data."), style.sentence(parts), marks.sentence(kept, look)]).strip()
