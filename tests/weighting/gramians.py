"""Gramians, kind and unkind, and short trainings of a method: what the tests of this folder share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from playground.basics.knobs import knobs_of
from playground.basics.random_streams import Streams
from playground.catalog import methods
from playground.weighting.base import FleetSetup, Signals, Weighting

TASKS = (2, 3, 5, 8)


def rows(count: int, tasks: int, seed: int = 0, size: int = 12, dtype: torch.dtype = torch.float64) -> Tensor:
    """[count, T, size] random task gradients, some close to each other, some against each other."""
    random = torch.Generator().manual_seed(1000 * tasks + seed)
    common = torch.randn(count, 1, size, generator=random, dtype=torch.float64)
    side = torch.rand(count, tasks, 1, generator=random, dtype=torch.float64) * 2 - 1
    return (torch.randn(count, tasks, size, generator=random, dtype=torch.float64) + 1.5 * side * common).to(dtype)


def gram(gradients: Tensor) -> Tensor:
    """[…, T, T] Gramian of gradients […, T, P]."""
    return gradients @ gradients.transpose(-2, -1)


def random_gramians(count: int, tasks: int, seed: int = 0) -> Tensor:
    """[count, T, T] Gramians of random gradients, float64."""
    return gram(rows(count, tasks, seed))


def nasty(tasks: int) -> dict[str, Tensor]:
    """By name, Gramians [T, T] on which formulas that divide, invert or take roots are known to fail."""
    plain = rows(1, tasks, seed=7)[0]
    line = plain[:1].expand(tasks, -1)
    signs = torch.ones(tasks, 1, dtype=torch.float64)
    signs[1::2] = -1
    factors = torch.arange(1, tasks + 1, dtype=torch.float64).unsqueeze(-1)
    first = torch.zeros(tasks, 1, dtype=torch.float64)
    first[0] = 1
    gradients = {
        "zero": 0 * plain,
        "one zero": plain * (1 - first),
        "all zero but one": plain * first,
        "equal": line,
        "parallel": line * factors,
        "opposed": line * signs,
        "opposed, uneven": line * signs * factors,
        "two of a kind": torch.cat([plain[:1], plain[:-1]]),
        "rank two": plain[:, :2] @ plain[:2],
        "orthogonal": torch.eye(tasks, dtype=torch.float64),
        "sum to zero": plain - plain.mean(0),
        "one huge": plain * (1 + first * (1e6 - 1)),
        "one tiny": plain * (1 + first * (1e-6 - 1)),
        "all huge": plain * 1e6,
        "all tiny": plain * 1e-6,
        "nearly parallel": line + 1e-7 * plain,
        "nearly opposed": line * signs + 1e-7 * plain,
        "scales apart": plain * 10.0 ** torch.linspace(-6, 6, tasks, dtype=torch.float64).unsqueeze(-1),
    }
    return {name: gram(values) for name, values in gradients.items()}


def variants() -> list[tuple[str, dict[str, Any]]]:
    """Every method of the catalogue as it is, and with each other choice of its knobs that are choices."""
    found: list[tuple[str, dict[str, Any]]] = []
    for key, method in methods().items():
        found.append((key, {}))
        for name, knob in knobs_of(method).items():
            found += [(key, {name: choice}) for choice in knob.choices if choice != knob.default]
    return found


def name(variant: object) -> str:
    """A short name of a variant for the list of tests."""
    return "-".join(str(value) for value in variant.values()) if isinstance(variant, dict) else str(variant)


def begun(
    key: str, tasks: int, seeds: Sequence[int] = (0,), dtype: torch.dtype = torch.float64, model_rate: float = 0.1, **knobs: Any
) -> Weighting:
    """A method at its start; tasks are regression and classification by turns."""
    method = methods()[key](**knobs)
    families = tuple(("regression", "classification")[task % 2] for task in range(tasks))
    method.begin(FleetSetup(families, Streams(tuple(seeds), "test"), torch.full((len(seeds),), model_rate, dtype=dtype)))
    return method


def train(method: Weighting, losses: Tensor, gramians: Tensor, per_epoch: int = 2) -> Tensor:
    """[S, R, T] the weights of S steps for losses [S + 1, R, T] and Gramians [S, R, T, T]."""
    weights = []
    for step, gramian in enumerate(gramians):
        seen = gramian if method.signal == "gramian" else None
        weights.append(method.weigh(Signals(losses[step], seen, step, step // per_epoch)))
        if method.sees_after:
            method.after_step(losses[step + 1])
    return torch.stack(weights)


def once(key: str, gramians: Tensor, losses: Tensor | None = None, **knobs: Any) -> Tensor:
    """[N, T] the weights of the first step for Gramians [N, T, T] and losses [N, T], ones by default."""
    count, tasks, _ = gramians.shape
    losses = torch.ones(count, tasks, dtype=gramians.dtype) if losses is None else losses
    return begun(key, tasks, range(count), gramians.dtype, **knobs).weigh(Signals(losses, gramians, 0, 0))


def gains(weights: Tensor, gramians: Tensor) -> Tensor:
    """[N, T] inner product of every task gradient with the step, (G w)_i."""
    return (gramians @ weights.unsqueeze(-1)).squeeze(-1)


def some_losses(count: int, tasks: int) -> Tensor:
    """[count, T] losses between 0.1 and 2.1, float64."""
    return 0.1 + 2 * torch.rand(count, tasks, generator=torch.Generator().manual_seed(count), dtype=torch.float64)


def signals(steps: int, runs: int, tasks: int, seed: int = 0, dtype: torch.dtype = torch.float64) -> tuple[Tensor, Tensor]:
    """Losses [S + 1, R, T] between 0.1 and 2.1 and Gramians [S, R, T, T] for S steps."""
    random = torch.Generator().manual_seed(seed)
    losses = 0.1 + 2 * torch.rand(steps + 1, runs, tasks, generator=random, dtype=torch.float64)
    gramians = random_gramians(steps * runs, tasks, seed).view(steps, runs, tasks, tasks)
    return losses.to(dtype), gramians.to(dtype)
