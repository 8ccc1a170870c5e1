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

from playground.training.batches import Batch
from playground.training.network import Network


def grad(outputs: Tensor, inputs: Sequence[Tensor], seed: Tensor | None = None, keep: bool = False) -> list[Tensor | None]:
    """Gradients of `outputs` with respect to `inputs`; None for an input that it does not depend on."""
    return list(torch.autograd.grad(outputs, inputs, seed, retain_graph=keep, allow_unused=True)) if inputs else []


@dataclass(frozen=True)
class Reach:
    """Which parameters of the trunk each task's loss reaches: found by asking, not declared.

    tasks: for each parameter of the trunk the numbers of the tasks that reach it.
    """

    parameters: tuple[nn.Parameter, ...]
    tasks: tuple[tuple[int, ...], ...]

    @classmethod
    def of(cls, network: Network, inputs: Tensor) -> Reach:
        """Asks each of the T features for its gradient on every parameter."""
        parameters = trainable(network.trunk)
        reached: list[list[int]] = [[] for _parameter in parameters]
        for number, feature in enumerate(network.trunk(inputs)):
            found = grad(feature.sum(), parameters, keep=True) if feature.requires_grad else [None] * len(parameters)
            for place, gradient in zip(reached, found, strict=True):
                if gradient is not None:
                    place.append(number)
        return cls(parameters, tuple(map(tuple, reached)))

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
            products = torch.bmm(rows, rows.transpose(1, 2))
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


def _spread(factors: Tensor, like: Tensor) -> Tensor:
    """[R] as [R, 1, …] with as many axes as `like`."""
    return factors.view(-1, *[1] * (like.dim() - 1))
