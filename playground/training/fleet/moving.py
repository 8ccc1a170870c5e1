"""Which numbers a step moves: those that have a gradient in it, as with an optimizer of torch.

A step of some tasks (see `playground.task_sampling`) moves what a task of the step reaches, and what the trunk's penalty
reaches: that adds to every step, whoever's turn it is. All else rests: heads and towers of other tasks, and parameters that the
trunk lets rest. A task of the step whose loss has weight 0, or that has no label in the batch, has a gradient, which is zero.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from playground.training.fleet.gradients import Reach
from playground.training.fleet.network import Network


@dataclass(frozen=True)
class Moving:
    """What can move each of the K parameters of a fleet at present.

    tasks: [K, T] bool, whether a task reaches it. held: [K, R] bool, whether the trunk's penalty does.
    whole: [K, R] bool, what a step of all tasks moves; None where no parameter is at rest.
    """

    tasks: Tensor
    held: Tensor
    whole: Tensor | None

    @classmethod
    def of(cls, network: Network, reach: Reach, parameters: Sequence[nn.Parameter]) -> Moving:
        """Of `parameters`, in their order; those of the trunk that `reach` does not know are at rest."""
        count, first = len(network.tasks), parameters[0]
        reached = {id(one): tasks for one, tasks in zip(reach.parameters, reach.tasks, strict=True)}
        reached |= {id(one): (number,) for number, head in enumerate(network.heads) for one in head.parameters()}
        pulled = {id(one) for one, held in zip(reach.parameters, reach.held, strict=True) if held}
        tasks = [[number in reached.get(id(one), ()) for number in range(count)] for one in parameters]
        held = torch.tensor([[id(one) in pulled] for one in parameters], device=first.device).repeat(1, len(first))
        if (runs := network.trunk.held()) is not None:
            held &= runs
        found = torch.tensor(tasks, device=first.device)
        # A parameter that nothing reaches stays where it is in any case, and need not be told apart.
        rests = not {id(one) for one in parameters} <= reached.keys()
        return cls(found, held, found.any(1, keepdim=True) | held if rests else None)

    def now(self, active: Tensor | None) -> Tensor | None:
        """[K, R] bool which parameters of which runs a step moves that learns from the tasks `active` [R, T]; None for all.

        active: None for all tasks.
        """
        return self.whole if active is None else (self.tasks[:, None] & active).any(2) | self.held
