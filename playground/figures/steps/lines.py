"""What figures over steps are drawn with: a line and a band for each task, marks, panels, and the same in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from playground.basics.words import _
from playground.figures import style
from playground.figures.steps import changes
from playground.figures.steps import kept as marks
from playground.figures.steps.changes import change_words
from playground.figures.steps.kept import Kept
from playground.figures.style import Look, Sheet, as_html, axis, faint, layout, number
from playground.runs.results.records import Changed

PANEL = 95
"""Pixels that each of several panels has at least."""

SIDE_BY_SIDE = 2
"""With more panels than this, the titles of their axes stand above them."""


@dataclass(frozen=True)
class Extras:
    """What may be drawn over any figure of steps.

    changes: records of kind "changed": a dotted vertical line where somebody turned a knob.
    step: the step that the page looks at, marked by a vertical line; None for none.
    smooth: strength of the smoothing, from 0 (none) to 0.99; scores are never smoothed, and bands are of what was measured.
    log: whether the values stand on a logarithmic axis, where they can.
    height: in pixels.
    kept: for each task the steps that runs kept, one a seed, marked on curves of losses and scores.
    before: what the run before came to, by the name of the column that is drawn, as a frame like the one of the figure: a
        ghost behind its curve.
    """

    changes: Sequence[Changed] = ()
    step: int | None = None
    smooth: float = 0.0
    log: bool = False
    height: int = style.HEIGHT
    kept: Kept = field(default_factory=dict)
    before: Mapping[str, pd.DataFrame] = field(default_factory=dict, compare=False)


PLAIN = Extras()
Lines = tuple[np.ndarray, np.ndarray]
"""Steps [N] and values [R, N] of R seeds."""
GHOST = {"width": 2, "dash": "2px,3px"}
"""How the line of the run before is drawn, in a faint colour of its task."""

NONE: Kept = {}


def of_tasks(
    frame: pd.DataFrame,
    look: Look,
    column: str,
    title: str,
    unit: str,
    extras: Extras,
    subtitle: str | None = None,
    kept: Kept = NONE,
    **vertical: object,
) -> go.Figure:
    """A line and a band a task, from a frame with columns seed, step, task and `column`.

    subtitle: instead of the one about the band; kept: as in `Extras`; vertical: more of the vertical axis.
    """
    frame = frame.dropna(subset=[column])
    if frame.empty:
        return style.empty(title, nothing(column), extras.height)
    figure = Sheet(layout(title, subtitle or spread(frame, extras), height=extras.height))
    then = before(extras, column)
    for task, rows in (tasks := by_task(frame, look)).items():
        steps, lines = matrix(rows, column)
        how = manner(look, task, len(tasks)) | {"kept": kept, "ghost": then.get(task)}
        draw(figure, task, look.label(task), (look.color(task),), steps, lines, extras.smooth, **how)
    without_legend(figure, len(tasks))
    kind = "log" if extras.log and bool((frame[column] > 0).all()) else "linear"
    figure.update_layout(
        xaxis=axis(_("Step"), hoverformat="d"), yaxis=axis(unit, type=kind, uirevision=f"{unit} {kind}", **vertical)
    )
    mark(figure, extras)
    return figure.figure()


def in_common(
    frame: pd.DataFrame,
    title: str,
    unit: str,
    steps: np.ndarray,
    lines: np.ndarray,
    extras: Extras,
    **vertical: object,
) -> go.Figure:
    """One line and band for something that all tasks have in common, in the colour of what they share.

    lines: [R, N] values at N steps, smoothed before where they should be; vertical: more of the vertical axis.
    """
    figure = Sheet(layout(title, spread(frame, replace(extras, smooth=0.0)), height=extras.height, showlegend=False))
    draw(figure, "all", unit, (style.SHARED,), steps, lines, 0.0)
    figure.update_layout(xaxis=axis(_("Step"), hoverformat="d"), yaxis=axis(unit, **vertical))
    mark(figure, extras)
    return figure.figure()


def nothing(column: str) -> str:
    """The sentence of an empty chart."""
    if column in ("share", "norm"):
        return _("No gradients were measured.")
    return _("Nothing was recorded yet.")


def in_order(frame: pd.DataFrame, look: Look) -> list[str]:
    """The tasks of a frame in the order of the suite."""
    present = list(frame["task"].unique())
    return [task for task in look.colors if task in present] + [task for task in present if task not in look.colors]


def matrix(rows: pd.DataFrame, column: str) -> tuple[np.ndarray, np.ndarray]:
    """Steps [N] and values [R, N] with one line a seed; NaN where a seed has no value at a step."""
    seeds, line = np.unique(rows["seed"].to_numpy(int), return_inverse=True)
    steps, place = np.unique(rows["step"].to_numpy(int), return_inverse=True)
    lines = np.full((len(seeds), len(steps)), np.nan)
    lines[line, place] = rows[column].to_numpy(float)
    return steps, lines


def by_task(frame: pd.DataFrame, look: Look) -> dict[str, pd.DataFrame]:
    """The rows of each task, in the order of the suite."""
    groups = dict(iter(frame.groupby("task", sort=False)))
    return {task: groups[task] for task in in_order(frame, look)}


def before(extras: Extras, column: str, by: str | list[str] = "task") -> dict[Any, Lines]:
    """For each task, or each pair of tasks, the curve of the run before, where there is one behind this figure."""
    frame = extras.before.get(column)
    if frame is None or (frame := frame.dropna(subset=[column])).empty:
        return {}
    return {key: matrix(rows, column) for key, rows in frame.groupby(by, sort=False)}


def relative_to_first(frame: pd.DataFrame, column: str) -> pd.Series:
    """`column` divided by the first value of its seed and task; empty where that is zero."""
    ordered = frame.sort_values("step")
    first = ordered.groupby(["seed", "task"])[column].transform("first")
    return (ordered[column] / first.where(first != 0)).reindex(frame.index)


def smooth_all(steps: np.ndarray, lines: np.ndarray, smooth: float) -> np.ndarray:
    """Each line of [R, N] smoothed over the values that it has; steps: [N]."""
    result = lines.copy()
    for line in result:
        has = np.isfinite(line)
        line[has] = style.smoothed(line[has], smooth, steps[has])
    return result


def mean(lines: np.ndarray) -> np.ndarray:
    """[N] mean over the seeds that have a value; every step has one, as it would not be in the frame otherwise."""
    return np.nanmean(lines, axis=0)


def thinned(steps: np.ndarray, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Both with at most `style.MOST_POINTS` entries; single precision halves what is sent to the browser."""
    kept = style.decimated(len(steps))
    return steps[kept].astype(np.int32), values[kept].astype(np.float32)


