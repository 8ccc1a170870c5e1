"""Adam with a learning rate for each run of a fleet (Kingma & Ba, ICLR 2015)."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor


class Adam:
    """Adam over parameters [R, …]; the same numbers as R optimizers of torch, each with its own rate.

    The `_foreach` functions of torch apply one operation to a list of tensors in one call.
    """

    def __init__(
        self, parameters: Sequence[Tensor], rates: Tensor, betas: tuple[float, float] = (0.9, 0.999), epsilon: float = 1e-8
    ):
        self.parameters = [parameter.detach() for parameter in parameters]
        self.means = [torch.zeros_like(parameter) for parameter in self.parameters]
        self.squares = [torch.zeros_like(parameter) for parameter in self.parameters]
        self.betas, self.epsilon, self.steps = betas, epsilon, 0
        self.set_rates(rates)

    def set_rates(self, rates: Tensor) -> None:
        """Learning rates [R] from the next step on."""
        self.rates = [rates.view(-1, *[1] * (parameter.dim() - 1)) for parameter in self.parameters]

    def step(self, gradients: Sequence[Tensor]) -> None:
        """Move every parameter against its gradient [R, …]."""
        self.steps += 1
        first, second = self.betas
        grads = list(gradients)
        torch._foreach_lerp_(self.means, grads, 1 - first)
        torch._foreach_mul_(self.squares, second)
        torch._foreach_addcmul_(self.squares, grads, grads, 1 - second)
        # Both averages start at zero; dividing by 1 − βᵗ takes that bias out.
        scale = torch._foreach_sqrt(self.squares)
        torch._foreach_mul_(scale, (1 - second**self.steps) ** -0.5)
        torch._foreach_add_(scale, self.epsilon)
        moves = torch._foreach_div(self.means, scale)
        torch._foreach_mul_(moves, self.rates)
        torch._foreach_add_(self.parameters, moves, alpha=-1 / (1 - first**self.steps))
