"""All ways to make the convolutions of a fleet give the same; how fast: `python -m tests.benchmarks.convolution`."""

from __future__ import annotations

import pytest
import torch

from playground.backbones.convolution import Convolution
from playground.basics.random_streams import Streams
from tests.benchmarks import convolution


@pytest.mark.parametrize("size", [1, 3, 5])
def test_all_ways_give_the_same(size: int) -> None:
    layer = Convolution(4, 6, size, Streams(range(3), "layer"), bias=False)
    x = torch.rand(3, 2, 4, 7, 8)
    for way in (convolution.grouped, convolution.unfolded, convolution.looped):
        torch.testing.assert_close(way(x, layer.weight), layer(x), rtol=1e-4, atol=1e-5)


def test_everything_is_timed() -> None:
    assert set(convolution.layers(2, (4, 8, 8, 4, 3), turns=1)) == {"grouped", "unfolded", "looped", "taken"}
    assert set(convolution.networks(2, "cnn", "digits", turns=1)) == {"fleet", "alone"}