def draw(
    figure: Sheet,
    key: str,
    name: str,
    colors: tuple[str, ...],
    steps: np.ndarray,
    lines: np.ndarray,
    smooth: float,
    panel: int = 1,
    bare: bool = False,
    dash: str = style.DASHES[0],
    kept: Kept = NONE,
    ghost: Lines | None = None,
) -> None:
    """Adds one curve: band, raw line behind, mean; two colours alternate along the line of a pair.

    lines: [R, N] values of R seeds; bare: without band and raw line; dash: of the mean; kept: as in `Extras`.
    ghost: steps and values of the run before, whose mean lies behind all.
    """
    smooth_lines = smooth_all(steps, lines, smooth)
    # Axes are named x, x2, …; the first has no number.
    axes = {"xaxis": "x", "yaxis": "y" if panel == 1 else f"y{panel}"}
    common = {"legendgroup": key, **axes, "mode": "lines"}
    hidden = {**common, "showlegend": False, "hoverinfo": "skip"}
    if ghost is not None:
        x, then = thinned(ghost[0], mean(smooth_all(*ghost, smooth)))
        figure.add_scatter(**hidden, x=x, y=then, uid=f"{key}-ghost", line={"color": faint(colors[0], 0.5), **GHOST})
    if len(lines) > 1 and not bare:
        # Of what was measured: a smoothed band would lie beside the values that it is to hold.
        x, low = thinned(steps, np.nanmin(lines, axis=0))
        high = thinned(steps, np.nanmax(lines, axis=0))[1]
        figure.add_scatter(**hidden, x=x, y=low, uid=f"{key}-low", line={"width": 0, "color": faint(colors[0], 0)})
        band = {"fill": "tonexty", "fillcolor": faint(colors[0], 0.16), "line": {"width": 0, "color": faint(colors[0], 0)}}
        figure.add_scatter(**hidden, x=x, y=high, uid=f"{key}-high", **band)
    if smooth > 0 and not bare:
        x, raw = thinned(steps, mean(lines))
        figure.add_scatter(**hidden, x=x, y=raw, uid=f"{key}-raw", line={"width": 1.2, "color": faint(colors[0], 0.35)})
    x, middle = thinned(steps, mean(smooth_lines))
    # A curve of a single point would be invisible as a line.
    points = {"mode": "lines+markers", "marker": {"size": 7}} if len(x) == 1 else {}
    figure.add_scatter(
        **common | points,
        x=x,
        y=middle,
        name=name,
        uid=f"{key}-mean",
        line={"color": colors[0], "width": 2.5, "dash": dash},
        hovertemplate="%{y:.4g}<extra>" + name + "</extra>",
    )
    marks.draw(figure, key, colors[0], axes, (steps, mean(smooth_lines)), kept)
    for color in colors[1:]:
        figure.add_scatter(
            **hidden, x=x, y=middle, uid=f"{key}-{color}", line={"color": color, "width": 2.5, "dash": "8px,8px"}
        )


