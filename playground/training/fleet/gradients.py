"""Gradients of every task, for a whole fleet.

The loss of a task reaches the trunk only through the features that its head reads. So one backward pass through all
heads together gives every head's gradient and, for each task, the gradient at its features; from there one backward pass
a task through the trunk gives the task's gradient on all its parameters.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import torch
from torch import Tensor, nn

from playground.training.fleet.batches import Batch
from playground.training.fleet.network import Network

SLICE = 2**13
"""Numbers of a gradient whose products are added up in float32; more of them are added up by slices, in float64.

Rounding then changes a cosine by less than 1e-6, which is what methods reckon with (the ridge of
`playground.weighting.solvers.Geometry`), however large the network is. One float32 sum over 500,000 numbers is wrong by 3e-5.
"""


def grad(outputs: Tensor, inputs: Sequence[Tensor], seed: Tensor | None = None, keep: bool = False) -> list[Tensor | None]:
    """Gradients of `outputs` with respect to `inputs`; None for an input that it does not depend on."""
    return list(torch.autograd.grad(outputs, inputs, seed, retain_graph=keep, allow_unused=True)) if inputs else []


@dataclass(frozen=True)
class Reach:
    """Which parameters of the trunk each task's loss reaches, and which its penalty: found by asking, not declared.

    tasks: for each parameter of the trunk the numbers of the tasks that reach it.
    held: for each of them whether the penalty does.
    """

    parameters: tuple[nn.Parameter, ...]
    tasks: tuple[tuple[int, ...], ...]
    held: tuple[bool, ...]

    @classmethod
    def of(cls, network: Network, inputs: Tensor) -> Reach:
        """Asks each of the T features, and the penalty, for its gradient on every parameter."""
        parameters = trainable(network.trunk)

        def depends(end: Tensor | None) -> list[bool]:
            if end is None or not end.requires_grad:
                return [False] * len(parameters)
            return [gradient is not None for gradient in grad(end.sum(), parameters, keep=True)]

        features = [depends(feature) for feature in network.trunk(inputs)]
        tasks = tuple(tuple(number for number, found in enumerate(row) if found) for row in zip(*features, strict=True))
        return cls(parameters, tasks, tuple(depends(network.trunk.penalty())))

    @property
    def shares(self) -> bool:
        """Whether any parameter is reached by two tasks or more."""
        return any(len(tasks) > 1 for tasks in self.tasks)

    @cached_property
    def groups(self) -> dict[tuple[int, ...], list[int]]:
        """Places of the parameters by the tasks that reach them; parameters that no task reaches are left out."""
        groups: dict[tuple[int, ...], list[int]] = {}
        for place, tasks in enumerate(self.tasks):
            if tasks:
                groups.setdefault(tasks, []).append(place)
        return groups

    def count(self, shared: bool, task: int | None = None) -> int:
        """Parameters of one run: those that two tasks reach, or those that only `task` reaches."""
        return sum(
            parameter[0].numel()
            for parameter, tasks in zip(self.parameters, self.tasks, strict=True)
            if (len(tasks) > 1 if shared else tasks == (task,))
        )


@dataclass
class TaskGradients:
    """What one batch tells about every task, before any weighing.

    losses: [R, T], without gradient.
    trunk: for each group of `Reach.groups` [R, K, P], the gradients of the K tasks that reach its P numbers, as rows.
    heads: for each task, the gradients of its head's parameters.
    """

    reach: Reach
    losses: Tensor
    trunk: dict[tuple[int, ...], Tensor]
    heads: list[list[Tensor]]

    def gramian(self) -> Tensor:
        """[R, T, T] inner products of the task gradients over the shared parameters."""
        runs, count = self.losses.shape
        result = self.losses.new_zeros(runs, count, count)
        for tasks, rows in self.trunk.items():
            products = _products(rows)
            if len(tasks) == count:
                result += products
            elif len(tasks) > 1:
                place = torch.tensor(tasks)
                result[:, place[:, None], place] += products
        return result

    def combine(self, weights: Tensor, own: Tensor) -> list[Tensor]:
        """The gradients to step along, trunk first, then heads, in the order of `parameters_of`.

        weights: [R, T] factors on the task gradients of shared parameters.
        own: [R, T] factors on what belongs to one task alone, heads among it.
        """
        parameters = self.reach.parameters
        found: dict[int, Tensor] = {}
        for tasks, rows in self.trunk.items():
            factors = (weights if len(tasks) > 1 else own)[:, None, list(tasks)]
            places = self.reach.groups[tasks]
            parts = torch.bmm(factors, rows).squeeze(1).split([parameters[place][0].numel() for place in places], dim=1)
            found |= {place: part.view_as(parameters[place]) for place, part in zip(places, parts, strict=True)}
        combined = [found[place] if place in found else torch.zeros_like(one) for place, one in enumerate(parameters)]
        for task, parts in enumerate(self.heads):
            combined += [_spread(own[:, task], part) * part for part in parts]
        return combined


def task_gradients(network: Network, reach: Reach, batch: Batch) -> TaskGradients:
    """The losses of all tasks on `batch` and the gradients of each: one pass through the heads, T through the trunk."""
    features = network.trunk(batch.inputs)
    leaves = [feature.detach().requires_grad_() for feature in features]
    outputs = network.read(leaves, batch.targets)
    losses = network.losses(outputs, batch.targets, batch.known)
    heads = [trainable(head) for head in network.heads]
    flat = [parameter for parameters in heads for parameter in parameters]
    found = torch.autograd.grad(losses.sum(), leaves + flat)
    at_features, rest = found[: len(leaves)], list(found[len(leaves) :])
    gradients: list[dict[int, Tensor]] = []
    for task, (feature, seed) in enumerate(zip(features, at_features, strict=True)):
        places = [place for place, tasks in enumerate(reach.tasks) if task in tasks]
        parts = grad(feature, [reach.parameters[place] for place in places], seed, keep=True)
        gradients.append(
            {
                place: torch.zeros_like(reach.parameters[place]) if part is None else part
                for place, part in zip(places, parts, strict=True)
            }
        )
    # One long row a task, so that inner products and weighted sums over all parameters are one multiplication each.
    trunk = {
        tasks: torch.cat([gradients[task][place].flatten(1) for task in tasks for place in places], dim=1).view(
            len(losses), len(tasks), -1
        )
        for tasks, places in reach.groups.items()
    }
    split = [[rest.pop(0) for _parameter in parameters] for parameters in heads]
    return TaskGradients(reach, losses.detach(), trunk, split)


def parameters_of(network: Network) -> list[nn.Parameter]:
    """Every parameter that learns, trunk first, then heads task by task."""
    return [parameter for module in (network.trunk, *network.heads) for parameter in trainable(module)]


def trainable(module: nn.Module) -> tuple[nn.Parameter, ...]:
    """The parameters of `module` that are not frozen."""
    return tuple(parameter for parameter in module.parameters() if parameter.requires_grad)


def _products(rows: Tensor) -> Tensor:
    """[R, K, K] inner products of the rows [R, K, P] of each run, float32 as the rows are."""
    if rows.shape[2] <= SLICE:
        return torch.bmm(rows, rows.transpose(1, 2))
    total = rows.new_zeros(rows.shape[0], rows.shape[1], rows.shape[1], dtype=torch.float64)
    for part in rows.split(SLICE, dim=2):
        total += torch.bmm(part, part.transpose(1, 2))
    return total.to(rows.dtype)


def _spread(factors: Tensor, like: Tensor) -> Tensor:
    """[R] as [R, 1, …] with as many axes as `like`."""
    return factors.view(-1, *[1] * (like.dim() - 1))
