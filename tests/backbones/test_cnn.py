"""The plain convolutional network beside the same network of PyTorch's own layers."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from playground.backbones.cnn import CNN
from playground.basics.random_streams import Streams


def test_a_block_is_convolution_normalisation_rectifier_and_pooling() -> None:
    block = CNN(depth=2, width=8).block(0, (3, 8, 16), Streams([0, 1], "x"))
    x = torch.randn(2, 5, 3, 8, 16, generator=torch.Generator().manual_seed(0))
    weight = dict(block.named_parameters())["convolution.weight"]
    y = block(x)
    assert y.shape == (2, 5, 8, 4, 8)
    for run in range(2):
        plain = nn.Sequential(nn.Conv2d(3, 8, 3, padding=1, bias=False), nn.GroupNorm(4, 8), nn.ReLU(), nn.MaxPool2d(2))
        plain[0].weight.data.copy_(weight[run])
        torch.testing.assert_close(y[run], plain(x[run]), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize(
    ("inputs", "grids"),
    [
        ((1, 8, 8), [(8, 8), (4, 4), (2, 2), (2, 2)]),
        ((1, 8, 16), [(8, 16), (4, 8), (2, 4), (2, 4)]),
        ((3, 32, 32), [(32, 32), (16, 16), (8, 8), (4, 4)]),
        ((3, 9, 5), [(9, 5), (4, 2), (4, 2), (4, 2)]),
    ],
)
def test_grids_are_halved_while_they_can_be(inputs: tuple[int, ...], grids: list[tuple[int, int]]) -> None:
    cnn = CNN(depth=3, width=6)
    assert cnn.sizes(inputs) == [inputs, *((6, *grid) for grid in grids[1:])]
    x = torch.rand(2, 3, *inputs)
    for level in range(cnn.length):
        x = cnn.block(level, tuple(x.shape[2:]), Streams([0, 1], level))(x)
        assert x.shape[3:] == grids[level + 1]
    assert "6" in cnn.block_name(1)
