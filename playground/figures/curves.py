"""Numbers over steps: losses, weights, shares of the update, gradients' lengths and cosines, scores.

Every figure takes the frames of `playground.runs.history`, with any number of seeds, and the `Look` of the suite. The line
is the mean over the seeds and the band reaches from the lowest to the highest of them. Each has a sibling `…_text` that
says the same in words.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from playground.figures import style
from playground.figures.style import Look, Sheet, axis, escaped, faint, layout, number
from playground.training.events import Record
from playground.words import _

MOST_BANDS = 3
"""More pairs of tasks than these are drawn without bands, and without the raw lines behind smoothed ones."""


PANEL = 95
"""Pixels that each of several panels has at least."""

SIDE_BY_SIDE = 2
"""With more panels than this, the titles of their axes stand above them."""


@dataclass(frozen=True)
class Extras:
    """What may be drawn over any figure of steps.

    changes: records of kind "changed": a dotted vertical line where somebody turned a knob.
    step: the step that the page looks at, marked by a vertical line; None for none.
    smooth: strength of the smoothing, from 0 (none) to 0.99.
    log: whether the values stand on a logarithmic axis, where they can.
    height: in pixels.
    """

    changes: Sequence[Record] = ()
    step: int | None = None
    smooth: float = 0.0
    log: bool = False
    height: int = style.HEIGHT


PLAIN = Extras()


# --- the figures -------------------------------------------------------------------------------------------------------


def losses(frame: pd.DataFrame, look: Look, relative: bool = False, extras: Extras = PLAIN) -> go.Figure:
    """Training loss of each task over steps, in its own unit, or relative to its first value.

    frame: columns seed, step, task, loss.
    """
    title = _("Training loss of each task: lower is better")
    unit = _("Loss, first step = 1") if relative else _("Loss, each in its own unit")
    if relative:
        frame = frame.assign(loss=_relative(frame, "loss"))
    return _tasks(frame, look, "loss", title, unit, extras)


def losses_text(frame: pd.DataFrame, look: Look) -> str:
    """The losses in words: for each task where it began and where it is."""
    return _text(_("Training loss of each task over steps."), frame, look, "loss")


def weights(frame: pd.DataFrame, look: Look, extras: Extras = PLAIN) -> go.Figure:
    """The number that each task's loss or gradient was multiplied with, over steps; frame: seed, step, task, weight."""
    alike = frame["task"].nunique() > 1 and frame["weight"].nunique() == 1
    subtitle = _("All weights are the same, so the lines lie on each other.") if alike else None
    title = _("Weight of each task: what the method decides")
    return _tasks(frame, look, "weight", title, _("Weight"), extras, subtitle)


def weights_text(frame: pd.DataFrame, look: Look) -> str:
    """The weights in words."""
    return _text(_("Weight of each task over steps."), frame, look, "weight")


def shares(frame: pd.DataFrame, look: Look, extras: Extras = PLAIN) -> go.Figure:
    """Each task's part of the update on the shared parameters, over steps; frame: seed, step, task, share (−1 to 1)."""
    frame = frame.assign(share=100 * frame["share"])
    title = _("Share of the update: who moves the shared part")
    return _tasks(frame, look, "share", title, _("Share of the update (%)"), extras, ticksuffix=" %")


def shares_text(frame: pd.DataFrame, look: Look) -> str:
    """The shares in words."""
    start = _("Share of the update on the shared parameters, in percent, over steps.")
    return _text(start, frame.assign(share=100 * frame["share"]), look, "share")


def norms(frame: pd.DataFrame, look: Look, extras: Extras = PLAIN) -> go.Figure:
    """Length of each task's gradient on the shared parameters, over steps; frame: seed, step, task, norm."""
    title = _("Length of each task's gradient on the shared part")
    return _tasks(frame, look, "norm", title, _("Length of the gradient"), extras)


def norms_text(frame: pd.DataFrame, look: Look) -> str:
    """The lengths in words."""
    return _text(_("Length of each task's gradient over steps."), frame, look, "norm")


