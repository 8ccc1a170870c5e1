"""How the tasks' gradients get along over steps: cosines of pairs, how often they pull apart, how uneven they are.

As in `playground.figures.steps.curves`, the line is the mean over the seeds and the band reaches from the lowest to the
highest.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from playground.basics.words import _
from playground.figures import style
from playground.figures.steps.lines import (
    PLAIN,
    Extras,
    before,
    draw,
    in_common,
    mark,
    matrix,
    mean,
    nothing,
    smooth_all,
    spread,
    thinned,
)
from playground.figures.style import Look, Sheet, axis, faint, layout, number

MOST_BANDS = 3
"""More pairs of tasks than these are drawn without bands, and without the raw lines behind smoothed ones."""

MOST_PAIRS = 66
"""With more pairs of tasks than these, those of twelve tasks, it is drawn where most of them lie."""


def cosines(frame: pd.DataFrame, look: Look, extras: Extras = PLAIN) -> go.Figure:
    """Cosine between the gradients of each pair of tasks, over steps, in the two colours of the pair.

    frame: columns seed, step, first, second, cosine. Below zero the two tasks pull apart.
    """
    title = _("Do the gradients agree? Below zero two tasks pull apart")
    frame = frame.dropna(subset=["cosine"])
    if frame.empty:
        return style.empty(title, _("No gradients were measured."), extras.height)
    figure = Sheet(layout(title, spread(frame, extras), height=extras.height))
    groups = frame.groupby(["first", "second"], sort=False)
    if groups.ngroups > MOST_PAIRS:
        return _many_pairs(frame, title, look, extras)
    few, reach = groups.ngroups <= MOST_BANDS, 0.0
    # Behind very many lines a ghost of each would hide them.
    then = before(extras, "cosine", ["first", "second"]) if few else {}
    for (first, second), rows in groups:
        steps, lines = matrix(rows, "cosine")
        colors = look.color(first), look.color(second)
        name = _spans(look, first, second)
        ghost = then.get((first, second))
        drawn = [(steps, lines)] if ghost is None else [(steps, lines), ghost]
        reach = max([reach, *(float(np.nanmax(np.abs(mean(smooth_all(*one, extras.smooth))))) for one in drawn)])
        draw(figure, f"{first}·{second}", name, colors, steps, lines, extras.smooth, bare=not few, ghost=ghost)
    return _with_reach(figure, reach, extras)


def _with_reach(figure: Sheet, reach: float, extras: Extras) -> go.Figure:
    """The figure of cosines, wide enough for the largest of them."""
    # Few possible ranges, so that the axis does not tremble while numbers come in.
    reach = next(limit for limit in (0.25, 0.5, np.inf) if 1.25 * reach < limit)
    reach = min(reach, 1.05)
    figure.update_layout(xaxis=axis(_("Step"), hoverformat="d"), yaxis=axis(_("Cosine"), range=[-reach, reach]))
    _pulling_apart(figure, reach)
    mark(figure, extras)
    return figure.figure()


def _many_pairs(frame: pd.DataFrame, title: str, look: Look, extras: Extras) -> go.Figure:
    """The cosines of very many pairs: between which values most of them lie, and the pairs that pull apart most."""
    means = frame.groupby(["step", "first", "second"], sort=False)["cosine"].mean()
    steps = np.unique(frame["step"].to_numpy(int))
    spread = means.groupby("step").quantile([0.1, 0.5, 0.9]).unstack().to_numpy(float).T
    words = _("Grey: the middle of {count} pairs, and between what 80 % of them lie. In colour: those that pull apart most.")
    worst = means.groupby(["first", "second"]).mean().nsmallest(MOST_BANDS).index
    count = frame.groupby(["first", "second"]).ngroups
    figure = Sheet(layout(title, words.format(count=f"{count:,}"), height=extras.height))
    middle_line = smooth_all(steps, spread[1:2], extras.smooth)[0]
    low, middle, high = (thinned(steps, line) for line in (spread[0], middle_line, spread[2]))
    edge = {"mode": "lines", "line": {"width": 0, "color": faint(style.SHARED, 0)}, "hoverinfo": "skip", "showlegend": False}
    figure.add_scatter(**edge, x=low[0], y=low[1], uid="pairs-low")
    figure.add_scatter(**edge, x=high[0], y=high[1], uid="pairs-high", fill="tonexty", fillcolor=faint(style.SHARED, 0.25))
    line = {"color": style.SHARED, "width": 2.5}
    hover = "%{y:.4g}<extra>" + _("the middle of all pairs") + "</extra>"
    named = {"name": _("the middle of all pairs"), "hovertemplate": hover, "mode": "lines"}
    figure.add_scatter(x=middle[0], y=middle[1], uid="pairs-middle", line=line, **named)
    reach = float(np.nanmax(np.abs(spread)))
    for first, second in worst:
        rows = frame[(frame["first"] == first) & (frame["second"] == second)]
        places, lines = matrix(rows, "cosine")
        colors = look.color(first), look.color(second)
        reach = max(reach, float(np.nanmax(np.abs(mean(smooth_all(places, lines, extras.smooth))))))
        draw(figure, f"{first}·{second}", _spans(look, first, second), colors, places, lines, extras.smooth, bare=True)
    return _with_reach(figure, reach, extras)


def cosines_text(frame: pd.DataFrame, look: Look) -> str:
    """The cosines in words: for each pair how often the two gradients pulled apart."""
    frame = frame.dropna(subset=["cosine"])
    if frame.empty:
        return _("No gradients were measured.")
    frame, rest = _worst_pairs(frame)
    parts = [
        _("{first} and {second}: {percent} % of the steps below zero, {last} at the end").format(
            first=look.title(first),
            second=look.title(second),
            percent=round(100 * float((rows["cosine"] < 0).mean())),
            last=number(float(rows.loc[rows["step"] == rows["step"].max(), "cosine"].mean()), 2),
        )
        for (first, second), rows in frame.groupby(["first", "second"], sort=False)
    ]
    parts += [_("{count} other pairs pull apart less").format(count=f"{rest:,}")] if rest else []
    return _("Cosine between the gradients of each pair of tasks.") + " " + style.sentence(parts)


def _worst_pairs(frame: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    """The rows of the pairs that pull apart most, where there are very many, and how many others there are."""
    means = frame.groupby(["first", "second"], sort=False)["cosine"].mean()
    if len(means) <= MOST_PAIRS:
        return frame, 0
    worst = set(means.nsmallest(MOST_BANDS).index)
    chosen = [pair in worst for pair in zip(frame["first"], frame["second"], strict=True)]
    return frame[chosen], len(means) - len(worst)


def _spans(look: Look, first: str, second: str) -> str:
    """The name of a pair, each task in its colour."""
    return " · ".join(f'<span style="color:{look.color(task)}">{look.label(task)}</span>' for task in (first, second))


def _pulling_apart(figure: Sheet, reach: float) -> None:
    """Shades the half below zero, down to −`reach`, and says what it means."""
    area = {"type": "rect", "xref": "paper", "x0": 0, "x1": 1, "y0": -1.05, "y1": 0, "line": {"width": 0}, "layer": "below"}
    figure.add_shape(**area, fillcolor=faint(style.WRONG, 0.07))
    figure.add_level(0, line={"color": style.MUTED, "width": 1})
    words = {"xref": "paper", "x": 1, "xanchor": "right", "showarrow": False, "font": {"color": style.MUTED}}
    figure.add_annotation(**words, y=-reach, yanchor="bottom", text=_("pulling apart"))
    figure.add_annotation(**words, y=reach, yanchor="top", text=_("pulling together"))


def conflict(frame: pd.DataFrame, extras: Extras = PLAIN) -> go.Figure:
    """How often two tasks' gradients pulled apart, over all steps so far; frame: seed, step, conflict (0 to 1)."""
    title = _("How often did two tasks pull apart so far?")
    frame = frame.dropna(subset=["conflict"])
    if frame.empty:
        return style.empty(title, nothing("norm"), extras.height)
    steps, lines = matrix(frame.assign(conflict=100 * frame["conflict"]), "conflict")
    unit = _("Pairs below zero (%)")
    return in_common(frame, title, unit, steps, lines, extras, range=[0, 100], ticksuffix=" %")


