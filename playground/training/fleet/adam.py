"""Adam with a rate and a weight decay for each run of a fleet (Kingma & Ba, ICLR 2015; Loshchilov & Hutter, ICLR 2019)."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

TINY = 1e-30
"""Added under the root, where it is far below ε²: MKL's root takes up to ten times as long where numbers are zero, and what
a dead unit or an empty pixel feeds has a gradient of zero."""


class FleetAdam:
    """Adam over K parameters [R, …]; the same numbers as R optimizers of torch, each with its own rate.

    A call of torch costs as much as thousands of multiplications. So all parameters are moved into one long vector, of
    which they stay views, and a step is a few calls on vectors instead of a few for every parameter.

    A parameter of a run may rest in a step, as one whose gradient is None does in torch: it does not move, its averages stay
    as they are, and the step does not count for it. As both averages start at zero, the correction for that goes by the
    number of its own steps.

    decays: [R] weight decay λ, apart from the gradient as in torch's AdamW: a step of rate η first shrinks every parameter by
    the factor 1 − ηλ. What rests is not shrunk.
    """

    def __init__(
        self,
        parameters: Sequence[Tensor],
        rates: Tensor,
        betas: tuple[float, float] = (0.9, 0.999),
        epsilon: float = 1e-8,
        decays: Tensor | None = None,
    ):
        self.parameters = list(parameters)
        self.values = torch.cat([parameter.detach().flatten() for parameter in self.parameters])
        parts = self.values.split([parameter.numel() for parameter in self.parameters])
        for parameter, part in zip(self.parameters, parts, strict=True):
            parameter.data = part.view_as(parameter)
        self.mean, self.square = torch.zeros_like(self.values), torch.zeros_like(self.values)
        # Room that every step uses again: fresh memory of this size costs as much as what is computed in it.
        self.gradient, self.scale = torch.empty_like(self.values), torch.empty_like(self.values)
        self._spread: _Spread | None = None
        self.betas, self.epsilon = betas, epsilon
        # Steps that every parameter took; once any has rested, the steps [K, R] of each.
        self.steps: int | Tensor = 0
        self.run_decays = torch.zeros_like(rates) if decays is None else decays
        self._decays = bool((self.run_decays != 0).any())
        self.set_rates(rates)

    def set_rates(self, rates: Tensor) -> None:
        """Learning rates [R] from the next step on."""
        self.run_rates = rates
        self.rates = self._along(rates)
        self.shrinking = self._along(rates * self.run_decays) if self._decays else None

    def _along(self, numbers: Tensor) -> Tensor:
        """One long vector of numbers [R]: in the place of each number of a parameter, that of its run."""
        return torch.cat([numbers.repeat_interleave(parameter[0].numel()) for parameter in self.parameters])

    def step(self, gradients: Sequence[Tensor], factor: float = 1.0, moving: Tensor | None = None) -> None:
        """Move every parameter against its gradient [R, …], at `factor` times its rate.

        moving: [K, R] bool, which parameters of which runs do not rest; None for all. The gradient of one that rests is not
        looked at, but has to be a finite number.
        """
        gradient = torch.cat([part.flatten() for part in gradients], out=self.gradient)
        if moving is None and isinstance(self.steps, int):
            self.steps += 1
            self._together(gradient, factor, self.steps)
        else:
            self._apart(gradient, factor, moving)

    def _together(self, gradient: Tensor, factor: float, steps: int) -> None:
        """A step of all parameters, the one number `steps` for each of them."""
        first, second = self.betas
        self.mean.lerp_(gradient, 1 - first)
        self.square.mul_(second).addcmul_(gradient, gradient, value=1 - second)
        # Both averages start at zero, and dividing by 1 − βᵗ takes that bias out. The root of the second divisor is a
        # factor of the whole move, if ε is multiplied by it: one pass over all numbers less.
        root = (1 - second**steps) ** 0.5
        scale = torch.add(self.square, TINY, out=self.scale).sqrt_().add_(self.epsilon * root)
        if self.shrinking is not None:
            self.values.addcmul_(self.values, self.shrinking, value=-factor)
        move = torch.mul(self.mean, self.rates, out=gradient)
        self.values.addcdiv_(move, scale, value=-factor * root / (1 - first**steps))

    def _apart(self, gradient: Tensor, factor: float, moving: Tensor | None) -> None:
        """The same with what is one number for all there as one number for each parameter of each run."""
        shape, device = (len(self.parameters), len(self.parameters[0])), self.values.device
        # In double precision: in single precision 1 − β₂ᵗ would be known to four digits only while t is small.
        moves = torch.ones(shape, dtype=torch.float64, device=device) if moving is None else moving.double()
        self.steps = moves + self.steps
        taken = self.steps.clamp(min=1)  # what has never moved does not move now either
        first, second = self.betas
        root = (1 - second**taken).sqrt()
        lengths = factor * moves * root / (1 - first**taken) * self.run_rates
        self._spread = self._spread or _Spread(self.parameters, 3)
        moves, small, lengths = self._spread(torch.stack([moves, self.epsilon * root, lengths]))
        self.mean.addcmul_(moves, torch.sub(gradient, self.mean, out=self.scale), value=1 - first)
        self.square.addcmul_(moves, gradient.square_().sub_(self.square), value=1 - second)
        scale = torch.add(self.square, TINY, out=self.scale).sqrt_().add_(small)
        if self.shrinking is not None:
            self.values.addcmul_(moves.mul_(self.values), self.shrinking, value=-factor)
        self.values.addcdiv_(lengths.mul_(self.mean), scale, value=-1.0)


class _Spread:
    """Makes long vectors of numbers [N, K, R]: in the place of each number of a parameter, that of its parameter and run."""

    def __init__(self, parameters: Sequence[Tensor], count: int):
        sizes = [parameter.numel() for parameter in parameters]
        self.room = torch.empty(count, sum(sizes), dtype=parameters[0].dtype, device=parameters[0].device)
        self.parts = [part.unflatten(1, (len(parameters[0]), -1)) for part in self.room.split(sizes, dim=1)]

    def __call__(self, numbers: Tensor) -> Tensor:
        """[N, P] of [N, K, R], in memory that the next call uses again."""
        for part, row in zip(self.parts, numbers.to(self.room.dtype).unsqueeze(3).unbind(1), strict=True):
            part.copy_(row)
        return self.room