def cosines(frame: pd.DataFrame, look: Look, extras: Extras = PLAIN) -> go.Figure:
    """Cosine between the gradients of each pair of tasks, over steps, in the two colours of the pair.

    frame: columns seed, step, first, second, cosine. Below zero the two tasks pull apart.
    """
    title = _("Do the gradients agree? Below zero two tasks pull apart")
    frame = frame.dropna(subset=["cosine"])
    if frame.empty:
        return style.empty(title, _("No gradients were measured."), extras.height)
    figure = Sheet(layout(title, _spread(frame, extras), height=extras.height))
    groups = frame.groupby(["first", "second"], sort=False)
    few, reach = groups.ngroups <= MOST_BANDS, 0.0
    for (first, second), rows in groups:
        steps, lines = _matrix(rows, "cosine")
        colors = look.color(first), look.color(second)
        name = _spans(look, first, second)
        reach = max(reach, float(np.nanmax(np.abs(_mean(_smooth_all(lines, extras.smooth))))))
        _draw(figure, f"{first}·{second}", name, colors, steps, lines, extras.smooth, bare=not few)
    # Few possible ranges, so that the axis does not tremble while numbers come in.
    reach = next(limit for limit in (0.25, 0.5, np.inf) if 1.25 * reach < limit)
    reach = min(reach, 1.05)
    figure.update_layout(xaxis=axis(_("Step"), hoverformat="d"), yaxis=axis(_("Cosine"), range=[-reach, reach]))
    _pulling_apart(figure, reach)
    _mark(figure, extras)
    return figure.figure()


def cosines_text(frame: pd.DataFrame, look: Look) -> str:
    """The cosines in words: for each pair how often the two gradients pulled apart."""
    frame = frame.dropna(subset=["cosine"])
    if frame.empty:
        return _("No gradients were measured.")
    parts = [
        _("{first} and {second}: {percent} % of the steps below zero, {last} at the end").format(
            first=look.title(first),
            second=look.title(second),
            percent=round(100 * float((rows["cosine"] < 0).mean())),
            last=number(float(rows.loc[rows["step"] == rows["step"].max(), "cosine"].mean()), 2),
        )
        for (first, second), rows in frame.groupby(["first", "second"], sort=False)
    ]
    return _("Cosine between the gradients of each pair of tasks.") + " " + style.sentence(parts)


def conflict(frame: pd.DataFrame, extras: Extras = PLAIN) -> go.Figure:
    """How often two tasks' gradients pulled apart, over all steps so far; frame: seed, step, conflict (0 to 1)."""
    title = _("How often did two tasks pull apart so far?")
    frame = frame.dropna(subset=["conflict"])
    if frame.empty:
        return style.empty(title, _nothing("norm"), extras.height)
    steps, lines = _matrix(frame.assign(conflict=100 * frame["conflict"]), "conflict")
    unit = _("Pairs below zero (%)")
    return _common(frame, title, unit, steps, lines, extras, range=[0, 100], ticksuffix=" %")


def conflict_text(frame: pd.DataFrame) -> str:
    """The conflict in words: how often, over all steps."""
    frame = frame.dropna(subset=["conflict"])
    if frame.empty:
        return _nothing("norm")
    last = frame.loc[frame["step"] == frame["step"].max(), "conflict"].mean()
    return _("Over all steps, {percent} % of the pairs of gradients pull apart.").format(percent=round(100 * float(last)))


def condition(frame: pd.DataFrame, extras: Extras = PLAIN) -> go.Figure:
    """Condition number of the Gramian over steps, on a logarithmic axis; frame: seed, step, condition (1 or more)."""
    title = _("How uneven are the gradients? 1: equally long, at right angles")
    frame = frame.dropna(subset=["condition"])
    if frame.empty:
        return style.empty(title, _nothing("norm"), extras.height)
    steps, lines = _matrix(frame, "condition")
    # Powers of ten are what is smoothed: a single high value would otherwise hide what follows.
    lines = 10 ** _smooth_all(np.log10(lines), extras.smooth)
    return _common(frame, title, _("Condition number of the Gramian"), steps, lines, extras, type="log")


def condition_text(frame: pd.DataFrame) -> str:
    """The condition number in words: where it began and where it is."""
    frame = frame.dropna(subset=["condition"])
    if frame.empty:
        return _nothing("norm")
    means = _mean(_matrix(frame, "condition")[1])
    return _("Condition number of the Gramian over steps: from {first} to {last}.").format(
        first=number(float(means[0])), last=number(float(means[-1]))
    )


