"""A race in pictures: the front in the plane of two metrics, gains with their intervals, and gain against cost.

Colour and shape together are the entrant, as in every picture where many methods stand side by side; grey is the sweep of fixed
weights, ink is one network a task. Each figure has a sibling `…_text` that says the same in words.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go

from playground import catalog
from playground.basics.words import _
from playground.figures import style
from playground.figures.marks import COLORS
from playground.figures.style import Sheet, as_html, axis, faint, layout
from playground.measures import measure
from playground.race.plan import FIXED, SINGLE, TUNED, Race
from playground.race.result import Result, Standing
from playground.runs.results.comparison import higher_is_better
from playground.suites.base import Task

SYMBOLS = ("circle", "square", "triangle-up", "diamond", "triangle-down", "cross", "x")
"""plotly's names for the shapes of `playground.figures.marks`, in their order."""

ROW = 34
"""Height of an entrant's row, in pixels."""

ROOM = 2.5
"""How many times their own room the axes of the front show on either side of those who contend."""

TURN = np.linspace(0, 2 * math.pi, 49)


@dataclass(frozen=True)
class Trail:
    """An entrant that still trains: for each look at validation data its scores of two tasks, [N] each."""

    key: str
    x: Sequence[float]
    y: Sequence[float]


def looks(race: Race) -> dict[str, tuple[str, str]]:
    """For each entrant its colour and its shape; a method has those that it has on every page."""
    known = list(catalog.methods())
    found = {}
    for place, one in enumerate(race.entrants):
        number = place if len(race.places) > 1 else known.index(one.configurations[0].weighting.name)
        found[one.key] = (COLORS[number % len(COLORS)], SYMBOLS[number % len(SYMBOLS)])
        if one.kind in (FIXED, SINGLE, TUNED):
            shape = {FIXED: "circle", SINGLE: "star", TUNED: "diamond-wide"}[one.kind]
            found[one.key] = (style.SHARED if one.kind == FIXED else style.INK, shape)
    return found


def label(title: str) -> str:
    """An entrant's name beside an axis: strategy and method below each other, as narrow pages have little room."""
    return as_html(title).replace(" · ", "<br>")


def unit(task: Task) -> str:
    """A task's metric as an axis names it."""
    found = measure(task)
    way = _("more is better") if found.higher_is_better else _("less is better")
    return f"{_(task.title)}: {_(found.title)} ({found.unit or '1'}, {way})"


# --- the front ---------------------------------------------------------------------------------------------------------


def front(result: Result, first: Task, second: Task, trails: Sequence[Trail] = ()) -> go.Figure:
    """Every entrant as a point in the plane of two tasks' test metrics, with an ellipse of one standard deviation over seeds.

    The line is the sweep of fixed weights with a band of one standard deviation across it (for two tasks; for more its points
    stand alone), the straight lines are networks of one task. trails: who still trains, on validation data.
    """
    title = _("Who does better on one task without doing worse on the other?")
    subtitle = _(
        "Points: mean on test. Ellipses and band: one standard deviation over seeds. Grey: fixed weights; double-click for all."
    )
    colors, titles = looks(result.race), result.race.titles
    figure = Sheet(layout(title, subtitle, height=540, hovermode="closest", margin={"l": 8, "r": 12, "t": 70, "b": 8}))
    points = {key: xy for key, one in result.standings.items() if len(xy := _places(one, first.name, second.name))}
    if not points and not trails:
        return style.empty(title, _("Each entrant becomes a point here:<br>its mean over seeds, with its spread."), 420)
    swept = [points[key] for key in points if result.standings[key].entrant.kind == FIXED]
    if len(swept) > 1:
        _sweep(figure, swept, line=len(result.race.experiment.tasks) == 2)
    if SINGLE in points:
        x, y = points[SINGLE].mean(0)
        line = {"color": style.INK, "width": 1, "dash": "dot"}
        figure.add_border(x, line)
        figure.add_level(y, line)
    for key, xy in points.items():
        kind = result.standings[key].entrant.kind
        if kind != FIXED:
            _point(figure, xy, titles[key], colors[key], key in result.members)
    for trail in trails:
        color, symbol = colors[trail.key]
        figure.add_scatter(
            x=[float(value) for value in trail.x],
            y=[float(value) for value in trail.y],
            mode="lines+markers",
            line={"color": faint(color, 0.35), "width": 1.5},
            marker={"color": faint(color, 0.6), "symbol": symbol, "size": [3] * (len(trail.x) - 1) + [8]},
            name=as_html(titles[trail.key]),
            uid=f"trail-{trail.key}",
            showlegend=False,
            hovertemplate=f"{as_html(titles[trail.key])}: " + _("trains, on validation data") + "<extra></extra>",
        )
    near = [xy.mean(0) for key, xy in points.items() if result.standings[key].entrant.kind != FIXED]
    ways: dict[str, dict[str, object]] = {
        task.name: {} if higher_is_better(task) else {"autorange": "reversed"} for task in (first, second)
    }
    if len(near) > 1 and not trails:
        for place, task in enumerate((first, second)):
            ways[task.name] = {"range": _window([xy[:, place] for xy in points.values()], near, place, higher_is_better(task))}
    figure.update_layout(
        xaxis=axis(as_html(unit(first)), **ways[first.name]), yaxis=axis(as_html(unit(second)), **ways[second.name])
    )
    return figure.figure()


