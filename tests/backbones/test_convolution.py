"""Layers over pictures of R runs beside PyTorch's own layers, run by run."""

from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional

from playground.backbones.convolution import Convolution, Norm, apart, beside, coarser, finer, shuffled
from playground.basics.random_streams import Streams


def pictures(*shape: int, seed: int = 0) -> Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


def gradients(layer: nn.Module) -> list[Tensor]:
    return [parameter.grad for parameter in layer.parameters() if parameter.grad is not None]


@pytest.mark.parametrize("runs", [1, 3])
@pytest.mark.parametrize(
    ("inputs", "outputs", "size", "stride"),
    [(3, 8, 5, 2), (1, 6, 3, 1), (8, 16, 3, 1), (6, 5, 3, 2), (5, 7, 1, 1), (16, 8, 3, 4)],
)
def test_every_run_is_an_ordinary_convolution(runs: int, inputs: int, outputs: int, size: int, stride: int) -> None:
    layer = Convolution(inputs, outputs, size, Streams(range(runs), "layer"), stride)
    assert layer.bias is not None
    with torch.no_grad():
        layer.bias.copy_(pictures(runs, outputs, seed=1))
    x = pictures(runs, 4, inputs, 8, 9, seed=2).requires_grad_()
    y = layer(x)
    y.square().sum().backward()
    for run in range(runs):
        own, rows = nn.Conv2d(inputs, outputs, size, stride, size // 2), x.detach()[run].requires_grad_()
        with torch.no_grad():
            own.weight.copy_(layer.weight[run])
            own.bias.copy_(layer.bias[run])  # type: ignore[union-attr]  # nn.Conv2d has a bias unless told otherwise
        expected = own(rows)
        assert y[run].shape == expected.shape == (4, outputs, math.ceil(8 / stride), math.ceil(9 / stride))
        torch.testing.assert_close(y.detach()[run], expected.detach(), rtol=1e-4, atol=1e-5)
        expected.square().sum().backward()
        for found, wanted in zip([x.grad, layer.weight.grad, layer.bias.grad], [rows.grad, *gradients(own)], strict=True):
            torch.testing.assert_close(found[run], wanted, rtol=1e-4, atol=1e-3)  # type: ignore[index]  # just made


def test_first_weights_keep_the_size_of_what_goes_through_rectifiers() -> None:
    layer = Convolution(32, 400, 3, Streams([0], "layer"))
    assert float(layer.weight.detach().std()) == pytest.approx((2 / (32 * 9)) ** 0.5, rel=0.02)
    x = pictures(1, 8, 32, 12, 12).relu()
    y = layer(x).detach()[..., 1:-1, 1:-1].relu()
    assert float(y.square().mean()) == pytest.approx(float(x.square().mean()), rel=0.1)


def test_first_weights_come_from_each_runs_own_stream() -> None:
    together, alone = Convolution(3, 4, 3, Streams([1, 5], "layer")), Convolution(3, 4, 3, Streams([5], "layer"))
    assert torch.equal(together.weight[1], alone.weight[0])
    assert not torch.equal(together.weight[0], together.weight[1])
    assert Convolution(3, 4, 3, Streams([1, 5], "layer"), bias=False).bias is None


@pytest.mark.parametrize("channels", [3, 8, 6])
def test_every_run_is_normalised_by_itself(channels: int) -> None:
    layer = Norm(channels, 3)
    with torch.no_grad():
        layer.scale.copy_(pictures(3, channels, seed=1))
        layer.shift.copy_(pictures(3, channels, seed=2))
    x = pictures(3, 5, channels, 4, 6) * 3 + 1
    for run in range(3):
        own = nn.GroupNorm(math.gcd(channels, 4), channels)
        with torch.no_grad():
            own.weight.copy_(layer.scale[run])
            own.bias.copy_(layer.shift[run])
        torch.testing.assert_close(layer(x)[run], own(x[run]), rtol=1e-4, atol=1e-5)


def test_no_example_changes_another() -> None:
    layer, x = Norm(4, 2), pictures(2, 3, 4, 5, 5)
    torch.testing.assert_close(layer(x)[:, :1], layer(x[:, :1]))


def test_runs_go_side_by_side_and_apart_again() -> None:
    x = pictures(3, 2, 4, 5, 6)
    wide = beside(x)
    assert wide.shape == (2, 12, 5, 6)
    assert torch.equal(wide[1, 4:8], x[1, 1])
    assert torch.equal(apart(wide, 3), x)


def test_grids_become_finer_and_coarser() -> None:
    x = pictures(2, 3, 4, 2, 3)
    fine = finer(x, 2)
    for run in range(2):
        assert torch.equal(fine[run], functional.interpolate(x[run], scale_factor=2))
    torch.testing.assert_close(coarser(fine, 2), x)
    assert finer(x, 1) is x
    assert coarser(x, 1) is x
    small = coarser(pictures(2, 3, 4, 8, 4), 4)
    assert small.shape == (2, 3, 4, 2, 1)
    assert float(small[1, 2, 3, 1, 0]) == pytest.approx(float(pictures(2, 3, 4, 8, 4)[1, 2, 3, 4:, :].mean()), abs=1e-6)


def test_channels_become_places() -> None:
    x = pictures(2, 3, 8, 2, 3)
    y = shuffled(x, 2)
    assert y.shape == (2, 3, 2, 4, 6)
    for channel in range(2):
        for row in range(4):
            for column in range(6):
                source = x[:, :, channel * 4 + (row % 2) * 2 + column % 2, row // 2, column // 2]
                assert torch.equal(y[:, :, channel, row, column], source)
