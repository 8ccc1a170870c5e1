"""Layers that hold the parameters of R runs at once.

An ordinary layer multiplies a batch by one matrix. Here the same layer of R networks is one tensor with the runs as its
first axis, and one batched multiplication serves them all. Runs never touch each other, so the gradient of a sum over
runs is every run's own gradient.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from playground.streams import Streams


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
