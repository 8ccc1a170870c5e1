"""Layers that hold the parameters of R runs at once.

An ordinary layer multiplies a batch by one matrix. Here the same layer of R networks is one tensor with the runs as its
first axis, and one batched multiplication serves them all. Runs never touch each other, so the gradient of a sum over
runs is every run's own gradient.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn

from playground.basics.random_streams import Streams


class Linear(nn.Module):
    """R fully connected layers: [R, B, inputs] to [R, B, outputs]; axes between B and the last are kept.

    Weights and biases start from U(−1/√inputs, 1/√inputs), each run from its own stream.
    """

    def __init__(self, inputs: int, outputs: int, streams: Streams):
        super().__init__()
        bound = inputs**-0.5
        self.weight = nn.Parameter(torch.from_numpy((2 * streams.at("weight").uniform(inputs, outputs) - 1) * bound))
        self.bias = nn.Parameter(torch.from_numpy((2 * streams.at("bias").uniform(1, outputs) - 1) * bound))

    def forward(self, x: Tensor) -> Tensor:
        """x [R, B, …, inputs] to [R, B, …, outputs]."""
        if self.weight.shape[-1] == 1:
            # A matrix of one column is multiplied several times faster as a vector.
            column = self.weight.transpose(1, 2).view(-1, *[1] * (x.dim() - 2), x.shape[-1])
            return (x * column).sum(-1, keepdim=True) + self.bias.view(-1, *[1] * (x.dim() - 1))
        if x.dim() == 3:
            return torch.baddbmm(self.bias, x, self.weight)
        return torch.baddbmm(self.bias, x.flatten(1, -2), self.weight).unflatten(1, x.shape[1:-1])


class Dropout(nn.Module):
    """Leaves out a share of the numbers of [R, B, H] while it learns, and makes up for it (Srivastava et al., JMLR 2014).

    Each run draws from a stream of its own, and in every pass from its beginning for that pass, so that it leaves out the same
    in any fleet, even one in which longer batches are drawn. Outside of training nothing is left out.
    """

    def __init__(self, share: float, streams: Streams):
        super().__init__()
        self.share, self.passes = share, 0
        self._keys = [int(generator.integers(2**63)) for generator in streams.generators]

    def forward(self, x: Tensor) -> Tensor:
        """x [R, B, …] to the same shape."""
        if not self.training:
            return x
        self.passes += 1
        # The last of the four words of Philox's counter is the pass, the others count within it.
        drawn = [np.random.Generator(np.random.Philox(key=key, counter=self.passes << 192)) for key in self._keys]
        numbers = np.stack([one.random(x.shape[1:], dtype=np.float32) for one in drawn])
        return x * (torch.from_numpy(numbers).to(x.device) >= self.share) / (1 - self.share)