def scores(
    frame: pd.DataFrame,
    look: Look,
    metrics: Mapping[str, str] | None = None,
    baseline: Mapping[str, float] | None = None,
    extras: Extras = PLAIN,
) -> go.Figure:
    """Score of each task on held-out data over steps; one panel for each metric, as their units differ.

    frame: columns seed, step, task, score (filter it to one split before).
    metrics: for each task the label of its metric with its unit, e.g. "accuracy (%)".
    baseline: for each task the score of its single-task baseline, drawn as a dotted line.
    """
    title = _("Score on held-out data")
    frame = frame.dropna(subset=["score"])
    if frame.empty:
        return style.empty(title, _("No scores yet."), extras.height)
    labels = {task: (metrics or {}).get(task, _("Score")) for task in _in_order(frame, look)}
    panels = list(dict.fromkeys(labels.values()))
    subtitle = _spread(frame, extras) + (" " + _("Dotted: one network a task.") if baseline else "")
    figure = Sheet(layout(title, subtitle, height=max(extras.height, 150 + PANEL * len(panels))))
    for task, rows in _by_task(frame, look).items():
        label = labels[task]
        steps, lines = _matrix(rows, "score")
        _draw(figure, task, look.label(task), (look.color(task),), steps, lines, extras.smooth, panel=panels.index(label) + 1)
        if baseline and np.isfinite(baseline.get(task, np.nan)):
            _level(figure, task, look.color(task), baseline[task], panels.index(label) + 1)
    _stack(figure, panels)
    _mark(figure, extras)
    return figure.figure()


def scores_text(frame: pd.DataFrame, look: Look, baseline: Mapping[str, float] | None = None) -> str:
    """The scores in words: where each task is and where its baseline ends."""
    frame = frame.dropna(subset=["score"])
    if frame.empty:
        return _("No scores yet.")
    parts = []
    for task, rows in _by_task(frame, look).items():
        last = number(float(rows.loc[rows["step"] == rows["step"].max(), "score"].mean()))
        if baseline and np.isfinite(baseline.get(task, np.nan)):
            sentence = _("{task} is at {score}, alone at {baseline}")
            parts.append(sentence.format(task=look.title(task), score=last, baseline=number(baseline[task])))
        else:
            parts.append(_("{task} is at {score}").format(task=look.title(task), score=last))
    return _("Score of each task on held-out data.") + " " + style.sentence(parts)


def overlay(
    frames: Mapping[str, pd.DataFrame], look: Look, column: str = "loss", unit: str = "", extras: Extras = PLAIN
) -> go.Figure:
    """Several configurations in one chart: the colour is the task, the dash is the configuration.

    frames: for each configuration's name a frame with columns seed, step, task and `column`.
    unit: title of the vertical axis.
    """
    title = _("Configurations side by side")
    kept = {name: frame.dropna(subset=[column]) for name, frame in frames.items()}
    kept = {name: frame for name, frame in kept.items() if not frame.empty}
    if not kept:
        return style.empty(title, _("Nothing was recorded."), extras.height)
    subtitle = _("Colour is the task, dash is the configuration; lines are means over seeds.")
    figure = Sheet(layout(title, subtitle, height=extras.height))
    dashes = style.method_dashes(frames)
    named: set[str] = set()
    for name, frame in kept.items():
        for task, rows in _by_task(frame, look).items():
            steps, lines = _matrix(rows, column)
            x, y = _thinned(steps, _mean(_smooth_all(lines, extras.smooth)))
            text = f"{look.label(task)} · {escaped(name)}"
            figure.add_scatter(
                x=x,
                y=y,
                name=look.label(task),
                legendgroup=task,
                showlegend=task not in named,
                uid=f"{name}-{task}",
                line={"color": look.color(task), "dash": dashes[name], "width": 2},
                hovertemplate="%{y:.4g}<extra>" + text + "</extra>",
            )
            named.add(task)
    for name in kept:
        line = {"color": style.MUTED, "dash": dashes[name], "width": 2}
        key = {"x": [None], "y": [None], "mode": "lines", "line": line, "hoverinfo": "skip"}
        figure.add_scatter(**key, name=escaped(name), uid=f"{name}-key", legendgroup=f"configuration {name}")
    kind = "log" if extras.log and all((frame[column] > 0).all() for frame in kept.values()) else "linear"
    figure.update_layout(xaxis=axis(_("Step"), hoverformat="d"), yaxis=axis(unit or column, type=kind))
    _mark(figure, extras)
    return figure.figure()