def _window(every: Sequence[np.ndarray], near: Sequence[np.ndarray], place: int, higher: bool) -> list[float]:
    """From where to where an axis goes at first: no further than so many times the room of those who contend, as far ends of
    the sweep would make one dot of them. A double click shows all."""
    middle = np.array([point[place] for point in near])
    room = ROOM * max(float(np.ptp(middle)), 1e-9)
    means, low, high = [float(xy.mean()) for xy in every], float(middle.min()), float(middle.max())
    ends = [max(min(means), low - room), min(max(means), high + room)]
    pad = 0.08 * (ends[1] - ends[0])
    ends = [ends[0] - pad, ends[1] + pad]
    return ends if higher else ends[::-1]


def _places(one: Standing, first: str, second: str) -> np.ndarray:
    """[seeds, 2] where an entrant stands in each seed in which it has both scores."""
    x, y = one.scores.get(first, {}), one.scores.get(second, {})
    return np.array([(x[seed], y[seed]) for seed in x if seed in y], float).reshape(-1, 2)


def _sweep(figure: Sheet, swept: Sequence[np.ndarray], line: bool) -> None:
    """The curve of fixed weights with its band."""
    means = np.array([xy.mean(0) for xy in swept])
    scale = np.ptp(means, axis=0) + 1e-12
    if line and min(map(len, swept)) > 1:
        along = np.gradient(means / scale, axis=0)
        across = np.stack([-along[:, 1], along[:, 0]], 1) / (np.linalg.norm(along, axis=1, keepdims=True) + 1e-12)
        spread = np.array([((xy - xy.mean(0)) / scale @ normal).std(ddof=1) for xy, normal in zip(swept, across, strict=True)])
        ends = [means + sign * spread[:, None] * across * scale for sign in (1, -1)]
        band = np.concatenate([ends[0], ends[1][::-1]])
        figure.add_scatter(
            x=band[:, 0].tolist(),
            y=band[:, 1].tolist(),
            fill="toself",
            fillcolor=faint(style.SHARED, 0.2),
            mode="lines",
            line={"width": 0, "color": style.SHARED},
            hoverinfo="skip",
            showlegend=False,
            uid="band",
        )
    figure.add_scatter(
        x=means[:, 0].tolist(),
        y=means[:, 1].tolist(),
        mode="lines+markers" if line else "markers",
        line={"color": style.SHARED, "width": 2},
        marker={"color": style.SHARED, "size": 6},
        name=_("Fixed weights"),
        uid="sweep",
        hovertemplate="%{x:.4g} · %{y:.4g}<extra></extra>",
    )


def _point(figure: Sheet, xy: np.ndarray, title: str, look: tuple[str, str], member: bool) -> None:
    """One entrant: its mean, and an ellipse of its seeds. A ring of ink marks those that cannot be told from the best."""
    color, symbol = look
    center = xy.mean(0)
    if len(xy) > 2:
        values, vectors = np.linalg.eigh(np.cov(xy.T))
        round_ = center + (np.stack([np.cos(TURN), np.sin(TURN)], 1) * np.sqrt(np.maximum(values, 0))) @ vectors.T
        figure.add_scatter(
            x=round_[:, 0].tolist(),
            y=round_[:, 1].tolist(),
            mode="lines",
            line={"color": faint(color, 0.45), "width": 1},
            fill="toself",
            fillcolor=faint(color, 0.05),
            hoverinfo="skip",
            showlegend=False,
            legendgroup=title,
            uid=f"ellipse-{title}",
        )
    figure.add_scatter(
        x=[float(center[0])],
        y=[float(center[1])],
        mode="markers",
        marker={
            "color": color,
            "symbol": symbol,
            "size": 12,
            "line": {"color": style.INK if member else style.PAGE, "width": 1.5},
        },
        name=as_html(title),
        legendgroup=title,
        uid=f"point-{title}",
        hovertemplate=f"<b>{as_html(title)}</b><br>%{{x:.4g}} · %{{y:.4g}}<extra></extra>",
    )


def front_text(result: Result, first: Task, second: Task) -> str:
    """The front in words."""
    titles = result.race.titles
    parts = []
    for key in result.order:
        point = result.standings[key].point()
        if first.name in point and second.name in point:
            words = _("{name} at {first} and {second}")
            parts.append(
                words.format(name=titles[key], first=style.number(point[first.name]), second=style.number(point[second.name]))
            )
    head = _("Mean test scores of {first} and {second}.").format(first=unit(first), second=unit(second))
    return f"{head} {style.sentence(parts)}" if parts else _("No entrant has come to its end yet.")


