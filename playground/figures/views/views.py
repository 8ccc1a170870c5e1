"""What a model does, shown on the probe of its suite: surfaces, lines, pictures with predictions, predicted against true.

Every function takes the probe, the tasks that are learned, the look of the suite, and the outputs of one moment: for each
task [N, C] probabilities of its classes, or [N, K] numbers. Panels are markup that finds its own number of columns, so that
they fit a phone and a projector; all text in it is escaped.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import numpy as np
import plotly.graph_objects as go

from playground.basics.validate import NAME
from playground.basics.words import N_, _
from playground.figures import style
from playground.figures.markup import answered, counted, dot, panels, png, prediction, unit
from playground.figures.style import Look, as_html, axis, faint, layout, number
from playground.figures.views.sentences import sentences_text, sentences_with_attention
from playground.suites.base import Part, Probe, Task

Outputs = Mapping[str, Sequence[Any]]
Draw = Callable[[Probe, Sequence[Task], Look, Outputs], go.Figure | str]
Say = Callable[[Probe, Sequence[Task], Look, Outputs], str]

MOST_DOTS = 200
"""Examples that are drawn as points in one panel at most."""

FEW_DOTS = 40
"""The same where there are many panels."""


def view(probe: Probe, tasks: Sequence[Task], look: Look, outputs: Outputs) -> tuple[go.Figure | str, str]:
    """The view that a suite asks for, and the same in words; a sentence where there is none."""
    known = [task for task in tasks if len(outputs.get(task.name, ()))]
    draw, say = _of(probe.view)
    if not known or draw is None:
        sentence = _("There is no picture of what this model does.")
        return style.empty("", sentence, 120), sentence
    return draw(probe, known, look, outputs), say(probe, known, look, outputs)


def drawn(name: str) -> bool:
    """Whether there is a view of this name."""
    return _of(name)[0] is not None


def charted(name: str) -> bool:
    """Whether the view of this name is a chart, and not markup."""
    draw = _of(name)[0]
    return draw is None or draw.__annotations__["return"] == "go.Figure"


def _of(name: str) -> tuple[Draw | None, Say]:
    """The function of a view and the one that puts it into words: one of `VIEWS`, or those of a file in this folder that is
    named like the view: ``faces.py`` has `faces` and may have `faces_text`. None for a view that nobody draws."""
    if name in VIEWS:
        return VIEWS[name], TEXTS.get(name, view_text)
    if not NAME.fullmatch(name) or find_spec(f"playground.figures.views.{name}") is None:
        return None, view_text
    file = import_module(f"playground.figures.views.{name}")
    return getattr(file, name, None), getattr(file, f"{name}_text", view_text)


def view_text(probe: Probe, tasks: Sequence[Task], look: Look, outputs: Outputs) -> str:
    """What the model does in words: for each task how often it is right, or its typical error."""
    parts = []
    for task in tasks:
        result = _result(task, np.asarray(outputs[task.name], float), probe.targets.get(task.name))
        parts.append(f"{look.title(task.name)}: {result}" if result else look.title(task.name))
    return _("What the model says about {count} examples.").format(count=len(probe.inputs)) + " " + style.sentence(parts)


def plane(probe: Probe, tasks: Sequence[Task], look: Look, outputs: Outputs) -> str:
    """A panel a task: how sure the model is at each place of the plane, with some training examples over it.

    probe.inputs: [rows · columns, 2] points of a grid over [−1, 1]², the first coordinate fastest, from below.
    """
    found = []
    for task in tasks:
        values = np.asarray(outputs[task.name], float)
        dots = _examples(task, probe.examples, look.color(task.name))
        # The surface is a see-through picture over the task's colour, so that it follows the theme.
        level = np.flipud(_level(task, values, probe.targets.get(task.name)).reshape(probe.shape))
        mask = png(np.stack([np.zeros_like(level), level], axis=-1))
        surface = f'<div class="surface" style="background:{look.color(task.name)};mask-image:url({mask})"></div>'
        picture = f'<div class="square" style="background:{style.PANEL}">{surface}{dots}</div>'
        found.append(_panel(task, look, _result(task, values, probe.targets.get(task.name)), picture, _key(task, look)))
    return panels(found, "clamp(150px, 20%, 230px)")


def pictures(probe: Probe, tasks: Sequence[Task], look: Look, outputs: Outputs) -> str:
    """A grid of small grey scans; under each what every task predicts, with ✓ where it is right and ✗ where it is wrong."""
    cards = []
    for place, scan in enumerate(probe.inputs):
        image = png(1 - unit(np.asarray(scan, float).reshape(probe.shape)))
        said = "".join(prediction(task, look, outputs[task.name][place], probe.targets.get(task.name), place) for task in tasks)
        cards.append(f'<div class="card"><img class="scan" alt="" src="{image}"><div class="said">{said}</div></div>')
    key = "".join(
        f'<span class="entry">{dot(look.color(task.name))}{as_html(look.title(task.name))} '
        f'<span class="quiet">{as_html(_result(task, np.asarray(outputs[task.name], float), probe.targets.get(task.name)))}'
        "</span></span>"
        for task in tasks
    )
    return f'<div class="entries">{key}</div>{panels(cards, "104px")}'


def line(probe: Probe, tasks: Sequence[Task], look: Look, outputs: Outputs) -> go.Figure:
    """The learned line of each task over one input, with some training examples; dotted is the truth, where it is known."""
    figure = go.Figure(layout=layout(_("The learned lines"), _("Points are training examples, dotted lines the truth.")))
    x = np.asarray(probe.inputs, float)[:, 0]
    for task in tasks:
        color, name = look.color(task.name), look.label(task.name)
        hidden = {"legendgroup": task.name, "showlegend": False, "hoverinfo": "skip"}
        if probe.examples is not None:
            known = np.flatnonzero(probe.examples.known[task.name])[:MOST_DOTS]
            points = {
                "x": probe.examples.inputs[known, 0],
                "y": probe.examples.targets[task.name][known].reshape(len(known), -1)[:, 0],
            }
            marker = {"color": faint(color, 0.55), "size": 6}
            figure.add_scatter(**hidden, **points, mode="markers", marker=marker, uid=f"{task.name}-points")
        if task.name in probe.targets:
            truth = np.asarray(probe.targets[task.name], float).reshape(len(x), -1)[:, 0]
            dotted = {"color": color, "width": 1.5, "dash": "dot"}
            figure.add_scatter(**hidden, x=x, y=truth, mode="lines", line=dotted, uid=f"{task.name}-truth")
        values = np.asarray(outputs[task.name], float)
        learned = _level(task, values, None) if task.classes else values[:, 0]
        hover = "%{y:.3g}<extra>" + name + "</extra>"
        solid = {"color": color, "width": 2.5}
        figure.add_scatter(
            x=x,
            y=learned,
            name=name,
            legendgroup=task.name,
            mode="lines",
            line=solid,
            uid=f"{task.name}-line",
            hovertemplate=hover,
        )
    return figure.update_layout(xaxis=axis(_("Input")), yaxis=axis(_("Output")))


def rows(probe: Probe, tasks: Sequence[Task], look: Look, outputs: Outputs) -> str:
    """A panel a task: predicted against true numbers with the diagonal, or a table of predicted against true classes."""
    found = []
    for task in tasks:
        values, truth = np.asarray(outputs[task.name], float), probe.targets.get(task.name)
        if truth is None:
            continue
        if task.classes:
            picture = _confusion(task, look, values, np.asarray(truth))
        else:
            picture = _diagonal(task, look, values, np.asarray(truth), MOST_DOTS if len(tasks) <= style.MANY else FEW_DOTS)
        found.append(_panel(task, look, _result(task, values, truth), picture, ""))
    return panels(found, "220px" if len(tasks) <= style.MANY else "150px")


VIEWS: Mapping[str, Draw] = {
    "plane": plane,
    "pictures": pictures,
    "line": line,
    "rows": rows,
    "sentences with attention": sentences_with_attention,
}
"""The views that stand in this file or have a name of several words; any other has a file of its own, see `_of`."""

TEXTS: Mapping[str, Say] = {"sentences with attention": sentences_text}
"""Those of them that are put into words in their own way; for the others see `view_text`."""

MORE: Mapping[str, tuple[str, str, str]] = {
    "sentences": ("sentences with attention", N_("Show where the translation looks"), "translation")
}
"""Views that show more on request: the view that does, what the switch is called, and the kind of task that it is about."""


# --- numbers -----------------------------------------------------------------------------------------------------------


def _result(task: Task, values: np.ndarray, truth: np.ndarray | None) -> str:
    """How well a task does on the probe: "92 % right", "typical error 0.3 SD"; "" without truth. NaN and −1 are no truth."""
    if truth is None:
        return ""
    if task.classes:
        truth = np.asarray(truth)
        if not (there := truth >= 0).any():
            return ""
        if task.kind == "ordinal":
            distance = float(np.abs(answered(task, values) - truth)[there].mean())
            return _("{distance} classes away on average").format(distance=number(distance, 2))
        return counted((values.argmax(-1) == truth)[there])
    squares = (values.ravel() - np.asarray(truth, float).ravel()) ** 2
    if not (known := ~np.isnan(squares)).any():
        return ""
    error = float(np.sqrt(squares[known].mean()))
    return _("typical error {error}").format(error=f"{number(error, 2)} {task.unit}".strip())


def _level(task: Task, values: np.ndarray, truth: np.ndarray | None) -> np.ndarray:
    """[N] between 0 and 1: the probability of the second of two classes, the mean place among more, or the scaled number."""
    if task.classes:
        return values @ np.linspace(0, 1, values.shape[1])
    scale = np.asarray(truth if truth is not None else values, float)
    low, high = float(np.min(scale)), float(np.max(scale))
    return np.clip((values[:, 0] - low) / max(high - low, 1e-9), 0, 1)


# --- markup ------------------------------------------------------------------------------------------------------------


def _panel(task: Task, look: Look, result: str, picture: str, key: str) -> str:
    """A picture under the name of its task and how well it does."""
    name = f'{dot(look.color(task.name))}<b>{as_html(look.title(task.name))}</b> <span class="quiet">{as_html(result)}</span>'
    return f'<div class="panel"><div class="entry">{name}</div>{picture}<div class="quiet">{key}</div></div>'


def _examples(task: Task, examples: Part | None, color: str) -> str:
    """Training examples over a surface: hollow for the first class, full for the last."""
    if examples is None:
        return ""
    known = np.flatnonzero(examples.known[task.name])[:MOST_DOTS]
    if not len(known):
        return ""
    level = unit(np.asarray(examples.targets[task.name][known], float).reshape(len(known), -1)[:, 0])
    dots = []
    for (x, y), full in zip(examples.inputs[known], level, strict=True):
        shine = "" if full >= 1 else f' fill-opacity="{full:.2f}"'
        place = f'cx="{100 * (x + 1):.1f}" cy="{100 * (1 - y):.1f}" r="3.2"'
        # A light ring below keeps a dot apart from a surface of its own colour.
        dots.append(f'<circle {place} fill="{style.PAGE}"/><circle {place} fill="{color}"{shine} stroke="{style.INK}"/>')
    return f'<svg class="over" viewBox="0 0 200 200" aria-hidden="true">{"".join(dots)}</svg>'


def _key(task: Task, look: Look) -> str:
    """What the two ends of the surface stand for."""
    low, high = (_(task.classes[0]), _(task.classes[-1])) if task.classes else (_("low"), _("high"))
    return f"○ {as_html(low)} &nbsp; ● {as_html(high)}"


def _frame(inside: str, low: str, high: str) -> str:
    """A square with axes: true values to the right, predicted ones upwards."""
    edge = f'<rect x="30" y="6" width="184" height="184" rx="6" fill="{style.PANEL}"/>'
    upwards = _text(14, 98, _("predicted"), "middle")
    words = (
        _text(122, 214, _("true"), "middle"),
        f'<g transform="rotate(-90 14 98)">{upwards}</g>',
        _text(30, 206, low, "start"),
        _text(214, 206, high, "end"),
    )
    return f'<svg class="drawing" viewBox="0 0 220 220" aria-hidden="true">{edge}{inside}{"".join(words)}</svg>'


def _text(x: float, y: float, text: str, anchor: str, color: str = style.MUTED) -> str:
    return f'<text x="{x:g}" y="{y:g}" font-size="12" fill="{color}" text-anchor="{anchor}">{as_html(text)}</text>'


def _diagonal(task: Task, look: Look, values: np.ndarray, truth: np.ndarray, most: int) -> str:
    """Predicted against true numbers, `most` of them; on the dashed line the two agree."""
    true, said = truth.astype(float).ravel(), values.ravel()
    kept = style.decimated(len(true), most)
    true, said = true[kept], said[kept]
    both = np.concatenate([true, said])
    both = both[np.isfinite(both)]
    low, high = (float(both.min()), float(both.max())) if len(both) else (0.0, 1.0)
    reach = max(high - low, 1e-9)
    dots = "".join(
        f'<circle cx="{36 + 172 * (a - low) / reach:.1f}" cy="{184 - 172 * (b - low) / reach:.1f}" r="3.4" '
        f'fill="{look.color(task.name)}" fill-opacity="0.6"/>'
        for a, b in zip(true, said, strict=True)
        if np.isfinite(a) and np.isfinite(b)
    )
    agree = f'<line x1="36" y1="184" x2="208" y2="12" stroke="{style.MUTED}" stroke-dasharray="4 4"/>'
    return _frame(agree + dots, number(low, 2), number(high, 2))


def _confusion(task: Task, look: Look, values: np.ndarray, truth: np.ndarray) -> str:
    """A table of predicted against true classes; what lies on the rising diagonal is right, the rest is framed in dashes."""
    count = len(task.classes)
    table = np.zeros((count, count), int)
    there = truth >= 0
    np.add.at(table, (truth.astype(int)[there], answered(task, values)[there]), 1)
    side, most, cells = 184 / count, max(int(table.max()), 1), []
    for true in range(count):
        for said in range(count):
            amount = int(table[true, said])
            if amount == 0:
                continue
            x, y = 30 + true * side, 190 - (said + 1) * side
            shape = f'x="{x + 1:.1f}" y="{y + 1:.1f}" width="{side - 2:.1f}" height="{side - 2:.1f}" rx="3"'
            wrong = f' stroke="{style.WRONG}" stroke-width="1.5" stroke-dasharray="4 3"' if true != said else ""
            fill = faint(look.color(task.name), 0.12 + 0.5 * amount / most)
            cells.append(f'<rect {shape} fill="{fill}"{wrong}/>')
            if side > 14:
                cells.append(_text(x + side / 2, y + side / 2 + 4, str(amount), "middle", style.INK))
    return _frame("".join(cells), _(task.classes[0]), _(task.classes[-1]))
