"""The race as two pictures: where the runs are in the plane of the two numbers, and where in the plane of the two losses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from playground.basics.words import _
from playground.figures import style
from playground.figures.marks import Mark, legend
from playground.figures.plane import Plane, contours, joined, line, words
from playground.figures.style import as_html, decimated, faint

MOST_POINTS = 120
"""Points that a path is drawn with at most."""


HEAD = 'class="head"'
"""Attribute of the marks that travel along the paths."""


@dataclass(frozen=True)
class Ground:
    """What lies below the runs.

    window: the part of the plane that is drawn.
    pareto, front: [N, 2] the Pareto set among the numbers, and among the losses.
    heights: [rows, columns] what the contours show, on an even grid over the window; None for no contours.
    color: of the contours.
    """

    window: tuple[float, float, float, float]
    pareto: np.ndarray
    front: np.ndarray
    heights: np.ndarray | None
    color: str = style.SHARED


@dataclass(frozen=True)
class Paths:
    """The runs that are drawn.

    methods: keys, in the order of the second axis. starts: [S, 2].
    steps: [N]. points, losses: [N, methods, starts, 2].
    """

    methods: Sequence[str]
    starts: np.ndarray
    steps: np.ndarray
    points: np.ndarray
    losses: np.ndarray

    def thinned(self) -> Paths:
        """At most `MOST_POINTS` of the recorded points."""
        kept = decimated(len(self.steps), MOST_POINTS)
        return Paths(self.methods, self.starts, self.steps[kept], self.points[kept], self.losses[kept])


def race(ground: Ground, paths: Paths, looks: Mapping[str, Mark], said: Mapping[tuple[str, int], str]) -> str:
    """Both pictures with their legend as markup, every path whole; `playground.ui.weighting` lets them grow.

    said: for a method and the number of a start, what the pointer is told about the run.
    """
    paths = paths.thinned()
    numbers = Plane(*ground.window)
    parts = [] if ground.heights is None else [contours(numbers, ground.heights, ground.color)]
    parts += [
        _best(numbers, ground.pareto),
        *(_runs(numbers, paths, paths.points, looks, said)),
        _starts(numbers, paths.starts),
    ]
    losses = _loss_plane(ground, paths)
    inside = [_best(losses, ground.front), *_runs(losses, paths, paths.losses, looks, said)]
    pictures = (
        (_("The two numbers"), numbers.svg("".join(parts), ("x₁", "x₂"), "numbers"), "numbers"),
        (_("The two losses"), losses.svg("".join(inside), (_("First loss"), _("Second loss")), "losses"), "losses"),
    )
    shown = "".join(
        f'<div class="half {name}"><div class="title">{as_html(title)}</div>{svg}</div>' for title, svg, name in pictures
    )
    return f'<div class="pair">{shown}</div><div class="legend">{legend(looks[key] for key in paths.methods)}{_key()}</div>'


def race_text(paths: Paths, titles: Mapping[str, str], ends: Mapping[str, Sequence[str]]) -> str:
    """The pictures in words: for each method how its runs ended."""
    start = _("Paths of {count} methods after {steps} steps, in the plane of the two numbers and of the two losses.").format(
        count=len(paths.methods), steps=f"{int(paths.steps[-1]):,}" if len(paths.steps) else 0
    )
    parts = [f"{titles[key]}: {style.listed(ends[key])}" for key in paths.methods if ends.get(key)]
    return start + (" " + style.join(parts) + "." if parts else "")


def _loss_plane(ground: Ground, paths: Paths) -> Plane:
    """The part of the plane of losses that holds the front and, but for a few outliers, all paths."""
    seen = paths.losses.reshape(-1, 2)
    seen = seen[np.isfinite(seen).all(-1)]
    everything = np.concatenate([ground.front, seen])
    low, high = everything.min(0), everything.max(0)
    room = 0.06 * np.maximum(high - low, 1e-3)
    (left, bottom), (right, top) = low - room, high + room
    return Plane(float(left), float(right), float(bottom), float(top))


def _best(plane: Plane, points: np.ndarray) -> str:
    """The Pareto set or front: a broad light band with a line in it, or a ring where it is one point."""
    places = plane.place(points)
    if len(places) == 1:
        (x, y) = places[0]
        return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="11" fill="none" stroke="{style.INK}" stroke-width="2.5"/>'
    shape = f'points="{joined(places)}" fill="none" stroke-linecap="round" stroke-linejoin="round"'
    return (
        f'<polyline {shape} stroke="{faint(style.INK, 0.16)}" stroke-width="15"/>'
        f'<polyline {shape} stroke="{style.INK}" stroke-width="2"/>'
    )


def _runs(
    plane: Plane, paths: Paths, values: np.ndarray, looks: Mapping[str, Mark], said: Mapping[tuple[str, int], str]
) -> list[str]:
    """Every run: its path so far and the mark of its method at the end."""
    drawn = []
    for row, method in enumerate(paths.methods):
        mark = looks[method]
        for column in range(values.shape[2]):
            places = plane.place(values[:, row, column])
            sound = places[np.isfinite(places).all(-1)]
            if not len(sound):
                continue
            title = as_html(said.get((method, column), mark.title))
            drawn.append(
                f'<g class="run" data-path="{joined(places)}"><title>{title}</title>'
                f'<polyline points="{joined(sound)}" fill="none" stroke="{mark.color}" stroke-width="2.2" '
                f'stroke-opacity="0.85" stroke-linejoin="round" stroke-linecap="round"/>'
                f"{mark.drawn(sound[-1][0], sound[-1][1], more=HEAD)}</g>"
            )
    return drawn


def _starts(plane: Plane, starts: np.ndarray) -> str:
    """A ring with a number for each start."""
    parts = []
    for place, (x, y) in enumerate(plane.place(starts), start=1):
        parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="8.5" fill="{style.PAGE}" stroke="{style.INK}" stroke-width="1.5"/>')
        parts.append(words(x, y + 4.2, str(place), "middle", style.INK, 12))
    return f'<g class="starts">{"".join(parts)}</g>'


def _key() -> str:
    """What is no method in the pictures."""
    band = line((3, 9), (27, 9), faint(style.INK, 0.16), 13) + line((3, 9), (27, 9), style.INK, 2)
    front = f'<svg width="30" height="18" viewBox="0 0 30 18" aria-hidden="true">{band}</svg>'
    start = f'<svg width="20" height="20" viewBox="-10 -10 20 20" aria-hidden="true"><circle r="8" fill="{style.PAGE}" '
    start += f'stroke="{style.INK}" stroke-width="1.5"/>{words(0, 4, "1", "middle", style.INK, 12)}</svg>'
    entries = ((front, _("Pareto set and front")), (start, _("Start")))
    inside = "".join(f'<span class="entry">{picture}<span>{as_html(text)}</span></span>' for picture, text in entries)
    return f'<div class="entries">{inside}</div>'