# --- gains and cost ----------------------------------------------------------------------------------------------------


def board(result: Result) -> go.Figure:
    """Δm of every contender: a dot for the mean, a whisker of its interval; full where it cannot be told from the best."""
    title = _("Gain of each entrant over one network a task")
    keys = [key for key in result.order if result.standings[key].entrant.contends]
    if not keys:
        return style.empty(title, _("Each entrant gets a row here:<br>its gain, with a 95 % interval."))
    colors, titles = looks(result.race), result.race.titles
    subtitle = _("Mean over tasks, 95 % intervals corrected for all entrants; a full dot cannot be told from the best")
    figure = Sheet(layout(title, subtitle, height=150 + ROW * len(keys), hovermode="closest", showlegend=False))
    for key in keys:
        one, (color, symbol) = result.delta_m[key], colors[key]
        member = key in result.members
        figure.add_scatter(
            x=[one.mean if math.isfinite(one.mean) else None],
            y=[key],
            mode="markers",
            marker={
                "color": color if member else style.PAGE,
                "symbol": symbol,
                "size": 12,
                "line": {"color": color, "width": 2},
            },
            error_x={
                "array": [one.half if one.known else 0.0],
                "visible": one.known,
                "color": color,
                "thickness": 1.5,
                "width": 5,
            },
            uid=f"board-{key}",
            hovertemplate=f"<b>{as_html(titles[key])}</b><br>{one.text()} %<extra></extra>",
        )
    figure.add_border(0, {"color": style.INK, "width": 1.5})
    ends = [end for key in keys for end in (result.delta_m[key].low, result.delta_m[key].high) if math.isfinite(end)]
    means = [mean for key in keys if math.isfinite(mean := result.delta_m[key].mean)]
    low, high = min([0.0, *means]), max([0.0, *means])
    room = max(1.0, 1.5 * (high - low))
    span = [max(min([low, *ends]), low - room), min(max([high, *ends]), high + room)]
    pad = 0.05 * (span[1] - span[0])
    figure.update_layout(
        xaxis=axis(_("Δm (%)"), range=[span[0] - pad, span[1] + pad]),
        yaxis=axis(
            "",
            categoryorder="array",
            categoryarray=keys[::-1],
            tickvals=keys,
            ticktext=[label(titles[key]) for key in keys],
            tickfont={"size": 13},
            fixedrange=True,
            nticks=None,
        ),
    )
    return figure.figure()


def board_text(result: Result) -> str:
    """The gains in words."""
    keys = [key for key in result.order if result.standings[key].entrant.contends]
    parts = [f"{result.race.titles[key]} {result.delta_m[key].text()} %" for key in keys]
    return _("Mean gain over tasks (Δm), the highest first.") + " " + style.sentence(parts)


def cost(result: Result) -> go.Figure:
    """Gain against what a step takes."""
    title = _("What does a gain cost? Left is cheaper, up is better")
    keys = [
        key
        for key, one in result.contenders.items()
        if math.isfinite(one.cost.milliseconds) and math.isfinite(result.delta_m[key].mean) and one.entrant.kind != TUNED
    ]
    if not keys:
        return style.empty(title, _("No entrant has come to its end yet."))
    colors, titles = looks(result.race), result.race.titles
    figure = Sheet(
        layout(
            title, _("Time of a step of one run, as it trained in its fleet"), height=440, hovermode="closest", showlegend=False
        )
    )
    for key in keys:
        one, spent, (color, symbol) = result.delta_m[key], result.standings[key].cost, colors[key]
        figure.add_scatter(
            x=[spent.milliseconds],
            y=[one.mean],
            mode="markers",
            marker={"color": color, "symbol": symbol, "size": 11, "line": {"color": style.PAGE, "width": 1}},
            uid=f"cost-{key}",
            hovertemplate=f"<b>{as_html(titles[key])}</b><br>{one.text()} %<br>%{{x:.2f}} ms · "
            + _("{count} passes a step").format(count=f"{spent.passes:.2g}")
            + "<extra></extra>",
        )
    figure.add_level(0, {"color": style.INK, "width": 1.5})
    figure.update_layout(xaxis=axis(_("Milliseconds a step and run"), rangemode="tozero"), yaxis=axis(_("Δm (%)")))
    return figure.figure()


def cost_text(result: Result) -> str:
    """Gain against cost in words."""
    parts = [
        _("{name}: {gain} % at {time} ms").format(
            name=result.race.titles[key], gain=result.delta_m[key].text(), time=f"{one.cost.milliseconds:.2f}"
        )
        for key, one in result.contenders.items()
        if math.isfinite(one.cost.milliseconds)
    ]
    return _("Mean gain over tasks (Δm) against the time of a step.") + " " + style.sentence(parts)