def overlay_text(frames: Mapping[str, pd.DataFrame], look: Look, column: str = "loss") -> str:
    """The overlay in words: where each configuration ends."""
    return " ".join(_text(f"{name}:", frame, look, column) for name, frame in frames.items())


def by_level(
    frame: pd.DataFrame, look: Look, levels: Sequence[str], title: str, unit: str, extras: Extras = PLAIN
) -> go.Figure:
    """Something that a network has at every level and for every task, over steps: one panel a level.

    frame: columns seed, step, level (0 for the first), task, value. levels: their names; the first stands on top.
    """
    frame = frame.dropna(subset=["value"])
    if frame.empty:
        return style.empty(title, _nothing("value"), extras.height)
    figure = Sheet(layout(title, _spread(frame, extras), height=extras.height))
    for level in range(len(levels)):
        for task, rows in _by_task(frame[frame["level"] == level], look).items():
            steps, lines = _matrix(rows, "value")
            _draw(figure, task, look.label(task), (look.color(task),), steps, lines, extras.smooth, panel=level + 1)
    _stack(figure, [f"{unit} · {level}" for level in levels] if len(levels) > 1 else [unit])
    figure.traces = _named_once(figure.traces)
    _mark(figure, extras)
    return figure.figure()


def by_level_text(frame: pd.DataFrame, look: Look, levels: Sequence[str], title: str) -> str:
    """The same in words: for each level and task where it began and where it is."""
    frame = frame.dropna(subset=["value"])
    if frame.empty:
        return f"{title}: {_nothing('value')}"
    parts = [
        f"{name}: " + style.listed(_from_to(frame[frame["level"] == level], look, "value")) for level, name in enumerate(levels)
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


# --- parts -------------------------------------------------------------------------------------------------------------


def _tasks(
    frame: pd.DataFrame,
    look: Look,
    column: str,
    title: str,
    unit: str,
    extras: Extras,
    subtitle: str | None = None,
    **vertical: object,
) -> go.Figure:
    """A line and a band a task, from a frame with columns seed, step, task and `column`.

    subtitle: instead of the one about the band; vertical: more of the vertical axis.
    """
    frame = frame.dropna(subset=[column])
    if frame.empty:
        return style.empty(title, _nothing(column), extras.height)
    figure = Sheet(layout(title, subtitle or _spread(frame, extras), height=extras.height))
    for task, rows in _by_task(frame, look).items():
        steps, lines = _matrix(rows, column)
        _draw(figure, task, look.label(task), (look.color(task),), steps, lines, extras.smooth)
    kind = "log" if extras.log and bool((frame[column] > 0).all()) else "linear"
    figure.update_layout(
        xaxis=axis(_("Step"), hoverformat="d"), yaxis=axis(unit, type=kind, uirevision=f"{unit} {kind}", **vertical)
    )
    _mark(figure, extras)
    return figure.figure()


def _common(
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
    figure = Sheet(layout(title, _spread(frame, replace(extras, smooth=0.0)), height=extras.height, showlegend=False))
    _draw(figure, "all", unit, (style.SHARED,), steps, lines, 0.0)
    figure.update_layout(xaxis=axis(_("Step"), hoverformat="d"), yaxis=axis(unit, **vertical))
    _mark(figure, extras)
    return figure.figure()


def _nothing(column: str) -> str:
    """The sentence of an empty chart."""
    if column in ("share", "norm"):
        return _("No gradients were measured.")
    return _("Nothing was recorded yet.")


def _in_order(frame: pd.DataFrame, look: Look) -> list[str]:
    """The tasks of a frame in the order of the suite."""
    present = list(frame["task"].unique())
    return [task for task in look.colors if task in present] + [task for task in present if task not in look.colors]


def _matrix(rows: pd.DataFrame, column: str) -> tuple[np.ndarray, np.ndarray]:
    """Steps [N] and values [R, N] with one line a seed; NaN where a seed has no value at a step."""
    seeds, line = np.unique(rows["seed"].to_numpy(int), return_inverse=True)
    steps, place = np.unique(rows["step"].to_numpy(int), return_inverse=True)
    lines = np.full((len(seeds), len(steps)), np.nan)
    lines[line, place] = rows[column].to_numpy(float)
    return steps, lines


def _by_task(frame: pd.DataFrame, look: Look) -> dict[str, pd.DataFrame]:
    """The rows of each task, in the order of the suite."""
    groups = dict(iter(frame.groupby("task", sort=False)))
    return {task: groups[task] for task in _in_order(frame, look)}


def _relative(frame: pd.DataFrame, column: str) -> pd.Series:
    """`column` divided by the first value of its seed and task; empty where that is zero."""
    ordered = frame.sort_values("step")
    first = ordered.groupby(["seed", "task"])[column].transform("first")
    return (ordered[column] / first.where(first != 0)).reindex(frame.index)


def _smooth_all(lines: np.ndarray, smooth: float) -> np.ndarray:
    """Each line of [R, N] smoothed over the values that it has."""
    result = lines.copy()
    for line in result:
        has = np.isfinite(line)
        line[has] = style.smoothed(line[has], smooth)
    return result


def _mean(lines: np.ndarray) -> np.ndarray:
    """[N] mean over the seeds that have a value; every step has one, as it would not be in the frame otherwise."""
    return np.nanmean(lines, axis=0)


def _thinned(steps: np.ndarray, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Both with at most `style.MOST_POINTS` entries; single precision halves what is sent to the browser."""
    kept = style.decimated(len(steps))
    return steps[kept].astype(np.int32), values[kept].astype(np.float32)


def _draw(
    figure: Sheet,
    key: str,
    name: str,
    colors: tuple[str, ...],
    steps: np.ndarray,
    lines: np.ndarray,
    smooth: float,
    panel: int = 1,
    bare: bool = False,
) -> None:
    """Adds one curve: band, raw line behind, mean; two colours alternate along the line of a pair.

    lines: [R, N] values of R seeds; bare: without band and raw line.
    """
    smooth_lines = _smooth_all(lines, smooth)
    # Axes are named x, x2, …; the first has no number.
    axes = {"xaxis": "x", "yaxis": "y" if panel == 1 else f"y{panel}"}
    common = {"legendgroup": key, **axes, "mode": "lines"}
    hidden = {**common, "showlegend": False, "hoverinfo": "skip"}
    if len(lines) > 1 and not bare:
        x, low = _thinned(steps, np.nanmin(smooth_lines, axis=0))
        high = _thinned(steps, np.nanmax(smooth_lines, axis=0))[1]
        figure.add_scatter(**hidden, x=x, y=low, uid=f"{key}-low", line={"width": 0, "color": faint(colors[0], 0)})
        band = {"fill": "tonexty", "fillcolor": faint(colors[0], 0.16), "line": {"width": 0, "color": faint(colors[0], 0)}}
        figure.add_scatter(**hidden, x=x, y=high, uid=f"{key}-high", **band)
    if smooth > 0 and not bare:
        x, raw = _thinned(steps, _mean(lines))
        figure.add_scatter(**hidden, x=x, y=raw, uid=f"{key}-raw", line={"width": 1.2, "color": faint(colors[0], 0.35)})
    x, mean = _thinned(steps, _mean(smooth_lines))
    # A curve of a single point would be invisible as a line.
    points = {"mode": "lines+markers", "marker": {"size": 7}} if len(x) == 1 else {}
    figure.add_scatter(
        **common | points,
        x=x,
        y=mean,
        name=name,
        uid=f"{key}-mean",
        line={"color": colors[0], "width": 2.5},
        hovertemplate="%{y:.4g}<extra>" + name + "</extra>",
    )
    for color in colors[1:]:
        figure.add_scatter(**hidden, x=x, y=mean, uid=f"{key}-{color}", line={"color": color, "width": 2.5, "dash": "8px,8px"})


def _spans(look: Look, first: str, second: str) -> str:
    """The name of a pair, each task in its colour."""
    return " · ".join(f'<span style="color:{look.color(task)}">{look.label(task)}</span>' for task in (first, second))


def _level(figure: Sheet, task: str, color: str, value: float, panel: int) -> None:
    """A dotted horizontal line at a baseline's score, hidden together with its task."""
    figure.add_shape(
        type="line",
        xref="paper",
        yref="y" if panel == 1 else f"y{panel}",
        x0=0,
        x1=1,
        y0=value,
        y1=value,
        legendgroup=task,
        line={"color": color, "dash": "dot", "width": 2},
    )


def _stack(figure: Sheet, panels: Sequence[str]) -> None:
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
            figure.add_annotation(**words, text=escaped(label), showarrow=False, font=font)


def _wrapped(label: str) -> str:
    """A label for the axis of a low panel: broken into lines that are short enough to stand beside it."""
    return "<br>".join(escaped(line) for line in style.wrapped(label, 18))


def _pulling_apart(figure: Sheet, reach: float) -> None:
    """Shades the half below zero, down to −`reach`, and says what it means."""
    area = {"type": "rect", "xref": "paper", "x0": 0, "x1": 1, "y0": -1.05, "y1": 0, "line": {"width": 0}, "layer": "below"}
    figure.add_shape(**area, fillcolor=faint(style.WRONG, 0.07))
    figure.add_level(0, line={"color": style.MUTED, "width": 1})
    words = {"xref": "paper", "x": 1, "xanchor": "right", "showarrow": False, "font": {"color": style.MUTED}}
    figure.add_annotation(**words, y=-reach, yanchor="bottom", text=_("pulling apart"))
    figure.add_annotation(**words, y=reach, yanchor="top", text=_("pulling together"))


def _mark(figure: Sheet, extras: Extras) -> None:
    """Vertical lines where a knob was turned, and at the step that the page looks at."""
    up = {"yref": "paper", "y0": 0, "y1": 1, "type": "line"}
    for record in extras.changes:
        figure.add_shape(**up, x0=record["step"], x1=record["step"], line={"color": style.MUTED, "width": 1.5, "dash": "dot"})
        figure.add_annotation(
            x=record["step"],
            y=1,
            yref="paper",
            yanchor="bottom",
            text=escaped(change_words(record["what"])),
            showarrow=False,
            font={"color": style.MUTED, "size": 12},
        )
    if extras.step is not None:
        figure.add_shape(**up, x0=extras.step, x1=extras.step, line={"color": style.INK, "width": 1.5})


def change_words(what: Mapping[str, object]) -> str:
    """What was turned, in few words: "learning rate 0.01"."""
    names = {"rate": _("learning rate"), "weights": _("weights")}
    return style.listed(f"{names.get(name, name)} {_short(value)}" for name, value in what.items())


def _short(value: object) -> str:
    if isinstance(value, (list, tuple)):
        return " ".join(_short(part) for part in value)
    return number(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else str(value)


def _spread(frame: pd.DataFrame, extras: Extras) -> str:
    """The subtitle: what the band is, or that there is none; and how the lines were smoothed."""
    count = int(frame["seed"].nunique())
    if count == 1:
        sentence = _("One seed, so no spread is known.")
    else:
        sentence = _("Mean and range of {count} seeds.").format(count=count)
    if extras.smooth > 0:
        sentence += " " + _("Smoothed by {smooth}, raw behind.").format(smooth=f"{extras.smooth:g}")
    return sentence


def _text(start: str, frame: pd.DataFrame, look: Look, column: str) -> str:
    """`start`, then for each task its first and its last value, as means over seeds."""
    frame = frame.dropna(subset=[column])
    if frame.empty:
        return f"{start} {_nothing(column)}"
    return f"{start} " + style.sentence(_from_to(frame, look, column))


def _from_to(frame: pd.DataFrame, look: Look, column: str) -> Iterable[str]:
    for task, rows in _by_task(frame, look).items():
        means = _mean(_matrix(rows, column)[1])
        yield _("{task} goes from {first} to {last}").format(
            task=look.title(task), first=number(float(means[0])), last=number(float(means[-1]))
        )
