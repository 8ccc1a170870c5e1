"""The layer of R runs beside R ordinary layers."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from playground.backbones.layers import Linear
from playground.basics.random_streams import Streams


def ordinary(layer: Linear, run: int) -> nn.Linear:
    """The same layer of one run."""
    own = nn.Linear(layer.weight.shape[1], layer.weight.shape[2])
    with torch.no_grad():
        own.weight.copy_(layer.weight[run].T)
        own.bias.copy_(layer.bias[run, 0])
    return own


@pytest.mark.parametrize("shape", [(6,), (4, 6), (4, 2, 6), (4, 2, 3, 6)])
def test_every_run_is_an_ordinary_layer(shape: tuple[int, ...]) -> None:
    layer = Linear(6, 5, Streams([0, 1, 2], "layer"))
    x = torch.randn(3, *(shape if len(shape) > 1 else (4, 6)), generator=torch.Generator().manual_seed(0), requires_grad=True)
    y = layer(x)
    assert y.shape == (*x.shape[:-1], 5)
    y.square().sum().backward()
    assert layer.weight.grad is not None
    assert layer.bias.grad is not None
    for run in range(3):
        own, rows = ordinary(layer, run), x.detach()[run].requires_grad_()
        expected = own(rows)
        torch.testing.assert_close(y.detach()[run], expected.detach())
        expected.square().sum().backward()
        torch.testing.assert_close(layer.weight.grad[run].T, own.weight.grad, rtol=1e-4, atol=1e-5)
        torch.testing.assert_close(layer.bias.grad[run, 0], own.bias.grad, rtol=1e-4, atol=1e-5)
        torch.testing.assert_close(x.grad[run], rows.grad, rtol=1e-4, atol=1e-5)  # type: ignore[index]  # it was just made


def test_first_weights_fill_the_usual_range() -> None:
    layer = Linear(25, 400, Streams([0], "layer"))
    for values in (layer.weight, layer.bias):
        assert values.abs().max() <= 0.2
        assert values.abs().max() > 0.19
        assert abs(float(values.detach().mean())) < 0.03
    assert float(layer.weight.detach().std()) == pytest.approx(0.4 / 12**0.5, rel=0.05)


def test_first_weights_come_from_each_runs_own_stream() -> None:
    together, alone = Linear(3, 4, Streams([1, 5], "layer")), Linear(3, 4, Streams([5], "layer"))
    assert torch.equal(together.weight[1], alone.weight[0])
    assert torch.equal(together.bias[1], alone.bias[0])
    assert not torch.equal(together.weight[0], together.weight[1])
    assert not torch.equal(together.weight, Linear(3, 4, Streams([1, 5], "other")).weight)
