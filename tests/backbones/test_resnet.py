"""Residual blocks beside a slow one that is written from the formula with PyTorch's own functions."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor
from torch.nn import functional

from playground.backbones.resnet import SCALES, Residual, ResNet
from playground.basics.random_streams import Streams


def noise(*shape: int, seed: int = 0) -> Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


def naive(block: Residual, run: int, x: Tensor) -> Tensor:
    """Relu(x + F(x)) of one run: x [B, C, height, width]."""

    def norm(place: int, y: Tensor) -> Tensor:
        layer = block.norms[place]
        return functional.group_norm(y, 4, layer.scale[run], layer.shift[run])

    y = functional.conv2d(x, block.first.weight[run], stride=block.scale, padding=1)
    y = functional.conv2d(norm(0, y).relu(), block.second.weight[run], padding=1)
    y = functional.interpolate(norm(1, y), scale_factor=block.scale)
    return (x + y).relu()


@pytest.mark.parametrize("scale", SCALES)
def test_every_run_is_a_residual_block(scale: int) -> None:
    block = Residual(8, 8, scale, Streams([0, 1, 2], "block"))
    for place, layer in enumerate(block.norms):
        layer.scale.data.copy_(noise(*layer.scale.shape, seed=place))
        layer.shift.data.copy_(noise(*layer.shift.shape, seed=2 + place))
    x = noise(3, 4, 8, 8, 12)
    y = block(x)
    for run in range(3):
        torch.testing.assert_close(y[run], naive(block, run, x[run]), rtol=1e-4, atol=1e-5)


def test_in_the_beginning_a_block_passes_on_what_it_is_given() -> None:
    x = noise(2, 3, 8, 6, 6).relu()
    for scale in SCALES:
        assert torch.equal(Residual(8, 8, scale, Streams([0, 1], "block"))(x), x)


def test_a_block_may_change_the_number_of_channels() -> None:
    block = Residual(6, 8, 2, Streams([0, 1], "block"))
    x = noise(2, 3, 6, 4, 4)
    expected = torch.einsum("roi,rbihw->rbohw", block.shortcut.weight[..., 0, 0], x).relu()
    torch.testing.assert_close(block(x), expected, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize(
    ("inputs", "grid"), [((1, 8, 8), (8, 8)), ((1, 8, 16), (8, 16)), ((3, 32, 32), (16, 16)), ((3, 17, 30), (9, 15))]
)
def test_all_features_are_on_one_grid(inputs: tuple[int, ...], grid: tuple[int, int]) -> None:
    resnet = ResNet(depth=3, width=8)
    assert resnet.length == 4
    assert resnet.sizes(inputs) == [inputs, *[(8, *grid)] * 4]
    x = torch.rand(2, 3, *inputs)
    for level in range(resnet.length):
        x = resnet.block(level, tuple(x.shape[2:]), Streams([0, 1], level))(x)
        assert x.shape == (2, 3, 8, *grid)


def test_blocks_work_near_by_and_from_further_away_in_turn() -> None:
    resnet = ResNet(depth=5)
    blocks = [resnet.block(level, (16, 16, 16), Streams([0], level)) for level in range(1, 6)]
    assert [block.scale for block in blocks] == [1, 2, 4, 1, 2]
    assert len({resnet.block_name(level) for level in range(6)}) == 4
