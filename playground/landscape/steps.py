"""One step of every method, on two or three gradients in the plane that somebody draws."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np

from playground import catalog
from playground.basics.errors import Invalid, Problem
from playground.basics.knobs import Knob
from playground.basics.words import N_, _
from playground.weigh import weigh_once

ANGLE = Knob(0.0, low=-180.0, high=180.0, label=N_("Angle"), unit="°")
LENGTH = Knob(1.0, low=0.0, high=3.0, label=N_("Length"))
LOSS = Knob(1.0, low=0.01, high=10.0, label=N_("Loss"))
FEWEST, MOST = 2, 3
"""Tasks that the lab has."""

HELPED, HURT, LEFT = "helped", "hurt", "left"
"""What a step does to a task: its loss falls, rises, or stays, to first order."""

NEARLY = 1e-5
"""A slope smaller than this part of what it could be, |g_i| Σ |w_j| |g_j|, counts as none."""


@dataclass(frozen=True)
class Sketch:
    """What somebody drew.

    arrows: for each task the angle of its gradient in degrees, counterclockwise from the right, and its length.
    losses: for each task its loss, for the methods that look at losses.
    """

    arrows: tuple[tuple[float, float], ...] = ((20.0, 2.6), (150.0, 1.1))
    losses: tuple[float, ...] = (1.0, 1.0)

    @property
    def gradients(self) -> np.ndarray:
        """[T, 2] the gradients."""
        return np.array([[length * math.cos(math.radians(a)), length * math.sin(math.radians(a))] for a, length in self.arrows])

    def cosines(self) -> dict[tuple[int, int], float]:
        """The cosine of the angle between each pair of gradients, by their places; pairs with a gradient of no length are
        left out."""
        gradients, lengths = self.gradients, [length for _angle, length in self.arrows]
        return {
            (one, other): float(np.clip(gradients[one] @ gradients[other] / (lengths[one] * lengths[other]), -1.0, 1.0))
            for one, other in combinations(range(len(lengths)), 2)
            if lengths[one] and lengths[other]
        }

    def to_query(self) -> dict[str, str]:
        """All of it as parameters of an address."""
        return {
            "arrows": ";".join(f"{angle:g},{length:g}" for angle, length in self.arrows),
            "losses": ",".join(f"{loss:g}" for loss in self.losses),
        }


def with_tasks(sketch: Sketch, tasks: int) -> Sketch:
    """The sketch with so many tasks: the last ones left out, or one more drawn between or opposite to the others."""
    more = ((-110.0, 1.6),) * max(0, tasks - len(sketch.arrows))
    ones = (1.0,) * max(0, tasks - len(sketch.losses))
    return Sketch((*sketch.arrows[:tasks], *more), (*sketch.losses[:tasks], *ones))


def read(values: Mapping[str, Any]) -> Sketch:
    """The sketch that an address asks for; raises Invalid with every problem."""
    arrows = _pairs(values["arrows"]) if "arrows" in values else Sketch().arrows
    losses = _numbers("losses", LOSS, values["losses"].split(",")) if "losses" in values else (1.0,) * len(arrows)
    if len(losses) != len(arrows):
        should = _("should hold one number for each of the {count} tasks").format(count=len(arrows))
        raise Invalid([Problem("losses", should, len(losses))])
    return Sketch(arrows, losses)


def _pairs(text: str) -> tuple[tuple[float, float], ...]:
    """Angles and lengths, as in "20,2.6;130,1.1"."""
    parts = [part.split(",") for part in text[:1000].split(";") if part.strip()]
    if not FEWEST <= len(parts) <= MOST or any(len(part) != 2 for part in parts):
        should = _("should be two or three pairs of an angle and a length, like 20,2.6;130,1.1")
        raise Invalid([Problem("arrows", should, text)])
    angles = _numbers("arrows", ANGLE, [part[0] for part in parts])
    lengths = _numbers("arrows", LENGTH, [part[1] for part in parts])
    return tuple(zip(angles, lengths, strict=True))


def _numbers(where: str, knob: Knob, values: list[str]) -> tuple[float, ...]:
    """Numbers within the bounds of a knob, rounded as the sliders are."""
    return tuple(round(float(knob.read(where, value)), 2) + 0.0 for value in values)


@dataclass(frozen=True)
class Step:
    """What one method does with a sketch.

    weights: [T]. direction: [2] d = Σ w_i g_i; the step goes against it. slopes: [T] d · g_i, by how much each loss falls
    for a small step. effects: for each task "helped", "hurt" or "left".
    """

    method: str
    weights: np.ndarray
    direction: np.ndarray
    slopes: np.ndarray
    effects: tuple[str, ...]

    @property
    def length(self) -> float:
        """‖d‖."""
        return float(np.linalg.norm(self.direction))


def step(method: str, sketch: Sketch) -> Step:
    """The first step of a method on a sketch; raises Invalid where it cannot work with it."""
    gradients = sketch.gradients
    weights = weigh_once(method, np.array(sketch.losses), gradients @ gradients.T)
    direction = weights @ gradients
    slopes = gradients @ direction
    lengths = np.linalg.norm(gradients, axis=-1)
    least = NEARLY * lengths * (np.abs(weights) @ lengths)
    effects = tuple(LEFT if abs(s) <= e else HELPED if s > 0 else HURT for s, e in zip(slopes, least, strict=True))
    return Step(method, weights, direction, slopes, effects)


def steps(sketch: Sketch) -> dict[str, Step]:
    """The step of every method of the catalogue that can work with the sketch, by key."""
    found = {}
    for method in catalog.methods():
        try:
            found[method] = step(method, sketch)
        except Invalid:
            continue
    return found


def why_not(method: str, sketch: Sketch) -> str:
    """Why a method cannot work with the sketch, as a sentence; "" where it can."""
    try:
        step(method, sketch)
    except Invalid as invalid:
        return str(invalid)
    return ""


def shortest(gradients: np.ndarray) -> np.ndarray:
    """[2] the point of the convex hull of the arrows' tips [T, 2] that is nearest to the origin.

    In the plane it lies on an edge of the hull, or is the origin itself where the hull holds it.
    """
    count = len(gradients)
    if count == MOST and _inside(gradients):
        return np.zeros(2)
    ends = [(gradients[i], gradients[j]) for i in range(count) for j in range(i + 1, count)]
    nearest = [_on_edge(start, end) for start, end in ends]
    return min(nearest, key=lambda point: float(point @ point))


def _on_edge(start: np.ndarray, end: np.ndarray) -> np.ndarray:
    """The point between two points that is nearest to the origin."""
    along = end - start
    square = float(along @ along)
    part = min(max(-float(start @ along) / square, 0.0), 1.0) if square > 0 else 0.0
    nearest: np.ndarray = start + part * along
    return nearest


def _inside(corners: np.ndarray) -> bool:
    """Whether the origin lies within a triangle [3, 2]: it is on the same side of all three edges."""
    after = np.roll(corners, -1, axis=0)
    turns = corners[:, 0] * after[:, 1] - corners[:, 1] * after[:, 0]
    return bool((turns > 0).all() or (turns < 0).all())