def manner(look: Look, task: str, count: int) -> dict[str, Any]:
    """How the line of one of `count` tasks is drawn: many are drawn bare."""
    return {"dash": look.dash(task), "bare": count > style.MANY}


def without_legend(figure: Sheet, count: int) -> None:
    """Lets go of the legend of many tasks; whoever points at a line is told which it is."""
    if count > style.MANY:
        figure.update_layout(showlegend=False, hovermode="closest")


def level_line(figure: Sheet, task: str, color: str, value: float, panel: int, dash: str = "dot", width: int = 2) -> None:
    """A horizontal line at the score of a baseline, hidden together with its task."""
    figure.add_shape(
        type="line",
        xref="paper",
        yref="y" if panel == 1 else f"y{panel}",
        x0=0,
        x1=1,
        y0=value,
        y1=value,
        legendgroup=task,
        line={"color": color, "dash": dash, "width": width},
    )


def stack(figure: Sheet, panels: Sequence[str]) -> None:
    """One vertical axis for each panel, the first on top, over one common axis of steps.

    Beside low panels there is no room for the titles of their axes, so these stand above them.
    """
    count = len(panels)
    above = count > SIDE_BY_SIDE
    gap = 0.13 if above else 0.1
    size = (1 - gap * (count - 1)) / count
    figure.update_layout(xaxis=axis(_("Step"), hoverformat="d", anchor="y" if count == 1 else f"y{count}"))
    for place, label in enumerate(panels):
        top = 1 - place * (size + gap)
        name = "yaxis" if place == 0 else f"yaxis{place + 1}"
        figure.update_layout(**{name: axis("" if above else _wrapped(label), domain=[max(top - size, 0), top])})
        if above:
            words = {"xref": "paper", "yref": "paper", "x": 0, "xanchor": "left", "y": top, "yanchor": "bottom"}
            font = {"color": style.MUTED, "size": 13}
            figure.add_annotation(**words, text=as_html(label), showarrow=False, font=font)


def _wrapped(label: str) -> str:
    """A label for the axis of a low panel: broken into lines that are short enough to stand beside it."""
    return "<br>".join(as_html(line) for line in style.wrapped(label, 18))


def mark(figure: Sheet, extras: Extras) -> None:
    """Vertical lines where a knob was turned, and at the step that the page looks at."""
    for record in extras.changes:
        figure.add_shape(**changes.CHANGE, x0=record["step"], x1=record["step"])
        figure.add_annotation(**changes.CHANGED, x=record["step"], text=as_html(change_words(record["what"])))
    if extras.step is not None:
        figure.add_shape(**changes.STEP, x0=extras.step, x1=extras.step)


def spread(frame: pd.DataFrame, extras: Extras) -> str:
    """The subtitle: what the band is, or that there is none; and how the lines were smoothed."""
    count = int(frame["seed"].nunique())
    if count == 1:
        sentence = _("One seed, so no spread is known.")
    else:
        sentence = _("Mean and range of {count} seeds.").format(count=count)
    if extras.smooth > 0:
        sentence += " " + _("Smoothed by {smooth}, raw behind.").format(smooth=f"{extras.smooth:g}")
    return sentence


def from_to_text(start: str, frame: pd.DataFrame, look: Look, column: str) -> str:
    """`start`, then for each task its first and its last value, as means over seeds."""
    frame = frame.dropna(subset=[column])
    if frame.empty:
        return f"{start} {nothing(column)}"
    return f"{start} " + style.sentence(from_to(frame, look, column))


def from_to(frame: pd.DataFrame, look: Look, column: str) -> Iterable[str]:
    """For each task a part of a sentence: where the mean over seeds of a column begins, and where it ends."""
    for task, rows in by_task(frame, look).items():
        means = mean(matrix(rows, column)[1])
        yield _("{task} goes from {first} to {last}").format(
            task=look.title(task), first=number(float(means[0])), last=number(float(means[-1]))
        )
