"""Figure 7: which task each step of a training learns from, as the schedules of the program say it."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from playground.basics.knobs import Knob
from playground.basics.words import N_, _
from playground.course.measured.drawn import look
from playground.course.measured.figure import Figure
from playground.course.measured.table import tables
from playground.figures import style
from playground.figures.style import Sheet, axis, layout

STEPS = 60
WAYS = {"joint": N_("Jointly"), "alternate": N_("Alternating"), "finetune": N_("Pretrain, then fine-tune")}


@cache
def _active(way: str) -> np.ndarray:
    """[STEPS, T] which step learns from which task."""
    experiment = tables()[7].row(way).experiment
    sizes = [experiment.labels.get(task, 0) for task in experiment.tasks]
    return experiment.the_schedule.active(STEPS, sizes, np.random.default_rng(0))


def draw(way: str = "joint") -> Any:
    """A square for each step and task that learns."""
    shown, tasks = look(7, way), tables()[7].row(way).experiment.tasks
    title = _("From which task does each step learn?")
    figure = Sheet(layout(title, _("The first steps of a training of {count} steps.").format(count=STEPS), height=260))
    for place, task in enumerate(tasks):
        steps = np.flatnonzero(_active(way)[:, place]).tolist()
        figure.add_scatter(
            x=steps,
            y=[shown.label(task)] * len(steps),
            mode="markers",
            showlegend=False,
            marker={"symbol": "square", "size": 8, "color": shown.color(task)},
            hovertemplate="%{x}<extra>" + shown.label(task) + "</extra>",
        )
    names = [shown.label(task) for task in reversed(tasks)]
    figure.update_layout(
        xaxis=axis(_("Step"), range=[-1, STEPS]), yaxis={"categoryorder": "array", "categoryarray": names, "automargin": True}
    )
    return figure.figure()


def describe(way: str = "joint") -> str:
    """The same in words."""
    shown, tasks = look(7, way), tables()[7].row(way).experiment.tasks
    counts = [
        _("{task} in {count} of {steps} steps").format(task=shown.title(task), count=int(found), steps=STEPS)
        for task, found in zip(tasks, _active(way).sum(0), strict=True)
    ]
    return f"{_(WAYS[way])}: {style.sentence(counts)}"


FIGURE = Figure(
    number=7,
    title=N_("Ways of joint training: who learns when"),
    draw=draw,
    describe=describe,
    knobs={"way": Knob("joint", choices=tuple(WAYS), words=tuple(WAYS.values()), label=N_("Schedule"))},
)
