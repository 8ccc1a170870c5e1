"""Metrics that were chosen for a task, of a whole fleet: run by run, as scikit-learn computes them."""

from __future__ import annotations

from typing import TypeVar

from torch import Tensor

from playground import metrics
from playground.training.fleet.batches import FleetData

Truth = TypeVar("Truth", Tensor, None)


def natural(said: Tensor, true: Truth, data: FleetData, number: int) -> tuple[Tensor, Truth]:
    """What was said [R, N, …] and what is true [R, N] for task `number`, in the unit of its target; float64."""
    if not data.tasks[number].natural:
        return said, true
    mean, deviation = data.scales[data.sources, number].double().unbind(1)
    brought = said.double() * deviation.view(-1, *[1] * (said.dim() - 1)) + mean.view(-1, *[1] * (said.dim() - 1))
    return brought, None if true is None else true.double() * deviation[:, None] + mean[:, None]


def of_fleet(key: str, said: Tensor, true: Tensor, known: Tensor) -> list[float]:
    """[R] one metric: said [R, N, …] as `Kind.show` gives it, true and known [R, N]."""
    rows = zip(said.cpu().numpy(), true.cpu().numpy(), known.cpu().numpy(), strict=True)
    return [metrics.value(key, one[there], truth[there]) for one, truth, there in rows]