def conflict_text(frame: pd.DataFrame) -> str:
    """The conflict in words: how often, over all steps."""
    frame = frame.dropna(subset=["conflict"])
    if frame.empty:
        return nothing("norm")
    last = frame.loc[frame["step"] == frame["step"].max(), "conflict"].mean()
    return _("Over all steps, {percent} % of the pairs of gradients pull apart.").format(percent=round(100 * float(last)))


def condition(frame: pd.DataFrame, extras: Extras = PLAIN) -> go.Figure:
    """Condition number of the Gramian over steps, on a logarithmic axis; frame: seed, step, condition (1 or more)."""
    title = _("How uneven are the gradients? 1: equally long, at right angles")
    frame = frame.dropna(subset=["condition"])
    if frame.empty:
        return style.empty(title, nothing("norm"), extras.height)
    steps, lines = matrix(frame, "condition")
    # Powers of ten are what is smoothed: a single high value would otherwise hide what follows.
    lines = 10 ** smooth_all(steps, np.log10(lines), extras.smooth)
    return in_common(frame, title, _("Condition number of the Gramian"), steps, lines, extras, type="log")


def condition_text(frame: pd.DataFrame) -> str:
    """The condition number in words: where it began and where it is."""
    frame = frame.dropna(subset=["condition"])
    if frame.empty:
        return nothing("norm")
    means = mean(matrix(frame, "condition")[1])
    return _("Condition number of the Gramian over steps: from {first} to {last}.").format(
        first=number(float(means[0])), last=number(float(means[-1]))
    )
