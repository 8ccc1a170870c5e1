"""The race: every method from every start at once, R = methods × starts runs as one tensor program.

Each method does what it does in a training: it sees losses and the Gramian of the two gradients, and answers with
weights. The weighted sum of the gradients goes to Adam, which keeps averages of its own for every run.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from playground import catalog
from playground.basics.random_streams import Streams
from playground.landscape.plan import Plan
from playground.landscape.worlds import with_gradients
from playground.training.fleet.adam import FleetAdam
from playground.weighting.base import FleetSetup, Signals, Weighting

RECORDED = 201
"""Points of every path that are kept at most, evenly spread over the steps, first and last among them."""

PART = 0.25
"""Seconds between two parts of a race that is told while it goes on."""


@dataclass(frozen=True)
class Track:
    """Where the runs of a race were.

    steps: [N] how many steps were taken before each recorded point, rising from 0.
    points: [N, methods, starts, 2] where the runs were then.
    """

    steps: np.ndarray
    points: np.ndarray

    def to_dict(self) -> dict[str, Any]:
        """All of it as plain data, for JSON; three digits after the point are finer than any picture."""
        points = [[[None if x != x else x for x in point] for point in self._flat(row)] for row in self.points]
        return {"steps": [int(step) for step in self.steps], "points": points}

    @staticmethod
    def _flat(row: np.ndarray) -> list[list[float]]:
        numbers: list[list[float]] = np.round(row.reshape(-1, 2), 3).tolist()
        return numbers


def track_of(plan: Plan, parts: list[dict[str, Any]]) -> Track:
    """The track that the plain data of some parts say, in their order."""
    steps = [step for part in parts for step in part["steps"]]
    points = np.array([row for part in parts for row in part["points"]], dtype=float)
    return Track(np.array(steps, dtype=int), points.reshape(-1, len(plan.methods), len(plan.starts), 2))


def recorded_steps(steps: int) -> np.ndarray:
    """[N] the steps at which points are kept."""
    return np.unique(np.linspace(0, steps, RECORDED).round().astype(int))


def race(plan: Plan) -> Track:
    """Run it to the end."""
    parts = list(tell(plan))
    return Track(np.concatenate([part.steps for part in parts]), np.concatenate([part.points for part in parts]))


def tell(plan: Plan, every: float = PART) -> Iterator[Track]:
    """Run it and yield what happened since the last time, about every so many seconds; the parts in a row are the race."""
    methods, starts = len(plan.methods), len(plan.starts)
    world, kept = plan.the_world, set(recorded_steps(plan.steps).tolist())
    position = torch.tensor(plan.starts, dtype=torch.float64).repeat(methods, 1)
    adam = FleetAdam([position], torch.full((methods * starts,), plan.rate, dtype=torch.float64), (0.9, plan.memory))
    racers = _racers(plan)
    bound = torch.tensor(world.lower(plan.scale), dtype=torch.float64)
    steps: list[int] = []
    points: list[np.ndarray] = []
    told = time.monotonic()
    for step in range(plan.steps + 1):
        losses, gradients = with_gradients(world, position, plan.scale)
        # Nothing here is a batch: the losses after a step are the losses before the next one.
        if step:
            for racer, rows in racers:
                if racer.sees_after:
                    racer.after_step(_seen(racer, losses[rows], bound))
        if step in kept:
            steps.append(step)
            points.append(position.reshape(methods, starts, 2).numpy().copy())
        if step == plan.steps:
            break
        if steps and time.monotonic() - told > every:
            yield Track(np.array(steps), np.stack(points))
            steps, points, told = [], [], time.monotonic()
        gramian = gradients @ gradients.transpose(-2, -1)
        # All there is to learn from is seen in every step, so every step is an epoch.
        weights = torch.cat(
            [
                racer.answer(
                    Signals(_seen(racer, losses[rows], bound), gramian[rows] if racer.signal == "gramian" else None, step, step)
                )
                for racer, rows in racers
            ]
        )
        adam.step([(weights.unsqueeze(-1) * gradients).sum(-2)])
    yield Track(np.array(steps), np.stack(points))


def _racers(plan: Plan) -> list[tuple[Weighting, slice]]:
    """Every method with the rows of its runs; every run of every method that uses chance draws the same numbers."""
    count = len(plan.starts)
    rates = torch.full((count,), plan.rate, dtype=torch.float64)
    racers = []
    for place, key in enumerate(plan.methods):
        method = catalog.methods()[key](**plan.the_world.knobs.get(key, {}))
        # Streams go on as they are drawn from, so each method gets its own.
        method.begin(FleetSetup(("regression", "regression"), Streams([0] * count, "landscape"), rates))
        racers.append((method, slice(place * count, (place + 1) * count)))
    return racers


def _seen(method: Weighting, losses: torch.Tensor, bound: torch.Tensor) -> torch.Tensor:
    """The losses as a method sees them: from their bound on, where it needs them above zero."""
    return losses - bound if method.needs_positive else losses
