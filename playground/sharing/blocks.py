"""Parts that several strategies are built from: what a gate reads, gates, mixtures, and layers on the features of a place.

Features of one example are (H,) for vectors, (C, height, width) for pictures and (S, H) for sequences. A position of a
sequence whose features are all zero is padding; every part here leaves it zero, or leaves it out.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional

from playground.backbones.attention import present
from playground.backbones.layers import Linear
from playground.basics.random_streams import Streams

FIELDS = 4
"""A gate sees a picture as means over a grid of so many by so many fields."""


def summary_size(shape: tuple[int, ...], tokens: int = 0) -> int:
    """How many numbers `summary` makes of one example of this shape.

    tokens: how many different tokens there are where the example is made of tokens, else 0.
    """
    if tokens:
        return tokens
    if len(shape) == 3:
        return shape[0] * min(FIELDS, shape[1]) * min(FIELDS, shape[2])
    return shape[-1]


def summary(x: Tensor, tokens: int = 0) -> Tensor:
    """One vector an example for a gate to read: [R, B, …] to [R, B, K], without parameters.

    A vector stays as it is. A picture becomes the means over the fields of a coarse grid, features of a sequence their mean
    over positions, and a text of tokens [R, B, S] the share of each of its `tokens` tokens. Padding counts nothing.
    """
    if tokens:
        counts = torch.zeros(*x.shape[:2], tokens, device=x.device)
        counts.scatter_add_(2, x, (x != 0).float())
        return counts / counts.sum(-1, keepdim=True).clamp(min=1)
    if x.dim() == 5:
        grid = (min(FIELDS, x.shape[3]), min(FIELDS, x.shape[4]))
        return functional.adaptive_avg_pool2d(x.flatten(0, 1), grid).view(*x.shape[:2], -1)
    if x.dim() == 4:
        there = present(x).sum(-1, keepdim=True)
        return x.sum(2) / there.clamp(min=1)
    return x


class Gate(nn.Module):
    """R linear layers and a softmax over E ways: what is read [R, B, K] to weights [R, B, E] that sum to 1."""

    def __init__(self, inputs: int, ways: int, streams: Streams):
        super().__init__()
        self.linear = Linear(inputs, ways, streams)

    def forward(self, read: Tensor) -> Tensor:
        return self.linear(read).softmax(-1)


def mixture(features: Sequence[Tensor], weights: Tensor) -> Tensor:
    """The sum of E features [R, B, …], each times its weight; weights [R, B, E], or [R, 1, E] for the same in all examples.

    One task at a time: what is multiplied for several tasks in one call would let each reach the others' weights.
    """
    first, *rest = (weight.view(*weight.shape, *[1] * (features[0].dim() - 2)) for weight in weights.unbind(-1))
    result = first * features[0]
    for weight, feature in zip(rest, features[1:], strict=True):
        result = torch.addcmul(result, weight, feature)
    return result


def per_place(layer: Callable[[Tensor], Tensor], x: Tensor, axis: int) -> Tensor:
    """`layer`, which works on the last axis, on the features of every place of [R, B, …]; `axis` holds the features."""
    return layer(x) if axis == -1 else layer(x.movedim(axis, -1)).movedim(-1, axis)


def low_rank(streams: Streams, inputs: int, rank: int, outputs: int) -> tuple[nn.Parameter, nn.Parameter]:
    """Two factors [R, inputs, rank] and [R, rank, outputs] whose product starts at zero: only the first is drawn."""
    first = (2 * streams.uniform(inputs, rank) - 1) / math.sqrt(inputs)
    down = torch.from_numpy(first)
    return nn.Parameter(down), nn.Parameter(down.new_zeros(len(down), rank, outputs))
