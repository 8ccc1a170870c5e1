"""Adam with a learning rate for each run of a fleet (Kingma & Ba, ICLR 2015)."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import torch
from torch import Tensor

TINY = 1e-30
"""Added under the root, where it is far below ε²: MKL's root takes up to ten times as long where numbers are zero, and what
a dead unit or an empty pixel feeds has a gradient of zero."""


class Adam:
    """Adam over parameters [R, …]; the same numbers as R optimizers of torch, each with its own rate.

    A call of torch costs as much as thousands of multiplications. So all parameters are moved into one long vector, of
    which they stay views, and a step is a few calls on vectors instead of a few for every parameter.
    """

    def __init__(
        self, parameters: Sequence[Tensor], rates: Tensor, betas: tuple[float, float] = (0.9, 0.999), epsilon: float = 1e-8
    ):
        self.parameters = list(parameters)
        self.values = torch.cat([parameter.detach().flatten() for parameter in self.parameters])
        parts = self.values.split([parameter.numel() for parameter in self.parameters])
        for parameter, part in zip(self.parameters, parts, strict=True):
            parameter.data = part.view_as(parameter)
        self.mean, self.square = torch.zeros_like(self.values), torch.zeros_like(self.values)
        # Room that every step uses again: fresh memory of this size costs as much as what is computed in it.
        self.gradient, self.scale = torch.empty_like(self.values), torch.empty_like(self.values)
        self.betas, self.epsilon, self.steps = betas, epsilon, 0
        self.set_rates(rates)

    def set_rates(self, rates: Tensor, resting: Collection[int] = ()) -> None:
        """Learning rates [R] from the next step on; parameters at the places `resting` do not move at all."""
        each = [torch.zeros_like(rates) if place in resting else rates for place in range(len(self.parameters))]
        self.rates = torch.cat(
            [rate.repeat_interleave(parameter[0].numel()) for rate, parameter in zip(each, self.parameters, strict=True)]
        )

    def step(self, gradients: Sequence[Tensor], factor: float = 1.0) -> None:
        """Move every parameter against its gradient [R, …], at `factor` times its rate."""
        self.steps += 1
        first, second = self.betas
        gradient = torch.cat([part.flatten() for part in gradients], out=self.gradient)
        self.mean.lerp_(gradient, 1 - first)
        self.square.mul_(second).addcmul_(gradient, gradient, value=1 - second)
        # Both averages start at zero, and dividing by 1 − βᵗ takes that bias out. The root of the second divisor is a
        # factor of the whole move, if ε is multiplied by it: one pass over all numbers less.
        root = (1 - second**self.steps) ** 0.5
        scale = torch.add(self.square, TINY, out=self.scale).sqrt_().add_(self.epsilon * root)
        move = torch.mul(self.mean, self.rates, out=gradient)
        self.values.addcdiv_(move, scale, value=-factor * root / (1 - first**self.steps))
