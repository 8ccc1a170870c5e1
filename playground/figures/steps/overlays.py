"""Several curves of one thing in one figure: of several configurations, or of every level of a network."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd
import plotly.graph_objects as go

from playground.basics.words import _
from playground.figures import style
from playground.figures.steps.lines import (
    PLAIN,
    Extras,
    by_task,
    draw,
    from_to,
    from_to_text,
    mark,
    matrix,
    mean,
    nothing,
    smooth_all,
    spread,
    stack,
    thinned,
)
from playground.figures.style import Look, Sheet, as_html, axis, layout


def overlay(
    frames: Mapping[str, pd.DataFrame],
    look: Look,
    column: str = "loss",
    unit: str = "",
    extras: Extras = PLAIN,
    title: str = "",
) -> go.Figure:
    """Several configurations in one chart: the colour is the task, the dash is the configuration.

    frames: for each configuration's name a frame with columns seed, step, task and `column`.
    unit: title of the vertical axis. title: of the chart; what its vertical axis says where left out.
    """
    title = title or unit or column
    kept = {name: frame.dropna(subset=[column]) for name, frame in frames.items()}
    kept = {name: frame for name, frame in kept.items() if not frame.empty}
    if not kept:
        return style.empty(title, _("Nothing was recorded."), extras.height)
    subtitle = _("Colour is the task, dash is the configuration; lines are means over seeds.")
    figure = Sheet(layout(title, subtitle, height=extras.height))
    dashes = style.method_dashes(frames)
    named: set[str] = set()
    for name, frame in kept.items():
        for task, rows in (tasks := by_task(frame, look)).items():
            steps, lines = matrix(rows, column)
            x, y = thinned(steps, mean(smooth_all(steps, lines, extras.smooth)))
            text = f"{look.label(task)} · {as_html(name)}"
            figure.add_scatter(
                x=x,
                y=y,
                name=look.label(task),
                legendgroup=task,
                showlegend=task not in named and len(tasks) <= style.MANY,
                uid=f"{name}-{task}",
                line={"color": look.color(task), "dash": dashes[name], "width": 2},
                hovertemplate="%{y:.4g}<extra>" + text + "</extra>",
            )
            named.add(task)
    for name in kept:
        line = {"color": style.MUTED, "dash": dashes[name], "width": 2}
        key = {"x": [None], "y": [None], "mode": "lines", "line": line, "hoverinfo": "skip"}
        figure.add_scatter(**key, name=as_html(name), uid=f"{name}-key", legendgroup=f"configuration {name}")
    kind = "log" if extras.log and all((frame[column] > 0).all() for frame in kept.values()) else "linear"
    figure.update_layout(xaxis=axis(_("Step"), hoverformat="d"), yaxis=axis(unit or column, type=kind))
    mark(figure, extras)
    return figure.figure()


def overlay_text(frames: Mapping[str, pd.DataFrame], look: Look, column: str = "loss") -> str:
    """The overlay in words: where each configuration ends."""
    return " ".join(from_to_text(f"{name}:", frame, look, column) for name, frame in frames.items())


def by_level(
    frame: pd.DataFrame, look: Look, levels: Sequence[str], title: str, unit: str, extras: Extras = PLAIN
) -> go.Figure:
    """Something that a network has at every level and for every task, over steps: one panel a level.

    frame: columns seed, step, level (0 for the first), task, value. levels: their names; the first stands on top.
    """
    frame = frame.dropna(subset=["value"])
    if frame.empty:
        return style.empty(title, nothing("value"), extras.height)
    figure = Sheet(layout(title, spread(frame, extras), height=extras.height))
    for level in range(len(levels)):
        for task, rows in by_task(frame[frame["level"] == level], look).items():
            steps, lines = matrix(rows, "value")
            draw(figure, task, look.label(task), (look.color(task),), steps, lines, extras.smooth, panel=level + 1)
    stack(figure, [f"{unit} · {level}" for level in levels] if len(levels) > 1 else [unit])
    figure.traces = _named_once(figure.traces)
    mark(figure, extras)
    return figure.figure()


def by_level_text(frame: pd.DataFrame, look: Look, levels: Sequence[str], title: str) -> str:
    """The same in words: for each level and task where it began and where it is."""
    frame = frame.dropna(subset=["value"])
    if frame.empty:
        return f"{title}: {nothing('value')}"
    parts = [
        f"{name}: " + style.listed(from_to(frame[frame["level"] == level], look, "value")) for level, name in enumerate(levels)
    ]
    return f"{title}. " + style.sentence(parts)


def _named_once(traces: list[dict[str, object]]) -> list[dict[str, object]]:
    """Traces of which only the first of each name stands in the legend; each panel's has a name of its own for the chart."""
    named, result = set[object](), []
    for place, trace in enumerate(traces):
        hidden = trace.get("showlegend") is False or trace.get("name") in named
        named.add(trace.get("name") if not hidden else None)
        result.append(trace | {"uid": f"{trace['uid']}-{place}"} | ({"showlegend": False} if hidden else {}))
    return result
