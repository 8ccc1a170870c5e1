"""Where the runs of a race ended, and whether that is where they should."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from playground.basics.words import N_
from playground.landscape.plan import Plan, Point
from playground.landscape.race import Track

REACHED, MOVING, STUCK, LOST = "reached", "moving", "stuck", "lost"
WORDS = {
    REACHED: N_("reached the front"),
    MOVING: N_("still moving"),
    STUCK: N_("stuck"),
    LOST: N_("lost"),
}
"""What each status is called."""

LAST = 0.1
"""The last part of the steps, in which a run must have moved to count as moving."""


@dataclass(frozen=True)
class Outcome:
    """How one run ended.

    end: its last point. losses: of both tasks there, the first one scaled.
    distance: from the end to the Pareto set, in units of the plane.
    status: "reached" when that distance is within the world's tolerance; else "moving" or "stuck", by whether the run has
        moved by more than the tolerance during the last tenth of the steps; "lost" where its numbers are none any more.
    since: the first recorded step from which it stayed within the tolerance; None where it did not.
    """

    method: str
    start: Point
    end: Point
    losses: tuple[float, float]
    distance: float
    status: str
    since: int | None


def outcomes(plan: Plan, track: Track) -> list[Outcome]:
    """The outcome of every run so far, methods in the order of the plan and starts within."""
    world = plan.the_world
    distances = world.distance(track.points)
    losses = world.values(track.points[-1], plan.scale)
    before = np.searchsorted(track.steps, (1 - LAST) * track.steps[-1], side="right") - 1
    moved = np.linalg.norm(track.points[-1] - track.points[before], axis=-1)
    found = []
    for row, method in enumerate(plan.methods):
        for column, start in enumerate(plan.starts):
            away = distances[:, row, column]
            status = _status(float(away[-1]), float(moved[row, column]), world.tolerance)
            outside = np.flatnonzero(~(away <= world.tolerance))
            since = None if status != REACHED else int(track.steps[outside[-1] + 1]) if len(outside) else 0
            first, second = (float(number) for number in losses[row, column])
            x1, x2 = (float(number) for number in track.points[-1, row, column])
            found.append(Outcome(method, start, (x1, x2), (first, second), float(away[-1]), status, since))
    return found


def _status(distance: float, moved: float, tolerance: float) -> str:
    if not np.isfinite(distance):
        return LOST
    if distance <= tolerance:
        return REACHED
    return MOVING if moved > tolerance else STUCK


def of_method(found: Sequence[Outcome], method: str) -> list[Outcome]:
    """The outcomes of one method."""
    return [one for one in found if one.method == method]
