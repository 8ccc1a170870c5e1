"""Heads that say something about every place of a picture: masks, depth, where the middle of an object is."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

from playground.backbones.convolution import Convolution, Norm, coarser, shuffled
from playground.backbones.layers import Linear
from playground.basics.random_streams import Streams

ROOM = 8
"""Channels of the grid that is made of a vector."""


class GridAnswer(nn.Module):
    """R times features of one example to `width` numbers for each place of a grid: [R, B, width, rows, columns].

    A 3 × 3 convolution, normalisation, a rectifier, and a convolution of one place. Where the features' grid is coarser than
    the answer's, the latter gives several places at once (Shi et al., CVPR 2016); where it is finer, the middle is averaged.
    A vector is made into a grid of a quarter of the answer's sides by one linear layer first.
    """

    def __init__(self, features: tuple[int, ...], width: int, grid: tuple[int, int], streams: Streams):
        super().__init__()
        self.grid, self.spread = grid, nn.Sequential()
        if len(features) != 3:
            small = (ROOM, *(-(-side // 4) for side in grid))
            linear = Linear(math.prod(features), math.prod(small), streams.at("spread"))
            self.spread, features = nn.Sequential(nn.Flatten(2), linear, nn.Unflatten(2, small)), small
        channels, *sides = features
        self.finer = max(1, *(-(-side // own) for side, own in zip(grid, sides, strict=True)))
        self.coarser = max(1, min(own // side for side, own in zip(grid, sides, strict=True)))
        self.first = Convolution(channels, channels, 3, streams.at("first"), bias=False)
        self.norm = Norm(channels, len(streams.seeds))
        self.last = Convolution(channels, width * self.finer**2, 1, streams.at("last"))

    def begin(self, *numbers: float) -> None:
        """Let the answer begin around these numbers, `width` of them."""
        biases = self.last.bias
        assert biases is not None
        biases.data.copy_(torch.tensor(numbers).repeat_interleave(self.finer**2))

    def forward(self, x: Tensor) -> Tensor:
        """x [R, B, *features] to [R, B, width, rows, columns]."""
        middle = coarser(self.norm(self.first(self.spread(x))).relu(), self.coarser)
        rows, columns = self.grid
        return shuffled(self.last(middle), self.finer)[..., :rows, :columns]
