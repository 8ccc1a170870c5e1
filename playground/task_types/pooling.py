"""From the features of an example, whatever their shape, to one answer for the whole example.

A vector is taken as it is. A picture is read by the mean and the maximum of each feature over all places. A sequence is
read by a learned attention: each position says how much it has to say, and their features are averaged by that.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from playground.backbones.attention import FAR, present
from playground.backbones.layers import Linear
from playground.basics.random_streams import Streams


def output_layer(features: tuple[int, ...], width: int, streams: Streams) -> nn.Module:
    """A fresh layer for R runs: features [R, B, *features] to [R, B, width]."""
    if len(features) == 3:
        return PictureAnswer(features[0], width, streams)
    if len(features) == 2:
        return SequenceAnswer(features[-1], width, streams)
    return Linear(features[-1], width, streams)


class PictureAnswer(nn.Module):
    """[R, B, C, height, width] to mean and maximum over places [R, B, 2C], and one linear layer on both."""

    def __init__(self, channels: int, width: int, streams: Streams):
        super().__init__()
        self.linear = Linear(2 * channels, width, streams)

    def forward(self, x: Tensor) -> Tensor:
        places = x.flatten(3)
        return self.linear(torch.cat([places.mean(-1), places.amax(-1)], dim=-1))


class SequenceAnswer(nn.Module):
    """[R, B, S, H] to the mean over positions [R, B, H], each counted as much as a learned score says, and one linear layer."""

    def __init__(self, features: int, width: int, streams: Streams):
        super().__init__()
        self.scores = Linear(features, 1, streams.at("scores"))
        self.linear = Linear(features, width, streams)

    def forward(self, x: Tensor) -> Tensor:
        return self.linear((self.attention(x).unsqueeze(-1) * x).sum(-2))

    def attention(self, x: Tensor) -> Tensor:
        """[R, B, S] how much each position counts; positions sum to 1, padding counts nothing."""
        scores = self.scores(x).squeeze(-1)
        return scores.masked_fill(~present(x), FAR).softmax(-1)
