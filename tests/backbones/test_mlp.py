"""The multilayer perceptron."""

from __future__ import annotations

import torch

from playground.backbones.mlp import MLP
from playground.basics.random_streams import Streams


def test_a_block_is_a_linear_layer_and_a_rectifier() -> None:
    block = MLP(depth=2, width=7).block(0, (2, 3), Streams([0, 1], "x"))
    x = torch.randn(2, 5, 2, 3, generator=torch.Generator().manual_seed(0))
    y = block(x)
    weight, bias = (dict(block.named_parameters())[f"linear.{name}"] for name in ("weight", "bias"))
    expected = (torch.einsum("rbi,rio->rbo", x.flatten(2), weight) + bias).clamp(min=0)
    torch.testing.assert_close(y, expected)
    assert (y == 0).any()
    assert (y > 0).any()


def test_depth_and_width_are_what_they_say() -> None:
    mlp = MLP(depth=3, width=5)
    assert mlp.length == 3
    assert mlp.sizes((8, 8)) == [(8, 8), (5,), (5,), (5,)]
    assert "5" in mlp.block_name(1)
