"""Layers over pictures that hold the parameters of R runs at once: convolution, normalisation, coarser and finer grids.

Features of pictures are [R, B, C, height, width]. Most functions of torch take pictures of one run, [B, C, height, width].
With the channels of all runs side by side, [B, R·C, height, width], R runs are one wide picture for them, in which a run is a
group of channels: a convolution with R groups is R convolutions, and pooling goes channel by channel anyway.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn import functional

from playground.basics.random_streams import Streams

LANES = 8
"""Channels that the processor multiplies at once: a group of so many, or a multiple of it, is far faster than an odd one."""


def beside(x: Tensor) -> Tensor:
    """[R, B, C, height, width] as one wide picture [B, R·C, height, width]."""
    return x.transpose(0, 1).flatten(1, 2)


def apart(x: Tensor, runs: int) -> Tensor:
    """The other way round: [B, R·C, height, width] to [R, B, C, height, width]."""
    return x.unflatten(1, (runs, -1)).transpose(0, 1)


def coarser(x: Tensor, factor: int) -> Tensor:
    """[R, B, C, height, width] on a grid that is `factor` times coarser: means over squares of factor × factor places."""
    return x if factor == 1 else apart(functional.avg_pool2d(beside(x), factor), len(x))


def finer(x: Tensor, factor: int) -> Tensor:
    """[R, B, C, height, width] on a grid that is `factor` times finer: every place becomes factor × factor equal ones."""
    if factor == 1:
        return x
    # Several times faster, with its gradient, than torch's interpolation of the same.
    wide = x[..., :, None, :, None].expand(*x.shape[:-1], factor, x.shape[-1], factor)
    return wide.flatten(-2).flatten(-3, -2)


def shuffled(x: Tensor, factor: int) -> Tensor:
    """[R, B, C · factor², height, width] to [R, B, C, height · factor, width · factor]: channels become places.

    Source: sub-pixel convolution, Shi et al., CVPR 2016.
    """
    return functional.pixel_shuffle(x, factor)


class Convolution(nn.Module):
    """R convolutions: [R, B, inputs, height, width] to [R, B, outputs, height / stride, width / stride], rounded up.

    The edge is filled up with zeros, so that with stride 1 the grid keeps its size; `size` is the odd side of the kernel.
    Weights start from N(0, 2 / (inputs · size²)), which keeps the size of what goes through rectifiers (He et al., ICCV
    2015), each run from its own stream; biases start from zero.

    R convolutions are one grouped convolution, with groups filled up to whole `LANES`. Where a run has very few channels,
    as the colours of a picture, groups do not fit the processor and the runs go one after the other; so they do at R = 1.
    """

    def __init__(self, inputs: int, outputs: int, size: int, streams: Streams, stride: int = 1, bias: bool = True):
        super().__init__()
        deviation = math.sqrt(2 / (inputs * size**2))
        self.weight = nn.Parameter(torch.from_numpy(streams.at("weight").normal(outputs, inputs, size, size) * deviation))
        self.bias = nn.Parameter(torch.zeros(len(self.weight), outputs)) if bias else None
        self.stride = stride

    def forward(self, x: Tensor) -> Tensor:
        """x [R, B, inputs, height, width] to [R, B, outputs, …]."""
        runs, outputs, inputs, size, _size = self.weight.shape
        more = {"stride": self.stride, "padding": size // 2}
        if runs == 1 or inputs < LANES // 2:
            biases = [None] * runs if self.bias is None else self.bias
            each = zip(x, self.weight, biases, strict=True)
            return torch.stack([functional.conv2d(rows, weight, bias, **more) for rows, weight, bias in each])
        # A kernel of one place is a product of matrices, which does not mind odd numbers.
        missing, extra = (0, 0) if size == 1 else (-inputs % LANES, -outputs % LANES)
        weight = _filled(self.weight, 0, 0, 0, 0, 0, missing, 0, extra).flatten(0, 1)
        bias = None if self.bias is None else _filled(self.bias, 0, extra).flatten()
        wide = beside(_filled(x, 0, 0, 0, 0, 0, missing))
        y = apart(functional.conv2d(wide, weight, bias, groups=runs, **more), runs)
        return y[:, :, :outputs] if extra else y


def _filled(x: Tensor, *amounts: int) -> Tensor:
    """`x` with so many zeros before and behind it, along the last axis first; itself where nothing is missing."""
    return functional.pad(x, amounts) if any(amounts) else x


class Norm(nn.Module):
    """R group normalisations: every example's channels, in groups, to mean 0 and variance 1 over group and places, then
    scaled and shifted channel by channel, each run by its own numbers.

    Source: Wu & He, ECCV 2018. Unlike batch normalisation it looks at one example at a time: it keeps no running means, is
    the same in training and in scoring, and no example of a batch changes another.
    """

    def __init__(self, channels: int, runs: int, scale: float = 1.0):
        super().__init__()
        self.groups = math.gcd(channels, 4)
        self.scale = nn.Parameter(torch.full((runs, channels), scale))
        self.shift = nn.Parameter(torch.zeros(runs, channels))

    def forward(self, x: Tensor) -> Tensor:
        """x [R, B, C, height, width] to the same shape."""
        runs = len(x)
        # Side by side a group of one run never meets a channel of another.
        y = functional.group_norm(beside(x), runs * self.groups, self.scale.flatten(), self.shift.flatten())
        return apart(y, runs)
